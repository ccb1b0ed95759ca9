import { createRepo, type Repo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTables } from "../support/tables.ts";
import { contextOf, schemas, seed } from "./docstring-prelude.ts";
import { docstrings } from "./docstrings.ts";
import { changesets } from "./throws/changesets.ts";
import { migrationTries } from "./throws/migrations.ts";
import { queries } from "./throws/queries.ts";
import { repoTries } from "./throws/repo.ts";
import { schemas as schemaTries } from "./throws/schemas.ts";
import type { Tries } from "./throws/tries.ts";

const tries: Tries = { ...queries, ...changesets, ...repoTries, ...schemaTries, ...migrationTries };
const claims = docstrings().flatMap(({ name, tags }) => (tags.throws ?? []).map((text) => [name, text.split(/\s/)[0] as string] as const));
// Inherited; and of a driver whose package may not be there.
const UNTRIED = /^((Case|Ordering|DecimalExpr)\.to(String|JSON)|pglite)$/;

describe("what docstrings say is thrown", () => {
  let repo: Repo;
  beforeEach(async () => {
    repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
    await createTables(repo, schemas);
    await repo.query("create unique index actors_name_index on actors (name)");
    await seed(repo);
  });
  afterEach(() => repo.close());

  it("is tried, all of it", () => {
    const untried = claims.filter(([name, error]) => !tries[name]?.[error] && !UNTRIED.test(name)).map((one) => one.join(": "));
    expect(untried.length, untried.join("\n")).toBe(0);
  });

  it.each(claims.filter(([name, error]) => tries[name]?.[error]))("%s throws %s", async (name, error) => {
    const context = await contextOf(repo);
    const thrown = await (async () => await tries[name]?.[error]?.(context))().then(
      () => "nothing",
      (reason: Error) => `${reason.name}: ${reason.message}`,
    );
    expect(thrown).toMatch(new RegExp(`^${error}\\b`));
  });
});
