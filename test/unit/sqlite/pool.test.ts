import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { AbortedError, ConnectionError, DatabaseError, PoolTimeoutError, TransactionError } from "../../../src/core/base/index.ts";
import type { RawResult, Statement } from "../../../src/core/adapter/index.ts";
import { sqliteBase } from "../../../src/sqlite/adapter.ts";
import type { SqliteOptions } from "../../../src/sqlite/options.ts";
import type { SqlitePool } from "../../../src/sqlite/pool.ts";
import { freshFolder, freshSqliteFile, sqliteDrivers } from "../../support/databases.ts";

const read = (sql: string): Statement => ({ sql, readOnly: true, returnsRows: true, bigints: false, prepare: true });
const write = (sql: string): Statement => ({ sql, readOnly: false, returnsRows: false, bigints: false, prepare: true });
const script = (sql: string): Statement => ({ ...write(sql), prepare: false });
const COUNT = read("SELECT count(*) FROM t");
const INSERT = write("INSERT INTO t (a) VALUES (?)");

describe.each(sqliteDrivers)("the pool over %s", (driver) => {
  const pools: SqlitePool[] = [];
  function open(options: Partial<SqliteOptions> = {}): SqlitePool {
    const pool = sqliteBase({ database: freshSqliteFile(), driver, ...options }).open() as SqlitePool;
    pools.push(pool);
    return pool;
  }
  async function withTable(options: Partial<SqliteOptions> = {}): Promise<SqlitePool> {
    const pool = open(options);
    await pool.run(script("CREATE TABLE t (id INTEGER PRIMARY KEY, a)"), []);
    return pool;
  }
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
  });

  test("answers at once, without a promise, where nothing has to be waited for", async () => {
    const pool = await withTable();
    expect(pool.run(INSERT, ["x"])).toMatchObject({ rows: [], count: 1 });
    expect(pool.run(read('SELECT a, a AS "b" FROM t'), [])).toMatchObject({ rows: [["x", "x"]], columns: ["a", "b"], count: 1 });
    const connection = pool.checkout();
    expect(connection).not.toBeInstanceOf(Promise);
    (await connection).release();
  });

  test("sets connections up as ecto_sqlite3 does", async () => {
    const pool = await withTable();
    const pragma = async (name: string) => (await pool.run(read(`PRAGMA ${name}`), [])).rows[0]?.[0];
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("foreign_keys")).toBe(1);
    expect(await pragma("synchronous")).toBe(1);
    expect(await pragma("cache_size")).toBe(-64000);
  });

  test("keeps columns apart that share a name", async () => {
    expect((await open().run(read("SELECT 1 AS x, 2 AS x"), [])).rows).toEqual([[1, 2]]);
  });

  test("reads beside a transaction that writes, and sees nothing of it before its end", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["x"]);
    const outside = pool.run(COUNT, []);
    expect(outside).not.toBeInstanceOf(Promise);
    expect((await outside).rows).toEqual([[0]]);
    await connection.commit();
    connection.release();
    expect((await pool.run(COUNT, [])).rows).toEqual([[1]]);
  });

  test("makes writes wait for the transaction, in their order", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    const later = [1n, 2n, 3n].map((a) => pool.run(INSERT, [a]));
    await connection.run(INSERT, [0n]);
    await connection.rollback();
    connection.release();
    await Promise.all(later);
    expect((await pool.run(read("SELECT a FROM t ORDER BY id"), [])).rows).toEqual([[1], [2], [3]]);
  });

  test("lets two transactions follow one another", async () => {
    const pool = await withTable();
    const bump = async () => {
      const connection = await pool.checkout();
      await connection.begin();
      const before = (await connection.run(COUNT, [])).rows[0]?.[0] as number;
      await sleep(5);
      await connection.run(INSERT, [BigInt(before)]);
      await connection.commit();
      connection.release();
    };
    await Promise.all([bump(), bump(), bump()]);
    expect((await pool.run(read("SELECT a FROM t ORDER BY id"), [])).rows).toEqual([[0], [1], [2]]);
  });

  test("has one connection in memory, where reads wait as well", async () => {
    const pool = await withTable({ database: ":memory:" });
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["x"]);
    const outside = pool.run(COUNT, []);
    expect(outside).toBeInstanceOf(Promise);
    await connection.commit();
    connection.release();
    expect((await outside).rows).toEqual([[1]]);
  });

  test("gives up waiting for the connection after a while, or by a signal, and goes on", async () => {
    const pool = await withTable({ poolTimeout: 30 });
    const connection = await pool.checkout();
    await expect(pool.run(INSERT, ["x"])).rejects.toThrow(PoolTimeoutError);
    const controller = new AbortController();
    const waiting = pool.run(INSERT, ["x"], { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
    expect(() => pool.run(INSERT, ["x"], { signal: controller.signal })).toThrow(AbortedError);
    connection.release();
    expect((await pool.run(COUNT, [])).rows).toEqual([[0]]);
  });

  test("rolls back what a released connection left open", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["x"]);
    connection.release();
    connection.release();
    expect((await pool.run(COUNT, [])).rows).toEqual([[0]]);
    expect(() => connection.run(COUNT, [])).toThrow(TransactionError);
  });

  test("goes back to a savepoint, whatever its name", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["kept"]);
    await connection.savepoint('a"b');
    await connection.run(INSERT, ["dropped"]);
    await connection.rollbackTo('a"b');
    await connection.releaseSavepoint('a"b');
    await connection.commit();
    connection.release();
    expect((await pool.run(read("SELECT a FROM t"), [])).rows).toEqual([["kept"]]);
  });

  test("refuses to write in a transaction that only reads, and writes again after it", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin({ readOnly: true });
    expect(() => connection.run(INSERT, ["x"])).toThrow(/readonly/);
    await connection.rollback();
    connection.release();
    await pool.run(INSERT, ["x"]);
  });

  test("does not leave a transaction open that raw SQL began", async () => {
    const pool = await withTable();
    expect(() => pool.run(script("BEGIN"), [])).toThrow(TransactionError);
    await pool.run(INSERT, ["x"]);
    expect((await pool.run(COUNT, [])).rows).toEqual([[1]]);
  });

  test("runs a script of several statements, but no several statements with rows", async () => {
    const pool = await withTable();
    await pool.run(script("INSERT INTO t (a) VALUES (1); INSERT INTO t (a) VALUES (';') ;"), []);
    expect((await pool.run(COUNT, [])).rows).toEqual([[2]]);
    expect(() => pool.run(read("SELECT 1; SELECT 2"), [])).toThrow(/more than one statement/);
    expect((await pool.run(read("SELECT 1; -- the end\n"), [])).rows).toEqual([[1]]);
  });

  test("follows a table that changes under a prepared statement", async () => {
    const pool = await withTable();
    const all = read("SELECT * FROM t");
    await pool.run(INSERT, ["x"]);
    expect((await pool.run(all, [])).rows).toEqual([[1, "x"]]);
    await pool.run(script("ALTER TABLE t ADD COLUMN b DEFAULT 'new'"), []);
    expect((await pool.run(all, [])).rows).toEqual([[1, "x", "new"]]);
  });

  test("reads and writes 100,000 rows", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    for (let i = 0; i < 100_000; i++) connection.run(INSERT, [BigInt(i)]);
    await connection.commit();
    connection.release();
    const { rows } = await pool.run(read("SELECT a FROM t ORDER BY id"), []);
    expect(rows.length).toBe(100_000);
    expect(rows[99_999]).toEqual([99_999]);
  });

  test("hands integers over exactly where the statement asks for it, and never rounds them", async () => {
    const pool = open();
    const big = "SELECT 9007199254740993";
    expect((await pool.run({ ...read(big), bigints: true }, [])).rows).toEqual([[9007199254740993n]]);
    const decode = sqliteBase({ database: ":memory:" }).codec({ name: "integer", storage: "integer" } as never).decode as (
      value: unknown,
    ) => number;
    expect(() => decode((pool.run(read(big), []) as RawResult).rows[0]?.[0])).toThrow();
  });

  test("says that the database is locked, waits for it without stopping the process, and stops by a signal", async () => {
    const file = freshSqliteFile();
    const holder = await withTable({ database: file });
    const hasty = open({ database: file, busyTimeout: 30 });
    const other = open({ database: file, busyTimeout: Number.POSITIVE_INFINITY });
    const connection = await holder.checkout();
    await connection.begin();
    const failure = await Promise.resolve(hasty.run(INSERT, ["x"])).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseError);
    expect((failure as Error).message).toMatch(/locked by another process, still after \d+ ms/);
    const waiting = other.run(INSERT, ["x"]);
    // Timers go on while it waits.
    for (let ticks = 0; ticks < 10; ticks++) await sleep(1);
    const controller = new AbortController();
    const stopped = Promise.resolve(open({ database: file }).run(INSERT, ["x"], { signal: controller.signal }));
    controller.abort();
    await expect(stopped).rejects.toThrow(AbortedError);
    await connection.commit();
    connection.release();
    expect((await waiting).count).toBe(1);
  });

  test("keeps every write of two processes on one file", async () => {
    const file = freshSqliteFile();
    const pool = await withTable({ database: file, busyTimeout: Number.POSITIVE_INFINITY });
    const child = fork(fileURLToPath(new URL("./writer.mjs", import.meta.url)), [file, driver], { execArgv: process.execArgv });
    const done = once(child, "exit");
    await once(child, "message");
    for (let i = 0; i < 200; i++) {
      const connection = await pool.checkout();
      await connection.begin();
      await connection.run(INSERT, ["parent"]);
      if (i % 20 === 0) await sleep(1);
      await connection.commit();
      connection.release();
    }
    expect((await done)[0]).toBe(0);
    expect((await pool.run(COUNT, [])).rows).toEqual([[400]]);
  });

  test("says what is wrong with the file", async () => {
    const base = sqliteBase({ database: join(freshFolder(), "missing", "x.db"), driver });
    expect(() => base.open().run(COUNT, [])).toThrow(ConnectionError);
    const text = join(freshFolder(), "text.db");
    writeFileSync(text, "this is no database at all, but text that is long enough".repeat(50));
    const wrong = sqliteBase({ database: text, driver }).open();
    expect(() => wrong.checkout()).toThrow(/is not an SQLite database/);
    expect(() => wrong.run(COUNT, [])).toThrow(ConnectionError);
  });

  test("cannot be used after close, which waits for a transaction", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    let closed = false;
    const closing = pool.close().then(() => {
      closed = true;
    });
    await sleep(5);
    expect(closed).toBe(false);
    connection.release();
    await closing;
    expect(() => pool.run(COUNT, [])).toThrow(ConnectionError);
  });

  test("creates, finds and drops the file", async () => {
    const { storage } = sqliteBase({ database: join(freshFolder(), "new", "x.db"), driver });
    expect(await storage.exists()).toBe(false);
    expect(await storage.create()).toBe("created");
    expect(await storage.create()).toBe("exists");
    expect(await storage.exists()).toBe(true);
    expect(await storage.drop()).toBe("dropped");
    expect(await storage.drop()).toBe("missing");
  });
});
