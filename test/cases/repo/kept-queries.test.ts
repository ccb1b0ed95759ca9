import { field, from, type LogEvent, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Spot extends schema("spots", { name: field.string(), at: field.utcDatetime(), data: field.json<unknown>(), raw: field.binary() }) {}

const BASE = Date.UTC(2026, 0, 2);

describe.each(databases)("a query that is made once and run again and again, on $label", (database) => {
  let repo: Repo;
  let other: Repo;
  const log: LogEvent[] = [];
  beforeAll(async () => {
    repo = await openRepo(database, { log: (event: LogEvent) => void log.push(event) });
    other = await openRepo(database);
    for (const [at, one] of [repo, other].entries()) {
      await createTables(one, [Spot]);
      await one.insertAll(Spot, [
        { name: `first of ${at}`, at: new Date(BASE), data: { n: 1 }, raw: new Uint8Array([1]) },
        { name: `second of ${at}`, at: new Date(BASE + 86_400_000), data: { n: 2 }, raw: new Uint8Array([2]) },
      ]);
    }
  });

  test("has the values that it had when it was made, or that its objects have by now: the same as if it ran for the first time", async () => {
    const make = () => {
      const values = { at: new Date(BASE), raw: new Uint8Array([1]), data: { n: 1 }, ids: [1] };
      const query = from(Spot)
        .where((s) => s.at.eq(values.at).or(s.raw.eq(values.raw)).or(s.data.eq(values.data)).or(s.id.in(values.ids)))
        .orderBy("id");
      return { values, query };
    };
    const change = ({ at, raw, data, ids }: ReturnType<typeof make>["values"]) => {
      at.setTime(BASE + 86_400_000);
      raw[0] = 2;
      data.n = 2;
      ids[0] = 2;
    };
    const kept = make();
    const fresh = make();
    await repo.all(kept.query);
    await repo.all(kept.query);
    change(kept.values);
    change(fresh.values);
    log.splice(0);
    expect((await repo.all(kept.query)).map(({ id }) => id)).toEqual((await repo.all(fresh.query)).map(({ id }) => id));
    expect(log[0]?.params).toEqual(log[1]?.params);
  });

  test("of two repos, in turn", async () => {
    const query = from(Spot)
      .where({ id: 1 })
      .select((s) => s.name);
    for (let time = 0; time < 3; time++) {
      expect(await repo.one(query)).toBe("first of 0");
      expect(await other.one(query)).toBe("first of 1");
      expect((await other.get(Spot, 2))?.name).toBe("second of 1");
      expect((await repo.getBy(Spot, { id: 2 }))?.name).toBe("second of 0");
    }
  });

  test("under a prefix that each call says", async () => {
    const query = from(Spot).where({ id: 1 });
    for (let time = 0; time < 2; time++) {
      expect((await repo.one(query))?.name).toBe("first of 0");
      await expect(repo.one(query, { prefix: `nowhere${time}` })).rejects.toThrow(/nowhere|spots/);
      await expect(repo.get(Spot, 1, { prefix: "nowhere" })).rejects.toThrow(/nowhere|spots/);
    }
    expect((await repo.get(Spot, 1))?.name).toBe("first of 0");
  });

  test("as the base of others", async () => {
    const base = from(Spot).orderBy("id");
    const ids = async () => (await repo.all(base)).map(({ id }) => id);
    expect(await ids()).toEqual([1, 2]);
    expect((await repo.all(base.where({ id: 2 }))).map(({ id }) => id)).toEqual([2]);
    expect((await repo.all(base.limit(1))).map(({ id }) => id)).toEqual([1]);
    expect(await repo.aggregate(base, "count")).toBe(2);
    expect(await ids()).toEqual([1, 2]);
  });
});
