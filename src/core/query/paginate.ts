import { ArgumentError, checkOptions, kindOf, optionNames, QueryError } from "../base/index.ts";
import { ordersOf, primaryKeyOrder } from "./clauses.ts";
import { backwards, compared, decodeCursor, encodeCursor, equalTo, type Key, keyOf, orderOf, selected } from "./cursor.ts";
import { clausesThat, hasAny, isNull, joinNodes, type Node, type Order, type QueryState, type Select } from "./node.ts";
import { STATE } from "./query-like.ts";
import { queryOf } from "./query.ts";
import type { OrderArg } from "./clause-types.ts";
import type { Query } from "./query-interface.ts";
import type { JoinSource } from "./row-types.ts";

/** A repo, or what reads by one. */
interface Runner {
  all<T>(query: JoinSource<T>): Promise<T[]>;
  readonly adapter?: { readonly features: { readonly arrays: boolean } };
}

/** Which page: `first` with `after`, or `last` with `before`, counted in rows. */
export interface PaginateOptions<R = never, J = {}> {
  /** Who runs the query. */
  readonly repo: Runner;
  /** So many rows from the beginning, or from behind `after`. */
  readonly first?: number | undefined;
  /** So many rows up to the end, or up to before `before`. */
  readonly last?: number | undefined;
  /** A cursor: only rows behind it. */
  readonly after?: string | null | undefined;
  /** A cursor: only rows before it. */
  readonly before?: string | null | undefined;
  /** The order, in place of the query's own; the primary key is added to its end. */
  readonly orderBy?: OrderArg<R, J> | undefined;
}

/** A page of rows, with what leads to those beside it. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** One for each entry. */
  readonly cursors: readonly string[];
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * One page of a query by the place of its rows, not by their number: rows that come or go meanwhile shift nothing.
 * @param options `repo`, and `first` with `after`, or `last` with `before`
 * @returns the rows, a cursor for each, and whether there are more
 * @throws ArgumentError for a bad cursor or count
 * @throws QueryError for a query that has no order of its own to page by
 * @example const page = await paginate(from(Movie).orderBy("year").select(["id", "title", "year"]), { repo, first: 1 });
 * page.entries.map((one) => one.title) // => ["Bright"]
 * page.hasNextPage // => true
 */
export async function paginate<R, J, O>(query: Query<R, J, O>, options: PaginateOptions<R, J>): Promise<Page<O>> {
  checkOptions("paginate", options, OPTIONS);
  const state = query[STATE];
  checkQuery(state);
  const { count, fromEnd } = countOf(options);
  const order = options.orderBy === undefined ? state.orderBy : ordersOf(state, options.orderBy, "orderBy");
  const keys = withPrimaryKey(state, order).map((one) => keyOf(state, one));
  const bounds: Node[] = [];
  const arrays = options.repo.adapter?.features.arrays ?? null;
  if (given(options.after)) bounds.push(behind(keys, decodeCursor(state, keys, options.after, arrays)));
  if (given(options.before)) bounds.push(behind(keys.map(backwards), decodeCursor(state, keys, options.before, arrays)));
  const paged: QueryState = {
    ...state,
    where: bounds.length === 0 ? state.where : joinNodes("and", [...(state.where ? [state.where] : []), ...bounds]),
    orderBy: (fromEnd ? keys.map(backwards) : keys).map(orderOf),
    limit: { kind: "param", value: count + 1, type: null },
    select: withKeys(state, keys),
  };
  const rows = await options.repo.all(queryOf<R, J, readonly [O, readonly unknown[]]>(paged));
  const more = rows.length > count;
  const page = rows.slice(0, count);
  if (fromEnd) page.reverse();
  const cursors = page.map(([, values]) => encodeCursor(state, keys, values));
  return {
    entries: page.map(([entry]) => entry),
    cursors,
    startCursor: cursors[0] ?? null,
    endCursor: cursors.at(-1) ?? null,
    hasNextPage: fromEnd ? given(options.before) : more,
    hasPreviousPage: fromEnd ? more : given(options.after),
  };
}

const OPTIONS = optionNames<PaginateOptions>({ repo: true, first: true, last: true, after: true, before: true, orderBy: true });

function given(cursor: unknown): boolean {
  return cursor !== undefined && cursor !== null;
}

function countOf({ first, last }: { first?: number | undefined; last?: number | undefined }): { count: number; fromEnd: boolean } {
  if ((first === undefined) === (last === undefined))
    throw new ArgumentError("paginate takes either first or last: how many rows a page has");
  const count = first ?? last;
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 1)
    throw new ArgumentError(
      `paginate: a page has a whole number of rows from 1 on, not ${typeof count === "number" ? count : kindOf(count)}`,
    );
  return { count, fromEnd: last !== undefined };
}

const REFUSED = clausesThat({
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
  lock: true,
  update: false,
  preloads: false,
  limitPer: true,
  hints: false,
});

function checkQuery(query: QueryState): void {
  const has = REFUSED.filter((clause) => hasAny(query, [clause])).map((clause) => (clause === "combinations" ? "a combination" : clause));
  if (has.length > 0)
    throw new QueryError(
      `paginate sets the limit itself and needs plain rows; the query has ${has.join(", ")}. Wrap it: from(subquery(query))`,
    );
  if (query.preloads.some((preload) => preload.join !== null))
    throw new QueryError(
      'paginate counts rows, and a preload out of a join has several for each result. Preload by a query of its own: preload("characters")',
    );
}

/** The order with the primary key behind it, so that no two rows have the same place. */
function withPrimaryKey(query: QueryState, order: readonly Order[]): readonly Order[] {
  const last = primaryKeyOrder(query).filter(
    ({ node }) =>
      !order.some(
        (one) => one.node.kind === "column" && node.kind === "column" && one.node.of === node.of && one.node.field === node.field,
      ),
  );
  const descending = order.length > 0 && order.every(({ direction }) => direction.startsWith("desc"));
  return [...order, ...last.map((one): Order => (descending ? { ...one, direction: "desc" } : one))];
}

function withKeys(query: QueryState, keys: readonly Key[]): Select {
  const entry: Select = query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" };
  return { kind: "tuple", items: [entry, { kind: "tuple", items: keys.map((key) => ({ kind: "expr", node: selected(key) })) }] };
}

/** That a row stands behind the place of the values: equal in the first keys, and behind in the one after them. */
function behind(keys: readonly Key[], values: readonly unknown[]): Node {
  return joinNodes(
    "or",
    keys.flatMap((key, at) => {
      const past = behindIn(key, values[at]);
      if (past === null) return [];
      return [joinNodes("and", [...keys.slice(0, at).map((one, index) => equalIn(one, values[index])), past])];
    }),
  );
}

function equalIn(key: Key, value: unknown): Node {
  if (value === null) return isNull(key.node);
  return equalTo(key, value);
}

/** Null where nothing stands behind. */
function behindIn(key: Key, value: unknown): Node | null {
  if (value === null) return key.nullsFirst ? isNull(key.node, true) : null;
  const past: Node = { kind: "op", op: key.descending ? "<" : ">", args: [key.node, compared(key, value)], type: null };
  return key.nullable && !key.nullsFirst ? joinNodes("or", [past, isNull(key.node)]) : past;
}
