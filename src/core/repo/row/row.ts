import { ArgumentError, didYouMean, Lru, MultiplePrimaryKeyError } from "../../base/index.ts";
import type { Compiled, RawResult, RefusedWrite, Statement } from "../../adapter/index.ts";
import type { ColumnRef, TableRef } from "../../plan/index.ts";
import { type AssociationInfo, type FieldInfo, type Meta, meta, type SchemaInfo, setMeta } from "../../schema/index.ts";
import { type Generator, insertGenerators, updateGenerators } from "./autogenerate.ts";
import type { ConflictPlan } from "./conflict.ts";
import { type Engine, type SharedOptions, LoadError, needsBigints } from "../engine/index.ts";

import { changeError } from "./write-errors.ts";

/** A statement that writes rows of one shape: which columns, which answer. */
export interface RowPlan {
  readonly statement: Statement;
  readonly table: TableRef;
  readonly columns: readonly ColumnRef[];
  /** For each placeholder the index of its value; null where they stand in order. */
  readonly order: readonly number[] | null;
  readonly returning: readonly FieldInfo[];
}

/** What writes ask of a schema, worked out once per engine, and the statements that were built for it. */
export interface WriteShape {
  readonly info: SchemaInfo;
  readonly insertable: readonly FieldInfo[];
  readonly updatable: readonly FieldInfo[];
  /** Fields that an insert does not write, and those that an update does not. */
  readonly lockedOnInsert: readonly FieldInfo[];
  readonly lockedOnUpdate: readonly FieldInfo[];
  readonly generated: readonly Generator[];
  readonly refreshed: readonly Generator[];
  /** The key that the database numbers. */
  readonly databaseKey: FieldInfo | null;
  readonly onDelete: readonly AssociationInfo[];
  readonly plans: Lru<RowPlan>;
}

const shapes = new WeakMap<Engine, WeakMap<SchemaInfo, WriteShape>>();

// Statements of one schema, by number and by their characters; beyond that, texts are so many that keeping them helps nobody.
const MAX_PLANS = 500;
const MAX_PLAN_TEXT = 4 * 1024 * 1024;

export function writeShape(engine: Engine, info: SchemaInfo): WriteShape {
  let known = shapes.get(engine);
  if (!known) {
    known = new WeakMap();
    shapes.set(engine, known);
  }
  let shape = known.get(info);
  if (!shape) {
    shape = makeShape(info);
    known.set(info, shape);
  }
  return shape;
}

function makeShape(info: SchemaInfo): WriteShape {
  const fields = info.fields.map((name) => info.fieldOrThrow(name));
  return {
    info,
    insertable: fields.filter((field) => field.writable !== "never"),
    updatable: fields.filter((field) => field.writable === "always"),
    lockedOnInsert: fields.filter((field) => field.writable === "never"),
    lockedOnUpdate: fields.filter((field) => field.writable !== "always"),
    generated: insertGenerators(info),
    refreshed: updateGenerators(info),
    databaseKey: fields.find((field) => field.primaryKey && field.autogenerate === "database") ?? null,
    onDelete: info.associations.map((name) => info.associationOrThrow(name)).filter(({ onDelete }) => onDelete !== "nothing"),
    plans: new Lru({ max: MAX_PLANS, maxWeight: MAX_PLAN_TEXT }),
  };
}

/** The table that a struct is of; the option wins over what the struct says. */
export function tableOf(meta: Meta, options: SharedOptions): TableRef {
  return { prefix: options.prefix ?? meta.prefix, name: meta.source as string, schema: meta.schema, context: meta.context };
}

/** The prefix of rows that are written along with a struct: the option's, else that of their own schema, else the struct's. */
export function besidePrefix(info: SchemaInfo | null, struct: object, options: SharedOptions): string | undefined {
  return options.prefix ?? info?.prefix ?? meta(struct).prefix ?? undefined;
}

/** A value as the driver takes it. @throws ChangeError where it is not of the field's type */
export function encodeField(engine: Engine, info: SchemaInfo, field: FieldInfo, value: unknown, action: string): unknown {
  try {
    return engine.plans.encodeValue(value, field.type);
  } catch (error) {
    if (error instanceof TypeError) throw changeError(info, field, action, value, error);
    throw error;
  }
}

/** An insert of one row, ready to be sent alone or with others of its plan. */
export interface InsertRow {
  readonly plan: RowPlan;
  readonly values: readonly unknown[];
}

/** The insert of the given values; fields without one are left to the database, and so is a null key. */
export function insertRow(
  engine: Engine,
  shape: WriteShape,
  table: TableRef,
  given: Readonly<Record<string, unknown>>,
  conflict: ConflictPlan,
  returning: WriteReturning,
): InsertRow {
  const { insertable, info } = shape;
  const values: unknown[] = [];
  let key = `i${tableKey(info, table)}${conflict.key}${returningKey(returning)}|`;
  for (const field of insertable) {
    if (!isSent(given, field)) {
      key += "0";
      continue;
    }
    key += "1";
    values.push(encodeField(engine, info, field, given[field.name], "insert"));
  }
  let plan = shape.plans.get(key);
  if (!plan)
    plan = remember(
      shape,
      key,
      insertPlan(
        engine,
        shape,
        table,
        insertable.filter((field) => isSent(given, field)),
        conflict,
        returning,
      ),
    );
  return { plan, values };
}

function isSent(given: Readonly<Record<string, unknown>>, field: FieldInfo): boolean {
  return Object.hasOwn(given, field.name) && !(field.primaryKey && (given[field.name] ?? null) === null);
}

function insertPlan(
  engine: Engine,
  shape: WriteShape,
  table: TableRef,
  fields: readonly FieldInfo[],
  conflict: ConflictPlan,
  wanted: WriteReturning,
): RowPlan {
  const columns = fields.map(columnRef);
  const { databaseKey } = shape;
  const returning =
    wanted === "none" ? [] : returnedFields(shape.info, wanted, databaseKey && !fields.includes(databaseKey) ? databaseKey : null);
  // The parameters of the conflict clause come first, since they are numbered from 0.
  const offset = conflict.params.length;
  const cells = fields.map(({ type }, at) => ({ kind: "param" as const, index: offset + at, type }));
  const compiled = engine.adapter.insertSql({
    table,
    columns,
    rows: [cells],
    onConflict: conflict.clause,
    returning: returning.map(({ column }) => column),
  });
  return rowPlan(compiled, table, columns, returning, secretOf(shape.info, compiled, columns, conflict), offset + fields.length);
}

/** Sets the given values in the row that the filters find. */
export function updateRow(
  engine: Engine,
  shape: WriteShape,
  table: TableRef,
  given: Readonly<Record<string, unknown>>,
  filters: Readonly<Record<string, unknown>>,
  returning: WriteReturning,
): InsertRow {
  const { updatable, info } = shape;
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
  let plan = shape.plans.get(key);
  if (!plan) {
    const set = updatable.filter((field) => Object.hasOwn(given, field.name)).map(columnRef);
    const where = Object.keys(filters).map((name) => columnRef(info.fieldOrThrow(name)));
    const returned = returnedFields(info, returning, null);
    const compiled = engine.adapter.updateSql({ table, set, where, returning: returned.map(({ column }) => column) });
    plan = remember(shape, key, rowPlan(compiled, table, set, returned, secretOf(info, compiled, [...set, ...where]), values.length));
  }
  return { plan, values };
}

/** Deletes the row that the filters find. */
export function deleteRow(
  engine: Engine,
  shape: WriteShape,
  table: TableRef,
  filters: Readonly<Record<string, unknown>>,
  returning: WriteReturning,
): InsertRow {
  const { info } = shape;
  const values: unknown[] = [];
  const key = `d${tableKey(info, table)}${returningKey(returning)}${addFilters(engine, info, filters, values, "delete")}`;
  let plan = shape.plans.get(key);
  if (!plan) {
    const where = Object.keys(filters).map((name) => columnRef(info.fieldOrThrow(name)));
    const returned = returnedFields(info, returning, null);
    const compiled = engine.adapter.deleteSql({ table, where, returning: returned.map(({ column }) => column) });
    plan = remember(shape, key, rowPlan(compiled, table, where, returned, secretOf(info, compiled, where), values.length));
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

function tableKey(info: SchemaInfo, { name, prefix, context }: TableRef): string {
  const own = context === info.context ? "" : `@${contextKey(context)}`;
  if (name === info.source && prefix === info.prefix) return own;
  return `${name.length}:${name}${prefix === null ? "" : `${prefix.length}:${prefix}`}${own}`;
}

// The adapter may write other SQL for another context, whatever that is: objects are told apart by themselves.
const contexts = new WeakMap<object, number>();
let nextContext = 1;

function contextKey(context: unknown): string {
  if ((typeof context !== "object" && typeof context !== "function") || context === null) {
    const text = String(context);
    return `${typeof context}${text.length}:${text}`;
  }
  const known = contexts.get(context) ?? nextContext++;
  contexts.set(context, known);
  return `${known};`;
}

function remember(shape: WriteShape, key: string, plan: RowPlan): RowPlan {
  shape.plans.set(key, plan, key.length + plan.statement.sql.length);
  return plan;
}

function rowPlan(
  { sql, params }: Compiled,
  table: TableRef,
  columns: readonly ColumnRef[],
  returning: readonly FieldInfo[],
  secret: Pick<Statement, "secret">,
  count: number,
): RowPlan {
  const inOrder = params.length === count && params.every((index, at) => index === at);
  return {
    statement: {
      sql,
      readOnly: false,
      returnsRows: returning.length > 0,
      bigints: returning.some(({ type }) => needsBigints(type)),
      prepare: true,
      ...secret,
    },
    table,
    columns,
    order: inOrder ? null : params,
    returning,
  };
}

/** The places of values that must not be shown: those of redacted columns, and what the conflict clause says of its own. */
function secretOf(
  info: SchemaInfo,
  { params }: Compiled,
  columns: readonly ColumnRef[],
  conflict: Pick<ConflictPlan, "params" | "secret"> = { params: [] },
): Pick<Statement, "secret"> {
  const first = conflict.params.length;
  const hidden = (index: number) => (index < first ? conflict.secret?.includes(index) : columns[index - first]?.type?.redact);
  const secret = params.flatMap((index, at) => (hidden(index) ? [at] : []));
  return info.sensitive || conflict.secret || secret.length > 0 ? { secret } : {};
}

/** The option `returning`; "none" where the struct is not needed afterwards. */
export type WriteReturning = boolean | readonly string[] | "none" | undefined;

function returningKey(returning: WriteReturning): string {
  if (returning === undefined || returning === false) return "";
  if (returning !== true && returning !== "none" && !(Array.isArray(returning) && returning.every((name) => typeof name === "string")))
    throw new ArgumentError("the option returning is true, false or a list of at least one field");
  return Array.isArray(returning) ? `<${returning.map((name) => `${name.length}:${name}`).join("")}` : `<${returning}`;
}

/** The fields that are read back: those asked for, those that the database fills in, and the key that it numbered. */
function returnedFields(info: SchemaInfo, returning: WriteReturning, key: FieldInfo | null): readonly FieldInfo[] {
  const names = new Set(returning === undefined || returning === "none" ? [] : returningFields(info, returning));
  for (const name of info.readAfterWrites) names.add(name);
  if (key) names.add(key.name);
  return info.fields.filter((name) => names.has(name)).map((name) => info.fieldOrThrow(name));
}

/** The fields of the option `returning`. @throws ArgumentError for an empty list or an unknown field */
export function returningFields(info: SchemaInfo, returning: boolean | readonly string[]): readonly string[] {
  if (typeof returning === "boolean") return returning ? info.fields : [];
  if (!Array.isArray(returning) || returning.length === 0)
    throw new ArgumentError("the option returning is true, false or a list of at least one field");
  for (const name of returning as readonly string[]) {
    if (!info.fields.includes(name))
      throw new ArgumentError(`returning: ${info.name} has no field "${name}" in the database. ${didYouMean(name, info.fields)}`);
  }
  return returning as readonly string[];
}

/** What was to be written, where a constraint has refused it. */
export function refusedWrite(
  action: RefusedWrite["action"],
  { plan, values }: InsertRow,
  info: SchemaInfo,
  filters: Readonly<Record<string, unknown>> = {},
): RefusedWrite {
  const found = Object.keys(filters).map((name) => info.columns[name] as string);
  const first = values.length - found.length;
  return {
    action,
    table: plan.table,
    columns: action === "delete" ? [] : plan.columns.map(({ name }) => name),
    rows: action === "delete" ? [] : [values.slice(0, first)],
    where: action === "insert" ? null : Object.fromEntries(found.map((column, at) => [column, values[first + at]])),
  };
}

/** Sends the statement of one row. */
export function runRow(
  engine: Engine,
  { plan, values }: InsertRow,
  conflict: ConflictPlan | null,
  options: SharedOptions,
): RawResult | Promise<RawResult> {
  const all = conflict && conflict.params.length > 0 ? [...conflict.params, ...values] : values;
  const params = plan.order === null ? all : plan.order.map((index) => all[index]);
  return engine.run(plan.statement, params, options, plan.table.name);
}

/** Puts what the database answered into the struct. */
export function readBack(
  engine: Engine,
  info: SchemaInfo,
  returning: readonly FieldInfo[],
  row: readonly unknown[],
  struct: Record<string, unknown>,
): void {
  for (let at = 0; at < returning.length; at++) {
    const field = returning[at] as FieldInfo;
    const value = row[at] ?? null;
    const load = engine.plans.loaderOf(field.type);
    try {
      struct[field.name] = load === null || (value === null && !field.type.handlesNull) ? value : load(value as never);
    } catch (error) {
      throw new LoadError(
        `cannot load "${field.name}" of ${info.name} as ${field.type.name}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error, field: field.name, schema: info.name, type: field.type.name },
      );
    }
  }
}

/** Says of a struct that was just made where it is now. */
export function markWritten(info: SchemaInfo, struct: object, meta: Meta, table: TableRef, state: Meta["state"]): void {
  const own = info.loadedMeta;
  const usual = state === "loaded" && table.name === own.source && table.prefix === own.prefix && meta.context === own.context;
  setMeta(
    struct,
    usual ? own : Object.freeze({ schema: meta.schema, source: table.name, prefix: table.prefix, state, context: meta.context }),
  );
}

/** Throws where a write by key met several rows. */
export function checkSingle(info: SchemaInfo, action: string, count: number): void {
  if (count <= 1) return;
  throw new MultiplePrimaryKeyError(
    count,
    `expected to ${action} one row of ${info.name}, and ${count} have that primary key (${info.primaryKey.join(", ")}). The field that the schema calls its primary key must be unique in the table`,
  );
}
