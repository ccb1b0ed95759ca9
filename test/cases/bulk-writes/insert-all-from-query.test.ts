import {
  CastError,
  caseWhen,
  coalesce,
  type CustomType,
  Decimal,
  field,
  from,
  ok,
  type Query,
  type Repo,
  schema,
  sql,
  struct,
  subquery,
  type,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

const Cents: CustomType<{ cents: number }> = {
  type: "integer",
  cast: (value) => (typeof value === "object" ? (value as { cents: number }) : ok({ cents: Math.round(Number(value) * 100) })),
  load: (cents: number) => ({ cents }),
  dump: ({ cents }) => cents,
};
const Shout: CustomType<string> = { type: "string", cast: (v) => String(v).toUpperCase(), load: (v: string) => v, dump: (v) => v };

class Source extends schema("sources", { name: field.string({ null: false }), amount: field.decimal() }) {}
class Copy extends schema("copies", {
  name: field.string(),
  level: field.enum({ low: 1, high: 2 }),
  mood: field.enum(["sad", "happy"]),
  uuid: field.uuid(),
  date: field.date(),
  time: field.time(),
  naive: field.naiveDatetime(),
  at: field.utcDatetime(),
  usec: field.utcDatetime({ usec: true }),
  decimal: field.decimal(),
  bigint: field.bigint(),
  float: field.float(),
  flag: field.boolean(),
  bytes: field.binary(),
  bits: field.bitstring(),
  duration: field.duration(),
  json: field.json(),
  map: field.map(field.integer()),
  tags: field.array(field.string({ null: true })),
  moments: field.array(field.utcDatetime()),
  levels: field.array(field.enum({ low: 1, high: 2 })),
  cents: field.of(Cents),
  shout: field.of(Shout),
  secret: field.string({ redact: true }),
}) {}

const at = new Date("2026-11-22T13:45:00Z");
const VALUES: Readonly<Record<string, unknown>> = {
  name: "n",
  level: "high",
  mood: "happy",
  uuid: "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b",
  date: "2026-11-22",
  time: "13:45:00",
  naive: "2026-11-22T13:45:00",
  at,
  usec: at,
  decimal: new Decimal("12345678901234567890.125"),
  bigint: 2n ** 60n,
  float: 0.5,
  flag: true,
  bytes: new Uint8Array([1, 255]),
  bits: "101",
  duration: "P1D",
  json: { a: [1, null, "x"] },
  map: { a: 1 },
  tags: ["a", null, 'q"'],
  moments: [at],
  levels: ["low", "high"],
  cents: { cents: 250 },
  shout: "LOUD",
  secret: "hush",
};
const NAMES = Object.keys(VALUES);

describe.each(databases)("insertAll from a query on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Source, Copy]);
    await repo.insertAll(Source, [
      { name: "a", amount: new Decimal("1.5") },
      { name: "b", amount: new Decimal("0.1") },
    ]);
  });
  beforeEach(() => repo.deleteAll(Copy));

  const one = from(Source).where({ name: "a" });
  /** The row, which is also found by the value that went in. */
  const stored = async (name: string, query: unknown, value = VALUES[name]) => {
    await repo.deleteAll(Copy);
    await repo.insertAll(Copy, query as Query<object>);
    const rows = (await repo.all(from(Copy).orderBy("id"))) as unknown as Record<string, unknown>[];
    expect(rows.map((row) => row[name])).toEqual(rows.map(() => value));
    if (value !== null && name !== "json" && name !== "map")
      expect(await repo.aggregate(from(Copy).where({ [name]: value } as never), "count")).toBe(rows.length);
    return rows.length;
  };

  test.each(NAMES)("a constant of %s is of its column's type", async (name) => {
    const value = VALUES[name] as never;
    await stored(
      name,
      one.select(() => ({ [name]: value })),
    );
    await stored(
      name,
      one.select((s) => ({ name: s.name })).selectMerge(() => ({ [name]: value })),
      value,
    );
    await stored(
      name,
      one
        .select((s) => ({ name: s.name, [name]: value }))
        .orderBy("id")
        .limit(1),
    );
    const two = one.select(() => ({ [name]: value }));
    expect(
      await stored(
        name,
        two.unionAll(
          from(Source)
            .where({ name: "b" })
            .select(() => ({ [name]: value })),
        ),
      ),
    ).toBe(2);
    expect(
      await stored(
        name,
        two.union(
          from(Source)
            .where({ name: "b" })
            .select(() => ({ [name]: value })),
        ),
      ),
    ).toBe(1);
    if (["json", "map", "tags", "moments", "levels", "cents"].includes(name)) return;
    await stored(
      name,
      one.select((s) => ({ [name]: caseWhen(s.name.eq("x"), value).when(s.name.eq("a"), value).else(value) })),
    );
    await stored(
      name,
      one.select((s) => ({ [name]: caseWhen(s.name.eq("x"), value).else(null) })),
      null,
    );
    await stored(
      name,
      one.select(() => ({ [name]: coalesce(sql<never>`null`, value) })),
    );
    await stored(
      name,
      one.select(() => ({ [name]: coalesce(sql<never>`null`, caseWhen(sql<boolean>`1 = 1`, value)).as("x") })),
    );
  });

  test("a null, alone and in a choice, on top of a struct", async () => {
    for (const name of NAMES) {
      await stored(
        name,
        one.select(() => ({ [name]: null })),
        null,
      );
    }
    await repo.insertAll(Copy, one.select(() => struct(Copy, { level: "high", at, tags: ["a"] }) as never) as never);
    expect((await repo.all(from(Copy).where({ level: "high" })))[0]).toMatchObject({ at, tags: ["a"] });
  });

  test("several columns at once keep their places", async () => {
    await repo.insertAll(Copy, one.select((s) => ({ ...VALUES, name: s.name })) as never);
    const [row] = await repo.all(Copy);
    expect(row).toMatchObject({ ...VALUES, name: "a" });
    const spare = one.select((s) => ({ level: "low", name: s.name, json: [1] }));
    await repo.insertAll(Copy, spare.unionAll(one.select((s) => ({ json: [2], name: s.name, level: "high" })) as never) as never);
    expect(
      (
        await repo.all(
          from(Copy)
            .where((c) => c.id.gt(row?.id as number))
            .orderBy("id"),
        )
      ).map((c) => [c.level, c.json]),
    ).toEqual([
      ["low", [1]],
      ["high", [2]],
    ]);
  });

  test("decimals that are computed are stored as digits, and found by them", async () => {
    await repo.insertAll(
      Copy,
      from(Source).select((s) => ({ name: s.name, decimal: s.amount.mul(2) })),
    );
    await repo.insertAll(
      Copy,
      one.select((s) => ({ name: s.name, decimal: coalesce(s.amount, 0) })),
    );
    await repo.insertAll(
      Copy,
      one.select((s) => ({ name: "c", decimal: s.amount.add(1) })).union(one.select((s) => ({ name: "d", decimal: s.amount }))),
    );
    await repo.insertAll(
      Copy,
      from(subquery(one.select((s) => ({ twice: s.amount.mul(4) })))).select((s) => ({ decimal: s.twice })),
      { onConflict: "nothing" },
    );
    const found = async (amount: string) => repo.aggregate(from(Copy).where({ decimal: new Decimal(amount) }), "count");
    expect([await found("3"), await found("0.2"), await found("1.5"), await found("2.5"), await found("6")]).toEqual([1, 1, 2, 1, 1]);
  });

  test("an explicit type stays, and casts of the column take what a form sends", async () => {
    await stored(
      "bigint",
      one.select(() => ({ bigint: type("7", "integer") })),
      7n,
    );
    await stored(
      "level",
      one.select(() => ({ level: 2 as never })),
      "high",
    );
    await stored(
      "cents",
      one.select(() => ({ cents: "2.5" as never })),
      { cents: 250 },
    );
    await stored(
      "shout",
      one.select(() => ({ shout: "loud" })),
      "LOUD",
    );
  });

  test("a value that is none of the column is refused, and a secret one is not shown", async () => {
    const refused = (select: object) => expect(repo.insertAll(Copy, one.select(() => select) as never)).rejects.toThrow(CastError);
    await refused({ level: "highest" });
    await refused({ uuid: "no" });
    await refused({ tags: ["a", 1] });
    await refused({ json: { at: 2n } });
    await expect(repo.insertAll(Copy, one.select(() => ({ level: "highest" })) as never)).rejects.toThrow(
      /"highest" cannot be cast to enum, the type of "level"/,
    );
    await expect(repo.insertAll(Copy, one.select(() => ({ secret: 12345 })) as never)).rejects.toThrow(/^(?!.*12345)/s);
    await expect(repo.insertAll(Copy, one.select((s) => ({ tags: ["a", s.name] })) as never)).rejects.toThrow(/must be one value/);
    expect(await repo.aggregate(Copy, "count")).toBe(0);
  });

  test("an enum of the database's own takes its names", async () => {
    if (database.name === "sqlite") return;
    await repo.query("create type mood as enum ('sad', 'happy'); create table moods (id bigserial primary key, mood mood)");
    class Mood extends schema("moods", { mood: field.enum(["sad", "happy"]) }) {}
    await repo.insertAll(
      Mood,
      one.select(() => ({ mood: "happy" as const })),
    );
    expect((await repo.all(Mood)).map((m) => m.mood)).toEqual(["happy"]);
  });
});
