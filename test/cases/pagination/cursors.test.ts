import {
  ArgumentError,
  type CustomType,
  Decimal,
  field,
  from,
  ok,
  paginate,
  type ParameterizedType,
  type Query,
  type Repo,
  schema,
  sql,
  types,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// Casting it again changes it: a text is taken for a title.
const Title: CustomType<string> = {
  type: "string",
  cast: (value) => ok(`«${String(value)}»`),
  load: (value: string) => `«${value}»`,
  dump: (value) => value.slice(1, -1),
};
// Its values are of another kind than the column's.
const Price: CustomType<{ cents: number }> = {
  type: "integer",
  cast: () => undefined as never,
  load: (cents: number) => ({ cents }),
  dump: ({ cents }) => cents,
};
// What it loads has less than what is stored.
const Day: CustomType<string> = {
  type: "utcDatetimeUsec",
  cast: (v) => v as string,
  load: (v: Date) => v.toISOString().slice(0, 10),
  dump: (v) => new Date(v),
};
const Padded: ParameterizedType<string | null, number> = {
  init: (width) => width,
  type: () => "string",
  cast: (value) => value as string,
  load: (value: string | null, width) => (value ?? "none").padStart(width),
  dump: (value) => (value === null || value.trim() === "none" ? null : value.trim()),
};

class Thing extends schema("things", {
  binary: field.binary(),
  uuid: field.uuid(),
  decimal: field.decimal(),
  bigint: field.bigint(),
  float: field.float(),
  integer: field.integer(),
  boolean: field.boolean(),
  text: field.text(),
  date: field.date(),
  time: field.time(),
  timeUsec: field.time({ usec: true }),
  naive: field.naiveDatetime(),
  naiveUsec: field.naiveDatetime({ usec: true }),
  utc: field.utcDatetime({}),
  utcMillis: field.of(types.utcDatetime({ precision: 3 })),
  utcUsec: field.utcDatetime({ usec: true }),
  level: field.enum(["low", "high"]),
  rank: field.enum({ low: 7, high: 3 }),
  bits: field.bitstring(),
  duration: field.duration(),
  data: field.json(),
  tags: field.array(field.string({ null: true })),
  numbers: field.array(field.bigint()),
  title: field.of(Title),
  price: field.of(Price),
  day: field.of(Day),
  padded: field.of(Padded, 9),
  secret: field.string({ redact: true }),
}) {}

const uuid = (at: number) => `0000000${at}-0000-4000-8000-000000000000`;
/** Values of each field, two of them alike beside null. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  binary: [new Uint8Array([0, 255]), new Uint8Array([]), new Uint8Array([1, 2, 3]), new Uint8Array([128])],
  uuid: [uuid(3), uuid(1), uuid(2)],
  decimal: ["1.5", "10", "-0.25", "12345678901234567890.123456789", "12345678901234567890.123456788"].map((text) => new Decimal(text)),
  bigint: [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0n],
  float: [0.1, 1e300, -2.5, 3, Number.MIN_VALUE],
  integer: [1, -1, 2 ** 40, 0],
  boolean: [true, false],
  text: ["", "a", "Ü", "'; drop table things; --", '😀\u2028\\u0000"', "\ufeffbom", "%_\\"],
  date: ["2026-11-22", "0001-01-01", "9999-12-31"],
  time: ["13:45:00", "00:00:00", "23:59:59"],
  timeUsec: ["13:45:00.000001", "13:45:00.000002", "13:45:00.000000"],
  naive: ["2026-11-22T13:45:00", "1969-12-31T23:59:59"],
  naiveUsec: ["2026-11-22T13:45:00.000001", "2026-11-22T13:45:00.000002", "2026-11-22T13:45:00.123456"],
  utc: [new Date("2026-11-22T13:45:00Z"), new Date("1969-12-31T23:59:59Z")],
  utcMillis: [new Date("2026-11-22T13:45:00.123Z"), new Date("2026-11-22T13:45:00.124Z"), new Date("2026-11-22T13:45:00Z")],
  utcUsec: [new Date("2026-11-22T13:45:00.123Z"), new Date("2026-11-22T13:45:00.124Z"), new Date("2026-11-22T13:45:00Z")],
  level: ["low", "high"],
  rank: ["low", "high"],
  bits: ["", "1", "011"],
  duration: ["P1D", "PT36H", "P2M"],
  data: [{ n: 1 }, [1, "two"], "text", { n: 1.5, deep: [null] }, 7],
  tags: [["a"], [], ["a", null], ["b", 'q"\\']],
  numbers: [[1n], [2n ** 62n], [-1n, 5n]],
  title: ["«a»", "«b»", "«»"],
  price: [{ cents: 5 }, { cents: 100 }],
  day: ["2026-11-22", "2026-11-23"],
  padded: ["x", "yy", null],
  secret: ["one", "two"],
};
const NAMES = Object.keys(VALUES);

async function pages(repo: Repo, query: Query<Thing>, way: "first" | "last", size: number): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | null | undefined;
  for (let turn = 0; turn < 60; turn++) {
    const page = await paginate(
      query.select((t) => t.id),
      { repo, [way]: size, [way === "first" ? "after" : "before"]: cursor },
    );
    if (way === "first") ids.push(...page.entries);
    else ids.unshift(...page.entries);
    if (way === "first" ? !page.hasNextPage : !page.hasPreviousPage) return ids;
    cursor = way === "first" ? page.endCursor : page.startCursor;
  }
  throw new Error("the pages do not end");
}

describe.each(databases)("cursors on $label", (database) => {
  let repo: Repo;
  const count = 12;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Thing]);
    const rows = Array.from({ length: count }, (_, at) =>
      Object.fromEntries(
        NAMES.map((name) => [name, at % 4 === 3 ? null : (VALUES[name] as unknown[])[at % (VALUES[name] as unknown[]).length]]),
      ),
    );
    for (const row of rows) await repo.insertOrThrow(Thing.build(row as never));
  });

  const everyRowOnce = async (query: Query<Thing>) => {
    const whole = await pages(repo, query, "first", 100);
    expect([...whole].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    for (const size of [1, 2, 5]) {
      expect(await pages(repo, query, "first", size)).toEqual(whole);
      expect(await pages(repo, query, "last", size)).toEqual(whole);
    }
  };

  test.each(NAMES)("a page after a value of %s, and one before it", async (name) => {
    await everyRowOnce(from(Thing).orderBy({ [name]: "asc" } as never));
    await everyRowOnce(from(Thing).orderBy({ [name]: "desc", integer: "asc" } as never));
    await everyRowOnce(from(Thing).orderBy({ [name]: "descNullsLast", id: "desc" } as never));
  });

  test("values inside JSON, of whatever kind", async () => {
    await everyRowOnce(from(Thing).orderBy((t) => t.data.path("n")));
    await everyRowOnce(from(Thing).orderBy((t) => t.data.path("deep").desc()));
    await everyRowOnce(from(Thing).orderBy((t) => t.data.pathText("n")));
  });

  test("what the order computes", async () => {
    await everyRowOnce(from(Thing).orderBy((t) => t.decimal.mul(2)));
    await everyRowOnce(
      from(Thing)
        .orderBy((t) => t.bigint.negate().desc())
        .where((t) => sql<boolean>`${t.id} > 0`)
        .exclude("orderBy")
        .orderBy((t) => t.integer.mul(3)),
    );
    await everyRowOnce(from(Thing).orderBy((t) => sql`length(${t.text})`.desc()));
    await everyRowOnce(from(Thing).orderBy((t) => sql`${t.binary}`));
  });

  test("a column of an outer join may be null, whatever its field says", async () => {
    const query = from(Thing).leftJoin("other", Thing, (t, { other }) => other.id.eq(t.id).and(other.id.gt(6)));
    await everyRowOnce(query.orderBy((_, { other }) => other.id.desc()) as never);
  });

  test("rows that other programs wrote keep their digits", async () => {
    if (database.name === "sqlite") return;
    await repo.query(
      "create table stamps (id bigserial primary key, at timestamp, zoned timestamptz, short time, small integer, ratio real)",
    );
    class Stamp extends schema("stamps", {
      at: field.utcDatetime(),
      zoned: field.utcDatetime(),
      short: field.time(),
      small: field.integer(),
      ratio: field.float(),
    }) {}
    for (let at = 0; at < 6; at++)
      await repo.query(
        `insert into stamps (at, zoned, short, small, ratio) values ('2026-01-01 00:00:00.00000${at % 3}', '2026-01-01 00:00:00.00000${at % 3}+02', '10:00:00.00000${at % 3}', ${at % 3}, 0.${at % 3})`,
      );
    for (const name of ["at", "zoned", "short", "small", "ratio"] as const) {
      const query = from(Stamp)
        .orderBy(name)
        .select((s) => s.id);
      const one = await paginate(query, { repo, first: 3 });
      const two = await paginate(query, { repo, first: 3, after: one.endCursor });
      expect([...one.entries, ...two.entries]).toEqual([1, 4, 2, 5, 3, 6]);
    }
  });

  test("no cursor may be undefined", async () => {
    const after: string | undefined = undefined;
    expect(
      (await paginate(from(Thing), { repo, first: 2, after, before: undefined, last: undefined, orderBy: undefined })).entries.length,
    ).toBe(2);
  });

  test("cursors that nobody made are refused before they reach the database", async () => {
    const asked: unknown[] = [];
    const watched = {
      all(query: never) {
        asked.push(query);
        return repo.all(query);
      },
    };
    const refused = (name: string, cursor: unknown) =>
      expect(
        paginate(from(Thing).orderBy(name as never), { repo: watched as never, first: 1, after: cursor as string }),
        `${name}: ${JSON.stringify(cursor)}`,
      ).rejects.toThrow(ArgumentError);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const texts = new Set(["text", "title", "padded", "secret"]);
    for (const name of NAMES) {
      const { endCursor } = await paginate(from(Thing).orderBy(name as never), { repo, first: 1 });
      const [signed, value, id] = JSON.parse(Buffer.from(endCursor as string, "base64url").toString()) as unknown[];
      const noText: unknown[] = [{ a: 1 }, { sql: "1" }, [["x"]], "\0", "\ud800", ...(typeof value === "boolean" ? [1.5] : [true])];
      for (const one of texts.has(name) ? noText : [...noText, "x".repeat(101)]) await refused(name, encode([signed, one, id]));
      await refused(name, encode([signed, value]));
      await refused(name, encode([signed, value, id, id]));
      await refused(name, encode([signed, value, null]));
      await refused(name, encode([signed, value, 2 ** 53]));
      await refused(name, encode([`${String(signed)}x`, value, id]));
      await refused(name, `${String(endCursor)}AAAA`);
      await refused(name, String(endCursor).slice(0, -3));
    }
    const { endCursor } = await paginate(from(Thing).orderBy("bigint"), { repo, first: 1 });
    const [signed] = JSON.parse(Buffer.from(endCursor as string, "base64url").toString()) as unknown[];
    await refused("bigint", encode([signed, "9".repeat(25), 1]));
    await refused("text", "A".repeat(2 ** 21));
    await refused("text", encode("deep").padEnd(2 ** 20 + 1, "A"));
    for (const cursor of [1, true, {}, [], "", "ä", "[]", encode({}), encode("x"), encode(null)]) await refused("text", cursor);
    expect(asked).toEqual([]);
  });

  test("lists with elements of another kind are refused before they reach the database", async () => {
    class Listed extends schema("listed", {
      whole: field.array(field.integer()),
      exact: field.array(field.decimal()),
      days: field.array(field.date()),
      moments: field.array(field.utcDatetime()),
      naive: field.array(field.naiveDatetime()),
      times: field.array(field.time()),
      keys: field.array(field.uuid()),
      flags: field.array(field.boolean()),
      ratios: field.array(field.float()),
      nested: field.array(field.array(field.integer())),
      words: field.array(field.string()),
    }) {}
    await createTables(repo, [Listed]);
    const rows = [1, 2, 3].map((n) => ({
      whole: [n, -n],
      exact: [new Decimal("1.5").mul(n)],
      days: [`2026-01-0${n}`],
      moments: [new Date(`2026-01-0${n}T10:00:00.125Z`)],
      naive: [`2026-01-0${n}T10:00:00`],
      times: [`10:00:0${n}`],
      keys: [uuid(n)],
      flags: [n > 1],
      ratios: [n / 3, 1e300, -0.5],
      nested: [
        [n, 2],
        [3, 4],
      ],
      words: [`a${n}`, 'q"\\,{}', "", "NULL", "a b"],
    }));
    await repo.insertAll(Listed, rows);
    for (const name of Object.keys(rows[0] as object)) {
      const query = from(Listed)
        .orderBy(name as never)
        .select((l) => l.id);
      const first = await paginate(query, { repo, first: 1 });
      const second = await paginate(query, { repo, first: 2, after: first.endCursor });
      expect([...first.entries, ...second.entries].sort(), name).toEqual([1, 2, 3]);
      const [signed, , id] = JSON.parse(Buffer.from(first.endCursor as string, "base64url").toString()) as unknown[];
      const forged = [
        "{1,,2}",
        "{{1},{2,3}}",
        "{1",
        "1}",
        "{1}}",
        "{,}",
        "x",
        '{"a}',
        "{}x",
        ...(name === "words" ? [] : ['{"y"}', "{y,1}", '{"\\\\"}']),
      ];
      for (const one of forged) {
        const after = Buffer.from(JSON.stringify([signed, one, id])).toString("base64url");
        await expect(paginate(query, { repo, first: 1, after }), `${name}: ${one}`).rejects.toThrow(ArgumentError);
      }
    }
  });

  test("JSON with large numbers in an object is no order for a cursor", async () => {
    class Doc extends schema("docs", { data: field.json<unknown>() }) {}
    await createTables(repo, [Doc]);
    for (const inner of ["9007199254740993", "[1, 12345678901234567890.5]"])
      await repo.query("insert into docs (data) values ($1)", [`{"a": {"n": ${inner}}, "n": ${inner.startsWith("[") ? 1 : inner}}`]);
    const byObject = from(Doc)
      .select((d) => d.id)
      .orderBy((d) => d.data.path("a"));
    // There the value is its text, with all digits.
    if (database.name === "sqlite") {
      const { endCursor } = await paginate(byObject, { repo, first: 1 });
      expect((await paginate(byObject, { repo, first: 2, after: endCursor })).entries.length).toBe(1);
    } else {
      const holdsNumber = /paginate: the order of the rows goes by JSON that holds a number/;
      await expect(paginate(byObject, { repo, first: 1 })).rejects.toThrow(holdsNumber);
    }
    const page = await paginate(
      from(Doc)
        .select((d) => d.id)
        .orderBy((d) => d.data.path("n")),
      { repo, first: 1 },
    );
    expect(page.entries).toEqual([2]);
    const next = await paginate(
      from(Doc)
        .select((d) => d.id)
        .orderBy((d) => d.data.path("n")),
      { repo, first: 1, after: page.endCursor },
    );
    expect(next.entries).toEqual([1]);
  });

  test("a cursor of another query is refused", async () => {
    class Other extends schema("others", { text: field.text() }) {}
    await createTables(repo, [Other]);
    const { endCursor: after } = await paginate(from(Thing).orderBy("text"), { repo, first: 1 });
    const refused = (query: unknown) => expect(paginate(query as Query<Thing>, { repo, first: 1, after })).rejects.toThrow(/another query/);
    await refused(from(Other).orderBy("text"));
    await refused(from(Thing).orderBy({ text: "desc" }));
    await refused(from(Thing).orderBy("title"));
    await refused(from(Thing).orderBy((t) => sql`lower(${t.text})`));
    await refused(from(Thing));
    // Conditions may change between two pages.
    expect(
      (
        await paginate(
          from(Thing)
            .where((t) => t.id.gt(0))
            .orderBy("text"),
          { repo, first: 1, after },
        )
      ).entries.length,
    ).toBe(1);
    const scaled = (by: number) => from(Thing).orderBy((t) => t.integer.mul(by));
    const { endCursor } = await paginate(scaled(2), { repo, first: 1 });
    await expect(paginate(scaled(-2), { repo, first: 1, after: endCursor })).rejects.toThrow(/another query/);
  });
});
