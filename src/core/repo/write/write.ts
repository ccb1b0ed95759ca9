import { ArgumentError, err, NoPrimaryKeyFieldError, NoPrimaryKeyValueError, ok } from "../../base/index.ts";
import {
  change,
  type ChangesetState,
  isChangeset,
  type RelationChange,
  relationChangesets,
  setChanges,
  withValidity,
} from "../../changeset/index.ts";
import { type AssociationInfo, describe, isNotLoaded, meta, type SchemaInfo, tryStructInfo } from "../../schema/index.ts";
import {
  generate,
  embedsPrepare,
  embedStructs,
  prepared,
  begun,
  copyOf,
  pendingInsert,
  putFields,
  runPending,
  surfaced,
  withoutLocked,
  checkSingle,
  deleteRow,
  type InsertRow,
  markWritten,
  readBack,
  refusedWrite,
  runRow,
  tableOf,
  updateRow,
  type WriteShape,
  writeShape,
  refusedChangeset,
  staleChangeset,
  atomically,
  nestedOptions,
  type RowWrites,
  wantsSavepoint,
  type WriteOptions,
  type Writer,
  type WriteResult,
} from "../row/index.ts";

import { checkCall } from "../engine/index.ts";
import { applyOnDelete, type Owner, releaseParents, sameValue, writeRelations } from "../nested/index.ts";

export type { OnConflict, WriteOptions, Writer } from "../row/index.ts";

type Struct = Record<string, unknown>;

/** Inserts a struct or a changeset with all that is nested in it. */
export async function insertOne(writer: Writer, source: unknown, options: WriteOptions = {}): Promise<WriteResult> {
  return await insertRowOf(writer, changesetOf(source, "insert"), options);
}

/** Updates what a changeset changes, and what is nested in it. */
export async function updateOne(writer: Writer, source: unknown, options: WriteOptions = {}): Promise<WriteResult> {
  return await updateRowOf(writer, changesetOnly(source, "update"), options);
}

/** Deletes the row of a struct or a changeset, after what its associations' `onDelete` says. */
export async function deleteOne(writer: Writer, source: unknown, options: WriteOptions = {}): Promise<WriteResult> {
  return await deleteRowOf(writer, changesetOf(source, "delete"), options);
}

/** Inserts what is built, and updates what is loaded. */
export async function insertOrUpdateOne(writer: Writer, source: unknown, options: WriteOptions = {}): Promise<WriteResult> {
  const cs = changesetOnly(source, "insertOrUpdate");
  const state = cs.info?.source ? meta(cs.data as object).state : "loaded";
  if (state === "deleted") throw new ArgumentError(`insertOrUpdate was given a ${cs.info?.name} whose row was deleted; build a new one`);
  return state === "built" ? insertRowOf(writer, cs, options) : updateRowOf(writer, cs, options);
}

function changesetOf(source: unknown, action: string): ChangesetState {
  if (isChangeset(source)) return source;
  if (tryStructInfo(source) !== null) return change(source as never) as ChangesetState;
  throw new ArgumentError(`${action} takes a struct or a changeset, not ${describe(source)}`);
}

function changesetOnly(source: unknown, action: string): ChangesetState {
  if (isChangeset(source)) return source;
  const hint =
    tryStructInfo(source) === null
      ? ""
      : `. Of a struct it cannot be told what changed: give it change(struct, { … }), or a changeset function's result`;
  throw new ArgumentError(`${action} takes a changeset, not ${describe(source)}${hint}`);
}

// What relations lead back to.
const WRITES: RowWrites = { insert: insertRowOf, update: updateRowOf, delete: deleteRowOf };

// ---- insert

async function insertRowOf(writer: Writer, given: ChangesetState, own: WriteOptions): Promise<WriteResult> {
  const options = allOptions(writer, given, "insert", own);
  const start = begun(given, "insert", writer, options);
  if (!given.valid) return err(start);
  const shape = writeShape(writer.engine, given.info as SchemaInfo);
  const cs = surfaced(start, shape);
  if (!cs.valid) return err(cs);
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return await insertNow(writer, shape, cs, options);
  return await atomically(writer.engine, () => insertNow(writer, shape, cs, options), options);
}

async function insertNow(writer: Writer, shape: WriteShape, cs: ChangesetState, options: WriteOptions): Promise<WriteResult> {
  const user = cs.prepare.length === 0 ? cs : withoutLocked(await prepared(cs), shape.lockedOnInsert, "insert");
  if (!user.valid) return err(user);
  const { parents, children, embeds } = splitRelations(user);
  const struct = copyOf(shape.info, user.data as object);
  const changes = withoutAssociations(user.changes, parents, children);
  const refusedParents = await writeParents(writer, user, struct, changes, parents, options);
  if (refusedParents) return err(refusedParents);
  for (const embed of embeds) changes[embed.name] = await embedStructs(writer, embed, "insert");
  const written = await runPending(writer, pendingInsert(writer, shape, user, struct, changes, options), options);
  return written.ok ? writeRest(writer, user, struct, parents, children, options) : written;
}

// ---- update

async function updateRowOf(writer: Writer, given: ChangesetState, own: WriteOptions): Promise<WriteResult> {
  const options = allOptions(writer, given, "update", own);
  const start = begun(given, "update", writer, options);
  if (!given.valid) return err(start);
  const shape = writeShape(writer.engine, given.info as SchemaInfo);
  const filters = keyFilters(start, "update");
  const cs = withoutLocked(start, shape.lockedOnUpdate, "update");
  const force = options.force === true || cs.forceUpdate;
  if (!force && Object.keys(cs.changes).length === 0) return ok(cs.data as Struct);
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return await updateNow(writer, shape, cs, filters, force, options);
  return await atomically(writer.engine, () => updateNow(writer, shape, cs, filters, force, options), options);
}

async function updateNow(
  writer: Writer,
  shape: WriteShape,
  cs: ChangesetState,
  filters: Struct,
  force: boolean,
  options: WriteOptions,
): Promise<WriteResult> {
  const { info } = shape;
  const user = cs.prepare.length === 0 ? cs : withoutLocked(await prepared(cs), shape.lockedOnUpdate, "update");
  if (!user.valid) return err(user);
  const { parents, children, embeds } = splitRelations(user);
  const struct = copyOf(info, user.data as object);
  const changes = withoutAssociations(user.changes, parents, children);
  const refusedParents = await writeParents(writer, user, struct, changes, parents, options);
  if (refusedParents) return err(refusedParents);
  for (const embed of embeds) changes[embed.name] = await embedStructs(writer, embed, "update");
  putFields(info, changes, struct);
  const changesRow = shape.updatable.some(({ name }) => Object.hasOwn(changes, name));
  const refreshes = (changesRow || force) && generate(shape.refreshed, info, changes, struct);
  const own = meta(user.data as object);
  const table = tableOf(own, options);
  if (changesRow || refreshes) {
    const row = updateRow(writer.engine, shape, table, changes, filters, options.returning);
    const refused = await runFiltered(writer, user, row, "update", filters, struct, options);
    if (refused) return err(refused);
  }
  markWritten(info, struct, own, table, "loaded");
  return await writeRest(writer, user, struct, parents, children, options);
}

// ---- delete

async function deleteRowOf(writer: Writer, given: ChangesetState, own: WriteOptions): Promise<WriteResult> {
  const options = allOptions(writer, given, "delete", own);
  const cs = begun(given, "delete", writer, options);
  if (!given.valid) return err(cs);
  const shape = writeShape(writer.engine, given.info as SchemaInfo);
  const nested = shape.onDelete.length > 0 || cs.prepare.length > 0;
  if (!nested && !wantsSavepoint(writer.engine, options)) return await deleteNow(writer, shape, cs, options);
  return await atomically(writer.engine, () => deleteNow(writer, shape, cs, options), options);
}

async function deleteNow(writer: Writer, shape: WriteShape, cs: ChangesetState, options: WriteOptions): Promise<WriteResult> {
  const { info } = shape;
  const user = cs.prepare.length === 0 ? cs : await prepared(cs);
  if (!user.valid) return err(user);
  const filters = keyFilters(user, "delete");
  for (const association of shape.onDelete) await applyOnDelete(writer, association, user.data as Struct, options);
  const struct = copyOf(info, user.data as object);
  for (const name of info.fields) if (Object.hasOwn(user.changes, name) && !info.field(name)?.embed) struct[name] = user.changes[name];
  const own = meta(user.data as object);
  const table = tableOf(own, options);
  const row = deleteRow(writer.engine, shape, table, filters, options.returning);
  const refused = await runFiltered(writer, user, row, "delete", filters, struct, options);
  if (refused) return err(refused);
  markWritten(info, struct, own, table, "deleted");
  return ok(struct);
}

// ---- what they share

/** The options of the changeset under those of the call. */
function allOptions({ engine }: Writer, cs: ChangesetState, action: "insert" | "update" | "delete", own: WriteOptions): WriteOptions {
  if (Object.keys(cs.repoOpts).length === 0) return own;
  checkCall(engine.hooks, action, action, cs.repoOpts);
  return { ...(cs.repoOpts as WriteOptions), ...own };
}

/** Whether a write is more than one statement. */
function isNested(cs: ChangesetState): boolean {
  if (cs.prepare.length > 0) return true;
  for (const { association, entries } of relationChangesets(cs)) {
    if (association !== null || embedsPrepare(entries)) return true;
  }
  return false;
}

interface Relations {
  readonly parents: readonly RelationChange[];
  readonly children: readonly RelationChange[];
  readonly embeds: readonly RelationChange[];
}

function splitRelations(cs: ChangesetState): Relations {
  const all = relationChangesets(cs);
  if (all.length === 0) return NO_RELATIONS;
  return {
    parents: all.filter(({ association }) => association?.kind === "belongsTo"),
    children: all.filter(({ association }) => association !== null && association.kind !== "belongsTo"),
    embeds: all.filter(({ embed }) => embed !== null),
  };
}
const NO_RELATIONS: Relations = { parents: [], children: [], embeds: [] };

function withoutAssociations(
  given: Readonly<Record<string, unknown>>,
  parents: readonly RelationChange[],
  children: readonly RelationChange[],
): Record<string, unknown> {
  const changes: Record<string, unknown> = { ...given };
  for (const { name } of parents) delete changes[name];
  for (const { name } of children) delete changes[name];
  return changes;
}

function ownerOf(writer: Writer, changeset: ChangesetState, struct: Struct, prefix: string | null, options: WriteOptions): Owner {
  return { writer, writes: WRITES, options: nestedOptions(options), changeset, struct, prefix };
}

/** Writes the parents and takes over their keys. @returns the changeset where one was refused */
async function writeParents(
  writer: Writer,
  user: ChangesetState,
  struct: Struct,
  changes: Record<string, unknown>,
  parents: readonly RelationChange[],
  options: WriteOptions,
): Promise<ChangesetState | null> {
  const info = user.info as SchemaInfo;
  resetParents(info, struct, changes, parents);
  if (parents.length === 0) return null;
  const refused = await writeRelations(ownerOf(writer, user, struct, meta(user.data as object).prefix, options), parents);
  if (refused) return withValidity(setChanges(user, refused), false);
  for (const { association } of parents) takeKeys(info, association as AssociationInfo, struct, changes);
  return null;
}

/** Puts the keys of a parent that was written, or null without one, among the owner's changes. */
function takeKeys(
  info: SchemaInfo,
  { name, ownerKeys, relatedKeys }: AssociationInfo,
  struct: Struct,
  changes: Record<string, unknown>,
): void {
  const parent = struct[name] as Struct | null;
  ownerKeys.forEach((key, at) => {
    const value = parent === null ? null : (parent[relatedKeys[at] as string] ?? null);
    if (Object.hasOwn(changes, key) && !sameValue(info, key, changes[key], value)) {
      throw new ArgumentError(
        `"${name}" of ${info.name} cannot be changed, since its foreign key "${key}" is changed to another value too: change one of the two`,
      );
    }
    changes[key] = value;
  });
}

/** A parent that is loaded, and is not the one that a changed foreign key names, is not loaded any more. */
function resetParents(
  info: SchemaInfo,
  struct: Struct,
  changes: Readonly<Record<string, unknown>>,
  written: readonly RelationChange[],
): void {
  for (const name of info.associations) {
    if (!Object.hasOwn(struct, name) || written.some((one) => one.name === name)) continue;
    const association = info.association(name);
    const parent = struct[name] as Struct | null;
    if (association?.kind !== "belongsTo" || isNotLoaded(parent)) continue;
    const other = association.ownerKeys.some(
      (key, at) =>
        Object.hasOwn(changes, key) &&
        !sameValue(info, key, changes[key], parent === null ? null : parent[association.relatedKeys[at] as string]),
    );
    if (other) delete struct[name];
  }
}

/** What comes after the row: parents that it let go of, then what belongs to it. */
async function writeRest(
  writer: Writer,
  user: ChangesetState,
  struct: Struct,
  parents: readonly RelationChange[],
  children: readonly RelationChange[],
  options: WriteOptions,
): Promise<WriteResult> {
  if (parents.length + children.length === 0) return ok(struct);
  const owner = ownerOf(writer, user, struct, meta(struct).prefix, options);
  const refused = (await releaseParents(owner, parents)) ?? (await writeRelations(owner, children));
  return refused ? err(withValidity(setChanges(user, refused), false)) : ok(struct);
}

/** The primary key as it was read, and the changeset's own filters. */
function keyFilters(cs: ChangesetState, action: string): Struct {
  const info = cs.info as SchemaInfo;
  if (info.primaryKey.length === 0)
    throw new NoPrimaryKeyFieldError(
      `cannot ${action} ${info.name}: it has no primary key by which its row could be found; use ${action}All with a query`,
    );
  const filters: Struct = { ...cs.filters };
  for (const key of info.primaryKey) {
    const value = (cs.data as Struct)[key] ?? null;
    if (value === null)
      throw new NoPrimaryKeyValueError(
        `cannot ${action} ${info.name}: its primary key "${key}" is null, so its row cannot be found. Was it inserted?`,
      );
    filters[key] = value;
  }
  return filters;
}

/** Sends an update or a delete of one row. @returns the changeset where it was refused */
async function runFiltered(
  writer: Writer,
  user: ChangesetState,
  row: InsertRow,
  action: "update" | "delete",
  filters: Struct,
  struct: Struct,
  options: WriteOptions,
): Promise<ChangesetState | null> {
  const info = user.info as SchemaInfo;
  let count: number;
  let first: readonly unknown[] | undefined;
  try {
    const sent = runRow(writer.engine, row, null, options);
    const result = sent instanceof Promise ? await sent : sent;
    count = result.count;
    first = result.rows[0];
  } catch (error) {
    return await refusedChangeset(writer.engine, user, error, refusedWrite(action, row, info, filters));
  }
  checkSingle(info, action, count);
  if (count === 0) return options.allowStale === true ? null : staleChangeset(user, action, filters, options);
  if (first !== undefined) readBack(writer.engine, info, row.plan.returning, first, struct);
  return null;
}
