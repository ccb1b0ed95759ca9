import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { freshPostgresUrl } from "../support/databases.ts";
import { CHARACTERS, MOVIES, Workplace, buildPackage, newProject } from "./support.ts";

let pkg = "";
beforeAll(() => {
  pkg = buildPackage();
});

async function migratedProject(): Promise<Workplace> {
  const place = await newProject(pkg);
  place.write({ "db/migrations/20260101000001_create_movies.ts": MOVIES, "db/migrations/20260101000002_create_characters.ts": CHARACTERS });
  await place.ok(["migrate", "--quiet"]);
  return place;
}

describe("ectype new", () => {
  test("makes a project that depends on the package that made it", async () => {
    const place = await newProject(pkg);
    const manifest = JSON.parse(place.read("package.json")) as { name: string; type: string; dependencies: Record<string, string> };
    expect(manifest).toMatchObject({ name: "friends", type: "module", dependencies: { ectype: `file:${pkg}` } });
    expect(place.list(".")).toEqual([".gitignore", "README.md", "db", "ectype.config.ts", "package.json", "src", "test", "tsconfig.json"]);
    expect(place.read("src/repo.ts")).toContain('sqlite({ database: "friends.db" })');
  });

  test("makes one for PostgreSQL with its driver", async () => {
    const place = await newProject(pkg, "--adapter", "postgres");
    expect(place.read("package.json")).toContain('"pg"');
    expect(place.read("src/repo.ts")).not.toContain("sqlite");
  });

  test("refuses a folder with something in it, a name that cannot be one, and an unknown database", async () => {
    const place = await newProject(pkg);
    const parent = new Workplace(pkg);
    parent.folder = join(place.folder, "..");
    expect(await parent.fails(["new", "friends"])).toContain("ectype init");
    expect(await parent.fails(["new", "My Friends"])).toContain("not a project's name");
    expect(await parent.fails(["new", "x", "--adapter", "oracle"])).toContain("sqlite, postgres");
    expect(parent.list(".")).toEqual(["friends"]);
  });

  test("what it and the generators write compiles", async () => {
    const place = await newProject(pkg);
    await place.ok([
      "gen",
      "schema",
      "Movie",
      "movies",
      "title:string:unique",
      "released:date",
      "genre:enum:drama:comedy",
      "secret:text:redact",
    ]);
    await place.ok(["gen", "schema", "Character", "characters", "name", "movie:references:movies", "--timestamps"]);
    await place.ok(["gen", "migration", "add_year", "--change", 'm.alterTable("movies", (t) => t.add("year", "integer"));']);
    const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
    mkdirSync(join(place.folder, "node_modules", "@types"), { recursive: true });
    symlinkSync(pkg, join(place.folder, "node_modules", "ectype"), "junction");
    symlinkSync(join(modules, "@types", "node"), join(place.folder, "node_modules", "@types", "node"), "junction");
    const tsc = spawnSync(process.execPath, [join(modules, "typescript", "bin", "tsc")], { cwd: place.folder, encoding: "utf8" });
    expect(tsc.stdout).toBe("");
    await place.ok(["migrate"]);
    expect(await place.ok(["console", "-e", 'repo.insert(Movie.changeset(Movie.build(), { title: "x" }))'])).toContain("can't be blank");
  });
});

describe("ectype init", () => {
  test("adds what is missing and leaves every file as it was", async () => {
    const place = new Workplace(pkg);
    place.write({ "package.json": JSON.stringify({ name: "@me/Old App", dependencies: { zod: "^4" } }), "src/repo.ts": "// mine\n" });
    const written = await place.ok(["init", "--no-install"]);
    expect(written).toContain("* keeping src/repo.ts");
    expect(place.read("src/repo.ts")).toBe("// mine\n");
    expect(JSON.parse(place.read("package.json"))).toMatchObject({
      name: "@me/Old App",
      dependencies: { zod: "^4", ectype: `file:${pkg}` },
    });
    const before = place.read("package.json");
    expect(await place.ok(["init", "--no-install"])).toContain("* keeping package.json");
    expect(place.read("package.json")).toBe(before);
  });

  test("needs a package.json", async () => {
    expect(await new Workplace(pkg).fails(["init"])).toContain("ectype new NAME");
  });
});

describe("ectype gen", () => {
  test("a migration gets the time as its version, and no two get the same", async () => {
    const place = await newProject(pkg);
    await place.ok(["gen", "migration", "CreateMovies"]);
    await place.ok(["gen", "migration", "create-actors"]);
    const files = place.list("db/migrations").filter((file) => file.endsWith(".ts"));
    expect(files).toHaveLength(2);
    expect(files.map((file) => file.replace(/^\d{14}_/, "")).sort()).toEqual(["create_actors.ts", "create_movies.ts"]);
    expect(new Set(files.map((file) => file.slice(0, 14))).size).toBe(2);
    expect(await place.ok(["migrate"])).toContain("CreateMovies");
  });

  test("a name that is taken, or is none, is refused", async () => {
    const place = await newProject(pkg);
    await place.ok(["gen", "migration", "create_movies"]);
    expect(await place.fails(["gen", "migration", "create_movies"])).toContain("already");
    expect(await place.fails(["gen", "migration", "../x"])).toContain("not a migration's name");
    expect(await place.fails(["gen", "schema", "movie", "movies"])).toContain("capital letter");
    expect(await place.fails(["gen"])).toContain("Usage: ectype gen");
    expect(place.list("db/migrations")).toHaveLength(2);
  });

  test("a schema that is there is not overwritten, and gets no second migration", async () => {
    const place = await newProject(pkg);
    await place.ok(["gen", "schema", "Movie", "movies", "title"]);
    const files = place.list("db/migrations");
    expect(await place.fails(["gen", "schema", "Movie", "films"])).toContain("is there already");
    expect(place.list("db/migrations")).toEqual(files);
  });
});

describe("migrations on SQLite", () => {
  test("migrate, status and rollback", async () => {
    const place = await newProject(pkg);
    expect(await place.ok(["create"])).toContain("has been created: friends.db");
    expect(await place.ok(["create"])).toContain("has already been created");
    place.write({
      "db/migrations/20260101000001_create_movies.ts": MOVIES,
      "db/migrations/20260101000002_create_characters.ts": CHARACTERS,
    });
    expect(await place.ok(["migrate", "--step", "1"])).toContain("create table movies");
    const status = await place.ok(["migrations"]);
    expect(status).toContain("  up        20260101000001  create_movies\n  down      20260101000002  create_characters\n");
    expect(await place.ok(["migrate", "--log-migrations-sql"])).toContain('CREATE TABLE "characters"');
    expect(await place.ok(["migrate"])).toContain("already up");
    await place.ok(["rollback"]);
    expect(await place.ok(["migrations"])).toContain("  down      20260101000002");
    await place.ok(["migrate", "--to", "20260101000002", "-q"]);
    await place.ok(["rollback", "--to-exclusive", "20260101000001"]);
    expect(await place.ok(["migrations"])).toContain("  up        20260101000001");
    await place.ok(["rollback", "--all"]);
    expect(await place.ok(["migrations"])).not.toContain("  up ");
  });

  test("a migration that fails in the middle leaves nothing, and the exit code tells", async () => {
    const place = await newProject(pkg);
    const failing = MOVIES.replace("    });\n  },", '    });\n    m.execute("select nonsense");\n  },');
    place.write({ "db/migrations/20260101000001_create_movies.ts": failing });
    const complaint = await place.fails(["migrate"]);
    expect(complaint).toContain("20260101000001_create_movies failed");
    expect(complaint).toContain("nothing of it is left");
    expect(complaint).not.toContain("    at ");
    expect(await place.fails(["query", "select * from movies"])).toContain("no such table");
  });

  test("a folder of its own can be named, and counts from where one stands", async () => {
    const place = await newProject(pkg);
    place.write({ "src/more/20260101000001_create_movies.ts": MOVIES });
    const { code } = await place.run(["migrate", "--migrations-path", "more"], "", join(place.folder, "src"));
    expect(code).toBe(0);
    expect(place.has("friends.db")).toBe(true);
    expect(place.has("src/friends.db")).toBe(false);
  });

  test("an older migration is refused with --strict-version-order", async () => {
    const place = await migratedProject();
    place.write({ "db/migrations/20250101000001_older.ts": MOVIES.replace('"movies"', '"older"') });
    expect(await place.fails(["migrate", "--strict-version-order"])).toContain("is older than");
    expect(await place.ok(["migrate"])).toContain("[warning]");
  });
});

describe("ectype query", () => {
  test("shows rows as a table, no more than the limit", async () => {
    const place = await migratedProject();
    const sql = "select 1 as id, 'Ready Player One' as title union all select 2, null";
    expect(await place.ok(["query", sql])).toBe(" id | title\n----+------------------\n  1 | Ready Player One\n  2 | null\n(2 rows)\n");
    expect(await place.ok(["query", "--limit", "1", sql])).toContain("(2 rows, of which 1 are shown");
    expect(await place.fails(["query", "--limit", "-1", sql])).toContain("whole number");
  });

  test("only reads, one statement at a time", async () => {
    const place = await migratedProject();
    expect(await place.fails(["query", "insert into movies (title) values ('x')"])).toContain("only reads");
    await place.fails(["query", "commit; delete from movies"]);
    expect(await place.fails(["query", "selec 1"])).toContain("syntax error");
    expect(await place.fails(["query", " "])).toContain("There is no query");
  });
});

describe("drop, seed and reset", () => {
  test("drop asks in production, and nothing but a yes is one", async () => {
    const place = await migratedProject();
    place.env.NODE_ENV = "production";
    expect(await place.fails(["drop"], "n\n")).toContain("not dropped");
    expect(await place.fails(["drop"], "")).toContain("not dropped");
    expect(place.has("friends.db")).toBe(true);
    expect(await place.ok(["drop"], "y\n")).toContain("has been dropped");
    expect(await place.ok(["drop", "--force"])).toContain("has already been dropped");
    expect(place.has("friends.db")).toBe(false);
  });

  test("reset starts over and seeds", async () => {
    const place = await migratedProject();
    const seeds = `export default async (repo: { query(sql: string): Promise<unknown> }) => { await repo.query("insert into movies (title) values ('Bright')"); };`;
    place.write({ "db/seeds.ts": seeds });
    await place.ok(["seed"]);
    await place.ok(["seed"]);
    expect(await place.ok(["query", "select title from movies"])).toContain("(2 rows)");
    await place.ok(["reset"]);
    expect(await place.ok(["query", "select title from movies"])).toContain("(1 row)");
  });
});

describe("several repos", () => {
  test("each has its migrations, and --repo names one", async () => {
    const place = await newProject(pkg);
    place.write({
      "ectype.config.ts": `import { defineConfig } from "ectype/config";\nexport default defineConfig({ repo: { main: "./src/repo.ts", log: "./src/log.ts" } });\n`,
      "src/log.ts": `import { createRepo } from "ectype";\nimport { sqlite } from "ectype/sqlite";\nexport default createRepo({ adapter: sqlite({ database: "log.db" }) });\n`,
      "db/migrations/main/20260101000001_create_movies.ts": MOVIES,
      "db/migrations/log/20260101000001_create_events.ts": MOVIES.replace('"movies"', '"events"'),
    });
    await place.ok(["migrate"]);
    expect(await place.ok(["query", "-r", "log", "select * from events"])).toContain("(0 rows)");
    expect(await place.fails(["query", "select 1"])).toContain("Name one with --repo");
    expect(await place.fails(["migrate", "-r", "lod"])).toContain('Did you mean "log"?');
    expect(await place.ok(["rollback", "-r", "log", "-r", "main"])).toContain("drop table events");
  });
});

describe("mistakes", () => {
  test("an unknown command or flag is an error with a hint", async () => {
    const place = new Workplace(pkg);
    expect(await place.fails(["migrat"])).toContain("Did you mean migrate?");
    expect(await place.fails(["migrate", "--steps", "1"])).toContain("--step");
    expect(await place.fails(["migrate", "--step", "one"])).toContain("whole number");
    expect(await place.fails([])).toContain("Usage: ectype");
  });

  test("help has examples, and the version is the package's", async () => {
    const place = new Workplace(pkg);
    for (const name of ["new", "init", "create", "drop", "migrate", "rollback", "migrations", "query", "console", "seed", "reset"]) {
      expect(await place.ok([name, "--help"])).toContain(`Examples:\n  $ ectype ${name}`);
    }
    expect(await place.ok(["--version"])).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("a project that is not there or wrong is told so", async () => {
    const place = new Workplace(pkg);
    expect(await place.fails(["migrate"])).toContain("There is no ectype.config.ts");
    place.write({ "ectype.config.ts": `export default { repo: "./repo.ts", migration: "x" };` });
    expect(await place.fails(["migrate"])).toContain('Did you mean "migrations"?');
    place.write({ "ectype.config.ts": `export default { repo: "./repo.ts" };` });
    expect(await place.fails(["migrate"])).toContain("There is no file");
    place.write({ "repo.ts": "export const repo = 1;" });
    expect(await place.fails(["migrate"])).toContain("exports no repo");
    place.write({ "repo.ts": "export const = 1;" });
    expect(await place.fails(["migrate"])).toContain("cannot be loaded");
  });

  test("a stack is shown when it is asked for", async () => {
    const place = new Workplace(pkg);
    expect(await place.fails(["migrate"])).not.toContain("    at ");
    expect(await place.fails(["migrate", "--verbose"])).toContain("    at ");
    place.env.DEBUG = "ectype";
    expect(await place.fails(["migrate"])).toContain("    at ");
  });

  test("a project's own copy of the package runs in place of another one", async () => {
    const place = new Workplace(pkg);
    place.write({
      "node_modules/ectype/package.json": JSON.stringify({
        name: "ectype",
        type: "module",
        exports: { "./package.json": "./package.json" },
      }),
      "node_modules/ectype/dist/cli/bin.js": 'console.log("the own copy");',
    });
    expect(await place.ok(["migrate"])).toBe("the own copy\n");
  });
});

test("the same commands work on PostgreSQL", async () => {
  const place = await newProject(pkg);
  const url = new URL(await freshPostgresUrl());
  place.env.DATABASE_URL = url.href;
  place.write({ "db/migrations/20260101000001_create_movies.ts": MOVIES });
  expect(await place.ok(["drop"])).toContain("has been dropped");
  expect(await place.fails(["migrate"])).toContain("ectype create");
  expect(await place.ok(["create"])).toContain("has been created");
  await place.ok(["migrate"]);
  expect(await place.ok(["migrations"])).toContain("  up        20260101000001  create_movies");
  expect(await place.fails(["query", "insert into movies (title) values ('x')"])).toContain("only reads");
  await place.fails(["query", "commit; insert into movies (title) values ('x')"]);
  expect(await place.ok(["query", "select * from movies"])).toContain(" id | title | tagline\n");
  await place.ok(["rollback"]);
  expect(await place.fails(["query", "select * from movies"])).toContain('"movies" does not exist');
  expect(place.has("friends.db")).toBe(false);
});
