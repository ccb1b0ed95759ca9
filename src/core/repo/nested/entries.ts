// Writes the entries of one association, those that can go together in one statement.
import { type Steps, wait } from "../../adapter/index.ts";
import { ArgumentError, err, ok, rowKey, StaleEntryError } from "../../base/index.ts";
import { type ChangesetState, dataOf, setChanges, withAction, withData } from "../../changeset/index.ts";
import { type AssociationInfo, type JoinedAssociation, meta, putMeta, type SchemaInfo } from "../../schema/index.ts";
import type { WriteResult } from "../row/index.ts";
import { deleteJoinRows, insertJoinRows, type Tie, withJoinErrors } from "./join-rows.ts";
import type { Entry, EntryResult, Fields, Owner } from "./owner.ts";

type Outcome = EntryResult | undefined;

/**
 * Writes entries of an association in their order, and ties them to their owners; stops after the first that the database refuses.
 * @returns what became of each, up to the first that was refused; undefined for those that nothing is known of
 */
export function* writeEntries(association: AssociationInfo, entries: readonly Entry[]): Steps<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let entry = entries[0]; entry !== undefined; entry = entries[outcomes.length]) {
    const at = outcomes.length;
    const batch = yield* writeBatch(association, entries, at, entry);
    for (const outcome of batch) outcomes.push(outcome);
    if (batch.some((outcome, i) => outcome?.ok === false && entries[at + i]?.changeset.valid)) return outcomes;
  }
  if (association.kind === "manyToMany" && outcomes.every((outcome) => outcome?.ok)) yield* tie(association, entries, outcomes);
  return outcomes;
}

/** Writes the entry at a position, and as many of those behind it as can share its statement. */
function* writeBatch(association: AssociationInfo, entries: readonly Entry[], at: number, entry: Entry): Steps<readonly Outcome[]> {
  const { owner } = entry;
  if (association.kind === "manyToMany" && isUntied(entry)) {
    const gone = entriesFrom(entries, at, (next) => next.owner === owner && isUntied(next));
    yield* wait(
      deleteJoinRows(
        owner,
        association,
        gone.map(({ changeset }) => dataOf(changeset)),
      ),
    );
    return gone.map(() => ok(null));
  }
  if (!goesTogether(entry.changeset)) return [yield* writeEntry(association, entry)];
  const group = entriesFrom(entries, at, ({ changeset }) => goesTogether(changeset));
  const written = yield* owner.writes.insertMany(
    owner.writer,
    group.map((one) => tied(association, one)),
    owner.options,
  );
  return written.map((outcome, i) => outcome && withOwnKeys(association, entries[at + i] ?? entry, outcome));
}

/** Entries in a row, from one on. */
function entriesFrom(entries: readonly Entry[], start: number, goesOn: (entry: Entry) => boolean): readonly Entry[] {
  let end = start + 1;
  for (let next = entries[end]; next !== undefined && goesOn(next); next = entries[end]) end++;
  return entries.slice(start, end);
}

function isUntied({ changeset: { action } }: Entry): boolean {
  return action === "replace" || action === "delete";
}

/** Whether an entry is an insert that has no functions and no options of its own. */
export function goesTogether({ action, valid, prepare, repoOpts }: ChangesetState): boolean {
  return action === "insert" && valid && prepare.length === 0 && Object.keys(repoOpts).length === 0;
}

/** Writes one entry by itself. */
export function* writeEntry(association: AssociationInfo, entry: Entry): Steps<EntryResult> {
  const { owner, changeset } = entry;
  const { action } = changeset;
  if (action === "replace") return yield* replace(association, entry);
  if (action !== "insert" && action !== "update" && action !== "delete") {
    throw new ArgumentError(
      `an entry of "${association.name}" of ${association.owner.name} has the action ${JSON.stringify(action)}, with which nothing can be written`,
    );
  }
  const child = action === "delete" ? inTable(owner, association, changeset) : tied(association, entry);
  const outcome = withOwnKeys(association, entry, yield* owner.writes[action](owner.writer, child, owner.options));
  return outcome.ok && action === "delete" ? ok(null) : outcome;
}

/** The entry in its table, and with the owner's key where the entry holds it. */
function tied(association: AssociationInfo, { owner, changeset }: Entry): ChangesetState {
  const child = inTable(owner, association, changeset);
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
  const moves = prefix !== null && own.prefix === null;
  if (!moves && !elsewhere) return cs;
  return withData(cs, putMeta(cs.data, { ...(moves && { prefix }), ...(elsewhere && { source: relatedSource }) }));
}

/** The changeset with the keys of its owner; of none, with null. */
function withKeys({ relatedKeys, ownerKeys, related }: AssociationInfo, cs: ChangesetState, owner: Fields | null): ChangesetState {
  const changes: Record<string, unknown> = { ...cs.changes };
  for (const [at, key] of relatedKeys.entries()) {
    const value = owner === null ? null : (owner[ownerKeys[at] ?? ""] ?? null);
    if (sameValue(related, key, dataOf(cs)[key], value)) delete changes[key];
    else changes[key] = value;
  }
  return setChanges(cs, changes);
}

/** What was refused goes back without the keys that were set on the way. */
function withOwnKeys({ kind, relatedKeys }: AssociationInfo, { changeset }: Entry, outcome: WriteResult): WriteResult {
  if (outcome.ok || (kind !== "hasOne" && kind !== "hasMany")) return outcome;
  const changes: Record<string, unknown> = { ...outcome.error.changes };
  for (const key of relatedKeys) {
    if (Object.hasOwn(changeset.changes, key)) changes[key] = changeset.changes[key];
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
export function* replace(association: AssociationInfo, entry: Entry): Steps<EntryResult> {
  const { owner, changeset } = entry;
  const { kind, onReplace } = association;
  const policy =
    onReplace === "delete" || onReplace === "deleteIfExists" || onReplace === "nilify" || onReplace === "update" ? onReplace : null;
  if (policy === null)
    throw new ArgumentError(
      `an entry of "${association.name}" of ${association.owner.name} would be replaced, and its onReplace is "${onReplace}"`,
    );
  // The key lies in the owner, whose own update clears it.
  if (kind === "belongsTo" && (policy === "nilify" || policy === "update")) return ok(null);
  const child = inTable(owner, association, withAction(changeset, policy === "nilify" || policy === "update" ? "update" : "delete"));
  try {
    const outcome =
      child.action === "update"
        ? yield* owner.writes.update(owner.writer, withKeys(association, child, null), owner.options)
        : yield* owner.writes.delete(owner.writer, child, owner.options);
    return outcome.ok ? ok(null) : withOwnKeys(association, entry, outcome);
  } catch (error) {
    if (policy === "deleteIfExists" && error instanceof StaleEntryError) return ok(null);
    throw error;
  }
}

/** Writes the join rows of entries that are not tied to their owners yet; the outcomes of those that are refused change. */
function* tie(association: JoinedAssociation, entries: readonly Entry[], outcomes: Outcome[]): Steps<void> {
  const before = new Map<Owner, ReadonlySet<unknown>>();
  const untied: (Tie & { readonly at: number; readonly entry: ChangesetState })[] = [];
  for (const [at, { owner, changeset }] of entries.entries()) {
    const outcome = outcomes[at];
    if (!outcome?.ok || outcome.value === null) continue;
    if (owner.changeset.action !== "insert" && changeset.action !== "insert") {
      const known = before.get(owner) ?? tiedKeys(association, dataOf(owner.changeset));
      before.set(owner, known);
      if (known.has(tiedKey(association, dataOf(changeset)))) continue;
    }
    untied.push({ at, owner, entry: changeset, related: outcome.value });
  }
  const refused = yield* insertJoinRows(association, untied);
  for (const [i, { at, entry }] of untied.entries()) {
    const row = refused[i];
    if (row) outcomes[at] = err(withJoinErrors(entry, row));
  }
}

function tiedKeys(association: JoinedAssociation, data: Fields): ReadonlySet<unknown> {
  const current = data[association.name];
  return new Set(Array.isArray(current) ? current.map((one: Fields) => tiedKey(association, one)) : []);
}

function tiedKey({ relatedKeys }: JoinedAssociation, struct: Fields): unknown {
  return rowKey(relatedKeys.map((key) => struct[key] ?? null));
}
