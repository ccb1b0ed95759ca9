import type {
  PlannedColumn,
  PlannedExpr,
  PlannedJoin,
  PlannedOrder,
  PlannedQuery,
  PlannedSource,
  PlannedUpdate,
} from "../../src/core/plan/index.ts";
import { types, typeOf, type Type } from "../../src/core/type/index.ts";

// Planned queries by hand: short names for the parts that the tests put together.

export const integer: Type = typeOf("integer");
export const text: Type = typeOf("string");
export const decimal: Type = typeOf("decimal");
export const float: Type = typeOf("float");
export const json: Type = typeOf("json");
export const date: Type = typeOf("date");
export const moment: Type = typeOf("utcDatetime");
export const binary: Type = typeOf("binary");
export const list = types.array(types.string()) as Type;

export const table = (name: string, alias: string, prefix: string | null = null): PlannedSource => ({
  kind: "table",
  prefix,
  name,
  alias,
  hints: [],
});
export const movies = table("movies", "m0");
export const characters = table("characters", "c1");

export const column = (source: PlannedSource, name: string, type: Type | null = null): PlannedExpr => ({
  kind: "column",
  source,
  column: name,
  type,
});
export const id = column(movies, "id", integer);
export const title = column(movies, "title", text);
export const param = (index: number, type: Type | null = null): PlannedExpr => ({ kind: "param", index, type });
export const listParam = (index: number, type: Type | null = null): PlannedExpr => ({ kind: "param", index, type, list: true });
export const literal = (value: string | number | boolean | null): PlannedExpr => ({ kind: "literal", value });
export const op = (name: string, ...args: PlannedExpr[]): PlannedExpr => ({ kind: "op", op: name, args });
export const call = (name: string, ...args: PlannedExpr[]): PlannedExpr => ({ kind: "call", name, args });
export const sql = (strings: TemplateStringsArray, ...values: PlannedExpr[]): PlannedExpr => ({
  kind: "fragment",
  parts: strings.flatMap((part, i) => (i < values.length ? [part, values[i]!] : [part])),
});
export const order = (expr: PlannedExpr, direction: PlannedOrder["direction"] = "asc"): PlannedOrder => ({ expr, direction });
export const join = (kind: PlannedJoin["kind"], source: PlannedSource, on: PlannedExpr | null): PlannedJoin => ({ kind, source, on });
export const ofMovie = op("=", column(characters, "movie_id", integer), id);
export const set = (name: string, value: PlannedExpr, type: Type | null = null): PlannedUpdate => ({
  op: "set",
  column: name,
  type,
  value,
});
export const as = (expr: PlannedExpr, name: string): PlannedColumn => ({ expr, as: name });

type Select = { select?: readonly (PlannedExpr | PlannedColumn)[] };

export function query(parts: Omit<Partial<PlannedQuery>, "select"> & Select = {}): PlannedQuery {
  return {
    operation: "all",
    ctes: [],
    recursive: false,
    hints: [],
    distinct: null,
    from: movies,
    joins: [],
    where: null,
    groupBy: [],
    having: null,
    windows: [],
    combinations: [],
    orderBy: [],
    limit: null,
    offset: null,
    withTies: false,
    lock: null,
    update: [],
    ...parts,
    select: (parts.select ?? (parts.operation === undefined || parts.operation === "all" ? [id] : [])).map((one) =>
      "expr" in one ? one : { expr: one, as: null },
    ) as PlannedColumn[],
  };
}
