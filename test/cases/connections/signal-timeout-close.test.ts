import { AbortedError, createRepo, type Repo } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { clear, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("a repo on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("a signal stops, and a timeout gives up", async () => {
    for (const call of [
      () => repo.all(Movie, { signal: AbortSignal.abort() }),
      () => repo.insert(Movie.build(), { signal: AbortSignal.abort() }),
      () => repo.updateAll(Movie, { set: { title: "x" } }, { signal: AbortSignal.abort() }),
    ] as (() => Promise<unknown>)[])
      expect(await caught(Promise.resolve().then(call))).toBeInstanceOf(AbortedError);
    if (database.name === "postgres")
      expect(await caught(repo.query("select pg_sleep(3600)", [], { timeout: 50 }))).toBeInstanceOf(AbortedError);
    expect(await repo.all(Movie, { timeout: 600_000 })).toEqual([]);
  });

  test("close ends the repo, and await using does", async () => {
    const opened = await database.open();
    const own = createRepo({ adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options) });
    expect((await own.query("select 1")).rows).toEqual([[1]]);
    await own.close();
    await own.close();
    await caught(Promise.resolve().then(() => own.query("select 1")));
  });
});
