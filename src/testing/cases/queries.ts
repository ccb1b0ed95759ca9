import assert from "node:assert/strict";
import { QueryError, type Repo } from "../../index.ts";
import { type Feature, type FeatureCase, plain, undone } from "./feature.ts";
import type { QueryCase } from "./queries/case.ts";
import type { ChangeCase } from "./queries/change-case.ts";
import { changeCases } from "./queries/changes.ts";
import { queryCases } from "./queries/index.ts";
import { fill } from "./queries/schemas.ts";

type Refused = QueryCase["refused"];

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

function read({ name, query, rows, refused, unordered }: QueryCase): FeatureCase {
  return {
    name,
    run: (repo) =>
      orRefused(repo, refused, async () => {
        const found = plain(await repo.all(query())) as unknown[];
        if (unordered) assert.deepEqual(sorted(found), sorted(rows));
        else assert.deepEqual(found, plain(rows));
      }),
  };
}

function change({ name, operation, query, answer, refused }: ChangeCase): FeatureCase {
  return {
    name,
    run: (repo) =>
      orRefused(repo, refused, async () => {
        const made = query() as never;
        const found = await undone<unknown>(repo, () =>
          operation === "all" ? repo.all(made) : operation === "updateAll" ? repo.updateAll(made) : repo.deleteAll(made),
        );
        if (typeof answer === "number") return assert.deepEqual(found, { count: answer, rows: null });
        const { count, rows } = operation === "all" ? { count: answer.length, rows: found } : (found as { count: number; rows: unknown });
        assert.deepEqual(sorted(plain(rows) as unknown[]), sorted(answer));
        assert.equal(count, answer.length);
      }),
  };
}

/** What one of the databases of the package itself has not, it must refuse before it is asked. */
async function orRefused(repo: Repo, refused: Refused, run: () => Promise<void>): Promise<void> {
  const message = refused?.[repo.adapter.name as keyof NonNullable<Refused>];
  if (message === undefined) return run();
  await assert.rejects(run(), (error: unknown) => {
    assert.ok(error instanceof QueryError, `expected a QueryError, got: ${String(error)}`);
    assert.match(error.message, message);
    return true;
  });
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((one) => JSON.stringify(one)).sort();
}

async function fillForChanges(repo: Repo): Promise<void> {
  await fill(repo);
  // The prefix of some cases is the name of SQLite's own.
  if (repo.adapter.name !== "postgres") return;
  await repo.query("create schema main");
  for (const table of ["movies", "characters"]) await repo.query(`create table main.${table} (like ${table})`);
}
