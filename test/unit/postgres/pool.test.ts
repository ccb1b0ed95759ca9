import { createServer } from "node:net";
import pg from "pg";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { AbortedError, ConfigError, ConnectionError, PoolTimeoutError, TransactionError } from "../../../src/core/base/index.ts";
import type { Connection, Statement } from "../../../src/core/adapter/index.ts";
import { postgresBase } from "../../../src/postgres/adapter.ts";
import { wrapError } from "../../../src/postgres/errors.ts";
import type { PostgresOptions } from "../../../src/postgres/options.ts";
import type { PostgresPool } from "../../../src/postgres/pool.ts";
import { freshPostgresUrl } from "../../support/databases.ts";
import { until } from "../../support/waiting.ts";

const read = (sql: string): Statement => ({ sql, readOnly: true, returnsRows: true, bigints: false, prepare: true });
const write = (sql: string): Statement => ({ sql, readOnly: false, returnsRows: false, bigints: false, prepare: true });
const script = (sql: string): Statement => ({ ...write(sql), prepare: false });
const COUNT = read("SELECT count(*) FROM t");
const INSERT = write("INSERT INTO t (a) VALUES ($1)");
const PID = read("SELECT pg_backend_pid()");

let url: string;
beforeAll(async () => {
  url = await freshPostgresUrl();
});

describe.each([true, false])("the pool, pipeline: %s", (pipeline) => {
  const pools: PostgresPool[] = [];
  function open(options: PostgresOptions = {}): PostgresPool {
    const pool = postgresBase({ url, pipeline, ...options }).open() as PostgresPool;
    pools.push(pool);
    return pool;
  }
  async function withTable(options: PostgresOptions = {}): Promise<PostgresPool> {
    const pool = open(options);
    await pool.run(script("DROP TABLE IF EXISTS t; CREATE TABLE t (id bigserial PRIMARY KEY, a text)"), []);
    return pool;
  }
  const count = async (pool: PostgresPool) => (await pool.run(COUNT, [])).rows[0]?.[0];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  test("runs statements and tells rows, columns and counts", async () => {
    const pool = await withTable();
    expect(await pool.run(INSERT, ["x"])).toMatchObject({ rows: [], columns: [], count: 1 });
    expect(await pool.run(read('SELECT 1 AS x, 2 AS x, a AS "y z" FROM t'), [])).toMatchObject({
      rows: [[1, 2, "x"]],
      columns: ["x", "x", "y z"],
      count: 1,
    });
    expect((await pool.run(write("UPDATE t SET a = $1"), ["y"])).count).toBe(1);
  });

  test("reads that belong together have one connection where there is a pipeline, and several for many rows", async () => {
    const pool = open({ pool: { size: 3 } });
    const pids = async (rows: number) =>
      await pool.together(async (run) => {
        const first = await run(read(`SELECT pg_backend_pid() FROM generate_series(1, ${rows})`), []);
        const rest = await Promise.all([1, 2, 3].map((n) => run(read(`SELECT pg_backend_pid(), ${n}, pg_sleep(0.05)`), [])));
        return new Set([first, ...rest].map((answer) => answer.rows[0]?.[0])).size;
      });
    // All are there, and idle.
    await Promise.all([1, 2, 3].map(() => pool.run(read("SELECT pg_sleep(0.1)"), [])));
    expect(await pids(1000)).toBe(pipeline ? 1 : 3);
    expect(await pids(1001)).toBe(3);
  });

  test("reads that belong together wait for nobody who waits for them, and leave the connection to others after an error", async () => {
    const pool = await withTable({ pool: { size: 1, timeout: 20_000 } });
    for (const rows of [1, 2000]) {
      const answers = pool.together(async (run) => {
        const writing = pool.run(INSERT, ["x"]);
        await run(read(`SELECT generate_series(1, ${rows})`), []);
        const counted = await Promise.all([run(COUNT, []), run(read("SELECT 2"), [])]);
        return [writing, counted[1].rows] as const;
      });
      const [writing, rest] = await answers;
      expect(rest).toEqual([[2]]);
      await writing;
    }
    await expect(pool.together((run) => run(read("SELECT 1 / 0"), []))).rejects.toMatchObject({ code: "22012" });
    await expect(
      pool.together(() => {
        throw new RangeError("of the steps");
      }),
    ).rejects.toThrow("of the steps");
    expect(await count(pool)).toBe(2);
  });

  test("settles time zone and styles whatever the database says", async () => {
    const pool = open({ parameters: { search_path: "pg_catalog", TimeZone: "Asia/Tokyo" } });
    const show = async (name: string) => (await pool.run(read(`SHOW ${name}`), [])).rows[0]?.[0];
    expect([await show("TimeZone"), await show("DateStyle"), await show("IntervalStyle"), await show("search_path")]).toEqual([
      "UTC",
      "ISO, MDY",
      "iso_8601",
      "pg_catalog",
    ]);
  });

  test("answers 500 reads at once over few connections, each with its own row", async () => {
    const pool = open({ pool: { size: 3 } });
    const one = read("SELECT $1::int, pg_backend_pid()");
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => pool.run(one, [i])));
    expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(new Set(answers.map(({ rows }) => rows[0]?.[1])).size).toBeLessThanOrEqual(3);
  });

  test("mixes failing and good statements without mixing their answers up", async () => {
    const pool = open({ pool: { size: 2 } });
    const good = read("SELECT $1::int");
    const bad = read("SELECT 1 / $1::int");
    const answers = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? pool.run(bad, [0]) : pool.run(good, [i]))),
    );
    for (const [i, answer] of answers.entries()) {
      if (i % 3 === 0) expect(answer).toMatchObject({ status: "rejected", reason: { code: "22012" } });
      else expect(answer).toMatchObject({ status: "fulfilled", value: { rows: [[i]] } });
    }
  });

  test("gives a write a connection of its own, so that one that waits for a lock stops no other statement", async () => {
    const pool = await withTable({ pool: { size: 3 } });
    await pool.run(INSERT, ["x"]);
    const holder = await pool.checkout();
    await holder.begin();
    await holder.run(write("UPDATE t SET a = 'held'"), []);
    const blocked = pool.run(write("UPDATE t SET a = a || '!'"), []);
    const waits = read("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
    await until(async () => (await pool.run(waits, [])).rows[0]?.[0] === 1);
    const reads = await Promise.all(Array.from({ length: 50 }, () => pool.run(COUNT, [])));
    expect(reads.every(({ rows }) => rows[0]?.[0] === 1)).toBe(true);
    await holder.commit();
    holder.release();
    await blocked;
    expect((await pool.run(read("SELECT a FROM t"), [])).rows).toEqual([["held!"]]);
  });

  test("keeps two transactions apart", async () => {
    const pool = await withTable();
    const [one, two] = await Promise.all([pool.checkout(), pool.checkout()]);
    await one.begin();
    await two.begin();
    await one.run(INSERT, ["one"]);
    expect((await two.run(COUNT, [])).rows).toEqual([[0]]);
    await two.run(INSERT, ["two"]);
    await two.rollback();
    await one.commit();
    one.release();
    two.release();
    expect(await count(pool)).toBe(1);
  });

  test("says that a failed transaction was not committed", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["x"]);
    await expect(connection.run(read("SELECT 1 / 0"), [])).rejects.toMatchObject({ code: "22012" });
    await expect(connection.run(INSERT, ["y"])).rejects.toMatchObject({ code: "25P02" });
    await expect(connection.commit()).rejects.toThrow(TransactionError);
    connection.release();
    expect(await count(pool)).toBe(0);
  });

  test("tells an error of the first statement in a transaction, and of a level that does not exist", async () => {
    const pool = open();
    const connection = await pool.checkout();
    expect(() => connection.begin({ isolation: "chaos" as never })).toThrow(/no isolation level "chaos"/);
    await connection.begin({ isolation: "serializable", readOnly: true });
    expect(() => connection.begin()).toThrow(TransactionError);
    expect((await connection.run(read("SHOW transaction_isolation"), [])).rows).toEqual([["serializable"]]);
    await expect(connection.run(script("CREATE TABLE nope (a int)"), [])).rejects.toMatchObject({ code: "25006" });
    await connection.rollback();
    connection.release();
  });

  test("goes back to a savepoint, whatever its name, also as the first thing in a transaction", async () => {
    const pool = await withTable();
    const connection = await pool.checkout();
    await connection.begin();
    await connection.savepoint('a"b');
    await expect(connection.run(read("SELECT nope"), [])).rejects.toMatchObject({ code: "42703" });
    await connection.rollbackTo('a"b');
    await connection.run(INSERT, ["kept"]);
    await connection.releaseSavepoint('a"b');
    await connection.commit();
    connection.release();
    expect(await count(pool)).toBe(1);
  });

  test("sends nothing for a transaction without statements", async () => {
    const connection = await open().checkout();
    await connection.begin();
    await connection.commit();
    await connection.begin();
    await connection.rollback();
    connection.release();
  });

  test("rolls back what a released connection left open or on its way", async () => {
    const pool = await withTable({ pool: { size: 1 } });
    const connection = await pool.checkout();
    await connection.begin();
    const sent = [INSERT, script("INSERT INTO t (a) VALUES ('y')"), INSERT].map((one) => connection.run(one, one === INSERT ? ["x"] : []));
    connection.release();
    connection.release();
    await Promise.all(sent);
    const other = await pool.checkout();
    await other.begin();
    const first = other.run(script("INSERT INTO t (a) VALUES ('z')"), []);
    other.release();
    await first;
    expect(await count(pool)).toBe(0);
    expect(() => connection.run(COUNT, [])).toThrow(TransactionError);
  });

  test("prepares a statement anew when its table has changed or the server forgot it", async () => {
    const pool = await withTable({ pool: { size: 1 } });
    const all = read("SELECT * FROM t");
    await pool.run(INSERT, ["x"]);
    expect((await pool.run(all, [])).rows).toEqual([[1, "x"]]);
    await pool.run(script("ALTER TABLE t ADD COLUMN b text DEFAULT 'new'"), []);
    expect((await pool.run(all, [])).rows).toEqual([[1, "x", "new"]]);
    await pool.run(script("DEALLOCATE ALL"), []);
    expect((await pool.run(all, [])).rows).toEqual([[1, "x", "new"]]);
    const connection = await pool.checkout();
    await connection.run(script("DEALLOCATE ALL"), []);
    expect((await connection.run(all, [])).count).toBe(1);
    connection.release();
  });

  test("prepares a text once, however many statement objects hold it", async () => {
    const pool = open({ pool: { size: 1 } });
    for (let i = 0; i < 5; i++) await pool.run(read("SELECT $1::int"), [i]);
    const names = await pool.run(
      { ...read("SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT $1::int'"), prepare: false },
      [],
    );
    expect(names.count).toBe(1);
  });

  test("keeps its connection when the number of parameters is wrong", async () => {
    const pool = open({ pool: { size: 1 } });
    const before = (await pool.run(PID, [])).rows[0]?.[0];
    const error = await pool.run(script("SELECT 1"), [1, 2]).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(wrapError(error, "SELECT 1", pool.config)).toMatchObject({ code: "DATABASE", sqlState: "08P01" });
    expect((await pool.run(PID, [])).rows[0]?.[0]).toBe(before);
  });

  test("survives a connection that the server ends, and says so to who used it", async () => {
    const pool = await withTable({ pool: { size: 1 } });
    const pid = (await pool.run(PID, [])).rows[0]?.[0] as number;
    const killer = new pg.Client({ connectionString: url });
    await killer.connect();
    const failure = pool.run(read("SELECT pg_sleep(3600)"), []).catch((error: unknown) => error);
    await killer.query("SELECT pg_terminate_backend($1)", [pid]);
    const wrapped = postgresBase({ url }).wrapError(await failure, "SELECT pg_sleep(3600)");
    expect(wrapped).toBeInstanceOf(ConnectionError);
    const next = (await pool.run(PID, [])).rows[0]?.[0] as number;
    expect(next).not.toBe(pid);
    // An idle one, too.
    await killer.query("SELECT pg_terminate_backend($1)", [next]);
    const after = async () =>
      pool.run(PID, []).then(
        ({ rows }) => rows[0]?.[0] as number,
        () => next,
      );
    await until(async () => (await after()) !== next);
    await killer.end();
  });

  test("ends a transaction whose connection is gone without harm to the pool", async () => {
    const pool = await withTable({ pool: { size: 1 } });
    const connection = await pool.checkout();
    await connection.begin();
    const pid = (await connection.run(PID, [])).rows[0]?.[0] as number;
    const killer = new pg.Client({ connectionString: url });
    await killer.connect();
    await killer.query("SELECT pg_terminate_backend($1)", [pid]);
    await killer.end();
    const wrapped = (work: unknown) => Promise.resolve(work).catch((error: unknown) => wrapError(error, "SELECT", pool.config));
    expect(await wrapped(connection.run(COUNT, []))).toBeInstanceOf(ConnectionError);
    expect(await wrapped(connection.commit())).toBeInstanceOf(ConnectionError);
    connection.release();
    expect(await count(pool)).toBe(0);
  });

  test("cancels a statement on the server after its timeout or by a signal, and goes on", async () => {
    const pool = open({ pool: { size: 1 } });
    await pool.run(PID, []);
    await expect(pool.run(script("SELECT pg_sleep(3600)"), [], { timeout: 50 })).rejects.toThrow(/longer than its timeout of 50 ms and/);
    const controller = new AbortController();
    const slow = pool.run(read("SELECT pg_sleep(3600)"), [], { signal: controller.signal });
    controller.abort();
    await expect(slow).rejects.toThrow(AbortedError);
    await expect(pool.run(PID, [], { signal: controller.signal })).rejects.toThrow(AbortedError);
    const running = read(
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()",
    );
    await until(async () => (await pool.run(running, [])).rows[0]?.[0] === 0);
  });

  test("cancels a statement inside a transaction, which can then be rolled back", async () => {
    const pool = await withTable({ pool: { size: 1 } });
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(INSERT, ["x"]);
    await expect(connection.run(read("SELECT pg_sleep(3600)"), [], { timeout: 30 })).rejects.toThrow(AbortedError);
    await connection.rollback();
    expect((await connection.run(COUNT, [])).rows).toEqual([[0]]);
    connection.release();
  });

  test("leaves neighbours of an aborted read alone", async () => {
    const pool = open({ pool: { size: 1 } });
    await pool.run(PID, []);
    const slow = read("SELECT $1::int, pg_sleep(0.15)");
    const controller = new AbortController();
    const all = Array.from({ length: 5 }, (_, i) => pool.run(slow, [i], i === 0 ? { signal: controller.signal } : undefined));
    controller.abort();
    const settled = await Promise.allSettled(all);
    expect(settled[0]).toMatchObject({ status: "rejected", reason: { code: "ABORTED" } });
    for (const i of [1, 2, 3, 4]) expect(settled[i]).toMatchObject({ status: "fulfilled", value: { count: 1 } });
  });

  test("gives a statement up by the server's own timeout", async () => {
    const pool = open({ statementTimeout: 40 });
    const error = await pool.run(read("SELECT pg_sleep(3600)"), []).catch((one: unknown) => one);
    expect(postgresBase({ url }).wrapError(error, "")).toBeInstanceOf(AbortedError);
  });

  test("gives up waiting for a connection after a while, and goes on", async () => {
    const pool = open({ pool: { size: 1, timeout: 40 } });
    // The first connection may take longer than that to be made.
    const got: Connection[] = [];
    await until(async () => {
      const one = await pool.checkout().catch(() => null);
      if (one !== null) got.push(one);
      return one;
    });
    await expect(pool.run(PID, [])).rejects.toThrow(PoolTimeoutError);
    for (const one of got) one.release();
    await until(() => pool.run(PID, []).catch(() => null));
    const patient = open({ pool: { size: 1 } });
    const connection = await patient.checkout();
    await expect(patient.run(PID, [], { timeout: 20 })).rejects.toThrow(/became free in \d+ ms: all 1 are in use/);
    const waiting = patient.run(PID, []);
    connection.release();
    expect((await waiting).count).toBe(1);
  });

  test("serves everyone in line, transactions and reads alike", async () => {
    const pool = await withTable({ pool: { size: 2 } });
    const transaction = async () => {
      const connection = await pool.checkout();
      await connection.begin();
      await connection.run(INSERT, ["x"]);
      await connection.commit();
      connection.release();
    };
    await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? transaction() : pool.run(COUNT, []))));
    expect(await count(pool)).toBe(30);
  });

  test("reads 100,000 rows", async () => {
    const { rows } = await open().run(read("SELECT i, 'row ' || i FROM generate_series(1, 100000) AS i"), []);
    expect(rows.length).toBe(100_000);
    expect(rows[99_999]).toEqual([100_000, "row 100000"]);
  });

  test("closes unused connections after a while", async () => {
    const pool = open({ pool: { size: 5, idleTimeout: 40 } });
    const pids = await Promise.all(Array.from({ length: 5 }, () => pool.run(write("SELECT pg_backend_pid(), pg_sleep(0.02)"), [])));
    // Over another pool, whose questions keep none of them awake.
    const watcher = open();
    const left = read("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)");
    await until(async () => (await watcher.run(left, [`{${pids.map(({ rows }) => rows[0]?.[0]).join(",")}}`])).rows[0]?.[0] === 0);
  });

  test("runs a hook on every new connection", async () => {
    let calls = 0;
    const pool = open({
      pool: { size: 2 },
      afterConnect: async (connection) => {
        calls++;
        await connection.query("SELECT set_config('my.tenant', $1, false)", ["blue"]);
      },
    });
    const answers = await Promise.all([1, 2].map(() => pool.run(write("SELECT current_setting('my.tenant'), pg_sleep(0.02)"), [])));
    expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual(["blue", "blue"]);
    // The second one may be ready only when the first has done it all.
    await until(() => calls === 2);
  });

  test("cannot be used after close, which waits for what runs", async () => {
    const pool = open();
    const running = pool.run(read("SELECT pg_sleep(0.05)"), []);
    const closing = pool.close();
    expect((await running).count).toBe(1);
    await closing;
    await expect(pool.run(PID, [])).rejects.toThrow(ConnectionError);
  });
});

describe("a server that cannot be used", () => {
  const failure = async (options: PostgresOptions) => {
    const base = postgresBase(options);
    const pool = base.open();
    const error = base.wrapError(await Promise.resolve(pool.run(PID, [])).catch((one: unknown) => one), "");
    await pool.close();
    return error;
  };

  test("is told with host and port, and never with the password", async () => {
    const error = await failure({ url: "postgres://me:secret@127.0.0.1:1/db" });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/127\.0\.0\.1:1 cannot be reached .*ECONNREFUSED/);
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toMatch(/secret/);
  });

  test("has no such database", async () => {
    const other = new URL(url);
    other.pathname = "/nope";
    expect((await failure({ url: other.href })).message).toMatch(/no database "nope" .*ectype create/);
  });

  test("does not answer", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const error = await failure({ host: "127.0.0.1", port, user: "me", connectTimeout: 60 });
    silent.close();
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/cannot be reached/);
  });
});

describe("storage", () => {
  test("creates, finds and drops a database, whatever its name", async () => {
    const own = new URL(url);
    own.pathname = `/${encodeURIComponent(`we"ird ${Date.now()}`)}`;
    const { storage } = postgresBase({ url: own.href });
    expect(await storage.exists()).toBe(false);
    expect(await storage.create()).toBe("created");
    expect(await storage.create()).toBe("exists");
    const user = postgresBase({ url: own.href });
    const pool = user.open();
    await pool.run(PID, []);
    await expect(storage.drop()).rejects.toThrow(/in use/);
    expect(await storage.drop({ force: true })).toBe("dropped");
    expect(await storage.drop()).toBe("missing");
    await pool.close();
  });
});

describe("options", () => {
  test("are checked by name and kind, without showing what they hold", () => {
    expect(() => postgresBase({ hots: "x" } as never)).toThrow(/no option "hots". Did you mean "host"\?/);
    expect(() => postgresBase({ pool: { sise: 3 } } as never)).toThrow(/Did you mean "size"\?/);
    expect(() => postgresBase({ port: "5432" } as never)).toThrow(ConfigError);
    for (const bad of [
      "mysql://me:secret@x/y",
      "secret",
      "postgres://me:secret%@x/y",
      "postgres://me:secret@x/y?sslmod=require",
      "postgres://me:secret@x/y?sslmode=secretive",
    ]) {
      try {
        postgresBase({ url: bad });
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as Error).message).not.toMatch(/secret@|:secret/);
      }
    }
  });

  test("read a URL with a password full of signs", () => {
    const { storage } = postgresBase({ url: "postgres://us%40er:p%3Aa:ss%2Fw@[::1]:6543/my%20db?sslmode=disable" });
    expect(storage.description).toBe("my db at [::1]:6543");
  });
});
