import { ArgumentError, checkOptions, QueryError, optionNames } from "../base/index.ts";
import { describe, type Field, infoOf, isField, type AnySchema, type InstanceOf, type VALUE } from "../schema/index.ts";
import { type Decimal, jsonPartType, type Type, type TypeLike, typeOf, types, type TypeValue } from "../type/index.ts";
import { isBinding, namedBinding } from "./binding.ts";
import { type Condition, Expr, logical, type Operand, type WindowSpec } from "./expr.ts";
import { conditionNode, exprNode } from "./expression.ts";
import type { DecimalInput, ExprOf } from "./decimal-expr.ts";
import { isQueryLike, type QueryLike, STATE } from "./query-like.ts";
import { operand } from "./operand.ts";
import { typeOfCall, typeOfNode } from "./node-type.ts";
import { sql } from "./fragment.ts";
import { alone, isSlot, typedSlot } from "./slot.ts";
import { valueType } from "./value-type.ts";
import type { Call, Node } from "./node.ts";
import type { Binding } from "./binding-types.ts";

/**
 * All of the conditions. `and()` of none is true.
 * @throws QueryError for what is no SQL expression
 * @example and(m.released, m.year.gt(2000)) // SQL: m0."released" AND (m0."year" > ?)
 * @see Ecto.Query.API.and/2
 */
export function and(...conditions: readonly Condition[]): Expr<boolean> {
  return logical("and", conditions);
}
/**
 * Any of the conditions. `or()` of none is false.
 * @throws QueryError for what is no SQL expression
 * @example or(m.released, m.year.gt(2000)) // SQL: m0."released" OR (m0."year" > ?)
 * @see Ecto.Query.API.or/2
 */
export function or(...conditions: readonly Condition[]): Expr<boolean> {
  return logical("or", conditions);
}
/**
 * The opposite of a condition; of SQL's unknown, unknown.
 * @throws QueryError for what is no SQL expression
 * @example not(m.released) // SQL: NOT (m0."released")
 * @see Ecto.Query.API.not/1
 */
export function not(condition: Condition): Expr<boolean> {
  return new Expr({ kind: "not", arg: conditionNode(condition) });
}

// ---- aggregates

/**
 * The number of rows, of values that are not null, or of different values.
 * @param mode "distinct" counts each value once
 * @throws QueryError for another mode
 * @example count() // SQL: count(*)
 * count(m.year, "distinct") // SQL: count(DISTINCT m0."year")
 * @see Ecto.Query.API.count/2
 */
export function count(value?: Expr<unknown>, mode?: "distinct"): Expr<number> {
  return aggregate("count", value === undefined ? [] : [value], types.integer(), mode);
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
  return aggregate("avg", [value], type?.storage === "float" ? type : types.decimal(), mode) as never;
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
  return aggregate("sum", [value], typeOfCall("sum", typeOfNode(value.node)), mode) as never;
}
/**
 * The least value; null over no rows.
 * @example min(m.year) // SQL: min(m0."year")
 * @see Ecto.Query.API.min/1
 */
export function min<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return aggregate("min", [value], typeOfNode(value.node)) as never;
}
/**
 * The greatest value; null over no rows.
 * @example max(m.year) // SQL: max(m0."year")
 * @see Ecto.Query.API.max/1
 */
export function max<T>(value: Expr<T>): ExprOf<NonNullable<T> | null> {
  return aggregate("max", [value], typeOfNode(value.node)) as never;
}

function aggregate(name: string, args: readonly Expr<unknown>[], type: Type | null, mode?: "distinct"): Expr<never> {
  if (mode !== undefined && mode !== "distinct")
    throw new QueryError(`${name} takes "distinct" as its second argument, not ${describe(mode)}`);
  const call: Call = { kind: "call", name, args: args.map((arg) => exprNode(arg, name)), type, aggregate: true };
  return new Expr(mode === undefined ? call : { ...call, distinct: true });
}

/**
 * Only the rows that meet the condition count: the aggregate's `.filter(condition)` as a function.
 * @throws QueryError for what is no aggregate
 * @example filter(count(), m.released) // SQL: count(*) FILTER (WHERE m0."released")
 * @see Ecto.Query.API.filter/2
 */
export function filter<T>(aggregate: Expr<T>, condition: Condition): ExprOf<T> {
  return aggregate.filter(condition) as never;
}
/**
 * An aggregate or a window function over a window: its `.over(window)` as a function.
 * @param window the name of one that `windows` defines, or `{ partitionBy, orderBy, frame, base }`; all rows unless given
 * @throws QueryError for what is no aggregate and no window function
 * @example over(rank(), { orderBy: m.year.desc() }) // SQL: rank() OVER (ORDER BY m0."year" DESC)
 * @see Ecto.Query.WindowAPI.over/2
 */
export function over<T>(call: Expr<T>, window?: string | WindowSpec): ExprOf<T> {
  return call.over(window) as never;
}

// ---- values

/**
 * The first that is not null.
 * @example coalesce(m.rating, 0) // SQL: coalesce(m0."rating", ?)
 * @see Ecto.Query.API.coalesce/2
 */
export function coalesce<T, const A extends readonly (Operand<T> | Expr<T> | NumberBeside<T>)[]>(
  first: Expr<T>,
  ...others: A
): ExprOf<CoalesceOf<T, A>> {
  // A slot of a prepared query takes the type of what stands beside it.
  const type = typeOfNode(first.node) ?? (isSlot(first.node) ? typeBeside(others) : null);
  return new Expr({
    kind: "call",
    name: "coalesce",
    args: [typedSlot(first.node, type), ...others.map((other) => operand(other, type))],
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

/**
 * An SQL function by its name. Its value is loaded as it comes; `type(fn(…), field.integer())` says more.
 * @param name a plain name, which is checked to be one
 * @throws ArgumentError for a name that is not plain
 * @example fn<number>("length", m.title) // SQL: length(m0."title")
 * @see Ecto.Query.API.fragment/1
 */
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

/**
 * Casts in SQL, and loads the value as that type.
 * @param as a field, or a type by its name
 * @throws QueryError for bytes inside JSON
 * @example type(m.title, field.integer())
 * // SQLite: CAST(m0."title" AS INTEGER)
 * // PostgreSQL: m0."title"::bigint
 * @see Ecto.Query.API.type/2
 */
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
  return new Expr({ kind: "cast", arg: typedSlot(value.node, target), type: inner ? jsonPartType : target });
}

/**
 * A row of values to compare as one.
 * @example tuple(m.year, m.title).eq(tuple(2018, "Bright")) // SQL: (m0."year", m0."title") = (?, ?)
 * @see SQL: row values
 */
export function tuple(...items: readonly unknown[]): Expr<unknown> {
  return new Expr({ kind: "tuple", items: items.map((item) => operand(item, null)) });
}

/**
 * A condition that holds where the subquery has rows.
 * @throws QueryError for what is no query
 * @example exists(from(Actor).where({ name: "Gary" })) // SQL: EXISTS(SELECT 1 AS "value" FROM "actors" AS a1 WHERE (a1."name" = ?))
 * @see Ecto.Query.API.exists/1
 */
export function exists(query: QueryLike): Expr<boolean> {
  return new Expr({ kind: "exists", query: stateOf(query, "exists") });
}
/**
 * Any value of a one-column subquery, beside a comparison. Not on SQLite, which has `in`.
 * @throws QueryError for what is no query
 * @example m.year.eq(any(from(Character).select((c) => c.age))) // PostgreSQL: m0."year" = ANY(SELECT c1."age" AS "age" FROM "characters" AS c1)
 * @see Ecto.Query.API.any/1
 */
export function any<T>(query: QueryLike & { readonly [VALUE]: T }): Expr<T> {
  return new Expr({ kind: "quantified", quantifier: "any", query: stateOf(query, "any") });
}
/**
 * Every value of a one-column subquery, beside a comparison. Not on SQLite.
 * @throws QueryError for what is no query
 * @example m.year.gt(all(from(Character).select((c) => c.age))) // PostgreSQL: m0."year" > ALL(SELECT c1."age" AS "age" FROM "characters" AS c1)
 * @see Ecto.Query.API.all/1
 */
export function all<T>(query: QueryLike & { readonly [VALUE]: T }): Expr<T> {
  return new Expr({ kind: "quantified", quantifier: "all", query: stateOf(query, "all") });
}

function stateOf(query: unknown, what: string) {
  if (isQueryLike(query)) return query[STATE];
  throw new QueryError(`${what} takes a query, not ${describe(query)}`);
}

/**
 * The expression of a select that was named with `.as(name)`, for groupBy, having and orderBy.
 * @example from(Movie).select((m) => m.year.add(1).as("next")).orderBy(() => selectedAs("next")) // SQL: … ORDER BY "next"
 * @see Ecto.Query.API.selected_as/1
 */
export function selectedAs<T = unknown>(name: string): Expr<T> {
  return new Expr({ kind: "alias", name });
}

/**
 * A value inside a JSON column: `.path(…)` as a function.
 * @param path names and indexes on the way down
 * @example jsonExtractPath(m.info, ["awards", 0, "name"])
 * // SQLite: NULLIF(m0."info" -> '$."awards"[0]."name"', 'null')
 * // PostgreSQL: NULLIF(m0."info"#>'{"awards",0,"name"}', 'null')
 * @see Ecto.Query.API.json_extract_path/2
 */
export function jsonExtractPath(value: Expr<unknown>, path: readonly (string | number | Expr<string | number | null>)[]): Expr<unknown> {
  return value.path(...path);
}

interface ColumnOptions {
  readonly unchecked?: boolean;
}
const COLUMN_OPTIONS = optionNames<ColumnOptions>({ unchecked: true });
/**
 * A column by a name that is known only at run time.
 * @param name a field of the schema, or any column of a table without one
 * @param options `unchecked: true` takes the name of a column that the table has and the schema does not declare
 * @throws QueryError where the schema has no such field
 * @throws ArgumentError for what is no binding
 * @example from(Movie).orderBy((m) => column(m, String(params.sort))) // SQL: … ORDER BY m0."year"
 * column<number>(m, "xmin", { unchecked: true }) // SQL: m0."xmin"
 * @see Ecto.Query.API.field/2
 */
export function column<T = unknown>(binding: object, name: string, options: ColumnOptions = {}): Expr<T> {
  checkOptions("column", options, COLUMN_OPTIONS);
  if (!isBinding(binding)) throw new ArgumentError(`column takes a binding such as m of (m) => …, not ${describe(binding)}`);
  if (typeof name !== "string") throw new ArgumentError(`column takes the name of a column, not ${describe(name)}`);
  if (options.unchecked === true) return sql<T>`${binding}.${sql.identifier(name)}`;
  return (binding as unknown as Record<string, Expr<T>>)[name] as Expr<T>;
}

/**
 * A binding of an outer query by its name, inside a subquery; the schema gives its columns their types.
 * @param name what `as` or a join of the outer query calls it
 * @example const cast = from(Character).where((c) => c.movieId.eq(parentAs("movie", Movie).id));
 * from(Movie).as("movie").where(exists(cast)) // SQL: … WHERE (EXISTS(SELECT … WHERE (c1."movie_id" = m0."id")))
 * @see Ecto.Query.API.parent_as/1
 */
export function parentAs<S extends AnySchema>(name: string, schema: S): Binding<InstanceOf<S>>;
export function parentAs(name: string): Readonly<Record<string, Expr<unknown>>>;
export function parentAs(name: string, schema?: unknown): unknown {
  return namedBinding(name, "parent", infoOf(schema));
}
/**
 * A binding of this query by its name, found when the query is planned; the schema gives its columns their types.
 * @param name what `as` or a join of the query calls it
 * @example from(Movie).as("movie").where(() => as("movie", Movie).year.gt(2000)) // SQL: … WHERE (m0."year" > ?)
 * @see Ecto.Query.API.as/1
 */
export function as<S extends AnySchema>(name: string, schema: S): Binding<InstanceOf<S>>;
export function as(name: string): Readonly<Record<string, Expr<unknown>>>;
export function as(name: string, schema?: unknown): unknown {
  return namedBinding(name, "own", infoOf(schema));
}

// ---- case

/**
 * `CASE WHEN … THEN … ELSE … END`: an expression as it stands, null where no branch holds.
 * @throws QueryError for what is no condition
 * @example caseWhen(m.year.lt(2018), 1).else(2) // SQLite: CASE WHEN m0."year" < ? THEN ? ELSE ? END
 * @see SQL: CASE
 */
export function caseWhen<T>(condition: Condition, value: Expr<T> | T): Case<Widen<T>> {
  return new Case<Widen<T>>([], null).when(condition, value as never) as unknown as Case<Widen<T>>;
}
type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/**
 * A CASE under construction; it is an expression as it stands, null where no branch holds.
 * @see SQL: CASE
 */
export class Case<out T> extends Expr<T | null> {
  /** @internal */
  readonly branches: readonly { readonly when: Node; readonly then: Node }[];
  constructor(branches: readonly { readonly when: Node; readonly then: Node }[], type: Type | null) {
    super({ kind: "case", branches, otherwise: null, type });
    this.branches = branches;
  }
  /**
   * Another branch.
   * @throws QueryError for what is no condition
   * @example caseWhen(m.year.lt(2000), 1).when(m.year.lt(2010), 2).else(3)
   * // SQLite: CASE WHEN m0."year" < ? THEN ? WHEN m0."year" < ? THEN ? ELSE ? END
   * @see SQL: CASE
   */
  when<U>(condition: Condition, value: Expr<U> | U): Case<T | Widen<U>> {
    const then = branchNode(value);
    const type = typeOfNode(this.node) ?? typeOfNode(then);
    return new Case([...this.branches, { when: conditionNode(condition), then }], type);
  }
  /**
   * The value where no branch holds.
   * @example caseWhen(m.released, m.title).else(m.tagline) // SQL: CASE WHEN m0."released" THEN m0."title" ELSE m0."tagline" END
   * @see SQL: CASE
   */
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
