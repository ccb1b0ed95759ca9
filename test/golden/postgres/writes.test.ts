import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ArgumentError } from "../../../src/core/base/index.ts";
import type { InsertCell, InsertCommand } from "../../../src/core/plan/index.ts";
import { types, typeOf, type Type } from "../../../src/core/type/index.ts";
import { arrayLiteral, pgTypeName, postgresDialect } from "../../../src/postgres/dialect.ts";
import { bulkInsert, deleteSql, insertSql, type ManyRows, querySql, type SqlDialect, updateSql } from "../../../src/sql/index.ts";
import { freshPostgresUrl } from "../../support/databases.ts";
import * as p from "../planned.ts";

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: await freshPostgresUrl() });
  await client.connect();
  await client.query(
    `CREATE TABLE "t""s" (id bigserial PRIMARY KEY, a varchar DEFAULT 'none', n integer DEFAULT 7 CONSTRAINT once UNIQUE, b text)`,
  );
});
beforeEach(() => client.query(`TRUNCATE "t""s" RESTART IDENTITY`));
afterAll(() => client.end());

const table = { prefix: null, name: 't"s' };
const source = p.table('t"s', "t0");
const n = p.column(source, "n", p.integer);
const columns = [
  { name: "a", type: p.text },
  { name: "n", type: p.integer },
];
const cell = (index: number, type: Type | null = null): InsertCell => ({ kind: "param", index, type });
const base: InsertCommand = { table, columns, rows: [[cell(0), cell(1)]], onConflict: { kind: "raise" }, returning: [] };
const target = { kind: "columns", columns: ["n"] } as const;
const none = { kind: "none" } as const;
const conflict = p.query({
  operation: "updateAll",
  from: source,
  update: [p.set("a", p.param(2, p.text)), { op: "inc", column: "n", type: p.integer, value: p.param(3, p.integer) }],
  where: p.op("<", n, p.param(4, p.integer)),
});

async function run(sql: string, values: readonly unknown[]): Promise<unknown[]> {
  const { rows, rowCount } = await client.query({ text: sql, values: [...values], rowMode: "array" });
  return rows.length > 0 ? rows : [rowCount];
}
async function insert(parts: Partial<InsertCommand>, ...values: unknown[]): Promise<[string, unknown[]]> {
  const { sql, params } = insertSql(postgresDialect, { ...base, ...parts });
  return [
    sql,
    await run(
      sql,
      params.map((index) => values[index]),
    ),
  ];
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

test("rows are inserted with defaults among them, and columns are returned", async () => {
  const rows: InsertCell[][] = [
    [cell(0), { kind: "default" }],
    [{ kind: "default" }, cell(1)],
  ];
  expect(await insert({ rows, returning: ["a", "n"] }, "x", 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES ($1, DEFAULT), (DEFAULT, $2) RETURNING "a", "n"`,
    [
      ["x", 7],
      ["none", 1],
    ],
  ]);
});

test("rows without columns hold defaults", async () => {
  expect(await insert({ columns: [], rows: [[]], returning: ["n"] })).toEqual([`INSERT INTO "t""s" DEFAULT VALUES RETURNING "n"`, [[7]]]);
  expect(insertSql(postgresDialect, { ...base, columns: [], rows: [[], []] }).sql).toBe(`INSERT INTO "t""s" VALUES (DEFAULT), (DEFAULT)`);
});

test("a parameter of several cells has a type, since their columns may be of different ones", async () => {
  const shared = [
    { name: "a", type: p.text },
    { name: "b", type: p.text },
  ];
  const rows = [[cell(0, p.text), cell(0, p.text)]];
  expect(await insert({ columns: shared, rows, returning: ["a", "b"] }, "x")).toEqual([
    `INSERT INTO "t""s" ("a", "b") VALUES ($1::text, $1::text) RETURNING "a", "b"`,
    [["x", "x"]],
  ]);
});

test("a conflict does nothing, replaces columns or updates by a query", async () => {
  await insert({}, "x", 1);
  expect(await insert({ onConflict: { kind: "nothing", target: none } }, "y", 1)).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    [0],
  ]);
  expect(
    await insert(
      { onConflict: { kind: "replace", target: { kind: "constraint", name: "once" }, columns: ["a"] }, returning: ["a"] },
      "y",
      1,
    ),
  ).toEqual([
    `INSERT INTO "t""s" ("a", "n") VALUES ($1, $2) ON CONFLICT ON CONSTRAINT "once" DO UPDATE SET "a" = EXCLUDED."a" RETURNING "a"`,
    [["y"]],
  ]);
  expect(await insert({ onConflict: { kind: "update", target, query: conflict }, returning: ["a", "n"] }, "y", 1, "z", 4, 9)).toEqual([
    `INSERT INTO "t""s" AS t0 ("a", "n") VALUES ($1, $2) ON CONFLICT ("n") DO UPDATE SET "a" = $3, "n" = t0."n" + $4 WHERE (t0."n" < $5) RETURNING "a", "n"`,
    [["z", 5]],
  ]);
  expect(() => insertSql(postgresDialect, { ...base, onConflict: { kind: "replace", target: none, columns: ["a"] } })).toThrow(
    ArgumentError,
  );
});

test("an inserted query goes as it is, with types for its parameters", async () => {
  const rows = p.query({ from: source, select: [p.param(0, p.text), p.op("+", n, p.param(1, p.integer))] });
  await insert({}, "x", 1);
  expect(await insert({ rows, onConflict: { kind: "nothing", target } }, "y", 5)).toEqual([
    `INSERT INTO "t""s" ("a", "n") SELECT $1::text, t0."n" + $2 FROM "t""s" AS t0 ON CONFLICT ("n") DO NOTHING`,
    [1],
  ]);
});

test("one row is updated and deleted by its key", () => {
  expect(updateSql(postgresDialect, { table, set: columns, where: [{ name: "id", type: null }], returning: ["id"] })).toEqual({
    sql: `UPDATE "t""s" SET "a" = $1, "n" = $2 WHERE "id" = $3 RETURNING "id"`,
    params: [0, 1, 2],
  });
  expect(deleteSql(postgresDialect, { table: { ...table, prefix: "p" }, where: [{ name: "id", type: null }], returning: [] })).toEqual({
    sql: `DELETE FROM "p"."t""s" WHERE "id" = $1`,
    params: [0],
  });
});

test("many rows travel as an array per column, and come back in their order", async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => [i % 3 === 0 ? null : `row "${i}" \\ {,}`, 4999 - i]);
  const [statement, ...others] = bulkStatements(postgresDialect, { ...base, returning: ["id", "a", "n"] }, rows);
  expect(others).toEqual([]);
  expect(statement!.sql).toBe(`INSERT INTO "t""s" ("a", "n") SELECT * FROM unnest($1::text[], $2::bigint[]) RETURNING "id", "a", "n"`);
  expect(await run(statement!.sql, statement!.params)).toEqual(rows.map((row, i) => [String(i + 1), ...row]));
});

test("arrays, types of the user's own and unknown ones go row by row, split where the parameters end", () => {
  const command = {
    ...base,
    columns: [
      { name: "tags", type: p.list },
      { name: "x", type: null },
    ],
  };
  const rows = Array.from({ length: 40_000 }, (_, i) => ["{}", i]);
  const statements = bulkStatements(postgresDialect, command, rows);
  expect(statements.map(({ params }) => params.length)).toEqual([65_534, 14_466]);
  expect(statements[1]!.params.slice(-1)).toEqual([39_999]);
  const mood = types.enum(["sad", "ok"]) as Type;
  expect(bulkStatements(postgresDialect, { ...base, columns: [{ name: "mood", type: mood }] }, [["sad"], ["ok"]])).toEqual([
    { sql: `INSERT INTO "t""s" ("mood") VALUES ($1), ($2)`, params: ["sad", "ok"] },
  ]);
});

test("many rows may meet a conflict clause with parameters of its own", async () => {
  await insert({}, "x", 1);
  const query = p.query({ operation: "updateAll", from: source, update: [p.set("a", p.param(0, p.text))] });
  const [statement] = bulkStatements(
    postgresDialect,
    { ...base, onConflict: { kind: "update", target, query } },
    [
      ["y", 1],
      ["z", 2],
    ],
    ["met"],
  );
  expect(statement!.sql).toBe(
    `INSERT INTO "t""s" AS t0 ("a", "n") SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT ("n") DO UPDATE SET "a" = $3`,
  );
  await run(statement!.sql, statement!.params);
  expect(await run(`SELECT a FROM "t""s" ORDER BY n`, [])).toEqual([["met"], ["z"]]);
});

test("an array's text brings back whatever is in it", async () => {
  const texts = ["", "NULL", null, 'a"b', "back\\slash", "{}", "a,b", "l\ni", "'"];
  expect(await run("SELECT $1::text[]", [arrayLiteral(texts)])).toEqual([[texts]]);
  expect(await run("SELECT $1::bytea[]", [arrayLiteral([Uint8Array.of(0, 255), null])])).toEqual([[[Buffer.from([0, 255]), null]]]);
  expect(
    await run("SELECT $1::bigint[]::text, $2::boolean[], $3::jsonb[]::text", [
      arrayLiteral([2n ** 62n, 1]),
      arrayLiteral([true, false]),
      arrayLiteral([{ a: 'x"' }]),
    ]),
  ).toEqual([["{4611686018427387904,1}", [true, false], '{"{\\"a\\": \\"x\\\\\\"\\"}"}']]);
});

test("every type has the server's name for casts, but any", async () => {
  const names = [
    "id",
    "bigint",
    "float",
    "decimal",
    "boolean",
    "string",
    "binary",
    "uuid",
    "date",
    "time",
    "naiveDatetime",
    "utcDatetime",
    "duration",
    "json",
  ] as const;
  const casts = names.map((name) => `NULL::${pgTypeName(typeOf(name) as Type)}`);
  await run(`SELECT ${casts.join(", ")}, NULL::${pgTypeName(p.list)}`, []);
  expect(pgTypeName(typeOf("any") as Type)).toBe(null);
});

test("JSON is compared as JSON, and paths hold any key", async () => {
  await client.query(`CREATE TABLE movies (id integer, title text, meta jsonb)`);
  await client.query(`INSERT INTO movies VALUES (1, 'x', $1)`, [JSON.stringify({ 'a"b': [{ "c\\d": "x" }], n: 12, t: true })]);
  const json = (path: (string | number | ReturnType<typeof p.param>)[], asText = false): ReturnType<typeof p.param> => ({
    kind: "json",
    arg: p.column(p.movies, "meta", p.json),
    path,
    asText,
  });
  const value = async (expr: ReturnType<typeof p.param>, ...values: unknown[]): Promise<unknown> => {
    const { sql, params } = querySql(postgresDialect, p.query({ select: [expr] }));
    return (
      (
        (await run(
          sql,
          params.map((index) => values[index]),
        )) as unknown[][]
      )[0] as unknown[]
    )[0];
  };
  expect(await value(json(['a"b', 0, "c\\d"]))).toBe("x");
  expect(await value(json([p.param(0, p.text), p.param(1, p.integer), "c\\d"], true), 'a"b', 0)).toBe("x");
  expect(await value(p.op("=", json(['a"b', -1, "c\\d"]), p.param(0, p.text)), "x")).toBe(true);
  expect(await value(p.op("=", json(["n"]), p.param(0, p.integer)), 12)).toBe(true);
  expect(await value(p.op("=", json(["t"]), p.literal(true)))).toBe(true);
});
