import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { ConfigError, ConnectionError, createRepo, DatabaseError, field, PoolTimeoutError, type Repo, schema } from "ectype";
import { postgres } from "ectype/postgres";
import { pglite } from "ectype/postgres/pglite";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connection } from "../../../src/core/adapter/index.ts";
import { postgresBase } from "../../../src/postgres/adapter.ts";
import { postgresMigrationPort } from "../../../src/postgres/migration-port.ts";
import { gate } from "../../support/waiting.ts";

const on = (database?: Parameters<typeof pglite>[0], options = {}): Repo =>
  createRepo({ adapter: postgres({ driver: pglite(database), ...options }) });
const value = async (repo: Repo, sql: string, params: unknown[] = []): Promise<unknown> =>
  (await repo.query(sql, params as never)).rows[0]?.[0];

describe("a PGlite", () => {
  let database: PGlite;
  let [one, other]: [Repo, Repo] = [undefined as never, undefined as never];
  beforeAll(async () => {
    database = await PGlite.create();
    [one, other] = [on(database), on(database)];
    await one.query("create table t (a integer)");
  });
  beforeEach(async () => {
    await one.query("truncate t");
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    await database.close();
  });
  const count = (repo: Repo) => value(repo, "select count(*)::int from t");

  const deep: Readonly<Record<string, string>> = {
    queries: `select ${"(select ".repeat(1_500)}1${")".repeat(1_500)}`,
    additions: `select ${Array(20_000).fill("1").join(" + ")}`,
    negations: `select ${"not ".repeat(6_000)}true`,
    "turns of and and or": `select 1 where ${"(".repeat(6_000)}true${Array.from({ length: 6_000 }, (_, at) => (at % 2 ? " and true)" : " or false)")).join("")}`,
  };
  test.each(Object.keys(deep))("that overruns its stack by nested %s fails the statement, and goes on", async (kind) => {
    const sql = deep[kind] as string;
    for (const call of [
      () => one.query(sql),
      () => one.query(`${sql} limit $1`, [1] as never),
      () => one.query(`insert into t values (1); ${sql}`),
      () => one.transaction(() => one.query(sql)),
    ]) {
      const error = (await call().catch((thrown: unknown) => thrown)) as DatabaseError;
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toMatch(/nested too deeply for PGlite|memory exhausted|stack depth/);
      expect(await count(one)).toBe(0);
      expect((await database.query("select 1 as x")).rows).toEqual([{ x: 1 }]);
    }
  });

  test("is called once for a prepared statement in a transaction, and twice outside, where the second call is what commits", async () => {
    class Row extends schema("t", { a: field.integer() }, { primaryKey: false }) {}
    const calls = vi.spyOn(database, "execProtocol");
    const countOf = async (work: () => Promise<unknown>) => {
      await work();
      calls.mockClear();
      await work();
      return calls.mock.calls.length;
    };
    expect(await countOf(() => one.all(Row))).toBe(2);
    const inside: number[] = [];
    const insertThrice = () =>
      one.transaction(async () => {
        for (let at = 0; at < 3; at++) inside.push(await countOf(() => one.insertOrThrow(Row.build({ a: at }))));
      });
    await insertThrice();
    expect(inside).toEqual([1, 1, 1]);
    expect(await count(one)).toBe(6);
    const failing = one.transaction(async () => {
      await one.insertOrThrow(Row.build({ a: 7 }));
      await one.query("select 1 / 0");
    });
    await expect(failing).rejects.toThrow(/division by zero/);
    expect(await count(other)).toBe(6);
  });

  test("keeps the transactions of two repos and its own apart", async ({ onTestFinished }) => {
    const [entered, waiting] = [gate(), gate()];
    onTestFinished(() => waiting.open());
    const failing = one.transaction(async () => {
      await one.query("insert into t values (1)");
      entered.open();
      await waiting.opened;
      throw new Error("mine");
    });
    await entered.opened;
    const done: string[] = [];
    const others = [
      other.query("insert into t values (2)").then(() => done.push("other")),
      database.query("insert into t values (3)").then(() => done.push("own")),
      database.transaction((tx) => tx.query("insert into t values (4)")).then(() => done.push("own transaction")),
    ];
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([]);
    waiting.open();
    await expect(failing).rejects.toThrow("mine");
    await Promise.all(others);
    expect((await one.query("select a from t order by a")).rows).toEqual([[2], [3], [4]]);
  });

  test("lets no repo into a transaction of its own", async ({ onTestFinished }) => {
    const [entered, waiting] = [gate(), gate()];
    onTestFinished(() => waiting.open());
    const holding = database
      .transaction(async (tx) => {
        await tx.query("insert into t values (1)");
        entered.open();
        await waiting.opened;
        throw new Error("mine");
      })
      .catch(() => {});
    await entered.opened;
    const givenUp = [
      () => one.query("insert into t values (2)", [], { timeout: 30 }),
      () => other.query("insert into t values (2)", [], { signal: AbortSignal.timeout(30) }),
      () => one.transaction(() => one.query("insert into t values (2)"), { timeout: 30 }),
    ];
    // Whoever comes after one that gave up waits for the connection.
    for (const call of givenUp) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error instanceof PoolTimeoutError ? "AbortedError" : (error as Error).name).toBe("AbortedError");
    }
    const behind = one.query("insert into t values (3)");
    waiting.open();
    await holding;
    await behind;
    expect((await one.query("select a from t")).rows).toEqual([[3]]);
  });

  test("gives texts as they are, a byte order mark at their front too", async () => {
    const texts = ["\ufeffa", "", "\ufeff", "b\ufeff", "\uffef￯", null];
    const found = await one.query(
      "select $1::text, $2::text, $3::text, $4::text, $5::text, $6::text union all select 'x', '\ufeffy', null, '', '', ''",
      texts as never,
    );
    expect(found.rows).toEqual([texts, ["x", "\ufeffy", null, "", "", ""]]);
    expect((await one.query("select '\ufeffa'; select 1; select '\ufeffb'")).rows).toEqual([["\ufeffb"]]);
  });

  test("keeps what its owner listens to, and its temporary tables", async () => {
    const heard: string[] = [];
    await database.listen("news", (text) => void heard.push(text));
    await database.exec("create temp table mine (a integer)");
    const third = on(database, { pool: { maxLifetime: 1 } });
    await third.query("select 1");
    await third.close();
    await database.exec("notify news, 'x'; select * from mine");
    expect(heard).toEqual(["x"]);
  });

  test("lets one migrator in at a time", async () => {
    const options = { table: { name: "versions", prefix: null }, retryInterval: 1, maxTries: 3 };
    const pools = [1, 2].map(() => postgresBase({ driver: pglite(database) }).open());
    const [first, second] = (await Promise.all(pools.map((pool) => pool.checkout()))) as [Connection, Connection];
    const unlock = await postgresMigrationPort.lock(first, options);
    await expect(postgresMigrationPort.lock(second, options)).rejects.toThrow("another migrator held the lock for 3 attempts");
    await unlock();
    await (await postgresMigrationPort.lock(second, options))();
    for (const connection of [first, second]) connection.release();
    await Promise.all(pools.map((pool) => pool.close()));
  });

  test("does not take a server's options", () => {
    for (const option of [{ url: "postgres://localhost/a" }, { host: "h" }, { statementTimeout: 5 }, { ssl: true }, { encoding: "UTF8" }])
      expect(() => postgres({ driver: pglite(database), ...option })).toThrow(ConfigError);
    expect(() => postgres({ driver: pglite(database), statementTimeout: 5 })).toThrow("does not take the option statementTimeout");
  });
});

test("a PGlite that its owner closes, or that ends itself, is a lost connection", async () => {
  const database = await PGlite.create();
  const repo = on(database);
  expect(await value(repo, "select 1")).toBe(1);
  await repo.query("create table t (a integer)");
  await expect(repo.query("copy t from stdin")).rejects.toThrow();
  await expect(repo.query("select 1")).rejects.toThrow(ConnectionError);
  await repo.close();
  const closed = await PGlite.create();
  const late = on(closed);
  expect(await value(late, "select 1")).toBe(1);
  await closed.close();
  await expect(late.query("select 1")).rejects.toThrow(ConnectionError);
  await late.close();
});

test("a PGlite that overruns its stack while a statement writes is lost, and keeps nothing of what it wrote", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ectype-pglite-"));
  const repo = on(folder);
  await repo.query("create table t (a integer)");
  await repo.query(`create function deepen(n integer) returns integer language plpgsql as
    $$ begin if n = 0 then return 0; end if; return deepen(n - 1) + 1; end $$`);
  const rows = "insert into t select case when i < 3 then i else deepen(100000) end from generate_series(1, 3) i where $1";
  await expect(repo.query(rows, [true] as never)).rejects.toThrow(ConnectionError);
  await expect(repo.query("select 1")).rejects.toThrow(/PGlite broke before/);
  await expect(repo.transaction(() => repo.query("select 1"))).rejects.toThrow(ConnectionError);
  const again = await PGlite.create(folder);
  expect((await again.query("select a from t")).rows).toEqual([]);
  await again.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a database in memory outlives its repos", async () => {
  const driver = pglite("memory://mine");
  const [first, second] = [createRepo({ adapter: postgres({ driver }) }), createRepo({ adapter: postgres({ driver }) })];
  await first.query("create table kept (a integer)");
  await first.close();
  expect(await value(second, "select count(*)::int from kept")).toBe(0);
  await second.close();
});

test("a folder is opened once, whatever its path is called", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ectype-pglite-"));
  const path = join(folder, "data");
  const [one, other] = [on(path), on(relative(process.cwd(), path))];
  const [entered, waiting] = [gate(), gate()];
  await one.query("create table t (a integer)");
  const failing = one.transaction(async () => {
    await one.query("insert into t values (1)");
    entered.open();
    await waiting.opened;
    throw new Error("mine");
  });
  await entered.opened;
  const inserted = other.query("insert into t values (2)");
  waiting.open();
  await expect(failing).rejects.toThrow("mine");
  await inserted;
  await one.close();
  expect((await other.query("select a from t")).rows).toEqual([[2]]);
  await other.close();
  const again = on(`file://${path}`);
  expect((await again.query("select a from t")).rows).toEqual([[2]]);
  await again.close();
  rmSync(folder, { recursive: true, force: true });
});
