import { createRepo, field, schema } from "ectype";
import { sqlite } from "ectype/sqlite";
import type { SqliteDatabase, SqliteDriver } from "ectype/sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { loadDriver } from "../../../../src/sqlite/drivers/load.ts";
import { freshSqliteFile, sqliteDrivers } from "../../../support/databases.ts";
import { asynchronous } from "../../../support/drivers.ts";
import { createTables } from "../../../support/tables.ts";

class Note extends schema("notes", { text: field.string({ null: false }) }) {}

const real = loadDriver(sqliteDrivers[0]);

describe("the option driver of sqlite()", () => {
  test.each([
    ["a name that no driver has", "bettersqlite3", /cannot be "bettersqlite3".*better-sqlite3/],
    ["a number", 1, /cannot be 1/],
    ["null", null, /cannot be null/],
    ["an object without open", { name: "x" }, /an object with a name and a function open/],
    ["an object whose open is no function", { name: "x", open: "y" }, /an object with a name and a function open/],
    ["a class in place of an object of it", class {}, /cannot be/],
  ])("refuses %s", (_, driver, message) => {
    expect(() => sqlite({ database: ":memory:", driver: driver as never })).toThrow(message);
  });

  test("says which runtime a driver needs that is not this one's", async () => {
    if (process.versions["bun"] !== undefined) return;
    const repo = createRepo({ adapter: sqlite({ database: ":memory:", driver: "bun" }) });
    await expect(repo.query("SELECT 1")).rejects.toThrow(/This runtime is not Bun/);
  });

  test("tells why a driver of one's own cannot open the file, and tries again with the next query", async () => {
    let tries = 0;
    const driver: SqliteDriver = {
      name: "late",
      async open(path) {
        if (++tries === 1) throw new Error("nobody is there yet");
        return real.open(path);
      },
    };
    const repo = createRepo({ adapter: sqlite({ database: freshSqliteFile(), driver }) });
    await expect(repo.query("SELECT 1")).rejects.toThrow(/cannot be opened/);
    expect((await repo.query("SELECT 1")).rows).toEqual([[1]]);
    await repo.close();
  });

  test("closes what a driver opened, when setting it up fails and when the repo closes", async () => {
    let open = 0;
    const driver: SqliteDriver = {
      name: "counting",
      async open(path) {
        const db = (await real.open(path)) as SqliteDatabase;
        open++;
        return {
          get inTransaction() {
            return db.inTransaction;
          },
          prepare: db.prepare.bind(db),
          exec: db.exec.bind(db),
          close: async () => {
            open--;
            await db.close();
          },
        };
      },
    };
    const broken = createRepo({ adapter: sqlite({ database: ":memory:", driver, afterConnect: ["SELEC"] }) });
    await expect(broken.query("SELECT 1")).rejects.toThrow(/syntax error/);
    expect(open).toBe(0);
    const repo = createRepo({ adapter: sqlite({ database: freshSqliteFile(), driver }) });
    await createTables(repo, [Note]);
    await repo.transaction(() => Promise.all([repo.insertAll(Note, [{ text: "a" }]), repo.all(Note)]));
    for await (const _ of repo.stream(Note)) break;
    await repo.close();
    expect(open).toBe(0);
  });
});

describe("a driver that does not answer at once", () => {
  const repos: ReturnType<typeof createRepo>[] = [];
  async function open(options: Partial<Parameters<typeof sqlite>[0]> = {}) {
    const repo = createRepo({ adapter: sqlite({ database: freshSqliteFile(), driver: asynchronous(real), ...options }) });
    repos.push(repo);
    await createTables(repo, [Note]);
    return repo;
  }
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.close()));
  });
  const texts = async (repo: ReturnType<typeof createRepo>) => (await repo.all(Note)).map(({ text }) => text);
  const insert = (repo: ReturnType<typeof createRepo>, text: string) => repo.insertAll(Note, [{ text }]);

  test("is called for one statement at a time, in their order", async () => {
    const repo = await open();
    await Promise.all(Array.from({ length: 20 }, (_, at) => insert(repo, String(at))));
    expect(await texts(repo)).toEqual(Array.from({ length: 20 }, (_, at) => String(at)));
  });

  test.each(["file", "memory"])("keeps what others do out of a transaction (%s)", async (where) => {
    const repo = await open(where === "memory" ? { database: ":memory:" } : {});
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const rolledBack = repo.transaction(async () => {
      await insert(repo, "inside");
      entered();
      await Promise.all([insert(repo, "x"), insert(repo, "y"), texts(repo)]);
      throw new Error("no");
    });
    await inside;
    await Promise.all([insert(repo, "outside"), expect(rolledBack).rejects.toThrow("no")]);
    expect(await texts(repo)).toEqual(["outside"]);
  });

  test("has what is not awaited in a transaction rolled back with it, or refused after it", async () => {
    const repo = await open();
    const late: Promise<unknown>[] = [];
    await repo
      .transaction(async () => {
        late.push(insert(repo, "a"), insert(repo, "b"));
        for (const one of late) one.catch(() => {});
        throw new Error("no");
      })
      .catch(() => {});
    await Promise.allSettled(late);
    expect(await texts(repo)).toEqual([]);
  });

  test("finds a transaction that SQL began, and one that SQL ended", async () => {
    const repo = await open();
    await expect(repo.checkout(() => repo.query("BEGIN"))).rejects.toThrow(/still open at the end of its checkout/);
    await insert(repo, "a");
    expect(await texts(repo)).toEqual(["a"]);
  });
});
