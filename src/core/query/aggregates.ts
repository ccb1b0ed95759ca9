import { kindOf, QueryError } from "../base/index.ts";
import { type Decimal, type Type, types } from "../type/index.ts";
import type { ExprOf } from "./decimal-expr.ts";
import { type Condition, Expr, type WindowSpec } from "./expr.ts";
import { exprNode } from "./expression.ts";
import type { Call } from "./node.ts";
import { typeOfCall, typeOfNode } from "./node-type.ts";
import { typedExpr } from "./typed-expr.ts";

/**
 * The number of rows, of values that are not null, or of different values.
 * @param mode "distinct" counts each value once
 * @throws QueryError for another mode
 * @example count() // SQL: count(*)
 * count(m.year, "distinct") // SQL: count(DISTINCT m0."year")
 * @see Ecto.Query.API.count/2
 */
export function count(value?: Expr<unknown>, mode?: "distinct"): Expr<number> {
  return new Expr(aggregate("count", value === undefined ? [] : [value], types.integer(), mode));
}
/**
 * The mean; null over no rows. A `Decimal` for whole and decimal numbers, a number for floats.
 * @param mode "distinct" takes each value once
 * @throws QueryError for another mode
 * @example avg(m.rating) // SQL: avg(m0."rating")
 * @see Ecto.Query.API.avg/1
 */
export function avg<T extends number | bigint | Decimal | null>(value: Expr<T>, mode?: "distinct"): ExprOf<AvgOf<T> | null> {
  const type = typeOfNode(value.node);
  return typedExpr(aggregate("avg", [value], type?.storage === "float" ? type : types.decimal(), mode));
}
type AvgOf<T> = number extends T ? number | Decimal : Decimal;
/**
 * The total; null over no rows.
 * @param mode "distinct" takes each value once
 * @throws QueryError for another mode
 * @example sum(m.year) // SQL: sum(m0."year")
 * @see Ecto.Query.API.sum/1
 */
export function sum<T>(value: Expr<T>, mode?: "distinct"): ExprOf<NonNullable<T> | null> {
  return typedExpr(aggregate("sum", [value], typeOfCall("sum", typeOfNode(value.node)), mode));
}
/**
 * The least value; null over no rows.
 * @example min(m.year) // SQL: min(m0."year")
 * @see Ecto.Query.API.min/1
 */
export function min<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return typedExpr(aggregate("min", [value], typeOfNode(value.node)));
}
/**
 * The greatest value; null over no rows.
 * @example max(m.year) // SQL: max(m0."year")
 * @see Ecto.Query.API.max/1
 */
export function max<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return typedExpr(aggregate("max", [value], typeOfNode(value.node)));
}

function aggregate(name: string, args: readonly Expr<unknown>[], type: Type | null, mode?: "distinct"): Call {
  if (mode !== undefined && mode !== "distinct")
    throw new QueryError(`${name} takes "distinct" as its second argument, not ${kindOf(mode)}`);
  const call: Call = { kind: "call", name, args: args.map((arg) => exprNode(arg, name)), type, aggregate: true };
  return mode === undefined ? call : { ...call, distinct: true };
}

/**
 * Only the rows that meet the condition count: the aggregate's `.filter(condition)` as a function.
 * @throws QueryError for what is no aggregate
 * @example filter(count(), m.released) // SQL: count(*) FILTER (WHERE m0."released")
 * @see Ecto.Query.API.filter/2
 */
export function filter<T>(aggregate: Expr<T>, condition: Condition): ExprOf<T>;
export function filter(aggregate: Expr<unknown>, condition: Condition): Expr<unknown> {
  return aggregate.filter(condition);
}
/**
 * An aggregate or a window function over a window: its `.over(window)` as a function.
 * @param window the name of one that `windows` defines, or `{ partitionBy, orderBy, frame, base }`; all rows unless given
 * @throws QueryError for what is no aggregate and no window function
 * @example over(rank(), { orderBy: m.year.desc() }) // SQL: rank() OVER (ORDER BY m0."year" DESC)
 * @see Ecto.Query.WindowAPI.over/2
 */
export function over<T>(call: Expr<T>, window?: string | WindowSpec): ExprOf<T>;
export function over(call: Expr<unknown>, window?: string | WindowSpec): Expr<unknown> {
  return call.over(window);
}
