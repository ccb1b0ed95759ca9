import { ArgumentError, err, ok } from "../../base/index.ts";
import { dataOf, type SchemaChangeset } from "../../changeset/index.ts";
import { meta } from "../../schema/index.ts";
import { applyOnDelete } from "../nested/index.ts";
import {
  atomically,
  beginWrite,
  buildInsert,
  checkSingle,
  copyOf,
  deleteStatement,
  generate,
  markWritten,
  runPrepareChanges,
  putFields,
  readBack,
  refusedChangeset,
  refusedWrite,
  type RowStatement,
  type RowWrites,
  sendInsert,
  sendRow,
  staleChangeset,
  surfaced,
  tableOf,
  updateStatement,
  wantsSavepoint,
  withoutLocked,
  type Writer,
  type WriteResult,
  type WriteInfo,
  writeInfoOf,
} from "../row/index.ts";
import { draftOf, isNested, isRelated, writeEmbeds } from "./draft.ts";
import { writeChildren, writeParents } from "./relations.ts";
import { allOptions, changesetOf, changesetOnly, keyFilters } from "./source.ts";

export type { Writer } from "../row/index.ts";
import type { WriteOptions } from "../engine/index.ts";

type Struct = Record<string, unknown>;

// How relations write their entries: as whatever is given to the repo.
const WRITES: RowWrites = { insert: insertOne, update: updateOne, delete: deleteOne };

/** Inserts a struct or a changeset with all that is nested in it. */
export async function insertOne(writer: Writer, source: unknown, own: WriteOptions = {}): Promise<WriteResult> {
  const given = changesetOf(source, "insert");
  const options = allOptions(writer, given, "insert", own);
  const start = beginWrite(given, "insert", writer, options);
  if (!given.valid) return err(start);
  const writes = writeInfoOf(writer.engine, start.info);
  const cs = surfaced(start, writes);
  if (!cs.valid) return err(cs);
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return await insertGraph(writer, writes, cs, options);
  return await atomically(writer.engine, () => insertGraph(writer, writes, cs, options), options);
}

/** The road of an insert: the changeset, parents, the row, children. */
async function insertGraph(writer: Writer, writes: WriteInfo, cs: SchemaChangeset, options: WriteOptions): Promise<WriteResult> {
  const user = cs.prepare.length === 0 ? cs : withoutLocked(await runPrepareChanges(cs), writes.lockedOnInsert, "insert");
  if (!user.valid) return err(user);
  const draft = draftOf(user);
  const refusedParent = await writeParents(writer, WRITES, draft, options);
  if (refusedParent) return err(refusedParent);
  if (draft.embeds.length > 0) await writeEmbeds(writer, draft, "insert");
  const written = await sendInsert(writer, buildInsert(writer, writes, user, draft.struct, draft.changes, options), options);
  if (!written.ok || !isRelated(draft)) return written;
  const refusedChild = await writeChildren(writer, WRITES, draft, options);
  return refusedChild ? err(refusedChild) : written;
}

/** Updates what a changeset changes, and what is nested in it. */
export async function updateOne(writer: Writer, source: unknown, own: WriteOptions = {}): Promise<WriteResult> {
  const given = changesetOnly(source, "update");
  const options = allOptions(writer, given, "update", own);
  const start = beginWrite(given, "update", writer, options);
  if (!given.valid) return err(start);
  const writes = writeInfoOf(writer.engine, start.info);
  const filters = keyFilters(start, "update");
  const cs = withoutLocked(start, writes.lockedOnUpdate, "update");
  const force = options.force === true || cs.forceUpdate;
  if (!force && Object.keys(cs.changes).length === 0) return ok(dataOf(cs));
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return await updateGraph(writer, writes, cs, filters, force, options);
  return await atomically(writer.engine, () => updateGraph(writer, writes, cs, filters, force, options), options);
}

/** The road of an update: the changeset, parents, the row where it changes, children. */
async function updateGraph(
  writer: Writer,
  writes: WriteInfo,
  cs: SchemaChangeset,
  filters: Struct,
  force: boolean,
  options: WriteOptions,
): Promise<WriteResult> {
  const { info } = writes;
  const user = cs.prepare.length === 0 ? cs : withoutLocked(await runPrepareChanges(cs), writes.lockedOnUpdate, "update");
  if (!user.valid) return err(user);
  const draft = draftOf(user);
  const { struct, changes } = draft;
  const refusedParent = await writeParents(writer, WRITES, draft, options);
  if (refusedParent) return err(refusedParent);
  if (draft.embeds.length > 0) await writeEmbeds(writer, draft, "update");
  putFields(info, changes, struct);
  const changesRow = writes.updatable.some(({ name }) => Object.hasOwn(changes, name));
  const refreshes = (changesRow || force) && generate(writes.refreshed, info, changes, struct);
  const own = meta(user.data);
  const table = tableOf(own, options);
  if (changesRow || refreshes) {
    const row = updateStatement(writer.engine, writes, table, changes, filters, options.returning);
    const refused = await sendChange(writer, user, row, "update", filters, struct, options);
    if (refused) return err(refused);
  }
  markWritten(info, struct, own, table, "loaded");
  if (!isRelated(draft)) return ok(struct);
  const refusedChild = await writeChildren(writer, WRITES, draft, options);
  return refusedChild ? err(refusedChild) : ok(struct);
}

/** Inserts what is built, and updates what is loaded. */
export async function insertOrUpdateOne(writer: Writer, source: unknown, options: WriteOptions = {}): Promise<WriteResult> {
  const cs = changesetOnly(source, "insertOrUpdate");
  const state = cs.info?.source ? meta(cs.data).state : "loaded";
  if (state === "deleted") throw new ArgumentError(`insertOrUpdate was given a ${cs.info?.name} whose row was deleted; build a new one`);
  return state === "built" ? insertOne(writer, cs, options) : updateOne(writer, cs, options);
}

/** Deletes the row of a struct or a changeset, after what its associations' `onDelete` says. */
export async function deleteOne(writer: Writer, source: unknown, own: WriteOptions = {}): Promise<WriteResult> {
  const given = changesetOf(source, "delete");
  const options = allOptions(writer, given, "delete", own);
  const cs = beginWrite(given, "delete", writer, options);
  if (!given.valid) return err(cs);
  const writes = writeInfoOf(writer.engine, cs.info);
  const nested = writes.onDelete.length > 0 || cs.prepare.length > 0;
  if (!nested && !wantsSavepoint(writer.engine, options)) return await deleteGraph(writer, writes, cs, options);
  return await atomically(writer.engine, () => deleteGraph(writer, writes, cs, options), options);
}

/** The road of a delete: the changeset, what `onDelete` says of children, the row. */
async function deleteGraph(writer: Writer, writes: WriteInfo, cs: SchemaChangeset, options: WriteOptions): Promise<WriteResult> {
  const { info } = writes;
  const user = cs.prepare.length === 0 ? cs : await runPrepareChanges(cs);
  if (!user.valid) return err(user);
  const filters = keyFilters(user, "delete");
  for (const association of writes.onDelete) await applyOnDelete(writer, association, dataOf(user), options);
  const struct = copyOf(user);
  for (const name of info.fields) if (Object.hasOwn(user.changes, name) && !info.field(name)?.embed) struct[name] = user.changes[name];
  const own = meta(user.data);
  const table = tableOf(own, options);
  const row = deleteStatement(writer.engine, writes, table, filters, options.returning);
  const refused = await sendChange(writer, user, row, "delete", filters, struct, options);
  if (refused) return err(refused);
  markWritten(info, struct, own, table, "deleted");
  return ok(struct);
}

/** Sends an update or a delete of one row; what constraints and lost rows say of it lands in the changeset. @returns the changeset where it was refused */
async function sendChange(
  writer: Writer,
  user: SchemaChangeset,
  row: RowStatement,
  action: "update" | "delete",
  filters: Struct,
  struct: Struct,
  options: WriteOptions,
): Promise<SchemaChangeset | null> {
  const { info } = user;
  let count: number;
  let first: readonly unknown[] | undefined;
  try {
    const sent = sendRow(writer.engine, row, null, options);
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
