import { ArgumentError, from, NoResultsError, QueryError, type Repo, type Slots } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("prepared queries on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("prepare compiles once and runs with values", async () => {
    const { one, two } = await films(repo);
    let built = 0;
    const plan = repo.prepare((p) => {
      built++;
      return from(Movie).where((m) => m.id.eq(p.id));
    });
    expect((await plan.all({ id: one.id })).map((movie) => movie.title)).toEqual(["Ready Player One"]);
    expect((await plan.one({ id: two.id }))?.title).toBe("Bright");
    expect((await plan.oneOrThrow({ id: String(two.id) })).title).toBe("Bright");
    expect(await plan.one({ id: 0 })).toBeNull();
    expect(await caught(plan.oneOrThrow({ id: 0 }))).toBeInstanceOf(NoResultsError);
    expect(built).toBe(1);
  });

  test("values stand in lists, limits, objects and fragments, with preloads beside them", async () => {
    await films(repo);
    const plan = repo.prepare((p: Slots<{ titles: string[]; name: string; limit: number }>) =>
      from(Movie)
        .where((m) => m.title.in(p.titles))
        .join("characters")
        .where((_, { characters: c }) => c.name.eq(p.name))
        .limit(p.limit)
        .preload(["distributor"]),
    );
    const found = await plan.all({ titles: ["Bright", "Ready Player One"], name: "Art3mis", limit: 5 });
    expect(found.map((movie) => [movie.title, movie.distributor?.name])).toEqual([["Ready Player One", "Warner"]]);
    expect(await plan.all({ titles: [], name: "Art3mis", limit: 5 })).toEqual([]);
    await caught(plan.all({ titles: ["x"], name: "x", limit: "y" as never }));
    const object = repo.prepare((p) =>
      from(Movie)
        .where({ title: p.title })
        .select((m) => m.title),
    );
    expect(await object.all({ title: "Bright" })).toEqual(["Bright"]);
  });

  test("a value that is missing, null, unknown or of the wrong type is an error", async () => {
    const plan = repo.prepare((p) => from(Movie).where((m) => m.id.eq(p.id)));
    for (const values of [{}, { id: null }, { id: undefined }, { id: 1, other: 2 }, null])
      expect(await caught(plan.all(values as never))).toBeInstanceOf(ArgumentError);
    expect((await caught(plan.all({ id: "x" }))).code).toBe("CAST");
    expect(() => repo.prepare(1 as never)).toThrow(ArgumentError);
    expect(() => repo.prepare(() => 1 as never)).toThrow(QueryError);
  });
});
