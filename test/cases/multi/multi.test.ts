import { buildAssoc, change, from, meta, Multi, ok, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("a Multi on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("a Multi gathers names and types, and says what failed", async () => {
    const multi = new Multi()
      .insert("movie", Movie.changeset(Movie.build(), { title: "Bright" }))
      .insert("character", ({ movie }) => buildAssoc(movie, "characters", { name: "Ward" }))
      .update("renamed", ({ movie }) => change(movie, { tagline: "x" }))
      .insertOrUpdate("other", change(Movie.build(), { title: "Other" }))
      .insertAll("many", Movie, [{ title: "m1" }, { title: "m2" }])
      .updateAll(
        "all",
        from(Movie).where((m) => m.title.like("m%")),
        { set: { tagline: "many" } },
      )
      .deleteAll("none", from(Movie).where({ title: "nothing" }))
      .one("found", from(Movie).where({ title: "Bright" }))
      .all(
        "titles",
        from(Movie)
          .orderBy("title")
          .select((m) => m.title),
      )
      .exists("there", from(Movie))
      .put("constant", 5)
      .run("sum", async (_, { constant, many }) => ok(constant + many.count))
      .delete("gone", ({ other }) => other)
      .merge(({ sum }) => new Multi().put("merged", sum + 1));
    const result = await repo.transact(multi);
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const { movie, character, renamed, many, all, none, found, titles, there, sum, gone, merged } = result.value;
    expectTypeOf(sum).toEqualTypeOf<number>();
    expectTypeOf(titles).toEqualTypeOf<(string | null)[]>();
    expect([character.movieId, renamed.tagline, many, all, none, found?.id, titles, there, sum, meta(gone).state, merged]).toEqual([
      movie.id,
      "x",
      { count: 2, rows: null },
      { count: 2, rows: null },
      { count: 0, rows: null },
      movie.id,
      ["Bright", "Other", "m1", "m2"],
      true,
      7,
      "deleted",
      8,
    ]);
    await clear(repo);
    const failed = await repo.transact(
      new Multi()
        .insert("movie", Movie.build({ title: "a" }))
        .insert("bad", ({ movie }) => Movie.changeset(movie as never, { title: "" }))
        .put("never", 1),
    );
    expect(failed).toMatchObject({ ok: false, error: { operation: "bad", changes: { movie: { title: "a" } } } });
    expect(await repo.aggregate(Movie, "count")).toBe(0);
    expect(await repo.transact(new Multi().put("a", 1).error("stop", "reason"))).toEqual({
      ok: false,
      error: { operation: "stop", value: "reason", changes: {} },
    });
    expect(
      new Multi()
        .put("a", 1)
        .append(new Multi().put("b", 2))
        .prepend(new Multi().put("c", 3))
        .toList()
        .map(([name]) => name),
    ).toEqual(["c", "a", "b"]);
    expect(await repo.transaction(new Multi().put("a", 1))).toEqual({ ok: true, value: { a: 1 } });
    expect(() => new Multi().put("a", 1).put("a", 2)).toThrow(/"a"/);
    expect(() => new Multi().put("a", 1).append(new Multi().put("a", 2))).toThrow(/"a"/);
  });
});
