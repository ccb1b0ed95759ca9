import { assoc, count, from, type Repo } from "ectype";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Character, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("select on $label", (database) => {
  let repo: Repo;
  let one: { id: number };
  let two: { id: number };
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    ({ one, two } = await films(repo));
  });

  test("the page's examples", async () => {
    const titles = await repo.all(from(Movie, { where: { title: "Ready Player One" }, select: ["title", "tagline"] }));
    expect(titles).toMatchObject([{ title: "Ready Player One", tagline: "A better reality" }]);
    expect(titles[0]).toBeInstanceOf(Movie);
    expectTypeOf(titles[0]!).toEqualTypeOf<Pick<Movie, "title" | "tagline">>();
    expect(
      await repo.all(
        from(Movie)
          .where((m) => m.id.lt(two.id))
          .select((m) => m.title),
      ),
    ).toEqual(["Ready Player One"]);
    const joined = await repo.all(
      from(Movie)
        .join("characters")
        .where((_, { characters: c }) => c.name.eq("Wade Watts"))
        .preload({ characters: "characters" }),
    );
    expect(joined.map((movie) => movie.characters.map((c) => c.name))).toEqual([["Wade Watts"]]);
    const pairs = await repo.all(
      from(Movie)
        .join("c", Character, (m, { c }) => m.id.eq(c.movieId))
        .orderBy((_, { c }) => c.id)
        .select((m, { c }) => [m.title, c.name]),
    );
    expect(pairs).toEqual([
      ["Ready Player One", "Wade Watts"],
      ["Ready Player One", "Art3mis"],
    ]);
    const cast = await repo.all(
      from(Movie)
        .leftJoin("a", (m) => assoc(m, "actors"))
        .groupBy((m) => m.id)
        .orderBy("id")
        .select((m, { a }) => ({ movie: m.title, cast: count(a.id) })),
    );
    expectTypeOf(cast).toEqualTypeOf<{ movie: string | null; cast: number }[]>();
    expect(cast).toEqual([
      { movie: "Ready Player One", cast: 1 },
      { movie: "Bright", cast: 0 },
    ]);
  });

  test("select gives any nesting, and the result type follows", async () => {
    const rows = await repo.all(
      from(Movie)
        .leftJoin("distributor")
        .where({ id: one.id })
        .select((m, { distributor }) => ({ movie: m, parts: [m.title, { by: distributor }], fixed: "x" as const, none: null })),
    );
    expectTypeOf(rows[0]!.movie).toEqualTypeOf<Movie>();
    expect(rows[0]).toMatchObject({
      movie: { title: "Ready Player One" },
      parts: ["Ready Player One", { by: { name: "Warner" } }],
      fixed: "x",
      none: null,
    });
    expect(rows[0]?.movie).toBeInstanceOf(Movie);
    const missing = await repo.all(
      from(Movie)
        .where({ id: two.id })
        .leftJoin("distributor")
        .select((_, { distributor }) => distributor),
    );
    expect(missing).toEqual([null]);
  });
});
