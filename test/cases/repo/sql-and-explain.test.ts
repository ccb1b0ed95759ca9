import { EctypeError, from, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { Character, clear, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("SQL on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("query runs SQL with parameters beside it", async () => {
    const { one } = await films(repo);
    const result = await repo.query("select id, title from movies where id = $1", [one.id]);
    expect(result).toMatchObject({ columns: ["id", "title"], rows: [[one.id, "Ready Player One"]], count: 1 });
    expect((await repo.query("select $2 || '$1' || $1 || $2", ["a", "b"])).rows).toEqual([["b$1ab"]]);
    const broken = await caught(repo.query("selec 1"));
    expect(broken.code).toBe("DATABASE");
    await caught(Promise.resolve().then(() => repo.query(1 as never)));
    await caught(Promise.resolve().then(() => repo.query("select 1", "x" as never)));
  });

  test("toSql tells SQL and parameters, explain the plan", async () => {
    const { sql, params } = repo.toSql(
      "all",
      from(Movie)
        .where((m) => m.id.lt(2))
        .select((m) => m.title),
    );
    expect(sql).toMatch(/^SELECT .*"title" FROM "movies"/);
    expect(params).toEqual([2]);
    expect(repo.toSql("deleteAll", Movie).sql).toMatch(/^DELETE FROM "movies"/);
    expect(repo.toSql("updateAll", from(Movie).update({ set: { title: "x" } })).sql).toMatch(/^UPDATE "movies"/);
    expect(await repo.explain("all", from(Movie).where({ id: 1 }))).toMatch(/m0/);
    expect(await repo.explain("deleteAll", Movie)).toBeTypeOf("string");
    await films(repo);
    await repo.explain("deleteAll", Character, database.name === "postgres" ? { analyze: true } : {});
    expect(await repo.aggregate(Character, "count")).toBe(2);
    expect(() => repo.toSql("insert" as never, Movie)).toThrow(EctypeError);
  });
});
