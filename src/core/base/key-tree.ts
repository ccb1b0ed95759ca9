/** One part of a key: a word, a name or a number; two parts are the same where `===` says so. */
export type KeyPart = string | number;

/** A piece of the ways through a tree that begin alike, and what is at its end. */
class Branch<V> {
  parts: readonly KeyPart[];
  parent: Branch<V> | null;
  value: V | undefined = undefined;
  /** By the first of their parts. */
  readonly below = new Map<KeyPart, Branch<V>>();
  /** The branch below that was taken last: in most programs it is taken again. */
  last: Branch<V> | null = null;

  constructor(parts: readonly KeyPart[], parent: Branch<V> | null) {
    this.parts = parts;
    this.parent = parent;
  }

  next(part: KeyPart): Branch<V> | undefined {
    const { last } = this;
    if (last !== null && last.parts[0] === part) return last;
    const found = this.below.get(part);
    if (found !== undefined) this.last = found;
    return found;
  }

  attach(branch: Branch<V>): void {
    branch.parent = this;
    this.below.set(branch.parts[0] as KeyPart, branch);
  }
}

/** The place in a tree at which a value is; for whoever takes it out again. */
export type KeyPlace<V> = Pick<Branch<V>, "value">;

/** Values by keys of many parts, which are looked for part by part, so that no text need be made of a key. */
export class KeyTree<V> {
  /** @internal Where every way begins. */
  readonly root = new Branch<V>([], null);
  /** @internal How often a value was put in or taken out. */
  changes = 0;

  /** Takes a value out, and what leads to it alone. */
  delete(place: KeyPlace<V>): void {
    let branch = place as Branch<V>;
    branch.value = undefined;
    this.changes++;
    while (branch.parent !== null && branch.value === undefined && branch.below.size < 2) {
      const { parent } = branch;
      const [only] = branch.below.values();
      if (only !== undefined) {
        // A branch that leads to one other is a piece of that.
        only.parts = [...branch.parts, ...only.parts];
        parent.attach(only);
        if (parent.last === branch) parent.last = only;
        return;
      }
      parent.below.delete(branch.parts[0] as KeyPart);
      if (parent.last === branch) parent.last = null;
      branch = parent;
    }
  }
}

/** The way of one key through a tree. What behind its end is not known there is remembered, so that a value can be put there. */
export class KeyPath<V> {
  readonly #tree: KeyTree<V>;
  readonly #changes: number;
  #branch: Branch<V>;
  /** How many parts of the branch the way has taken. */
  #taken = 0;
  /** What the tree does not know; null as long as it knows the way. */
  #unknown: KeyPart[] | null = null;

  constructor(tree: KeyTree<V>) {
    this.#tree = tree;
    this.#changes = tree.changes;
    this.#branch = tree.root;
  }

  /** Goes on by a part. */
  part(part: KeyPart): void {
    if (this.#unknown !== null) {
      this.#unknown.push(part);
      return;
    }
    const { parts } = this.#branch;
    if (this.#taken < parts.length) {
      if (parts[this.#taken] === part) this.#taken++;
      else this.#unknown = [part];
      return;
    }
    const next = this.#branch.next(part);
    if (next === undefined) this.#unknown = [part];
    else {
      this.#branch = next;
      this.#taken = 1;
    }
  }

  /** What is at the end of the way. */
  get value(): V | undefined {
    const { parts, value } = this.#branch;
    return this.#unknown === null && this.#taken === parts.length ? value : undefined;
  }

  /** The parts that the tree does not know. */
  get unknown(): readonly KeyPart[] {
    return this.#unknown ?? [];
  }

  /** Whether nothing was put into the tree, or taken out of it, since the way began. */
  get isCurrent(): boolean {
    return this.#changes === this.#tree.changes;
  }

  /** Puts a value at the end of the way, as long as it is current. */
  set(value: V): KeyPlace<V> {
    this.#tree.changes++;
    const branch = this.#taken < this.#branch.parts.length ? split(this.#branch, this.#taken) : this.#branch;
    const end = this.#unknown === null ? branch : new Branch(this.#unknown, branch);
    if (end !== branch) branch.attach(end);
    end.value = value;
    return end;
  }
}

/** Makes two branches of one, the first with so many of its parts. */
function split<V>(branch: Branch<V>, at: number): Branch<V> {
  const { parts, parent } = branch;
  const first = new Branch<V>(parts.slice(0, at), parent);
  parent?.attach(first);
  if (parent?.last === branch) parent.last = first;
  branch.parts = parts.slice(at);
  first.attach(branch);
  return first;
}
