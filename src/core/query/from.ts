import { didYouMean, QueryError } from "../base/index.ts";
import type { AnySchema, InstanceOf } from "../schema/index.ts";
import { Expr, isQueryLike, STATE } from "./expr.ts";
import { emptyState, QueryBuilder } from "./query.ts";
import { Take } from "./select.ts";
import { sourceOf, SourceRef } from "./source.ts";
import type { ColumnsOf, FromOptions, JoinSource, Query, SourceOptions } from "./types.ts";
import type { VALUE } from "../schema/index.ts";
import { isBinding, REF } from "./binding.ts";

const OPTIONS = ["as", "prefix", "hints", "where", "orWhere", "orderBy", "limit", "offset", "select"];

/**
 * Starts a query: from a schema, a table's name, another query, a subquery, a CTE, a values list or a fragment.
 * @param source where the rows come from
 * @param options clauses as keywords: `where`, `select`, `orderBy`, `limit`, `offset`, `as`, `prefix`, `hints`
 * @throws QueryError on an unknown option, or a source that is none
 * @example from(Movie).where((m) => m.id.lt(2)).select((m) => m.title)
 * @see Ecto.Query.from/2
 */
export function from<S extends AnySchema, const K extends keyof ColumnsOf<InstanceOf<S>> & string>(
  source: S,
  options: FromOptions<InstanceOf<S>> & { readonly select: readonly K[] },
): Query<InstanceOf<S>, {}, Pick<InstanceOf<S>, K & keyof InstanceOf<S>>>;
export function from<S extends AnySchema>(source: S, options?: FromOptions<InstanceOf<S>>): Query<InstanceOf<S>>;
export function from<S extends AnySchema>(source: readonly [table: string | Expr<unknown>, schema: S], options?: FromOptions<InstanceOf<S>>): Query<InstanceOf<S>>;
export function from<R, J, O>(query: Query<R, J, O>, options?: FromOptions<R>): Query<R, J, O>;
export function from<T>(source: JoinSource<T>, options?: FromOptions<T>): Query<T>;
// biome-ignore lint/suspicious/noExplicitAny: a table without a schema may have any column
export function from<T = Record<string, any>>(table: string | Expr<unknown>, options?: FromOptions<T>): Query<T>;
export function from(source: unknown, given: object = {}): unknown {
  const options = given as Record<string, unknown>;
  for (const option of Object.keys(options)) {
    if (!OPTIONS.includes(option)) throw new QueryError(`from: unknown option "${option}". ${didYouMean(option, OPTIONS)}`);
  }
  return withOptions(startOf(source, options as SourceOptions), options);
}

function startOf(source: unknown, options: SourceOptions): QueryBuilder {
  if (isQueryLike(source) && !(source instanceof SourceRef)) {
    const query = source instanceof QueryBuilder ? source : new QueryBuilder(source[STATE]);
    if (options.prefix !== undefined || options.hints !== undefined) throw new QueryError("from: the prefix and hints of a query are given where its source is; use .prefix() and .hints()");
    return query;
  }
  return new QueryBuilder(emptyState(sourceOf(source, options)));
}

function withOptions(start: QueryBuilder, options: Record<string, unknown>): QueryBuilder {
  let query = start;
  if (options.as !== undefined) query = query.as(options.as as string);
  if (options.where !== undefined) query = query.where(options.where);
  if (options.orWhere !== undefined) query = query.orWhere(options.orWhere);
  if (options.orderBy !== undefined) query = query.orderBy(options.orderBy);
  if (options.limit !== undefined) query = query.limit(options.limit);
  if (options.offset !== undefined) query = query.offset(options.offset);
  if (options.select !== undefined) query = query.select(options.select);
  return query;
}

/** Some fields of a binding, as its struct. Ecto's struct/2. */
export function struct<R, const K extends keyof ColumnsOf<R> & string>(binding: { readonly [VALUE]: R }, fields: readonly K[]): { readonly [VALUE]: Pick<R, K & keyof R> } {
  return take(binding, fields, "struct");
}
/** Some fields of a binding, as a plain object. Ecto's map/2. */
export function map<R, const K extends keyof ColumnsOf<R> & string>(binding: { readonly [VALUE]: R }, fields: readonly K[]): { readonly [VALUE]: { [P in K]: ColumnsOf<R>[P] } } {
  return take(binding, fields, "map");
}

function take(binding: unknown, fields: readonly string[], as: "struct" | "map"): never {
  if (!isBinding(binding)) throw new QueryError(`${as} takes a binding of the query and a list of its fields`);
  if (!Array.isArray(fields) || fields.length === 0) throw new QueryError(`${as} takes a list of fields, and at least one`);
  const columns = binding as unknown as Record<string, unknown>;
  for (const field of fields) if (!(columns[field] instanceof Expr)) throw new QueryError(`${as}: there is no column "${field}"`);
  return new Take({ kind: "source", of: binding[REF], fields, as }) as never;
}

