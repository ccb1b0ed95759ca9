// The clause limitPer as SQL has it: a window function around the query.
import { QueryError } from "../base/index.ts";
import type { QueryState } from "../query/index.ts";
import type { PlannedColumn, PlannedExpr, PlannedQuery, PlannedSource } from "./planned.ts";
import type { Type } from "../type/index.ts";
import type { Planner } from "./planner-types.ts";
import type { Scope } from "./scope.ts";

type LimitPer = NonNullable<QueryState["limitPer"]>;

/**
 * The query as a subquery whose rows are numbered within each group, and those numbered too high left out.
 * Both queries are written out clause by clause: with one that nobody thought of, they do not compile.
 */
export function planLimitPer(planner: Planner, planned: PlannedQuery, { count, by }: LimitPer, scope: Scope): PlannedQuery {
  if (by.length === 0)
    throw new QueryError(
      'limitPer needs to know what it is per: limitPer(3, "movieId"); only in a preload\'s query it is the parent by itself',
    );
  if (planned.combinations.length > 0) throw new QueryError("limitPer cannot be put on a combination; wrap it in subquery() first");
  if (planned.distinct !== null)
    throw new QueryError("limitPer numbers rows, so that none is like another for distinct; wrap the distinct query in subquery() first");
  const limit = planner.expr(count, scope);
  const partitionBy = by.map((node) => planner.expr(node, scope));
  const number: PlannedExpr = {
    kind: "call",
    name: "row_number",
    args: [],
    over: { base: null, partitionBy, orderBy: planned.orderBy, frame: null },
  };
  const columns = planned.select.map((column, at): PlannedColumn => ({ expr: column.expr, as: column.as ?? `c${at}` }));
  const orders = planned.orderBy.map((order, at): PlannedColumn => ({ expr: order.expr, as: `ectype_order${at}` }));
  const inner: PlannedQuery = {
    operation: planned.operation,
    ctes: [],
    recursive: false,
    hints: planned.hints,
    distinct: planned.distinct,
    from: planned.from,
    joins: planned.joins,
    where: planned.where,
    groupBy: planned.groupBy,
    having: planned.having,
    windows: planned.windows,
    combinations: planned.combinations,
    select: [...columns, { expr: number, as: "ectype_row" }, ...orders],
    orderBy: [],
    limit: null,
    offset: null,
    withTies: false,
    lock: null,
    update: planned.update,
  };
  const source: PlannedSource = { kind: "subquery", query: inner, alias: planner.alias("s"), hints: [] };
  const column = (name: string, type: Type | null = null): PlannedExpr => ({ kind: "column", source, column: name, type });
  return {
    operation: planned.operation,
    ctes: planned.ctes,
    recursive: planned.recursive,
    distinct: planned.distinct,
    select: columns.map(({ as }, at) => ({ expr: column(as as string), as: planned.select[at]?.as ?? null })),
    from: source,
    joins: [],
    where: { kind: "op", op: "<=", args: [column("ectype_row"), limit] },
    groupBy: [],
    having: null,
    windows: [],
    combinations: planned.combinations,
    limit: planned.limit,
    offset: planned.offset,
    withTies: planned.withTies,
    lock: planned.lock,
    update: planned.update,
    orderBy: planned.orderBy.map(({ expr, direction }, at) => ({ expr: column(`ectype_order${at}`, typeOf(expr)), direction })),
    hints: [],
  };
}

function typeOf(expr: PlannedExpr): Type | null {
  return ("type" in expr ? expr.type : null) ?? null;
}
