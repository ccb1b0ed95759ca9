import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  change,
  ChangeError,
  Decimal,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  hasMany,
  type Repo,
  schema,
  type Type,
  types,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// Every type's values survive every way in and out: insert, insertAll, update, query parameter, select, preload, JSON of an embed.

const fields = {
  integer: field.integer(),
  bigint: field.bigint(),
  float: field.float(),
  decimal: field.decimal(),
  boolean: field.boolean(),
  string: field.string(),
  text: field.text(),
  binary: field.binary(),
  uuid: field.uuid(),
  bits: field.bitstring(),
  flags: field.array(field.bitstring()),
  date: field.date(),
  time: field.time(),
  timeUsec: field.time({ usec: true }),
  naive: field.naiveDatetime(),
  naiveUsec: field.naiveDatetime({ usec: true }),
  utc: field.utcDatetime(),
  utcSeconds: field.utcDatetime({ precision: 0 }),
  utcUsec: field.utcDatetime({ usec: true }),
  json: field.json(),
  map: field.map(),
  mapOf: field.map(field.decimal()),
  enumText: field.enum(["draft", "public"]),
  enumNumber: field.enum({ low: 1, high: 2 }),
  integers: field.array(field.integer()),
  bigints: field.array(field.bigint()),
  decimals: field.array(field.decimal()),
  strings: field.array(field.string()),
  booleans: field.array(field.boolean()),
  uuids: field.array(field.uuid()),
  dates: field.array(field.date()),
  moments: field.array(field.utcDatetime()),
};
class Inner extends embeddedSchema(fields) {}
class Value extends schema("type_values", {
  ...fields,
  parentId: field.id(),
  children: () => hasMany(Value, { foreignKey: "parentId" }),
  inner: embedsOne(() => Inner, { onReplace: "update" }),
  inners: embedsMany(() => Inner, { onReplace: "delete" }),
}) {}

type Name = keyof typeof fields;
type Row = Record<string, unknown>;

const pad = (value: number, width = 2) => String(value).padStart(width, "0");
const day = fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true });
const seconds = day.map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));
const isoDay = fc.oneof(
  fc.constantFrom("0001-01-01", "9999-12-31", "2024-02-29"),
  day.map((date) => date.toISOString().slice(0, 10)),
);
const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map(([h, m, s]) => `${pad(h)}:${pad(m)}:${pad(s)}`);
const micros = fc.nat(999_999).map((value) => pad(value, 6));
const usec = <T extends string>(base: fc.Arbitrary<T>) => fc.tuple(base, micros).map(([text, digits]) => `${text}.${digits}`);
const naive = fc.oneof(
  fc.constantFrom("0001-01-01T00:00:00", "9999-12-31T23:59:59"),
  fc.tuple(isoDay, clock).map(([date, time]) => `${date}T${time}`),
);
const moment = fc.oneof(fc.constantFrom(new Date("0001-01-01T00:00:00Z"), new Date("9999-12-31T23:59:59Z"), new Date(0)), seconds);
// What no database takes as text has tests of its own.
const storable = (text: string) => !text.includes("\0") && !/\p{Surrogate}/u.test(text);
const text = fc.oneof(
  fc.constantFrom("", " ", "'; drop table x; --", "\\", '"', "%_", "ÅÄÖ 👩‍👩‍👧 \u{10FFFF}", "007", "1e3", "null", "{}", "\n\t\r"),
  fc.string({ unit: "binary" }).filter(storable),
);
const bits = fc.array(fc.boolean(), { maxLength: 70 }).map((list) => list.map((bit) => (bit ? "1" : "0")).join(""));
const uuid = fc.oneof(fc.constantFrom("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"), fc.uuid());
const int = fc.oneof(fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, -0, -1), fc.maxSafeInteger());
const big = fc.oneof(
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 0n, 2n ** 53n + 1n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const float = fc.oneof(
  fc.constantFrom(-0, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, 0.1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const decimal = fc.oneof(
  fc
    .constantFrom(
      "99999999999999999999999999999999999999",
      "-0.00000000000000000000000000000000000001",
      "0",
      "-0",
      "0.10",
      "12345678901234567890.123456789012345678",
    )
    .map((digits) => new Decimal(digits)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38))
    .map(([digits, scale]) => new Decimal(digits.toString()).times(new Decimal(`1e-${scale}`))),
);
const jsonKey = fc.oneof(fc.constantFrom("", "__proto__", "constructor", "a.b", '"'), fc.string({ unit: "binary" }).filter(storable));
// A JSON number is a double to PostgreSQL's jsonb as to JavaScript, except that it has no -0.
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.constant(null),
    float.map((value) => value + 0),
    tie("array"),
    tie("object"),
  ),
  array: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.array(fc.tuple(jsonKey, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
})).value;
const object = fc.array(fc.tuple(jsonKey, json), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
const list = <T>(inner: fc.Arbitrary<T>) => fc.oneof(fc.constant([]), fc.array(fc.option(inner), { maxLength: 5 }));

const arbitraries: Record<Name, fc.Arbitrary<unknown>> = {
  integer: int,
  bigint: big,
  float,
  decimal,
  boolean: fc.boolean(),
  string: text,
  text,
  binary: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 40 })),
  uuid,
  bits,
  flags: list(bits),
  date: isoDay,
  time: fc.oneof(fc.constantFrom("00:00:00", "23:59:59"), clock),
  timeUsec: usec(clock),
  naive,
  naiveUsec: usec(naive),
  utc: fc.tuple(moment, fc.nat(999)).map(([date, ms]) => new Date(date.getTime() + ms)),
  utcSeconds: moment,
  utcUsec: fc.tuple(moment, fc.nat(999)).map(([date, ms]) => new Date(date.getTime() + ms)),
  json: json.filter((value) => value !== null),
  map: object,
  mapOf: fc.array(fc.tuple(jsonKey, fc.option(decimal)), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  enumText: fc.constantFrom("draft", "public"),
  enumNumber: fc.constantFrom("low", "high"),
  integers: list(int),
  bigints: list(big),
  decimals: list(decimal),
  strings: list(text),
  booleans: list(fc.boolean()),
  uuids: list(uuid),
  dates: list(isoDay),
  moments: list(moment),
};
const NOT_COMPARED = new Set<Name>(["json", "map", "mapOf"]);

/** The same by the type's own equality, and of the same form: a Date stays a Date, a Decimal a Decimal. */
function expectSame(type: Type, actual: unknown, expected: unknown, way: string): void {
  const same =
    actual !== undefined &&
    type.equal(actual, expected) &&
    Object.prototype.toString.call(actual) === Object.prototype.toString.call(expected);
  if (!same) expect({ way, value: actual }).toEqual({ way, value: expected });
  expect({ way, same }).toEqual({ way, same: true });
}

describe.each(databases)("values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Value]);
  });

  describe.each(Object.keys(fields) as Name[])("of %s", (name) => {
    const type = Value.schema.types[name] as Type;
    const of = (value: unknown) => ({ [name]: value }) as never;

    test("survive every way in and out", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraries[name], { minLength: 1, maxLength: 8 }), async (values) => {
          await repo.deleteAll(Value);
          const first = values[0];
          const parent = (await repo.insertOrThrow(Value.build(of(first)))) as unknown as Row;
          expectSame(type, parent[name], first, "insert");
          const { rows } = await repo.insertAll(Value, values.map((value) => ({ [name]: value, parentId: parent.id })) as never, {
            returning: true,
          });
          for (const [at, row] of (rows as unknown as Row[]).entries()) expectSame(type, row[name], values[at], "insertAll, returning");
          const loaded = await repo.preload((await repo.get(Value, parent.id as number)) as Value, { children: from(Value).orderBy("id") });
          expectSame(type, (loaded as unknown as Row)[name], first, "get");
          for (const [at, child] of loaded.children.entries()) expectSame(type, (child as unknown as Row)[name], values[at], "preload");
          const statements: string[] = [];
          const inline = await repo.getOrThrow(from(Value).preload({ children: from(Value).orderBy("id") }), parent.id as number, {
            preloadStrategy: "json",
            log: ({ sql }) => void statements.push(sql),
          });
          // SQLite before 3.53 does not write all digits of a float into JSON: they are read again, by queries.
          const writesAll = type.storage !== "float" || database.name !== "sqlite" || (await digitsInJson(repo));
          expect(statements).toHaveLength(writesAll ? 1 : 3);
          for (const [at, child] of inline.children.entries())
            expectSame(type, (child as unknown as Row)[name], values[at], "preload as JSON");
          const last = values.at(-1);
          const updated = await repo.updateOrThrow(change(loaded as Value).forceChange(name as "string", last as never));
          expectSame(type, (updated as unknown as Row)[name], last, "update");
          const column = from(Value)
            .where({ id: parent.id as number })
            .select((v) => (v as unknown as Record<string, never>)[name]);
          expectSame(type, (await repo.one(column as never)) as unknown, last, "select");
          if (!NOT_COMPARED.has(name)) {
            const found = await repo.all(from(Value).where(of(last)).orderBy("id"));
            expect(found.map(({ id }) => id)).toContain(parent.id);
          }
        }),
        { numRuns: 12 },
      );
    });

    test("survive the JSON of an embed, nulls too", async () => {
      await fc.assert(
        fc.asyncProperty(arbitraries[name], async (value) => {
          const built = Value.build({ inner: Inner.build(of(value)), inners: [Inner.build(of(value)), Inner.build(of(null))] });
          const { id } = await repo.insertOrThrow(built);
          const { inner, inners } = (await repo.get(Value, id)) as Value;
          expectSame(type, (inner as unknown as Row)[name], value, "embedsOne");
          expectSame(type, (inners[0] as unknown as Row)[name], value, "embedsMany");
          expect((inners[1] as unknown as Row)[name]).toBeNull();
        }),
        { numRuns: 15 },
      );
    });

    test("may be null", async () => {
      const { id } = await repo.insertOrThrow(Value.build(of(null)));
      expect(((await repo.get(Value, id)) as unknown as Row)[name]).toBeNull();
      const found = await repo.all(
        from(Value).where((v) => (v as unknown as Record<string, { isNull(): never }>)[name]?.isNull() as never),
      );
      expect(found.map((one) => one.id)).toContain(id);
    });
  });

  test("texts and bytes of a megabyte survive", async () => {
    const large = "å".repeat(1_000_000);
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, at) => at % 251);
    const { id } = await repo.insertOrThrow(
      Value.build({ text: large, binary: bytes, json: { large }, inner: Inner.build({ text: large }) }),
    );
    const value = (await repo.get(Value, id)) as Value;
    expect(value.text === large).toBe(true);
    expect(types.binary().equal(value.binary as Uint8Array, bytes)).toBe(true);
    expect((value.json as { large: string }).large === large).toBe(true);
    expect(value.inner?.text === large).toBe(true);
  });

  test("a NUL in a text is a clear error: PostgreSQL has none, and SQLite's functions cut the text there", async () => {
    await expect(repo.insertOrThrow(Value.build({ string: "a\0b" }))).rejects.toThrow(/NUL/);
    expect(() => from(Value).where({ string: "a\0b" })).toThrow(/NUL/);
  });

  test.each(["string", "text"] as const)("a lone surrogate in a %s is a clear error, since no encoding has it", async (name) => {
    await expect(repo.insertOrThrow(Value.build({ [name]: "a\uD800" }))).rejects.toThrow(/surrogate|well-formed|Unicode/i);
    expect(() => from(Value).where({ [name]: "a\uD800" })).toThrow(/half a surrogate pair/);
  });

  test("a lone surrogate or a NUL inside JSON survives, or is a clear error", async () => {
    for (const flaw of ["a\uD800", "a\0b"]) {
      try {
        const { id } = await repo.insertOrThrow(Value.build({ json: { flaw } }));
        expect((await repo.get(Value, id))?.json).toEqual({ flaw });
      } catch (error) {
        expect(String(error)).toMatch(/surrogate|well-formed|Unicode|NUL|0x00|\\u0000/i);
      }
    }
  });

  test.each([
    ["an integer beyond 2^53", { integer: 2 ** 53 }, /integer between/],
    ["a fraction as an integer", { integer: 1.5 }, /integer/],
    ["a bigint beyond 64 bits", { bigint: 2n ** 63n }, /64 bits/],
    ["NaN", { float: Number.NaN }, /finite/],
    ["infinity", { float: Number.POSITIVE_INFINITY }, /finite/],
    ["a decimal that is NaN", { decimal: new Decimal(Number.NaN) }, /NaN/],
    ["a day that is none", { date: "2026-02-30" }, /date/],
    ["a fraction of a second in a type of whole ones", { naive: "2026-01-01T00:00:00.5" }, /fraction of a second/],
    ["five digits where six are due", { naiveUsec: "2026-01-01T00:00:00.12345" }, /six digits/],
    ["milliseconds in a moment of whole seconds", { utcSeconds: new Date(5) }, /fraction of a second/],
    ["an invalid Date", { utc: new Date(Number.NaN) }, /invalid Date/],
    ["text as a boolean", { boolean: "true" as never }, /boolean/],
    ["a name that the enum does not have", { enumText: "gone" as never }, /enum/],
    ["a Date inside JSON", { json: { at: new Date() } }, /a Date is not a JSON value.*at/],
    ["a UUID that is none", { uuid: "x" }, /UUID/],
    ["an element of another type", { integers: [1, "2" as never] }, /integer/],
  ])("%s is refused, with the field and the reason, and never written", async (_, attrs, message) => {
    const error = await repo.insertOrThrow(Value.build(attrs as never)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChangeError);
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(`${Object.keys(attrs)[0]}`);
    expect(String(error)).toContain("Value");
  });
});

async function digitsInJson(repo: Repo): Promise<boolean> {
  return (await repo.query("select json_quote(0.1 + 0.2)")).rows[0]?.[0] === "0.30000000000000004";
}
