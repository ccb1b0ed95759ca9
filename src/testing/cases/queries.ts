import assert from "node:assert/strict";
import type { Repo } from "../../index.ts";
import { define, type Feature, type FeatureCase, plain, undone } from "./feature.ts";
import type { QueryCase } from "./queries/case.ts";
import type { ChangeCase } from "./queries/change-case.ts";
import { changeCases } from "./queries/changes.ts";
import { queryCases } from "./queries/index.ts";
import { fill, moviesTables } from "./queries/schemas.ts";

/** The query language, a feature for each group of it. */
export const queries: readonly Feature[] = Object.entries(queryCases).map(([name, cases]) => ({
  name,
  setUp: fill,
  cases: cases.map(read),
}));

/** `updateAll`, `deleteAll` and CTEs that write. */
export const changes: readonly Feature[] = (["updateAll", "deleteAll", "all"] as const).map((operation) => ({
  name: operation === "all" ? "CTEs that write" : operation,
  setUp: fillForChanges,
  cases: changeCases.filter((one) => one.operation === operation).map(change),
}));

function read({ name, query, rows, unordered }: QueryCase): FeatureCase {
  return {
    name,
    run: async (repo) => {
      const found = plain(await repo.all(query())) as unknown[];
      if (unordered) assert.deepEqual(sorted(found), sorted(rows));
      else assert.deepEqual(found, plain(rows));
    },
  };
}

function change({ name, operation, query, answer }: ChangeCase): FeatureCase {
  return {
    name,
    run: async (repo) => {
      const made = query() as never;
      const found = await undone<unknown>(repo, () =>
        operation === "all" ? repo.all(made) : operation === "updateAll" ? repo.updateAll(made) : repo.deleteAll(made),
      );
      if (typeof answer === "number") return assert.deepEqual(found, { count: answer, rows: null });
      const { count, rows } = operation === "all" ? { count: answer.length, rows: found } : (found as { count: number; rows: unknown });
      assert.deepEqual(sorted(plain(rows) as unknown[]), sorted(answer));
      assert.equal(count, answer.length);
    },
  };
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((one) => JSON.stringify(one)).sort();
}

async function fillForChanges(repo: Repo): Promise<void> {
  await fill(repo);
  // The prefix of some cases. A database whose own tables are in one of that name refuses it.
  const made = await repo.query("create schema main").then(
    () => true,
    () => false,
  );
  if (made) await define(repo, 2, (m) => moviesTables(m, "main"));
}
