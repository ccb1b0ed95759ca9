// The writes of one struct or changeset: `insert`, `update`, `delete`, `insertOrUpdate`.
import { type MaybePromise, run, type Steps, wait } from "../../adapter/index.ts";
import { ArgumentError, err, ok } from "../../base/index.ts";
import { type ChangesetState, dataOf, type SchemaChangeset } from "../../changeset/index.ts";
import { meta } from "../../schema/index.ts";
import { applyOnDelete } from "../nested/index.ts";
import {
  atomically,
  beginWrite,
  copyOf,
  deleteStatement,
  generate,
  isNested,
  markWritten,
  runPrepareChanges,
  putFields,
  type RowWrites,
  sendRow,
  surfaced,
  tableOf,
  updateStatement,
  wantsSavepoint,
  withoutLocked,
  type Writer,
  type WriteResult,
  type WriteReturning,
  type WriteInfo,
  writeInfoOf,
} from "../row/index.ts";
import { type Draft, draftOf, writeEmbeds } from "./draft.ts";
import { insertDrafts } from "./insert.ts";
import { writeChildren, writeParents } from "./relations.ts";
import { allOptions, changesetOf, changesetOnly, keyFilters } from "./source.ts";

export type { Writer } from "../row/index.ts";
import type { WriteOptions } from "../engine/index.ts";

type Struct = Record<string, unknown>;

// How relations write their entries: as whatever is given to the repo.
const WRITES: RowWrites = { insert: insertRow, insertMany, update: updateRow, delete: deleteRow };

/** Inserts a struct or a changeset with all that is nested in it. */
export function insertOne(writer: Writer, source: unknown, options: WriteOptions = {}): MaybePromise<WriteResult> {
  return run(insertRow(writer, source, options));
}

/** Updates what a changeset changes, and what is nested in it. */
export function updateOne(writer: Writer, source: unknown, options: WriteOptions = {}): MaybePromise<WriteResult> {
  return run(updateRow(writer, source, options));
}

/** Deletes the row of a struct or a changeset, after what its associations' `onDelete` says. */
export function deleteOne(writer: Writer, source: unknown, options: WriteOptions = {}): MaybePromise<WriteResult> {
  return run(deleteRow(writer, source, options));
}

/** Inserts what is built, and updates what is loaded. */
export function insertOrUpdateOne(writer: Writer, source: unknown, options: WriteOptions = {}): MaybePromise<WriteResult> {
  const cs = changesetOnly(source, "insertOrUpdate");
  const state = cs.info?.source ? meta(cs.data).state : "loaded";
  if (state === "deleted") throw new ArgumentError(`insertOrUpdate was given a ${cs.info?.name} whose row was deleted; build a new one`);
  return state === "built" ? insertOne(writer, cs, options) : updateOne(writer, cs, options);
}

function* insertRow(writer: Writer, source: unknown, own: WriteOptions): Steps<WriteResult> {
  const given = changesetOf(source, "insert");
  const options = allOptions(writer, given, "insert", own);
  const start = beginWrite(given, "insert", writer, options);
  if (!given.valid) return err(start);
  const writes = writeInfoOf(writer.engine, start.info);
  const cs = surfaced(start, writes);
  if (!cs.valid) return err(cs);
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return yield* insertGraph(writer, writes, cs, options);
  return yield* atomically(writer.engine, () => insertGraph(writer, writes, cs, options), options);
}

/** The road of an insert: the changeset, parents, the row, children. */
function* insertGraph(writer: Writer, writes: WriteInfo, cs: SchemaChangeset, options: WriteOptions): Steps<WriteResult> {
  const user = cs.prepare.length === 0 ? cs : withoutLocked(yield* runPrepareChanges(cs), writes.lockedOnInsert, "insert");
  if (!user.valid) return err(user);
  const [result = err(user)] = yield* insertDrafts(writer, WRITES, [draftOf(user, writes)], options);
  return result;
}

function* insertMany(
  writer: Writer,
  changesets: readonly ChangesetState[],
  options: WriteOptions,
  returning?: WriteReturning,
): Steps<readonly (WriteResult | undefined)[]> {
  const drafts: Draft[] = [];
  let refused: WriteResult | null = null;
  for (const given of changesets) {
    const start = beginWrite(given, "insert", writer, options);
    const writes = writeInfoOf(writer.engine, start.info);
    const cs = surfaced(start, writes);
    if (!cs.valid) {
      refused = err(cs);
      break;
    }
    drafts.push(draftOf(cs, writes));
  }
  const results = yield* insertDrafts(writer, WRITES, drafts, options, returning);
  return refused !== null && results.every((result) => result?.ok) ? [...results, refused] : results;
}

function* updateRow(writer: Writer, source: unknown, own: WriteOptions): Steps<WriteResult> {
  const given = changesetOnly(source, "update");
  const options = allOptions(writer, given, "update", own);
  const start = beginWrite(given, "update", writer, options);
  if (!given.valid) return err(start);
  const writes = writeInfoOf(writer.engine, start.info);
  const filters = keyFilters(start, "update");
  const cs = withoutLocked(start, writes.lockedOnUpdate, "update");
  const force = options.force === true || cs.forceUpdate;
  if (!force && Object.keys(cs.changes).length === 0) return ok(dataOf(cs));
  if (!isNested(cs) && !wantsSavepoint(writer.engine, options)) return yield* updateGraph(writer, writes, cs, filters, force, options);
  return yield* atomically(writer.engine, () => updateGraph(writer, writes, cs, filters, force, options), options);
}

/** The road of an update: the changeset, parents, the row where it changes, children. */
function* updateGraph(
  writer: Writer,
  writes: WriteInfo,
  cs: SchemaChangeset,
  filters: Struct,
  force: boolean,
  options: WriteOptions,
): Steps<WriteResult> {
  const { info } = writes;
  const user = cs.prepare.length === 0 ? cs : withoutLocked(yield* runPrepareChanges(cs), writes.lockedOnUpdate, "update");
  if (!user.valid) return err(user);
  const draft = draftOf(user, writes);
  const { struct, changes } = draft;
  const parents = writeParents(writer, WRITES, [draft], options);
  const [refusedParent] = (parents && (yield* parents)) ?? [];
  if (refusedParent) return refusedParent;
  if (draft.embeds.length > 0) yield* writeEmbeds(writer, draft, "update");
  putFields(info, changes, struct);
  const changesRow = writes.updatable.some(({ name }) => Object.hasOwn(changes, name));
  const refreshes = (changesRow || force) && generate(writes.refreshed, info, changes, struct);
  const own = meta(user.data);
  const table = tableOf(own, options);
  if (changesRow || refreshes) {
    const row = updateStatement(writer.engine, writes, table, changes, filters, options.returning);
    const refused = yield* sendRow(writer.engine, { action: "update", user, row, struct, filters, conflict: null }, options);
    if (refused) return err(refused);
  }
  markWritten(info, struct, own, table, "loaded");
  const children = writeChildren(writer, WRITES, [draft], options);
  const [refusedChild] = (children && (yield* children)) ?? [];
  return refusedChild ?? ok(struct);
}

function* deleteRow(writer: Writer, source: unknown, own: WriteOptions): Steps<WriteResult> {
  const given = changesetOf(source, "delete");
  const options = allOptions(writer, given, "delete", own);
  const cs = beginWrite(given, "delete", writer, options);
  if (!given.valid) return err(cs);
  const writes = writeInfoOf(writer.engine, cs.info);
  const nested = writes.onDelete.length > 0 || cs.prepare.length > 0;
  if (!nested && !wantsSavepoint(writer.engine, options)) return yield* deleteGraph(writer, writes, cs, options);
  return yield* atomically(writer.engine, () => deleteGraph(writer, writes, cs, options), options);
}

/** The road of a delete: the changeset, what `onDelete` says of children, the row. */
function* deleteGraph(writer: Writer, writes: WriteInfo, cs: SchemaChangeset, options: WriteOptions): Steps<WriteResult> {
  const { info } = writes;
  const user = cs.prepare.length === 0 ? cs : yield* runPrepareChanges(cs);
  if (!user.valid) return err(user);
  const filters = keyFilters(user, "delete");
  for (const association of writes.onDelete) yield* wait(applyOnDelete(writer, association, dataOf(user), options));
  const struct = copyOf(user);
  for (const name of info.fields) if (Object.hasOwn(user.changes, name) && !info.field(name)?.embed) struct[name] = user.changes[name];
  const own = meta(user.data);
  const table = tableOf(own, options);
  const row = deleteStatement(writer.engine, writes, table, filters, options.returning);
  const refused = yield* sendRow(writer.engine, { action: "delete", user, row, struct, filters, conflict: null }, options);
  if (refused) return err(refused);
  markWritten(info, struct, own, table, "deleted");
  return ok(struct);
}
