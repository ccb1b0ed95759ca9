import { ArgumentError, err, ok, type Result, rowKey, StaleEntryError } from "../../base/index.ts";
import {
  type AssociationChange,
  toChangeset,
  type ChangesetState,
  dataOf,
  invalidChangeset,
  setChanges,
  withAction,
  withData,
} from "../../changeset/index.ts";
import { type AssociationInfo, isNotLoaded, type JoinedAssociation, meta, putMeta, type SchemaInfo } from "../../schema/index.ts";
import { insertGroup, type PendingInsert, plainInsert, type WriteResult } from "../row/index.ts";
import { deleteJoinRows, insertJoinRows, type JoinOwner, withJoinErrors } from "./join-rows.ts";

type Struct = Record<string, unknown>;
type Fields = Readonly<Record<string, unknown>>;
/** What became of one entry: its struct, null where it is gone, or the changeset that was refused. */
type EntryResult = Result<Struct | null, ChangesetState>;

/** The owner of relations; `struct` is the copy that becomes its result, and takes what is written. */
export interface Owner extends JoinOwner {
  readonly struct: Struct;
  readonly prefix: string | null;
}

/**
 * Writes the entries of relations, one relation after the other, and puts their structs into the owner's.
 * After the first entry that the database refuses nothing more is sent.
 * @returns null, or where an entry was refused the owner's changes, with that entry's changeset in its place
 */
export async function writeRelations(owner: Owner, relations: readonly AssociationChange[]): Promise<Record<string, unknown> | null> {
  const changes: Record<string, unknown> = { ...owner.changeset.changes };
  let valid = true;
  let halted = false;
  for (const relation of relations) {
    const { association } = relation;
    if (halted) break;
    checkActions(owner, relation);
    const many = association.cardinality === "many";
    const outcomes = many ? await writeInOrder(owner, relation) : [await writeOne(owner, association, relation.entries[0] ?? null)];
    const refused = outcomes.some((outcome) => outcome?.ok === false);
    if (refused) {
      valid = false;
      const entries = relation.entries.map((entry, at) => errorOf(outcomes[at]) ?? entry);
      changes[relation.name] = many ? entries : entries[0];
      halted = relation.entries.some((entry, at) => entry.valid && errorOf(outcomes[at])?.valid === false);
    } else {
      const structs = outcomes.map((outcome) => (outcome?.ok ? outcome.value : null)).filter((struct) => struct !== null);
      owner.struct[relation.name] = many ? structs : (structs[0] ?? null);
    }
  }
  return valid ? null : changes;
}

function errorOf(outcome: EntryResult | undefined): ChangesetState | null {
  return outcome === undefined || outcome.ok ? null : outcome.error;
}

function checkActions(owner: Owner, { association, entries }: AssociationChange): void {
  if (owner.changeset.action !== "insert" || !entries.some(({ action }) => action === "delete")) return;
  throw new ArgumentError(
    `an entry of "${association.name}" has the action "delete", but its ${association.owner.name} is only being inserted: leave the entry out`,
  );
}

async function writeOne(owner: Owner, association: AssociationInfo, entry: ChangesetState | null): Promise<EntryResult> {
  const isParent = association.kind === "belongsTo";
  if (!isParent) await replacePrevious(owner, association, entry);
  if (entry === null || (isParent && entry.action === "delete")) return ok(null);
  const [outcome = ok(null)] = await writeMany(owner, association, [entry]);
  return outcome;
}

/**
 * Deletes the parents that the owner's row has let go of: before it has, their foreign key would forbid it.
 * @returns null, or where one was refused the owner's changes, with that entry's changeset in its place
 */
export async function releaseParents(owner: Owner, parents: readonly AssociationChange[]): Promise<Record<string, unknown> | null> {
  for (const { name, association, entries } of parents) {
    const entry = entries[0] ?? null;
    await replacePrevious(owner, association, entry);
    if (entry?.action !== "delete") continue;
    const outcome = await writeEntry(owner, association, entry);
    if (!outcome.ok) return { ...owner.changeset.changes, [name]: outcome.error };
  }
  return null;
}

/** Gives up the entry that another one, or none, takes the place of. */
async function replacePrevious(owner: Owner, association: AssociationInfo, next: ChangesetState | null): Promise<void> {
  const struct = dataOf(owner.changeset)[association.name];
  if (typeof struct !== "object" || struct === null || isNotLoaded(struct) || meta(struct).state === "built") return;
  const { related } = association;
  const previous = toChangeset(struct);
  const isSame = (key: string) => next !== null && sameValue(related, key, dataOf(previous)[key], dataOf(next)[key]);
  if (next !== null && related.primaryKey.every(isSame)) return;
  const outcome = await replace(owner, association, previous);
  if (!outcome.ok) throw invalidChangeset(outcome.error, outcome.error.action ?? "replace");
}

/** Writes the entries of a list; those that are replaced first, so that a unique index never sees the old row beside the new one. */
async function writeInOrder(
  owner: Owner,
  { association, entries, reordered }: AssociationChange,
): Promise<readonly (EntryResult | undefined)[]> {
  const positions = entries.map((entry, at) => ({ entry, at }));
  const isReplaced = ({ entry }: { readonly entry: ChangesetState }) => entry.action === "replace";
  const order = reordered ? positions : [...positions.filter(isReplaced), ...positions.filter((position) => !isReplaced(position))];
  const written = await writeMany(
    owner,
    association,
    order.map(({ entry }) => entry),
  );
  const outcomes: (EntryResult | undefined)[] = positions.map(() => undefined);
  for (const [i, { at }] of order.entries()) outcomes[at] = written[i];
  return outcomes;
}

/** Writes a list of entries in their order; stops after the first that the database refuses. */
async function writeMany(owner: Owner, association: AssociationInfo, entries: readonly ChangesetState[]): Promise<EntryResult[]> {
  const outcomes: EntryResult[] = [];
  const ahead = new Ahead(owner, association, entries);
  for (let entry = entries[0]; entry !== undefined; entry = entries[outcomes.length]) {
    const at = outcomes.length;
    const batch = await writeBatch(owner, association, entries, at, entry, ahead);
    outcomes.push(...batch);
    if (batch.some((outcome, i) => !outcome.ok && entries[at + i]?.valid)) return outcomes;
  }
  if (association.kind === "manyToMany" && outcomes.every((outcome) => outcome.ok)) await tie(owner, association, entries, outcomes);
  return outcomes;
}

/** The inserts of entries that are nothing but one row, each built once, as soon as somebody looks whether it goes with those before it. */
class Ahead {
  readonly #owner: Owner;
  readonly #association: AssociationInfo;
  readonly #entries: readonly ChangesetState[];
  readonly #built = new Map<number, Promise<PendingInsert | null>>();

  constructor(owner: Owner, association: AssociationInfo, entries: readonly ChangesetState[]) {
    this.#owner = owner;
    this.#association = association;
    this.#entries = entries;
  }

  /** Null where the entry at a place is more than a row, or there is none. */
  insertAt(at: number): Promise<PendingInsert | null> {
    let built = this.#built.get(at);
    if (!built) {
      built = this.#build(this.#entries[at]);
      this.#built.set(at, built);
    }
    return built;
  }

  async #build(entry: ChangesetState | undefined): Promise<PendingInsert | null> {
    if (entry?.action !== "insert") return null;
    return await plainInsert(this.#owner.writer, tied(this.#owner, this.#association, entry), this.#owner.options);
  }
}

/** Writes as many entries as go together, from one on. */
async function writeBatch(
  owner: Owner,
  association: AssociationInfo,
  entries: readonly ChangesetState[],
  at: number,
  entry: ChangesetState,
  ahead: Ahead,
): Promise<EntryResult[]> {
  if (association.kind === "manyToMany" && isUntied(entry)) {
    let end = at + 1;
    for (let next = entries[end]; next !== undefined && isUntied(next); next = entries[end]) end++;
    const gone = entries.slice(at, end);
    await deleteJoinRows(owner, association, gone.map(dataOf));
    return gone.map(() => ok(null));
  }
  const first = await ahead.insertAt(at);
  if (first === null) return [await writeEntry(owner, association, entry)];
  const group = [first];
  for (let next = await ahead.insertAt(at + 1); next?.row.plan === first.row.plan; next = await ahead.insertAt(at + group.length))
    group.push(next);
  const written = await insertGroup(owner.writer, group, owner.options);
  return written.map((outcome, i) => withOwnKeys(association, entries[at + i] ?? entry, outcome));
}

function isUntied({ action }: ChangesetState): boolean {
  return action === "replace" || action === "delete";
}

async function writeEntry(owner: Owner, association: AssociationInfo, entry: ChangesetState): Promise<EntryResult> {
  const { action } = entry;
  if (action === "replace") return await replace(owner, association, entry);
  if (action !== "insert" && action !== "update" && action !== "delete") {
    throw new ArgumentError(
      `an entry of "${association.name}" of ${association.owner.name} has the action ${JSON.stringify(action)}, with which nothing can be written`,
    );
  }
  const child = action === "delete" ? inTable(owner, association, entry) : tied(owner, association, entry);
  const outcome = withOwnKeys(association, entry, await owner.writes[action](owner.writer, child, owner.options));
  return outcome.ok && action === "delete" ? ok(null) : outcome;
}

/** The entry in its table, and with the owner's key where the entry holds it. */
function tied(owner: Owner, association: AssociationInfo, entry: ChangesetState): ChangesetState {
  const child = inTable(owner, association, entry);
  return association.kind === "hasOne" || association.kind === "hasMany" ? withKeys(association, child, owner.struct) : child;
}

/** The entry in the owner's prefix, and in the table that the association reads, unless its struct says otherwise. */
function inTable({ prefix }: Owner, { name, owner, related, relatedSource }: AssociationInfo, cs: ChangesetState): ChangesetState {
  const own = meta(cs.data);
  const elsewhere = own.source === related.source && own.source !== relatedSource;
  if (elsewhere && own.state !== "built")
    throw new ArgumentError(
      `"${name}" of ${owner.name} reads the table "${relatedSource}", and was given a ${related.name} of the table "${own.source}", which it would never find again: ` +
        `put one that was loaded through the association, or a new one`,
    );
  const moved = { ...(prefix !== null && own.prefix === null && { prefix }), ...(elsewhere && { source: relatedSource }) };
  return Object.keys(moved).length === 0 ? cs : withData(cs, putMeta(cs.data, moved));
}

/** The changeset with the keys of its owner; of none, with null. */
function withKeys({ relatedKeys, ownerKeys, related }: AssociationInfo, cs: ChangesetState, owner: Struct | null): ChangesetState {
  const changes: Record<string, unknown> = { ...cs.changes };
  relatedKeys.forEach((key, at) => {
    const value = owner === null ? null : (owner[ownerKeys[at] as string] ?? null);
    if (sameValue(related, key, dataOf(cs)[key], value)) delete changes[key];
    else changes[key] = value;
  });
  return setChanges(cs, changes);
}

/** What was refused goes back without the keys that were set on the way. */
function withOwnKeys({ kind, relatedKeys }: AssociationInfo, entry: ChangesetState, outcome: WriteResult): WriteResult {
  if (outcome.ok || (kind !== "hasOne" && kind !== "hasMany")) return outcome;
  const changes: Record<string, unknown> = { ...outcome.error.changes };
  for (const key of relatedKeys) {
    if (Object.hasOwn(entry.changes, key)) changes[key] = entry.changes[key];
    else delete changes[key];
  }
  return err(setChanges(outcome.error, changes));
}

/** Whether two values of a field are the same by its type. */
export function sameValue(info: SchemaInfo, field: string, a: unknown, b: unknown): boolean {
  if ((a ?? null) === null || (b ?? null) === null) return (a ?? null) === (b ?? null);
  return a === b || (info.types[field]?.equal(a, b) ?? false);
}

/** Does to an entry that was left out or replaced what `onReplace` says. */
async function replace(owner: Owner, association: AssociationInfo, entry: ChangesetState): Promise<EntryResult> {
  const { kind, onReplace } = association;
  const policy =
    onReplace === "delete" || onReplace === "deleteIfExists" || onReplace === "nilify" || onReplace === "update" ? onReplace : null;
  if (policy === null)
    throw new ArgumentError(
      `an entry of "${association.name}" of ${association.owner.name} would be replaced, and its onReplace is "${onReplace}"`,
    );
  // The key lies in the owner, whose own update clears it.
  if (kind === "belongsTo" && (policy === "nilify" || policy === "update")) return ok(null);
  const child = inTable(owner, association, withAction(entry, policy === "nilify" || policy === "update" ? "update" : "delete"));
  try {
    const outcome =
      child.action === "update"
        ? await owner.writes.update(owner.writer, withKeys(association, child, null), owner.options)
        : await owner.writes.delete(owner.writer, child, owner.options);
    return outcome.ok ? ok(null) : withOwnKeys(association, entry, outcome);
  } catch (error) {
    if (policy === "deleteIfExists" && error instanceof StaleEntryError) return ok(null);
    throw error;
  }
}

/** Writes the join rows of entries that are not tied to the owner yet; the outcomes of those that are refused change. */
async function tie(
  owner: Owner,
  association: JoinedAssociation,
  entries: readonly ChangesetState[],
  outcomes: EntryResult[],
): Promise<void> {
  const before = owner.changeset.action === "insert" ? null : tiedKeys(association, dataOf(owner.changeset));
  const untied: { readonly at: number; readonly entry: ChangesetState; readonly struct: Struct }[] = [];
  for (const [at, entry] of entries.entries()) {
    const outcome = outcomes[at];
    if (!outcome?.ok || outcome.value === null) continue;
    if (before !== null && entry.action !== "insert" && before.has(tiedKey(association, dataOf(entry)))) continue;
    untied.push({ at, entry, struct: outcome.value });
  }
  const refused = await insertJoinRows(
    owner,
    association,
    untied.map(({ struct }) => struct),
  );
  for (const [i, { at, entry }] of untied.entries()) {
    const row = refused[i];
    if (row) outcomes[at] = err(withJoinErrors(entry, row));
  }
}

function tiedKeys(association: JoinedAssociation, data: Fields): Set<unknown> {
  const current = data[association.name];
  return new Set(Array.isArray(current) ? current.map((one: Fields) => tiedKey(association, one)) : []);
}

function tiedKey({ relatedKeys }: JoinedAssociation, struct: Fields): unknown {
  return rowKey(relatedKeys.map((key) => struct[key] ?? null));
}
