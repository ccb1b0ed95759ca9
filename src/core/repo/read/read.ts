// The reads of the repo: `all`, `one`, `get`, `getBy`, `allBy`, `exists` and their like.
import {
  ArgumentError,
  CastError,
  kindOf,
  MultipleResultsError,
  NoPrimaryKeyFieldError,
  NoPrimaryKeyValueError,
  NoResultsError,
  REDACTED,
  rowKey,
} from "../../base/index.ts";
import {
  clausesThat,
  conditionOf,
  emptyState,
  equal,
  fieldColumn,
  hasAny,
  isNull,
  schemaSource,
  inspectQuery,
  joinNodes,
  keyed,
  type Node,
  type QueryState,
  type Select,
  type Source,
  STATE,
} from "../../query/index.ts";
import type { UniqueQuestion } from "../../changeset/index.ts";
import { infoOf, meta, type SchemaInfo, structInfo, tryStructInfo } from "../../schema/index.ts";
import { exactType } from "../../type/index.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";
import { chain, type MaybePromise } from "../../adapter/index.ts";
import { fetchBy, fetchRows } from "./fetch.ts";
import { rowsByFields, rowsByKey } from "./lookup.ts";
import { filtered, toQuery } from "./to-query.ts";

export { toQuery };

/** How a read runs. */
export type ReadOptions = SharedOptions;

export function all(engine: Engine, queryable: unknown, options: ReadOptions): MaybePromise<unknown[]> {
  return fetchBy(engine, null, toQuery(queryable), options, null);
}

export function one(engine: Engine, queryable: unknown, options: ReadOptions): MaybePromise<unknown> {
  const query = toQuery(queryable);
  return chain(fetchBy(engine, null, query, options, null, true), (rows) => oneOf(query, rows));
}

export function oneOf(query: QueryState, rows: readonly unknown[]): unknown {
  if (rows.length > 1)
    throw new MultipleResultsError(rows.length, `expected at most one result but got ${rows.length}\nin query: ${inspectQuery(query)}`);
  return rows[0] ?? null;
}

export async function oneOrThrow(engine: Engine, queryable: unknown, options: ReadOptions): Promise<unknown> {
  return (await one(engine, queryable, options)) ?? noResults(toQuery(queryable));
}

export function noResults(query: QueryState): never {
  throw new NoResultsError(`expected one result but got none\nin query: ${inspectQuery(query)}`);
}

export function get(engine: Engine, queryable: unknown, id: unknown, options: ReadOptions): MaybePromise<unknown> {
  const rows = rowsByKey(engine, queryable, id, options);
  const query = () => byId(queryable, id)[STATE];
  return chain(rows ?? fetchBy(engine, null, query(), options, null, true), (found) =>
    found.length > 1 ? oneOf(query(), found) : (found[0] ?? null),
  );
}

export async function getOrThrow(engine: Engine, queryable: unknown, id: unknown, options: ReadOptions): Promise<unknown> {
  return (await get(engine, queryable, id, options)) ?? noResults(byId(queryable, id)[STATE]);
}

function byId(queryable: unknown, id: unknown): { readonly [STATE]: QueryState } {
  const query = toQuery(queryable);
  const { info, key } = singleKey(query, "get");
  if (id === null || id === undefined)
    throw new ArgumentError(`get of ${info.name} was given ${id} as its ${key}. A row is found by a key; check the value before`);
  const type = exactType(info.types[key] ?? null);
  const found = equal(fieldColumn(query.source, info, key), { kind: "param", value: castKey(info, key, id), type });
  return { [STATE]: filtered(query, found) };
}

function singleKey(query: QueryState, call: string): { info: SchemaInfo; key: string } {
  const info = "info" in query.source ? query.source.info : null;
  if (!info) throw new ArgumentError(`${call} needs a query whose source is a schema`);
  const [key, ...more] = info.primaryKey;
  if (key !== undefined && more.length === 0) return { info, key };
  throw new NoPrimaryKeyFieldError(
    `${call} needs a schema with a primary key of one field; ${info.name} has ${info.primaryKey.length}. Use getBy`,
  );
}

function castKey(info: SchemaInfo, key: string, id: unknown): unknown {
  const { type } = info.fieldOrThrow(key);
  const cast = exactType(type).cast(id);
  if (cast.ok) return cast.value;
  const shown = type.redact ? REDACTED : typeof id === "object" ? kindOf(id) : JSON.stringify(String(id));
  throw new CastError(`${shown} cannot be cast to ${type.name}, the type of "${key}" of ${info.name}`, {
    type: type.name,
    ...(type.redact ? {} : { value: id }),
  });
}

/** The query with equalities on its root, as `getBy` and `allBy` take them. */
function byClauses(queryable: unknown, clauses: unknown, call: string): { readonly [STATE]: QueryState } {
  const query = toQuery(queryable);
  if (typeof clauses !== "object" || clauses === null || Array.isArray(clauses))
    throw new ArgumentError(`${call} takes an object of conditions such as { title: "x" }, not ${kindOf(clauses)}`);
  if (Object.keys(clauses).length === 0) throw new ArgumentError(`${call} was given no condition at all, which every row meets; use all`);
  return { [STATE]: filtered(query, conditionOf(query, clauses, call) as Node) };
}

export function getBy(engine: Engine, queryable: unknown, clauses: unknown, options: ReadOptions, call = "getBy"): MaybePromise<unknown> {
  const query = () => byClauses(queryable, clauses, call)[STATE];
  const rows = rowsByFields(engine, queryable, clauses, options) ?? fetchBy(engine, null, query(), options, null, true);
  return chain(rows, (found) => (found.length > 1 ? oneOf(query(), found) : (found[0] ?? null)));
}

export async function getByOrThrow(engine: Engine, queryable: unknown, clauses: unknown, options: ReadOptions): Promise<unknown> {
  const call = "getByOrThrow";
  return (await getBy(engine, queryable, clauses, options, call)) ?? noResults(byClauses(queryable, clauses, call)[STATE]);
}

export function allBy(engine: Engine, queryable: unknown, clauses: unknown, options: ReadOptions): MaybePromise<unknown[]> {
  return (
    rowsByFields(engine, queryable, clauses, options) ?? fetchBy(engine, null, byClauses(queryable, clauses, "allBy")[STATE], options, null)
  );
}

/** Clauses that may go by names of the select. */
const NAMES = clausesThat({
  as: false,
  prefix: false,
  ctes: false,
  distinct: false,
  select: false,
  joins: false,
  where: false,
  groupBy: true,
  having: true,
  windows: false,
  combinations: false,
  orderBy: false,
  limit: false,
  offset: false,
  withTies: false,
  lock: false,
  update: false,
  preloads: false,
  limitPer: false,
  hints: false,
});
/** Clauses that choose among the rows that are found: whether one is left is asked around them. */
const COUNTED = clausesThat({
  as: false,
  prefix: false,
  ctes: false,
  distinct: false,
  select: false,
  joins: false,
  where: false,
  groupBy: false,
  having: false,
  windows: false,
  combinations: true,
  orderBy: false,
  limit: true,
  offset: true,
  withTies: false,
  lock: false,
  update: false,
  preloads: false,
  limitPer: false,
  hints: false,
});

/** Whether the query has a row: `SELECT 1 … LIMIT 1`. */
export async function exists(engine: Engine, queryable: unknown, options: ReadOptions): Promise<boolean> {
  const query = toQuery(queryable);
  const one: Select = { kind: "expr", node: { kind: "literal", value: 1 } };
  const lone: QueryState = {
    ...query,
    preloads: [],
    orderBy: [],
    distinct: null,
    // Groups may go by names that the select gives.
    select: hasAny(query, NAMES) ? (query.select ?? one) : one,
    limit: { kind: "param", value: 1, type: null },
  };
  // A combination's columns must stay as they are; it is wrapped instead.
  const asked = hasAny(query, COUNTED) ? { ...emptyState(wrap(query)), select: one, limit: lone.limit } : lone;
  return (await fetchRows(engine, asked, options)).length > 0;
}

export function wrap(query: QueryState): Source {
  return { kind: "subquery", query: { ...query, preloads: [] }, prefix: undefined, hints: [] };
}

/** The structs as they are in the database now, in their order, null where a row is gone. */
export async function reload(engine: Engine, structs: readonly object[], options: ReadOptions): Promise<(object | null)[]> {
  if (structs.length === 0) return [];
  const info = structInfo(structs[0]);
  const { key } = singleKey(toQuery(info.class), "reload");
  const tables = new Map<unknown, Reloaded>();
  const positions = structs.map((struct) => {
    if (tryStructInfo(struct) !== info)
      throw new ArgumentError(
        `reload takes structs of one schema; the list holds ${info.name} and ${tryStructInfo(struct)?.name ?? kindOf(struct)}`,
      );
    const value = (struct as Record<string, unknown>)[key] ?? null;
    if (value === null) throw new NoPrimaryKeyValueError(`reload: a ${info.name} has no ${key}; it is not in the database yet`);
    const { source, prefix } = meta(struct);
    const name = rowKey([source, prefix]);
    const table: Reloaded = tables.get(name) ?? { table: source as string, prefix, values: [], rows: new Map() };
    tables.set(name, table);
    table.values.push([value]);
    return { table, value };
  });
  // Structs of another table or prefix are other rows, whatever their key.
  for (const { table, prefix, values, rows } of tables.values()) {
    const source = schemaSource(info, table, prefix ?? undefined);
    const query: QueryState = { ...emptyState(source), where: keyed([fieldColumn(source, info, key)], values) };
    for (const row of (await fetchRows(engine, query, options)) as Record<string, unknown>[]) rows.set(rowKey([row[key]]), row);
  }
  return positions.map(({ table, value }) => table.rows.get(rowKey([value])) ?? null);
}

interface Reloaded {
  readonly table: string;
  readonly prefix: string | null;
  readonly values: unknown[][];
  readonly rows: Map<unknown, object>;
}

/** The structs as they are in the database now. @throws NoResultsError where a row is gone */
export async function reloadAllOrThrow(engine: Engine, structs: readonly object[], options: ReadOptions): Promise<object[]> {
  const rows = await reload(engine, structs, options);
  const missing = rows.filter((row) => row === null).length;
  if (missing > 0)
    throw new NoResultsError(
      `reload: ${missing} of ${structs.length} ${structInfo(structs[0]).name} structs are not in the database any more`,
    );
  return rows as object[];
}

/** Whether a row other than the excluded one has the values; a null among them asks for null. */
export function isTaken(engine: Engine, question: UniqueQuestion): Promise<boolean> {
  const query = toQuery(question.query ?? question.schema);
  const info = infoOf(question.schema) as SchemaInfo;
  const same = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([field, value]): Node => {
      const node = fieldColumn(query.source, info, field);
      return value === null ? isNull(node) : equal(node, { kind: "param", value, type: node.type });
    });
  const conditions = same(question.where);
  if (question.exclude) conditions.push({ kind: "not", arg: joinNodes("and", same(question.exclude)) });
  const options: ReadOptions = question.prefix === null ? question.options : { ...question.options, prefix: question.prefix };
  return exists(engine, { [STATE]: filtered(query, joinNodes("and", conditions)) }, options);
}
