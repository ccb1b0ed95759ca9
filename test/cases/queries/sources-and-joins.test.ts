import { assoc, from, parentAs, type Repo, sql, subquery } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("sources and joins on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  let one: { id: number };
  let two: { id: number };
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    ({ one, two } = await films(repo));
  });
  const ids = async (query: Parameters<Repo["all"]>[0]) => (await repo.all(query as never)) as unknown[];

  test("sources: a schema, a name, a query, a subquery, a fragment", async () => {
    expect(await ids(from(from(Movie).where({ id: one.id })).select((m) => m.id))).toEqual([one.id]);
    expect(
      await ids(
        from("movies")
          .where((m) => m.id.eq(one.id))
          .select((m) => m.title),
      ),
    ).toEqual(["Ready Player One"]);
    expect(await ids(from("movies").where({ title: "Bright" }).select(["title"]))).toEqual([{ title: "Bright" }]);
    expect(await ids(from(subquery(from(Movie).where({ id: two.id }))).select((m) => m.title))).toEqual(["Bright"]);
    expect(
      await ids(
        from(subquery(from(Movie).select((m) => ({ name: m.title }))))
          .where((s) => s.name.eq("Bright"))
          .select((s) => s.name),
      ),
    ).toEqual(["Bright"]);
    expect(await ids(from(sql`(select 1 as n union all select 2)`).select((n) => n.n))).toEqual([1, 2]);
    expect(
      await ids(
        from(["movies", Movie])
          .where({ id: two.id })
          .select((m) => m.title),
      ),
    ).toEqual(["Bright"]);
  });

  test("joins of every kind", async () => {
    expect(
      await ids(
        from(Movie)
          .innerJoin("distributor")
          .select((m) => m.id),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        from(Movie)
          .leftJoin("distributor")
          .orderBy("id")
          .select((_, { distributor: d }) => d.name),
      ),
    ).toEqual(["Warner", null]);
    expect(
      await ids(
        from(Character)
          .rightJoin("movie")
          .orderBy((c, { movie: m }) => [m.id, c.id])
          .select((c, { movie: m }) => [c.name, m.title]),
      ),
    ).toEqual([
      ["Wade Watts", "Ready Player One"],
      ["Art3mis", "Ready Player One"],
      [null, "Bright"],
    ]);
    expect(
      await ids(
        from(Movie)
          .fullJoin("c", Character, (m, { c }) => c.movieId.eq(m.id))
          .select((m) => m.id),
      ),
    ).toHaveLength(3);
    expect(
      await ids(
        from(Movie)
          .crossJoin("x", Actor)
          .select((m) => m.id),
      ),
    ).toHaveLength(2);
    expect(
      await ids(
        from(Movie)
          .join("c", from(Character).where({ name: "Art3mis" }), (m, { c }) => c.movieId.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toEqual(["Art3mis"]);
    expect(
      await ids(
        from(Movie)
          .join("c", subquery(from(Character).where({ name: "Art3mis" })), (m, { c }) => c.movieId.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toEqual(["Art3mis"]);
    expect(
      await ids(
        from(Movie)
          .join("c", "characters", (m, { c }) => c.movie_id.eq(m.id))
          .select((_, { c }) => c.name),
      ),
    ).toHaveLength(2);
    expect(
      await ids(
        from(Movie)
          .join("actors")
          .join("others", (_, { actors }) => assoc(actors, "movies"))
          .select((_, { others }) => others.title),
      ),
    ).toEqual(["Ready Player One"]);
    const lateral = from(Movie)
      .as("m")
      .innerLateralJoin("c", () =>
        subquery(
          from(Character)
            .where((c) => c.movieId.eq(parentAs("m", Movie).id))
            .orderBy({ id: "desc" })
            .limit(1),
        ),
      )
      .select((_, { c }) => c.name);
    if (pg) expect(await ids(lateral)).toEqual(["Art3mis"]);
    else await expect((async () => ids(lateral))()).rejects.toThrow(/lateral/i);
  });
});
