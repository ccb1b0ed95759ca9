import { belongsTo, cast, createRepo, field, from, hasMany, QueryError, schema, TransactionError } from "ectype";
import { migrate, migration } from "ectype/migration";
import { sqlite } from "ectype/sqlite";
import type { SqliteDatabase, SqliteDriver, SqliteDriverFeatures } from "ectype/sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { loadDriver } from "../../../../src/sqlite/drivers/load.ts";
import { freshSqliteFile, sqliteDrivers } from "../../../support/databases.ts";
import { createTables } from "../../../support/tables.ts";

class Author extends schema("authors", {
  name: field.string(),
  born: field.integer({ readAfterWrites: true }),
  books: () => hasMany(Book),
}) {}
class Book extends schema("books", { title: field.string(), author: () => belongsTo(Author) }) {}
class Plain extends schema("plains", { name: field.string() }) {}

const real = loadDriver(sqliteDrivers[0]);

/** SQLite as an old release of it, or a service in front of it, would be: it refuses what it says it cannot do. */
function without(features: SqliteDriverFeatures): SqliteDriver {
  const refuse = (sql: string) => {
    if (features.returning === false && /\bRETURNING\b/.test(sql)) throw new Error('near "RETURNING": syntax error');
    if (features.transactions === false && /^\s*(BEGIN|COMMIT|SAVEPOINT)/i.test(sql)) throw new Error("no transactions here");
  };
  return {
    name: "lesser",
    features,
    open(path) {
      const db = real.open(path) as SqliteDatabase;
      return {
        get inTransaction() {
          return db.inTransaction;
        },
        prepare(sql, bigints) {
          refuse(sql);
          return db.prepare(sql, bigints);
        },
        exec(sql) {
          refuse(sql);
          return db.exec(sql);
        },
        close: () => db.close(),
      };
    },
  };
}

const repos: ReturnType<typeof createRepo>[] = [];
function open(features: SqliteDriverFeatures) {
  const repo = createRepo({ adapter: sqlite({ database: freshSqliteFile(), driver: without(features) }) });
  repos.push(repo);
  return repo;
}
afterEach(async () => {
  await Promise.all(repos.splice(0).map((repo) => repo.close()));
});

describe("a driver without RETURNING", () => {
  test("inserts rows with the keys that the database gives them, nested ones too", async () => {
    const repo = open({ returning: false });
    await createTables(repo, [Plain, Book]);
    const first = await repo.insertOrThrow(Plain.build({ name: "a" }));
    const second = await repo.insertOrThrow(cast(Plain.build(), { name: "b" }, ["name"]));
    expect([first.id, second.id]).toEqual([1, 2]);
    expect(
      await repo.all(
        from(Plain)
          .orderBy("id")
          .select((p) => [p.id, p.name]),
      ),
    ).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    const given = await repo.insertOrThrow(Plain.build({ id: 40, name: "c" }));
    expect(given.id).toBe(40);
    expect((await repo.insertAll(Plain, [{ name: "d" }, { name: "e" }])).count).toBe(2);
    expect((await repo.updateAll(from(Plain).where({ name: "d" }), { set: { name: "D" } })).count).toBe(1);
  });

  test.each([
    ["insertAll", (repo: ReturnType<typeof open>) => repo.insertAll(Plain, [{ name: "a" }], { returning: true })],
    [
      "updateAll",
      (repo: ReturnType<typeof open>) =>
        repo.updateAll(
          from(Plain).select((p) => p.id),
          { set: { name: "a" } },
        ),
    ],
    ["insert", (repo: ReturnType<typeof open>) => repo.insert(Plain.build({ name: "a" }), { returning: true })],
  ])("says that %s cannot give rows back, before anything is sent", async (_, call) => {
    const repo = open({ returning: false });
    await createTables(repo, [Plain]);
    const error = await call(repo).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(QueryError);
    expect((error as Error).message).toMatch(/cannot answer with the rows.*RETURNING/);
    expect(await repo.aggregate(Plain, "count")).toBe(0);
  });
});

describe("a driver without transactions that stay open", () => {
  test("runs single statements and migrations, and refuses transactions with a reason", async () => {
    const repo = open({ transactions: false });
    const plains = migration({
      change(m) {
        m.createTable("plains", (t) => t.add("name", "string"));
      },
    });
    expect(await migrate(repo, { migrations: [[1, plains]], quiet: true })).toEqual([1]);
    expect((await repo.insertOrThrow(Plain.build({ name: "a" }))).id).toBe(1);
    await expect(repo.transaction(async () => {})).rejects.toThrow(/cannot keep a transaction open/);
    await expect(repo.transaction(async () => {})).rejects.toThrow(TransactionError);
    await expect(repo.checkout(() => repo.transaction(async () => {}))).rejects.toThrow(/cannot keep a transaction open/);
  });

  test("refuses a nested insert rather than doing half of it", async () => {
    const repo = open({ transactions: false });
    await createTables(repo, [Author, Book]);
    const nested = cast(Author.build({ name: "x" }), {}, []).putAssoc("books", [{ title: "a" }]);
    await expect(repo.insert(nested)).rejects.toThrow(/cannot keep a transaction open/);
    expect(await repo.aggregate(Author, "count")).toBe(0);
  });
});
