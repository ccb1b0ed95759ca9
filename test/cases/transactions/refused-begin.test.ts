import { createRepo, field, from, ok, type LogEvent, type Repo, schema, TransactionError } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { type Refusal, refusingPostgres, refusingSqlite } from "../../support/drivers.ts";
import { createTables } from "../../support/tables.ts";

class Account extends schema("accounts", { name: field.string({ null: false }) }) {}

describe.each(databases)("a BEGIN that the database refuses, on $label", (database) => {
  let repo: Repo;
  let log: LogEvent[];
  const refusal: Refusal = { refuses: false };
  const connection = () => (database.name === "sqlite" ? 0 : repo.query("SELECT pg_backend_pid()").then(({ rows }) => rows[0]));
  let used: unknown;

  const open = async (pipeline = true) => {
    const opened = await database.open();
    repo = createRepo({
      adapter:
        opened.name === "sqlite"
          ? sqlite({ ...opened.options, driver: refusingSqlite(opened.options.driver, refusal) })
          : postgres({ ...opened.options, driver: refusingPostgres(opened.options, refusal), pipeline, pool: { size: 1 } }),
      log: (event) => log.push(event),
    });
    await createTables(repo, [Account]);
    used = await connection();
    log = [];
    refusal.refuses = true;
  };
  beforeEach(() => {
    log = [];
  });
  const insert = (name: string) => repo.insertOrThrow(Account.build({ name }));
  const names = async () => (await repo.all(from(Account).orderBy("name"))).map(({ name }) => name);
  /** The server's own words, of SQL that it does not know. */
  const REFUSED = /BEGIM|syntax error/;
  const sound = async () => {
    refusal.refuses = false;
    expect(await names()).toEqual([]);
    await repo.transaction(() => insert("after"));
    expect(await names()).toEqual(["after"]);
    expect(await connection()).toEqual(used);
    await expect(
      repo.transaction(async () => {
        await insert("rolled back");
        throw new Error("on purpose");
      }),
    ).rejects.toThrow("on purpose");
    expect(await names()).toEqual(["after"]);
  };
  afterEach(async () => {
    refusal.refuses = false;
    await repo.close();
  });

  describe.each(database.name === "sqlite" ? [true] : [true, false])("pipeline: %s", (pipeline) => {
    beforeEach(() => open(pipeline));

    const firsts: Readonly<Record<string, () => Promise<unknown>>> = {
      "an insert": () => insert("a"),
      insertAll: () => repo.insertAll(Account, [{ name: "a" }, { name: "b" }]),
      "a query": () => repo.all(Account),
      "raw SQL with values": () => repo.query("INSERT INTO accounts (name) VALUES ($1)", ["a"]),
      "raw SQL": () => repo.query("INSERT INTO accounts (name) VALUES ('a')"),
      "a script": () => repo.query("INSERT INTO accounts (name) VALUES ('a'); INSERT INTO accounts (name) VALUES ('b')"),
      "a stream": async () => {
        for await (const one of repo.stream(Account)) expect(one).toBeDefined();
      },
      "an inner transaction": () => repo.transaction(() => insert("a")),
      "a limit on its time": () => repo.insertOrThrow(Account.build({ name: "a" }), { timeout: 60_000 }),
      "several at once": () =>
        Promise.all([insert("a"), repo.query("INSERT INTO accounts (name) VALUES ('b')"), insert("c"), repo.all(Account)]),
    };
    test.each(Object.entries(firsts))("%s is not run, and tells why", async (_, first) => {
      await expect(repo.transaction(first)).rejects.toThrow(REFUSED);
      await sound();
    });

    test("what comes after it is not run either, and it cannot commit", async () => {
      const attempts: unknown[] = [];
      const attempt = (work: () => Promise<unknown>) =>
        work().then(
          () => attempts.push("ran"),
          (error: unknown) => attempts.push(error),
        );
      const failed = await repo
        .transaction(async () => {
          await Promise.all([attempt(() => insert("a")), attempt(() => insert("b"))]);
          await attempt(() => insert("c"));
          await attempt(() => repo.query("INSERT INTO accounts (name) VALUES ('d'); INSERT INTO accounts (name) VALUES ('e')"));
          await attempt(() => repo.transact(async () => ok(await insert("f"))));
        })
        .then(
          () => null,
          (error: unknown) => error,
        );
      if (database.name === "postgres") {
        expect(attempts.map(String)).toEqual(Array.from({ length: 5 }, () => expect.stringMatching(REFUSED)));
        expect(failed).toBeInstanceOf(TransactionError);
        expect(String((failed as Error).cause)).toMatch(REFUSED);
      } else expect(String(failed)).toMatch(REFUSED);
      await sound();
    });

    test("the log is told that it failed, and of no end", async () => {
      await expect(repo.transaction(() => insert("a"))).rejects.toThrow(REFUSED);
      const told = log.filter(({ sql: text }) => /BEGIN|COMMIT|ROLLBACK/.test(text));
      expect(told.map(({ sql: text, error }) => [text.split(" ")[0], REFUSED.test(String(error))])).toEqual([["BEGIN", true]]);
      await sound();
    });

    test("a transaction without a statement sends nothing", async () => {
      const done = repo.transaction(async () => 1);
      if (database.name === "postgres") expect(await done).toBe(1);
      else await expect(done).rejects.toThrow(REFUSED);
      await sound();
    });

    test("in a checkout, the next transaction begins", async () => {
      await repo.checkout(async () => {
        await expect(repo.transaction(() => insert("a"))).rejects.toThrow(REFUSED);
        expect(await names()).toEqual([]);
        refusal.refuses = false;
        await repo.transaction(() => insert("b"));
        refusal.refuses = true;
        await expect(repo.transaction(() => insert("c"))).rejects.toThrow(REFUSED);
      });
      expect(await names()).toEqual(["b"]);
      await repo.deleteAll(Account);
      await sound();
    });
  });
});
