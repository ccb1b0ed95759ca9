import type { PlannedExpr, PlannedQuery, PlannedSource, PlannedWindow } from "../../src/core/plan/index.ts";
import * as p from "./planned.ts";

const { id, title, param, literal, op, call, query, order, join, characters, movies, ofMovie, column, sql } = p;
const where = (condition: PlannedExpr): PlannedQuery => query({ where: condition });
const select = (...exprs: PlannedExpr[]): PlannedQuery => query({ select: exprs });
const name = column(characters, "name", p.text);
const rating = column(movies, "rating", p.decimal);
const meta = column(movies, "meta", p.json);
const on = column(movies, "released_on", p.date);
const at = column(movies, "inserted_at", p.moment);
const tags = column(movies, "tags", p.list);
const odd = p.table('order"s', "o0");
const ofAll = query({ from: characters, select: [column(characters, "movie_id", p.integer)] });
const titled: PlannedSource = { kind: "subquery", alias: "s1", hints: [], query: query({ select: [p.as(id, "id")], from: movies }) };
const numbers: PlannedSource = {
  kind: "values",
  alias: "v1",
  hints: [],
  columns: [
    { name: "id", type: p.integer },
    { name: 'na"me', type: p.text },
  ],
  rows: [
    [param(0, p.integer), param(1, p.text)],
    [param(2, p.integer), literal(null)],
  ],
};
const cte = (source: string, alias: string): PlannedSource => ({ kind: "cte", name: source, alias, hints: [] });
const window = (parts: Partial<PlannedWindow> = {}): PlannedWindow => ({ base: null, partitionBy: [], orderBy: [], frame: null, ...parts });
const tree = column(cte("tree", "t0"), "id", p.integer);
const json = (path: (string | number | PlannedExpr)[], asText = false): PlannedExpr => ({ kind: "json", arg: meta, path, asText });
const dateAdd = (
  arg: PlannedExpr,
  count: PlannedExpr,
  unit: "year" | "month" | "week" | "day" | "millisecond" | "microsecond",
  result: "date" | "datetime" = "datetime",
): PlannedExpr => ({ kind: "dateAdd", result, arg, count, unit, type: result === "date" ? p.date : p.moment });
const inIds = (right: PlannedExpr, negated = false, left: PlannedExpr = id): PlannedExpr => ({ kind: "in", left, right, negated });
const updateAll = (parts: Parameters<typeof query>[0]): PlannedQuery => query({ operation: "updateAll", ...parts });
const deleteAll = (parts: Parameters<typeof query>[0]): PlannedQuery => query({ operation: "deleteAll", ...parts });

/** Every kind of node and clause. */
export const queries: Record<string, PlannedQuery> = {
  "names with quotes": query({ from: odd, select: [p.as(column(odd, "select"), 'a"b')], where: op("=", column(odd, "select"), param(0)) }),
  prefix: query({ from: p.table("movies", "m0", "main") }),
  "no columns": query({ select: [] }),
  "and, or, not": where(
    op(
      "and",
      op("<", id, param(0, p.integer)),
      op("or", op(">=", id, literal(-1)), { kind: "not", arg: op("like", title, param(1, p.text)) }),
    ),
  ),
  "one parameter twice": where(op("or", op("=", id, param(0, p.integer)), op("=", id, param(0, p.integer)))),
  literals: select(literal("it's \\ 1"), literal(1.5), literal(-2), literal(true), literal(null)),
  "parameters as columns": select(param(0, p.integer), param(1, p.text), param(2, p.decimal), param(3)),
  arithmetic: select(
    op("*", op("+", id, literal(1), param(0, p.integer)), { kind: "negate", arg: literal(-3) }),
    op("/", id, param(1, p.float)),
    op("+", param(2, p.integer), param(3, p.integer)),
  ),
  concat: select(op("||", title, param(0, p.text))),
  ilike: where(op("ilike", title, param(0, p.text))),
  distinctFrom: where(op("and", op("is distinct from", title, param(0, p.text)), op("is not distinct from", title, literal(null)))),
  isNull: where(op("or", { kind: "isNull", arg: title, negated: false }, { kind: "isNull", arg: op("+", id, literal(1)), negated: true })),
  between: where({ kind: "between", arg: id, low: param(0, p.integer), high: param(1, p.integer), negated: false }),
  "not between": where({
    kind: "between",
    arg: op("+", id, literal(1)),
    low: param(0, p.integer),
    high: param(1, p.integer),
    negated: true,
  }),
  "in list": where(inIds(p.listParam(0, p.integer))),
  "not in list": where(inIds(p.listParam(0, p.integer), true)),
  "in list of an expression": where(inIds(p.listParam(0, p.text), false, call("lower", title))),
  "in list of binaries": where(inIds(p.listParam(0, p.binary), false, column(movies, "poster", p.binary))),
  "in list of decimals": where(inIds(p.listParam(0, p.decimal), false, rating)),
  "in tuple": where(inIds({ kind: "tuple", items: [literal(1), param(0, p.integer)] })),
  "tuple in tuples": where(
    inIds(
      {
        kind: "tuple",
        items: [
          { kind: "tuple", items: [literal(1), literal("a")] },
          { kind: "tuple", items: [param(0, p.integer), param(1, p.text)] },
        ],
      },
      true,
      { kind: "tuple", items: [id, title] },
    ),
  ),
  "in subquery": where(inIds({ kind: "subquery", query: ofAll }, true)),
  "in array": where(inIds(tags, false, param(0, p.text))),
  "tuple comparison": where(
    op("=", { kind: "tuple", items: [id, title] }, { kind: "tuple", items: [param(0, p.integer), param(1, p.text)] }),
  ),
  aggregates: select(
    call("count"),
    { kind: "call", name: "count", args: [title], distinct: true },
    { kind: "call", name: "sum", args: [id], filter: op(">", id, literal(1)) },
    call("max", param(0, p.integer)),
  ),
  "aggregate compared": query({ select: [title], groupBy: [title], having: op(">", call("sum", rating), param(0, p.decimal)) }),
  coalesce: select(call("coalesce", title, param(0, p.text)), call("coalesce", param(1, p.text), literal("x"))),
  "ordered aggregate": select({ kind: "call", name: "max", args: [title], orderBy: [order(id, "desc")] }),
  over: query({
    select: [
      { kind: "call", name: "row_number", args: [], over: window({ base: "w" }) },
      {
        kind: "call",
        name: "lag",
        args: [title, param(0, p.integer), param(1, p.text)],
        over: window({ base: "w", frame: sql`ROWS UNBOUNDED PRECEDING` }),
      },
      { kind: "call", name: "count", args: [], over: window() },
    ],
    windows: [{ name: "w", window: window({ partitionBy: [title], orderBy: [order(id, "desc")] }) }],
  }),
  fragments: query({
    select: [
      sql`upper(${op("||", title, literal("!"))})`,
      sql`${id} + ${sql`1 + ${param(0)}`}`,
      sql`coalesce(${id}, ${{ kind: "splice", items: [param(1, p.integer), literal(2)] }})`,
    ],
    where: op(
      "and",
      op("=", sql`lower(${title})`, param(2, p.text)),
      sql`${id} > 1 OR ${{ kind: "constant", value: "o'k" }} = 'ok'`,
      sql`${{ kind: "identifier", name: 'vis"its' }} IS NULL`,
    ),
  }),
  casts: select(
    { kind: "cast", arg: param(0), type: p.integer },
    { kind: "cast", arg: op("+", id, literal(1)), type: p.text },
    { kind: "cast", arg: literal(-1), type: p.decimal },
  ),
  case: select(
    { kind: "case", branches: [{ when: op(">", id, param(0, p.integer)), then: param(1, p.text) }], otherwise: param(2, p.text) },
    { kind: "case", branches: [{ when: literal(true), then: title }], otherwise: null },
  ),
  json: query({
    select: [json(['a"b', 0, "it's"]), json(["n", -1], true)],
    where: op(
      "and",
      op("=", json(["name"]), param(0, p.text)),
      op("=", json(["name"]), literal("Wade")),
      op(">", json(["age"], true), literal("1")),
    ),
  }),
  "json path of values": query({
    select: [json(["list", param(0, p.integer)])],
    where: { kind: "isNull", arg: json([param(1, p.text), title]), negated: true },
  }),
  dates: select(
    dateAdd(at, literal(1), "month"),
    dateAdd(on, param(0, p.integer), "week", "date"),
    dateAdd({ kind: "now", type: p.moment }, literal(-3), "day"),
    dateAdd(at, param(1, p.integer), "millisecond"),
  ),
  microseconds: select(dateAdd(at, literal(1), "microsecond")),
  now: select({ kind: "now", type: p.moment }, { kind: "now", type: p.date }),
  "scalar subquery": select({ kind: "subquery", query: query({ from: characters, select: [call("count")], where: ofMovie }) }),
  exists: where({ kind: "not", arg: { kind: "exists", query: query({ from: characters, select: [literal(1)], where: ofMovie }) } }),
  any: where(op("=", id, { kind: "quantified", quantifier: "any", query: ofAll })),
  joins: query({
    joins: [
      join("inner", characters, ofMovie),
      join("left", p.table("actors", "a2"), op("=", column(p.table("actors", "a2"), "id"), id)),
      join("cross", titled, null),
      join("full", p.table("actors", "a3"), null),
    ],
  }),
  "lateral join": query({
    joins: [
      join(
        "leftLateral",
        {
          kind: "subquery",
          alias: "s1",
          hints: [],
          query: query({ from: characters, select: [p.as(name, "name")], where: ofMovie, limit: literal(1) }),
        },
        null,
      ),
    ],
  }),
  "values source": query({ joins: [join("inner", numbers, op("=", column(numbers, "id", p.integer), id))] }),
  "fragment source": query({
    from: { kind: "fragment", alias: "f0", hints: [], columns: ["n"], expr: sql`select ${param(0, p.integer)} as n` },
    select: [literal(1)],
  }),
  hints: query({ from: { ...movies, hints: [sql`/* from */`] }, hints: [sql`/* query */`] }),
  "join hints": query({ joins: [join("inner", { ...characters, hints: [sql`/* join */`] }, ofMovie)] }),
  groups: query({
    select: [p.as(call("lower", title), "low"), call("count")],
    groupBy: [{ kind: "alias", name: "low" }],
    having: op(">", call("count"), param(0, p.integer)),
    orderBy: [order({ kind: "alias", name: "low" }, "descNullsLast"), order(call("count"), "ascNullsFirst")],
  }),
  distinct: query({ distinct: true, select: [title] }),
  "distinct on": query({ distinct: [title, op("+", id, literal(1))], orderBy: [order(title, "desc"), order(id)] }),
  "limit, offset": query({ orderBy: [order(id)], limit: param(0, p.integer), offset: param(1, p.integer) }),
  offset: query({ offset: literal(1) }),
  "with ties": query({ orderBy: [order(id)], limit: param(0, p.integer), withTies: true }),
  "with ties unordered": query({ limit: literal(1), withTies: true }),
  lock: query({ lock: sql`FOR UPDATE` }),
  union: query({
    select: [title],
    combinations: [
      { op: "unionAll", query: query({ from: characters, select: [name] }) },
      { op: "except", query: query({ from: characters, select: [name], orderBy: [order(name)], limit: literal(1) }) },
    ],
    orderBy: [order(title, "desc")],
    limit: literal(3),
  }),
  "intersect all": query({ combinations: [{ op: "intersectAll", query: ofAll }] }),
  ctes: query({
    recursive: true,
    ctes: [
      {
        name: "tree",
        materialized: null,
        query: query({
          select: [p.as(id, "id")],
          combinations: [
            {
              op: "unionAll",
              query: query({ from: cte("tree", "t0"), select: [op("+", tree, literal(1))], where: op("<", tree, param(0, p.integer)) }),
            },
          ],
        }),
      },
      { name: "raw", materialized: true, query: sql`select 1 as n` },
    ],
    from: cte("tree", "t0"),
    select: [tree],
    joins: [join("cross", cte("raw", "r1"), null)],
  }),
  "cte that deletes": query({
    ctes: [{ name: "gone", materialized: null, query: deleteAll({ select: [id] }) }],
    from: cte("gone", "g0"),
    select: [column(cte("gone", "g0"), "id")],
  }),
  update: updateAll({
    update: [p.set("title", param(0, p.text)), { op: "inc", column: "visits", type: p.integer, value: param(1, p.integer) }],
    where: op("=", id, param(2, p.integer)),
    select: [id, title],
  }),
  "update with joins": updateAll({
    update: [p.set("title", name)],
    joins: [
      join("inner", characters, ofMovie),
      join("left", p.table("actors", "a2"), op("=", column(p.table("actors", "a2"), "id"), column(characters, "id"))),
    ],
    where: op("=", name, param(0, p.text)),
    select: [title],
  }),
  "update with two inner joins": updateAll({
    update: [p.set("title", name)],
    joins: [join("inner", characters, ofMovie), join("inner", p.table("actors", "a2"), op("=", column(p.table("actors", "a2"), "id"), id))],
  }),
  "update with an outer join first": updateAll({ update: [p.set("title", name)], joins: [join("left", characters, ofMovie)] }),
  "update of lists": updateAll({
    update: [
      { op: "push", column: "tags", type: p.list, value: param(0, p.text) },
      { op: "pull", column: "genres", type: p.list, value: param(1, p.text) },
    ],
  }),
  "update of a subquery": updateAll({ from: titled, update: [p.set("title", param(0))] }),
  "update of nothing": updateAll({}),
  delete: deleteAll({ where: op("=", id, param(0, p.integer)), select: [id] }),
  "delete with a join": deleteAll({
    joins: [join("inner", characters, ofMovie)],
    where: op("=", name, param(0, p.text)),
    select: [p.as(id, "gone")],
  }),
  "delete with an outer join": deleteAll({
    joins: [join("left", characters, ofMovie)],
    where: { kind: "isNull", arg: name, negated: false },
  }),
  "returning a joined column": deleteAll({ joins: [join("inner", characters, ofMovie)], select: [name] }),
};

/** A value for every parameter of a query, by its index, as a driver takes it. */
export function sampleValues(planned: unknown, list: (values: string[]) => unknown): unknown[] {
  const values: unknown[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const one = node as Partial<Extract<PlannedExpr, { kind: "param" }>>;
    if (one.kind === "param") values[one.index!] = one.list === true ? list(["01", "02"]) : one.type?.storage === "decimal" ? "1.5" : "1";
    else for (const child of Object.values(node)) visit(child);
  };
  visit(planned);
  return values;
}
