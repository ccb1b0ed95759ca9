import { beforeEach, expect, test } from "vitest";
import { ArgumentError, QueryError } from "../../../src/core/base/index.ts";
import type { InsertCell, InsertCommand } from "../../../src/core/plan/index.ts";
import { bulkInsert, deleteSql, insertSql, type ManyRows, querySql, type SqlDialect, updateSql } from "../../../src/sql/index.ts";
import { sqliteDialect } from "../../../src/sqlite/dialect.ts";
import * as p from "../planned.ts";
import { openMemory } from "../../support/sqlite.ts";

const db = openMemory();
db.exec(`CREATE TABLE "t""s" (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'none', n INTEGER DEFAULT 7 UNIQUE)`);
beforeEach(() => void db.exec(`DELETE FROM "t""s"`));

const table = { prefix: null, name: 't"s' };
const source = p.table('t"s', "t0");
const n = p.column(source, "n", p.integer);
const columns = [
  { name: "a", type: p.text },
  { name: "n", type: p.integer },
];
const cell = (index: number): InsertCell => ({ kind: "param", index, type: null });
const base: InsertCommand = { table, columns, rows: [[cell(0), cell(1)]], onConflict: { kind: "raise" }, returning: [] };
const target = { kind: "columns", columns: ["n"] } as const;
const none = { kind: "none" } as const;
const conflict = p.query({
  operation: "updateAll",
  from: source,
  update: [p.set("a", p.param(2, p.text)), { op: "inc", column: "n", type: p.integer, value: p.param(3, p.integer) }],
  where: p.op("<", n, p.param(4, p.integer)),
});

function insert(parts: Partial<InsertCommand>, ...values: unknown[]): [string, unknown[]] {
  const { sql, params } = insertSql(sqliteDialect, { ...base, ...parts });
  const statement = db.prepare(sql);
  const bound = params.map((index) => values[index]);
  return [sql, statement.reader ? statement.raw().all(...bound) : [statement.run(...bound).changes]];
}

function bulkStatements(
  dialect: SqlDialect,
  command: ManyRows,
  rows: readonly (readonly unknown[])[],
  conflictParams: readonly unknown[] = [],
) {
  const insert = bulkInsert(dialect, command, { bigints: false, whole: true });
  return insert(rows, conflictParams).map(({ statement: { sql }, params }) => ({ sql, params }));
}

test("a row is inserted, and columns are returned", () => {
  expect(insert({ returning: ["a", "n"] }, "x", 1)).toEqual([`INSERT INTO "t""s" ("a", "n") VALUES (?, ?) RETURNING "a", "n"`, [["x", 1]]]);
});

test("a cell may hold a query", () => {
  const rows: InsertCell[][] = [[cell(0), { kind: "subquery", query: p.query({ from: source, select: [p.call("count")] }) }]];
  expect(insert({ rows, returning: ["n"] }, "x")).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES (?, (SELECT count(*) FROM "t""s" AS t0)) RETURNING "n"`,
    [[0]],
  ]);
});

test("a column that is default in every row is left out, and defaults in some rows are refused", () => {
  const skip: InsertCell = { kind: "default" };
  expect(insert({ rows: [[cell(0), skip]], returning: ["n"] }, "x")).toEqual([`INSERT INTO "t""s" ("a") VALUES (?) RETURNING "n"`, [[7]]]);
  db.exec(`DELETE FROM "t""s"`);
  expect(insert({ rows: [[skip, skip]], returning: ["a"] })).toEqual([`INSERT INTO "t""s" DEFAULT VALUES RETURNING "a"`, [["none"]]]);
  expect(() =>
    insert({
      rows: [
        [cell(0), skip],
        [cell(1), cell(2)],
      ],
    }),
  ).toThrow(ArgumentError);
  expect(() => insert({ columns: [], rows: [[], []] })).toThrow(QueryError);
});

test("a conflict does nothing, with and without a target", () => {
  insert({}, "x", 1);
  expect(insert({ onConflict: { kind: "nothing", target: none } }, "y", 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES (?, ?) ON CONFLICT DO NOTHING`,
    [0],
  ]);
  expect(insert({ onConflict: { kind: "nothing", target } }, "y", 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES (?, ?) ON CONFLICT ("n") DO NOTHING`,
    [0],
  ]);
});

test("a conflict replaces columns", () => {
  insert({}, "x", 1);
  expect(insert({ onConflict: { kind: "replace", target: none, columns: ["a"] }, returning: ["a"] }, "y", 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES (?, ?) ON CONFLICT DO UPDATE SET "a" = EXCLUDED."a" RETURNING "a"`,
    [["y"]],
  ]);
});

test("a conflict updates by a query, whose columns are those of the row that is there", () => {
  insert({}, "x", 1);
  expect(
    insert(
      { onConflict: { kind: "update", target: { kind: "fragment", expr: p.sql`("n")` }, query: conflict }, returning: ["a", "n"] },
      "y",
      1,
      "z",
      4,
      9,
    ),
  ).toEqual([
    `INSERT INTO "t""s" AS t0 ("a", "n") VALUES (?, ?) ON CONFLICT ("n") DO UPDATE SET "a" = ?, "n" = t0."n" + ? WHERE (t0."n" < ?) RETURNING "a", "n"`,
    [["z", 5]],
  ]);
});

test("a constraint's name is no target", () => {
  expect(() => insert({ onConflict: { kind: "nothing", target: { kind: "constraint", name: "t_n" } } })).toThrow(/conflictTarget/);
});

test("an inserted query keeps the conflict clause apart from its joins", () => {
  const numbers = p.query({ from: source, select: [p.column(source, "a"), p.op("+", n, p.param(0, p.integer))] });
  insert({}, "x", 1);
  expect(insert({ rows: numbers, onConflict: { kind: "nothing", target } }, 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") SELECT * FROM (SELECT t0."a", t0."n" + ? FROM "t""s" AS t0) WHERE 1 ON CONFLICT ("n") DO NOTHING`,
    [1],
  ]);
  expect(insert({ rows: numbers }, 5)[0]).toBe(`INSERT INTO "t""s" ("a", "n") SELECT t0."a", t0."n" + ? FROM "t""s" AS t0`);
});

test("one row is updated and deleted by its key", () => {
  const update = updateSql(sqliteDialect, {
    table,
    set: columns,
    where: [
      { name: "id", type: p.integer },
      { name: "n", type: null },
    ],
    returning: ["id"],
  });
  expect(update).toEqual({ sql: `UPDATE "t""s" SET "a" = ?, "n" = ? WHERE "id" = ? AND "n" = ? RETURNING "id"`, params: [0, 1, 2, 3] });
  const remove = deleteSql(sqliteDialect, { table: { ...table, prefix: "main" }, where: [{ name: "id", type: null }], returning: [] });
  expect(remove).toEqual({ sql: `DELETE FROM "main"."t""s" WHERE "id" = ?`, params: [0] });
  insert({}, "x", 1);
  expect(db.prepare(update.sql).all("y", 2, 1, 1)).toEqual([{ id: 1 }]);
  expect(db.prepare(remove.sql).run(1).changes).toBe(1);
});

test("many rows are split where the parameters of a statement end, and come back in their order", () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => [`row ${i}`, 39_999 - i]);
  const statements = bulkStatements(sqliteDialect, { ...base, returning: ["n"] }, rows);
  expect(statements.map(({ params }) => params.length)).toEqual([32_766, 32_766, 14_468]);
  const returned = statements.flatMap(({ sql, params }) =>
    db
      .prepare(sql)
      .raw()
      .all(...params),
  );
  expect(returned).toEqual(rows.map(([, number]) => [number]));
  expect(db.prepare(`SELECT count(*) AS c FROM "t""s" WHERE a = 'row ' || (39999 - n)`).get()).toEqual({ c: 40_000 });
});

test("many rows may meet a conflict clause with parameters of its own", () => {
  insert({}, "x", 1);
  const query = p.query({ operation: "updateAll", from: source, update: [p.set("a", p.param(0, p.text))] });
  const [statement] = bulkStatements(
    sqliteDialect,
    { ...base, onConflict: { kind: "update", target, query } },
    [
      ["y", 1],
      ["z", 2],
    ],
    ["met"],
  );
  expect(statement).toEqual({
    sql: `INSERT INTO "t""s" AS t0 ("a", "n") VALUES (?, ?), (?, ?) ON CONFLICT ("n") DO UPDATE SET "a" = ?`,
    params: ["y", 1, "z", 2, "met"],
  });
  db.prepare(statement!.sql).run(...statement!.params);
  expect(db.prepare(`SELECT a FROM "t""s" ORDER BY n`).raw().all()).toEqual([["met"], ["z"]]);
});

test("rows without columns are inserted one by one", () => {
  const one = { sql: `INSERT INTO "t""s" DEFAULT VALUES`, params: [] };
  expect(bulkStatements(sqliteDialect, { ...base, columns: [] }, [[], []])).toEqual([one, one]);
  expect(bulkStatements(sqliteDialect, base, [])).toEqual([]);
});

test("values are what they are on PostgreSQL: JSON, ends of months, lists and letters of any case", () => {
  db.exec(`CREATE TABLE movies (id INTEGER, title TEXT, meta TEXT, at TEXT, price DECIMAL, poster BLOB)`);
  db.exec(`INSERT INTO movies VALUES (1, 'Élan', '{"a\\"b":[{"c":"x"}],"n":12,"nil":null}', '2024-01-31T10:00:00', '1.50', x'ff00')`);
  const value = (expr: Parameters<typeof p.as>[0], ...values: unknown[]): unknown => {
    const { sql, params } = querySql(sqliteDialect, p.query({ select: [expr] }));
    return (
      db
        .prepare(sql)
        .raw()
        .get(...params.map((index) => values[index])) as unknown[]
    )[0];
  };
  const meta = p.column(p.movies, "meta", p.json);
  const json = (path: (string | number | ReturnType<typeof p.param>)[], asText = false): ReturnType<typeof p.param> => ({
    kind: "json",
    arg: meta,
    path,
    asText,
  });
  expect(value(json(['a"b', 0, "c"]))).toBe('"x"');
  expect(value(json(['a"b', -1, "c"], true))).toBe("x");
  expect(value(json(["n"], true))).toBe("12");
  expect(value(json([p.param(0), p.param(1, p.integer), "c"]), 'a"b', 0n)).toBe('"x"');
  expect(value(json([p.param(0)]), "$.n")).toBe(null);
  expect(value(p.op("=", json(["n"]), p.param(0)), 12)).toBe(1);
  expect(value({ kind: "isNull", arg: json(["nil"]), negated: false })).toBe(1);
  const at = p.column(p.movies, "at", p.moment);
  const later = (count: ReturnType<typeof p.param>, unit: "month" | "millisecond" | "week"): ReturnType<typeof p.param> => ({
    kind: "dateAdd",
    result: "datetime",
    arg: at,
    count,
    unit,
    type: p.moment,
  });
  expect(value(later(p.literal(1), "month"))).toBe("2024-02-29 10:00:00");
  expect(value(later(p.param(0, p.integer), "month"), 13)).toBe("2025-02-28 10:00:00");
  expect(value(later(p.param(0, p.integer), "week"), -1n)).toBe("2024-01-24 10:00:00");
  expect(value(later(p.literal(1500), "millisecond"))).toBe("2024-01-31 10:00:01.500000");
  expect(value({ kind: "now", type: p.moment })).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  expect(value(p.op("ilike", p.title, p.param(0)), "éLAN")).toBe(0);
  expect(value(p.op("ilike", p.title, p.param(0)), "ÉLAN")).toBe(1);
  expect(
    value({ kind: "in", left: p.column(p.movies, "poster", p.binary), right: p.listParam(0, p.binary), negated: false }, '["ff00"]'),
  ).toBe(1);
  expect(
    value({ kind: "in", left: p.column(p.movies, "price", p.decimal), right: p.listParam(0, p.decimal), negated: false }, '["1.5"]'),
  ).toBe(1);
  expect(value(p.op(">", p.call("sum", p.column(p.movies, "price", p.decimal)), p.param(0, p.decimal)), "1.4")).toBe(1);
});
