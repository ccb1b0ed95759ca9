import { ArgumentError, err, ok } from "../../base/index.ts";
import { type ChangesetState, relationChangesets, setChanges, surfaceInsert, withAction, withRepo } from "../../changeset/index.ts";
import { type FieldInfo, type Meta, meta, type SchemaInfo } from "../../schema/index.ts";
import type { TableRef } from "../../plan/index.ts";
import { generate } from "./autogenerate.ts";
import { type ConflictPlan, conflictPlan } from "./conflict.ts";
import { embedsPrepare, embedStructs } from "./embeds.ts";
import {
  type InsertRow,
  insertRow,
  markWritten,
  readBack,
  refusedWrite,
  runRow,
  tableOf,
  type WriteReturning,
  type WriteShape,
  writeShape,
} from "./row.ts";
import { refusedChangeset, staleChangeset, writableViolation } from "./write-errors.ts";
import type { WriteOptions, Writer, WriteResult } from "./writer.ts";

/** An insert that is ready to be sent, and the struct that it becomes. */
export interface Pending {
  /** The changeset as its owner gets it back where the insert is refused. */
  readonly user: ChangesetState;
  readonly shape: WriteShape;
  readonly struct: Record<string, unknown>;
  readonly meta: Meta;
  readonly table: TableRef;
  readonly row: InsertRow;
  readonly conflict: ConflictPlan;
}

/** The changeset with its action and its repo. @throws ArgumentError where it is meant for something else, or has no table */
export function begun(cs: ChangesetState, action: "insert" | "update" | "delete", writer: Writer, options: WriteOptions): ChangesetState {
  if (cs.info === null || cs.info.source === null) {
    throw new ArgumentError(
      `cannot ${action} ${cs.info === null ? "data without a schema" : `${cs.info.name}, which is an embedded schema`}: it has no table`,
    );
  }
  if (cs.action === "ignore" && cs.valid)
    throw new ArgumentError(
      `a valid changeset of ${cs.info.name} with the action "ignore" was given to ${action}: only invalid ones can be ignored`,
    );
  if (cs.action !== null && cs.action !== action && cs.action !== "ignore")
    throw new ArgumentError(`a changeset of ${cs.info.name} with the action "${cs.action}" was given to ${action}`);
  return withRepo(withAction(cs, action), writer.repo, options as Readonly<Record<string, unknown>>);
}

/** The changeset without changes of fields that the action does not write. */
export function withoutLocked(cs: ChangesetState, locked: readonly FieldInfo[], action: "insert" | "update"): ChangesetState {
  const written = locked.filter((field) => Object.hasOwn(cs.changes, field.name));
  if (written.length === 0) return cs;
  const changes: Record<string, unknown> = { ...cs.changes };
  for (const field of written) {
    writableViolation(cs.info as SchemaInfo, field, action);
    delete changes[field.name];
  }
  return setChanges(cs, changes);
}

/** The changeset with everything that an insert writes. */
export function surfaced(cs: ChangesetState, shape: WriteShape): ChangesetState {
  const after = surfaceInsert(cs);
  for (const field of shape.lockedOnInsert) {
    if (!Object.hasOwn(cs.changes, field.name) && (cs.data[field.name] ?? null) !== null) writableViolation(shape.info, field, "insert");
  }
  return withoutLocked(after, shape.lockedOnInsert, "insert");
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
export function pendingInsert(
  writer: Writer,
  shape: WriteShape,
  user: ChangesetState,
  struct: Record<string, unknown>,
  changes: Record<string, unknown>,
  options: WriteOptions,
  returning: WriteReturning = options.returning,
): Pending {
  const own = meta(user.data as object);
  const table = tableOf(own, options);
  const conflict = conflictPlan(writer.engine, shape.info, table, options);
  putFields(shape.info, changes, struct);
  generate(shape.generated, shape.info, changes, struct);
  return { user, shape, struct, meta: own, table, conflict, row: insertRow(writer.engine, shape, table, changes, conflict, returning) };
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
): Promise<Pending | null> {
  if (entry.action !== "insert" || !entry.valid || entry.prepare.length > 0 || Object.keys(entry.repoOpts).length > 0) return null;
  const shape = writeShape(writer.engine, entry.info as SchemaInfo);
  const user = surfaced(begun(entry, "insert", writer, options), shape);
  if (!user.valid) return null;
  const changes: Record<string, unknown> = { ...user.changes };
  for (const relation of relationChangesets(user)) {
    if (relation.embed === null || embedsPrepare(relation.entries)) return null;
    changes[relation.name] = await embedStructs(writer, relation, "insert");
  }
  return pendingInsert(writer, shape, user, copyOf(shape.info, user.data), changes, options, returning);
}

/** A copy of a struct, whose meta is still to be set. */
export function copyOf(info: SchemaInfo, data: object): Record<string, unknown> {
  return Object.assign(new info.Row(), data) as Record<string, unknown>;
}

/** The struct of an insert that was done. */
export function inserted(
  writer: Writer,
  { shape, struct, table, row, meta: own }: Pending,
  answer: readonly unknown[] | undefined,
): Record<string, unknown> {
  if (answer !== undefined) readBack(writer.engine, shape.info, row.plan.returning, answer, struct);
  markWritten(shape.info, struct, own, table, "loaded");
  return struct;
}

/** Sends one insert. */
export async function runPending(writer: Writer, pending: Pending, options: WriteOptions): Promise<WriteResult> {
  const { user, row, conflict } = pending;
  let count: number;
  let first: readonly unknown[] | undefined;
  try {
    const sent = runRow(writer.engine, row, conflict, options);
    const result = sent instanceof Promise ? await sent : sent;
    count = result.count;
    first = result.rows[0];
  } catch (error) {
    return err(await refusedChangeset(writer.engine, user, error, refusedWrite("insert", row, pending.shape.info)));
  }
  // Nothing done about a conflict is what "nothing" asks for; an update that met no row is stale.
  if (count === 0 && conflict.clause.kind !== "nothing" && options.allowStale !== true)
    return err(staleChangeset(user, "insert", {}, options));
  return ok(inserted(writer, pending, first));
}
