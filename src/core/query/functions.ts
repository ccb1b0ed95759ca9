import { ArgumentError, checkOptions, QueryError } from "../base/index.ts";
import { describe, type Field, infoOf, isField, type AnySchema, type InstanceOf, type VALUE } from "../schema/index.ts";
import { type Decimal, jsonPartType, type Type, type TypeLike, typeOf, types, type TypeValue } from "../type/index.ts";
import { isBinding, namedBinding } from "./binding.ts";
import {
  type Condition,
  conditionNode,
  type DecimalInput,
  Expr,
  type ExprOf,
  exprNode,
  isQueryLike,
  logical,
  type Operand,
  operand,
  type QueryLike,
  STATE,
  typeOfNode,
  type WindowSpec,
} from "./expr.ts";
import { sql } from "./fragment.ts";
import { alone, isSlot, placed } from "./slot.ts";
import { valueType } from "./value-type.ts";
import type { Call, Node } from "./node.ts";
import type { Binding } from "./types.ts";

/** All of the conditions. `and()` of none is true. */
export function and(...conditions: readonly Condition[]): Expr<boolean> {
  return logical("and", conditions);
}
/** Any of the conditions. `or()` of none is false. */
export function or(...conditions: readonly Condition[]): Expr<boolean> {
  return logical("or", conditions);
}
export function not(condition: Condition): Expr<boolean> {
  return new Expr({ kind: "not", arg: conditionNode(condition) });
}

// ---- aggregates

/** The number of rows, of values that are not null, or of different values. */
export function count(value?: Expr<unknown>, mode?: "distinct"): Expr<number> {
  return aggregate("count", value === undefined ? [] : [value], types.integer(), mode);
}
/** The mean; null over no rows. A `Decimal` for whole and decimal numbers, a number for floats. */
export function avg<T extends number | bigint | Decimal | null>(value: Expr<T>, mode?: "distinct"): ExprOf<AvgOf<T> | null> {
  const type = typeOfNode(value.node);
  return aggregate("avg", [value], type?.storage === "float" ? type : types.decimal(), mode) as never;
}
type AvgOf<T> = number extends T ? number | Decimal : Decimal;
/** The total; null over no rows. */
export function sum<T>(value: Expr<T>, mode?: "distinct"): ExprOf<NonNullable<T> | null> {
  return aggregate("sum", [value], sumType(typeOfNode(value.node)), mode) as never;
}
/** The least value; null over no rows. */
export function min<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return aggregate("min", [value], typeOfNode(value.node)) as never;
}
/** The greatest value; null over no rows. */
export function max<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return aggregate("max", [value], typeOfNode(value.node)) as never;
}

function sumType(type: Type | null): Type | null {
  return type?.name === "id" ? types.integer() : type;
}

function aggregate(name: string, args: readonly Expr<unknown>[], type: Type | null, mode?: "distinct"): Expr<never> {
  if (mode !== undefined && mode !== "distinct")
    throw new QueryError(`${name} takes "distinct" as its second argument, not ${describe(mode)}`);
  const call: Call = { kind: "call", name, args: args.map((arg) => exprNode(arg, name)), type, aggregate: true };
  return new Expr(mode === undefined ? call : { ...call, distinct: true });
}

/** Only the rows that meet the condition count: the aggregate's `.filter(condition)` as a function. Ecto's filter/2. */
export function filter<T>(aggregate: Expr<T>, condition: Condition): ExprOf<T> {
  return aggregate.filter(condition) as never;
}
/** An aggregate or a window function over a window: its `.over(window)` as a function. Ecto's over/2. */
export function over<T>(call: Expr<T>, window?: string | WindowSpec): ExprOf<T> {
  return call.over(window) as never;
}

// ---- values

/** The first that is not null. */
export function coalesce<T, const A extends readonly (Operand<T> | Expr<T> | NumberBeside<T>)[]>(
  first: Expr<T>,
  ...others: A
): ExprOf<CoalesceOf<T, A>> {
  // A slot of a prepared query takes the type of what stands beside it.
  const type = typeOfNode(first.node) ?? (isSlot(first.node) ? typeBeside(others) : null);
  return new Expr({
    kind: "call",
    name: "coalesce",
    args: [placed(first.node, type), ...others.map((other) => operand(other, type))],
    type,
    aggregate: false,
  }) as never;
}
function typeBeside(values: readonly unknown[]): Type | null {
  return values.map((one) => (one instanceof Expr ? typeOfNode(one.node) : valueType(one))).find((one) => one !== null) ?? null;
}
/** Beside decimals, numbers. */
type NumberBeside<T> = [NonNullable<T>] extends [Decimal] ? DecimalInput : never;
/** Null where every one of them may be. */
type CoalesceOf<T, A extends readonly unknown[]> = [CertainIn<A[number]>] extends [never] ? NonNullable<T> | null : NonNullable<T>;
type CertainIn<X> = X extends { readonly [VALUE]: infer U } ? (null extends U ? never : X) : X;

/** An SQL function by its name: `fn<number>("length", m.title)`. The name is checked to be a plain one. */
export function fn<T = unknown>(name: string, ...args: readonly unknown[]): Expr<T> {
  if (!/^[A-Za-z_][\w.]*$/.test(name)) throw new ArgumentError(`fn takes the plain name of an SQL function, not ${JSON.stringify(name)}`);
  return new Expr({
    kind: "call",
    name: name.toLowerCase(),
    args: args.map((arg) => operand(arg, valueType(arg))),
    type: null,
    aggregate: true,
  });
}

/** Casts in SQL, and loads the value as that type: `type(m.id, field.string())`. Ecto's type/2. */
export function type<T>(value: Expr<unknown> | unknown, as: Field<T, unknown>): ExprOf<T>;
export function type<const L extends TypeLike>(value: Expr<unknown> | unknown, as: L): ExprOf<TypeValue<L>>;
export function type(value: unknown, as: Field<unknown, unknown> | TypeLike): Expr<unknown> {
  const target = isField(as) ? as.type : typeOf(as);
  if (!(value instanceof Expr)) {
    if (value === null) return new Expr({ kind: "cast", arg: { kind: "literal", value: null }, type: target });
    return new Expr({ kind: "cast", arg: operand(value, target), type: target });
  }
  if (value.node.kind === "json" && target.storage === "binary")
    throw new QueryError("bytes stand in JSON as base64 text, which SQL's casts do not decode: read the embed, or the text with pathText");
  const inner = value.node.kind === "json" && target === types.json();
  return new Expr({ kind: "cast", arg: placed(value.node, target), type: inner ? jsonPartType : target });
}

/** A row of values to compare as one: `tuple(m.a, m.b).eq(tuple(1, 2))`. */
export function tuple(...items: readonly unknown[]): Expr<unknown> {
  return new Expr({ kind: "tuple", items: items.map((item) => operand(item, null)) });
}

/** A condition that holds where the subquery has rows. */
export function exists(query: QueryLike): Expr<boolean> {
  return new Expr({ kind: "exists", query: stateOf(query, "exists") });
}
/** Any value of a one-column subquery: `m.id.eq(any(query))`. */
export function any<T>(query: QueryLike & { readonly [VALUE]: T }): Expr<T> {
  return new Expr({ kind: "quantified", quantifier: "any", query: stateOf(query, "any") });
}
/** Every value of a one-column subquery. */
export function all<T>(query: QueryLike & { readonly [VALUE]: T }): Expr<T> {
  return new Expr({ kind: "quantified", quantifier: "all", query: stateOf(query, "all") });
}

function stateOf(query: unknown, what: string) {
  if (isQueryLike(query)) return query[STATE];
  throw new QueryError(`${what} takes a query, not ${describe(query)}`);
}

/** The expression of a select that was named with `.as(name)`, for groupBy, having and orderBy. Ecto's selected_as/1. */
export function selectedAs<T = unknown>(name: string): Expr<T> {
  return new Expr({ kind: "alias", name });
}

/** A value inside a JSON column. */
export function jsonExtractPath(value: Expr<unknown>, path: readonly (string | number | Expr<string | number | null>)[]): Expr<unknown> {
  return value.path(...path);
}

/**
 * A column by a name that is known only at run time.
 * @param name a field of the schema, or any column of a table without one
 * @param options `unchecked: true` takes the name of a column that the table has and the schema does not declare
 * @throws QueryError where the schema has no such field, ArgumentError on what is no binding
 * @example from(Movie).orderBy((m) => column(m, params.sort)); column<number>(m, "xmin", { unchecked: true })
 * @see Ecto.Query.API.field/2
 */
export function column<T = unknown>(binding: object, name: string, options: { readonly unchecked?: boolean } = {}): Expr<T> {
  checkOptions("column", options, ["unchecked"]);
  if (!isBinding(binding)) throw new ArgumentError(`column takes a binding such as m of (m) => …, not ${describe(binding)}`);
  if (typeof name !== "string") throw new ArgumentError(`column takes the name of a column, not ${describe(name)}`);
  if (options.unchecked === true) return sql<T>`${binding}.${sql.identifier(name)}`;
  return (binding as unknown as Record<string, Expr<T>>)[name] as Expr<T>;
}

/** A binding of an outer query by its name, inside a subquery; the schema gives its columns their types. */
export function parentAs<S extends AnySchema>(name: string, schema: S): Binding<InstanceOf<S>>;
export function parentAs(name: string): Readonly<Record<string, Expr<unknown>>>;
export function parentAs(name: string, schema?: unknown): unknown {
  return namedBinding(name, "parent", infoOf(schema));
}
/** A binding of this query by its name, found when the query is planned. */
export function as<S extends AnySchema>(name: string, schema: S): Binding<InstanceOf<S>>;
export function as(name: string): Readonly<Record<string, Expr<unknown>>>;
export function as(name: string, schema?: unknown): unknown {
  return namedBinding(name, "own", infoOf(schema));
}

// ---- case

/** `CASE WHEN … THEN … ELSE … END`: `caseWhen(m.id.lt(2), "early").when(…).else("late")`. */
export function caseWhen<T>(condition: Condition, value: Expr<T> | T): Case<Widen<T>> {
  return new Case<Widen<T>>([], null).when(condition, value as never) as unknown as Case<Widen<T>>;
}
type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/** A CASE under construction; it is an expression as it stands, null where no branch holds. */
export class Case<out T> extends Expr<T | null> {
  /** @internal */
  readonly branches: readonly { readonly when: Node; readonly then: Node }[];
  constructor(branches: readonly { readonly when: Node; readonly then: Node }[], type: Type | null) {
    super({ kind: "case", branches, otherwise: null, type });
    this.branches = branches;
  }
  when<U>(condition: Condition, value: Expr<U> | U): Case<T | Widen<U>> {
    const then = branchNode(value);
    const type = typeOfNode(this.node) ?? typeOfNode(then);
    return new Case([...this.branches, { when: conditionNode(condition), then }], type);
  }
  else<U>(value: Expr<U> | U): Expr<T | Widen<U>> {
    const otherwise = branchNode(value);
    return new Expr({ kind: "case", branches: this.branches, otherwise, type: typeOfNode(this.node) ?? typeOfNode(otherwise) });
  }
}

function branchNode(value: unknown): Node {
  if (value === null) return { kind: "literal", value: null };
  return alone(operand(value, valueType(value)));
}

// ---- windows

function windowCall<T>(name: string, args: readonly Node[], type: Type | null): ExprOf<T> {
  return new Expr({ kind: "call", name, args, type, aggregate: true }) as never;
}
export function rowNumber(): Expr<number> {
  return windowCall("row_number", [], types.integer());
}
export function rank(): Expr<number> {
  return windowCall("rank", [], types.integer());
}
export function denseRank(): Expr<number> {
  return windowCall("dense_rank", [], types.integer());
}
export function percentRank(): Expr<number> {
  return windowCall("percent_rank", [], types.float());
}
export function cumeDist(): Expr<number> {
  return windowCall("cume_dist", [], types.float());
}
export function ntile(buckets: Operand<number>): Expr<number> {
  return windowCall("ntile", [operand(buckets, types.integer())], types.integer());
}
export function firstValue<T>(value: Expr<T>): ExprOf<T> {
  return windowCall("first_value", [value.node], typeOfNode(value.node));
}
export function lastValue<T>(value: Expr<T>): ExprOf<T> {
  return windowCall("last_value", [value.node], typeOfNode(value.node));
}
export function nthValue<T>(value: Expr<T>, nth: Operand<number>): ExprOf<T | null> {
  return windowCall("nth_value", [value.node, operand(nth, types.integer())], typeOfNode(value.node));
}
/** The value some rows before; null, or the default, before the first. */
export function lag<T>(value: Expr<T>, offset?: Operand<number>, otherwise?: Operand<T> | NumberBeside<T>): ExprOf<T | null> {
  return windowCall("lag", shiftArgs(value, offset, otherwise), typeOfNode(value.node));
}
/** The value some rows after; null, or the default, after the last. */
export function lead<T>(value: Expr<T>, offset?: Operand<number>, otherwise?: Operand<T> | NumberBeside<T>): ExprOf<T | null> {
  return windowCall("lead", shiftArgs(value, offset, otherwise), typeOfNode(value.node));
}
function shiftArgs(value: Expr<unknown>, offset: unknown, otherwise: unknown): readonly Node[] {
  const args = [value.node];
  if (offset !== undefined || otherwise !== undefined) args.push(operand(offset ?? 1, types.integer()));
  if (otherwise !== undefined) args.push(operand(otherwise, typeOfNode(value.node)));
  return args;
}
