import type { AnySchema, AssocName, InstanceOf, TargetOf } from "../schema/index.ts";
import type { AssocRef, Binding, Joins } from "./binding-types.ts";
import type {
  Clause,
  CteOptions,
  GroupArg,
  Hint,
  JoinOptions,
  Lock,
  OnArg,
  OrderArg,
  RowsAs,
  SourceOptions,
  TableAs,
  UpdateArg,
  WhereArg,
} from "./clause-types.ts";
import type { EitherJoins, EitherResult, EitherRow, ExcludedJoins, ExcludedResult, ExcludedRoot } from "./compose-types.ts";
import type { Expr, WindowSpec } from "./expr.ts";
import type { QueryState } from "./node.ts";
import type { LoadedResult, LoadedRoot, PreloadArg, PreloadInto } from "./preload-types.ts";
import type { STATE } from "./query-like.ts";
import type { AllNull, AnyQuery, JoinSource, Null, Nullable, Plain } from "./row-types.ts";
import type { FieldList, ListedRoot, Merge, MergeListed, Missing, SelectValue } from "./select-types.ts";
import type { Known } from "./take-types.ts";

/** The ways to name what is joined: an association of the root, one of any binding, or a source with its condition. */
interface JoinMethod<R, J, O, Out extends "plain" | "nullable" = "plain", R2 = R, J2 = J, O2 = O> {
  <K extends AssocName<Plain<R>>>(
    association: K,
    options?: JoinOptions<R, J & { [P in K]: TargetOf<Plain<R>, K> }, TargetOf<Plain<R>, K>>,
  ): Query<R2, J2 & AssocJoin<Plain<R>, K & keyof Plain<R>, Out>, O2>;
  <const N extends string, S>(
    name: N,
    association: (root: Binding<R>, joins: Joins<J>) => AssocRef<S>,
    options?: JoinOptions<R, J & { [P in N]: S }, S>,
  ): Query<R2, J2 & { [P in N]: Far<Out, S> }, O2>;
  <const N extends string, S extends AnySchema>(
    name: N,
    source: S | TableAs<S>,
    on: OnArg<R, J & { [P in N]: InstanceOf<S> }, InstanceOf<S>>,
    options?: SourceOptions,
  ): Query<R2, J2 & { [P in N]: Far<Out, InstanceOf<S>> }, O2>;
  <const N extends string, T>(
    name: N,
    source: JoinSource<T>,
    on: OnArg<R, J & { [P in N]: T }, T>,
    options?: SourceOptions,
  ): Query<R2, J2 & { [P in N]: Far<Out, T> }, O2>;
  // a table without a schema may have any column
  <const N extends string, T>(
    name: N,
    table: string | Expr<T>,
    on: OnArg<R, J & { [P in N]: RowsAs<T> }, RowsAs<T>>,
    options?: SourceOptions,
  ): Query<R2, J2 & { [P in N]: Far<Out, RowsAs<T>> }, O2>;
}
// `K extends keyof S` is what keeps a name tied to its declaration in editors.
type AssocJoin<S, K extends keyof S, Out> = { [P in K]: Far<Out, TargetOf<S, P>> };
type Far<Out, S> = Out extends "nullable" ? Nullable<S> : S;
interface CrossJoinMethod<R, J, O> {
  <const N extends string, S extends AnySchema>(
    name: N,
    source: S | TableAs<S>,
    options?: SourceOptions,
  ): Query<R, J & { [P in N]: InstanceOf<S> }, O>;
  <const N extends string, T>(name: N, source: JoinSource<T>, options?: SourceOptions): Query<R, J & { [P in N]: T }, O>;
  <const N extends string, T>(name: N, table: string | Expr<T>, options?: SourceOptions): Query<R, J & { [P in N]: RowsAs<T> }, O>;
}
type LateralJoinMethod<R, J, O, Out extends "plain" | "nullable"> = <const N extends string, T>(
  name: N,
  query: (root: Binding<R>, joins: Joins<J>) => JoinSource<T> | Expr<T>,
  on?: OnArg<R, J & { [P in N]: RowsAs<T> }, RowsAs<T>>,
  options?: SourceOptions,
) => Query<R, J & { [P in N]: Far<Out, RowsAs<T>> }, O>;
type CrossLateralJoinMethod<R, J, O> = <const N extends string, T>(
  name: N,
  query: (root: Binding<R>, joins: Joins<J>) => JoinSource<T> | Expr<T>,
  options?: SourceOptions,
) => Query<R, J & { [P in N]: RowsAs<T> }, O>;
/**
 * An immutable query: `R` is the root's row, `J` the named joins, `O` what each result is.
 * Every method returns a new query. Callbacks get the root binding first and the named joins second.
 * @see Ecto.Query
 */
export interface Query<R, J = {}, O = R> extends JoinSource<O> {
  readonly [STATE]: QueryState;

  /**
   * Only the rows that meet the condition, and those conditions that are there already: AND.
   * @param condition a callback, an object of values by field, a `dynamic`, or a condition that names nothing of the query
   * @throws QueryError for what is no condition, null in an object, and an unknown field
   * @throws CastError for a value that is not of its field's type
   * @example from(Movie).where((m) => m.year.gt(2000)).where({ released: true }) // SQL: … WHERE (m0."year" > ?) AND (m0."released" = ?)
   * @see Ecto.Query.where/3
   */
  where(condition: WhereArg<R, J>): Query<R, J, O>;
  /**
   * The rows that meet all the conditions so far, or this one: OR.
   * @throws QueryError for what is no condition, null in an object, and an unknown field
   * @throws CastError for a value that is not of its field's type
   * @example from(Movie).where({ year: 2017 }).orWhere((m) => m.rating.gt(8)) // SQL: … WHERE ((m0."year" = ?) OR (m0."rating" > ?))
   * @see Ecto.Query.or_where/3
   */
  orWhere(condition: WhereArg<R, J>): Query<R, J, O>;
  /**
   * Only the groups that meet the condition, and those conditions that are there already: AND.
   * @throws QueryError for what is no condition, null in an object, and an unknown field
   * @example
   * from(Movie).groupBy("year").having((m) => max(m.id).gt(1)).select((m) => m.year) // SQLite: … GROUP BY m0."year" HAVING (max(m0."id") > ?)
   * @see Ecto.Query.having/3
   */
  having(condition: WhereArg<R, J>): Query<R, J, O>;
  /**
   * The groups that meet all the conditions so far, or this one: OR.
   * @throws QueryError for what is no condition, null in an object, and an unknown field
   * @example
   * from(Movie).groupBy("year").having((m) => max(m.id).gt(9)).orHaving({ year: 2018 }).select((m) => m.year)
   * // SQLite: … HAVING ((max(m0."id") > ?) OR (m0."year" = ?))
   * @see Ecto.Query.or_having/3
   */
  orHaving(condition: WhereArg<R, J>): Query<R, J, O>;

  /**
   * Rows of another source beside each row, where there are any: an inner join. Takes an association by its name,
   * a name of one's own with an association of any binding, or a name, a source and the condition.
   * @throws QueryError for a name that is taken, and a join without its condition
   * @throws SchemaError for an unknown association
   * @example from(Movie).join("characters").where((_, { characters: c }) => c.age.lt(19))
   * // SQL: … FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" WHERE (c1."age" < ?)
   * from(Movie).join("d", Distributor, (m, { d }) => d.movieId.eq(m.id)) // SQL: … INNER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id"
   * @see Ecto.Query.join/5
   */
  readonly join: JoinMethod<R, J, O>;
  /**
   * The same as `join`.
   * @throws QueryError for a name that is taken, and a join without its condition
   * @throws SchemaError for an unknown association
   * @example from(Movie).innerJoin("c", (m) => assoc(m, "characters")) // SQL: … INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id"
   * @see Ecto.Query.join/5
   */
  readonly innerJoin: JoinMethod<R, J, O>;
  /**
   * As `join`, and keeps the rows that have none beside them: the joined binding may be missing, its columns may be null.
   * @throws QueryError for a name that is taken, and a join without its condition
   * @throws SchemaError for an unknown association
   * @example
   * from(Movie).leftJoin("distributor").where((_, { distributor: d }) => d.id.isNull()) // SQL: … LEFT OUTER JOIN "distributors" AS d1 ON …
   * @see Ecto.Query.join/5
   */
  readonly leftJoin: JoinMethod<R, J, O, "nullable">;
  /**
   * As `join`, and keeps the joined rows that have none beside them: the root and the joins so far may be missing.
   * @throws QueryError for a name that is taken, and a join without its condition
   * @throws SchemaError for an unknown association
   * @example from(Movie).rightJoin("characters") // SQL: … RIGHT OUTER JOIN "characters" AS c1 ON c1."movie_id" = m0."id"
   * @see Ecto.Query.join/5
   */
  readonly rightJoin: JoinMethod<R, J, O, "plain", Null<R>, AllNull<J>, Missing<O>>;
  /**
   * As `join`, and keeps the rows of both sides that have none beside them: both may be missing.
   * @throws QueryError for a name that is taken, and a join without its condition
   * @throws SchemaError for an unknown association
   * @example from(Movie).fullJoin("characters") // SQL: … FULL OUTER JOIN "characters" AS c1 ON c1."movie_id" = m0."id"
   * @see Ecto.Query.join/5
   */
  readonly fullJoin: JoinMethod<R, J, O, "nullable", Null<R>, AllNull<J>, Missing<O>>;
  /**
   * Every row of a source beside each row, without a condition.
   * @throws QueryError for a name that is taken
   * @example from(Movie).crossJoin("a", Actor) // SQL: … FROM "movies" AS m0 CROSS JOIN "actors" AS a1
   * @see Ecto.Query.join/5
   */
  readonly crossJoin: CrossJoinMethod<R, J, O>;
  /**
   * Rows of a query that may use the row that it stands beside. Not on SQLite.
   * @throws QueryError for a name that is taken, and for what is no query
   * @example from(Movie).innerLateralJoin("c", (m) => subquery(from(Character).where((c) => c.movieId.eq(m.id)).limit(2)))
   * // PostgreSQL: … INNER JOIN LATERAL (SELECT … LIMIT $1) AS s1 ON TRUE
   * @see Ecto.Query.join/5
   */
  readonly innerLateralJoin: LateralJoinMethod<R, J, O, "plain">;
  /**
   * As `innerLateralJoin`, and keeps the rows of which the query finds nothing.
   * @throws QueryError for a name that is taken, and for what is no query
   * @example from(Movie).leftLateralJoin("c", (m) => subquery(from(Character).where((c) => c.movieId.eq(m.id)).limit(2)))
   * // PostgreSQL: … LEFT OUTER JOIN LATERAL (SELECT … LIMIT $1) AS s1 ON TRUE
   * @see Ecto.Query.join/5
   */
  readonly leftLateralJoin: LateralJoinMethod<R, J, O, "nullable">;
  /**
   * As `innerLateralJoin`, without a condition.
   * @throws QueryError for a name that is taken, and for what is no query
   * @example from(Movie).crossLateralJoin("c", (m) => subquery(from(Character).where((c) => c.movieId.eq(m.id)).limit(2)))
   * // PostgreSQL: … CROSS JOIN LATERAL (SELECT … LIMIT $1) AS s1
   * @see Ecto.Query.join/5
   */
  readonly crossLateralJoin: CrossLateralJoinMethod<R, J, O>;

  /**
   * What each result is: a column, a tuple, an object, a whole binding, in any nesting; or the root's struct with the named fields only.
   * @throws QueryError where the query has a select already
   * @example await repo.all(from(Movie).select((m) => ({ id: m.id, at: [m.title, m.year] }))) // => [{ id: 1, at: ["Ready Player One", 2018] }, …]
   * from(Movie).select(["id", "title"]) // SQL: SELECT m0."id", m0."title" FROM "movies" AS m0
   * @see Ecto.Query.select/3
   */
  select<const X>(select: (root: Binding<R>, joins: Joins<J>) => X): Query<R, J, SelectValue<X>>;
  select<const F extends FieldList<R>>(fields: F & Known<Plain<R>, F>): Query<R, J, ListedRoot<R, F>>;
  /**
   * Adds to what is selected, replacing fields of the same name.
   * @throws QueryError where what is selected has no fields, or its schema has none of that name
   * @example await repo.all(from(Movie).select((m) => ({ id: m.id })).selectMerge((m) => ({ year: m.year }))) // => [{ id: 1, year: 2018 }, …]
   * from(Movie).select(["id"]).selectMerge(["title"]) // SQL: SELECT m0."id", m0."title" FROM "movies" AS m0
   * @see Ecto.Query.select_merge/3
   */
  selectMerge<const F extends FieldList<R>>(fields: F & Known<Plain<R>, F>): Query<R, J, MergeListed<O, ListedRoot<R, F>>>;
  selectMerge<const X extends object>(select: (root: Binding<R>, joins: Joins<J>) => X): Query<R, J, Merge<O, SelectValue<X>>>;
  /**
   * Each result once; with an order, the first row of each of its values. An order is not for SQLite.
   * @throws QueryError where the query has a distinct already
   * @example from(Movie).select((m) => m.year).distinct(true) // SQL: SELECT DISTINCT m0."year" FROM "movies" AS m0
   * from(Movie).distinct("year").select((m) => m.title) // PostgreSQL: SELECT DISTINCT ON (m0."year") m0."title" FROM "movies" AS m0 …
   * @see Ecto.Query.distinct/3
   */
  distinct(distinct: boolean | OrderArg<R, J>): Query<R, J, O>;
  /**
   * Orders the rows, after the orders that are there already.
   * @param order a callback, names of fields, `{ field: "asc" | "desc" }`, or a `dynamic`
   * @throws QueryError for an unknown field or direction
   * @example from(Movie).orderBy({ year: "desc" }).orderBy("title") // SQL: … ORDER BY m0."year" DESC, m0."title"
   * @see Ecto.Query.order_by/3
   */
  orderBy(order: OrderArg<R, J>): Query<R, J, O>;
  /**
   * Orders the rows, before the orders that are there already.
   * @throws QueryError for an unknown field or direction
   * @example from(Movie).orderBy("title").prependOrderBy((m) => m.year.desc()) // SQL: … ORDER BY m0."year" DESC, m0."title"
   * @see Ecto.Query.prepend_order_by/3
   */
  prependOrderBy(order: OrderArg<R, J>): Query<R, J, O>;
  /**
   * One result for the rows of equal values; added to the groups that are there already.
   * @param terms a callback, names of fields, or a `dynamic`
   * @throws QueryError for an unknown field
   * @example from(Movie).groupBy("year").select((m) => [m.year, count()]) // SQL: SELECT m0."year", count(*) FROM "movies" AS m0 GROUP BY m0."year"
   * @see Ecto.Query.group_by/3
   */
  groupBy(terms: GroupArg<R, J>): Query<R, J, O>;
  /**
   * At most so many rows, in place of a limit before.
   * @param count a whole number from 0 on, or an expression of one
   * @throws QueryError for another number
   * @example from(Movie).limit(10) // SQL: … LIMIT ?
   * @see Ecto.Query.limit/3
   */
  limit(count: number | Expr<number | null>): Query<R, J, O>;
  /**
   * Leaves out so many rows from the beginning, in place of an offset before.
   * @param count a whole number from 0 on, or an expression of one
   * @throws QueryError for another number
   * @example from(Movie).limit(10).offset(20) // SQL: … LIMIT ? OFFSET ?
   * @see Ecto.Query.offset/3
   */
  offset(count: number | Expr<number | null>): Query<R, J, O>;
  /**
   * Beyond the limit, also the rows that are equal by the order to the last one. Not on SQLite.
   * @throws QueryError where there is no limit before it
   * @example from(Movie).orderBy("year").limit(3).withTies() // PostgreSQL: … ORDER BY m0."year" FETCH FIRST $1 ROWS WITH TIES
   * @see Ecto.Query.with_ties/3
   */
  withTies(ties?: boolean): Query<R, J, O>;
  /**
   * At most `count` rows for each value of the fields, in the query's order; in a preload's query, for each parent.
   * @param count a whole number from 0 on
   * @param by the fields; none in a preload's query
   * @throws QueryError for another number, and an unknown field
   * @example from(Character).orderBy("age").limitPer(1, "movieId").select((c) => c.name)
   * // SQL: … row_number() OVER (PARTITION BY c0."movie_id" ORDER BY c0."age") …
   * @see SQL: row_number() OVER (PARTITION BY …)
   */
  limitPer(count: number, by?: GroupArg<R, J>): Query<R, J, O>;
  /**
   * Locks the rows; a fragment names the sources whose rows are meant. Not on SQLite, which locks the whole database.
   * @param lock "FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE" or "FOR KEY SHARE", with " NOWAIT" or " SKIP LOCKED" behind it
   * @throws QueryError for another text
   * @example from(Movie).lock("FOR UPDATE SKIP LOCKED") // PostgreSQL: … FOR UPDATE SKIP LOCKED
   * from(Movie).lock((m) => sql`FOR UPDATE OF ${m}`) // PostgreSQL: … FOR UPDATE OF m0
   * @see Ecto.Query.lock/3
   */
  lock(lock: Lock | Expr<unknown> | ((root: Binding<R>, joins: Joins<J>) => Expr<unknown>)): Query<R, J, O>;
  /**
   * What `updateAll` writes: `set`, `inc`, and of arrays `push` and `pull`; added to what is there already.
   * @throws QueryError for an unknown operation
   * @throws SchemaError for an unknown field
   * @throws CastError for a value that is not of its field's type
   * @example from(Movie).update({ set: { title: "Bright" }, inc: { year: 1 } })
   * // PostgreSQL: UPDATE "movies" AS m0 SET "title" = $1, "year" = m0."year" + $2
   * @see Ecto.Query.update/3
   */
  update(update: UpdateArg<R, J>): Query<R, J, O>;
  /**
   * Loads associations of the results: each by a query of its own, or out of a join by its name.
   * @param preload names, a tree of names, queries or functions by name
   * @throws QueryError for a source without a schema
   * @throws ArgumentError for an unknown association
   * @example const [found] = await repo.all(from(Movie).where({ id: 1 }).preload({ characters: from(Character).orderBy({ age: "desc" }) }));
   * found?.characters.map((one) => one.name) // => ["Samantha", "Wade"]
   * @see Ecto.Query.preload/3
   */
  preload<const P extends PreloadArg<PreloadInto<R, O>, J>>(preload: P): Query<LoadedRoot<R, P, J>, J, LoadedResult<R, O, P, J>>;
  /**
   * Names windows, for `.over(name)`.
   * @param windows `{ partitionBy, orderBy, frame, base }` by name
   * @throws QueryError for a name that is taken
   * @example from(Movie).windows((m) => ({ w: { orderBy: m.year } })).select((m) => rank().over("w"))
   * // SQL: SELECT rank() OVER "w" FROM "movies" AS m0 WINDOW "w" AS (ORDER BY m0."year")
   * @see Ecto.Query.windows/3
   */
  windows(
    windows: Readonly<Record<string, WindowSpec>> | ((root: Binding<R>, joins: Joins<J>) => Readonly<Record<string, WindowSpec>>),
  ): Query<R, J, O>;
  /**
   * The results of both queries, each once.
   * @param query a query whose results have the same shape, or a function of this one that makes it
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).union(from(Actor).select((a) => a.name))
   * // SQLite: SELECT … UNION SELECT a1."name" FROM "actors" AS a1
   * @see Ecto.Query.union/2
   */
  union<P>(query: Combinable<R, J, O, P>): Query<R, J, O | P>;
  /**
   * The results of both queries.
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).unionAll(from(Actor).select((a) => a.name))
   * // SQLite: SELECT … UNION ALL SELECT a1."name" FROM "actors" AS a1
   * @see Ecto.Query.union_all/2
   */
  unionAll<P>(query: Combinable<R, J, O, P>): Query<R, J, O | P>;
  /**
   * The results that both queries have, each once.
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).intersect(from(Actor).select((a) => a.name))
   * // SQLite: SELECT … INTERSECT SELECT a1."name" FROM "actors" AS a1
   * @see Ecto.Query.intersect/2
   */
  intersect<P>(query: Combinable<R, J, O, P>): Query<R, J, O>;
  /**
   * The results that both queries have, as often as both have them. Not on SQLite.
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).intersectAll(from(Actor).select((a) => a.name)) // PostgreSQL: … INTERSECT ALL …
   * @see Ecto.Query.intersect_all/2
   */
  intersectAll<P>(query: Combinable<R, J, O, P>): Query<R, J, O>;
  /**
   * The results that the other query does not have, each once.
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).except(from(Actor).select((a) => a.name))
   * // SQLite: SELECT … EXCEPT SELECT a1."name" FROM "actors" AS a1
   * @see Ecto.Query.except/2
   */
  except<P>(query: Combinable<R, J, O, P>): Query<R, J, O>;
  /**
   * The results less those of the other query, each taken away as often as it has it. Not on SQLite.
   * @throws QueryError for what is no query
   * @example from(Movie).select((m) => m.title).exceptAll(from(Actor).select((a) => a.name)) // PostgreSQL: … EXCEPT ALL …
   * @see Ecto.Query.except_all/2
   */
  exceptAll<P>(query: Combinable<R, J, O, P>): Query<R, J, O>;
  /**
   * A query under a name, which this query reads as `cte(name, Schema)`; one of the same name takes its place.
   * @param query a query, a fragment, or a function of the name that makes a query
   * @param options `recursive`, `materialized`, `operation` ("all", "updateAll" or "deleteAll"), and of a recursive one `search` and `cycle`
   * @throws QueryError for a name that is no text, an unknown option, and for what is no query
   * @example from(cte("old", Movie)).withCte("old", from(Movie).where((m) => m.year.lt(2000))).select((o) => o.id)
   * // SQL: WITH "old" AS (SELECT … WHERE (m1."year" < ?)) SELECT o0."id" FROM "old" AS o0
   * @see Ecto.Query.with_cte/3
   */
  withCte(name: string, query: AnyQuery | Expr<unknown> | ((name: string) => AnyQuery), options?: CteOptions): Query<R, J, O>;
  /**
   * Names the root binding, for `as(name)` and, in subqueries, `parentAs(name)`.
   * @throws QueryError for a name that is taken
   * @example from(Movie).as("movie").where(exists(from(Character).where((c) => c.movieId.eq(parentAs("movie", Movie).id))))
   * // SQL: … WHERE (EXISTS(SELECT 1 … WHERE (c1."movie_id" = m0."id")))
   * @see Ecto.Query.from/2
   */
  as(name: string): Query<R, J, O>;
  /**
   * The prefix of all sources that have none of their own: a schema of PostgreSQL, an attached database of SQLite.
   * @throws QueryError for what is neither text nor null
   * @example from(Movie).prefix("archive") // SQL: … FROM "archive"."movies" AS m0
   * @see Ecto.Query.put_query_prefix/2
   */
  prefix(prefix: string | null): Query<R, J, O>;
  /**
   * Hints to the database about the root's table.
   * @param hints a hint that is known, or a fragment
   * @throws QueryError where the source has hints already, and for a text that is no known hint
   * @example from(Movie).hints("TABLESAMPLE BERNOULLI (10)") // PostgreSQL: … FROM "movies" AS m0 TABLESAMPLE BERNOULLI (10)
   * @see Ecto.Query.from/2
   */
  hints(hints: Hint | readonly Hint[]): Query<R, J, O>;
  /**
   * The query without clauses.
   * @param clauses their names, as the methods are called; `{ windows: [names] }` for some windows
   * @throws QueryError for an unknown clause
   * @example from(Movie).where({ year: 2018 }).orderBy("title").exclude("where", "orderBy") // SQL: SELECT … FROM "movies" AS m0
   * @see Ecto.Query.exclude/2
   */
  exclude<const C extends readonly (Clause | readonly Clause[] | { readonly windows: readonly string[] })[]>(
    ...clauses: C
  ): Query<ExcludedRoot<R, C>, ExcludedJoins<J, C>, ExcludedResult<R, O, C>>;
  /**
   * The first row by the order the query has, or by primary key.
   * @throws QueryError where there is neither
   * @example from(Movie).first() // SQL: … ORDER BY m0."id" LIMIT ?
   * @see Ecto.Query.first/2
   */
  first(): Query<R, J, O>;
  /**
   * The last row by the order the query has, or by primary key.
   * @throws QueryError where there is neither
   * @example from(Movie).orderBy("year").last() // SQL: … ORDER BY m0."year" DESC LIMIT ?
   * @see Ecto.Query.last/2
   */
  last(): Query<R, J, O>;
  /**
   * The opposite order, or by primary key downwards.
   * @throws QueryError where there is neither
   * @example from(Movie).orderBy((m) => [m.year, m.title.desc()]).reverseOrder() // SQL: … ORDER BY m0."year" DESC, m0."title"
   * @see Ecto.Query.reverse_order/1
   */
  reverseOrder(): Query<R, J, O>;
  /**
   * Whether the root or a join has that name.
   * @example from(Movie).join("characters").hasNamedBinding("characters") // => true
   * @see Ecto.Query.has_named_binding?/2
   */
  hasNamedBinding(name: string): boolean;
  /**
   * The query as it is where it has a binding of that name, else what the function makes of it, which must have one.
   * @throws QueryError where it has none then
   * @example from(Movie).withNamedBinding("characters", (query) => query.join("characters")) // SQL: … INNER JOIN "characters" AS c1 ON …
   * @see Ecto.Query.with_named_binding/3
   */
  withNamedBinding(name: keyof J & string, fn: (query: this) => AnyQuery): this;
  withNamedBinding<Q extends AnyQuery>(name: string, fn: (query: this) => Q): Q;
  /**
   * Runs a function of one's own on the query.
   * @returns what the function returns
   * @example const latest = <Q extends Query<Movie>>(query: Q) => query.orderBy({ year: "desc" }).limit(5);
   * from(Movie).pipe(latest) // SQL: … ORDER BY m0."year" DESC LIMIT ?
   * @see Elixir: the pipe operator |>
   */
  pipe<T>(fn: (query: this) => T): T;
  /**
   * Applies a function where the condition holds. The type says what is certain of both: of a preload that it may not be loaded, of a select either.
   * @param condition any JavaScript value; what is truthy holds
   * @example from(Movie).when(params.year, (query) => query.where({ year: Number(params.year) })) // SQL: … WHERE (m0."year" = ?)
   * @see Elixir: if/2 in a pipe
   */
  when<R2, J2, O2>(
    condition: unknown,
    fn: (query: Query<R, J, O>) => Query<R2, J2, O2>,
  ): Query<EitherRow<R, R2>, EitherJoins<J, J2>, EitherResult<O, O2>>;
}
/** A query whose results have the same shape: for objects the same keys. */
type Combinable<R, J, O, P> =
  | (JoinSource<P> & AnyQuery & Alike<O, P>)
  | ((query: Query<R, J, O>) => JoinSource<P> & AnyQuery & Alike<O, P>);
type Alike<O, P> = [keyof NonNullable<O>] extends [keyof NonNullable<P>]
  ? [keyof NonNullable<P>] extends [keyof NonNullable<O>]
    ? unknown
    : "the queries of a combination must select the same columns"
  : "the queries of a combination must select the same columns";
