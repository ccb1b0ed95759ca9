// The statements that write one row, each planned once for the columns that it names.
import type { BulkInsert, Compiled, Statement } from "../../adapter/index.ts";
import type { ColumnRef, TableRef } from "../../plan/index.ts";
import type { FieldInfo, SchemaInfo } from "../../schema/index.ts";
import { type Engine, needsBigints } from "../engine/index.ts";
import type { ResolvedConflict } from "./conflict.ts";
import { fieldsReadBack, returningKey, type WriteReturning } from "./returning.ts";
import type { RowPlan, WriteInfo } from "./write-info.ts";
import { tableKey } from "./table.ts";
import { changeError } from "./write-errors.ts";

/** A value as the driver takes it. @throws ChangeError where it is not of the field's type */
export function encodeField(engine: Engine, info: SchemaInfo, field: FieldInfo, value: unknown, action: string): unknown {
  try {
    return engine.plans.encodeValue(value, field.type);
  } catch (error) {
    if (error instanceof TypeError) throw changeError(info, field, action, value, error);
    throw error;
  }
}

/** A statement of one row, ready to be sent; inserts of one plan go together. */
export interface RowStatement {
  readonly plan: RowPlan;
  readonly values: readonly unknown[];
}

/** The insert of the given values; fields without one are left to the database, and so is a null key. */
export function insertStatement(
  engine: Engine,
  writes: WriteInfo,
  table: TableRef,
  given: Readonly<Record<string, unknown>>,
  conflict: ResolvedConflict,
  returning: WriteReturning,
): RowStatement {
  const { insertable, info } = writes;
  const values: unknown[] = [];
  // A bit for each field that is sent.
  let sent = insertable.length > MAX_BITS ? "" : 0;
  for (const [at, field] of insertable.entries()) {
    const isOne = isSent(given, field);
    if (typeof sent === "string") sent += isOne ? "1" : "0";
    else if (isOne) sent |= 1 << at;
    if (isOne) values.push(encodeField(engine, info, field, given[field.name], "insert"));
  }
  const about = `${tableKey(info, table)}${conflict.key}${returningKey(returning)}`;
  const compile = () => {
    const fields = insertable.filter((field) => isSent(given, field));
    return compileInsert(engine, writes, table, fields, conflict, returning);
  };
  // What is usual is found without a text.
  if (about === "" && typeof sent === "number") {
    const known = writes.inserts.get(sent);
    if (known !== undefined) return { plan: known, values };
  }
  const key = `i${about}|${sent}`;
  const plan = writes.plans.get(key) ?? remember(writes, key, compile());
  if (about === "" && typeof sent === "number" && writes.inserts.size < MAX_INSERTS) writes.inserts.set(sent, plan);
  return { plan, values };
}

// Numbers have 32 bits for these operations, one of which is the sign.
const MAX_BITS = 30;
const MAX_INSERTS = 100;

function isSent(given: Readonly<Record<string, unknown>>, field: FieldInfo): boolean {
  return Object.hasOwn(given, field.name) && !(field.primaryKey && (given[field.name] ?? null) === null);
}

function compileInsert(
  engine: Engine,
  writes: WriteInfo,
  table: TableRef,
  fields: readonly FieldInfo[],
  conflict: ResolvedConflict,
  wanted: WriteReturning,
): RowPlan {
  const columns = fields.map(columnRef);
  const { databaseKey } = writes;
  const returning =
    wanted === "none" ? [] : fieldsReadBack(writes.info, wanted, databaseKey && !fields.includes(databaseKey) ? databaseKey : null);
  const lastId =
    returning.length === 1 && returning[0] === databaseKey && conflict.clause.kind === "raise" && !engine.adapter.features.returning;
  // The parameters of the conflict clause come first, since they are numbered from 0.
  const offset = conflict.params.length;
  const cells = fields.map(({ type }, at) => ({ kind: "param" as const, index: offset + at, type }));
  const compiled = engine.adapter.insertSql({
    table,
    columns,
    rows: [cells],
    onConflict: conflict.clause,
    returning: lastId ? [] : returning.map(({ column }) => column),
  });
  const secret = secretOf(writes.info, compiled, columns, conflict);
  return rowPlan(compiled, table, columns, returning, secret, offset + fields.length, lastId);
}

/** What inserts many rows of a plan. */
export function bulkInsertOf(engine: Engine, plan: RowPlan, { clause }: ResolvedConflict): BulkInsert {
  const { statement, table, columns, returning } = plan;
  const { bigints, secret } = statement;
  const shown = secret === undefined ? {} : { secret: secret.length > 0 ? ("all" as const) : secret };
  plan.bulk ??= engine.adapter.bulkInsert(
    { table, columns, onConflict: clause, returning: returning.map(({ column }) => column) },
    { bigints, ...shown },
  );
  return plan.bulk;
}

/** Sets the given values in the row that the filters find. */
export function updateStatement(
  engine: Engine,
  writes: WriteInfo,
  table: TableRef,
  given: Readonly<Record<string, unknown>>,
  filters: Readonly<Record<string, unknown>>,
  returning: WriteReturning,
): RowStatement {
  const { updatable, info } = writes;
  const values: unknown[] = [];
  let key = `u${tableKey(info, table)}${returningKey(returning)}|`;
  for (const field of updatable) {
    if (!Object.hasOwn(given, field.name)) {
      key += "0";
      continue;
    }
    key += "1";
    values.push(encodeField(engine, info, field, given[field.name], "update"));
  }
  key += addFilters(engine, info, filters, values, "update");
  let plan = writes.plans.get(key);
  if (!plan) {
    const set = updatable.filter((field) => Object.hasOwn(given, field.name)).map(columnRef);
    const where = Object.keys(filters).map((name) => columnRef(info.fieldOrThrow(name)));
    const returned = fieldsReadBack(info, returning, null);
    const compiled = engine.adapter.updateSql({ table, set, where, returning: returned.map(({ column }) => column) });
    plan = remember(writes, key, rowPlan(compiled, table, set, returned, secretOf(info, compiled, [...set, ...where]), values.length));
  }
  return { plan, values };
}

/** Deletes the row that the filters find. */
export function deleteStatement(
  engine: Engine,
  writes: WriteInfo,
  table: TableRef,
  filters: Readonly<Record<string, unknown>>,
  returning: WriteReturning,
): RowStatement {
  const { info } = writes;
  const values: unknown[] = [];
  const key = `d${tableKey(info, table)}${returningKey(returning)}${addFilters(engine, info, filters, values, "delete")}`;
  let plan = writes.plans.get(key);
  if (!plan) {
    const where = Object.keys(filters).map((name) => columnRef(info.fieldOrThrow(name)));
    const returned = fieldsReadBack(info, returning, null);
    const compiled = engine.adapter.deleteSql({ table, where, returning: returned.map(({ column }) => column) });
    plan = remember(writes, key, rowPlan(compiled, table, where, returned, secretOf(info, compiled, where), values.length));
  }
  return { plan, values };
}

function addFilters(
  engine: Engine,
  info: SchemaInfo,
  filters: Readonly<Record<string, unknown>>,
  values: unknown[],
  action: string,
): string {
  let key = "";
  for (const name in filters) {
    key += `?${name.length}:${name}`;
    values.push(encodeField(engine, info, info.fieldOrThrow(name), filters[name], action));
  }
  return key;
}

function columnRef({ column, type }: FieldInfo): ColumnRef {
  return { name: column, type };
}

function rowPlan(
  { sql, params }: Compiled,
  table: TableRef,
  columns: readonly ColumnRef[],
  returning: readonly FieldInfo[],
  secret: Pick<Statement, "secret">,
  count: number,
  lastId = false,
): RowPlan {
  const inOrder = params.length === count && params.every((index, at) => index === at);
  return {
    statement: {
      sql,
      readOnly: false,
      returnsRows: returning.length > 0 && !lastId,
      bigints: returning.some(({ type }) => needsBigints(type)),
      prepare: true,
      ...secret,
    },
    table,
    columns,
    order: inOrder ? null : params,
    returning,
    lastId,
    bulk: null,
  };
}

/** The places of values that must not be shown: those of redacted columns, and what the conflict clause says of its own. */
function secretOf(
  info: SchemaInfo,
  { params }: Compiled,
  columns: readonly ColumnRef[],
  conflict: Pick<ResolvedConflict, "params" | "secret"> = { params: [] },
): Pick<Statement, "secret"> {
  const first = conflict.params.length;
  const hidden = (index: number) => (index < first ? conflict.secret?.includes(index) : columns[index - first]?.type?.redact);
  const secret = params.flatMap((index, at) => (hidden(index) ? [at] : []));
  return info.sensitive || conflict.secret || secret.length > 0 ? { secret } : {};
}

function remember(writes: WriteInfo, key: string, plan: RowPlan): RowPlan {
  writes.plans.set(key, plan, key.length + plan.statement.sql.length);
  return plan;
}
