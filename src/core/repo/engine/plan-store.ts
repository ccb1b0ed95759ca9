// Where plans are kept, and found by the keys of their queries.
import { type KeyPart, type KeyPath, type KeyPlace, KeyTree, Lru, type LruEntry } from "../../base/index.ts";

/** Plans that are kept, by number and by the characters of their keys and statements. */
const MAX_PLANS = 2000;
const MAX_PLAN_TEXT = 16 * 1024 * 1024;
/** What a number in a key counts for. */
const NUMBER = 4;

/** A plan that is kept, or was. */
export interface Stored<P> {
  readonly plan: P;
  entry: LruEntry<Stored<P>, KeyPlace<Stored<P>>> | null;
}

/** Plans by the keys of their queries: a key is looked for while it is written, part by part. */
export class PlanStore<P> {
  readonly keys = new KeyTree<Stored<P>>();
  readonly #plans = new Lru<Stored<P>, KeyPlace<Stored<P>>>({
    max: MAX_PLANS,
    maxWeight: MAX_PLAN_TEXT,
    onDrop: (_, place) => this.keys.delete(place),
  });

  get size(): number {
    return this.#plans.size;
  }

  /** The plan of a key; null where there is none. */
  find({ value }: KeyPath<Stored<P>>): Stored<P> | null {
    return value !== undefined && this.use(value) ? value : null;
  }

  /** Makes the plan of a key that there is not, and keeps it. @param length the characters that the plan holds beside its key */
  add(key: KeyPath<Stored<P>>, make: () => P, length: (plan: P) => number): Stored<P> {
    const stored: Stored<P> = { plan: make(), entry: null };
    // What made it may have run another query, which has changed the tree. Then it is not kept.
    if (!key.isCurrent) return stored;
    const weight = key.unknown.reduce<number>((sum, part) => sum + weightOf(part), length(stored.plan));
    stored.entry = this.#plans.set(key.set(stored), stored, weight);
    return stored;
  }

  /** Counts as a use of a plan; false where it is not kept any more. */
  use({ entry }: Stored<P>): boolean {
    return entry !== null && this.#plans.use(entry);
  }
}

function weightOf(part: KeyPart): number {
  return typeof part === "string" ? part.length : NUMBER;
}
