import { afterAll, describe, expect, test } from "vitest";
import { Decimal, types, type Type } from "../../../src/core/type/index.ts";
import type { RawResult, Statement } from "../../../src/core/adapter/index.ts";
import { ConfigError } from "../../../src/core/base/index.ts";
import { sqliteBase } from "../../../src/sqlite/adapter.ts";
import { sqliteDrivers } from "../../support/databases.ts";

const read = (sql: string, bigints = false): Statement => ({ sql, readOnly: true, returnsRows: true, bigints, prepare: true });
const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
const date = (text: string) => new Date(text);
const usec = { ...types.utcDatetime(), storage: "utcDatetimeUsec" } as unknown as Type;

describe.each(sqliteDrivers)("values over %s", (driver) => {
  const base = sqliteBase({ database: ":memory:", driver });
  const pool = base.open();
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
  const fetch = (sql: string, params: unknown[] = [], bigints = false) => (pool.run(read(sql, bigints), params) as RawResult).rows[0]?.[0];

  test.each<[string, Type<never>, unknown, string?]>([
    ["an integer", types.integer() as never, -42, "integer"],
    ["the largest integer", types.integer() as never, Number.MAX_SAFE_INTEGER, "integer"],
    ["a float", types.float() as never, 0.1 + 0.2, "real"],
    ["true", types.boolean() as never, true, "integer"],
    ["text with quotes", types.string() as never, `it's "q" \\ {}, \n ü 🎉`, "text"],
    ["every byte", types.binary() as never, bytes, "blob"],
    ["no bytes", types.binary() as never, new Uint8Array(0), "blob"],
    ["a uuid", types.uuid() as never, "018f4c4e-7b7a-7000-8000-0123456789ab", "text"],
    ["a date", types.date() as never, "2026-11-22", "text"],
    ["a time", types.time() as never, "13:45:00", "text"],
    ["a naive date-time", types.naiveDatetime() as never, "2026-11-22T13:45:00", "text"],
    ["a moment", types.utcDatetime() as never, date("2026-11-22T13:45:00Z"), "text"],
    ["a moment with milliseconds", types.utcDatetime({ precision: 3 }) as never, date("2026-11-22T13:45:00.120Z"), "text"],
    ["a moment before 1970", types.utcDatetime({ precision: 3 }) as never, date("1969-12-31T23:59:59.999Z"), "text"],
    ["a moment in the year 0", types.utcDatetime() as never, date("0000-03-01T00:00:00Z"), "text"],
    ["microseconds", usec as never, "2026-11-22T13:45:00.123456Z", "text"],
    ["a duration", types.duration() as never, "P1Y2M3DT4H5M6.5S", "text"],
    ["JSON", types.json() as never, { a: [1, null, "x", { b: "\\" }], "": true }, "text"],
    ["JSON text", types.json() as never, "5", "text"],
    ["a vector", types.vector(2) as never, [0.5, -1], "text"],
    ["a list of integers", types.array("integer") as never, [1, -2, 3], "text"],
    ["an empty list", types.array("integer") as never, [], "text"],
    ["a list of text", types.array("string") as never, ["", "NULL", "a,b", '"'], "text"],
    ["a list with null", types.array("boolean") as never, [null, true], "text"],
    ["a list of bytes", types.array("binary") as never, [bytes, new Uint8Array(0)], "text"],
    ["a list of bigints", types.array("bigint") as never, [2n ** 62n, 1n], "text"],
    ["a list of moments", types.array("utcDatetime") as never, [date("2026-11-22T13:45:00Z")], "text"],
    ["a list of JSON", types.array("json") as never, [{ a: '"' }, [1], "x"], "text"],
    ["a list of lists", types.array(types.array("bigint")) as never, [[1n, null], [2n]], "text"],
    ["a bigint", types.bigint() as never, -5n, "integer"],
  ])("%s comes back as it was sent, also where integers come as bigints", (_, type, value, kind) => {
    const sent = encode(type, value);
    expect(decode(type, fetch("SELECT ?", [sent]))).toEqual(value);
    expect(decode(type, fetch("SELECT ?", [sent], true))).toEqual(value);
    expect(fetch("SELECT typeof(?)", [sent])).toBe(kind);
    const list = types.array(type as Type) as Type;
    expect(decode(list, fetch("SELECT ?", [encode(list, [value])]))).toEqual([value]);
  });

  test("integers of 64 bits are exact", () => {
    for (const value of [2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(decode(types.bigint() as Type, fetch("SELECT ?", [encode(types.bigint() as Type, value)], true))).toBe(value);
      expect(fetch("SELECT value FROM json_each(?)", [base.encodeList([value], types.bigint() as Type)], true)).toBe(value);
    }
    expect(() => encode(types.bigint() as Type, 2n ** 63n)).toThrow(TypeError);
    expect(() => decode(types.integer() as Type, fetch("SELECT 9007199254740993", [], true))).toThrow(/field\.bigint/);
    expect(() => decode(types.integer() as Type, 1.5)).toThrow(TypeError);
    expect(() => decode(types.integer() as Type, "5")).toThrow(TypeError);
  });

  test("an integer stays one beside text", () => {
    expect(fetch("SELECT ? || ''", [encode(types.integer() as Type, 5)])).toBe("5");
    expect(fetch("SELECT ? || ''", [base.encodeAny(5)])).toBe("5");
  });

  test("moments that SQL has stamped are read, other forms and what is no moment refused", () => {
    const load = (text: string) => decode(types.utcDatetime() as Type, text);
    for (const text of ["2026-11-22 13:45:00", "2026-11-22 13:45:00.000000", "2026-11-22 13:45:00.0"])
      expect(load(text)).toEqual(date("2026-11-22T13:45:00Z"));
    expect(load("2026-11-22 13:45:00.5")).toEqual(date("2026-11-22T13:45:00.500Z"));
    for (const text of ["2026-11-22T13:45:00Z", "2026-11-22 15:45:00+02:00", "2026-11-22T13:45:00.000", "2026-11-22", "2026-11-22 13:45"])
      expect(() => load(text)).toThrow(/another form.*strftime/);
    for (const text of ["", "x", "2026-1x-22 13:45:00", "2026-13-22 13:45:00", "2026-02-30 13:45:00", "2026-11-22 24:00:00", "infinity"])
      expect(() => load(text)).toThrow(TypeError);
    expect(() => load(5 as never)).toThrow(TypeError);
    expect(decode(usec, "2026-11-22 15:45:00.5")).toBe("2026-11-22T15:45:00.5Z");
  });

  test("times are stored as SQLite's own functions write them", () => {
    const forms: [Type<any>, unknown, string][] = [
      [types.utcDatetime(), date("2026-11-22T13:45:00.250Z"), "2026-11-22 13:45:00.25"],
      [types.utcDatetime({ precision: 0 }), date("2026-11-22T13:45:00Z"), "2026-11-22 13:45:00"],
      [types.naiveDatetime({ precision: 6 }), "2026-11-22T13:45:10.000100", "2026-11-22 13:45:10.0001"],
      [types.time({ precision: 3 }), "13:45:00.000", "13:45:00"],
    ];
    for (const [type, value, text] of forms) {
      expect(encode(type as Type, value)).toBe(text);
      expect(type.load ? type.load(decode(type as Type, text) as never) : decode(type as Type, text)).toEqual(value);
    }
    for (const text of ["24:00:00", "13:45", "x"]) expect(() => decode(types.time() as Type, text)).toThrow(/not a time/);
    for (const text of ["2026-02-30", "2026-11-22 00:00:00", "x"]) expect(() => decode(types.date() as Type, text)).toThrow(TypeError);
  });

  test("decimals are text, and numbers are read as decimals", () => {
    const type = types.decimal() as Type;
    expect(encode(type, new Decimal("1e-7"))).toBe("0.0000001");
    for (const sql of ["'1.50'", "1.5", "CAST('1.50' AS NUMERIC)"])
      expect((decode(type, fetch(`SELECT ${sql}`)) as Decimal).eq("1.5")).toBe(true);
  });

  test("lists can be looked in", () => {
    const within = (value: string, list: unknown[], type: Type | null) =>
      fetch(`SELECT ${value} IN (SELECT value FROM json_each(?))`, [base.encodeList(list, type)]);
    expect(within("2", [1, 2], types.integer() as Type)).toBe(1);
    expect(within("'it''s'", ['"', "it's"], types.string() as Type)).toBe(1);
    expect(within("1", [true], types.boolean() as Type)).toBe(1);
    expect(within("'2026-11-22 13:45:00.000'", [date("2026-11-22T13:45:00Z")], types.utcDatetime() as Type)).toBe(1);
    expect(within("9007199254740993", [9007199254740993n], null)).toBe(1);
    expect(within(`'{"a":1}'`, [{ a: 1 }], types.json() as Type)).toBe(1);
    expect(within("'[1,2]'", [[1, 2]], types.array("integer") as Type)).toBe(1);
    expect(within("1", [], types.integer() as Type)).toBe(0);
  });

  test("what cannot be stored is refused", () => {
    for (const value of ["a\0b", undefined, Symbol("x"), new Map(), new Date(Number.NaN), Number.NaN, 2n ** 64n])
      expect(() => base.encodeAny(value)).toThrow(TypeError);
  });

  test("constraint violations are told as data", () => {
    const exec = (sql: string) => pool.run({ ...read(sql), readOnly: false, returnsRows: false, prepare: false }, []);
    exec(`CREATE TABLE p (id INTEGER PRIMARY KEY, b);
      CREATE TABLE "o""s" (a NOT NULL, "select" CONSTRAINT odd CHECK ("select" > 0), p REFERENCES p, CONSTRAINT "u n" UNIQUE (a, "select"));
      CREATE UNIQUE INDEX lower_index ON p (lower(b));
      INSERT INTO p VALUES (1, 'x'); INSERT INTO "o""s" VALUES (1, 1, 1)`);
    const failure = (sql: string) => {
      try {
        exec(sql);
      } catch (error) {
        return base.constraintOf(error);
      }
      return "none";
    };
    expect(failure(`INSERT INTO "o""s" VALUES (1, 1, 1)`)).toEqual({
      kind: "unique",
      constraint: 'o"s_a_select_index',
      table: 'o"s',
      columns: ["a", "select"],
    });
    expect(failure("INSERT INTO p VALUES (1, 'y')")).toEqual({ kind: "unique", constraint: "p_id_index", table: "p", columns: ["id"] });
    expect(failure("INSERT INTO p VALUES (2, 'X')")).toEqual({ kind: "unique", constraint: "lower_index", table: null, columns: [] });
    expect(failure(`INSERT INTO "o""s" VALUES (2, 1, 9)`)).toEqual({ kind: "foreignKey", constraint: null, table: null, columns: [] });
    expect(failure(`INSERT INTO "o""s" VALUES (2, -1, 1)`)).toEqual({ kind: "check", constraint: "odd", table: null, columns: [] });
    expect(failure(`INSERT INTO "o""s" VALUES (NULL, 1, 1)`)).toEqual({ kind: "notNull", constraint: null, table: 'o"s', columns: ["a"] });
    expect(failure("SELECT nope")).toBe(null);
    try {
      pool.run(read("SELECT nope"), []);
      expect.unreachable();
    } catch (error) {
      expect(base.wrapError(error, "SELECT nope")).toMatchObject({
        code: "DATABASE",
        sql: "SELECT nope",
        message: expect.stringMatching(/no such column: nope\n\n {4}SELECT nope/),
      });
    }
  });
});

test("options are checked by name and value", () => {
  expect(() => sqliteBase({ database: ":memory:", jornalMode: "wal" } as never)).toThrow(
    /no option "jornalMode". Did you mean "journalMode"\?/,
  );
  expect(() => sqliteBase({ database: ":memory:", journalMode: "wall" } as never)).toThrow(/Did you mean "wal"\?/);
  for (const options of [
    {},
    { database: 5 },
    { database: "x", poolSize: 0 },
    { database: "x", foreignKeys: 1 },
    { database: "x", driver: "sqlite3" },
    { database: "x", afterConnect: "x" },
  ]) {
    expect(() => sqliteBase(options as never)).toThrow(ConfigError);
  }
});
