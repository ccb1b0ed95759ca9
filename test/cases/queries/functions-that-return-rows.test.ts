import { type Binding, exists, from, type Repo, sql } from "ectype";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

// Functions that return rows, each database's own, as sources that name the bindings before them.
describe.each(databases)("rows of functions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await fill(repo);
  });
  afterAll(() => repo.close());
  const tags = (m: Binding<Movie>) =>
    database.name === "postgres"
      ? sql<{ value: string }>`select value from unnest(${m.tags}) as u (value)`
      : sql<{ value: string }>`json_each(${m.tags})`;
  const movies = from(Movie).orderBy("id");

  test("a cross join has a row for each of theirs", async () => {
    const query = movies.crossLateralJoin("tag", tags).select((m, { tag }) => [m.id, tag.value]);
    expect(await repo.all(query)).toEqual([
      [1, "sf"],
      [1, "game"],
    ]);
  });

  test("an inner join those that meet the condition, a left join the others too", async () => {
    const inner = movies.innerLateralJoin("tag", tags, (_, { tag }) => tag.value.ne("sf"));
    expect(await repo.all(inner.select((_, { tag }) => tag.value))).toEqual(["game"]);
    const left = movies.leftLateralJoin("tag", tags, (_, { tag }) => tag.value.ne("sf"));
    expect(await repo.all(left.select((m, { tag }) => [m.id, tag.value]))).toEqual([
      [1, "game"],
      [2, null],
      [3, null],
    ]);
  });

  test("in a query inside they are a source", async () => {
    const query = movies.where((m) => exists(from(tags(m)).where((tag) => tag.value.like("g%")))).select((m) => m.id);
    expect(await repo.all(query)).toEqual([1]);
  });
});
