import { CastError, checkOptions, INSPECT, PRINT, print, QueryError, REDACTED } from "../base/index.ts";
import { describe, type KIND, type VALUE } from "../schema/index.ts";
import { type Decimal, exactType, isCut, isStorableText, jsonNull, redactedType, type Type, types } from "../type/index.ts";
import { isBuilding, remember } from "./built.ts";
import { jsonNode } from "./json-path.ts";
import type { Call, Node, Order, OrderDirection, QueryState, Window } from "./node.ts";
import { isSecret } from "./secrets.ts";
import { isSlot, placed } from "./slot.ts";
import { valueType } from "./value-type.ts";

/** What a comparison takes beside a `T`: the value, or an expression of it. Never null: that is what `isNull()` is for. */
export type Operand<T> = NonNullable<T> | Expr<T | null> | (QueryLike & { readonly [VALUE]: T | null });
/** A condition; null is SQL's unknown. */
export type Condition = Expr<boolean | null>;

/** Implemented by queries, which this file must not import. */
export interface QueryLike {
  readonly [STATE]: QueryState;
}
export const STATE: unique symbol = Symbol("ectype.query");

/** An SQL expression whose value is a `T`. Immutable; made from a binding's columns, by functions, and by `sql`. */
export class Expr<out T> {
  declare readonly [VALUE]: T;
  declare readonly [KIND]: "expr";
  readonly #node: Node;
  #used = false;
  constructor(node: Node) {
    this.#node = node;
    if (isBuilding() && mayBeCondition(node)) remember(this);
  }

  /** @internal Whoever reads it makes something of the expression. */
  get node(): Node {
    this.#used = true;
    return this.#node;
  }
  /** @internal */
  get isUsed(): boolean {
    return this.#used;
  }

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
    return inNode(this.node, values, false);
  }
  notIn(values: InList<T>): Expr<boolean> {
    return inNode(this.node, values, true);
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
  [PRINT](): string {
    return `#Expr<${this.#node.kind}>`;
  }
  [INSPECT](): string {
    return this[PRINT]();
  }
  /** @throws QueryError always: the value is known to the database alone */
  [Symbol.toPrimitive](): never {
    return noText(nameOf(this.#node));
  }
  /** @throws QueryError always: see `Symbol.toPrimitive` */
  toString(): never {
    return noText(nameOf(this.#node));
  }
  /** @throws QueryError always: see `Symbol.toPrimitive` */
  toJSON(): never {
    return noText(nameOf(this.#node));
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

/** What stands for a decimal beside one: a number that is exact, the text of one, or an expression of whole numbers. */
export type DecimalInput = PlainDecimal | Expr<number | bigint | null>;
type PlainDecimal = number | bigint | `${number}`;
/** What stands for a value that is written down: itself, and for a decimal a number or the text of one. */
export type Literal<V> = V | ([NonNullable<V>] extends [Decimal] ? (0 extends 1 & V ? never : PlainDecimal) : never);

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

/** Refuses to make a text, a number or JSON of what only the database can compute. */
export function noText(what: string): never {
  throw new QueryError(
    `${what} is SQL, and was used as a JavaScript value: in a template, beside + or <, or in JSON. The database alone knows its value; join texts with .concat(), compute with .add(), compare with .eq() or .lt(), or write SQL: sql\`lower(\${m.title})\``,
  );
}

/** An expression with the direction in which to order by it. */
export class Ordering {
  declare readonly [KIND]: "ordering";
  /** @internal */
  readonly node: Node;
  /** @internal */
  readonly direction: OrderDirection;
  constructor(node: Node, direction: OrderDirection) {
    this.node = node;
    this.direction = direction;
  }
  /** @throws QueryError always: it is no JavaScript value */
  [Symbol.toPrimitive](): never {
    return noText("an order");
  }
  [PRINT](): string {
    return `#Ordering<${this.node.kind} ${this.direction}>`;
  }
  [INSPECT](): string {
    return this[PRINT]();
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

/** A value on the other side of an operator: an expression, a query, or a parameter cast by the type beside it. */
export function operand(value: unknown, type: Type | null, op?: string, beside?: Node): Node {
  if (value instanceof Expr) return placed(value.node, type);
  if (value === null || value === undefined) {
    throw new QueryError(
      `comparing ${nameOf(beside)} with ${value}${op === undefined ? "" : ` by "${op}"`} is never true in SQL. Use isNull() or isNotNull(), or leave the condition out`,
    );
  }
  if (isQueryLike(value)) return { kind: "subquery", query: value[STATE] };
  refuseJsonNull(value, beside);
  if (type === null && typeof value === "object" && beside?.kind !== "column" && isPlain(value))
    throw new QueryError(`${describe(value)} cannot be a query's parameter here; only values can`);
  return param(value, type, beside, op);
}

/** JSON's null inside a value is NULL in a query: nothing is equal to it. */
function refuseJsonNull(value: unknown, beside?: Node): void {
  if (value === jsonNull && beside?.kind === "json")
    throw new QueryError(
      "comparing a JSON path with jsonNull is never true in SQL: null inside JSON is NULL there. Use isNull() or isNotNull()",
    );
}

/** A parameter, cast by its type; `op` and `beside` are the operator that it is for, and what stands on the other side of that. */
export function param(value: unknown, type: Type | null, beside?: Node, op?: string): Node {
  if (type === null) return { kind: "param", value, type: null };
  const cast = type.cast(value);
  if (cast.ok && !isCut(value, cast.value, type)) return { kind: "param", value: cast.value, type };
  const hidden = beside === undefined ? type : hiddenAs(beside, type);
  const own = beside ? typeOfNode(beside) : null;
  const shown = own?.exact?.name === type.name ? own.name : type.name;
  const whose = beside && own?.name === shown ? `, the type of ${nameOf(beside)}` : "";
  const message = cast.ok ? CUT : cast.error.message;
  const unstorable = typeof value === "string" && !isStorableText(value) ? `: it ${UNSTORABLE}` : "";
  const why = hidden.redact ? "" : message === undefined || message.includes("%{") ? unstorable : `: it ${message}`;
  const error = new CastError(`${hidden.redact ? REDACTED : shownValue(value)} cannot be cast to ${shown}${whose}${why}`, {
    type: type.name,
    ...(hidden.redact ? {} : { value }),
  });
  if (beside && op) comparisons.set(error, comparison(op, beside, { kind: "param", value, type: hidden }));
  throw error;
}

const UNSTORABLE = "holds a NUL or half a surrogate pair, which no database has in texts";
const CUT = "has a fraction of a second that the type does not hold: cut it, or declare the field with a precision of 3 or 6";

/** A comparison with a value that could not be cast. */
export interface Comparison {
  readonly node: Node;
  readonly value: Node;
}
/** Of such an error, for the query that it arises in to print. */
export const comparisons = new WeakMap<CastError, Comparison>();

function comparison(op: string, left: Node, value: Node): Comparison {
  if (op !== "in") return { node: { kind: "op", op, args: [left, value], type: null }, value };
  return { node: { kind: "in", left, right: { kind: "tuple", items: [value] }, negated: false }, value };
}

/** The type for a value that goes with an expression: of what is redacted, nothing shows. */
export function hiddenAs(beside: Node, type: Type): Type {
  return !type.redact && isSecret(beside) ? redactedType(type) : type;
}

/** The type of a value beside an expression: that of the expression, or where this is some JSON, the value's own. */
function typeBeside(node: Node, value: unknown): Type | null {
  const type = exactType(typeOfNode(node));
  const own = node.kind === "json" && !node.asText ? (valueType(value) ?? type) : type;
  return own && hiddenAs(node, own);
}

/** A tuple beside another: of the same size, its values cast by the other's types. */
function tupleBeside(left: Node & { kind: "tuple" }, value: unknown): Node {
  const right = value instanceof Expr ? value.node : isQueryLike(value) ? operand(value, null) : null;
  if (right?.kind === "subquery" || right?.kind === "quantified") return right;
  if (right?.kind !== "tuple" || right.items.length !== left.items.length)
    throw new QueryError(`a tuple is compared with a tuple of the same size, ${left.items.length} here`);
  const items = right.items.map((item, at): Node => {
    const beside = left.items[at] as Node;
    if (isSlot(item)) return placed(item, exactType(typeOfNode(beside)));
    return item.kind === "param" && item.type === null ? param(item.value, exactType(typeOfNode(beside)), beside, "=") : item;
  });
  return { kind: "tuple", items };
}

function stepOf(step: unknown): unknown {
  return step instanceof Expr ? step.node : step;
}

function inNode(left: Node, values: unknown, negated: boolean): Expr<boolean> {
  if (values instanceof Expr) {
    const { node } = values;
    return new Expr({
      kind: "in",
      left,
      right: isSlot(node) ? { kind: "list", values: node.value as never, type: exactType(typeOfNode(left)) } : node,
      negated,
    });
  }
  if (isQueryLike(values)) return new Expr({ kind: "in", left, right: { kind: "subquery", query: values[STATE] }, negated });
  const list = values instanceof Set ? [...values] : values;
  if (!Array.isArray(list))
    throw new QueryError(
      `${negated ? "notIn" : "in"} of ${nameOf(left)} takes a list, a subquery or an array column, not ${describe(values)}`,
    );
  if (left.kind === "tuple")
    return new Expr({ kind: "in", left, right: { kind: "tuple", items: list.map((one) => tupleBeside(left, one)) }, negated });
  if (list.some((one) => one instanceof Expr || isQueryLike(one))) {
    const items = list.map((one) => operand(one, typeBeside(left, one), "in", left));
    return new Expr({ kind: "in", left, right: { kind: "tuple", items }, negated });
  }
  const type = list.length > 0 ? typeBeside(left, list[0]) : exactType(typeOfNode(left));
  return new Expr({ kind: "in", left, right: { kind: "list", values: list.map((one) => listItem(one, type, left)), type }, negated });
}

function listItem(value: unknown, type: Type | null, beside: Node): unknown {
  if (value === undefined) throw new QueryError(`the list of in for ${nameOf(beside)} holds undefined`);
  refuseJsonNull(value, beside);
  if (value === null || type === null) return value;
  const node = param(value, type, beside, "in");
  return node.kind === "param" ? node.value : value;
}

/** `and` or `or` of conditions, flat; one condition stands for itself. */
export function logical(op: "and" | "or", conditions: readonly Condition[]): Expr<boolean> {
  return new Expr(joinNodes(op, conditions.map(conditionNode)));
}

/** Joins nodes by `and` or `or`, flattening those that are joined by it already. */
export function joinNodes(op: "and" | "or", nodes: readonly Node[]): Node {
  // "and true" and "or false" say nothing; without them, queries that say the same have the same text.
  const [first] = nodes;
  // A chain grows by one condition at a time: those that are there are copied in one go.
  const chain = first?.kind === "op" && first.op === op;
  const args = chain ? first.args.slice() : [];
  for (const node of chain ? nodes.slice(1) : nodes) {
    if (node.kind === "op" && node.op === op) for (const arg of node.args) args.push(arg);
    else if (node.kind !== "literal" || node.value !== (op === "and")) args.push(node);
  }
  if (args.length === 1) return args[0] as Node;
  if (args.length === 0) return { kind: "literal", value: op === "and" };
  return { kind: "op", op, args, type: types.boolean() };
}

/** The node of a condition; anything else, a JavaScript boolean above all, is an error. */
export function conditionNode(condition: unknown): Node {
  if (condition instanceof Expr) return condition.node;
  throw new QueryError(
    `a condition must be an SQL expression such as m.id.eq(1), not ${typeof condition === "boolean" ? `the JavaScript value ${condition}: comparing with === or && happens before SQL sees it` : describe(condition)}`,
  );
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

export function orderNode(term: unknown): Order {
  if (term instanceof Ordering) return { node: term.node, direction: term.direction };
  if (term instanceof Expr) return { node: term.node, direction: "asc" };
  throw new QueryError(`orderBy takes columns and expressions, such as m.title.desc(), not ${describe(term)}`);
}

export function exprNode(value: unknown, clause: string): Node {
  if (value instanceof Expr) return value.node;
  throw new QueryError(`${clause} takes an SQL expression, not ${describe(value)}`);
}

/** Whether an expression can stand as a condition by itself. Of text and functions whose type nobody gave, that is not known. */
function mayBeCondition(node: Node): boolean {
  if (node.kind === "subquery") return false;
  if (node.kind === "fragment" || node.kind === "call") return node.type === null || node.type.storage === "boolean";
  return typeOfNode(node)?.storage === "boolean";
}

/** The ectype type of an expression's value, where it is known. */
export function typeOfNode(node: Node): Type | null {
  switch (node.kind) {
    case "not":
    case "isNull":
    case "between":
    case "in":
    case "exists":
      return types.boolean();
    case "negate":
    case "selectedAs":
      return typeOfNode(node.arg);
    case "literal":
    case "list":
    case "identifier":
    case "constant":
    case "splice":
    case "tuple":
    case "alias":
    case "binding":
      return null;
    case "subquery":
    case "quantified":
      return scalarType(node.query);
    default:
      return node.type;
  }
}

/** The type of a one-column query's column. */
function scalarType(query: QueryState): Type | null {
  return query.select?.kind === "expr" ? typeOfNode(query.select.node) : null;
}

export function isQueryLike(value: unknown): value is QueryLike {
  return typeof value === "object" && value !== null && STATE in value;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** An expression's name for messages. */
export function nameOf(node: Node | undefined): string {
  return node?.kind === "column" ? `"${node.field}"` : "the expression";
}

function shownValue(value: unknown): string {
  const text = print(value);
  return text.length > 80 ? describe(value) : text;
}
