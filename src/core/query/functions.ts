import { ArgumentError, checkOptions, kindOf, optionNames, QueryError } from "../base/index.ts";
import { type Field, infoOf, isField, type AnySchema, type InstanceOf, type VALUE } from "../schema/index.ts";
import { jsonPartType, type Type, type TypeLike, typeOf, types, type TypeValue } from "../type/index.ts";
import { isBinding, namedBinding } from "./binding.ts";
import { type Condition, Expr, logical, type Operand } from "./expr.ts";
import { conditionNode } from "./expression.ts";
import type { ExprOf, NumberBeside } from "./decimal-expr.ts";
import { isQueryLike, type QueryLike, STATE } from "./query-like.ts";
import { operand } from "./operand.ts";
import { typeOfNode } from "./node-type.ts";
import { sql } from "./fragment.ts";
import { isSlot, typedSlot } from "./slot.ts";
import { typedExpr } from "./typed-expr.ts";
import { valueType } from "./value-type.ts";
import type { Binding } from "./binding-types.ts";

/**
 * True where every condition is true, and where there is none.
 * @throws QueryError for what is no SQL expression
 * @example and(m.released, m.year.gt(2000)) // SQL: m0."released" AND (m0."year" > ?)
 * @see Ecto.Query.API.and/2
 */
export function and(...conditions: readonly Condition[]): Expr<boolean> {
  return logical("and", conditions);
}
/**
 * True where at least one condition is true; false where there is none.
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
  return typedExpr({
    kind: "call",
    name: "coalesce",
    args: [typedSlot(first.node, type), ...others.map((other) => operand(other, type))],
    type,
    aggregate: false,
  });
}
function typeBeside(values: readonly unknown[]): Type | null {
  return values.map((one) => (one instanceof Expr ? typeOfNode(one.node) : valueType(one))).find((one) => one !== null) ?? null;
}
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
  throw new QueryError(`${what} takes a query, not ${kindOf(query)}`);
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
  if (!isBinding(binding)) throw new ArgumentError(`column takes a binding such as m of (m) => …, not ${kindOf(binding)}`);
  if (typeof name !== "string") throw new ArgumentError(`column takes the name of a column, not ${kindOf(name)}`);
  if (options.unchecked === true) return sql<T>`${binding}.${sql.identifier(name)}`;
  const found = binding[name];
  if (found instanceof Expr) return found;
  throw new QueryError(`column: "${name}" is no column that a query could name`);
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
