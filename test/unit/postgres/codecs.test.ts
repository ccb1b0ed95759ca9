import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Decimal, types, type Type } from "../../../src/core/type/index.ts";
import type { Pool, Statement } from "../../../src/core/adapter/index.ts";
import { postgresBase, type PostgresBase } from "../../../src/postgres/adapter.ts";
import { pgTypeName } from "../../../src/postgres/dialect.ts";
import { freshPostgresUrl } from "../../support/databases.ts";

const read = (sql: string): Statement => ({ sql, readOnly: true, returnsRows: true, bigints: false, prepare: true });
let base: PostgresBase;
let pool: Pool;
beforeAll(async () => {
  base = postgresBase({ url: await freshPostgresUrl() });
  pool = base.open();
});
afterAll(() => pool.close());

type Change = ((value: unknown) => unknown) | null;
const encode = (type: Type, value: unknown) => {
  const change = base.codec(type).encode as Change;
  return change === null ? value : change(value);
};
const decode = (type: Type, value: unknown) => {
  const change = base.codec(type).decode as Change;
  return change === null ? value : change(value);
};
const fetch = async (sql: string, params: unknown[] = []) => (await pool.run(read(sql), params)).rows[0]?.[0];
const roundTrip = async (type: Type, value: unknown, sqlType: string) =>
  decode(type, await fetch(`SELECT $1::${sqlType}`, [encode(type, value)]));

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
const date = (text: string) => new Date(text);
const usec = { ...types.utcDatetime(), storage: "utcDatetimeUsec" } as unknown as Type;

describe("a value comes back as it was sent", () => {
  test.each<[string, Type<never>, unknown, string?]>([
    ["an integer", types.integer() as never, -42],
    ["the largest integer", types.integer() as never, Number.MAX_SAFE_INTEGER],
    ["the smallest bigint", types.bigint() as never, -(2n ** 63n)],
    ["a small bigint", types.bigint() as never, 5n],
    ["a float", types.float() as never, 0.1 + 0.2],
    ["a tiny float", types.float() as never, 5e-324],
    ["a huge float", types.float() as never, 1.7976931348623157e308],
    ["true", types.boolean() as never, true],
    ["false", types.boolean() as never, false],
    ["text with quotes", types.string() as never, `it's "q" \\ {}, \n ü 🎉`],
    ["every byte", types.binary() as never, bytes],
    ["no bytes", types.binary() as never, new Uint8Array(0)],
    ["a uuid", types.uuid() as never, "018f4c4e-7b7a-7000-8000-0123456789ab"],
    ["a date", types.date() as never, "2026-11-22"],
    ["the first date", types.date() as never, "0000-01-01"],
    ["the year 1", types.date() as never, "0001-01-01"],
    ["the last date", types.date() as never, "9999-12-31"],
    ["a time", types.time() as never, "13:45:00"],
    ["a time with microseconds", types.time({ usec: true }) as never, "13:45:00.123456"],
    ["a naive date-time", types.naiveDatetime() as never, "2026-11-22T13:45:00"],
    ["a naive date-time in the year 0", types.naiveDatetime() as never, "0000-02-29T23:59:59"],
    ["a moment", types.utcDatetime() as never, date("2026-11-22T13:45:00Z")],
    ["a moment with milliseconds", types.utcDatetime({ precision: 3 }) as never, date("2026-11-22T13:45:00.120Z")],
    ["a moment in a column with a zone", types.utcDatetime() as never, date("2026-11-22T13:45:00Z"), "timestamptz"],
    ["a moment before 1970", types.utcDatetime({ precision: 3 }) as never, date("1969-12-31T23:59:59.999Z")],
    ["a moment in the year 0", types.utcDatetime() as never, date("0000-03-01T00:00:00Z")],
    ["a moment in the year 99", types.utcDatetime() as never, date("0099-03-01T00:00:00Z")],
    ["microseconds", usec as never, "2026-11-22T13:45:00.123456Z"],
    ["microseconds in a column with a zone", usec as never, "2026-11-22T13:45:00.123456Z", "timestamptz"],
    ["a duration", types.duration() as never, "P1Y2M3DT4H5M6.5S"],
    ["no duration", types.duration() as never, "PT0S"],
    ["JSON", types.json() as never, { a: [1, null, "x\\u0000", { b: "\\" }], "": true }],
    ["JSON text", types.json() as never, "text"],
    ["a JSON list", types.json() as never, [1, [2]]],
    ["a list of integers", types.array("integer") as never, [1, -2, 3]],
    ["an empty list", types.array("integer") as never, []],
    ["a list of text", types.array("string") as never, ["", "NULL", "a,b", '"', "\\", "{}", " x "]],
    ["a list with null", types.array("string") as never, [null, "null"]],
    ["a list of bytes", types.array("binary") as never, [bytes, new Uint8Array(0)]],
    ["a list of booleans", types.array("boolean") as never, [true, false]],
    ["a list of bigints", types.array("bigint") as never, [2n ** 62n, 1n]],
    ["a list of moments", types.array("utcDatetime") as never, [date("2026-11-22T13:45:00Z")]],
    ["a list of JSON", types.array("json") as never, [{ a: '"' }, [1], "x"]],
    [
      "a list of lists",
      types.array(types.array("string")) as never,
      [
        ["a", "b"],
        ["c,", null],
      ],
    ],
  ])("%s", async (_, type, value, sqlType) => {
    const name = sqlType ?? (type === (usec as unknown) ? "timestamp" : (pgTypeName(type) as string)).replace(/(\[\])+$/, "[]");
    expect(await roundTrip(type, value, name)).toEqual(value);
    if (Array.isArray(value) && value.length === 0) return;
    expect(await roundTrip(types.array(type as Type) as Type, [value], `${name.replace("[]", "")}[]`)).toEqual([value]);
  });

  test.each(["1.50", "-0.000000000000000000000001", "123456789012345678901234567890.12", "1e-20", "1e40"])(
    "the decimal %s",
    async (text) => {
      const back = (await roundTrip(types.decimal() as Type, new Decimal(text), "numeric")) as Decimal;
      expect(back.eq(text)).toBe(true);
    },
  );
});

describe("what comes from elsewhere", () => {
  test("is decoded exactly or refused", async () => {
    const of = async (type: Type, sql: string) => decode(type, await fetch(`SELECT ${sql}`));
    const integer = types.integer() as Type;
    await expect(of(integer, "9007199254740993::bigint")).rejects.toThrow(/field\.bigint/);
    await expect(of(integer, "1.5::float8")).rejects.toThrow(TypeError);
    expect(await of(integer, "sum(x) FROM (VALUES (1::bigint), (2)) AS v (x)")).toBe(3);
    expect(await of(types.bigint() as Type, "sum(x) FROM (VALUES (9223372036854775807), (1)) AS v (x)")).toBe(9223372036854775808n);
    expect(await of(types.float() as Type, "avg(x) FROM (VALUES (1), (2)) AS v (x)")).toBe(1.5);
    expect(await of(types.float() as Type, "'NaN'::float8")).toBeNaN();
    await expect(of(types.decimal() as Type, "'NaN'::numeric")).rejects.toThrow(TypeError);
    for (const text of ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01"]) {
      await expect(of(types.date() as Type, `'${text}'::date`)).rejects.toThrow(/no date between/);
      await expect(of(types.naiveDatetime() as Type, `'${text}'::timestamp`)).rejects.toThrow(/no date-time between/);
      await expect(of(types.utcDatetime() as Type, `'${text}'::timestamp`)).rejects.toThrow(/no moment between/);
      await expect(of(types.utcDatetime() as Type, `'${text}'::timestamptz`)).rejects.toThrow(/no moment between/);
      await expect(of(usec, `'${text}'::timestamp`)).rejects.toThrow(/no moment between/);
    }
    await expect(of(types.time() as Type, "'24:00'::time")).rejects.toThrow(TypeError);
    expect(await of(types.utcDatetime() as Type, "'2026-11-22 13:45:00+05:30'::timestamptz")).toEqual(date("2026-11-22T08:15:00Z"));
    expect(await of(types.array("integer") as Type, "'[0:1]={7,8}'::int[]")).toEqual([7, 8]);
    expect(await of(types.array("string") as Type, "'{a,\"b c\"}'::name[]")).toEqual(["a", "b c"]);
  });

  test("has arrays of the database's own types", async () => {
    await pool.run({ ...read("CREATE TYPE mood AS ENUM ('sad', 'very happy')"), returnsRows: false, readOnly: false, prepare: false }, []);
    expect(decode(types.array("string") as Type, await fetch("SELECT '{sad,\"very happy\",NULL}'::mood[]"))).toEqual([
      "sad",
      "very happy",
      null,
    ]);
  });

  test("is plain JavaScript in raw queries", async () => {
    expect(await fetch("SELECT 9007199254740993")).toBe(9007199254740993n);
    expect(await fetch("SELECT 12::bigint")).toBe(12);
    expect(await fetch("SELECT 1.10::numeric")).toBe("1.10");
    expect(await fetch("SELECT '\\x0aFF'::bytea")).toEqual(Uint8Array.of(10, 255));
    expect(await fetch("SELECT ARRAY[[1, 2], [3, NULL]]")).toEqual([
      [1, 2],
      [3, null],
    ]);
  });
});

describe("what cannot be stored", () => {
  test("is refused before it reaches the server", () => {
    for (const value of ["a\0b", { a: ["\0"] }, undefined, Symbol("x"), () => 1, new Map(), new Date(Number.NaN), ["a\0"]]) {
      expect(() => base.encodeAny(value)).toThrow(TypeError);
    }
    expect(() => encode(types.string() as Type, "\0")).toThrow(/NUL/);
    expect(() => encode(types.json() as Type, { "\0": 1 })).toThrow(/NUL/);
    expect(() => encode(types.array(types.array("integer")) as Type, [[]])).toThrow(/empty list inside a list/);
  });
});

test("any value and any list go as parameters", async () => {
  expect(await fetch("SELECT $1::timestamptz = '2026-11-22 13:45Z'", [base.encodeAny(date("2026-11-22T13:45:00Z"))])).toBe(true);
  expect(await fetch("SELECT ($1::jsonb)->'a'", [base.encodeAny({ a: [1] })])).toEqual([1]);
  expect(await fetch("SELECT 2 = ANY($1::int[])", [base.encodeAny([1, 2])])).toBe(true);
  expect(await fetch("SELECT $1::text[][]", [base.encodeAny([["a"], ["b"]])])).toEqual([["a"], ["b"]]);
  expect(await fetch("SELECT '\\x01'::bytea = ANY($1)", [base.encodeList([Uint8Array.of(1)], types.binary() as Type)])).toBe(true);
  expect(await fetch("SELECT 1.50 = ANY($1)", [base.encodeList([new Decimal("1.5")], types.decimal() as Type)])).toBe(true);
  expect(await fetch("SELECT 1 = ANY($1)", [base.encodeList([], types.integer() as Type)])).toBe(false);
  expect(await fetch("SELECT 'x' = ANY($1)", [base.encodeList([null], null)])).toBe(null);
});

test("constraint violations are told as data", async () => {
  const exec = (sql: string) => Promise.resolve(pool.run({ ...read(sql), readOnly: false, returnsRows: false, prepare: false }, []));
  await exec(`CREATE EXTENSION IF NOT EXISTS btree_gist;
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE "o""s" (a int NOT NULL, "select" int CONSTRAINT odd CHECK ("select" > 0), p int CONSTRAINT p_fk REFERENCES p, CONSTRAINT "u n" UNIQUE (a, "select"), r int4range, EXCLUDE USING gist (r WITH &&));
    CREATE UNIQUE INDEX lower_index ON p ((id % 10));
    CREATE TABLE restricts (p int REFERENCES p ON DELETE RESTRICT);
    INSERT INTO p VALUES (1); INSERT INTO "o""s" VALUES (1, 1, 1, '[1,3)'); INSERT INTO restricts VALUES (1)`);
  const failure = async (sql: string) => base.constraintOf(await exec(sql).catch((error: unknown) => error));
  expect(await failure(`INSERT INTO "o""s" VALUES (1, 1)`)).toEqual({
    kind: "unique",
    constraint: "u n",
    table: 'o"s',
    columns: ["a", "select"],
  });
  expect(await failure("INSERT INTO p VALUES (11)")).toEqual({ kind: "unique", constraint: "lower_index", table: "p", columns: [] });
  expect(await failure(`INSERT INTO "o""s" VALUES (2, 1, 9)`)).toEqual({
    kind: "foreignKey",
    constraint: "p_fk",
    table: 'o"s',
    columns: ["p"],
  });
  expect(await failure(`INSERT INTO "o""s" VALUES (2, -1)`)).toEqual({ kind: "check", constraint: "odd", table: 'o"s', columns: [] });
  expect(await failure(`INSERT INTO "o""s" VALUES (NULL)`)).toEqual({ kind: "notNull", constraint: null, table: 'o"s', columns: ["a"] });
  expect(await failure(`INSERT INTO "o""s" VALUES (3, 3, 1, '[2,4)')`)).toMatchObject({ kind: "exclusion", constraint: 'o"s_r_excl' });
  expect(await failure("DELETE FROM restricts; UPDATE p SET id = 1")).toBe(null);
  await exec("INSERT INTO restricts VALUES (1)");
  expect(await failure("DELETE FROM p")).toMatchObject({ kind: "foreignKey" });
  expect(await failure("SELECT nope")).toBe(null);
  const wrapped = base.wrapError(await exec(`INSERT INTO "o""s" (a, "select") VALUES (1, 1)`).catch((error: unknown) => error), "INSERT …");
  expect(wrapped).toMatchObject({ code: "DATABASE", sqlState: "23505" });
  expect(wrapped.message).not.toMatch(/\(1, 1\)/);
});
