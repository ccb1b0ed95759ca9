import {
  createRepo,
  Decimal,
  type Expr,
  field,
  from,
  inspect,
  type JoinSource,
  QueryError,
  type Repo,
  schema,
  sql,
  subquery,
  types,
  values,
} from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Movie extends schema("movies", { title: field.string(), visits: field.integer() }) {}
class Person extends schema("people", { name: field.string(), token: field.string({ redact: true }) }) {}

const mood = types.enum(["sad", "ok"]);
const texts = [
  "",
  " ",
  "NULL",
  "null",
  "a,b",
  "{}",
  '{"a":1}',
  "[1]",
  'a"b',
  "it's",
  "back\\slash",
  "l\ni\tn\re",
  "é 漢字 😀",
  "\u0001",
  "$1 ? :x",
  "0x",
  "1.0",
];
const all = (...bytes: number[]) => Uint8Array.from(bytes);

/** Values of each type, which must come back as they went. */
const kinds: Record<string, { readonly type: unknown; readonly values: readonly unknown[] }> = {
  integer: { type: field.integer(), values: [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER] },
  bigint: { type: field.bigint(), values: [0n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)] },
  float: { type: field.float(), values: [0, 1, -1.5, 0.1, 1 / 3, 1e300, 5e-324, Number.MAX_VALUE] },
  decimal: {
    type: field.decimal(),
    values: ["0", "1", "-1.5", "0.1", "12345.678", "12345678901234567890123456.789012345678"].map((digits) => new Decimal(digits)),
  },
  boolean: { type: field.boolean(), values: [true, false] },
  string: { type: field.string(), values: texts },
  text: { type: types.text(), values: texts },
  enum: { type: mood, values: ["sad", "ok"] },
  binary: { type: field.binary(), values: [all(), all(0), all(...Array.from({ length: 256 }, (_, at) => at))] },
  uuid: { type: field.uuid(), values: ["0198f2e0-0000-7000-8000-00000000abcd"] },
  date: { type: field.date(), values: ["2026-02-28", "0000-01-01", "0001-12-31", "9999-12-31"] },
  time: { type: field.time(), values: ["00:00:00", "23:59:59"] },
  timeUsec: { type: field.time({ usec: true }), values: ["00:00:00.000001", "23:59:59.999999"] },
  naive: { type: field.naiveDatetime(), values: ["2026-02-28T01:02:03", "0000-01-01T00:00:00"] },
  naiveUsec: { type: field.naiveDatetime({ usec: true }), values: ["2026-02-28T01:02:03.000004"] },
  utc: { type: field.utcDatetime(), values: [new Date("2026-02-28T01:02:03Z"), new Date(0), new Date("0000-01-01T00:00:00Z")] },
  utcUsec: { type: field.utcDatetime({ usec: true }), values: [new Date("2026-02-28T01:02:03.004Z")] },
  duration: { type: field.duration(), values: ["P1Y2M3DT4H5M6S", "PT0S"] },
  bitstring: { type: field.bitstring(), values: ["", "0", "10110"] },
  json: { type: field.json(), values: [{}, [], { a: [1, { b: null }], 'q"\\': "'" }, ["x", 1.5, true, null], "text", 7, false, ...texts] },
  map: { type: field.map(), values: [{ a: 1 }, {}] },
  arrayOfText: { type: field.array(field.string()), values: [[], ["a"], texts, ["x", null, "y"]] },
  arrayOfIntegers: { type: field.array(field.integer()), values: [[], [1, null, -2]] },
  arrayOfBigints: { type: field.array(field.bigint()), values: [[2n ** 62n, null]] },
  arrayOfBytes: { type: field.array(field.binary()), values: [[all(0, 255), all()]] },
  arrayOfJson: { type: field.array(field.json()), values: [[{ a: 'x"' }, [1]]] },
  arrayOfTimes: { type: field.array(field.utcDatetime()), values: [[new Date(0)]] },
  arrayOfArrays: {
    type: types.array(types.array(types.integer())),
    values: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  },
};

describe.each(databases)("lists of values on $label", (database) => {
  let repo: Repo;
  const onSqlite = database.name === "sqlite";
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Movie, Person]);
    await repo.insertAll(
      Movie,
      [1, 2, 3].map((at) => ({ id: at, title: `m${at}`, visits: at * 10 })),
    );
  });

  describe("every type comes back as it went, and null", () => {
    test.each(Object.entries(kinds))("%s", async (_, { type, values: given }) => {
      const rows = [...given, null].map((x, at) => ({ at, x }));
      const query = from(values(rows, { at: field.integer(), x: type as never }))
        .orderBy((v) => v.at)
        .select((v) => v.x);
      expect(await repo.all(query)).toEqual([...given, null]);
      // The first value may be null, and all of them.
      expect(await repo.all(from(values([{ x: null }, { x: null }], { x: type as never })).select((v) => v.x))).toEqual([null, null]);
    });

    test("together in one list", async () => {
      const names = Object.keys(kinds);
      const columns = Object.fromEntries(names.map((name) => [name, kinds[name]?.type]));
      const rows = [0, 1, 2, 3].map((at) => Object.fromEntries(names.map((name) => [name, kinds[name]?.values[at] ?? null])));
      expect(await repo.all(from(values(rows, columns as never)))).toEqual(rows);
    });

    // Beside a column that no list can hold, each value is a parameter of its own.
    test.each(Object.entries(kinds))("and is to the database what it would be alone: %s", async (_, { type, values: given }) => {
      const found = async (more: object, moreTypes: object) => {
        const rows = [...given, null].map((x, at) => ({ at, x, ...more }));
        const list: JoinSource<{ at: number; x: unknown }> = values(rows, { at: field.integer(), x: type, ...moreTypes } as never);
        const seen = (v: { x: Expr<unknown> }) => [
          onSqlite ? sql`typeof(${v.x})` : sql`pg_typeof(${v.x})::text`,
          onSqlite ? sql`CAST(${v.x} AS TEXT)` : sql`${v.x}::text`,
        ];
        return repo.all(
          from(list)
            .orderBy((v) => v.at)
            .select((v) => seen(v as never) as never),
        );
      };
      expect(await found({}, {})).toEqual(await found({ other: null }, { other: types.any() }));
    });
  });

  test("one statement for any number of rows", async () => {
    const query = (length: number) =>
      from(
        values(
          Array.from({ length }, (_, at) => ({ id: at, tags: ["a"] })),
          { id: field.integer(), tags: field.array(field.string()) },
        ),
      );
    const statements = [1, 2, 50].map((length) => repo.toSql("all", query(length)));
    expect(new Set(statements.map(({ sql }) => sql)).size).toBe(1);
    expect(statements.map(({ params }) => params.length)).toEqual(onSqlite ? [1, 1, 1] : [2, 2, 2]);
  });

  test("none is an error still", () => {
    expect(() => values([], { id: field.integer() })).toThrow(/at least one row/);
  });

  describe("of 100,000 rows", () => {
    const length = 100_000;
    const rows = Array.from({ length }, (_, at) => ({ id: at, label: `l"${at}`, at: new Date(at * 1000) }));
    const list = values(rows, { id: field.integer(), label: field.string(), at: field.utcDatetime() });

    test("are read whole", async () => {
      const found = await repo.all(from(list));
      expect(found).toHaveLength(length);
      expect(found.at(-1)).toEqual(rows.at(-1));
    });
    test("are joined, on either side, and looked up", async () => {
      const joined = from(Movie)
        .join("v", list, (m, { v }) => v.id.eq(m.id))
        .orderBy("id");
      expect(await repo.all(joined.select((_, { v }) => v.label))).toEqual(['l"1', 'l"2', 'l"3']);
      const left = from(list)
        .leftJoin("m", Movie, (v, { m }) => m.visits.eq(v.id))
        .where((_, { m }) => m.id.isNotNull())
        .select((v) => v.id);
      expect((await repo.all(left)).sort()).toEqual([10, 20, 30]);
      const unindexed = from(Movie)
        .leftJoin("v", list, (m, { v }) => v.id.eq(m.visits))
        .orderBy("id");
      expect(await repo.all(unindexed.select((_, { v }) => v.label))).toEqual(['l"10', 'l"20', 'l"30']);
      expect(
        await repo.aggregate(
          from(Movie).where((m) => m.visits.in(from(list).select((v) => v.id))),
          "count",
        ),
      ).toBe(3);
    });
    test("are inserted by their query, and update and delete what they join", async () => {
      const fresh = from(list)
        .where((v) => v.id.gte(99_990))
        .select((v) => ({ id: v.id, title: v.label }));
      expect((await repo.insertAll(Movie, fresh)).count).toBe(10);
      const query = from(Movie)
        .join("v", list, (m, { v }) => v.id.eq(m.id))
        .where((m) => m.id.gte(99_990));
      expect((await repo.updateAll(query.update((_, { v }) => ({ set: { title: v.label.concat("!") as never } })))).count).toBe(10);
      expect((await repo.getOrThrow(Movie, 99_999)).title).toBe('l"99999!');
      expect((await repo.deleteAll(query)).count).toBe(10);
    });
    test("are inserted over rows that are there", async () => {
      const query = from(list)
        .where((v) => v.id.lt(2))
        .select((v) => ({ id: v.id, title: v.label, visits: v.id }));
      const onConflict = from(Movie)
        .where((m) => m.visits.lt(1000))
        .update({ set: { title: "met" }, inc: { visits: 7 } });
      await repo.insertAll(Movie, query, { onConflict, conflictTarget: "id" } as never);
      expect(
        await repo.all(
          from(Movie)
            .where((m) => m.id.lt(3))
            .orderBy("id")
            .select((m) => [m.id, m.title, m.visits]),
        ),
      ).toEqual([
        [0, 'l"0', 0],
        [1, "met", 17],
        [2, "m2", 20],
      ]);
      await repo.deleteAll(from(Movie).where({ id: 0 }));
    });
    test("are explained", async () => {
      expect(await repo.explain("all", from(list))).toMatch(onSqlite ? /json_each/ : /Function Scan on/);
    });
    test("are streamed", async () => {
      let seen = 0;
      for await (const _ of repo.stream(from(list).select((v) => v.id))) seen++;
      expect(seen).toBe(length);
    });
  });

  test("two in one query, one in another, and in a CTE", async () => {
    const one = values([{ id: 1 }, { id: 2 }], { id: field.integer() });
    const two = values(
      [
        { id: 2, name: "b" },
        { id: 3, name: null },
      ],
      { id: field.integer(), name: field.string() },
    );
    const query = from(one)
      .withCte(
        "c",
        from(two).select((t) => ({ name: t.name, id: t.id })),
      )
      .leftJoin("t", two, (o, { t }) => t.id.eq(o.id))
      .leftJoin("s", subquery(from(one).where((o) => o.id.eq(1))), (o, { s }) => s.id.eq(o.id))
      .leftJoin("c", "c", (o, { c }) => c.id.eq(o.id))
      .orderBy((o) => o.id)
      .select((o, { t, s, c }) => [o.id, t.name, s.id, c.name]);
    expect(await repo.all(query)).toEqual([
      [1, null, 1, null],
      [2, "b", null, "b"],
    ]);
    const both = from(one)
      .select((o) => o.id)
      .unionAll(from(two).select((t) => t.id));
    expect((await repo.all(both)).sort()).toEqual([1, 2, 2, 3]);
  });

  test("names of columns may be anything", async () => {
    const row = { 'a"b': 1, select: "x", "": 2, value: "y", key: "z", é: true };
    const columns = {
      'a"b': field.integer(),
      select: field.string(),
      "": field.integer(),
      value: field.string(),
      key: field.string(),
      é: field.boolean(),
    };
    const { "": _, ...rest } = row;
    const { "": __, ...restColumns } = columns;
    expect(await repo.all(from(values([rest], restColumns)))).toEqual([rest]);
  });

  test("values compare and compute as columns of their type", async () => {
    const list = values(
      [
        { id: 1, n: 7, price: new Decimal("10.5"), on: "2026-01-02", ok: true, meta: { a: { b: 5 } } },
        { id: 2, n: 9, price: new Decimal("9"), on: "2026-01-10", ok: false, meta: null },
      ],
      { id: field.integer(), n: field.integer(), price: field.decimal(), on: field.date(), ok: field.boolean(), meta: field.json() },
    );
    expect(
      await repo.all(
        from(list)
          .where((v) => v.price.gt(new Decimal("9.5")))
          .select((v) => v.id),
      ),
    ).toEqual([1]);
    expect(
      await repo.all(
        from(list)
          .orderBy((v) => v.price)
          .select((v) => v.id),
      ),
    ).toEqual([2, 1]);
    expect(
      await repo.all(
        from(list)
          .where((v) => v.on.lt("2026-01-09"))
          .select((v) => v.n.div(2)),
      ),
    ).toEqual([3]);
    expect(
      await repo.all(
        from(list)
          .where((v) => v.ok)
          .select((v) => v.id),
      ),
    ).toEqual([1]);
    expect(
      await repo.all(
        from(list)
          .where((v) => v.meta.path("a", "b").eq(5))
          .select((v) => v.id),
      ),
    ).toEqual([1]);
    expect(
      await repo.all(
        from(list)
          .where((v) => v.id.in([2, 5]))
          .select((v) => v.on),
      ),
    ).toEqual(["2026-01-10"]);
  });

  test("types of the user's own see null where they ask for it", async () => {
    const type = types.parameterized<string, undefined, undefined>(
      {
        name: "shout",
        init: () => undefined,
        type: () => "string",
        cast: (value) => ({ ok: true, value: String(value) }),
        load: (value) => (value === "none" ? "nothing" : `${String(value)}!`),
        dump: (value) => (value === null ? "none" : value),
      },
      undefined,
    );
    const query = from(
      values(
        [
          { at: 1, x: "hey" },
          { at: 2, x: null },
        ],
        { at: field.integer(), x: type },
      ),
    );
    expect(await repo.all(query.orderBy((v) => v.at).select((v) => v.x))).toEqual(["hey!", "nothing"]);
  });

  test("texts that no database takes are refused", () => {
    expect(() => values([{ x: "a\0" }], { x: field.string() })).toThrow(/NUL/);
    expect(() => values([{ x: "a\ud83d" }], { x: field.string() })).toThrow(/surrogate/);
  });

  test("more values than the database takes, of types that do not fit into a list, are refused in our own words", async () => {
    const rows = Array.from({ length: 40_000 }, (_, at) => ({ id: at, x: at / 2 }));
    const floats = from(values(rows, { id: field.integer(), x: field.float() }));
    const anything = from(values(rows, { id: field.integer(), x: types.any() }));
    if (onSqlite) await expect(repo.all(floats)).rejects.toThrow(QueryError);
    else expect((await repo.all(floats)).at(-1)).toEqual(rows.at(-1));
    await expect(repo.all(anything)).rejects.toThrow(
      `the query binds 80000 values, and the database takes ${onSqlite ? 32766 : 65535} in one statement. Run it in parts, or put the values into a table first\nin query: #Query<from v0 in values(40000 rows of id, x)>`,
    );
    await expect(
      repo.insertAll(
        Movie,
        anything.select((v) => ({ id: v.id })),
      ),
    ).rejects.toThrow(/the query binds 80000 values/);
  });

  test("of redacted fields are in no log", async () => {
    const lines: string[] = [];
    const log = (...args: unknown[]) => lines.push(inspect(args));
    const options = onSqlite
      ? { adapter: sqlite({ database: ":memory:" }) }
      : { adapter: postgres((await database.open()).options as never) };
    const logged = createRepo({ ...options, log: log as never });
    const rows = [{ name: "ada", token: "hush" }];
    await logged.all(from(values(rows, Person)));
    await logged.all(from(values(rows, { name: field.string(), token: field.string({ redact: true }) })));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain("hush");
    await logged.close();
  });
});
