import { createServer, connect, type Server, type Socket } from "node:net";
import { ConnectionError, createRepo, field, MigrationError, type Repo, schema } from "ectype";
import { migrate, type MigrationCommands, migration } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshPostgresUrl } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";
import { until } from "../../support/waiting.ts";

class Movie extends schema("movies", { title: field.string() }) {}

/** The way to the server, which can be cut and mended as if the server had died and come back. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: { host: string; port: number };
  port = 0;
  /** Text after which the wire is cut: the server gets it, and its answer is lost. */
  losing: string | null = null;

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
      let lost = false;
      client.on("data", (chunk: Buffer) => {
        lost ||= this.losing !== null && chunk.includes(this.losing);
      });
      server.prependListener("data", () => {
        if (!lost) return;
        server.unpipe(client);
        client.resetAndDestroy();
      });
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
let server: string;
const strays: unknown[] = [];
const stray = (error: unknown) => void strays.push(error);
beforeEach(async () => {
  server = await freshPostgresUrl();
  const url = new URL(server);
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
      await repo.query("SELECT pg_sleep(3600)");
    }),
  );
  const waiting = Array.from({ length: 20 }, () => repo.query("SELECT pg_sleep(3600)"));
  const failed = failures([...transactions, ...waiting]);
  const watcher = createRepo({ adapter: postgres({ url: server }) });
  const sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)' AND datname = current_database()";
  await until(async () => (await watcher.query(sleeping)).rows[0]?.[0] === 3);
  await watcher.close();
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
  // Until it has noticed of every connection that it is gone.
  await until(() =>
    repo.query("SELECT 1").then(
      () => false,
      (error: Error) => error.message.includes("cannot be reached"),
    ),
  );
  await wire.mend();
  await Promise.all(Array.from({ length: 10 }, (_, at) => repo.transaction(() => repo.insertOrThrow(Movie.build({ title: String(at) })))));
  expect(await repo.aggregate(Movie, "count")).toBe(10);
});

test("a COMMIT whose answer is lost has an unknown outcome, and says so", async () => {
  wire.losing = "COMMIT";
  const lost = repo.transaction(() => repo.insertOrThrow(Movie.build({ title: "a" })));
  await expect(lost).rejects.toThrow(ConnectionError);
  await expect(lost).rejects.toThrow(/outcome is unknown/);
  wire.losing = null;
  expect(await repo.aggregate(Movie, "count")).toBe(1);
});

const inMigration = (up: (m: MigrationCommands) => void, options: { transaction?: boolean } = {}) =>
  migrate(repo, { migrations: [[1, migration({ up, ...options })]], quiet: true, migrationLock: "advisory" });

test("so does a migration, and migrating again finds out", async () => {
  await migrate(repo, { migrations: [], quiet: true });
  wire.losing = "COMMIT";
  const lost = inMigration((m) => m.createTable("made"));
  await expect(lost).rejects.toThrow(MigrationError);
  await expect(lost).rejects.toThrow(/outcome is unknown/);
  wire.losing = null;
  expect(await inMigration((m) => m.createTable("made"))).toEqual([]);
  expect((await repo.query("SELECT count(*) FROM made")).rows).toEqual([[0]]);
});

test.each([true, false])(
  "a lock that cannot be given back does not hide why the migration failed, transaction: %s",
  async (transaction) => {
    await migrate(repo, { migrations: [], quiet: true });
    const failed = inMigration(
      (m) =>
        m.execute(async () => {
          await wire.cut();
          throw new Error("the first cause");
        }),
      { transaction },
    );
    await expect(failed).rejects.toThrow(MigrationError);
    await expect(failed).rejects.toThrow(/the first cause/);
    await wire.mend();
  },
);

test("a migration whose connection breaks on the way says what broke", async () => {
  await migrate(repo, { migrations: [], quiet: true });
  wire.losing = "CREATE TABLE";
  await expect(inMigration((m) => m.createTable("made"))).rejects.toThrow(/migration 1_\S* failed at .*broke.*nothing of it is left/s);
  await expect(inMigration((m) => m.createTable("made"), { transaction: false })).rejects.toThrow(
    /Whether this one has been done is unknown/,
  );
});

test("a stream whose connection dies tells the first cause", async () => {
  await repo.insertAll(
    Movie,
    Array.from({ length: 100 }, (_, at) => ({ title: String(at) })),
  );
  const reading = async () => {
    for await (const _ of repo.stream(Movie, { maxRows: 10 })) {
      wire.losing = "FETCH";
    }
  };
  await expect(reading()).rejects.toThrow(/broke .*ECONNRESET|broke .*terminated/);
  wire.losing = null;
  const inside = repo.transaction(async () => {
    await repo.query("SELECT 1");
    await reading();
  });
  await expect(inside).rejects.toThrow(ConnectionError);
  await expect(inside).rejects.toThrow(/broke/);
  wire.losing = null;
  expect(await repo.aggregate(Movie, "count")).toBe(100);
});
