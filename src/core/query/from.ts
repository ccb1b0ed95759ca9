import { checkOptions, QueryError, optionNames } from "../base/index.ts";
import { type AnySchema, type Built, infoOf, type InstanceOf } from "../schema/index.ts";
import type { Expr } from "./expr.ts";
import { exprNode } from "./expression.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { QueryBuilder } from "./query.ts";
import { emptyState } from "./node.ts";
import { builtStruct, merged, Shaped, shapeOf } from "./select.ts";
import { isSource, sourceOf } from "./source.ts";
import { schemaOf, takenOf } from "./take.ts";
import type { BelowItem, FieldItem, Known, Listed, Mapped, TakenOf } from "./take-types.ts";
import type { ColumnsOf } from "./row-types.ts";
import type { FromOptions, SourceOptions } from "./clause-types.ts";
import type { Query } from "./query-interface.ts";
import type { JoinSource } from "./row-types.ts";
import type { Merge, SelectValue } from "./select-types.ts";
import type { VALUE } from "../schema/index.ts";
import { isBinding, REF } from "./binding.ts";

const OPTIONS = optionNames<FromOptions<never> & { readonly select: unknown }>({
  as: true,
  prefix: true,
  hints: true,
  columns: true,
  where: true,
  orWhere: true,
  orderBy: true,
  limit: true,
  offset: true,
  select: true,
});

/**
 * Starts a query: from a schema, a table's name, another query, a subquery, a CTE, a values list or a fragment.
 * @param source where the rows come from
 * @param options clauses as keywords: `where`, `select`, `orderBy`, `limit`, `offset`, `as`, `prefix`, `hints`
 * @throws QueryError for an unknown option, or a source that is none
 * @example from(Movie).where((m) => m.id.lt(2)).select((m) => m.title) // SQL: SELECT m0."title" FROM "movies" AS m0 WHERE (m0."id" < ?)
 * @see Ecto.Query.from/2
 */
export function from<S extends AnySchema, const F extends readonly (FieldItem<InstanceOf<S>> | BelowItem<InstanceOf<S>>)[]>(
  source: S,
  options: FromOptions<InstanceOf<S>> & { readonly select: F & Known<InstanceOf<S>, F> },
): Query<InstanceOf<S>, {}, Listed<InstanceOf<S>, F>>;
export function from<S extends AnySchema>(source: S, options?: FromOptions<InstanceOf<S>>): Query<InstanceOf<S>>;
export function from<S extends AnySchema>(
  source: readonly [table: string | Expr<unknown>, schema: S],
  options?: FromOptions<InstanceOf<S>>,
): Query<InstanceOf<S>>;
export function from<R, J, O>(query: Query<R, J, O>, options?: FromOptions<R>): Query<R, J, O>;
export function from<T>(source: JoinSource<T>, options?: FromOptions<T>): Query<T>;
export function from<T extends object>(fragment: Expr<T>, options?: FromOptions<T>): Query<T>;
export function from<T = Record<string, any>>(table: string | Expr<unknown>, options?: FromOptions<T>): Query<T>;
export function from(source: unknown, options?: Keywords): unknown {
  if (options === undefined) return startOf(source, {});
  checkOptions("from", options, OPTIONS, (message) => new QueryError(message));
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) throw new QueryError(`from: option "${option}" is undefined. Leave it out where there is nothing to say`);
  }
  return withOptions(startOf(source, options), options);
}

/** The clauses as they come: the methods of the query check them. */
type Keywords = SourceOptions & { readonly [K in "select" | Exclude<keyof FromOptions<never>, keyof SourceOptions>]?: unknown };

function startOf(source: unknown, options: SourceOptions): QueryBuilder {
  if (isQueryLike(source) && !isSource(source)) {
    const query = source instanceof QueryBuilder ? source : new QueryBuilder(source[STATE]);
    if (options.prefix !== undefined || options.hints !== undefined)
      throw new QueryError("from: the prefix and hints of a query are given where its source is; use .prefix() and .hints()");
    return query;
  }
  return new QueryBuilder(emptyState(sourceOf(source, options)));
}

function withOptions(start: QueryBuilder, options: Keywords): QueryBuilder {
  let query = start;
  if (options.as !== undefined) query = query.as(options.as);
  if (options.where !== undefined) query = query.where(options.where);
  if (options.orWhere !== undefined) query = query.orWhere(options.orWhere);
  if (options.orderBy !== undefined) query = query.orderBy(options.orderBy);
  if (options.limit !== undefined) query = query.limit(options.limit);
  if (options.offset !== undefined) query = query.offset(options.offset);
  if (options.select !== undefined) query = query.select(options.select);
  return query;
}

/**
 * Some fields of a binding as its struct, or a struct of a schema made of expressions.
 * A list may hold lists for associations, which limit what a preload reads of them.
 * @throws QueryError for no fields, an unknown field or association, or a binding without a schema
 * @example from(Movie).select((m) => struct(m, ["id", "title"])) // SQL: SELECT m0."id", m0."title" FROM "movies" AS m0
 * await repo.all(from(Movie).where({ id: 2 }).select((m) => struct(Actor, { name: m.title }))) // => [Actor { … name: "Bright", … }]
 * @see Ecto.Query.API.struct/2
 */
export function struct<R, const F extends readonly (FieldItem<R> | BelowItem<R>)[]>(
  binding: { readonly [VALUE]: R },
  fields: F & Known<NonNullable<R>, F>,
): { readonly [VALUE]: TakenOf<NonNullable<R>, F> | Extract<R, null> };
export function struct<S extends AnySchema, K extends keyof StructFields<InstanceOf<S>>>(
  schema: S,
  fields: Pick<StructFields<InstanceOf<S>>, K>,
): { readonly [VALUE]: Made<InstanceOf<S>, K> };
export function struct(of: unknown, fields: unknown): Shaped<never> {
  const info = infoOf(of);
  return info ? new Shaped(builtStruct(info, fields)) : take(of, fields, "struct");
}
/** A struct that the select makes: the fields that it names, and of the others the defaults. */
type Made<S, K> = Built<S> & Pick<S, K & keyof S>;
type StructFields<R> = {
  readonly [K in keyof ColumnsOf<R>]?: ColumnsOf<R>[K] | Expr<ColumnsOf<R>[K]> | Expr<NonNullable<ColumnsOf<R>[K]>>;
};

/**
 * Some fields of a binding, as a plain object. Of a missing row it is an object of nulls.
 * A list may hold lists for associations: where they are preloaded, their rows are plain objects of these fields.
 * @throws QueryError for no fields, an unknown field or association
 * @example await repo.all(from(Movie).where({ id: 2 }).select((m) => map(m, ["id", "title"]))) // => [{ id: 2, title: "Bright" }]
 * @see Ecto.Query.API.map/2
 */
export function map<R, const F extends readonly (FieldItem<R> | BelowItem<R>)[]>(
  binding: { readonly [VALUE]: R },
  fields: F & Known<NonNullable<R>, F>,
): { readonly [VALUE]: Mapped<R, F> } {
  return take(binding, fields, "map");
}

/**
 * Fields on top of a binding, a struct or an object.
 * @throws QueryError where a struct's schema has no such field
 * @example const shouted = from(Movie).where({ id: 2 }).select((m) => merge(map(m, ["id"]), { title: sql<string>`upper(${m.title})` }));
 * await repo.one(shouted) // => { id: 2, title: "BRIGHT" }
 * @see Ecto.Query.API.merge/2
 */
export function merge<A extends object, const B extends object>(
  base: A,
  over: B,
): { readonly [VALUE]: Merge<SelectValue<A>, SelectValue<B>> } {
  return new Shaped(merged(shapeOf(base), shapeOf(over)));
}

function take(binding: unknown, list: unknown, as: "struct" | "map"): Shaped<never> {
  if (!isBinding(binding)) throw new QueryError(`${as} takes a binding of the query and a list of its fields`);
  const of = binding[REF];
  if (as === "struct" && of.kind !== "subquery" && of.kind !== "named" && !("info" in of && of.info))
    throw new QueryError("struct needs a binding with a schema; use map for one without");
  const { fields, below } = takenOf(as, list, schemaOf(of));
  for (const field of fields) exprNode(binding[field], `${as}: "${field}"`);
  return new Shaped({ kind: "source", of, fields, as, below });
}
