import { AbortedError, change, createRepo, from, type Repo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("streams on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  const many = async (rows: number) => {
    await repo.insertAll(
      Movie,
      Array.from({ length: rows }, (_, i) => ({ title: `film ${i}` })),
    );
  };

  test("stream is an async iterable over all rows, in batches", async () => {
    await many(1203);
    const titles: (string | null)[] = [];
    for await (const movie of repo.stream(from(Movie).orderBy("id"))) titles.push(movie.title);
    expect(titles).toHaveLength(1203);
    expect(titles.at(-1)).toBe("film 1202");
    let rows = 0;
    for await (const title of repo.stream(
      from(Movie).select((m) => m.title),
      { maxRows: 2 },
    )) {
      expectTypeOf(title).toEqualTypeOf<string | null>();
      if (++rows === 5) break;
    }
    expect(rows).toBe(5);
    for await (const movie of repo.stream(Movie, { maxRows: 1203 })) expect(movie).toBeInstanceOf(Movie);
    for await (const nothing of repo.stream(from(Movie).where({ id: 0 }))) expect.unreachable(String(nothing));
  });

  test("in a transaction it sees the transaction, whose other queries go on meanwhile", async () => {
    const seen = await repo.transaction(async () => {
      await many(7);
      const found: (string | null)[] = [];
      for await (const movie of repo.stream(from(Movie).orderBy("id"), { maxRows: 3 })) {
        found.push(movie.title);
        await repo.updateOrThrow(change(movie, { tagline: `seen ${movie.title}` }));
        expect(await repo.aggregate(Movie, "count")).toBe(7);
      }
      return found;
    });
    expect(seen).toHaveLength(7);
    expect(
      await repo.aggregate(
        from(Movie).where((m) => m.tagline.like("seen %")),
        "count",
      ),
    ).toBe(7);
  });

  test("outside of one, the loop may write and begin transactions", async () => {
    await many(5);
    for await (const movie of repo.stream(from(Movie).orderBy("id"), { maxRows: 2 })) {
      await repo.transaction(() => repo.updateOrThrow(change(movie, { tagline: "done" })));
    }
    expect(await repo.aggregate(from(Movie).where({ tagline: "done" }), "count")).toBe(5);
  });

  test("in a checkout too, and in a database in memory", async () => {
    await many(5);
    const counted = await repo.checkout(async () => {
      let rows = 0;
      for await (const movie of repo.stream(Movie, { maxRows: 2 })) {
        await repo.updateOrThrow(change(movie, { tagline: "checked out" }));
        rows++;
      }
      return rows;
    });
    expect(counted).toBe(5);
    if (database.name !== "sqlite") return;
    await using memory = createRepo({ adapter: sqlite({ database: ":memory:" }) });
    await setUp(memory);
    await memory.insertAll(Movie, [{ title: "a" }, { title: "b" }, { title: "c" }]);
    const titles: unknown[] = [];
    for await (const movie of memory.stream(from(Movie).orderBy("id"), { maxRows: 2 })) {
      titles.push(movie.title);
      await memory.transaction(() => memory.deleteOrThrow(movie));
    }
    expect([titles, await memory.aggregate(Movie, "count")]).toEqual([["a", "b", "c"], 0]);
  });

  test("a loop that is left, or throws, gives its connection back", async () => {
    await many(30);
    for (let round = 0; round < 30; round++) {
      for await (const _ of repo.stream(Movie, { maxRows: 2 })) break;
    }
    const boom = new Error("boom");
    await expect(
      (async () => {
        for await (const _ of repo.stream(Movie, { maxRows: 2 })) throw boom;
      })(),
    ).rejects.toBe(boom);
    expect(await repo.aggregate(Movie, "count")).toBe(30);
  });

  test("it takes parameters, and errors where it cannot work", async () => {
    await many(3);
    const found: unknown[] = [];
    for await (const title of repo.stream(
      from(Movie)
        .where((m) => m.title.in(["film 1", "film 2"]))
        .orderBy("title")
        .select((m) => m.title),
    ))
      found.push(title);
    expect(found).toEqual(["film 1", "film 2"]);
    expect(() => repo.stream(from(Movie).preload("actors"))).toThrow(/preloads are not supported/);
    expect(() => repo.stream(Movie, { maxRows: 0 })).toThrow(/maxRows/);
    expect(() => repo.stream(Movie, { where: {} } as never)).toThrow(/clause/);
    await caught(
      (async () => {
        for await (const _ of repo.stream(from("nowhere").select((n) => n.id))) break;
      })(),
    );
    const controller = new AbortController();
    const stopped = caught(
      (async () => {
        for await (const _ of repo.stream(Movie, { maxRows: 1, signal: controller.signal })) controller.abort();
      })(),
    );
    expect(await stopped).toBeInstanceOf(AbortedError);
    expect(await repo.aggregate(Movie, "count")).toBe(3);
  });
});
