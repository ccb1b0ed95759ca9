import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { Migration, MigrationEntry, MigrationRepo, RunOptions } from "../../../src/migration/index.ts";
import {
  fragment,
  migrate,
  migrateDown,
  migratedVersions,
  migrateUp,
  migration,
  migrations,
  references,
  rollback,
} from "../../../src/migration/index.ts";
import { freshFolder } from "../../support/databases.ts";
import type { Target } from "./support.ts";
import { gate } from "../../support/waiting.ts";
import { targets } from "./support.ts";

const movies = migration({
  change(m) {
    m.createTable("movies", (t) => {
      t.add("title", "string");
      t.add("tagline", "string");
    });
  },
});
const characters = migration({
  change(m) {
    m.createTable("characters", (t) => {
      t.add("name", "string");
      t.add("movie_id", references("movies", { onDelete: "deleteAll" }));
    });
    m.createIndex("characters", ["movie_id"]);
  },
});
const distributors = migration({
  change(m) {
    m.createTable("distributors", (t) => {
      t.add("name", "string");
      t.add("movie_id", references("movies"));
      t.timestamps();
    });
    m.createUniqueIndex("distributors", ["movie_id"]);
  },
});
const lesson: MigrationEntry[] = [
  { version: 20261122203000, name: "create_movies", migration: movies },
  { version: 20261122203100, name: "create_characters", migration: characters },
  { version: 20261122203200, name: "create_distributors", migration: distributors },
];

describe.each(targets)("migrating $name", ({ name, make }) => {
  let target: Target;
  let lines: string[];
  const log = (line: string) => void lines.push(line);
  const up = (options: RunOptions) => migrate(target.repo, { log, ...options });
  const down = (options: RunOptions) => rollback(target.repo, { log, ...options });
  const one = (made: Migration, options: RunOptions = {}) => up({ migrations: [{ version: 1, name: "one", migration: made }], ...options });

  beforeEach(async () => {
    target = await make();
    lines = [];
  });

  it("runs everything that is pending, in order, once", async () => {
    expect(await up({ migrations: [...lesson].reverse() })).toEqual([20261122203000, 20261122203100, 20261122203200]);
    expect(await target.tables()).toEqual(["characters", "distributors", "movies", "schema_migrations"]);
    expect(await up({ migrations: lesson })).toEqual([]);
    expect(lines.at(-1)).toBe("[info] Migrations already up");
    expect(await migratedVersions(target.repo)).toEqual([20261122203000, 20261122203100, 20261122203200]);
  });

  it("tells what it does in Ecto's words", async () => {
    await up({ migrations: lesson.slice(1, 2).concat(lesson.slice(0, 1)) });
    expect(lines).toEqual([
      "[info] == Running 20261122203000 CreateMovies.change forward",
      "[info] create table movies",
      expect.stringMatching(/^\[info\] == Migrated 20261122203000 in \d+\.\ds$/),
      "[info] == Running 20261122203100 CreateCharacters.change forward",
      "[info] create table characters",
      "[info] create index characters_movie_id_index",
      expect.stringMatching(/^\[info\] == Migrated 20261122203100 in \d+\.\ds$/),
    ]);
  });

  it("reverses change by itself, newest first", async () => {
    await up({ migrations: lesson });
    lines = [];
    expect(await down({ migrations: lesson })).toEqual([20261122203200]);
    expect(lines.slice(1, 3)).toEqual(["[info] drop index distributors_movie_id_index", "[info] drop table distributors"]);
    expect(await down({ migrations: lesson, all: true })).toEqual([20261122203100, 20261122203000]);
    expect(await target.tables()).toEqual(["schema_migrations"]);
    expect(await migratedVersions(target.repo)).toEqual([]);
  });

  it("goes by step, to a version and up to a version without it", async () => {
    expect(await up({ migrations: lesson, step: 1 })).toEqual([20261122203000]);
    expect(await up({ migrations: lesson, toExclusive: 20261122203200 })).toEqual([20261122203100]);
    expect(await up({ migrations: lesson, to: "20261122203200" })).toEqual([20261122203200]);
    expect(await down({ migrations: lesson, toExclusive: 20261122203100 })).toEqual([20261122203200]);
    expect(await down({ migrations: lesson, to: 20261122203000 })).toEqual([20261122203100, 20261122203000]);
    await expect(up({ migrations: lesson, step: 1, all: true })).rejects.toThrow("takes one of all, step, to and toExclusive");
    await expect(up({ migrations: lesson, to: "soon" })).rejects.toThrow('must be a version such as 20261122203000, not "soon"');
    await expect(up({ migrations: lesson, stepp: 1 } as RunOptions)).rejects.toThrow('Did you mean "step"?');
  });

  it("shows the state of every migration, also of those without a file", async () => {
    await up({ migrations: lesson, step: 2 });
    expect(await migrations(target.repo, { migrations: lesson.slice(1) })).toEqual([
      { status: "up", version: 20261122203000, name: "** FILE NOT FOUND **" },
      { status: "up", version: 20261122203100, name: "create_characters" },
      { status: "down", version: 20261122203200, name: "create_distributors" },
    ]);
  });

  it("undoes nothing where one that is to be undone cannot be found", async () => {
    await up({ migrations: lesson });
    const before = await migratedVersions(target.repo);
    const tables = await target.tables();
    const without = lesson.slice(0, 2);
    const all: RunOptions[] = [{}, { step: 2 }, { all: true }, { to: 20261122203000 }, { toExclusive: 20261122203000 }];
    for (const options of all) {
      await expect(down({ migrations: without, ...options })).rejects.toThrow(
        "20261122203200 has run and would be undone now, but it is not in",
      );
      expect([await migratedVersions(target.repo), await target.tables()]).toEqual([before, tables]);
    }
    // What is not to be undone may be missing.
    expect(await down({ migrations: lesson.slice(1), step: 1 })).toEqual([20261122203200]);
  });

  it("leaves the database as it was when a migration fails in the middle, and says which command", async () => {
    const broken = migration({
      change(m) {
        m.createTable("actors", (t) => t.add("name", "string"));
        m.createIndex("actors", ["nme"]);
      },
    });
    const entries: MigrationEntry[] = [...lesson.slice(0, 1), { version: 20261122203300, name: "create_actors", migration: broken }];
    await expect(up({ migrations: entries })).rejects.toThrow(
      /^migration 20261122203300_create_actors failed at "create index actors_nme_index": .*nme.*\nIt was rolled back: nothing of it is left\.$/s,
    );
    expect(await target.tables()).toEqual(["movies", "schema_migrations"]);
    expect(await migratedVersions(target.repo)).toEqual([20261122203000]);
  });

  it("keeps what a migration without a transaction did before it failed, and says so", async () => {
    const broken = migration({
      transaction: false,
      up(m) {
        m.createTable("actors");
        m.execute("not sql");
      },
    });
    await expect(one(broken)).rejects.toThrow("It ran without a transaction: the commands before this one have been done and stay.");
    expect(await target.tables()).toEqual(["actors", "schema_migrations"]);
    expect(await migratedVersions(target.repo)).toEqual([]);
  });

  it("fails as a migration when its function throws, with the error as the cause", async () => {
    const cause = new Error("no wind today");
    const failure = await one(
      migration({
        async up(m) {
          m.createTable("kites");
          await m.flush();
          throw cause;
        },
      }),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "MigrationError", cause });
    expect((failure as Error).message).toContain("migration 1_one failed in its function up: no wind today");
    expect(await target.tables()).toEqual(["schema_migrations"]);
  });

  it("prefers up and down to change, and tells which one is missing", async () => {
    const made = migration({
      up: (m) => m.createTable("a"),
      down: (m) => m.dropTable("a"),
      change: (m) => m.createTable("b"),
    });
    await one(made);
    expect(await target.tables()).toEqual(["a", "schema_migrations"]);
    await down({ migrations: [{ version: 1, migration: made }] });
    expect(await target.tables()).toEqual(["schema_migrations"]);
    const oneWay = migration({ up: (m) => m.createTable("a") });
    await one(oneWay);
    await expect(down({ migrations: [{ version: 1, name: "one", migration: oneWay }] })).rejects.toThrow("has neither down nor change");
  });

  it("refuses to reverse what cannot be reversed, and changes nothing", async () => {
    const made = migration({
      change(m) {
        m.createTable("a");
        m.execute("select 1");
      },
    });
    await one(made);
    await expect(down({ migrations: [{ version: 1, name: "one", migration: made }] })).rejects.toThrow(
      'the command cannot be reversed: execute "select 1". To roll this migration back, give execute a second argument that undoes it, or define up and down',
    );
    expect(await target.tables()).toEqual(["a", "schema_migrations"]);
    expect(await migratedVersions(target.repo)).toEqual([1]);
  });

  it("queues commands until the function has ended or flush is called", async () => {
    const seen: string[][] = [];
    await one(
      migration({
        async up(m) {
          m.createTable("a");
          m.execute(() => void seen.push(["in turn"]));
          seen.push(["at once"]);
          await m.flush();
          m.createTable("b");
          seen.push(["after flush"]);
        },
      }),
    );
    expect(seen).toEqual([["at once"], ["in turn"], ["after flush"]]);
    expect(await target.tables()).toEqual(["a", "b", "schema_migrations"]);
  });

  it("refuses to flush in a change that is rolled back", async () => {
    const made = migration({
      async change(m) {
        m.createTable("a");
        await m.flush();
      },
    });
    await one(made);
    await expect(down({ migrations: [{ version: 1, migration: made }] })).rejects.toThrow("m.flush() cannot be undone");
  });

  it("runs both ways of a reversible execute, of a function and of a file", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "up.sql"), "create table f1 (x integer);\ncreate table f2 (x integer);");
    writeFileSync(join(folder, "down.sql"), "drop table f1; drop table f2;");
    const calls: string[] = [];
    const made = migration({
      change(m) {
        m.execute("create table e (x integer)", "drop table e");
        m.execute(
          () => void calls.push("up"),
          () => void calls.push("down"),
        );
        m.executeFile(join(folder, "up.sql"), join(folder, "down.sql"));
      },
    });
    await one(made);
    expect(await target.tables()).toEqual(["e", "f1", "f2", "schema_migrations"]);
    await down({ migrations: [{ version: 1, migration: made }] });
    expect(await target.tables()).toEqual(["schema_migrations"]);
    expect(calls).toEqual(["up", "down"]);
  });

  it("refuses commands in the wrong place", async () => {
    await expect(one(migration({ up: (m) => m.createTable("a", () => m.createIndex("a", ["id"])) }))).rejects.toThrow(
      '"create index a_id_index" stands inside the block of createTable("a")',
    );
    await expect(
      one(migration({ up: (m) => m.createTable("a", (t) => (t as unknown as { remove(name: string): void }).remove("id")) })),
    ).rejects.toThrow('t.remove is for alterTable; inside createTable("a") there are t.add and t.timestamps');
    await expect(
      one(
        migration({
          up(m) {
            let outside = (): void => {};
            m.createTable("a", (t) => {
              outside = () => t.add("late", "string");
            });
            outside();
          },
        }),
      ),
    ).rejects.toThrow('t.add("late") stands outside the block of createTable("a")');
    await expect(one(migration({ up: (m) => m.createTable("a", (async () => {}) as () => void) }))).rejects.toThrow("must be synchronous");
    expect(await target.tables()).toEqual(["schema_migrations"]);
  });

  it("refuses commands that come after the migration has ended", async () => {
    let late: Promise<unknown> = Promise.resolve();
    const ended = gate();
    await one(
      migration({
        up(m) {
          late = ended.opened.then(() => m.createTable("late")).catch((error: unknown) => error);
        },
      }),
    );
    ended.open();
    expect(await late).toMatchObject({ name: "MigrationError", message: expect.stringContaining("came after its migration had ended") });
  });

  it("runs the callbacks inside the transaction only", async () => {
    const steps = { afterBegin: (m: { execute(sql: string): void }) => m.execute("create table first_one (x integer)") };
    await one(
      migration({
        ...steps,
        up: (m) => m.execute("create table second_one (x integer)"),
        beforeCommit: (m) => m.execute("drop table first_one"),
      }),
    );
    expect(lines.filter((line) => line.includes("execute")).map((line) => line.split('"')[1])).toEqual([
      "create table first_one (x integer)",
      "create table second_one (x integer)",
      "drop table first_one",
    ]);
    await up({ migrations: [[2, migration({ ...steps, transaction: false, up: () => {} })]] });
    expect(await target.tables()).toEqual(["schema_migrations", "second_one"]);
  });

  it("warns of a migration that is older than one that has run, and refuses it when strict", async () => {
    await up({ migrations: lesson.slice(2), step: 0 });
    await up({ migrations: [[5, movies]] });
    const older: MigrationEntry[] = [{ version: 4, name: "late", migration: migration({ up: () => {} }) }];
    await expect(up({ migrations: older, strictVersionOrder: true })).rejects.toThrow(
      "migration 4_late is older than 5, which has run already",
    );
    expect(await up({ migrations: older })).toEqual([4]);
    expect(lines.some((line) => line.startsWith("[warning] migration 4_late is older than 5"))).toBe(true);
  });

  it("runs one migration up and down by itself", async () => {
    expect(await migrateUp(target.repo, 7, movies, { quiet: true })).toBe("ok");
    expect(await migrateUp(target.repo, 7, movies, { quiet: true })).toBe("alreadyUp");
    expect(await migrateDown(target.repo, 7, movies, { quiet: true })).toBe("ok");
    expect(await migrateDown(target.repo, 7, movies, { quiet: true })).toBe("alreadyDown");
  });

  it.each([
    ["the table's lock", true, true],
    ["an advisory lock", "advisory" as const, true],
    ["a lock without a transaction", true, false],
  ])("never runs a migration twice when several migrators start at once, under %s", async (_name, migrationLock, transaction) => {
    let runs = 0;
    const slow = migration({
      transaction,
      async up(m) {
        runs++;
        m.createTable("once");
        await m.flush();
        await new Promise((resolve) => setTimeout(resolve, 150));
      },
    });
    const entries: MigrationEntry[] = [
      [1, slow],
      [2, movies],
    ];
    const ran = await Promise.all(
      [1, 2, 3].map(() => migrate(target.repo, { migrations: entries, quiet: true, migrationLock, migrationLockRetryInterval: 10 })),
    );
    expect(ran.flat().sort()).toEqual([1, 2]);
    expect(runs).toBe(1);
    expect(await migratedVersions(target.repo)).toEqual([1, 2]);
  });

  it("gives up waiting for the lock when told how long", async () => {
    if (name === "postgres") return; // its table lock waits in the server
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let started = (): void => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = one(
      migration({
        async up() {
          started();
          await held;
        },
      }),
    );
    await running;
    await expect(
      migrate(target.repo, { migrations: [[2, movies]], quiet: true, migrationLockMaxTries: 3, migrationLockRetryInterval: 5 }),
    ).rejects.toThrow("kept the database locked for 3 attempts");
    release();
    await first;
  });

  it("uses the repo's own pool, one connection at a time, and lets its calls join the transaction", async () => {
    const opened = target.repo.adapter.open();
    const single = await opened.checkout();
    let out = 0;
    const joined: boolean[] = [];
    const repo: MigrationRepo = {
      adapter: { ...target.repo.adapter, open: () => expect.fail("opened a pool of its own") },
      pool: () => ({
        checkout: () => {
          if (out++ > 0) throw new Error("a second connection");
          return { ...single, release: () => void out-- };
        },
        close: () => expect.fail("closed the repo's pool"),
      }),
      runOn(_connection, inTransaction, fn) {
        joined.push(inTransaction);
        return fn();
      },
    };
    const plain = migration({ transaction: false, lock: false, up: (m) => m.createTable("b") });
    expect(await migrate(repo, { migrations: [...lesson, [20261122203300, plain]], quiet: true })).toHaveLength(4);
    expect(joined).toEqual([true, true, true, false]);
    expect(out).toBe(0);
    single.release();
  });

  it("keeps Ecto's table of versions under another name", async () => {
    await one(movies, { migrationSource: 'odd"versions' });
    expect(await target.tables()).toEqual(["movies", 'odd"versions']);
    const [[version, at] = []] = await target.rows('select version, inserted_at from "odd""versions"');
    expect(Number(version)).toBe(1);
    expect(Math.abs(new Date(name === "sqlite" ? `${String(at)}Z` : (at as Date)).getTime() - Date.now())).toBeLessThan(24 * 3600 * 1000);
  });

  it("takes tables and columns with any name", async () => {
    await one(
      migration({
        change(m) {
          m.createTable('order"s', (t) => {
            t.add("select", "string", { default: "it's \\ fine" });
            t.add("group", references('order"s'));
          });
          m.createIndex('order"s', ["select"]);
        },
      }),
    );
    await target.rows('select "select" from "order""s"');
    expect(await target.tables()).toContain('order"s');
  });

  it("follows the configured keys and timestamps", async () => {
    await one(
      migration({
        change(m) {
          m.createTable("a", (t) => t.timestamps({ updatedAt: false }));
          m.createTable("b", (t) => t.add("a_id", references("a")));
        },
      }),
      {
        logSql: true,
        migrationPrimaryKey: { name: "key", type: "uuid" },
        migrationForeignKey: { column: "key" },
        migrationTimestamps: { insertedAt: "created_at", type: "utcDatetimeUsec" },
      },
    );
    const [type, time] = name === "sqlite" ? ["TEXT", "TEXT"] : ["uuid", "timestamp"];
    const sql = lines.filter((line) => line.includes("CREATE TABLE"));
    expect(sql[0]).toContain(`"key" ${type}`);
    expect(sql[0]).toContain(`"created_at" ${time} NOT NULL`);
    expect(sql[0]).not.toContain("updated_at");
    expect(sql[1]).toContain(`"a_id" ${type}`);
    expect(sql[1]).toContain('REFERENCES "a" ("key")');
  });

  it("adds and removes columns with their keys, and back again", async () => {
    const entries: MigrationEntry[] = [
      [1, movies],
      [
        2,
        migration({
          change(m) {
            m.createTable("notes", (t) => t.add("old", "string"));
            m.alterTable("notes", (t) => {
              t.add("movie_id", references("movies"));
              t.add("rank", "integer", { default: 3, null: false });
              t.remove("old", "string");
              t.timestamps();
            });
            m.renameColumn("notes", "rank", "position");
            m.renameTable("notes", "remarks");
          },
        }),
      ],
    ];
    await up({ migrations: entries });
    await target.rows("select movie_id, position, inserted_at, updated_at from remarks");
    await down({ migrations: entries });
    expect(await target.tables()).toEqual(["movies", "schema_migrations"]);
  });

  it("makes working defaults, checks and partial indexes", async () => {
    await one(
      migration({
        change(m) {
          m.createTable("d", (t) => {
            t.add("n", "integer", { default: 7 });
            t.add("b", "boolean", { default: true });
            t.add("s", "string", { default: "it's" });
            t.add("j", "map", { default: { a: ["it's"] } });
            t.add("at", "utcDatetime", { default: m.fragment("CURRENT_TIMESTAMP") });
            t.add("sum", "integer", { default: fragment("1 + 1") });
            t.add("raw", "binary", { default: new Uint8Array([0, 255]) });
            t.add("price", "decimal", { precision: 10, scale: 2, check: { name: "price_positive", expr: "price > 0" } });
          });
          m.createUniqueIndex("d", ["n"], { where: "n > 100" });
          m.createIndex("d", [{ desc: "s" }, fragment("lower(s)")], { name: "d_lower" });
        },
      }),
    );
    await target.rows(name === "sqlite" ? "insert into d default values returning id" : "insert into d default values");
    const [row] = await target.rows("select n, s, sum, price, raw from d");
    expect(row?.slice(0, 4)).toEqual([7, "it's", 2, null]);
    expect(Array.from(row?.[4] as Uint8Array)).toEqual([0, 255]);
    await expect(target.rows("insert into d (price) values (-1) returning id")).rejects.toThrow(/price_positive/);
  });
});

describe.each(targets.slice(0, 1))("migration files", ({ make }) => {
  const source = new URL("../../../src/migration/index.ts", import.meta.url).href;
  const load = (path: string) => import(/* @vite-ignore */ pathToFileURL(path).href);
  const file = (body: string) =>
    `import { migration } from ${JSON.stringify(source)};\nexport default migration({ change(m) { ${body} } });\n`;
  let target: Target;
  let dir: string;

  beforeEach(async () => {
    target = await make();
    dir = freshFolder();
  });

  it("are found in folders below, and other files are left alone", async () => {
    mkdirSync(join(dir, "2026"));
    writeFileSync(join(dir, "2026", "20260102000000_b.mts"), file('m.createTable("b")'));
    writeFileSync(join(dir, "20260101000000_a.ts"), file('m.createTable("a")'));
    writeFileSync(join(dir, "20260101000000_a.d.ts"), "");
    writeFileSync(join(dir, "notes.ts"), "throw new Error()");
    writeFileSync(join(dir, "20260101000000_a.sql"), "");
    expect(await migrate(target.repo, { dir, load, quiet: true })).toEqual([20260101000000, 20260102000000]);
  });

  it("are all loaded before the first runs", async () => {
    writeFileSync(join(dir, "1_a.ts"), file('m.createTable("a")'));
    writeFileSync(join(dir, "2_b.ts"), "export default {};");
    await expect(migrate(target.repo, { dir, load, quiet: true })).rejects.toThrow(/2_b\.ts has no migration as its default export/);
    expect(await target.tables()).toEqual(["schema_migrations"]);
  });

  it("name the file that cannot be loaded", async () => {
    writeFileSync(join(dir, "1_a.js"), "throw new Error('bad day');");
    await expect(migrate(target.repo, { dir, quiet: true })).rejects.toThrow(/1_a\.js cannot be loaded: bad day/);
  });

  it("may not share a version or, when pending, a name", async () => {
    writeFileSync(join(dir, "1_a.ts"), file(""));
    writeFileSync(join(dir, "1_b.ts"), file(""));
    await expect(migrate(target.repo, { dir, load, quiet: true })).rejects.toThrow("the migration version 1 is there 2 times: 1_a, 1_b");
    const other = freshFolder();
    writeFileSync(join(other, "1_a.ts"), file(""));
    writeFileSync(join(other, "2_a.ts"), file(""));
    await expect(migrate(target.repo, { dir: other, load, quiet: true })).rejects.toThrow('the migrations 1 and 2 have the same name, "a"');
  });

  it("are missed with a hint", async () => {
    await expect(migrate(target.repo, { dir: join(dir, "none"), quiet: true })).rejects.toThrow(
      "Create the first with: ectype gen migration NAME",
    );
  });
});

it("needs an adapter", async () => {
  await expect(migrate({} as never, { migrations: [] })).rejects.toThrow("migrations run on a repo, or on an object with an adapter");
});

describe("migration()", () => {
  it("needs something to do", () => {
    expect(() => migration({})).toThrow("needs change, or up and down");
    expect(() => migration({ chnge() {} } as never)).toThrow('Did you mean "change"?');
    expect(() => migration({ up: "create table" } as never)).toThrow("up must be a function");
  });
});
