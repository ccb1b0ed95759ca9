import { Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { pgDriver } from "../../../src/postgres/drivers/pg.ts";
import type { PostgresConnection } from "../../../src/postgres/drivers/driver.ts";
import { resolveOptions } from "../../../src/postgres/options.ts";
import { parserOf } from "../../../src/postgres/parsers.ts";
import { freshPostgresUrl } from "../../support/databases.ts";

// What goes to the server while it is at work goes in one piece; nothing waits that could be worked on.

const open: PostgresConnection[] = [];
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.end();
});

async function connect() {
  const config = resolveOptions({ url: await freshPostgresUrl() });
  const connection = await pgDriver.connect({ ...config, parserOf }, () => {});
  open.push(connection);
  const query = (sql: string) =>
    new Promise<unknown>((resolve, reject) => {
      connection.send({ sql, values: [], name: `n${sql}` }, (error, result) =>
        error ? reject(error) : resolve((result as { rows: unknown[][] }).rows[0]?.[0]),
      );
    });
  await query("select 0");
  const pieces = vi.spyOn(Socket.prototype, "_writev");
  return { connection, query, pieces };
}

test("a lone statement goes out within its call, and those behind it together at the end of the turn", async () => {
  const { query, pieces } = await connect();
  const first = query("select 1");
  expect(pieces).toHaveBeenCalledTimes(1);
  const more = [2, 3, 4, 5].map((n) => query(`select ${n}`));
  expect(pieces).toHaveBeenCalledTimes(1);
  await new Promise((resolve) => process.nextTick(resolve));
  expect(pieces).toHaveBeenCalledTimes(2);
  expect(await Promise.all([first, ...more])).toEqual([1, 2, 3, 4, 5]);
  pieces.mockClear();
  const lone = query("select 6");
  expect(pieces).toHaveBeenCalledTimes(1);
  expect(await lone).toBe(6);
});

test("an error among them is the one's own, and a connection that ends ends them all", async () => {
  const { connection, query } = await connect();
  const answers = await Promise.allSettled(["select 1", "select 1 / 0", "select 3"].map(query));
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const cut = Promise.allSettled(["select pg_sleep(10)", "select 2", "select 3"].map(query));
  connection.destroy();
  expect((await cut).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  open.splice(0);
});
