import { ArgumentError, err, ok, type Result, StaleEntryError } from "../../base/index.ts";
import {
  change,
  type ChangesetState,
  invalidChangeset,
  type RelationChange,
  setChanges,
  withAction,
  withData,
} from "../../changeset/index.ts";
import { type AssociationInfo, isNotLoaded, meta, putMeta, type SchemaInfo } from "../../schema/index.ts";
import { insertGroup, type Pending, plainInsert, runPending, type WriteResult } from "../row/index.ts";
import { deleteJoinRows, insertJoinRows, type JoinOwner, withJoinErrors } from "./join-rows.ts";

type Struct = Record<string, unknown>;
/** What became of one entry: its struct, null where it is gone, or the changeset that was refused. */
type Outcome = Result<Struct | null, ChangesetState>;

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
export async function writeRelations(owner: Owner, relations: readonly RelationChange[]): Promise<Record<string, unknown> | null> {
  const changes: Record<string, unknown> = { ...owner.changeset.changes };
  let valid = true;
  let halted = false;
  for (const relation of relations) {
    const association = relation.association as AssociationInfo;
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

function errorOf(outcome: Outcome | undefined): ChangesetState | null {
  return outcome === undefined || outcome.ok ? null : outcome.error;
}

function checkActions(owner: Owner, { association, entries }: RelationChange): void {
  if (owner.changeset.action !== "insert" || !entries.some(({ action }) => action === "delete")) return;
  throw new ArgumentError(
    `an entry of "${association?.name}" has the action "delete", but its ${association?.owner.name} is only being inserted: leave the entry out`,
  );
}

async function writeOne(owner: Owner, association: AssociationInfo, entry: ChangesetState | null): Promise<Outcome> {
  const isParent = association.kind === "belongsTo";
  if (!isParent) await replacePrevious(owner, association, entry?.data ?? null);
  if (entry === null || (isParent && entry.action === "delete")) return ok(null);
  return (await writeMany(owner, association, [entry]))[0] as Outcome;
}

/**
 * Deletes the parents that the owner's row has let go of: before it has, their foreign key would forbid it.
 * @returns null, or where one was refused the owner's changes, with that entry's changeset in its place
 */
export async function releaseParents(owner: Owner, parents: readonly RelationChange[]): Promise<Record<string, unknown> | null> {
  for (const { name, association: info, entries } of parents) {
    const association = info as AssociationInfo;
    const entry = entries[0] ?? null;
    await replacePrevious(owner, association, entry?.data ?? null);
    if (entry?.action !== "delete") continue;
    const outcome = await writeEntry(owner, association, entry);
    if (!outcome.ok) return { ...owner.changeset.changes, [name]: outcome.error };
  }
  return null;
}

/** Gives up the entry that another one, or none, takes the place of. */
async function replacePrevious(owner: Owner, association: AssociationInfo, next: Struct | null): Promise<void> {
  const previous = (owner.changeset.data as Struct)[association.name];
  if (typeof previous !== "object" || previous === null || isNotLoaded(previous) || meta(previous).state === "built") return;
  const { related } = association;
  const same = next !== null && related.primaryKey.every((key) => sameValue(related, key, (previous as Struct)[key], next[key]));
  if (same) return;
  const outcome = await replace(owner, association, change(previous as never) as ChangesetState);
  if (!outcome.ok) throw invalidChangeset(outcome.error, outcome.error.action ?? "replace");
}

/** Writes the entries of a list; those that are replaced first, so that a unique index never sees the old row beside the new one. */
async function writeInOrder(owner: Owner, { association, entries, reordered }: RelationChange): Promise<readonly (Outcome | undefined)[]> {
  const isReplaced = (at: number) => entries[at]?.action === "replace";
  const places = entries.map((_, at) => at);
  const order = reordered ? places : [...places.filter(isReplaced), ...places.filter((at) => !isReplaced(at))];
  const written = await writeMany(
    owner,
    association as AssociationInfo,
    order.map((at) => entries[at] as ChangesetState),
  );
  const outcomes: (Outcome | undefined)[] = places.map(() => undefined);
  written.forEach((outcome, at) => {
    outcomes[order[at] as number] = outcome;
  });
  return outcomes;
}

/** Writes a list of entries in their order; stops after the first that the database refuses. */
async function writeMany(owner: Owner, association: AssociationInfo, entries: readonly ChangesetState[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const plain = new Map<number, Promise<Pending | null>>();
  const plainAt = (at: number): Promise<Pending | null> => {
    let pending = plain.get(at);
    if (!pending) {
      pending = plainEntry(owner, association, entries[at] as ChangesetState);
      plain.set(at, pending);
    }
    return pending;
  };
  while (outcomes.length < entries.length) {
    const at = outcomes.length;
    const batch = await nextBatch(owner, association, entries, at, plainAt);
    outcomes.push(...batch);
    if (batch.some((outcome, i) => !outcome.ok && (entries[at + i] as ChangesetState).valid)) return outcomes;
  }
  if (association.kind === "manyToMany" && outcomes.every((outcome) => outcome.ok)) await tie(owner, association, entries, outcomes);
  return outcomes;
}

/** Writes as many entries as go together. */
async function nextBatch(
  owner: Owner,
  association: AssociationInfo,
  entries: readonly ChangesetState[],
  at: number,
  plainAt: (at: number) => Promise<Pending | null>,
): Promise<Outcome[]> {
  const entry = entries[at] as ChangesetState;
  if (association.kind === "manyToMany" && isUntied(entry)) {
    let end = at + 1;
    while (end < entries.length && isUntied(entries[end] as ChangesetState)) end++;
    const gone = entries.slice(at, end);
    await deleteJoinRows(
      owner,
      association,
      gone.map(({ data }) => data as Struct),
    );
    return gone.map(() => ok(null));
  }
  const first = await plainAt(at);
  if (first === null) return [await writeEntry(owner, association, entry)];
  const group = [first];
  while (at + group.length < entries.length) {
    const next = await plainAt(at + group.length);
    if (next === null || next.row.plan !== first.row.plan) break;
    group.push(next);
  }
  const written =
    group.length === 1 ? [await runPending(owner.writer, first, owner.options)] : await insertGroup(owner.writer, group, owner.options);
  return written.map((outcome, i) => withOwnKeys(association, entries[at + i] as ChangesetState, outcome));
}

function isUntied({ action }: ChangesetState): boolean {
  return action === "replace" || action === "delete";
}

async function plainEntry(owner: Owner, association: AssociationInfo, entry: ChangesetState): Promise<Pending | null> {
  return await (entry.action === "insert" ? plainInsert(owner.writer, tied(owner, association, entry), owner.options) : null);
}

async function writeEntry(owner: Owner, association: AssociationInfo, entry: ChangesetState): Promise<Outcome> {
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
  const own = meta(cs.data as object);
  const elsewhere = own.source === related.source && own.source !== relatedSource;
  if (elsewhere && own.state !== "built")
    throw new ArgumentError(
      `"${name}" of ${owner.name} reads the table "${relatedSource}", and was given a ${related.name} of the table "${own.source}", which it would never find again: ` +
        `put one that was loaded through the association, or a new one`,
    );
  const moved = { ...(prefix !== null && own.prefix === null && { prefix }), ...(elsewhere && { source: relatedSource }) };
  return Object.keys(moved).length === 0 ? cs : withData(cs, putMeta(cs.data as object, moved));
}

/** The changeset with the keys of its owner; of none, with null. */
function withKeys({ relatedKeys, ownerKeys, related }: AssociationInfo, cs: ChangesetState, owner: Struct | null): ChangesetState {
  const changes: Record<string, unknown> = { ...cs.changes };
  relatedKeys.forEach((key, at) => {
    const value = owner === null ? null : (owner[ownerKeys[at] as string] ?? null);
    if (sameValue(related, key, (cs.data as Struct)[key], value)) delete changes[key];
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
async function replace(owner: Owner, association: AssociationInfo, entry: ChangesetState): Promise<Outcome> {
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
async function tie(owner: Owner, association: AssociationInfo, entries: readonly ChangesetState[], outcomes: Outcome[]): Promise<void> {
  const before = owner.changeset.action === "insert" ? null : tiedKeys(association, owner.changeset.data as Struct);
  const at: number[] = [];
  const related: Struct[] = [];
  outcomes.forEach((outcome, i) => {
    if (!outcome.ok || outcome.value === null) return;
    const entry = entries[i] as ChangesetState;
    if (before !== null && entry.action !== "insert" && before.has(keyText(association, entry.data as Struct))) return;
    at.push(i);
    related.push(outcome.value);
  });
  const refused = await insertJoinRows(owner, association, related);
  refused.forEach((row, i) => {
    const index = at[i] as number;
    if (row !== null) outcomes[index] = err(withJoinErrors(entries[index] as ChangesetState, row));
  });
}

function tiedKeys(association: AssociationInfo, data: Struct): Set<string> {
  const current = data[association.name];
  return new Set(Array.isArray(current) ? current.map((one) => keyText(association, one as Struct)) : []);
}

function keyText({ relatedKeys }: AssociationInfo, struct: Struct): string {
  return JSON.stringify(relatedKeys.map((key) => String(struct[key] ?? null)));
}
