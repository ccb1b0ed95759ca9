import type { PlannedExpr, PlannedOrder, PlannedQuery, PlannedWindow } from "../core/plan/index.ts";
import type { Type } from "../core/type/index.ts";
import { BaseWriter } from "./base.ts";
import { isAtomic } from "./atomic.ts";

export type PlannedExprOf<K extends PlannedExpr["kind"]> = Extract<PlannedExpr, { kind: K }>;

const ARITHMETIC = new Set(["+", "-", "*", "/", "%"]);
// Their numbers are of the type that the database declares; a cast to a wider one would find no such function.
const WINDOW_FUNCTIONS = new Set([
  "row_number",
  "rank",
  "dense_rank",
  "percent_rank",
  "cume_dist",
  "ntile",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
]);
const DIRECTIONS = {
  asc: "",
  desc: " DESC",
  ascNullsFirst: " ASC NULLS FIRST",
  ascNullsLast: " ASC NULLS LAST",
  descNullsFirst: " DESC NULLS FIRST",
  descNullsLast: " DESC NULLS LAST",
} as const;

/** Writes expressions; a dialect overrides the kinds that its database says otherwise. */
export abstract class ExprWriter extends BaseWriter {
  /** A query in parentheses. */
  protected abstract subquery(query: PlannedQuery): string;
  /** The rows of a query as one JSON list of lists. */
  protected abstract rowsInJson(query: PlannedQuery): string;
  protected abstract cast(expr: PlannedExprOf<"cast">): string;
  /** A value inside a JSON column, to compare, order and compute with. */
  protected abstract json(expr: PlannedExprOf<"json">): string;
  protected abstract dateAdd(expr: PlannedExprOf<"dateAdd">): string;
  protected abstract now(type: Type | null): string;
  /** Membership in a list that is one value: a parameter or an array column. */
  protected abstract inList(expr: PlannedExprOf<"in">): string;

  expr(expr: PlannedExpr): string {
    switch (expr.kind) {
      case "column":
        return `${expr.source.alias}.${this.quote(expr.column)}`;
      case "binding":
        return expr.source.alias;
      case "param":
        return this.placeholder(expr.index);
      case "literal":
        return this.literal(expr.value);
      case "op":
        return this.op(expr);
      case "not":
        return `NOT (${this.expr(expr.arg)})`;
      case "negate":
        return `-(${this.typed(expr.arg)})`;
      case "isNull":
        return `${this.typedOperand(expr.arg)} IS ${expr.negated ? "NOT " : ""}NULL`;
      case "between":
        return this.between(expr);
      case "in":
        return this.in(expr);
      case "call":
        return this.call(expr);
      case "fragment":
        return this.fragment(expr);
      case "identifier":
        return this.quote(expr.name);
      case "constant":
        return this.literal(expr.value);
      case "splice":
        return this.list(expr.items);
      case "cast":
        return this.cast(expr);
      case "case":
        return this.case(expr);
      case "tuple":
        return `(${this.list(expr.items)})`;
      case "json":
        return this.json(expr);
      case "dateAdd":
        return this.dateAdd(expr);
      case "now":
        return this.now(expr.type);
      case "subquery":
        return this.subquery(expr.query);
      case "exists":
        return `EXISTS${this.subquery(expr.query)}`;
      case "rows":
        return this.rowsInJson(expr.query);
      case "quantified":
        return this.quantified(expr);
      case "alias":
        return this.quote(expr.name);
    }
  }

  /** An expression beside an operator: in parentheses unless it holds together by itself. */
  protected operand(expr: PlannedExpr): string {
    return isAtomic(expr) ? this.expr(expr) : `(${this.expr(expr)})`;
  }

  /** An expression that must tell its own type. */
  protected typed(expr: PlannedExpr): string {
    return expr.kind === "param" ? this.typedParam(this.placeholder(expr.index), expr.list === true ? null : expr.type) : this.expr(expr);
  }

  protected typedOperand(expr: PlannedExpr): string {
    return expr.kind === "param" ? this.typed(expr) : this.operand(expr);
  }

  /** An expression as an output column. */
  protected output(expr: PlannedExpr): string {
    return expr.kind === "param" ? this.outputParam(this.placeholder(expr.index), expr.type) : this.expr(expr);
  }

  protected list(items: readonly PlannedExpr[]): string {
    return items.map((item) => this.expr(item)).join(", ");
  }

  // Operators

  protected op({ op, args }: PlannedExprOf<"op">): string {
    const word = ` ${op.toUpperCase()} `;
    if (op === "and" || op === "or")
      return chained(
        args.map((arg) => this.operand(arg)),
        word,
      );
    if (op === "||") return chained(this.operands(args), word);
    return this.operands(args, ARITHMETIC.has(op)).join(word);
  }

  /** Operands of one operator: parameters go without a type where a column beside them has it. */
  protected operands(args: readonly PlannedExpr[], sameStorage = false): string[] {
    const anchor = args.find(isAnchor);
    return args.map((arg) => (anchor !== undefined && (!sameStorage || agrees(arg, anchor)) ? this.operand(arg) : this.typedOperand(arg)));
  }

  protected between({ arg, low, high, negated }: PlannedExprOf<"between">): string {
    const [value, from, to] = this.operands([arg, low, high]);
    return `${value} ${negated ? "NOT " : ""}BETWEEN ${from} AND ${to}`;
  }

  protected in(expr: PlannedExprOf<"in">): string {
    const { left, right, negated } = expr;
    const word = negated ? " NOT IN " : " IN ";
    if (right.kind === "subquery") return this.typedOperand(left) + word + this.subquery(right.query);
    if (right.kind !== "tuple") return this.inList(expr);
    const [value, ...items] = this.operands([left, ...right.items]);
    return `${value}${word}(${items.join(", ")})`;
  }

  protected quantified({ quantifier, query }: PlannedExprOf<"quantified">): string {
    return quantifier.toUpperCase() + this.subquery(query);
  }

  protected case({ branches, otherwise }: PlannedExprOf<"case">): string {
    const anchored = branches.some(({ then }) => isAnchor(then)) || (otherwise !== null && isAnchor(otherwise));
    const result = (expr: PlannedExpr): string => (anchored ? this.expr(expr) : this.typed(expr));
    const whens = branches.map(({ when, then }) => `WHEN ${this.expr(when)} THEN ${result(then)}`);
    return `CASE ${whens.join(" ")}${otherwise === null ? "" : ` ELSE ${result(otherwise)}`} END`;
  }

  // Fragments

  /** Text is the user's own; an expression in it holds together, but a fragment in a fragment is text again. */
  protected fragment({ parts }: PlannedExprOf<"fragment">): string {
    let text = "";
    for (const part of parts) {
      if (typeof part === "string") text += part;
      else text += part.kind === "fragment" ? this.fragment(part) : this.operand(part);
    }
    return text;
  }

  // Functions

  protected call(expr: PlannedExprOf<"call">): string {
    let text = `${expr.name}(${this.callArguments(expr)})`;
    if (expr.withinGroup === true) text += ` WITHIN GROUP (${this.orderBy(expr.orderBy ?? []).slice(1)})`;
    if (expr.filter !== undefined) text += ` FILTER (WHERE ${this.expr(expr.filter)})`;
    if (expr.over !== undefined) text += ` OVER ${this.over(expr.over)}`;
    return text;
  }

  private callArguments(expr: PlannedExprOf<"call">): string {
    const { name, args, distinct, orderBy, withinGroup } = expr;
    if (args.length === 0) return name === "count" ? "*" : "";
    const list = args.map((arg) => this.argument(arg, expr)).join(", ");
    return (distinct === true ? "DISTINCT " : "") + list + (orderBy === undefined || withinGroup === true ? "" : this.orderBy(orderBy));
  }

  /** An argument of a function: beside a column, the function's own declaration says what parameters are. */
  protected argument(arg: PlannedExpr, { name, args }: PlannedExprOf<"call">): string {
    return WINDOW_FUNCTIONS.has(name) || args.some(isAnchor) ? this.expr(arg) : this.typed(arg);
  }

  // Order and windows

  /** With a leading space, or nothing. */
  protected orderBy(orders: readonly PlannedOrder[]): string {
    return orders.length === 0 ? "" : ` ORDER BY ${orders.map((order) => this.order(this.sortKey(order.expr), order)).join(", ")}`;
  }

  /** The value that rows are ordered by. */
  protected sortKey(expr: PlannedExpr): string {
    return this.expr(expr);
  }

  protected order(text: string, { direction }: PlannedOrder): string {
    return text + DIRECTIONS[direction];
  }

  protected over(window: PlannedWindow): string {
    const { base, partitionBy, orderBy, frame } = window;
    if (base !== null && partitionBy.length === 0 && orderBy.length === 0 && frame === null) return this.quote(base);
    return this.window(window);
  }

  /** Values that rows are put together by. */
  protected grouping(items: readonly PlannedExpr[]): string {
    return this.list(items);
  }

  protected window({ base, partitionBy, orderBy, frame }: PlannedWindow): string {
    const parts: string[] = [];
    if (base !== null) parts.push(this.quote(base));
    if (partitionBy.length > 0) parts.push(`PARTITION BY ${this.grouping(partitionBy)}`);
    if (orderBy.length > 0) parts.push(this.orderBy(orderBy).slice(1));
    if (frame !== null) parts.push(this.expr(frame));
    return `(${parts.join(" ")})`;
  }
}

const MAX_CHAIN = 100;

/** Operands of an operator in whatever order they are taken: a long chain in groups, since parsers nest it by one level for each operand. */
export function chained(operands: readonly string[], word: string): string {
  if (operands.length <= MAX_CHAIN) return operands.join(word);
  const groups: string[] = [];
  for (let at = 0; at < operands.length; at += MAX_CHAIN) groups.push(`(${operands.slice(at, at + MAX_CHAIN).join(word)})`);
  return chained(groups, word);
}

/** Whether a database learns from an expression the type of the parameters beside it. */
function isAnchor(expr: PlannedExpr): boolean {
  if (expr.kind === "tuple") return expr.items.some(isAnchor);
  return expr.kind === "column" || expr.kind === "cast";
}

// Arithmetic may mix kinds of numbers: 2.5 beside an integer column must not become an integer.
function agrees(arg: PlannedExpr, anchor: PlannedExpr): boolean {
  if (arg.kind !== "param" || arg.type === null) return true;
  const type = anchor.kind === "column" || anchor.kind === "cast" ? anchor.type : null;
  return type === null || type.storage === arg.type.storage;
}
