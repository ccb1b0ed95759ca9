import { QueryError } from "../base/index.ts";
import type { KIND, VALUE } from "../schema/index.ts";
import { exactType, types } from "../type/index.ts";
import { conditionNode, Expression, Ordering, orderNode } from "./expression.ts";
import { jsonNode } from "./json-path.ts";
import { type Call, isNull, joinNodes } from "./node.ts";
import { hiddenAs, typeBeside, typeOfNode } from "./node-type.ts";
import { inNode, operand, tupleBeside } from "./operand.ts";
import type { QueryLike } from "./query-like.ts";
import { windowNode } from "./window.ts";

/** What a comparison takes beside a `T`: the value, or an expression of it. Never null: that is what `isNull()` is for. */
export type Operand<T> = NonNullable<T> | Expr<T | null> | (QueryLike & { readonly [VALUE]: T | null });
/** A condition; null is SQL's unknown. */
export type Condition = Expr<boolean | null>;

/**
 * An SQL expression whose value is a `T`. Immutable; made from a binding's columns, by functions, and by `sql`.
 * @see Ecto.Query.API
 */
export class Expr<out T> extends Expression {
  declare readonly [VALUE]: T;
  declare readonly [KIND]: "expr";

  /**
   * `=`. Comparing with null is an error: use `isNull()`.
   * @param value a value of the column's type, an expression, or a query of one column
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.eq(2018) // SQL: m0."year" = ?
   * @see Ecto.Query.API.==/2
   */
  eq(value: Operand<T>): Expr<boolean> {
    return this.#compare("=", value);
  }
  /**
   * `<>`. Comparing with null is an error: use `isNotNull()`.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.ne(2018) // SQL: m0."year" <> ?
   * @see Ecto.Query.API.!=/2
   */
  ne(value: Operand<T>): Expr<boolean> {
    return this.#compare("<>", value);
  }
  /**
   * `<`: less than.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.lt(2018) // SQL: m0."year" < ?
   * @see Ecto.Query.API.</2
   */
  lt(value: Operand<T>): Expr<boolean> {
    return this.#compare("<", value);
  }
  /**
   * `<=`: less than, or equal.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.lte(2018) // SQL: m0."year" <= ?
   * @see Ecto.Query.API.<=/2
   */
  lte(value: Operand<T>): Expr<boolean> {
    return this.#compare("<=", value);
  }
  /**
   * `>`: greater than.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.gt(2018) // SQL: m0."year" > ?
   * @see Ecto.Query.API.>/2
   */
  gt(value: Operand<T>): Expr<boolean> {
    return this.#compare(">", value);
  }
  /**
   * `>=`: greater than, or equal.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.gte(2018) // SQL: m0."year" >= ?
   * @see Ecto.Query.API.>=/2
   */
  gte(value: Operand<T>): Expr<boolean> {
    return this.#compare(">=", value);
  }
  /**
   * `IS DISTINCT FROM`: a comparison in which null is a value like others.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined: use `isNotNull()`
   * @example m.title.isDistinctFrom(m.tagline)
   * // SQLite: m0."title" IS NOT m0."tagline"
   * // PostgreSQL: m0."title" IS DISTINCT FROM m0."tagline"
   * @see SQL: IS DISTINCT FROM
   */
  isDistinctFrom(value: Operand<T>): Expr<boolean> {
    return this.#compare("is distinct from", value);
  }
  /**
   * `IS NOT DISTINCT FROM`: equal, where null is equal to null.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined: use `isNull()`
   * @example m.title.isNotDistinctFrom(m.tagline)
   * // SQLite: m0."title" IS m0."tagline"
   * // PostgreSQL: m0."title" IS NOT DISTINCT FROM m0."tagline"
   * @see SQL: IS NOT DISTINCT FROM
   */
  isNotDistinctFrom(value: Operand<T>): Expr<boolean> {
    return this.#compare("is not distinct from", value);
  }
  /**
   * Whether there is no value.
   * @example m.tagline.isNull() // SQL: m0."tagline" IS NULL
   * @see Ecto.Query.API.is_nil/1
   */
  isNull(): Expr<boolean> {
    return new Expr(isNull(this.node));
  }
  /**
   * Whether there is a value.
   * @example m.tagline.isNotNull() // SQL: m0."tagline" IS NOT NULL
   * @see Ecto.Query.API.is_nil/1
   */
  isNotNull(): Expr<boolean> {
    return new Expr(isNull(this.node, true));
  }
  /**
   * Among the values and expressions of a list, a subquery of one column, or an array column. An empty list is false.
   * @param values a list is one parameter, however long; with expressions in it, one for each value
   * @throws CastError for a value of another type
   * @throws QueryError for undefined in a list, and for what is no list
   * @example m.year.in([2017, 2018])
   * // SQLite: m0."year" IN (SELECT value FROM json_each(?))
   * // PostgreSQL: m0."year" = ANY($1)
   * @see Ecto.Query.API.in/2
   */
  in(values: InList<T>): Expr<boolean> {
    return new Expr(inNode(this.node, values, false));
  }
  /**
   * Not among the values of a list, a subquery or an array column: the opposite of `in`. Of an empty list it is true.
   * @throws CastError for a value of another type
   * @throws QueryError for undefined in a list, and for what is no list
   * @example m.year.notIn([2017, 2018])
   * // SQLite: m0."year" NOT IN (SELECT value FROM json_each(?))
   * // PostgreSQL: NOT (m0."year" = ANY($1))
   * @see Ecto.Query.API.in/2
   */
  notIn(values: InList<T>): Expr<boolean> {
    return new Expr(inNode(this.node, values, true));
  }
  /**
   * From one value to another, both of them among what is meant.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.between(2000, 2018) // SQL: m0."year" BETWEEN ? AND ?
   * @see SQL: BETWEEN
   */
  between(low: Operand<T>, high: Operand<T>): Expr<boolean> {
    const type = exactType(typeOfNode(this.node));
    const bound = (value: unknown) => operand(value, type, "between", this.node);
    return new Expr({ kind: "between", arg: this.node, low: bound(low), high: bound(high), negated: false });
  }
  /**
   * `LIKE`, with `%` and `_` as wildcards and `\` before one that is meant as it is. On SQLite the case of ASCII letters does not count.
   * @throws QueryError for null and undefined
   * @example m.title.like("B%") // PostgreSQL: m0."title" LIKE $1
   * @see Ecto.Query.API.like/2
   */
  like(this: Expr<string | null>, pattern: Operand<string>): Expr<boolean> {
    const right = operand(pattern, hiddenAs(this.node, types.string()), "like", this.node);
    return new Expr({ kind: "op", op: "like", args: [this.node, right], type: types.boolean() });
  }
  /**
   * `LIKE` without regard to case; on SQLite that of ASCII letters.
   * @throws QueryError for null and undefined
   * @example m.title.ilike("b%")
   * // SQLite: lower(m0."title") LIKE lower(?) ESCAPE '\'
   * // PostgreSQL: m0."title" ILIKE $1
   * @see Ecto.Query.API.ilike/2
   */
  ilike(this: Expr<string | null>, pattern: Operand<string>): Expr<boolean> {
    const right = operand(pattern, hiddenAs(this.node, types.string()), "ilike", this.node);
    return new Expr({ kind: "op", op: "ilike", args: [this.node, right], type: types.boolean() });
  }
  /**
   * This condition and all the others.
   * @throws QueryError for what is no SQL expression
   * @example m.released.and(m.year.gt(2000), m.rating.isNull()) // SQL: m0."released" AND (m0."year" > ?) AND (m0."rating" IS NULL)
   * @see Ecto.Query.API.and/2
   */
  and(this: Condition, ...others: Condition[]): Expr<boolean> {
    return logical("and", [this, ...others]);
  }
  /**
   * This condition or any of the others.
   * @throws QueryError for what is no SQL expression
   * @example m.released.or(m.year.gt(2000)) // SQL: m0."released" OR (m0."year" > ?)
   * @see Ecto.Query.API.or/2
   */
  or(this: Condition, ...others: Condition[]): Expr<boolean> {
    return logical("or", [this, ...others]);
  }
  /**
   * The opposite of this condition; of SQL's unknown, unknown.
   * @example m.released.not() // SQL: NOT (m0."released")
   * @see Ecto.Query.API.not/1
   */
  not(this: Condition): Expr<boolean> {
    return new Expr({ kind: "not", arg: this.node });
  }
  /**
   * `+`: the sum.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.add(1) // SQL: m0."year" + ?
   * @see Ecto.Query.API.+/2
   */
  add(value: Operand<T>): Expr<T> {
    return this.#arithmetic("+", value);
  }
  /**
   * `-`: the difference.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.sub(1) // SQL: m0."year" - ?
   * @see Ecto.Query.API.-/2
   */
  sub(value: Operand<T>): Expr<T> {
    return this.#arithmetic("-", value);
  }
  /**
   * `*`: the product.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.mul(2) // SQL: m0."year" * ?
   * @see SQL: multiplication
   */
  mul(value: Operand<T>): Expr<T> {
    return this.#arithmetic("*", value);
  }
  /**
   * `/`: of whole numbers a whole number, cut towards zero.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.div(10) // SQL: m0."year" / ?
   * @see SQL: division
   */
  div(value: Operand<T>): Expr<T> {
    return this.#arithmetic("/", value);
  }
  /**
   * `%`: what is left of a division; it has the sign of the left side.
   * @throws CastError for a value of another type
   * @throws QueryError for null and undefined
   * @example m.year.mod(10) // SQL: m0."year" % ?
   * @see SQL: %
   */
  mod(value: Operand<T>): Expr<T> {
    return this.#arithmetic("%", value);
  }
  /**
   * The number with the other sign.
   * @example m.year.negate() // SQL: -(m0."year")
   * @see SQL: unary -
   */
  negate(): Expr<T> {
    return new Expr({ kind: "negate", arg: this.node });
  }
  /**
   * `||`: text after text. One that is null makes the whole null.
   * @throws QueryError for null and undefined
   * @example m.title.concat(" of ", m.tagline) // SQL: m0."title" || ? || m0."tagline"
   * @see SQL: ||
   */
  concat(this: Expr<string | null>, ...others: Operand<string>[]): Expr<T> {
    const type = hiddenAs(this.node, types.string());
    return new Expr({ kind: "op", op: "||", args: [this.node, ...others.map((other) => operand(other, type))], type });
  }
  /**
   * Upwards, the order where none is given; nulls come first on SQLite and last on PostgreSQL.
   * @example m.year.asc() // SQL: m0."year"
   * @see Ecto.Query.order_by/3
   */
  asc(): Ordering {
    return new Ordering(this.node, "asc");
  }
  /**
   * Downwards; nulls come last on SQLite and first on PostgreSQL.
   * @example m.year.desc() // SQL: m0."year" DESC
   * @see Ecto.Query.order_by/3
   */
  desc(): Ordering {
    return new Ordering(this.node, "desc");
  }
  /**
   * Upwards, nulls before all values.
   * @example m.year.ascNullsFirst() // SQL: m0."year" ASC NULLS FIRST
   * @see Ecto.Query.order_by/3
   */
  ascNullsFirst(): Ordering {
    return new Ordering(this.node, "ascNullsFirst");
  }
  /**
   * Upwards, nulls behind all values.
   * @example m.year.ascNullsLast() // SQL: m0."year" ASC NULLS LAST
   * @see Ecto.Query.order_by/3
   */
  ascNullsLast(): Ordering {
    return new Ordering(this.node, "ascNullsLast");
  }
  /**
   * Downwards, nulls before all values.
   * @example m.year.descNullsFirst() // SQL: m0."year" DESC NULLS FIRST
   * @see Ecto.Query.order_by/3
   */
  descNullsFirst(): Ordering {
    return new Ordering(this.node, "descNullsFirst");
  }
  /**
   * Downwards, nulls behind all values.
   * @example m.year.descNullsLast() // SQL: m0."year" DESC NULLS LAST
   * @see Ecto.Query.order_by/3
   */
  descNullsLast(): Ordering {
    return new Ordering(this.node, "descNullsLast");
  }
  /**
   * A value inside a JSON column. It is compared as JSON, and loaded as what it holds; JSON's null is SQL's.
   * @param steps names and indexes on the way down; an index less than 0 counts from the end
   * @example m.info.path("awards", 0, "name").eq("Saturn")
   * // SQLite: json_extract(m0."info", '$."awards"[0]."name"') = ?
   * // PostgreSQL: NULLIF(m0."info"#>'{"awards",0,"name"}', 'null') = to_jsonb($1::text)
   * @see Ecto.Query.API.json_extract_path/2
   */
  path(...steps: (string | number | Expr<string | number | null>)[]): Expr<unknown> {
    return new Expr(jsonNode(this.node, steps, false));
  }
  /**
   * A value inside a JSON column as SQL text.
   * @param steps names and indexes on the way down; an index less than 0 counts from the end
   * @example m.info.pathText("studio") // PostgreSQL: (m0."info"#>>'{"studio"}')
   * @see PostgreSQL: #>>
   */
  pathText(...steps: (string | number | Expr<string | number | null>)[]): Expr<string | null> {
    return new Expr(jsonNode(this.node, steps, true));
  }
  /**
   * Only the rows that meet the condition count; for aggregates.
   * @throws QueryError for what is no aggregate
   * @example count().filter(m.released) // SQL: count(*) FILTER (WHERE m0."released")
   * @see Ecto.Query.API.filter/2
   */
  filter(condition: Condition): Expr<T> {
    return new Expr({ ...this.#call("filter"), filter: conditionNode(condition) });
  }
  /**
   * Each value once; for aggregates.
   * @throws QueryError for what is no aggregate
   * @example sum(m.year).distinct() // SQL: sum(DISTINCT m0."year")
   * @see Ecto.Query.API.count/2
   */
  distinct(): Expr<T> {
    return new Expr({ ...this.#call("distinct"), distinct: true });
  }
  /**
   * The order in which an aggregate takes its rows.
   * @throws QueryError for what is no aggregate
   * @example fn<string>("group_concat", m.title, ", ").orderBy(m.year) // SQL: group_concat(m0."title", ? ORDER BY m0."year")
   * @see SQL: aggregate ORDER BY
   */
  orderBy(...terms: OrderTerm[]): Expr<T> {
    return new Expr({ ...this.#call("orderBy"), orderBy: terms.map(orderNode) });
  }
  /**
   * `WITHIN GROUP (ORDER BY …)`, of what the aggregate is made. Not on SQLite.
   * @throws QueryError for what is no aggregate
   * @example fn<number>("percentile_cont", 0.5).withinGroup(m.year)
   * // PostgreSQL: percentile_cont($1::double precision) WITHIN GROUP (ORDER BY m0."year")
   * @see SQL: WITHIN GROUP
   */
  withinGroup(...terms: OrderTerm[]): Expr<T> {
    return new Expr({ ...this.#call("withinGroup"), orderBy: terms.map(orderNode), withinGroup: true });
  }
  /**
   * Over a window; for aggregates and window functions.
   * @param window the name of one that `windows` defines, or `{ partitionBy, orderBy, frame, base }`; all rows unless given
   * @throws QueryError for what is no aggregate and no window function
   * @example sum(m.year).over({ partitionBy: m.released, orderBy: m.id }) // SQL: sum(m0."year") OVER (PARTITION BY m0."released" ORDER BY m0."id")
   * @see Ecto.Query.WindowAPI.over/2
   */
  over(window?: string | WindowSpec): Expr<T> {
    return new Expr({ ...this.#call("over"), over: windowNode(window) });
  }
  /**
   * Names this expression of a select, for `selectedAs(name)` in groupBy, having and orderBy.
   * @example m.year.add(1).as("next") // SQL: m0."year" + ? AS "next"
   * @see Ecto.Query.API.selected_as/2
   */
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

/** `and` or `or` of conditions, flat; one condition stands for itself. */
export function logical(op: "and" | "or", conditions: readonly Condition[]): Expr<boolean> {
  return new Expr(joinNodes(op, conditions.map(conditionNode)));
}
