import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ConnectionError, createRepo, field, PoolTimeoutError, type Repo, schema, TransactionError } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";

class Movie extends schema("movies", { title: field.string() }) {}

const { Bun: bun } = globalThis as { readonly Bun?: { gc(now: true): void } };
if (bun === undefined) setFlagsFromString("--expose-gc");
const collectGarbage = bun === undefined ? (runInNewContext("gc") as () => void) : () => bun.gc(true);

describe.each(databases)("the end of a repo on $label", (database) => {
  let repo: Repo;
  beforeEach(async () => {
    const opened = await database.open();
    repo = createRepo({
      adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres({ ...opened.options, pool: { size: 2 } }),
    });
    await createTables(repo, [Movie]);
    await repo.insertAll(
      Movie,
      Array.from({ length: 100 }, (_, at) => ({ title: String(at) })),
    );
  });
  afterEach(() => repo.close());
  const begun = async () => {
    const rows = repo.stream(Movie, { maxRows: 10 });
    await rows.next();
    return rows;
  };

  test("does not wait for a stream that nobody reads; whoever reads on gets an error", async () => {
    const rows = await begun();
    await repo.close();
    await repo.close();
    const rest = async () => {
      let count = 1;
      for await (const _ of rows) count++;
      return count;
    };
    await expect(rest()).rejects.toThrow(ConnectionError);
    const again = await rows.next();
    expect(again).toEqual({ done: true, value: undefined });
  });

  test("can come inside the loop of a stream", async () => {
    const reading = async () => {
      for await (const _ of repo.stream(Movie, { maxRows: 10 })) await repo.close();
    };
    await expect(reading()).rejects.toThrow(/closed while the stream was open/);
  });

  test("is refused inside a transaction and a checkout, which go on", async () => {
    await repo.transaction(async () => {
      await expect(repo.close()).rejects.toThrow(TransactionError);
      await repo.insertOrThrow(Movie.build({ title: "inside" }));
    });
    await repo.checkout(async () => {
      await expect(repo.close()).rejects.toThrow(/inside a transaction or a checkout/);
    });
    expect(await repo.aggregate(Movie, "count")).toBe(101);
  });

  test("waits for a transaction that is open elsewhere", async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let inside = () => {};
    const entered = new Promise<void>((resolve) => {
      inside = resolve;
    });
    const done: string[] = [];
    const transaction = repo
      .transaction(async () => {
        inside();
        await opened;
        await repo.insertOrThrow(Movie.build({ title: "inside" }));
      })
      .then(() => done.push("transaction"));
    await entered;
    const closing = repo.close().then(() => done.push("close"));
    open();
    await Promise.all([transaction, closing]);
    expect(done).toEqual(["transaction", "close"]);
  });

  test("a stream that is left by return() gives its connection back", async () => {
    for (let i = 0; i < 5; i++) {
      const rows = await begun();
      await rows.return?.();
    }
    expect(await repo.aggregate(Movie, "count")).toBe(100);
  });

  test("a stream that is forgotten gives its connection back when it is collected", async () => {
    const forget = async () => {
      for (let i = 0; i < 2; i++) await begun();
    };
    await forget();
    if (database.name === "postgres") {
      const refused = repo.query("SELECT 1", [], { timeout: 20 });
      await expect(refused).rejects.toThrow(PoolTimeoutError);
      await expect(refused).rejects.toThrow(/2 of them by streams that were not read to their end/);
    }
    for (;;) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
      const free = await repo.transaction(() => repo.aggregate(Movie, "count"), { timeout: 1000 }).catch(() => null);
      if (free === 100) break;
    }
  });

  test("a stream that a transaction leaves open is closed with it", async () => {
    let rows = repo.stream(Movie);
    await repo.transaction(async () => {
      rows = await begun();
    });
    const rest = async () => {
      for await (const _ of rows);
    };
    await expect(rest()).rejects.toThrow(TransactionError);
    await repo.transaction(() => repo.insertOrThrow(Movie.build({ title: "after" })));
    expect(await repo.aggregate(Movie, "count")).toBe(101);
  });
});
