import { ArgumentError, kindOf, QueryError } from "../base/index.ts";
import { type Type, typeOf } from "../type/index.ts";
import { isBinding, REF } from "./binding.ts";
import { Expr } from "./expr.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { noText } from "./expression.ts";
import type { Node } from "./node.ts";

/** A piece of SQL that is text, made by `sql.identifier`, `sql.constant`, `sql.splice` and `sql.unsafe`; it stands inside a fragment. */
export class SqlPart {
  /** @internal */
  readonly parts: readonly Node[];
  constructor(parts: readonly Node[]) {
    this.parts = parts;
  }
  /** @throws QueryError always: it is no JavaScript value */
  [Symbol.toPrimitive](): never {
    return noText("a piece of SQL");
  }
}

interface Sql {
  /**
   * A fragment of SQL as a typed expression: columns are inlined, bindings are their names, every other value becomes a parameter.
   * @example sql<string>`lower(${m.title})`
   * @see Ecto.Query.API.fragment/1
   */
  <T = unknown>(text: TemplateStringsArray, ...values: readonly unknown[]): Expr<T>;
  /**
   * A quoted name, inside a fragment.
   * @throws ArgumentError where it is no text
   * @example sql`${sql.identifier("odd name")}` // SQL: "odd name"
   * @see Ecto.Query.API.identifier/1
   */
  identifier(name: string): SqlPart;
  /**
   * A text or number written into the SQL as an escaped literal, for the places where a parameter may not stand.
   * @throws ArgumentError where it is neither text nor number
   * @example sql`${m.shownAt} AT TIME ZONE ${sql.constant("UTC")}` // SQL: m0."shown_at" AT TIME ZONE 'UTC'
   * @see Ecto.Query.API.constant/1
   */
  constant(value: string | number): SqlPart;
  /**
   * A list as comma-separated parameters, inside a fragment.
   * @throws ArgumentError for what is no list
   * @example sql<boolean>`${m.year} IN (${sql.splice([2017, 2018])})` // SQL: m0."year" IN (?, ?)
   * @see Ecto.Query.API.splice/1
   */
  splice(values: readonly unknown[]): SqlPart;
  /**
   * SQL text as it is. The only way to put a text into SQL unescaped: never give it what came from outside.
   * @throws ArgumentError where it is no text
   * @example sql`${m.title} ${sql.unsafe("COLLATE NOCASE")}` // SQL: m0."title" COLLATE NOCASE
   * @see Ecto.Query.API.fragment/1
   */
  unsafe(text: string): SqlPart & Expr<unknown>;
  /**
   * The same fragment with a type that values are loaded by.
   * @param type a type of `types`, or one by its name
   * @throws ArgumentError for an expression that is no fragment
   * @example sql.typed("utcDatetime", sql`max(${m.shownAt})`) // SQL: max(m0."shown_at")
   * @see Ecto.Query.API.type/2
   */
  typed<T>(type: string | Type<T>, expr: Expr<unknown>): Expr<T>;
}

/** SQL text as it is: an expression, and a piece of others. */
class UnsafeSql extends Expr<unknown> implements SqlPart {
  /** @internal */
  readonly parts: readonly Node[];
  constructor(text: string) {
    const node: Node = { kind: "fragment", parts: [text], type: null };
    super(node);
    this.parts = [node];
  }
}

function fragment<T = unknown>(text: TemplateStringsArray, ...values: readonly unknown[]): Expr<T> {
  if (!Array.isArray(text) || !("raw" in text))
    throw new ArgumentError(
      "sql is used as a tag: sql`lower(${m.title})`; there is no way to pass it a text, which could hold what came from outside",
    );
  const parts: (string | Node)[] = [];
  text.forEach((piece, at) => {
    if (piece !== "") parts.push(piece);
    if (at < values.length) parts.push(...valueParts(values[at]));
  });
  return new Expr({ kind: "fragment", parts, type: null });
}

function valueParts(value: unknown): readonly Node[] {
  if (value instanceof Expr) return [value.node];
  if (value instanceof SqlPart) return value.parts;
  if (isBinding(value)) return [{ kind: "binding", of: value[REF] }];
  if (isQueryLike(value)) return [{ kind: "subquery", query: value[STATE] }];
  if (value === undefined) throw new QueryError("a fragment was given undefined; leave the value out, or use null");
  if (typeof value === "function" || typeof value === "symbol")
    throw new QueryError(`a fragment was given ${kindOf(value)}; it takes expressions and values`);
  return [{ kind: "param", value, type: null }];
}

/**
 * A fragment of SQL as a typed expression: columns are inlined, bindings are their names, every other value becomes a parameter.
 * @example sql<string>`lower(${m.title})` // SQL: lower(m0."title")
 * @see Ecto.Query.API.fragment/1
 */
export const sql: Sql = Object.assign(fragment, {
  identifier(name: string): SqlPart {
    if (typeof name !== "string" || name === "") throw new ArgumentError(`sql.identifier takes a name, not ${kindOf(name)}`);
    return new SqlPart([{ kind: "identifier", name }]);
  },
  constant(value: string | number): SqlPart {
    if (typeof value !== "string" && !(typeof value === "number" && Number.isFinite(value)))
      throw new ArgumentError(`sql.constant takes a text or a number, not ${kindOf(value)}`);
    return new SqlPart([{ kind: "constant", value }]);
  },
  splice(values: readonly unknown[]): SqlPart {
    if (!Array.isArray(values)) throw new ArgumentError(`sql.splice takes a list, not ${kindOf(values)}`);
    return new SqlPart([{ kind: "splice", items: values.flatMap(valueParts) }]);
  },
  unsafe(text: string): SqlPart & Expr<unknown> {
    if (typeof text !== "string") throw new ArgumentError(`sql.unsafe takes SQL text, not ${kindOf(text)}`);
    return new UnsafeSql(text);
  },
  typed<T>(type: string | Type<T>, expr: Expr<unknown>): Expr<T> {
    if (expr.node.kind !== "fragment") throw new ArgumentError("sql.typed takes a fragment");
    return new Expr({ ...expr.node, type: typeOf(type) });
  },
});
