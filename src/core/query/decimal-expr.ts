import type { Decimal } from "../type/index.ts";
import type { Condition, Expr, InList, Operand, OrderTerm, WindowSpec } from "./expr.ts";

/** What stands for a decimal beside one: a number that is exact, the text of one, or an expression of whole numbers. */
export type DecimalInput = PlainDecimal | Expr<number | bigint | null>;
type PlainDecimal = number | bigint | `${number}`;
/** What stands for a value that is written down: itself, and for a decimal a number or the text of one. */
export type Literal<V> = V | ([NonNullable<V>] extends [Decimal] ? (0 extends 1 & V ? never : PlainDecimal) : never);

/** Beside decimals, numbers. */
export type NumberBeside<T> = [NonNullable<T>] extends [Decimal] ? DecimalInput : never;

/** An expression of decimals: beside it stand plain numbers, too. */
// The signature of `Expr` comes last, since the compiler infers `T` from the last one.
export interface DecimalExpr<out T> extends Expr<T> {
  eq(value: DecimalInput): Expr<boolean>;
  eq(value: Operand<T>): Expr<boolean>;
  ne(value: DecimalInput): Expr<boolean>;
  ne(value: Operand<T>): Expr<boolean>;
  lt(value: DecimalInput): Expr<boolean>;
  lt(value: Operand<T>): Expr<boolean>;
  lte(value: DecimalInput): Expr<boolean>;
  lte(value: Operand<T>): Expr<boolean>;
  gt(value: DecimalInput): Expr<boolean>;
  gt(value: Operand<T>): Expr<boolean>;
  gte(value: DecimalInput): Expr<boolean>;
  gte(value: Operand<T>): Expr<boolean>;
  isDistinctFrom(value: DecimalInput): Expr<boolean>;
  isDistinctFrom(value: Operand<T>): Expr<boolean>;
  isNotDistinctFrom(value: DecimalInput): Expr<boolean>;
  isNotDistinctFrom(value: Operand<T>): Expr<boolean>;
  in(values: DecimalList<T>): Expr<boolean>;
  in(values: InList<T>): Expr<boolean>;
  notIn(values: DecimalList<T>): Expr<boolean>;
  notIn(values: InList<T>): Expr<boolean>;
  between(low: DecimalInput | Operand<T>, high: DecimalInput | Operand<T>): Expr<boolean>;
  between(low: Operand<T>, high: Operand<T>): Expr<boolean>;
  add(value: DecimalInput): DecimalExpr<T>;
  add(value: Operand<T>): DecimalExpr<T>;
  sub(value: DecimalInput): DecimalExpr<T>;
  sub(value: Operand<T>): DecimalExpr<T>;
  mul(value: DecimalInput): DecimalExpr<T>;
  mul(value: Operand<T>): DecimalExpr<T>;
  div(value: DecimalInput): DecimalExpr<T>;
  div(value: Operand<T>): DecimalExpr<T>;
  mod(value: DecimalInput): DecimalExpr<T>;
  mod(value: Operand<T>): DecimalExpr<T>;
  negate(): DecimalExpr<T>;
  filter(condition: Condition): DecimalExpr<T>;
  distinct(): DecimalExpr<T>;
  orderBy(...terms: OrderTerm[]): DecimalExpr<T>;
  over(window?: string | WindowSpec): DecimalExpr<T>;
  as(name: string): DecimalExpr<T>;
}
type DecimalList<T> = readonly (Operand<T> | DecimalInput)[] | ReadonlySet<Operand<T> | DecimalInput>;
/** The expression of a value: that of decimals takes plain numbers too. */
export type ExprOf<T> = [NonNullable<T>] extends [Decimal] ? (0 extends 1 & T ? Expr<T> : DecimalExpr<T>) : Expr<T>;
