import { createRepo, type Repo, type RepoOptions } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterAll } from "vitest";
import type { TestDatabase } from "./databases.ts";

/** A repo on a fresh, empty database; it is closed when the test file ends. */
export async function openRepo(database: TestDatabase, options: Omit<RepoOptions, "adapter"> = {}): Promise<Repo> {
  const opened = await database.open();
  const repo = createRepo({
    ...forced,
    ...options,
    adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres({ ...opened.options, ...pipeline }),
  });
  repos.push(repo);
  return repo;
}

/** The whole suite holds whatever way preloads are read: `npm run test:modes` says which. */
const strategy = process.env["ECTYPE_PRELOADS"];
const forced: Omit<RepoOptions, "adapter"> = strategy === undefined ? {} : { defaultOptions: { preloadStrategy: strategy } };

const pipeline = process.env["ECTYPE_PIPELINE"] === "off" ? { pipeline: false } : {};

const repos: Repo[] = [];

afterAll(async () => {
  await Promise.all(repos.splice(0).map((repo) => repo.close()));
});
