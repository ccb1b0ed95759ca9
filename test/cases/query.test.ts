import { QueryError, type Repo } from "ectype";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases } from "../support/databases.ts";
import { openRepo } from "../support/repo.ts";
import { queryCases } from "./queries/index.ts";
import { fill } from "./queries/schemas.ts";

/** As JSON has it: a struct without what is not loaded, dates and decimals as text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part)));
}

describe.each(databases)("queries on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await fill(repo);
  });
  afterAll(() => repo.close());

  for (const [group, cases] of Object.entries(queryCases)) {
    test.each(cases.map((one) => [one.name, one] as const))(`${group}: %s`, async (_, { query, rows, refused, unordered }) => {
      const message = refused?.[database.name];
      if (message) {
        const failure = await repo.all(query()).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(QueryError);
        expect((failure as Error).message).toMatch(message);
        return;
      }
      const found = plain(await repo.all(query()));
      if (unordered)
        expect((found as unknown[]).map((one) => JSON.stringify(one)).sort()).toEqual(rows.map((one) => JSON.stringify(one)).sort());
      else expect(found).toEqual(rows);
    });
  }
});
