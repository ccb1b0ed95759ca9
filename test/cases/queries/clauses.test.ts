import { count, from, type Repo } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Character, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("clauses on $label", (database) => {
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

  test("clauses", async () => {
    const q = from(Movie);
    expect(
      await ids(
        q
          .where({ id: one.id })
          .orWhere({ id: two.id })
          .orderBy({ id: "desc" })
          .select((m) => m.id),
      ),
    ).toEqual([two.id, one.id]);
    expect(
      await ids(
        from(Character)
          .groupBy("movieId")
          .having((c) => count(c.id).gt(5))
          .orHaving((c) => count(c.id).eq(2))
          .select((c) => c.movieId),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        q
          .orderBy("title")
          .select((m) => ({ title: m.title }))
          .selectMerge((m) => ({ id: m.id })),
      ),
    ).toEqual([
      { title: "Bright", id: two.id },
      { title: "Ready Player One", id: one.id },
    ]);
    expect(
      await ids(
        from(Character)
          .distinct(true)
          .select((c) => c.movieId),
      ),
    ).toEqual([one.id]);
    expect(
      await ids(
        q
          .orderBy("title")
          .prependOrderBy({ id: "asc" })
          .select((m) => m.id),
      ),
    ).toEqual([one.id, two.id]);
    expect(
      await ids(
        q
          .orderBy("id")
          .limit(1)
          .offset(1)
          .select((m) => m.id),
      ),
    ).toEqual([two.id]);
    expect(await ids(q.first().select((m) => m.id))).toEqual([one.id]);
    expect(await ids(q.last().select((m) => m.id))).toEqual([two.id]);
    expect(
      await ids(
        q
          .orderBy("id")
          .reverseOrder()
          .select((m) => m.id),
      ),
    ).toEqual([two.id, one.id]);
    expect(
      await ids(
        q
          .where({ id: 0 })
          .exclude("where")
          .orderBy("id")
          .select((m) => m.id),
      ),
    ).toEqual([one.id, two.id]);
    expect(await ids(q.select((m) => m.id).union(from(Character).select((c) => c.id)))).not.toHaveLength(0);
    expect(await ids(q.select((m) => m.title).unionAll(from(Movie).select((m) => m.title)))).toHaveLength(4);
    expect(
      await ids(
        q
          .select((m) => m.title)
          .intersect(
            from(Movie)
              .where({ id: two.id })
              .select((m) => m.title),
          ),
      ),
    ).toEqual(["Bright"]);
    expect(
      await ids(
        q
          .select((m) => m.title)
          .except(() =>
            from(Movie)
              .where({ id: two.id })
              .select((m) => m.title),
          ),
      ),
    ).toEqual(["Ready Player One"]);
    const tree = from(Movie)
      .where({ id: one.id })
      .select((m) => ({ n: m.id }))
      .unionAll(
        from("tree")
          .where((t) => t.n.lt(one.id + 2))
          .select((t) => ({ n: t.n.add(1) })),
      );
    expect(
      await ids(
        from("tree")
          .withCte("tree", tree, { recursive: true })
          .select((t) => t.n),
      ),
    ).toEqual([one.id, one.id + 1, one.id + 2]);
    if (pg) {
      expect(
        await ids(
          q
            .orderBy("id")
            .limit(1)
            .withTies()
            .select((m) => m.id),
        ),
      ).toEqual([one.id]);
      expect(
        await ids(
          q
            .where({ id: one.id })
            .lock("FOR UPDATE")
            .select((m) => m.id),
        ),
      ).toEqual([one.id]);
      expect(
        await ids(
          from(Character)
            .distinct("movieId")
            .orderBy("id")
            .select((c) => c.movieId),
        ),
      ).toEqual([one.id]);
    }
    expect(
      await ids(
        q
          .hints([])
          .select((m) => m.id)
          .limit(1),
      ).catch(() => "refused"),
    ).toBeDefined();
    expect(() => q.select((m) => m.id).select((m) => m.id)).toThrow(/select/);
    expect(() => q.exclude("wher" as never)).toThrow(/wher/);
  });
});
