import { ArgumentError, didYouMean } from "../../base/index.ts";
import type { Statement } from "../../adapter/index.ts";
import { type PlannedReturning, rowLoader, type Shape, type TableRef } from "../../plan/index.ts";
import { emptyState, queryOf, type Source, STATE } from "../../query/index.ts";
import type { FieldInfo, SchemaInfo } from "../../schema/index.ts";
import type { Type } from "../../type/index.ts";
import { tableSource, returningFields, type BulkOptions } from "../row/index.ts";
import { type Engine, loadRows, needsBigints } from "../engine/index.ts";

/** Where insertAll writes: a table, with its schema where it has one. */
export interface BulkTarget {
  readonly info: SchemaInfo | null;
  readonly table: TableRef;
}

/** A statement and its parameters, as an adapter hands them over. */
export interface BulkStatement {
  readonly statement: Statement;
  readonly params: readonly unknown[];
}

/** A value of the option `placeholders`, by its name. */
export class Placeholder {
  /** The name of the value. */
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Stands in a row of insertAll for a value of the option `placeholders`, which many rows share and which is sent once.
 * @throws ArgumentError where the name is no text
 * @example const seen = { premiere: "2018-03-29" };
 * await repo.insertAll(Movie, [{ title: "Dune", premiere: placeholder("premiere") }], { placeholders: seen }) // => { count: 1, rows: null }
 * @see Ecto.Repo.insert_all/3
 */
export function placeholder(name: string): Placeholder {
  if (typeof name !== "string") throw new ArgumentError("placeholder takes the name of a value in the option placeholders");
  return new Placeholder(name);
}

export interface BulkColumn {
  readonly key: string;
  readonly column: string;
  readonly type: Type | null;
  readonly field: FieldInfo | null;
}

/** The column of a row's key. @throws ArgumentError where the schema does not write one of that name */
export function bulkColumn({ info, table }: BulkTarget, key: string): BulkColumn {
  if (info === null) return { key, column: key, type: null, field: null };
  const field = info.field(key);
  if (field && !field.virtual && field.writable !== "never") return { key, column: field.column, type: field.type, field };
  const what = info.association(key)
    ? `"${key}" is an association: set its foreign key`
    : field
      ? `"${key}" ${field.virtual ? "is virtual" : "is never written"}`
      : `there is no field "${key}". ${didYouMean(key, info.insertableFields)}`;
  throw new ArgumentError(`insertAll into ${info.name} ("${table.name}"): ${what}`);
}

/** What is read back, and how rows become results. */
export interface Returned {
  readonly columns: readonly string[];
  /** What is selected instead of columns, with its parameters, encoded. */
  readonly select: PlannedReturning | null;
  readonly params: readonly unknown[];
  readonly bigints: boolean;
  /** Some of the parameters must not be shown. */
  readonly secret: boolean;
  load(rows: readonly (readonly unknown[])[]): unknown[] | null;
}

export function returnedShape(engine: Engine, { info, table }: BulkTarget, { returning, queryCache }: BulkOptions): Returned {
  if (returning === undefined || returning === false) return { ...NO_COLUMNS, bigints: false, load: () => null };
  if (typeof returning === "function") return selected(engine, tableSource(info, table), table.prefix, returning, queryCache);
  if (info === null) {
    if (returning === true) throw new ArgumentError("returning: true needs a schema, which knows the columns; name them in a list");
    if (!Array.isArray(returning) || returning.length === 0 || returning.some((name) => typeof name !== "string"))
      throw new ArgumentError("the option returning is true, false or a list of at least one field");
    const fields = returning.map((name, at) => ({ name, at, type: null }));
    return loading(engine, returning, true, { kind: "map", info, fields, meta: null, nullable: false, root: false });
  }
  const names = returningFields(info, returning);
  const fields = names.map((name, at) => ({ name, at, type: info.types[name] ?? null }));
  const rest = returning === true ? info.virtualFields.map((name) => [name, fixedDefault(info, name)] as const) : [];
  const own = table.name === info.source && table.prefix === info.prefix;
  const meta = own ? null : Object.freeze({ ...info.loadedMeta, source: table.name, prefix: table.prefix });
  const columns = names.map((name) => info.columns[name] as string);
  const bigints = fields.some(({ type }) => needsBigints(type));
  return loading(engine, columns, bigints, { kind: "struct", info, fields, rest, meta, nullable: false, root: true });
}

const NO_COLUMNS = { columns: [], select: null, params: [], secret: false } as const;

/** What a function selects of the rows that are written. */
function selected(
  engine: Engine,
  source: Source,
  prefix: string | null,
  select: (row: never) => unknown,
  queryCache: boolean | undefined,
): Returned {
  const query = queryOf<never, {}, unknown>(emptyState(source)).select(select)[STATE];
  const { plan, params } = engine.plans.returning(query, prefix, queryCache);
  return {
    ...NO_COLUMNS,
    select: plan.returning,
    params: params.map((param) => engine.plans.encodeParam(param)),
    bigints: plan.bigints,
    secret: plan.secret,
    load: (rows) => loadRows(engine.plans, plan, rows, null),
  };
}

function fixedDefault(info: SchemaInfo, name: string): unknown {
  const value = info.field(name)?.default;
  return typeof value === "function" ? null : value;
}

function loading(engine: Engine, columns: readonly string[], bigints: boolean, shape: Shape): Returned {
  const reading = { shape, load: rowLoader(shape, engine.plans.loaderOf), root: null, assembler: null };
  return { ...NO_COLUMNS, columns, bigints, load: (rows) => loadRows(engine.plans, reading, rows, null) };
}
