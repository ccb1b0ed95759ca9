import { ArgumentError, checkOptions, INSPECT, isPlainObject, kindOf, optionNames, PRINT, QueryError } from "../base/index.ts";
import {
  type AnySchema,
  type Field,
  infoOf,
  type InstanceOf,
  isField,
  type SchemaInfo,
  structInfo,
  tryStructInfo,
} from "../schema/index.ts";
import { isCut, isStorableText, redactedType, resolveType, type Type } from "../type/index.ts";
import { type BindingObject, REF } from "./binding.ts";
import { Expr } from "./expr.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { isSlot } from "./slot.ts";
import type { AssocSource, BindingRef, Node, QueryState, Source } from "./node.ts";
import { schemaOf } from "./take.ts";
import type { AssocRef } from "./binding-types.ts";
import type { SourceOptions } from "./clause-types.ts";
import type { JoinSource } from "./row-types.ts";
import type { SOURCE, VALUE } from "../schema/index.ts";

/** A source that is neither a schema nor a query: what `subquery`, `cte` and `values` make. */
class SourceRef {
  /** @internal */
  readonly source: Source;
  constructor(source: Source) {
    this.source = source;
  }
  [PRINT](): string {
    return `#Source<${this.source.kind}>`;
  }
  [INSPECT](): string {
    return this[PRINT]();
  }
  toJSON(): string {
    return this[PRINT]();
  }
}

/** A query as a source, and as its one value. */
class SubqueryExpr<out T> extends Expr<T | null> implements SourceRef, JoinSource<T> {
  declare readonly [VALUE]: T;
  declare readonly [SOURCE]: "source";
  /** @internal */
  readonly source: Source;
  readonly [STATE]: QueryState;
  constructor(query: QueryState) {
    super({ kind: "subquery", query });
    this.source = { kind: "subquery", query, prefix: undefined, hints: [] };
    this[STATE] = query;
  }
}

/** Whether a value is a source already, so that its state is only for its use as a value. */
export function isSource(value: unknown): value is SourceRef {
  return value instanceof SourceRef || value instanceof SubqueryExpr;
}

/** An association of a binding, as `assoc(m, "actors")` gives it to a join. */
export class AssocJoin<out S> implements AssocRef<S> {
  declare readonly [VALUE]: S;
  /** @internal */
  readonly source: AssocSource;
  readonly association: string;
  constructor(source: AssocSource) {
    this.source = source;
    this.association = source.association;
  }
}

/** What `from` and joins take, as a source; a query with nothing but its source stands for that source. */
export function sourceOf(value: unknown, options: SourceOptions = {}): Source {
  const more = placeOf(options);
  const info = infoOf(value);
  if (info) {
    if (info.source === null) throw new QueryError(`${info.name} is an embedded schema: it has no table to query`);
    return { kind: "schema", info, table: info.source, prefix: more.prefix, hints: more.hints };
  }
  if (typeof value === "string") return { kind: "table", name: value, ...more };
  if (isSource(value)) return sourceWith(value.source, options);
  if (value instanceof Expr) return { kind: "fragment", node: value.node, info: null, columns: fragmentColumns(options.columns), ...more };
  const [table, schema]: readonly unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
  const rows = infoOf(schema);
  if (rows) return withTable(table, rows, more);
  throw new QueryError(`a query is made from a schema, a table's name, a query, a subquery, a cte or a fragment, not ${kindOf(value)}`);
}

/** Where a source lies, and how the database is to read it. */
export function placeOf({ prefix, hints }: SourceOptions): { prefix: string | null | undefined; hints: readonly Node[] } {
  return { prefix: prefixOf(prefix), hints: hintNodes(hints) };
}

/** A source under the options given beside it: a prefix in place of its own, and more hints. A source of its own in any case. */
export function sourceWith(source: Source, options: SourceOptions): Source {
  const prefix = options.prefix === undefined ? source.prefix : prefixOf(options.prefix);
  return { ...source, prefix, hints: [...source.hints, ...hintNodes(options.hints)] };
}

function prefixOf(prefix: unknown): string | null | undefined {
  if (prefix === undefined || prefix === null || (typeof prefix === "string" && prefix !== "")) return prefix;
  throw new QueryError(`a prefix is a text or null, not ${prefix === "" ? "an empty one" : kindOf(prefix)}`);
}

function fragmentColumns(columns: SourceOptions["columns"]): readonly string[] | null {
  if (columns === undefined) return null;
  if (Array.isArray(columns) && columns.length > 0 && columns.every((name) => typeof name === "string" && name !== "")) return [...columns];
  throw new QueryError("columns of a fragment are a list of names, and at least one");
}

/** Another table or a fragment, with the rows of a schema. Ecto's {source, Schema}. */
function withTable(table: unknown, info: SchemaInfo, more: { prefix: string | null | undefined; hints: readonly Node[] }): Source {
  if (typeof table === "string") return { kind: "schema", info, table, ...more };
  if (table instanceof Expr) return { kind: "fragment", node: table.node, info, columns: null, ...more };
  throw new QueryError(`a pair as a source is a table's name or a fragment, and a schema; not ${kindOf(table)}`);
}

/** Hints that may come as a text: in each a name at most, and numbers. */
const HINTS = [
  /^NOT INDEXED$/i,
  /^INDEXED BY [A-Za-z_]\w*$/i,
  /^TABLESAMPLE (SYSTEM|BERNOULLI) ?\(\d+(\.\d+)?\)( REPEATABLE ?\(\d+(\.\d+)?\))?$/i,
  /^(USE|FORCE|IGNORE) (INDEX|KEY) ?\([A-Za-z_]\w*(, ?[A-Za-z_]\w*)*\)$/i,
];

/** What is written behind a source: fragments, or one of the texts that are known to be hints. */
export function hintNodes(hints: SourceOptions["hints"]): readonly Node[] {
  if (hints === undefined) return [];
  return [hints].flat().map((hint): Node => {
    if (hint instanceof Expr && hint.node.kind === "fragment") return hint.node;
    if (typeof hint !== "string") throw new QueryError(`a hint is a text or a fragment, sql\`…\`, not ${kindOf(hint)}`);
    if (HINTS.some((known) => known.test(hint))) return { kind: "fragment", parts: [hint], type: null };
    throw new QueryError(
      `${JSON.stringify(hint)} is no known hint, such as "INDEXED BY name", "NOT INDEXED" or "TABLESAMPLE BERNOULLI (10)". Write other SQL as a fragment, sql\`…\`, with sql.identifier(name) for a name; sql.unsafe(text) takes a text that nobody else has made`,
    );
  });
}

interface SubqueryOptions {
  readonly prefix?: string;
}
const SUBQUERY_OPTIONS = optionNames<SubqueryOptions>({ prefix: true });
/** Rows as a source; and as an expression the value of the one column of the one row, null where there is none. */
export type Subquery<T> = JoinSource<T> & { readonly [STATE]: QueryState } & Expr<T | null>;
/**
 * A query as a source of another, or as a value in an expression.
 * @throws QueryError for what is no query
 * @example from(subquery(from(Movie).limit(9))).select((s) => max(s.year)) // SQL: SELECT max(s0."year") FROM (SELECT … LIMIT ?) AS s0
 * coalesce(subquery(from(Character).where((c) => c.movieId.eq(m.id)).select((c) => max(c.name))), "nobody")
 * // SQLite: coalesce((SELECT max(c1."name") … WHERE (c1."movie_id" = m0."id")), ?)
 * @see Ecto.Query.subquery/2
 */
export function subquery<T>(query: JoinSource<T>, options: SubqueryOptions = {}): Subquery<T> {
  if (!isQueryLike(query)) throw new QueryError(`subquery takes a query, not ${kindOf(query)}`);
  checkOptions("subquery", options, SUBQUERY_OPTIONS, (message) => new QueryError(message));
  const state = options.prefix === undefined ? query[STATE] : { ...query[STATE], prefix: options.prefix };
  return new SubqueryExpr<T>(state);
}

/**
 * A common table expression of the query as a source: its name, and the schema its rows are of.
 * @example const recent = from(Movie).where((m) => m.year.gt(2017));
 * from(cte("recent", Movie)).withCte("recent", recent).select((r) => r.title)
 * // SQL: WITH "recent" AS (SELECT … WHERE (m1."year" > ?)) SELECT r0."title" FROM "recent" AS r0
 * @see Ecto.Query.with_cte/3
 */
export function cte<S extends AnySchema>(name: string, schema: S): JoinSource<InstanceOf<S>>;
// without a schema its columns are not known
export function cte<T = Record<string, any>>(name: string): JoinSource<T>;
export function cte(name: string, schema?: unknown): unknown {
  return new SourceRef({ kind: "cte", name, info: infoOf(schema), prefix: undefined, hints: [] });
}

type ValueTypes = Readonly<Record<string, Field<unknown, unknown> | Type | string>>;
/** The columns are those of the rows; a value may be null where one of the rows has null. */
type ValuesRow<V, T> = string extends keyof V ? T : { [K in keyof V & keyof T]: NonNullable<T[K]> | (null extends V[K] ? null : never) };
type RowOf<T> = { [K in keyof T]: T[K] extends Field<infer V, infer _O> ? V : T[K] extends Type<infer V> ? V : unknown };

/**
 * A list of rows as a source, each value cast by its type.
 * @param types a field or a type for each key of the rows, or a schema that has them
 * @throws ArgumentError for no rows, rows of different keys, a key without a type, and a value that is not of its type
 * @example await repo.all(from(values([{ id: 1, label: "a" }], { id: field.integer(), label: field.string() }))) // => [{ id: 1, label: "a" }]
 * @see Ecto.Query.API.values/2
 */
export function values<const T extends ValueTypes, V extends Readonly<Record<string, unknown>>>(
  rows: readonly V[],
  types: T,
): JoinSource<ValuesRow<V, RowOf<T>>>;
export function values<S extends AnySchema, V extends Readonly<Record<string, unknown>>>(
  rows: readonly V[],
  schema: S,
): JoinSource<ValuesRow<V, InstanceOf<S>>>;
export function values(rows: readonly Readonly<Record<string, unknown>>[], types: unknown): unknown {
  const [first] = Array.isArray(rows) ? rows : [];
  if (first === undefined) throw new ArgumentError("values needs at least one row: its columns are those of the rows");
  const info = infoOf(types);
  const names = Object.keys(first);
  const columns = names.map((name): readonly [string, Type] => {
    if (info) return [name, info.fieldOrThrow(name).type];
    const given = isPlainObject(types) ? types[name] : undefined;
    if (given === undefined)
      throw new ArgumentError(`values: there is no type for "${name}". Give one: values(rows, { ${name}: field.string() })`);
    return [name, isField(given) ? typeOfField(given) : resolveType(given)];
  });
  const cells = rows.map((row) => {
    const keys = Object.keys(row);
    if (keys.length !== names.length || !names.every((name) => Object.hasOwn(row, name)))
      throw new ArgumentError(`values: every row must have the keys ${names.join(", ")}; one has ${keys.join(", ")}`);
    return columns.map(([name, type]) => castCell(name, type, row[name]));
  });
  return new SourceRef({ kind: "values", columns, rows: cells, info: null, prefix: undefined, hints: [] });
}

function typeOfField({ type, options }: Field<unknown>): Type {
  const hidden = isPlainObject(options) && options["redact"] === true;
  return hidden ? redactedType(type) : type;
}

function castCell(name: string, type: Type, value: unknown): unknown {
  if (value === null) return null;
  if (value === undefined) throw new ArgumentError(`values: "${name}" is undefined in one of the rows; use null where there is no value`);
  // The value of a prepared query is cast with each run.
  if (value instanceof Expr && isSlot(value.node)) return value.node.value;
  const cast = type.cast(value);
  if (cast.ok && !isCut(value, cast.value, type)) return cast.value;
  const why = typeof value === "string" && !isStorableText(value) ? ": it holds a NUL or half a surrogate pair" : "";
  throw new ArgumentError(`values: ${kindOf(value)} for "${name}" cannot be cast to ${type.name}${why}`);
}

/** On a binding, its association as a join's source. */
export function assocJoin(binding: BindingObject, name: unknown): AssocJoin<unknown> {
  if (typeof name !== "string") throw new QueryError(`assoc of a binding takes the name of one association, not ${kindOf(name)}`);
  return new AssocJoin(assocSource(binding[REF], name, {}));
}

/** The association of a binding as a source. */
export function assocSource(of: BindingRef | AssocSource, name: string, options: SourceOptions): AssocSource {
  const info = schemaOf(of);
  if (!info) throw new QueryError(`the association "${name}" cannot be joined: its binding has no schema`);
  return {
    kind: "assoc",
    of,
    association: name,
    info: info.associationOrThrow(name).related,
    ...placeOf(options),
  };
}

/** The schema of one struct or of a homogeneous list of them. */
export function schemaOfStructs(structs: readonly unknown[]): SchemaInfo {
  const info = structInfo(structs[0]);
  for (const struct of structs) {
    if (tryStructInfo(struct) !== info)
      throw new ArgumentError(`expected structs of one schema, got ${info.name} and ${tryStructInfo(struct)?.name ?? kindOf(struct)}`);
  }
  return info;
}
