import { checkOptions, QueryError } from "../base/index.ts";
import type { KIND, VALUE } from "../schema/index.ts";
import { exactType, types } from "../type/index.ts";
import { conditionNode, Expression, exprNode, Ordering, orderNode } from "./expression.ts";
import { jsonNode } from "./json-path.ts";
import { type Call, joinNodes, type Node, type Window } from "./node.ts";
import { hiddenAs, typeBeside, typeOfNode } from "./node-type.ts";
import { inNode, operand, tupleBeside } from "./operand.ts";
import type { QueryLike } from "./query-like.ts";

/** What a comparison takes beside a `T`: the value, or an expression of it. Never null: that is what `isNull()` is for. */
export type Operand<T> = NonNullable<T> | Expr<T | null> | (QueryLike & { readonly [VALUE]: T | null });
/** A condition; null is SQL's unknown. */
export type Condition = Expr<boolean | null>;

/** An SQL expression whose value is a `T`. Immutable; made from a binding's columns, by functions, and by `sql`. */
export class Expr<out T> extends Expression {
  declare readonly [VALUE]: T;
  declare readonly [KIND]: "expr";

  /** `=`. Comparing with null is an error: use `isNull()`. */
  eq(value: Operand<T>): Expr<boolean> {
    return this.#compare("=", value);
  }
  /** `<>` */
  ne(value: Operand<T>): Expr<boolean> {
    return this.#compare("<>", value);
  }
  /** `<` */
  lt(value: Operand<T>): Expr<boolean> {
    return this.#compare("<", value);
  }
  /** `<=` */
  lte(value: Operand<T>): Expr<boolean> {
    return this.#compare("<=", value);
  }
  /** `>` */
  gt(value: Operand<T>): Expr<boolean> {
    return this.#compare(">", value);
  }
  /** `>=` */
  gte(value: Operand<T>): Expr<boolean> {
    return this.#compare(">=", value);
  }
  /** `IS DISTINCT FROM`: a comparison in which null is a value like others. */
  isDistinctFrom(value: Operand<T>): Expr<boolean> {
    return this.#compare("is distinct from", value);
  }
  isNotDistinctFrom(value: Operand<T>): Expr<boolean> {
    return this.#compare("is not distinct from", value);
  }
  isNull(): Expr<boolean> {
    return new Expr({ kind: "isNull", arg: this.node, negated: false });
  }
  isNotNull(): Expr<boolean> {
    return new Expr({ kind: "isNull", arg: this.node, negated: true });
  }
  /** Among the values and expressions of a list, a subquery of one column, or an array column. An empty list is false. */
  in(values: InList<T>): Expr<boolean> {
    return new Expr(inNode(this.node, values, false));
  }
  notIn(values: InList<T>): Expr<boolean> {
    return new Expr(inNode(this.node, values, true));
  }
  between(low: Operand<T>, high: Operand<T>): Expr<boolean> {
    const type = exactType(typeOfNode(this.node));
    const [from, to] = [low, high].map((value) => operand(value, type, "between", this.node)) as [Node, Node];
    return new Expr({ kind: "between", arg: this.node, low: from, high: to, negated: false });
  }
  /** `LIKE`, with `%` and `_` as wildcards. */
  like(this: Expr<string | null>, pattern: Operand<string>): Expr<boolean> {
    const right = operand(pattern, hiddenAs(this.node, types.string()), "like", this.node);
    return new Expr({ kind: "op", op: "like", args: [this.node, right], type: types.boolean() });
  }
  /** `LIKE` without regard to case. */
  ilike(this: Expr<string | null>, pattern: Operand<string>): Expr<boolean> {
    const right = operand(pattern, hiddenAs(this.node, types.string()), "ilike", this.node);
    return new Expr({ kind: "op", op: "ilike", args: [this.node, right], type: types.boolean() });
  }
  and(this: Condition, ...others: Condition[]): Expr<boolean> {
    return logical("and", [this, ...others]);
  }
  or(this: Condition, ...others: Condition[]): Expr<boolean> {
    return logical("or", [this, ...others]);
  }
  not(this: Condition): Expr<boolean> {
    return new Expr({ kind: "not", arg: this.node });
  }
  add(value: Operand<T>): Expr<T> {
    return this.#arithmetic("+", value);
  }
  sub(value: Operand<T>): Expr<T> {
    return this.#arithmetic("-", value);
  }
  mul(value: Operand<T>): Expr<T> {
    return this.#arithmetic("*", value);
  }
  div(value: Operand<T>): Expr<T> {
    return this.#arithmetic("/", value);
  }
  mod(value: Operand<T>): Expr<T> {
    return this.#arithmetic("%", value);
  }
  negate(): Expr<T> {
    return new Expr({ kind: "negate", arg: this.node });
  }
  /** `||`: text after text. */
  concat(this: Expr<string | null>, ...others: Operand<string>[]): Expr<T> {
    const type = hiddenAs(this.node, types.string());
    return new Expr({ kind: "op", op: "||", args: [this.node, ...others.map((other) => operand(other, type))], type });
  }
  asc(): Ordering {
    return new Ordering(this.node, "asc");
  }
  desc(): Ordering {
    return new Ordering(this.node, "desc");
  }
  ascNullsFirst(): Ordering {
    return new Ordering(this.node, "ascNullsFirst");
  }
  ascNullsLast(): Ordering {
    return new Ordering(this.node, "ascNullsLast");
  }
  descNullsFirst(): Ordering {
    return new Ordering(this.node, "descNullsFirst");
  }
  descNullsLast(): Ordering {
    return new Ordering(this.node, "descNullsLast");
  }
  /** A value inside a JSON column: names and indexes on the way down. Ecto's json_extract_path/2. */
  path(...steps: (string | number | Expr<string | number | null>)[]): Expr<unknown> {
    return new Expr(jsonNode(this.node, steps.map(stepOf), false));
  }
  /** The same as SQL text. */
  pathText(...steps: (string | number | Expr<string | number | null>)[]): Expr<string | null> {
    return new Expr(jsonNode(this.node, steps.map(stepOf), true));
  }
  /** Only the rows that meet the condition count; for aggregates. */
  filter(condition: Condition): Expr<T> {
    return new Expr({ ...this.#call("filter"), filter: conditionNode(condition) });
  }
  /** Each value once, `DISTINCT`; for aggregates. */
  distinct(): Expr<T> {
    return new Expr({ ...this.#call("distinct"), distinct: true });
  }
  /** The order in which an aggregate takes its rows: `fn<string | null>("string_agg", c.name, ", ").orderBy(c.name)`. */
  orderBy(...terms: OrderTerm[]): Expr<T> {
    return new Expr({ ...this.#call("orderBy"), orderBy: terms.map(orderNode) });
  }
  /** `WITHIN GROUP (ORDER BY …)`, of what the aggregate is made: `fn<number | null>("percentile_cont", 0.5).withinGroup(m.year)`. */
  withinGroup(...terms: OrderTerm[]): Expr<T> {
    return new Expr({ ...this.#call("withinGroup"), orderBy: terms.map(orderNode), withinGroup: true });
  }
  /** Over a window: one defined with `windows`, or one given here. Ecto's over/2. */
  over(window?: string | WindowSpec): Expr<T> {
    return new Expr({ ...this.#call("over"), over: windowNode(window) });
  }
  /** Names this expression of a select, for `selectedAs(name)` in groupBy, having and orderBy. */
  as(name: string): Expr<T> {
    return new Expr({ kind: "selectedAs", name, arg: this.node });
  }

  #compare(op: string, value: unknown): Expr<boolean> {
    const right = this.node.kind === "tuple" ? tupleBeside(this.node, value) : operand(value, typeBeside(this.node, value), op, this.node);
    return new Expr({ kind: "op", op, args: [this.node, right], type: types.boolean() });
  }
  #arithmetic(op: string, value: unknown): Expr<T> {
    const type = typeOfNode(this.node);
    return new Expr({ kind: "op", op, args: [this.node, operand(value, type, op, this.node)], type });
  }
  #call(what: string): Call {
    if (this.node.kind === "call" && this.node.aggregate) return this.node;
    throw new QueryError(`.${what}() belongs to an aggregate or a window function, such as count(m.id).${what}(…)`);
  }
}

/** What orders rows: an expression (ascending) or one with its direction. */
export type OrderTerm = Expr<unknown> | Ordering;

/** What stands on the right of `in`: values and expressions in a list or a set, or what gives a list. */
export type InList<T> = readonly Operand<T>[] | ReadonlySet<Operand<T>> | ListOperand<T>;
/** What else stands on the right of `in`: a query of one column, or an array column. */
export type ListOperand<T> = (QueryLike & { readonly [VALUE]: T | NonNullable<T> | null }) | Expr<readonly NonNullable<T>[] | null>;

export declare const NEEDS: unique symbol;
/**
 * A condition, order, grouping or value that is built apart and put into a query later: one with the root `R` and the joins `J`;
 * a bare `Dynamic` into any.
 */
export interface Dynamic<R = any, J = any> {
  readonly kind: "dynamic";
  readonly [NEEDS]?: (root: R, joins: J) => void;
  build(root: unknown, joins: unknown): Expr<unknown> | null;
}

export interface WindowSpec {
  readonly base?: string;
  readonly partitionBy?: Expr<unknown> | Dynamic | readonly (Expr<unknown> | Dynamic)[];
  readonly orderBy?: OrderTerm | Dynamic | readonly (OrderTerm | Dynamic)[];
  /** A frame as a fragment: sql`ROWS BETWEEN 1 PRECEDING AND CURRENT ROW`. */
  readonly frame?: Expr<unknown>;
}

function stepOf(step: unknown): unknown {
  return step instanceof Expression ? step.node : step;
}

/** `and` or `or` of conditions, flat; one condition stands for itself. */
export function logical(op: "and" | "or", conditions: readonly Condition[]): Expr<boolean> {
  return new Expr(joinNodes(op, conditions.map(conditionNode)));
}

const WINDOW_OPTIONS: readonly (keyof WindowSpec)[] = ["base", "partitionBy", "orderBy", "frame"];

export function windowNode(window: string | WindowSpec | undefined): Window {
  if (typeof window !== "string" && window !== undefined)
    checkOptions("a window", window, WINDOW_OPTIONS, (message) => new QueryError(message));
  if (typeof window === "string") return { base: window, partitionBy: [], orderBy: [], frame: null };
  const { base = null, partitionBy = [], orderBy = [], frame } = window ?? {};
  return {
    base,
    partitionBy: [partitionBy].flat().map((one: unknown) => exprNode(one, "partitionBy")),
    orderBy: [orderBy].flat().map(orderNode),
    frame: frame === undefined ? null : exprNode(frame, "frame"),
  };
}
