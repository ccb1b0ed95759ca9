import { Temporal as polyfill } from "temporal-polyfill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cast, change, embedsOne, field, from, type Repo, schema } from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// The runtime's own Temporal where it has one: Node 26 and later (`npm run test:node -- 26`).
const scope = globalThis as { Temporal?: typeof polyfill };
const native = scope.Temporal;
const Temporal = native ?? polyfill;
scope.Temporal = Temporal;
afterAll(() => {
  if (native === undefined) delete scope.Temporal;
});

const temporal = { as: "temporal" } as const;
const usec = { as: "temporal", usec: true } as const;
const fields = () => ({
  date: field.date(temporal),
  time: field.time(temporal),
  timeUsec: field.time(usec),
  naive: field.naiveDatetime(temporal),
  naiveUsec: field.naiveDatetime(usec),
  utc: field.utcDatetime(temporal),
  utcUsec: field.utcDatetime(usec),
});
const values = () => ({
  date: Temporal.PlainDate.from("0001-01-01"),
  time: Temporal.PlainTime.from("23:59:59"),
  timeUsec: Temporal.PlainTime.from("23:59:59.000001"),
  naive: Temporal.PlainDateTime.from("9999-12-31T23:59:59"),
  naiveUsec: Temporal.PlainDateTime.from("2026-11-22T13:45:00.123456"),
  utc: Temporal.Instant.from("2026-11-22T13:45:00Z"),
  utcUsec: Temporal.Instant.from("2026-11-22T13:45:00.123456Z"),
});
class Moment extends schema(
  "moments",
  { ...fields(), inner: embedsOne(fields(), { primaryKey: false }) },
  { timestamps: { type: field.utcDatetime({ as: "temporal", usec: true }) } },
) {}
const text = (row: object) =>
  Object.fromEntries(Object.keys(fields()).map((name) => [name, String((row as Record<string, unknown>)[name])]));

describe.each(databases)(`Temporal values (${native ? "native" : "polyfill"}) on $label`, (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Moment]);
  });

  test("survive insert, update, query parameter and the JSON of an embed, to the microsecond", async () => {
    const inner = (Moment.schema.embed("inner")!.related.class as unknown as { build(attrs: object): never }).build(values());
    const { id } = await repo.insertOrThrow(Moment.build({ ...(values() as object), inner }));
    const read = (await repo.get(Moment, id)) as Moment;
    expect(text(read)).toEqual(text(values()));
    expect(text(read.inner as object)).toEqual(text(values()));
    expect(read.utcUsec).toBeInstanceOf(Temporal.Instant);
    expect(read.date).toBeInstanceOf(Temporal.PlainDate);
    for (const [name, value] of Object.entries(values())) {
      const found = await repo.all(from(Moment).where({ [name]: value } as never));
      expect(found.map((one) => one.id)).toEqual([id]);
    }
    const later = Temporal.Instant.from("2027-01-01T00:00:00.5Z");
    const updated = await repo.updateOrThrow(change(read, { utcUsec: later } as never));
    expect(String(((await repo.reloadOrThrow(updated)) as Moment).utcUsec)).toBe("2027-01-01T00:00:00.5Z");
    await repo.deleteAll(Moment);
  });

  test("an equal value is no change, and timestamps are of the type", async () => {
    const { id } = await repo.insertOrThrow(Moment.build(values() as never));
    const read = (await repo.get(Moment, id)) as Moment;
    expect(cast(read, text(values()), ["date", "time", "timeUsec", "naive", "naiveUsec", "utc", "utcUsec"]).changes).toEqual({});
    expect(read.insertedAt).toBeInstanceOf(Temporal.Instant);
    expect(String(read.insertedAt)).toBe(String(read.updatedAt));
  });

  test("another time zone is converted, never stored as it stands", async () => {
    const zoned = Temporal.ZonedDateTime.from("2026-11-22T23:45:00-05:00[America/New_York]");
    const cs = cast(Moment.build(), { utc: zoned, naive: zoned }, ["utc", "naive"]);
    const { id } = await repo.insertOrThrow(cs);
    const read = (await repo.get(Moment, id)) as Moment;
    expect([String(read.utc), String(read.naive)]).toEqual(["2026-11-23T04:45:00Z", "2026-11-23T04:45:00"]);
  });
});
