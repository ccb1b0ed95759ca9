import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Statement } from "../../../src/core/adapter/index.ts";
import { ConfigError } from "../../../src/core/base/index.ts";
import { postgresBase } from "../../../src/postgres/adapter.ts";
import type { PostgresOptions } from "../../../src/postgres/options.ts";
import type { PostgresPool } from "../../../src/postgres/pool.ts";
import { freshPostgresUrl } from "../../support/databases.ts";

const read = (sql: string): Statement => ({ sql, readOnly: true, returnsRows: true, bigints: false, prepare: true });
const raw = (sql: string): Statement => ({ ...read(sql), readOnly: false, prepare: false });
const PREPARED = raw("SELECT statement FROM pg_prepared_statements");
const PID = read("SELECT pg_backend_pid()");

let url: string;
beforeAll(async () => {
  url = await freshPostgresUrl();
});

describe.each([true, false])("prepared statements, pipeline: %s", (pipeline) => {
  const pools: PostgresPool[] = [];
  function open(options: PostgresOptions = {}): PostgresPool {
    const pool = postgresBase({ url, pipeline, pool: { size: 1 }, ...options }).open() as PostgresPool;
    pools.push(pool);
    return pool;
  }
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });
  const prepared = async (pool: PostgresPool) => (await pool.run(PREPARED, [])).rows.map(([text]) => text as string);
  const pid = async (pool: PostgresPool) => (await pool.run(PID, [])).rows[0]?.[0];

  test("leave the server when they leave the cache, the ones in use last", async () => {
    const pool = open();
    const hot = read("SELECT 'hot'");
    for (let from = 0; from < 1500; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => pool.run(read(`SELECT ${from + at}`), [])));
      expect((await pool.run(hot, [])).rows).toEqual([["hot"]]);
    }
    const kept = await prepared(pool);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.length).toBeGreaterThan(400);
    expect(kept).toContain("SELECT 'hot'");
    expect(kept).toContain("SELECT 1499");
    expect(kept).not.toContain("SELECT 0");
    expect((await pool.run(read("SELECT 0"), [])).rows).toEqual([[0]]);
  });

  test("leave it in the middle of a transaction, too, without harm to it", async () => {
    const pool = open();
    const connection = await pool.checkout();
    await connection.begin();
    for (let from = 0; from < 1200; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, at) => connection.run(read(`SELECT ${from + at}`), [])));
    expect((await connection.run(PREPARED, [])).count).toBeLessThanOrEqual(500);
    await connection.commit();
    connection.release();
  });

  test("are bounded by the length of their texts", async () => {
    const pool = open();
    const long = (at: number) => read(`SELECT ${at} /* ${"x".repeat(400_000)} */`);
    for (let at = 0; at < 40; at++) await pool.run(long(at), []);
    expect((await prepared(pool)).length).toBeLessThanOrEqual(13);
    expect((await pool.run(long(0), [])).rows).toEqual([[0]]);
  });

  test("a change of a table leaves none of the old ones behind", async () => {
    const pool = open();
    await pool.run(raw("DROP TABLE IF EXISTS t; CREATE TABLE t (id int)"), []);
    const statements = Array.from({ length: 20 }, (_, at) => read(`SELECT *, ${at} FROM t`));
    for (let round = 0; round < 5; round++) {
      for (const statement of statements) await pool.run(statement, []);
      await pool.run(raw(`ALTER TABLE t ADD COLUMN c${round} int`), []);
    }
    expect(await prepared(pool)).toEqual([]);
    // Neither does one that somebody else made.
    const elsewhere = open();
    for (const statement of statements) await pool.run(statement, []);
    await elsewhere.run(raw("ALTER TABLE t ADD COLUMN other int"), []);
    for (const statement of statements) expect((await pool.run(statement, [])).columns).toContain("other");
    expect((await prepared(pool)).filter((text) => text.includes("FROM t"))).toHaveLength(statements.length);
  });

  test("a connection is replaced after its lifetime", async () => {
    const old = open({ pool: { size: 1, maxLifetime: 1 } });
    const first = await pid(old);
    await old.run(read("SELECT pg_sleep(0.01)"), []);
    expect(await pid(old)).not.toBe(first);
    const connection = await old.checkout();
    const held = (await connection.run(PID, [])).rows[0]?.[0];
    await connection.run(read("SELECT pg_sleep(0.01)"), []);
    expect((await connection.run(PID, [])).rows[0]?.[0]).toBe(held);
    connection.release();
    for (const maxLifetime of [0, Number.POSITIVE_INFINITY, undefined]) {
      const pool = open({ pool: { size: 1, ...(maxLifetime !== undefined && { maxLifetime }) } });
      const before = await pid(pool);
      await pool.run(read("SELECT pg_sleep(0.01)"), []);
      expect(await pid(pool)).toBe(before);
    }
  });

  test("a hook that leaves a transaction open is refused", async () => {
    const pool = open({ afterConnect: (connection) => connection.query("BEGIN") });
    await expect(pool.run(PID, [])).rejects.toThrow(ConfigError);
  });

  test("a transaction that no text shows is found by what the server says", async () => {
    const pool = open();
    await pool.run(raw("DROP TABLE IF EXISTS u; CREATE TABLE u (a int)"), []);
    await expect(pool.run(raw("BEGIN; INSERT INTO u VALUES (1)"), [])).rejects.toThrow(/SQL began a transaction/);
    await expect(pool.run(raw("BEGIN; INSERT INTO u VALUES (1); SELECT 1 / 0"), [])).rejects.toMatchObject({ code: "22012" });
    expect((await pool.run(read("SELECT * FROM u"), [])).rows).toEqual([]);
    const connection = await pool.checkout();
    await connection.begin();
    await connection.run(raw("INSERT INTO u VALUES (2)"), []);
    await expect(connection.run(raw("ROLLBACK"), [])).rejects.toThrow(/ended by SQL/);
    await expect(connection.commit()).rejects.toThrow(/ended by SQL/);
    connection.release();
    expect((await pool.run(read("SELECT * FROM u"), [])).rows).toEqual([]);
  });
});

test("times are milliseconds from 0 on, or Infinity", () => {
  for (const bad of [-1, Number.NaN, "5", null]) {
    expect(() => postgresBase({ url, pool: { timeout: bad as never } })).toThrow(
      /timeout of postgres\(\{ pool \}\) is a number of milliseconds/,
    );
    expect(() => postgresBase({ url, connectTimeout: bad as never })).toThrow(ConfigError);
    expect(() => postgresBase({ url, pool: { maxLifetime: bad as never } })).toThrow(ConfigError);
  }
  for (const good of [0, 1, 2 ** 40, Number.POSITIVE_INFINITY])
    postgresBase({ url, connectTimeout: good, statementTimeout: good, pool: { timeout: good, idleTimeout: good, maxLifetime: good } });
});

test("no limit is none on the server, either", async () => {
  const pool = postgresBase({
    url,
    statementTimeout: 2 ** 40,
    connectTimeout: Number.POSITIVE_INFINITY,
    pool: { idleTimeout: 2 ** 40 },
  }).open();
  expect((await pool.run(read("SHOW statement_timeout"), [])).rows).toEqual([["0"]]);
  await pool.close();
});
