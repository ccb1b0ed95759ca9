import {
  ago,
  and,
  Decimal,
  cast,
  type Expr,
  change,
  ChangeError,
  coalesce,
  count,
  dateAdd,
  datetimeAdd,
  field,
  from,
  fromNow,
  max,
  min,
  now,
  paginate,
  rank,
  type Repo,
  schema,
  sql,
  subquery,
  tuple,
  type,
  values,
} from "ectype";
import { beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Event extends schema("events", {
  name: field.string(),
  at: field.utcDatetime(),
  seconds: field.utcDatetime({ precision: 0 }),
  micros: field.utcDatetime({ precision: 6 }),
  naive: field.naiveDatetime(),
  naiveMicros: field.naiveDatetime({ precision: 6 }),
  clock: field.time({ precision: 3 }),
  day: field.date(),
}) {}

const ms = new Date("2026-11-22T13:45:07.250Z");
const whole = new Date("2026-11-22T13:45:07Z");
const plus = (milliseconds: number) => new Date(ms.getTime() + milliseconds);

describe.each(databases)("moments on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeEach(async () => {
    repo = await openRepo(database);
    const time = (digits: number) => (pg ? `timestamp(${digits})` : "text");
    await repo.query("drop table if exists events");
    await repo.query(
      `create table events (id ${pg ? "bigserial" : "integer"} primary key, name text, at ${time(3)}, seconds ${time(0)}, micros ${time(6)}, naive ${time(0)}, naive_micros ${time(6)}, clock ${pg ? "time(3)" : "text"}, day ${pg ? "date" : "text"})`,
    );
  });
  const named = async (query: any) => ((await repo.all(query.select((e: any) => e.name).orderBy("name"))) as string[]).join("");
  const insert = (attrs: object) => repo.insertOrThrow(Event.build(attrs as never));

  test("a JavaScript moment fits, comes back, and is found by what was written", async () => {
    const event = await insert({ name: "a", at: ms });
    expect(event.at).toEqual(ms);
    const read = await repo.getOrThrow(Event, event.id);
    expect(read.at).toEqual(ms);
    for (const query of [
      from(Event).where({ at: ms }),
      from(Event).where((e) => e.at.eq(ms)),
      from(Event).where((e) => e.at.in([whole, ms])),
      from(Event).where((e) => and(e.at.gte(ms), e.at.lte(ms))),
      from(Event).where((e) => e.at.between(ms, ms)),
      from(Event).where((e) => e.at.isNotDistinctFrom(ms)),
      from(Event).where((e) => tuple(e.name, e.at).eq(tuple("a", ms))),
      from(Event).join("v", values([{ t: ms }], { t: field.utcDatetime() }), (e, { v }) => e.at.eq(v.t)),
    ] as any[])
      expect(await named(query)).toBe("a");
    expect((await repo.getBy(Event, { at: read.at as Date }))?.name).toBe("a");
    for (const query of [
      from(Event).where((e) => e.at.gt(ms)),
      from(Event).where((e) => e.at.lt(ms)),
      from(Event).where((e) => e.at.ne(ms)),
      from(Event).where((e) => e.at.notIn([ms])),
      from(Event).where((e) => e.at.eq(whole)),
    ])
      expect(await named(query)).toBe("");
  });

  test("every way of writing keeps the milliseconds", async () => {
    await repo.insertAll(Event, [{ name: "all", at: ms }]);
    const { id } = await repo.insertOrThrow(cast(Event.build({ name: "cast" }), { at: "2026-11-22T14:45:07.25+01:00" }, ["at"]));
    const event = await repo.getOrThrow(Event, id);
    expect(event.at).toEqual(ms);
    const moved = await repo.updateOrThrow(change(event).putChange("at", plus(1)));
    expect((await repo.reloadOrThrow(moved)).at).toEqual(plus(1));
    await repo.updateAll(from(Event).where({ name: "cast" }), { set: { at: plus(2) } });
    await repo.insertAll(
      Event,
      from(Event)
        .where({ name: "all" })
        .select((e) => ({ name: "query", at: e.at })),
    );
    expect(
      await repo.all(
        from(Event)
          .orderBy("name")
          .select((e) => [e.name, e.at]),
      ),
    ).toEqual([
      ["all", ms],
      ["cast", plus(2)],
      ["query", ms],
    ]);
  });

  test("whole seconds: a cast cuts as Ecto's does, all else says that it will not", async () => {
    expect(cast(Event.build(), { seconds: ms }, ["seconds"]).changes.seconds).toEqual(whole);
    const refused = [
      () => insert({ seconds: ms }),
      () => repo.insertAll(Event, [{ seconds: ms }]),
      () => repo.updateAll(Event, { set: { seconds: ms } }),
      () => repo.updateAll(Event, { set: { naive: "2026-11-22T13:45:07.25" } }),
      () => repo.updateAll(Event, { set: { clock: "13:45:07.2504" } }),
      () => repo.insert(change(Event.build()).putChange("at", new Date(Number.NaN))),
      () => repo.insert(change(Event.build()).putChange("seconds", ms)),
    ];
    for (const run of refused)
      await expect(Promise.resolve().then(run as () => unknown)).rejects.toThrow(/seconds|digits|fraction|invalid/);
    expect(await repo.aggregate(Event, "count")).toBe(0);
    expect(cast(Event.build(), { at: "2026-11-22T13:45:07.1234Z" }, ["at"]).errors).toMatchObject([
      { field: "at", message: "has more than three digits of a second" },
    ]);
    await expect(Promise.resolve().then(() => insert({ seconds: ms }))).rejects.toThrow(ChangeError);
    await expect(insert({ seconds: ms })).rejects.toThrow("{ precision: 3 }");
  });

  test("a comparison cuts nothing: whole seconds stand beside finer values as they are", async () => {
    await insert({ name: "a", seconds: whole, naive: "2026-11-22T13:45:07", at: ms });
    expect(await named(from(Event).where((e) => e.seconds.eq(ms)))).toBe("");
    expect(await named(from(Event).where((e) => e.seconds.lt(ms)))).toBe("a");
    expect(await named(from(Event).where((e) => e.seconds.gte(ms)))).toBe("");
    expect(await named(from(Event).where((e) => e.seconds.in([ms])))).toBe("");
    expect(await named(from(Event).where((e) => e.naive.lt("2026-11-22T13:45:07.000001")))).toBe("a");
    expect(await named(from(Event).where((e) => e.naive.eq("2026-11-22T13:45:07.5")))).toBe("");
    expect(await named(from(Event).where((e) => e.naive.eq("2026-11-22T13:45:07")))).toBe("a");
    expect(await named(from(Event).where((e) => e.at.gt("2026-11-22T13:45:07.249999Z" as never)))).toBe("a");
    expect(await named(from(Event).where((e) => e.at.gt("2026-11-22T13:45:07.250001Z" as never)))).toBe("");
    const plan = repo.prepare((p: any) =>
      from(Event)
        .where((e: any) => e.seconds.lt(p.at))
        .select((e: any) => e.name),
    );
    expect(await plan.all({ at: ms })).toEqual(["a"]);
  });

  test("finer digits than the field has are an error on load; precision: 6 reads, finds and writes them", async () => {
    await repo.query(`insert into events (name, micros) values ('a', '2026-11-22 13:45:07.123456')`);
    class Coarse extends schema("events", { micros: field.utcDatetime() }) {}
    const error = await repo.all(Coarse).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/cannot load field "micros".*6 digits.*\{ precision: 6 \}/);
    class CoarseText extends schema("events", { micros: field.naiveDatetime() }) {}
    await expect(repo.all(CoarseText)).rejects.toThrow("{ precision: 6 }");
    const event = (await repo.all(Event))[0] as Event;
    expect(event.micros).toEqual(new Date("2026-11-22T13:45:07.123Z"));
    expect(await named(from(Event).where({ micros: event.micros as Date }))).toBe("a");
    expect(await named(from(Event).where((e) => e.micros.gt(event.micros as Date)))).toBe("");
    expect(await named(from(Event).where((e) => e.micros.gt(new Date("2026-11-22T13:45:07.123Z"))))).toBe("a");
    const copy = await insert({ name: "b", micros: event.micros });
    const stored = await repo.query(`select cast(micros as text) from events where id = ${copy.id}`);
    expect(stored.rows).toEqual([["2026-11-22 13:45:07.123456"]]);
    await expect(insert({ at: event.micros })).rejects.toThrow("{ precision: 6 }");
  });

  test("what the database computes is cut to the field's digits, never rounded up", async () => {
    await insert({ name: "a", micros: ms, naiveMicros: "2026-11-22T13:45:07.999999" });
    await repo.query("update events set micros = '2026-11-22 13:45:07.999999'");
    await repo.updateAll(from(Event).update((e: any) => ({ set: { at: e.micros, seconds: e.micros, naive: e.naiveMicros } }) as never));
    expect(await repo.oneOrThrow(from(Event).select((e) => [e.at, e.seconds, e.naive]))).toEqual([
      new Date("2026-11-22T13:45:07.999Z"),
      whole,
      "2026-11-22T13:45:07",
    ]);
    await repo.updateAll(from(Event), { set: { at: now() as never, seconds: now() as never } });
    expect(await named(from(Event).where((e) => and(e.at.lte(now()), e.seconds.lte(now()), e.at.gt(ago(1, "hour")))))).toBe("a");
    await repo.insertAll(
      Event,
      from(Event).select(() => ({ name: "b", at: now(), seconds: now() })),
    );
    expect(await named(from(Event).where((e) => and(e.at.lte(now()), e.seconds.lte(now()))))).toBe("ab");
  });

  test("timestamps are Dates with milliseconds", async () => {
    class Note extends schema("notes", { text: field.string() }, { timestamps: true }) {}
    await repo.query("drop table if exists notes");
    const t = pg ? "timestamp(3)" : "text";
    await repo.query(
      `create table notes (id ${pg ? "bigserial" : "integer"} primary key, text text, inserted_at ${t} not null, updated_at ${t} not null)`,
    );
    const before = new Date();
    const note = await repo.insertOrThrow(Note.build({ text: "x" }));
    expect(note.insertedAt).toBeInstanceOf(Date);
    expect(note.insertedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((await repo.getBy(Note, { insertedAt: note.insertedAt, updatedAt: note.updatedAt }))?.id).toBe(note.id);
  });

  describe("intervals", () => {
    const one = async (expr: unknown): Promise<unknown> => (await repo.all(from(Event).select(() => expr as Expr<unknown>)))[0];
    const start = new Date("2026-08-31T12:00:00.123Z");
    beforeEach(() => insert({ name: "a", at: start, naive: "2026-08-31T12:00:00", day: "2026-08-31", micros: start }));

    test.each([
      [1, "month", "2026-09-30T12:00:00.123Z"],
      [6, "month", "2027-02-28T12:00:00.123Z"],
      [-1, "year", "2025-08-31T12:00:00.123Z"],
      [1.5, "year", "2028-02-29T12:00:00.123Z"],
      [1, "week", "2026-09-07T12:00:00.123Z"],
      [1.5, "day", "2026-09-02T00:00:00.123Z"],
      [-36, "hour", "2026-08-30T00:00:00.123Z"],
      [90, "minute", "2026-08-31T13:30:00.123Z"],
      [0.5, "second", "2026-08-31T12:00:00.623Z"],
      [-1, "second", "2026-08-31T11:59:59.123Z"],
      [900, "millisecond", "2026-08-31T12:00:01.023Z"],
      [-124, "millisecond", "2026-08-31T11:59:59.999Z"],
      [1000, "microsecond", "2026-08-31T12:00:00.124Z"],
    ] as const)("%f %s", async (amount, unit, moved) => {
      const result = new Date(moved);
      expect(await one(datetimeAdd(start, amount, unit))).toEqual(result);
      expect(await one(datetimeAdd(start, new Decimal(amount), unit))).toEqual(result);
      expect(await repo.oneOrThrow(from(Event).select((e) => datetimeAdd(e.at, amount, unit)))).toEqual(result);
      expect(await named(from(Event).where((e) => datetimeAdd(e.at, amount, unit).eq(result)))).toBe("a");
      if (!/month|year/.test(unit)) expect(await named(from(Event).where((e) => e.at.eq(datetimeAdd(result, -amount, unit))))).toBe("a");
    });

    test("microseconds are exact", async () => {
      await repo.updateAll(Event, { set: { micros: new Date("2026-08-31T12:00:00.999Z") } });
      const text = async (expr: any) => String(await one(type(expr, "naiveDatetimeUsec")));
      expect(await text(datetimeAdd("2026-08-31T12:00:00.000001", 1, "millisecond"))).toBe("2026-08-31T12:00:00.001001");
      expect(await text(datetimeAdd("2026-08-31T12:00:00.999999", 1, "microsecond"))).toBe("2026-08-31T12:00:01.000000");
      expect(await text(datetimeAdd("2026-08-31T12:00:00.000000", -1, "microsecond"))).toBe("2026-08-31T11:59:59.999999");
      expect(await text(datetimeAdd("2026-08-31T12:00:00.000001", 1, "day"))).toBe("2026-09-01T12:00:00.000001");
      const moved = await one(datetimeAdd(start, 1, "microsecond"));
      expect(await named(from(Event).where((e) => datetimeAdd(e.at, 1, "microsecond").eq(moved as Date)))).toBe("a");
      expect(await named(from(Event).where((e) => e.at.lt(moved as Date)))).toBe("a");
    });

    test("the value is what the type says, for every kind of first argument", async () => {
      expect(await one(datetimeAdd("2026-08-31T12:00:00", 1, "month"))).toBe("2026-09-30T12:00:00");
      expect(await one(datetimeAdd("2026-08-31T12:00:00", 250, "millisecond"))).toBe("2026-08-31T12:00:00.250000");
      expect(await one(datetimeAdd("2026-08-31", 1, "month"))).toBe("2026-09-30T00:00:00");
      expect(await one(dateAdd("2026-08-31", 1, "month"))).toBe("2026-09-30");
      expect(await one(dateAdd(start, 12, "hour"))).toBe("2026-08-31");
      expect(await one(dateAdd(start, 24, "hour"))).toBe("2026-09-01");
      const row = await repo.oneOrThrow(
        from(Event).select((e) => [
          datetimeAdd(e.naive, 1, "month"),
          datetimeAdd(e.naive, 1.5, "second"),
          datetimeAdd(e.day, 1, "hour"),
          dateAdd(e.day, 1, "week"),
          dateAdd(e.at, 1, "day"),
          datetimeAdd(e.seconds, 1, "day"),
          dateAdd(e.seconds, 1, "day"),
        ]),
      );
      expect(row).toEqual([
        "2026-09-30T12:00:00",
        "2026-08-31T12:00:01.500000",
        "2026-08-31T01:00:00",
        "2026-09-07",
        "2026-09-01",
        null,
        null,
      ]);
      expect(() => datetimeAdd(start, 1, "fortnight" as never)).toThrow("unit of time");
      expect(() => datetimeAdd(start, "1" as never, "day")).toThrow("number of units");
      expect(() => datetimeAdd(start, Number.NaN, "day")).toThrow("number of units");
      expect(() => datetimeAdd(5 as never, 1, "day")).toThrow("moves a date");
      expect(() => from(Event).select((e) => datetimeAdd(e.clock, 1, "hour"))).toThrow("of type time");
    });

    test("the count is a number, a Decimal, a bigint, a column, a computed value, or comes with each run", async () => {
      const counts = [3, 3n, new Decimal(3), 3.0];
      for (const amount of counts) {
        expect(await one(datetimeAdd(start, amount, "day"))).toEqual(new Date("2026-09-03T12:00:00.123Z"));
        expect(await named(from(Event).where((e) => e.at.lt(ago(amount, "day"))))).toBe(
          start < new Date(Date.now() - 3 * 86_400_000) ? "a" : "",
        );
        expect(await named(from(Event).where((e) => e.at.lt(fromNow(amount, "day"))))).toBe("a");
      }
      const later = new Date("2026-09-01T12:00:00.123Z");
      expect(await repo.oneOrThrow(from(Event).select((e) => datetimeAdd(e.at, e.id, "day")))).toEqual(later);
      expect(await repo.oneOrThrow(from(Event).select((e) => datetimeAdd(e.at, e.id.mul(2).sub(1), "day")))).toEqual(later);
      expect(await repo.oneOrThrow(from(Event).select((e) => datetimeAdd(e.at, type("1.5", field.decimal()), "hour")))).toEqual(
        new Date("2026-08-31T13:30:00.123Z"),
      );
      const plan = repo.prepare((p: any) => from(Event).select((e: any) => [datetimeAdd(e.at, p.n, "day"), dateAdd(e.day, p.n, "day")]));
      for (const n of [1, 1n, new Decimal("1.0")]) expect(await plan.all({ n })).toEqual([[later, "2026-09-01"]]);
      const recent = repo.prepare((p: any) =>
        from(Event)
          .where((e: any) => e.at.gt(ago(p.n, "year")))
          .select((e: any) => e.name),
      );
      expect(await recent.all({ n: 1000 })).toEqual(["a"]);
      expect(await recent.all({ n: new Decimal("-1000.5") })).toEqual([]);
    });

    test("now, ago and fromNow keep the fraction of the second", async () => {
      const soon = await repo.all(from(Event).select(() => [now(), ago(1500, "millisecond"), fromNow(0.25, "second")]));
      const [current, back, ahead] = soon[0] as unknown as [Date, Date, Date];
      expect(Math.abs(current.getTime() - back.getTime() - 1500)).toBeLessThanOrEqual(1);
      expect(Math.abs(ahead.getTime() - current.getTime() - 250)).toBeLessThanOrEqual(1);
    });
  });
});

// SQLite stores times as text, and SQL stamps them in forms of its own.
describe.each(databases.filter(({ name }) => name === "sqlite"))("moments that SQL has stamped on $label", (database) => {
  let repo: Repo;
  const forms = [
    "2026-11-22 13:45:07", // CURRENT_TIMESTAMP, datetime('now')
    "2026-11-22 13:45:07.000", // strftime('%Y-%m-%d %H:%M:%f', 'now')
    "2026-11-22 13:45:07.000000",
  ];
  beforeEach(async () => {
    repo = await openRepo(database);
    await repo.query("create table events (id integer primary key, name text, at text, naive text, clock text)");
    await repo.query("create index events_at on events (at)");
    for (const [i, at] of ["2026-11-22 13:45:06.999", ...forms, "2026-11-22 13:45:07.001"].entries())
      await repo.query("insert into events (name, at, naive, clock) values (?, ?, ?, ?)", ["abcde"[i], at, at, at.slice(11)]);
  });
  class Row extends schema("events", {
    name: field.string(),
    at: field.utcDatetime(),
    naive: field.naiveDatetime({ precision: 3 }),
    clock: field.time({ precision: 3 }),
  }) {}
  const named = async (query: any) => ((await repo.all(query.select((e: any) => e.name).orderBy("name"))) as string[]).join("");

  test("a row is found by the value that was read from it, and compared rightly with its neighbours", async () => {
    const rows = await repo.all(from(Row).orderBy("id"));
    expect(rows.map((row) => row.at?.getTime())).toEqual([whole.getTime() - 1, ...Array(3).fill(whole.getTime()), whole.getTime() + 1]);
    const expected: Record<string, string> = { eq: "bcd", ne: "ae", lt: "a", lte: "abcd", gt: "e", gte: "bcde" };
    for (const key of ["at", "naive", "clock"] as const) {
      const value = (rows[2] as Row)[key] as never;
      for (const [op, found] of Object.entries(expected)) {
        expect(await named(from(Row).where((e: any) => e[key][op](value)))).toBe(found);
        const mirrored = ({ lt: "gt", gt: "lt", lte: "gte", gte: "lte" } as Record<string, string>)[op] ?? op;
        expect(
          await named(from(Row).where((e: any) => type(value, (Row as any).schema.types[key] as never)[mirrored as "eq"](e[key]))),
        ).toBe(found);
      }
      expect(await named(from(Row).where({ [key]: value } as never))).toBe("bcd");
      expect(await named(from(Row).where((e: any) => e[key].between(value, value)))).toBe("bcd");
      expect(await named(from(Row).where((e: any) => e[key].in([value])))).toBe("bcd");
      expect(await named(from(Row).where((e: any) => e[key].notIn([value])))).toBe("ae");
      expect(await named(from(Row).where((e: any) => e[key].in([value, e[key]])))).toBe("abcde");
      expect(await named(from(Row).where((e: any) => e[key].isDistinctFrom(value)))).toBe("ae");
      expect(await named(from(Row).where((e: any) => tuple(e.name, e[key]).eq(tuple("c", value))))).toBe("c");
      expect(await named(from(Row).where((e: any) => tuple(e[key], e.name).gt(tuple(value, "b"))))).toBe("cde");
      const sub = from(Row)
        .where({ name: "b" })
        .select((e: any) => e[key]);
      expect(await named(from(Row).where((e: any) => e[key].in(sub)))).toBe("bcd");
      expect(await named(from(Row).where((e: any) => e[key].eq(sub)))).toBe("bcd");
      expect(await named(from(Row).where((e: any) => e[key].gt(subquery(sub) as never)))).toBe("e");
      const plan = repo.prepare((p: any) =>
        from(Row)
          .where((e: any) => e[key].in(p.list))
          .select((e: any) => e.name),
      );
      expect(await plan.all({ list: [value] })).toHaveLength(3);
    }
  });

  test("rows meet in joins, groups, sets, windows and aggregates", async () => {
    const pairs = await repo.all(
      from(Row)
        .join("o", Row, (e, { o }) => e.at.eq(o.at))
        .select((e, { o }) => [e.name, o.name]),
    );
    expect(pairs).toHaveLength(11);
    expect(
      await repo.all(
        from(Row)
          .join("o", Row, (e, { o }) => e.at.lt(o.at))
          .select((e, { o }) => [e.name, o.name]),
      ),
    ).toHaveLength(7);
    const grouped = await repo.all(
      from(Row)
        .groupBy((e) => e.at)
        .orderBy((e) => e.at)
        .select((e) => [e.at, count(e.id)]),
    );
    expect(grouped.map(([, n]) => n)).toEqual([1, 3, 1]);
    expect(
      await repo.all(
        from(Row)
          .select((e) => e.at)
          .distinct(true),
      ),
    ).toHaveLength(3);
    expect(await repo.one(from(Row).select((e) => count(e.at, "distinct")))).toBe(3);
    expect(
      await repo.all(
        from(Row)
          .select((e) => e.at)
          .union(from(Row).select((e) => e.at)),
      ),
    ).toHaveLength(3);
    expect(
      await repo.all(
        from(Row)
          .where({ name: "b" })
          .select((e) => e.at)
          .intersect(
            from(Row)
              .where({ name: "d" })
              .select((e) => e.at),
          ),
      ),
    ).toHaveLength(1);
    const ranks = await repo.all(
      from(Row)
        .orderBy("id")
        .select((e) => rank().over({ orderBy: e.at })),
    );
    expect(ranks).toEqual([1, 2, 2, 2, 5]);
    expect(await repo.one(from(Row).select((e) => [min(e.at), max(e.at)]))).toEqual([
      new Date(whole.getTime() - 1),
      new Date(whole.getTime() + 1),
    ]);
    expect(await named(from(Row).where((e) => coalesce(e.at, ms).eq(whole)))).toBe("bcd");
    expect(await named(from(Row).where((e) => e.at.lte(now())))).toBe(whole < new Date() ? "abcde" : "");
  });

  test("pages give each row once, forwards and backwards", async () => {
    for (const order of ["asc", "desc"] as const)
      for (const key of ["at", "naive", "clock"] as const) {
        const seen: (string | null)[] = [];
        let after: string | null = null;
        do {
          const page: any = await paginate(from(Row).orderBy({ [key]: order } as never), { repo, first: 1, after });
          seen.push(...page.entries.map((row: Row) => row.name));
          after = page.hasNextPage ? page.endCursor : null;
        } while (after !== null);
        expect([...seen].sort().join("")).toBe("abcde");
        expect([seen[0], seen[4]]).toEqual(order === "asc" ? ["a", "e"] : ["e", "a"]);
      }
  });

  test("updates, deletes and locks find their row by such a key", async () => {
    await repo.query("create table keyed (at text primary key, note text)");
    await repo.query("insert into keyed values ('2026-11-22 13:45:07.000', 'x'), ('2026-11-22 13:45:08', 'y')");
    class Key extends schema("keyed", { note: field.string() }, { primaryKey: { at: field.utcDatetime() } }) {}
    const row = await repo.getOrThrow(Key, whole);
    const written = await repo.updateOrThrow(change(row, { note: "z" }));
    expect((await repo.reloadOrThrow(written)).note).toBe("z");
    await repo.deleteOrThrow(written);
    expect(await repo.aggregate(Key, "count")).toBe(1);
    const event = (await repo.getBy(Row, { name: "c" })) as Row;
    const locked = change(event, { name: "C" }).optimisticLock("at", () => new Date(whole.getTime() + 5) as never);
    expect(((await repo.updateOrThrow(locked)) as Row).at).toEqual(new Date(whole.getTime() + 5));
  });

  test("an index serves a bound, an equality and an order", async () => {
    const plan = async (query: any) => {
      const { sql: text, params } = repo.toSql("all", query);
      return String(
        (
          await repo.query(
            `explain query plan ${text}`,
            params.map((one: unknown) => (one instanceof Date ? "2026-11-22 13:45:07" : one)) as never,
          )
        ).rows,
      );
    };
    for (const query of [
      from(Row).where((e) => e.at.gt(whole)),
      from(Row).where((e) => e.at.lte(whole)),
      from(Row).where({ at: whole }),
      from(Row).where((e) => e.at.in([whole])),
      from(Row).where((e) => e.at.gt(ago(1, "day"))),
      from(Row).where((e) => e.at.lt(fromNow(90, "minute"))),
    ])
      expect(await plan(query)).toContain("USING INDEX events_at");
    const ordered = await plan(from(Row).orderBy("at").limit(20));
    expect(ordered).toContain("USING INDEX events_at");
    expect(ordered).not.toContain("TEMP B-TREE");
  });

  test("the database's own stamps stand among those of a repo", async () => {
    await repo.query("delete from events");
    await repo.query(
      "create trigger stamp after insert on events when new.at is null begin update events set at = datetime('now') where id = new.id; end",
    );
    const before = new Date(Date.now() - 2000);
    await repo.query(
      "insert into events (name, at) values ('a', CURRENT_TIMESTAMP), ('b', datetime('now')), ('c', strftime('%Y-%m-%d %H:%M:%f', 'now'))",
    );
    await repo.query("insert into events (name) values ('d')");
    await repo.insertOrThrow(Row.build({ name: "e", at: new Date() }));
    await repo.insertOrThrow(Row.build({ name: "f", at: new Date(Date.now() + 60_000) }));
    expect(await named(from(Row).where((e) => e.at.gt(before)))).toBe("abcdef");
    expect(await named(from(Row).where((e) => e.at.lt(fromNow(30, "second"))))).toBe("abcde");
    for (const row of await repo.all(Row))
      expect(await named(from(Row).where((e) => and(e.at.eq(row.at as Date), e.id.eq(row.id))))).toBe(row.name);
    expect((await repo.all(from(Row).orderBy("at"))).at(-1)?.name).toBe("f");
  });

  test("a form that does not sort among them is an error that says the fix", async () => {
    for (const text of ["2026-11-22T13:45:07", "2026-11-22T13:45:07.000Z", "2026-11-22 13:45:07Z", "2026-11-22 13:45:07+01:00"]) {
      await repo.query("delete from events");
      await repo.query("insert into events (name, at) values ('a', ?)", [text]);
      const error = await repo.all(Row).catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/cannot load field "at".*another form.*strftime/);
      await repo.query("update events set at = strftime('%Y-%m-%d %H:%M:%f', at)");
      const row = (await repo.all(Row))[0] as Row;
      expect(row.at).toEqual(text.endsWith("+01:00") ? new Date(whole.getTime() - 3_600_000) : whole);
      expect(await named(from(Row).where({ at: row.at as Date }))).toBe("a");
    }
    await repo.query("update events set at = '2026-11-22T13:45:07.000Z'");
    expect(await repo.all(from("events").select((e: any) => type(e.at, "utcDatetime")))).toEqual([whole]);
    expect(
      await repo.all(
        from(Row)
          .select(() => type(sql`'2026-11-22T13:45:07Z'`, "utcDatetime"))
          .where((e) => type(sql`'2026-11-22T13:45:07Z'`, "utcDatetime").eq(whole).and(e.id.gt(0))),
      ),
    ).toEqual([whole]);
  });
});
