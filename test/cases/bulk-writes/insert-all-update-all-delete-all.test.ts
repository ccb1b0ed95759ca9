import { from, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, Movie, setUp, User } from "../../support/movies.ts";

describe.each(databases)("writes of many rows on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("insertAll, updateAll and deleteAll count rows, and give those that are asked for", async () => {
    expect(await repo.insertAll(Movie, [{ title: "a" }, { title: "b", tagline: "t" }])).toEqual({ count: 2, rows: null });
    expect(await repo.insertAll(Movie, [])).toEqual({ count: 0, rows: null });
    const returned = await repo.insertAll(Movie, [{ title: "c" }], { returning: ["id", "title"] });
    expect(returned.rows).toMatchObject([{ title: "c" }]);
    expect(returned.rows?.[0]).toBeInstanceOf(Movie);
    expect(await repo.insertAll("movies", [{ title: "d" }], { returning: ["title"] })).toEqual({ count: 1, rows: [{ title: "d" }] });
    expect(
      await repo.insertAll(
        Movie,
        from(Movie)
          .where({ title: "a" })
          .select((m) => ({ title: m.title, tagline: "copied" })),
      ),
    ).toEqual({ count: 1, rows: null });
    expect(await repo.updateAll(from(Movie).where({ title: "a" }), { set: { tagline: "x" } })).toEqual({ count: 2, rows: null });
    const chosen = await repo.updateAll(
      from(Movie)
        .where({ title: "b" })
        .select((m) => m.tagline),
      { set: { tagline: "new" } },
    );
    expect(chosen).toEqual({ count: 1, rows: ["new"] });
    const whole = await repo.updateAll(from(Movie).where({ title: "b" }), { set: { tagline: "newer" } }, { returning: true });
    expect(whole.rows).toMatchObject([{ title: "b", tagline: "newer" }]);
    expect(
      await repo.updateAll(
        from(Movie)
          .where({ title: "c" })
          .update((m) => ({ set: { tagline: m.title } })),
      ),
    ).toEqual({ count: 1, rows: null });
    expect((await repo.getByOrThrow(Movie, { title: "c" })).tagline).toBe("c");
    const deleted = await repo.deleteAll(from(Movie).where({ title: "d" }), { returning: ["title"] });
    expect(deleted.rows).toMatchObject([{ title: "d" }]);
    expect((await repo.deleteAll(Movie)).count).toBe(4);
    expect(await repo.deleteAll(Movie)).toEqual({ count: 0, rows: null });
  });

  test("wrong rows, fields and updates are refused", async () => {
    for (const call of [
      () => repo.insertAll(Movie, "title" as never),
      () => repo.insertAll(Movie, [{ titel: "x" } as object]),
      () => repo.insertAll(Movie, [{ characters: [] } as object]),
      () => repo.insertAll(User, [{ temporary: "virtual" }]),
      () => repo.updateAll(Movie, { set: { titel: "x" } } as never),
      () => repo.updateAll(Movie, { sett: { title: "x" } } as never),
      () => repo.updateAll(Movie, {} as never),
      () => repo.updateAll(Movie),
      () => repo.updateAll(Movie, { set: { id: "x" } } as never),
    ]) {
      const error = await caught(Promise.resolve().then(call as () => Promise<unknown>));
      expect(error.code).toBeTypeOf("string");
    }
  });
});
