import { createRepo, type EctypeError, MigrationError, type Repo } from "ectype";
import {
  fragment,
  type Migration,
  migrate,
  type MigrationCommands,
  migratedVersions,
  migration,
  migrations,
  references,
  rollback,
} from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { databases, freshFolder } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

const quiet = { quiet: true };

describe.each(databases)("migrations on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeEach(async () => {
    repo = await openRepo(database);
  });
  let version = 0;
  const up = async (change: (m: MigrationCommands) => void | Promise<void>): Promise<[number, Migration]> => {
    const entry: [number, Migration] = [++version, migration({ change })];
    await migrate(repo, { migrations: [entry], ...quiet });
    return entry;
  };
  const down = (entry: [number, Migration]) => rollback(repo, { migrations: [entry], ...quiet });
  const columns = async (table: string) => (await repo.query(`select * from "${table}" where 1 = 0`)).columns;
  const refused = async (sql: string) => {
    const error = await repo.query(sql).then(
      () => null,
      (reason: EctypeError) => reason,
    );
    expect([sql, error?.code]).toEqual([sql, "DATABASE"]);
  };

  test("the page's example creates tables, and is reversed by itself", async () => {
    await up((m) => m.createTable("movies", (t) => t.add("title", "string")));
    const entry = await up((m) => {
      m.createTable("characters", (t) => {
        t.add("name", "string");
        t.add("movie_id", references("movies", { onDelete: "deleteAll" }));
      });
      m.createIndex("characters", ["movie_id"]);
    });
    expect(await columns("characters")).toEqual(["id", "name", "movie_id"]);
    await repo.query("insert into movies (title) values ('a')");
    await repo.query("insert into characters (name, movie_id) values ('b', 1)");
    await refused("insert into characters (name, movie_id) values ('b', 99)");
    await repo.query("delete from movies");
    expect((await repo.query("select count(*) from characters")).rows[0]?.map(Number)).toEqual([0]);
    expect(await down(entry)).toEqual([entry[0]]);
    await refused("select * from characters");
  });

  test("a migration reads from files, oldest first, and the ledger is Ecto's", async () => {
    const dir = join(freshFolder(), "db", "migrations");
    mkdirSync(dir, { recursive: true });
    const file = (name: string, table: string) =>
      writeFileSync(
        join(dir, name),
        `import { migration } from "ectype/migration";\nexport default migration({ change(m) { m.createTable("${table}", (t) => { t.add("name", "string"); t.timestamps(); }); } });\n`,
      );
    file("20261122203100_second.ts", "second");
    file("20261122203000_first.ts", "first");
    const load = async (path: string) => ({
      default: migration({ change: (m) => m.createTable(path.includes("first") ? "first" : "second", (t) => t.timestamps()) }),
    });
    expect(await migrate(repo, { dir, load, ...quiet })).toEqual([20261122203000, 20261122203100]);
    expect(await migrate(repo, { dir, load, ...quiet })).toEqual([]);
    expect((await repo.query("select version from schema_migrations order by version")).rows.map(([one]) => Number(one))).toEqual([
      20261122203000, 20261122203100,
    ]);
    expect(await columns("schema_migrations")).toEqual(["version", "inserted_at"]);
    expect(await columns("first")).toEqual(["id", "inserted_at", "updated_at"]);
    expect(await migrations(repo, { dir })).toEqual([
      { status: "up", version: 20261122203000, name: "first" },
      { status: "up", version: 20261122203100, name: "second" },
    ]);
    expect(await rollback(repo, { dir, load, ...quiet })).toEqual([20261122203100]);
    expect(await migratedVersions(repo)).toEqual([20261122203000]);
    expect((await migrations(repo, { dir })).map(({ status }) => status)).toEqual(["up", "down"]);
  });

  test("to, step, all; up and down; async functions", async () => {
    const make = (name: string) => migration({ up: async (m) => m.createTable(name), down: async (m) => m.dropTable(name) });
    const list = [1, 2, 3, 4].map((at): [number, Migration] => [at, make(`t${at}`)]);
    expect(await migrate(repo, { migrations: list, step: 1, ...quiet })).toEqual([1]);
    expect(await migrate(repo, { migrations: list, to: 3, ...quiet })).toEqual([2, 3]);
    expect(await migrate(repo, list, quiet)).toEqual([4]);
    expect(await rollback(repo, list, { step: 2, ...quiet })).toEqual([4, 3]);
    expect(await rollback(repo, { migrations: list, all: true, ...quiet })).toEqual([2, 1]);
    await refused("select * from t1");
  });

  test("tables: options of columns, keys, timestamps", async () => {
    await up((m) => {
      m.createTable(
        "items",
        (t) => {
          t.add("code", "string", { null: false, default: "none", size: 40 });
          t.add("price", "decimal", { precision: 10, scale: 2 });
          t.add("flag", "boolean", { default: true });
          t.add("made", "utcDatetime", { default: fragment(pg ? "now()" : "CURRENT_TIMESTAMP") });
          t.timestamps({ type: "utcDatetime", insertedAt: "created_at", updatedAt: false, null: true });
        },
        { primaryKey: { name: "item_id", type: "bigserial" } },
      );
    });
    expect(await columns("items")).toEqual(["item_id", "code", "price", "flag", "made", "created_at"]);
  });

  test("alterTable, rename, indexes and constraints", async () => {
    await up((m) =>
      m.createTable("posts", (t) => {
        t.add("title", "string");
        t.add("old", "string");
        t.add("views", "integer");
      }),
    );
    const entry = await up((m) => {
      m.alterTable("posts", (t) => {
        t.add("body", "text");
        t.remove("old", "string");
      });
      m.renameColumn("posts", "title", "headline");
      m.createUniqueIndex("posts", ["headline"]);
      m.createIndex("posts", ["views"], { name: "by_views", where: "views > 0" });
    });
    expect([...(await columns("posts"))].sort()).toEqual(["body", "headline", "id", "views"]);
    await repo.query("insert into posts (headline) values ('a')");
    await refused("insert into posts (headline) values ('a')");
    await down(entry);
    expect([...(await columns("posts"))].sort()).toEqual(["id", "old", "title", "views"]);
    const renamed = await up((m) => m.renameTable("posts", "articles"));
    expect(await columns("articles")).toContain("title");
    await down(renamed);
    await up((m) => m.createTableIfNotExists("posts", (t) => t.add("x", "string")));
    expect(await columns("posts")).not.toContain("x");
    await up((m) => {
      m.dropTableIfExists("nothing");
      m.createIndex("posts", "views");
    });
    await up((m) => m.dropIndex("posts", ["views"]));
    if (pg) {
      const checked = await up((m) => m.createConstraint("posts", "views_positive", { check: "views >= 0" }));
      await refused("insert into posts (views) values (-1)");
      await down(checked);
      await repo.query("insert into posts (views) values (-1)");
      await up((m) =>
        m.alterTable("posts", (t) => {
          t.modify("views", "bigint", { from: "integer" });
          t.addIfNotExists("title", "string");
          t.removeIfExists("nothing");
        }),
      );
    }
  });

  test("execute runs SQL and functions in order, flush runs what is queued", async () => {
    const entry = await up(async (m) => {
      m.createTable("logs", (t) => t.add("text", "string"));
      await m.flush();
      m.execute("insert into logs (text) values ('up')", "insert into logs (text) values ('never seen')");
      m.execute(
        () => repo.query("insert into logs (text) values ('fn')").then(() => undefined),
        () => undefined,
      );
    }).catch((error: unknown) => error as Error);
    expect(entry).not.toBeInstanceOf(Error);
    expect((await repo.query("select text from logs order by id")).rows).toEqual([["up"], ["fn"]]);
  });

  test("a migration that fails leaves nothing behind, and says which", async () => {
    const bad = migration({
      change(m) {
        m.createTable("half");
        m.execute("this is no SQL");
      },
    });
    await expect(migrate(repo, { migrations: [[7, bad]], ...quiet })).rejects.toMatchObject({
      code: expect.stringMatching(/MIGRATION|DATABASE/),
    });
    await refused("select * from half");
    expect(await migratedVersions(repo)).toEqual([]);
  });

  test("what cannot be reversed says so", async () => {
    const entry = await up((m) => m.createTable("gone")).then(() => up((m) => m.dropTable("gone")));
    await expect(down(entry)).rejects.toThrow(MigrationError);
    expect(() => migration({} as never)).toThrow(MigrationError);
    await expect(migrate(repo, { migrations: [[1, {} as never]], ...quiet })).rejects.toThrow(/migration\(\)/);
    await expect(migrate(repo, { dirr: "x" } as never)).rejects.toThrow(/dirr/);
    await expect(migrate({} as never)).rejects.toThrow(/repo/);
    await expect(up((m) => m.createTable("x", (t) => t.add("y", "strng" as never)))).rejects.toThrow(/strng/);
    await expect(up((m) => m.createTable("x", (t) => t.add("y", "string", { nul: true } as never)))).rejects.toThrow(/nul/);
  });

  test("two migrators at once run each migration once", async () => {
    const list: [number, Migration][] = [[1, migration({ change: (m) => m.createTable("once") })]];
    const ran = await Promise.all([migrate(repo, { migrations: list, ...quiet }), migrate(repo, { migrations: list, ...quiet })]);
    expect(ran.flat()).toEqual([1]);
  });

  test("a repo's migrationConfig holds for its migrations", async () => {
    const opened = await database.open();
    await using own = createRepo({
      adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options),
      migrationConfig: { migrationSource: "versions", migrationPrimaryKey: { name: "key", type: "uuid" } },
    });
    await migrate(own, { migrations: [[1, migration({ change: (m) => m.createTable("keyed") })]], ...quiet });
    expect((await own.query("select * from keyed")).columns).toEqual(["key"]);
    expect((await own.query("select version from versions")).rows.map(([one]) => Number(one))).toEqual([1]);
  });
});
