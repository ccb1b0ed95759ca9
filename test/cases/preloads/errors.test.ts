import { from, type Repo } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Character, fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

describe.each(databases)("preloads that cannot be on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await fill(repo);
  });

  test("a key that the query does not select is an error, not an empty list", async () => {
    await expect(
      repo.all(
        from(Movie)
          .select(["title"])
          .preload("characters" as never),
      ),
    ).rejects.toThrow(/found by "id", which the query does not select/);
  });
  test("a preload out of a join needs the primary key", async () => {
    await expect(
      repo.all(
        from(Movie)
          .select(["title"])
          .join("characters")
          .preload({ characters: "characters" } as never),
      ),
    ).rejects.toMatchObject({ code: "NO_PRIMARY_KEY_VALUE" });
  });
  test("a function must give a list, and for manyToMany pairs", async () => {
    await expect(repo.all(from(Movie).preload({ characters: () => 1 as never }))).rejects.toThrow(
      /must return a list of Character structs/,
    );
    await expect(repo.all(from(Movie).preload({ actors: () => [{ id: 1 }] as never }))).rejects.toThrow(/must return pairs/);
  });
  test("a union must be wrapped in a subquery", async () => {
    await expect(repo.all(from(Movie).preload({ characters: from(Character).union(from(Character)) }))).rejects.toThrow(
      /is a combination; wrap it/,
    );
  });
  test("the root must be in the select", async () => {
    await expect(
      repo.all(
        from(Movie)
          .select((m) => m.title)
          .preload("characters" as never),
      ),
    ).rejects.toThrow(/the select leaves them out/);
  });
});
