import { ArgumentError } from "../../base/index.ts";
import { type PlannedReturning, rowLoader, type Shape } from "../../plan/index.ts";
import { emptyState, queryOf, type Source, STATE } from "../../query/index.ts";
import type { SchemaInfo } from "../../schema/index.ts";
import { type Engine, loadRows, needsBigints, type BulkOptions } from "../engine/index.ts";
import { returningFields, tableSource } from "../row/index.ts";
import type { BulkTarget } from "./target.ts";

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

export function planReturned(engine: Engine, { info, table }: BulkTarget, { returning, queryCache }: BulkOptions): Returned {
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
  const columns = names.map((name) => info.fieldOrThrow(name).column);
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
