import { assoc, exists, from, QueryError, type Repo, sql } from "ectype";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Category, Character, Distributor, fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

describe.each(databases)("updateAll and deleteAll on $label", (database) => {
  let repo: Repo;
  const open: Repo[] = [];
  beforeEach(async () => {
    repo = await openRepo(database);
    open.push(repo);
    await fill(repo);
  });
  afterAll(() => Promise.all(open.map((one) => one.close())));
  const titles = () =>
    repo.all(
      from(Movie)
        .orderBy("id")
        .select((m) => m.title),
    );
  const onSqlite = database.name === "sqlite";

  test("set and inc take values and expressions", async () => {
    const { count } = await repo.updateAll(
      from(Movie)
        .where((m) => m.id.lt(3))
        .update((m) => ({ set: { title: m.title.concat("!"), tagline: null }, inc: { visits: 2 } })),
    );
    expect(count).toBe(2);
    expect(
      await repo.all(
        from(Movie)
          .orderBy("id")
          .select((m) => [m.title, m.tagline, m.visits]),
      ),
    ).toEqual([
      ["Ready Player One!", null, 12],
      ["Bright!", null, 5],
      ["Alien", "In space", null],
    ]);
  });
  test("several updates are merged, and one field set twice is an error", () => {
    const query = from(Movie).update({ set: { title: "a" } });
    expect(() => query.update({ set: { title: "b" } })).toThrow(/"title" is set twice/);
    expect(() => query.update({ inc: { title: "b" } } as never)).toThrow(QueryError);
  });
  test("an update with a join and a returning select", async () => {
    const query = from(Movie)
      .join("distributor")
      .where((_, { distributor: d }) => d.name.eq("Netflix"))
      .update((_, { distributor: d }) => ({ set: { tagline: d.name } }))
      .select((m) => ({ id: m.id, tagline: m.tagline }));
    expect(await repo.updateAll(query)).toEqual({ count: 1, rows: [{ id: 2, tagline: "Netflix" }] });
  });
  test("an update with a join through a join table", async () => {
    await repo.updateAll(
      from(Movie)
        .join("actors")
        .where((_, { actors: a }) => a.name.eq("Will"))
        .update({ set: { tagline: "with Will" } }),
    );
    expect(
      await repo.all(
        from(Movie)
          .where({ tagline: "with Will" })
          .select((m) => m.id),
      ),
    ).toEqual([2]);
  });
  test("an update set to a subquery", async () => {
    await repo.updateAll(
      from(Movie).update((m) => ({
        set: {
          tagline: from(Character)
            .where((c) => c.movieId.eq(m.id))
            .orderBy("id")
            .limit(1)
            .select((c) => c.name) as never,
        },
      })),
    );
    expect(
      await repo.all(
        from(Movie)
          .orderBy("id")
          .select((m) => m.tagline),
      ),
    ).toEqual(["Wade", "Ward", "Ripley"]);
  });
  test("an update may return whole structs", async () => {
    const { rows } = await repo.updateAll(
      from(Distributor)
        .update({ set: { name: "N" } })
        .select((d) => d),
    );
    expect(JSON.parse(JSON.stringify(rows))).toEqual([{ id: 1, name: "N", movieId: 2 }]);
  });
  test("push and pull change lists", async () => {
    await repo.updateAll(
      from(Movie)
        .where({ id: 1 })
        .update({ push: { tags: "new" } }),
    );
    await repo.updateAll(
      from(Movie)
        .where({ id: 1 })
        .update({ pull: { tags: "sf" } }),
    );
    expect(
      await repo.one(
        from(Movie)
          .where({ id: 1 })
          .select((m) => m.tags),
      ),
    ).toEqual(["game", "new"]);
  });
  test("an update takes no order, limit, group or subquery as its source", async () => {
    const update = { set: { title: "x" } };
    await expect(repo.updateAll(from(Movie).orderBy("id"), update)).rejects.toThrow(/updateAll cannot have orderBy/);
    await expect(repo.updateAll(from(Movie).limit(1), update)).rejects.toThrow(/cannot have limit/);
    await expect(repo.updateAll(from(Movie).groupBy("id"), update)).rejects.toThrow(/cannot have groupBy/);
    await expect(repo.updateAll(from(Movie))).rejects.toThrow(/needs at least one field/);
    await expect(repo.all(from(Movie).update(update))).rejects.toThrow(/run by updateAll/);
    expect(await titles()).toEqual(["Ready Player One", "Bright", "Alien"]);
  });
  test("deleteAll takes no update clause", async () => {
    await expect(repo.deleteAll(from(Movie).update({ set: { title: "x" } }))).rejects.toThrow(/takes no update/);
  });
  test("deleteAll with a join and a returning select", async () => {
    const query = from(Character)
      .join("movie")
      .where((_, { movie }) => movie.title.eq("Alien"))
      .select((c) => c.name);
    expect(await repo.deleteAll(query)).toEqual({ count: 1, rows: ["Ripley"] });
  });
  test("deleteAll with a subquery that names the outer row", async () => {
    const { count } = await repo.deleteAll(
      from(Category).where((c) => exists(from(Category).where((p) => p.id.eq(c.parentId).and(p.name.eq("books"))))),
    );
    expect(count).toBe(1);
  });
  test("an association of structs is a query to change", async () => {
    const movie = await repo.getOrThrow(Movie, 1);
    expect((await repo.updateAll(assoc(movie, "characters"), { set: { hero: false } })).count).toBe(2);
  });
  test("a CTE may change rows where the database can", async () => {
    const gone = from(Distributor)
      .where({ id: 1 })
      .select((d) => ({ id: d.id, name: d.name }));
    const query = from("gone")
      .withCte("gone", gone, { operation: "deleteAll" })
      .select((g) => g.name);
    if (onSqlite) return expect(repo.all(query)).rejects.toThrow(/deleteAll in a CTE/);
    expect(await repo.all(query)).toEqual(["Netflix"]);
    expect(await repo.aggregate(Distributor, "count")).toBe(0);
  });
  test("an update in a CTE", async () => {
    const query = from("changed")
      .withCte(
        "changed",
        from(Distributor)
          .update({ set: { name: "B" } })
          .select((d) => ({ name: d.name })),
        { operation: "updateAll" },
      )
      .select((g) => g.name);
    if (onSqlite) return expect(repo.all(query)).rejects.toThrow(/updateAll in a CTE/);
    expect(await repo.all(query)).toEqual(["B"]);
  });
  test("updateAll reads its rows from a CTE", async () => {
    const query = from(Movie)
      .withCte(
        "c",
        from(Character)
          .where({ name: "Ward" })
          .select((c) => ({ movieId: c.movieId })),
      )
      .join("c", "c", (m, { c }) => c.movieId.eq(m.id))
      .update({ set: { title: sql<string>`upper(${"ward"})` } });
    expect((await repo.updateAll(query)).count).toBe(1);
    expect(await titles()).toEqual(["Ready Player One", "WARD", "Alien"]);
  });
});
