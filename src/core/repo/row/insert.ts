import { err, ok } from "../../base/index.ts";
import type { Steps } from "../../adapter/index.ts";
import { dataOf, type SchemaChangeset } from "../../changeset/index.ts";
import { type Meta, meta, type SchemaInfo } from "../../schema/index.ts";
import type { TableRef } from "../../plan/index.ts";
import { generate } from "./autogenerate.ts";
import { type ResolvedConflict, resolveConflict } from "./conflict.ts";
import type { WriteReturning } from "./returning.ts";
import { type RowWrite, sendRow } from "./send.ts";
import type { WriteInfo } from "./write-info.ts";
import { insertStatement } from "./statement.ts";
import { markWritten, tableOf } from "./table.ts";
import type { WriteResult } from "./writer.ts";
import type { Engine, WriteOptions } from "../engine/index.ts";

/** An insert that is ready to be sent, and the struct that it becomes. */
export interface PendingInsert extends RowWrite {
  readonly meta: Meta;
  readonly table: TableRef;
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
 * @param before the insert before it, of the same schema with the same options
 */
export function buildInsert(
  engine: Engine,
  writes: WriteInfo,
  user: SchemaChangeset,
  struct: Record<string, unknown>,
  changes: Record<string, unknown>,
  options: WriteOptions,
  returning: WriteReturning,
  before?: PendingInsert,
): PendingInsert {
  const { info } = writes;
  const own = meta(user.data);
  const isAlike = before !== undefined && before.meta === own;
  const table = isAlike ? before.table : tableOf(own, options);
  const conflict = isAlike ? before.conflict : resolveConflict(engine, info, table, options);
  putFields(info, changes, struct);
  generate(writes.generated, info, changes, struct);
  const row = insertStatement(engine, writes, table, changes, conflict, returning);
  return { action: "insert", user, struct, meta: own, table, conflict, row, filters: NO_FILTERS };
}

const NO_FILTERS = Object.freeze({});

/** A copy of a struct, whose meta is still to be set. */
export function copyOf(cs: SchemaChangeset): Record<string, unknown> {
  return Object.assign(new cs.info.Row(), dataOf(cs));
}

/** The struct of an insert that was done. */
export function inserted({ user, struct, table, meta: own }: PendingInsert): Record<string, unknown> {
  markWritten(user.info, struct, own, table, "loaded");
  return struct;
}

/** Sends one insert. */
export function* sendInsert(engine: Engine, pending: PendingInsert, options: WriteOptions): Steps<WriteResult> {
  const refused = yield* sendRow(engine, pending, options);
  return refused === null ? ok(inserted(pending)) : err(refused);
}
