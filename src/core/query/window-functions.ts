import { type Type, types } from "../type/index.ts";
import type { ExprOf, NumberBeside } from "./decimal-expr.ts";
import type { Expr, Operand } from "./expr.ts";
import type { Node } from "./node.ts";
import { typeOfNode } from "./node-type.ts";
import { operand } from "./operand.ts";
import { typedExpr } from "./typed-expr.ts";

function windowCall<T>(name: string, args: readonly Node[], type: Type | null): ExprOf<T> {
  return typedExpr({ kind: "call", name, args, type, aggregate: true });
}
/**
 * The number of the row in its window, from 1 on.
 * @example rowNumber().over({ orderBy: m.year }) // SQL: row_number() OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.row_number/0
 */
export function rowNumber(): Expr<number> {
  return windowCall("row_number", [], types.integer());
}
/**
 * The row's rank in its window, from 1 on: equals share one, and leave a gap behind them.
 * @example rank().over({ orderBy: m.year }) // SQL: rank() OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.rank/0
 */
export function rank(): Expr<number> {
  return windowCall("rank", [], types.integer());
}
/**
 * The row's rank in its window, from 1 on: equals share one, and leave no gap.
 * @example denseRank().over({ orderBy: m.year }) // SQL: dense_rank() OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.dense_rank/0
 */
export function denseRank(): Expr<number> {
  return windowCall("dense_rank", [], types.integer());
}
/**
 * The row's rank as a part of its window, from 0 to 1.
 * @example percentRank().over({ orderBy: m.year }) // SQL: percent_rank() OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.percent_rank/0
 */
export function percentRank(): Expr<number> {
  return windowCall("percent_rank", [], types.float());
}
/**
 * The part of the window's rows that come no later than this one, above 0 and up to 1.
 * @example cumeDist().over({ orderBy: m.year }) // SQL: cume_dist() OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.cume_dist/0
 */
export function cumeDist(): Expr<number> {
  return windowCall("cume_dist", [], types.float());
}
/**
 * The number of the row's bucket, from 1 on, where the window's rows are dealt into so many.
 * @example ntile(4).over({ orderBy: m.year }) // SQL: ntile(?) OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.ntile/1
 */
export function ntile(buckets: Operand<number>): Expr<number> {
  return windowCall("ntile", [operand(buckets, types.integer())], types.integer());
}
/**
 * The value of the first row of the window's frame.
 * @example firstValue(m.title).over({ orderBy: m.year }) // SQL: first_value(m0."title") OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.first_value/1
 */
export function firstValue<T>(value: Expr<T>): ExprOf<T> {
  return windowCall("first_value", [value.node], typeOfNode(value.node));
}
/**
 * The value of the last row of the window's frame, which ends at the current row unless said otherwise.
 * @example lastValue(m.title).over({ orderBy: m.year }) // SQL: last_value(m0."title") OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.last_value/1
 */
export function lastValue<T>(value: Expr<T>): ExprOf<T> {
  return windowCall("last_value", [value.node], typeOfNode(value.node));
}
/**
 * The value of a row of the window's frame; null where the frame is shorter.
 * @param nth the number of the row, from 1 on
 * @example nthValue(m.title, 2).over({ orderBy: m.year }) // SQL: nth_value(m0."title", ?) OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.nth_value/2
 */
export function nthValue<T>(value: Expr<T>, nth: Operand<number>): ExprOf<T | null> {
  return windowCall("nth_value", [value.node, operand(nth, types.integer())], typeOfNode(value.node));
}
/**
 * The value some rows before; null, or the default, before the first.
 * @param offset how many rows before; 1 unless given
 * @example lag(m.title).over({ orderBy: m.year }) // SQL: lag(m0."title") OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.lag/3
 */
export function lag<T>(value: Expr<T>, offset?: Operand<number>, otherwise?: Operand<T> | NumberBeside<T>): ExprOf<T | null> {
  return windowCall("lag", shiftArgs(value, offset, otherwise), typeOfNode(value.node));
}
/**
 * The value some rows after; null, or the default, after the last.
 * @param offset how many rows after; 1 unless given
 * @example lead(m.title, 2, "none").over({ orderBy: m.year }) // SQL: lead(m0."title", ?, ?) OVER (ORDER BY m0."year")
 * @see Ecto.Query.WindowAPI.lead/3
 */
export function lead<T>(value: Expr<T>, offset?: Operand<number>, otherwise?: Operand<T> | NumberBeside<T>): ExprOf<T | null> {
  return windowCall("lead", shiftArgs(value, offset, otherwise), typeOfNode(value.node));
}
function shiftArgs(value: Expr<unknown>, offset: unknown, otherwise: unknown): readonly Node[] {
  const args = [value.node];
  if (offset !== undefined || otherwise !== undefined) args.push(operand(offset ?? 1, types.integer()));
  if (otherwise !== undefined) args.push(operand(otherwise, typeOfNode(value.node)));
  return args;
}
