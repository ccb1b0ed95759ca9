import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as ectype from "ectype";
import { createRepo, Expr, from, type Repo } from "ectype";
import { type MigrationCommands, migrateUp, migration } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshFolder, freshPostgresUrl } from "../support/databases.ts";
import { createTables } from "../support/tables.ts";
import { type Context, contextOf, Movie, schemas, seed } from "./docstring-prelude.ts";
import { type About, exampleModules } from "./docstring-examples.ts";
import { type Docstring, docstrings } from "./docstrings.ts";
import { dialects } from "./page.ts";
import { check, matches, problemsOf } from "./run.ts";

const all = docstrings();
const functions = all.filter(({ kind }) => kind === "function");
const modules = exampleModules(all);

interface Registered {
  readonly about: About;
  readonly where: string;
  readonly run: (context: Context & { m: MigrationCommands }) => Promise<void>;
}
const examples = await registered();

describe("the docstrings", () => {
  it("say of everything public what it is", () => {
    expectNone(all.filter(({ text, tags }) => !WORD.test(text) && !tags.deprecated).map(shown));
  });

  it("show an example of every function", () => {
    const without = functions.filter(({ examples }) => !examples.some(({ code }) => WORD.test(code)));
    expectNone(without.filter(({ name }) => !WITHOUT_EXAMPLE.has(name)).map(shown));
  });

  it("show the SQL of every member of queries and expressions", () => {
    const members = functions.filter(({ name }) => /^(Query|Expr)\./.test(name));
    expect(members.length).toBeGreaterThan(70);
    const without = members.filter(({ examples }) => !examples.some(({ code }) => /(SQL|SQLite|PostgreSQL): \S/.test(code)));
    expectNone(without.filter(({ name }) => !WITHOUT_SQL.has(name)).map(shown));
  });

  it("name what every function follows", () => {
    expectNone(functions.filter((one) => !one.tags.see && !OWN.has(one.name)).map(shown));
    expectNone(all.flatMap((one) => (one.tags.see ?? []).filter((text) => !SOURCE.test(text)).map((text) => `${shown(one)}: ${text}`)));
  });

  it("name only parameters that there are", () => {
    const wrong = all.flatMap((one) =>
      (one.tags.param ?? [])
        .map((text) => text.split(/[\s.]/)[0] as string)
        .filter((name) => one.kind === "function" && !one.params.includes(name))
        .map((name) => `${shown(one)}: ${name}`),
    );
    expectNone(wrong);
  });

  it("name one error class in each @throws", () => {
    const wrong = all.flatMap((one) =>
      (one.tags.throws ?? []).filter((text) => !isErrorClass(text.split(/\s/)[0] as string)).map((text) => `${shown(one)}: ${text}`),
    );
    expectNone(wrong);
  });

  it("have no exception that is not needed", () => {
    const named = new Map(all.map((one) => [one.name, one]));
    expectNone([...WITHOUT_SQL].filter((name) => !named.has(name)));
    expectNone([...WITHOUT_EXAMPLE].filter((name) => !named.has(name) || named.get(name)?.examples.length));
    expectNone([...OWN].filter((name) => !named.has(name) || named.get(name)?.tags.see));
  });

  it("hold examples that compile", () => {
    expectNone(problemsOf(modules));
  });
});

describe.each(dialects)("the examples of docstrings, on %s", (dialect) => {
  let repo: Repo;
  const { log } = console;
  beforeAll(async () => {
    repo = createRepo({ adapter: dialect === "sqlite" ? sqlite({ database: ":memory:" }) : postgres({ url: await freshPostgresUrl() }) });
    await createTables(repo, schemas);
    await repo.query("create unique index actors_name_index on actors (name)");
  });
  afterAll(async () => {
    console.log = log;
    await repo.close();
  });

  // SQL and plain values are the same whatever the database that the example runs on.
  const here = examples.filter(({ about }) => (about.only || dialect) === dialect && (about.needs !== "nothing" || dialect === "sqlite"));
  it.each(here.map((one) => [one.about.name, one.where, one] as const))("%s (%s)", async (_name, _where, { about, run }) => {
    console.log = () => {};
    await emptied(repo);
    await seed(repo);
    const context = await contextOf(repo);
    if (about.needs !== "migration") return await run({ ...context, m: undefined as never });
    // What the commands do is undone by the error in which the migration ends.
    const done = new Error("done");
    const step = migration({
      up: async (m) => {
        await run({ ...context, m });
        await m.flush();
        throw done;
      },
    });
    await expect(migrateUp(repo, 1, step, { quiet: true })).rejects.toSatisfy((error) => error === done || (error as Error).cause === done);
  });
});

async function emptied(repo: Repo): Promise<void> {
  const tables = ["movies", "characters", "distributors", "actors", "movies_actors"];
  if (repo.adapter.name === "postgres") await repo.query(`truncate ${tables.join(", ")} restart identity`);
  else for (const table of tables) await repo.query(`delete from ${table}`);
}

/** Evaluates the modules, which hand over their examples. */
async function registered(): Promise<Registered[]> {
  const folder = freshFolder();
  const found: Registered[] = [];
  for (const { name, page, types } of modules) {
    (globalThis as { __docs?: object }).__docs = {
      example: (about: About, run: Registered["run"]) => found.push({ about, where: `${page}:${about.line}`, run }),
      check: (line: number, run: () => unknown, expected: string) => check(`${page}:${line}`, run, expected),
      sql: (line: number, run: (m: never) => unknown, expected: string) => checkSql(`${page}:${line}`, run, expected),
      tables: async (_schemas: readonly unknown[]) => {},
    };
    const file = join(folder, `${name}.mts`);
    writeFileSync(file, types);
    try {
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    } catch (error) {
      found.push({ about: { name: "all", line: 0, needs: "nothing", only: "" }, where: page, run: () => Promise.reject(error) });
    }
  }
  return found;
}

const planners = {
  SQLite: createRepo({ adapter: sqlite({ database: ":memory:" }) }),
  PostgreSQL: createRepo({ adapter: postgres({ url: "postgres://nobody@127.0.0.1:1/none" }) }),
};

/** Compares the SQL of a query, or of an expression of `m`, a binding of movies, with what the comment says. */
async function checkSql(where: string, run: (m: never) => unknown, comment: string): Promise<void> {
  const parts = comment.split(/(?:^|\n)\s*(SQL|SQLite|PostgreSQL): /).slice(1);
  for (let at = 0; at < parts.length; at += 2) {
    const [label, expected] = parts.slice(at, at + 2) as [string, string];
    for (const name of ["SQLite", "PostgreSQL"] as const) {
      if (label !== "SQL" && label !== name) continue;
      const text = sqlOf(planners[name], run, expected);
      const actual = label === "SQL" ? text.replace(/\$\d+/g, "?") : text;
      if (!matches(actual, expected)) throw new Error(`${where}: the example says\n  ${expected}\nbut ${name} gets\n  ${actual}`);
    }
  }
}

function sqlOf(repo: Repo, run: (m: never) => unknown, expected: string): string {
  if (run.length === 0 && (STATEMENT.test(expected) || !(run(undefined as never) instanceof Expr))) {
    const kind = /^(WITH .*)?UPDATE/.test(expected) ? "updateAll" : /^(WITH .*)?DELETE/.test(expected) ? "deleteAll" : "all";
    return repo.toSql(kind, run(undefined as never) as never).sql;
  }
  let ordered = false;
  const build = (m: unknown) => {
    const value = run(m as never);
    ordered = !(value instanceof Expr);
    return value;
  };
  try {
    const { sql } = repo.toSql("all", from(Movie).select(build as never));
    if (!ordered) return sql.slice("SELECT ".length, sql.indexOf(' FROM "movies" AS m0'));
  } catch (error) {
    if (!ordered) throw error;
  }
  const { sql } = repo.toSql("all", from(Movie).orderBy(build as never));
  return sql.slice(sql.indexOf(" ORDER BY ") + " ORDER BY ".length);
}

/** The list is the message, whole. */
function expectNone(problems: readonly string[]): void {
  expect(problems.length, problems.join("\n")).toBe(0);
}

const STATEMENT = /^(WITH|SELECT|UPDATE|DELETE) /;

function shown({ name, file }: Docstring): string {
  return `${name} (${file})`;
}

function isErrorClass(name: string): boolean {
  if (name === "TypeError" || name === "RangeError") return true;
  const found = (ectype as Record<string, unknown>)[name];
  return typeof found === "function" && found.prototype instanceof ectype.EctypeError;
}

/** An Ecto function or module, or what else a function follows. */
const SOURCE = /^(Ecto(\.[A-Z]\w*)*(\.[^\s.]+\/\d)?|Elixir: .+|SQL: .+|PostgreSQL: .+|SQLite: .+|JavaScript: .+|Standard Schema|RFC 9562)$/;

/** Functions that follow nobody: ideas of this package alone. */
const OWN = new Set<string>(["filterSources", "paginate"]);

/** Functions whose example would say nothing, or could not run. */
const WITHOUT_EXAMPLE = new Set<string>([]);

/** Members of queries and expressions that add nothing to the SQL of the query itself. */
const WITHOUT_SQL = new Set<string>(["Expr.toString", "Expr.toJSON", "Query.preload", "Query.hasNamedBinding"]);

const WORD = /[a-z]{2}/i;
