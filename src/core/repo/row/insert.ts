import { err, ok } from "../../base/index.ts";
import { type ChangesetState, dataOf, relationChangesets, type SchemaChangeset } from "../../changeset/index.ts";
import { type Meta, meta, type SchemaInfo } from "../../schema/index.ts";
import type { TableRef } from "../../plan/index.ts";
import { generate } from "./autogenerate.ts";
import { beginWrite, surfaced } from "./changeset.ts";
import { type ResolvedConflict, resolveConflict } from "./conflict.ts";
import { embedsPrepare, embedStructs } from "./embeds.ts";
import { readBack, type WriteReturning } from "./returning.ts";
import { refusedWrite, sendRow } from "./send.ts";
import { type WriteInfo, writeInfoOf } from "./write-info.ts";
import { insertStatement, type RowStatement } from "./statement.ts";
import { markWritten, tableOf } from "./table.ts";
import { refusedChangeset, staleChangeset } from "./write-errors.ts";
import type { Writer, WriteResult } from "./writer.ts";
import type { WriteOptions } from "../engine/index.ts";

/** An insert that is ready to be sent, and the struct that it becomes. */
export interface PendingInsert {
  /** The changeset as its owner gets it back where the insert is refused. */
  readonly user: SchemaChangeset;
  readonly writes: WriteInfo;
  readonly struct: Record<string, unknown>;
  readonly meta: Meta;
  readonly table: TableRef;
  readonly row: RowStatement;
  readonly conflict: ResolvedConflict;
}

/** Puts changes of fields into a struct; relations are none. */
export function putFields(info: SchemaInfo, changes: Readonly<Record<string, unknown>>, struct: Record<string, unknown>): void {
  for (const name of Object.keys(changes)) if (info.field(name)) struct[name] = changes[name];
}

/**
 * Builds the insert of a changeset.
 * @param struct the copy of the data that becomes the result
 * @param changes the changes that are written; they are changed here
 */
export function buildInsert(
  writer: Writer,
  writes: WriteInfo,
  user: SchemaChangeset,
  struct: Record<string, unknown>,
  changes: Record<string, unknown>,
  options: WriteOptions,
  returning: WriteReturning = options.returning,
): PendingInsert {
  const own = meta(user.data);
  const table = tableOf(own, options);
  const conflict = resolveConflict(writer.engine, writes.info, table, options);
  putFields(writes.info, changes, struct);
  generate(writes.generated, writes.info, changes, struct);
  return {
    user,
    writes: writes,
    struct,
    meta: own,
    table,
    conflict,
    row: insertStatement(writer.engine, writes, table, changes, conflict, returning),
  };
}

/**
 * The insert of a nested changeset that is nothing but one row, ready to be sent with others of its kind.
 * @returns null where it has relations or functions of its own, or is not valid
 */
export async function plainInsert(
  writer: Writer,
  entry: ChangesetState,
  options: WriteOptions,
  returning?: WriteReturning,
): Promise<PendingInsert | null> {
  if (entry.action !== "insert" || !entry.valid || entry.prepare.length > 0 || Object.keys(entry.repoOpts).length > 0) return null;
  const start = beginWrite(entry, "insert", writer, options);
  const writes = writeInfoOf(writer.engine, start.info);
  const user = surfaced(start, writes);
  if (!user.valid) return null;
  const changes: Record<string, unknown> = { ...user.changes };
  for (const relation of relationChangesets(user)) {
    if (relation.embed === null || embedsPrepare(relation.entries)) return null;
    changes[relation.name] = await embedStructs(writer, relation, "insert");
  }
  return buildInsert(writer, writes, user, copyOf(user), changes, options, returning);
}

/** A copy of a struct, whose meta is still to be set. */
export function copyOf(cs: SchemaChangeset): Record<string, unknown> {
  return Object.assign(new cs.info.Row(), dataOf(cs));
}

/** The struct of an insert that was done. */
export function inserted(
  writer: Writer,
  { writes, struct, table, row, meta: own }: PendingInsert,
  answer: readonly unknown[] | undefined,
): Record<string, unknown> {
  const { returning, lastKey } = row.plan;
  if (answer !== undefined) readBack(writer.engine, writes.info, lastKey ? [lastKey] : returning, answer, struct);
  markWritten(writes.info, struct, own, table, "loaded");
  return struct;
}

/** Sends one insert. */
export async function sendInsert(writer: Writer, pending: PendingInsert, options: WriteOptions): Promise<WriteResult> {
  const { user, row, conflict } = pending;
  let count: number;
  let first: readonly unknown[] | undefined;
  try {
    const sent = sendRow(writer.engine, row, conflict, options);
    const result = sent instanceof Promise ? await sent : sent;
    count = result.count;
    first = row.plan.lastKey === undefined ? result.rows[0] : [result.lastId];
  } catch (error) {
    return err(await refusedChangeset(writer.engine, user, error, refusedWrite("insert", row, pending.writes.info)));
  }
  // Nothing done about a conflict is what "nothing" asks for; an update that met no row is stale.
  if (count === 0 && conflict.clause.kind !== "nothing" && options.allowStale !== true)
    return err(staleChangeset(user, "insert", {}, options));
  return ok(inserted(writer, pending, first));
}
