// Writes the associations of owners of one schema, one after the other or side by side.
import type { Steps } from "../../adapter/index.ts";
import { ArgumentError } from "../../base/index.ts";
import { type AssociationChange, type ChangesetState, dataOf, invalidChangeset, toChangeset } from "../../changeset/index.ts";
import { type AssociationInfo, isNotLoaded, meta, type SchemaInfo } from "../../schema/index.ts";
import type { Engine } from "../engine/index.ts";
import { goesTogether, replace, sameValue, writeEntries, writeEntry } from "./entries.ts";
import type { Entry, EntryResult, Fields, Owner } from "./owner.ts";
import { isNested, siblings } from "../row/index.ts";

/** An owner, and the relations of it that are written. */
export interface Owned {
  readonly owner: Owner;
  readonly relations: readonly AssociationChange[];
}

/** One owner's change of an association. */
interface Part {
  readonly owner: Owner;
  /** The position of the owner. */
  readonly of: number;
  readonly relation: AssociationChange;
  /** What became of its entries; undefined for those that nothing is known of. */
  readonly outcomes: (EntryResult | undefined)[];
}

/**
 * Writes the entries of relations of owners of one schema, those of an association together, and puts their structs into the owners'.
 * After the first entry that the database refuses nothing more is sent.
 * @returns null, or where an entry was refused the changes of each owner that it concerns, with that entry's changeset in its place
 */
export function* writeRelations(engine: Engine, owned: readonly Owned[]): Steps<readonly (Fields | null)[] | null> {
  const associations = partsOf(owned);
  const works = associations.map(([association, parts]) => ({
    steps: writeParts(association, parts),
    alone: parts.some(declares),
    atOnce: () => parts.every(isAtOnce),
  }));
  const written = yield* siblings(engine, works, (halted) => halted);
  let refused: (Fields | null)[] | null = null;
  for (const [at, [, parts]] of associations.entries()) {
    for (const { owner, of, relation, outcomes } of parts) {
      const { name, entries, association } = relation;
      const many = association.cardinality === "many";
      if (outcomes.some((outcome) => outcome?.ok === false)) {
        refused ??= owned.map(() => null);
        const after = entries.map((entry, i) => errorOf(outcomes[i]) ?? entry);
        refused[of] = { ...owner.changeset.changes, ...refused[of], [name]: many ? after : after[0] };
      } else if (written[at] !== undefined) {
        const structs = outcomes.flatMap((outcome) => (outcome?.ok && outcome.value !== null ? [outcome.value] : []));
        owner.struct[name] = many ? structs : (structs[0] ?? null);
      }
    }
  }
  return refused;
}

/** What is written by association, in the order of the schema. */
function partsOf(owned: readonly Owned[]): readonly (readonly [AssociationInfo, readonly Part[]])[] {
  const associations = new Map<AssociationInfo, Part[]>();
  for (const [of, { owner, relations }] of owned.entries()) {
    for (const relation of relations) {
      const part: Part = { owner, of, relation, outcomes: relation.entries.map(() => undefined) };
      const parts = associations.get(relation.association);
      if (parts) parts.push(part);
      else associations.set(relation.association, [part]);
    }
  }
  const all = [...associations];
  if (owned.length === 1) return all;
  const place = ({ owner, name }: AssociationInfo) => owner.associations.indexOf(name);
  return all.sort(([a], [b]) => place(a) - place(b));
}

/** Whether an entry may take an error of the database, for which it is sent in a way that can be taken back. */
function declares({ relation }: Part): boolean {
  return relation.entries.some(({ constraints }) => constraints.length > 0);
}

/** Whether its entries are but inserts, which go out one behind the other: nothing is deleted before them, and nothing waits for their keys. */
function isAtOnce({ owner, relation: { association, entries } }: Part): boolean {
  const { kind } = association;
  if (kind === "manyToMany" || (kind === "hasOne" && owner.changeset.action !== "insert")) return false;
  return entries.every(
    (changeset) => goesTogether(changeset) && !isNested(changeset) && !holdsOthers(association.related, dataOf(changeset)),
  );
}

/** Whether structs stand in the associations of one that is inserted, which are inserted with it. */
function holdsOthers({ associations }: SchemaInfo, data: Fields): boolean {
  return associations.some((name) => Object.hasOwn(data, name) && data[name] !== null && !isNotLoaded(data[name]));
}

function errorOf(outcome: EntryResult | undefined): ChangesetState | null {
  return outcome === undefined || outcome.ok ? null : outcome.error;
}

/** Writes an association of several owners. @returns whether the database refused an entry, so that nothing more is to be sent */
function* writeParts(association: AssociationInfo, parts: readonly Part[]): Steps<boolean> {
  const isParent = association.kind === "belongsTo";
  const list: (Entry & { readonly part: Part; readonly at: number })[] = [];
  for (const part of parts) {
    const { owner, relation } = part;
    checkActions(owner, relation);
    if (association.cardinality === "one" && !isParent && hasPrevious(owner, association))
      yield* replacePrevious(owner, association, relation.entries[0] ?? null);
    for (const { changeset, at } of inOrder(relation)) {
      // A parent is deleted when the owner's row has let go of it.
      if (!isParent || changeset.action !== "delete") list.push({ owner, changeset, part, at });
    }
  }
  const outcomes = yield* writeEntries(association, list);
  for (const [i, { part, at }] of list.entries()) part.outcomes[at] = outcomes[i];
  return list.some(({ changeset }, i) => changeset.valid && errorOf(outcomes[i])?.valid === false);
}

function checkActions(owner: Owner, { association, entries }: AssociationChange): void {
  if (owner.changeset.action !== "insert" || !entries.some(({ action }) => action === "delete")) return;
  throw new ArgumentError(
    `an entry of "${association.name}" has the action "delete", but its ${association.owner.name} is only being inserted: leave the entry out`,
  );
}

/** Entries with their positions; those that are replaced first, so that a unique index never sees the old row beside the new one. */
function inOrder({ entries, reordered }: AssociationChange): readonly { readonly changeset: ChangesetState; readonly at: number }[] {
  const positions = entries.map((changeset, at) => ({ changeset, at }));
  const isReplaced = ({ changeset }: { readonly changeset: ChangesetState }) => changeset.action === "replace";
  if (reordered || !positions.some(isReplaced)) return positions;
  return [...positions.filter(isReplaced), ...positions.filter((position) => !isReplaced(position))];
}

/**
 * Deletes the parents that the owner's row has let go of: before it has, their foreign key would forbid it.
 * @returns null, or where one was refused the owner's changes, with that entry's changeset in its place
 */
export function* releaseParents(owner: Owner, parents: readonly AssociationChange[]): Steps<Fields | null> {
  for (const { name, association, entries } of parents) {
    const entry = entries[0] ?? null;
    yield* replacePrevious(owner, association, entry);
    if (entry?.action !== "delete") continue;
    const outcome = yield* writeEntry(association, { owner, changeset: entry });
    if (!outcome.ok) return { ...owner.changeset.changes, [name]: outcome.error };
  }
  return null;
}

function hasPrevious({ changeset }: Owner, { name }: AssociationInfo): boolean {
  return (dataOf(changeset)[name] ?? null) !== null;
}

/** Does what `onReplace` says to the loaded struct of an association of one, where another entry, or none, is put in its place. */
function* replacePrevious(owner: Owner, association: AssociationInfo, next: ChangesetState | null): Steps<void> {
  const struct = dataOf(owner.changeset)[association.name];
  if (typeof struct !== "object" || struct === null || isNotLoaded(struct) || meta(struct).state === "built") return;
  const { related } = association;
  const previous = toChangeset(struct);
  const isSame = (key: string) => next !== null && sameValue(related, key, dataOf(previous)[key], dataOf(next)[key]);
  if (next !== null && related.primaryKey.every(isSame)) return;
  const outcome = yield* replace(association, { owner, changeset: previous });
  if (!outcome.ok) throw invalidChangeset(outcome.error, outcome.error.action ?? "replace");
}
