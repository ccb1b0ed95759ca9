import { kindOf, QueryError } from "../base/index.ts";
import type { SOURCE, VALUE } from "../schema/index.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import type { QueryState } from "./node.ts";
import type { JoinSource } from "./row-types.ts";

/**
 * What a class of one's own extends to stand wherever a query does: in `from`, joins, subqueries and reads. `T` is what its rows are.
 * @throws QueryError where `toQuery` gives no query
 * @example class Recent extends Queryable<Movie> { toQuery() { return from(Movie).where((m) => m.year.gt(2017)); } }
 * (await repo.all(new Recent())).length // => 1
 * @see Ecto.Queryable
 */
export abstract class Queryable<T> implements JoinSource<T> {
  declare readonly [VALUE]: T;
  declare readonly [SOURCE]: "source";

  /**
   * The query that this stands for.
   * @example class Recent extends Queryable<Movie> { toQuery() { return from(Movie).where((m) => m.year.gt(2017)); } }
   * new Recent().toQuery() // SQL: … WHERE (m0."year" > ?)
   * @see Ecto.Queryable.to_query/1
   */
  abstract toQuery(): JoinSource<T>;

  /** @internal */
  get [STATE](): QueryState {
    const query: unknown = this.toQuery();
    if (isQueryLike(query)) return query[STATE];
    throw new QueryError(`toQuery of ${kindOf(this).replace(/^an? /, "")} must return a query, not ${kindOf(query)}`);
  }
}
