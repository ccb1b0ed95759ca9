import { ArgumentError, CastError, field, from, MultipleResultsError, QueryError, Repo, schema, sql, type LogEvent } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Place extends schema("places", {
  name: field.string(),
  code: field.string({ redact: true }),
  size: field.integer(),
  at: field.utcDatetime(),
  day: field.date(),
  big: field.bigint(),
  shape: field.json<unknown>(),
  note: field.string({ virtual: true }),
}) {}
class Keyless extends schema("places", { name: field.string(), size: field.integer() }, { primaryKey: false }) {}
class Twice extends schema("places", { name: field.string({ primaryKey: true }), size: field.integer() }, { primaryKey: false }) {}

const at = new Date("2026-01-02T03:04:05Z");

describe.each(databases)("get and getBy, which are planned once for a schema, on $label", (database) => {
  let repo: Repo;
  const log: LogEvent[] = [];
  beforeAll(async () => {
    repo = await openRepo(database, { log: (event: LogEvent) => void log.push(event) });
    await createTables(repo, [Place]);
    await repo.insertAll(Place, [
      { name: "a", code: "s1", size: 1, at, day: "2026-01-02", big: 1n, shape: { k: 1 } },
      { name: "b", code: "s2", size: 2, at, day: "2026-01-02", big: 2n ** 60n, shape: null },
      { name: "b", code: "s3", size: 3, at: new Date("2026-01-03T03:04:05Z"), day: "2026-01-04", big: null, shape: null },
    ]);
  });
  beforeEach(() => void log.splice(0));

  test("each call has its own values", async () => {
    const names = [];
    for (const id of [1, "2", 3n, 4]) names.push((await repo.get(Place, id as never))?.name);
    expect(names).toEqual(["a", "b", "b", undefined]);
    expect((await Promise.all([1, 2, 3].map((id) => repo.get(Place, id)))).map((one) => one?.size)).toEqual([1, 2, 3]);
    for (const size of [1, "2", 3]) expect((await repo.getBy(Place, { size: size as number }))?.size).toBe(Number(size));
    expect((await repo.getBy(Place, { name: "b", size: 3 }))?.id).toBe(3);
    expect((await repo.getBy(Place, { size: 2, name: "b" }))?.id).toBe(2);
    expect((await repo.allBy(Place, { name: "b" })).map(({ id }) => id).sort()).toEqual([2, 3]);
    expect((await repo.getBy(Place, { big: 2n ** 60n }))?.id).toBe(2);
  });

  test("says the same SQL as a query does", async () => {
    await repo.get(Place, 1);
    await repo.one(from(Place).where({ id: 1 }));
    await repo.getBy(Place, { name: "a", size: 1 });
    await repo.one(from(Place).where({ name: "a", size: 1 }));
    const [first, second, third, fourth] = log.map(({ sql: text, params, source, result }) => ({ text, params, source, result }));
    expect(first).toEqual(second);
    expect(third).toEqual(fourth);
    expect(first?.source).toBe("places");
  });

  test("values that are objects, expressions and queries", async () => {
    expect((await repo.allBy(Place, { at })).length).toBe(2);
    expect((await repo.getBy(Place, { name: sql<string>`lower('A')` as never }))?.id).toBe(1);
    const biggest = from(Place)
      .where({ size: 3 })
      .select((p) => p.id);
    expect((await repo.getBy(Place, { id: biggest as never }))?.size).toBe(3);
  });

  test("bad values are refused as before, with the query that they were in", async () => {
    await expect(repo.get(Place, null as never)).rejects.toThrow(ArgumentError);
    await expect(repo.get(Place, "x")).rejects.toThrow('"x" cannot be cast to id, the type of "id" of Place');
    await expect(repo.getBy(Place, { size: "x" as never })).rejects.toThrow(CastError);
    await expect(repo.getBy(Place, { size: "x" as never })).rejects.toThrow(/in query: #Query<from p0 in Place>\nhere: p0.size == /);
    await expect(repo.getBy(Place, { size: null as never })).rejects.toThrow("isNull");
    await expect(repo.getBy(Place, { size: undefined })).rejects.toThrow("undefined");
    await expect(repo.getBy(Place, {})).rejects.toThrow("no condition");
    await expect(repo.getBy(Place, { nme: "a" } as never)).rejects.toThrow('no field "nme"');
    await expect(repo.getBy(Place, { note: "a" } as never)).rejects.toThrow("virtual");
    await expect(repo.getBy(Place, { constructor: "a" } as never)).rejects.toThrow(QueryError);
    await expect(repo.get(Keyless, 1 as never)).rejects.toThrow("primary key");
    const error = await repo.getBy(Place, { code: 7 as never }).catch((one: unknown) => one as Error);
    expect((error as Error).message).not.toContain("7");
  });

  test("several rows are an error that shows the query with its values", async () => {
    await expect(repo.getBy(Place, { name: "b" })).rejects.toThrow(MultipleResultsError);
    await expect(repo.getBy(Place, { name: "b" })).rejects.toThrow(/got 2\nin query: .*"b"/s);
    await expect(repo.get(Twice, "b")).rejects.toThrow(/got 2\nin query: .*"b"/s);
    await expect(repo.getOrThrow(Place, 77)).rejects.toThrow(/got none\nin query: .*77/s);
    await expect(repo.getByOrThrow(Place, { name: "zz" })).rejects.toThrow(/got none\nin query: .*"zz"/s);
  });

  test("values of redacted fields are not shown", async () => {
    await repo.getBy(Place, { code: "s1" });
    expect(log[0]?.params).toEqual(["**redacted**"]);
    await expect(repo.getByOrThrow(Place, { code: "zz" })).rejects.not.toThrow("zz");
  });

  test("options count for the call alone", async () => {
    const own: LogEvent[] = [];
    await repo.get(Place, 1, { log: (event) => void own.push(event) });
    await repo.get(Place, 1, { queryCache: false });
    expect([own.length, log.length]).toEqual([1, 1]);
    await expect(repo.get(Place, 1, { wher: 1 } as never)).rejects.toThrow('unknown option "wher"');
    await expect(repo.get(Place, 1, { prefix: "nowhere" })).rejects.toThrow();
    expect((await repo.get(Place, 1))?.name).toBe("a");
    const stopped = AbortSignal.abort();
    await expect(repo.get(Place, 1, { signal: stopped })).rejects.toThrow();
  });

  test("a schema that is defined anew under the same name has plans of its own", async () => {
    const made = [1, 2].map((version) => {
      class Place extends schema("places", version === 1 ? { name: field.string() } : { size: field.integer() }) {}
      return Place as unknown as typeof Keyless;
    });
    const found = [];
    for (const one of [...made, ...made]) found.push(await repo.get(one, 1 as never));
    expect(found.map((one) => Object.keys(one ?? {}))).toEqual([
      ["id", "name"],
      ["id", "size"],
      ["id", "name"],
      ["id", "size"],
    ]);
  });

  test("hooks and defaults see each call", async () => {
    const seen: string[] = [];
    const hooked = new Repo({
      adapter: repo.adapter,
      prepareQuery: (operation, query, options) => {
        options.mine = true;
        seen.push(`${operation} ${String(query)}`);
        return query.where({ size: 1 } as never);
      },
    });
    expect([await hooked.get(Place, 1), await hooked.get(Place, 2)].map((one) => one?.name)).toEqual(["a", undefined]);
    expect(await hooked.getBy(Place, { name: "b", size: 2 })).toBeNull();
    expect(seen.length).toBe(3);
    await hooked.close();
    const told: LogEvent[] = [];
    const loud = new Repo({ adapter: repo.adapter, defaultOptions: { log: (event: LogEvent) => void told.push(event) } });
    await loud.get(Place, 1);
    expect(told.length).toBe(1);
    await loud.close();
  });

  test("a transaction is seen by what is read in it", async () => {
    await repo.transact(async () => {
      await repo.updateAll(from(Place).where({ id: 1 }), { set: { name: "changed" } });
      expect((await repo.get(Place, 1))?.name).toBe("changed");
      return repo.rollback("enough");
    });
    expect((await repo.get(Place, 1))?.name).toBe("a");
  });
});
