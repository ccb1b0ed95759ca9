import { createServer, connect, type Server, type Socket } from "node:net";
import { ConnectionError, createRepo, field, type Repo, schema } from "ectype";
import { postgres } from "ectype/postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshPostgresUrl } from "../support/databases.ts";
import { createTables } from "../support/tables.ts";

class Movie extends schema("movies", { title: field.string() }) {}

/** The way to the server, which can be cut and mended as if the server had died and come back. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: { host: string; port: number };
  port = 0;

  constructor(target: URL) {
    this.#target = { host: target.hostname, port: Number(target.port || 5432) };
    this.#server = createServer((client) => {
      const server = connect(this.#target);
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => {}).on("close", () => other.destroy());
        one.pipe(other);
      }
    });
  }

  mend(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject).listen(this.port, "127.0.0.1", () => {
        this.port = (this.#server.address() as { port: number }).port;
        resolve();
      });
    });
  }

  cut(): Promise<void> {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

let wire: Wire;
let repo: Repo;
const strays: unknown[] = [];
const stray = (error: unknown) => void strays.push(error);
beforeEach(async () => {
  const url = new URL(await freshPostgresUrl());
  wire = new Wire(url);
  await wire.mend();
  url.hostname = "127.0.0.1";
  url.port = String(wire.port);
  repo = createRepo({ adapter: postgres({ url: url.href, pool: { size: 3 } }) });
  await createTables(repo, [Movie]);
  process.on("unhandledRejection", stray);
});
afterEach(async () => {
  await repo.close();
  await wire.cut();
  process.off("unhandledRejection", stray);
  expect(strays).toEqual([]);
});

const failures = async (calls: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(calls)).map((one) => (one.status === "rejected" ? (one.reason as Error).name : "fulfilled"));

test("a server that dies in the middle of transactions and statements is a ConnectionError for each, and nothing is half written", async () => {
  const transactions = [1, 2, 3].map((at) =>
    repo.transaction(async () => {
      await repo.insertOrThrow(Movie.build({ title: String(at) }));
      await repo.query("SELECT pg_sleep(5)");
    }),
  );
  const waiting = Array.from({ length: 20 }, () => repo.query("SELECT pg_sleep(5)"));
  const failed = failures([...transactions, ...waiting]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await wire.cut();
  expect(new Set(await failed)).toEqual(new Set(["ConnectionError"]));
  await expect(repo.all(Movie)).rejects.toThrow(ConnectionError);
  await expect(repo.transaction(() => repo.all(Movie))).rejects.toThrow(/cannot be reached/);
  await wire.mend();
  expect(await repo.aggregate(Movie, "count")).toBe(0);
});

test("the pool takes new connections when the server is back", async () => {
  await Promise.all(Array.from({ length: 6 }, () => repo.query("SELECT pg_sleep(0.05)")));
  await wire.cut();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await wire.mend();
  await Promise.all(Array.from({ length: 10 }, (_, at) => repo.transaction(() => repo.insertOrThrow(Movie.build({ title: String(at) })))));
  expect(await repo.aggregate(Movie, "count")).toBe(10);
});
