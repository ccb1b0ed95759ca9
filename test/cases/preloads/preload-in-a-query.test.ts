import { assoc, from, type Repo } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("preloads in queries on $label", (database) => {
  let repo: Repo;
  let one: { id: number };
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    ({ one } = await films(repo));
  });

  test("preloads in every form", async () => {
    const base = from(Movie).where({ id: one.id });
    expect((await repo.oneOrThrow(base.preload("actors"))).actors.map((a) => a.name)).toEqual(["Tyler"]);
    const two_ = await repo.oneOrThrow(base.preload(["actors", "characters"]));
    expect([two_.actors.length, two_.characters.length]).toEqual([1, 2]);
    const deep = await repo.oneOrThrow(base.preload({ actors: { movies: true } }));
    expect(deep.actors[0]?.movies[0]?.title).toBe("Ready Player One");
    const ordered = await repo.oneOrThrow(base.preload({ characters: from(Character).orderBy("name") }));
    expect(ordered.characters.map((c) => c.name)).toEqual(["Art3mis", "Wade Watts"]);
    const both = await repo.oneOrThrow(base.preload({ actors: [from(Actor).where({ name: "Tyler" }), { movies: true }] }));
    expect(both.actors[0]?.movies).toHaveLength(1);
    const joined = await repo.oneOrThrow(
      base
        .join("c", (m) => assoc(m, "characters"))
        .where((_, { c }) => c.name.eq("Art3mis"))
        .preload({ characters: "c" }),
    );
    expect(joined.characters.map((c) => c.name)).toEqual(["Art3mis"]);
    const made = await repo.oneOrThrow(
      base.preload({
        characters: (ids: readonly unknown[]) =>
          repo.all(
            from(Character)
              .where((c) => c.movieId.in(ids as number[]))
              .orderBy({ id: "desc" }),
          ),
      }),
    );
    expect(made.characters.map((c) => c.name)).toEqual(["Art3mis", "Wade Watts"]);
  });
});
