import { change, field, from, type LogEvent, type Repo, schema } from "ectype";
import { migrate, migration } from "ectype/migration";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Movie extends schema("movies", {
  title: field.string(),
  code: field.string({ redact: true }),
}) {}

describe.each(databases)("what the log sees on $label", (database) => {
  const isSqlite = database.name === "sqlite";
  let repo: Repo;
  let events: LogEvent[] = [];
  /** The first words of what was sent, without names and values. */
  const seen = (): string[] =>
    events.map(({ sql }) =>
      sql
        .replace(/^(INSERT|UPDATE|DELETE|SELECT|CREATE TABLE|LOCK TABLE)\b.*$/s, "$1")
        .replace(/^DECLARE .* FOR SELECT.*$/s, "DECLARE")
        .replace(/^(FETCH \d+|CLOSE).*$/, "$1")
        .replace(/^BEGIN IMMEDIATE$/, "BEGIN")
        .replace(/^(RELEASE|ROLLBACK TO) SAVEPOINT/, "$1")
        .replaceAll('"', ""),
    );
  const begin = "BEGIN";

  beforeAll(async () => {
    repo = await openRepo(database, { log: (event) => events.push(event) });
    await createTables(repo, [Movie]);
  });
  beforeEach(async () => {
    await repo.deleteAll(Movie);
    await repo.insertAll(Movie, [{ title: "a" }, { title: "b" }, { title: "c" }]);
    events = [];
  });

  test("a transaction's beginning and end, each once and in order", async () => {
    await repo.transaction(async () => {
      await repo.insertOrThrow(Movie.build({ title: "d" }));
      await repo.all(Movie);
    });
    expect(seen()).toEqual([begin, "INSERT", "SELECT", "COMMIT"]);
    expect(events.every(({ error, queryTime }) => error === null && queryTime >= 0)).toBe(true);
    expect(events.map(({ source }) => source)).toEqual([null, "movies", "movies", null]);
    expect(events.map(({ result }) => result?.count)).toEqual([0, 1, 4, 0]);
  });

  test("a rollback, and what failed before it", async () => {
    await expect(
      repo.transaction(async () => {
        await repo.query("SELECT nothing_of_that_name");
      }),
    ).rejects.toThrow("nothing_of_that_name");
    expect(seen()).toEqual([begin, "SELECT", "ROLLBACK"]);
    expect(events.map(({ error }) => error !== null)).toEqual([false, true, false]);
  });

  test("a transaction that is stopped by its timeout", async () => {
    const endless = () => repo.transaction(() => new Promise<void>(() => {}), { timeout: 20 });
    await expect(endless()).rejects.toThrow("timeout");
    expect(seen()).toEqual(isSqlite ? [begin, "ROLLBACK"] : []);
    if (isSqlite) return;
    events = [];
    const slow = repo.transaction(async () => void (await repo.query("SELECT pg_sleep(60)")), { timeout: 50 });
    await expect(slow).rejects.toThrow("timeout");
    expect(seen()).toEqual([begin, "SELECT", "ROLLBACK"]);
  });

  test("a log that throws changes nothing", async () => {
    const shown = vi.spyOn(console, "error").mockImplementation(() => {});
    const log = () => {
      throw new Error("the log is full");
    };
    await repo.transaction(() => repo.insertOrThrow(Movie.build({ title: "d" }), { log }), { log });
    expect(shown).toHaveBeenCalledTimes(3);
    shown.mockRestore();
    expect(await repo.aggregate(Movie, "count")).toBe(4);
  });

  test("statements that are sent together, in the order in which they were sent", async () => {
    await repo.transaction(async () => {
      await Promise.all([1, 2, 3].map((count) => repo.all(from(Movie).limit(count))));
    });
    expect(seen()).toEqual([begin, "SELECT", "SELECT", "SELECT", "COMMIT"]);
    expect(events.map(({ params }) => params)).toEqual([[], [1], [2], [3], []]);
  });

  test("savepoints, of those that hold and of those that are taken back", async () => {
    const movie = await repo.insertOrThrow(Movie.build({ title: "d" }));
    events = [];
    await repo
      .transaction(async () => {
        await repo.updateOrThrow(change(movie, { title: "e" }), { savepoint: true });
        await expect(repo.query("SELECT nothing_of_that_name", [], { log: false })).rejects.toThrow();
      })
      .catch(() => {});
    expect(seen().slice(0, 4)).toEqual([begin, "SAVEPOINT ectype", "UPDATE", "RELEASE ectype"]);
    events = [];
    await repo.transaction(async () => {
      const twice = change(Movie.build({ title: "f" }), { id: movie.id } as never);
      await repo.insert(twice.uniqueConstraint("id" as never, { name: "movies_pkey" }), { savepoint: true }).catch(() => {});
      await repo.all(Movie);
    });
    expect(seen()).toEqual([begin, "SAVEPOINT ectype", "INSERT", "ROLLBACK TO ectype", "RELEASE ectype", "SELECT", "COMMIT"]);
  });

  test("a nested transaction has no commands of its own; a checkout's have", async () => {
    await repo.transaction(() => repo.transaction(() => repo.all(Movie)));
    expect(seen()).toEqual([begin, "SELECT", "COMMIT"]);
    events = [];
    await repo.checkout(async () => {
      await repo.query("BEGIN");
      await repo.all(Movie);
      await repo.query("COMMIT");
      await repo.transaction(() => repo.all(Movie));
    });
    expect(seen()).toEqual(["BEGIN", "SELECT", "COMMIT", begin, "SELECT", "COMMIT"]);
    events = [];
    await expect(repo.checkout(() => repo.query("BEGIN"))).rejects.toThrow("still open");
    expect(seen()).toEqual(["BEGIN", "ROLLBACK"]);
  });

  test("every part of a stream, inside a transaction and outside of one", async () => {
    const titles: string[] = [];
    const read = async () => {
      for await (const { title } of repo.stream(from(Movie).where({ title: "a" }).orWhere({ title: "b" }), { maxRows: 2 }))
        titles.push(`${title}`);
    };
    await read();
    expect(seen()).toEqual(isSqlite ? ["SELECT"] : [begin, "DECLARE", "FETCH 2", "FETCH 2", "ROLLBACK"]);
    expect(events.find(({ sql }) => sql.includes("SELECT"))?.params).toEqual(["a", "b"]);
    events = [];
    await repo.transaction(read);
    expect(seen()).toEqual(isSqlite ? [begin, "SELECT", "COMMIT"] : [begin, "DECLARE", "FETCH 2", "FETCH 2", "CLOSE", "COMMIT"]);
    expect(titles).toEqual(["a", "b", "a", "b"]);
    if (!isSqlite) expect(events.map(({ result }) => result?.count)).toEqual([0, 0, 2, 0, 0, 0]);
  });

  test("a stream's values of redacted fields stay hidden", async () => {
    for await (const _ of repo.stream(from(Movie).where({ code: "s3cret" })));
    await repo.transaction(async () => {
      for await (const _ of repo.stream(from(Movie).where({ code: "s3cret" })));
    });
    expect(events.filter(({ params }) => params.includes("**redacted**"))).toHaveLength(2);
    expect(JSON.stringify(events)).not.toContain("s3cret");
  });

  test("the call's own log has the commands of the call", async () => {
    const own: string[] = [];
    const log = ({ sql }: LogEvent) => own.push(sql.replace(/ .*$/s, ""));
    const prepared = change(Movie.build({ title: "d" })).prepareChanges((cs) => cs);
    await repo.insert(prepared, { log });
    expect(own).toEqual(["BEGIN", "INSERT", "COMMIT"]);
    own.length = 0;
    await repo.transaction(() => repo.all(Movie), { log });
    expect(own).toEqual(["BEGIN", "COMMIT"]);
    expect(seen()).toEqual(["SELECT"]);
    events = [];
    await repo.insert(prepared, { log: false });
    expect(seen()).toEqual([]);
  });

  test("migrations: the table of versions, the lock, and what they do", async () => {
    const steps = migration({
      up: (m) => {
        m.createTable("logged", (t) => t.add("name", "string"));
        m.execute("INSERT INTO logged (name) VALUES ('x')");
      },
    });
    await migrate(repo, { migrations: [[20260101000000, steps]], quiet: true });
    const all = seen();
    expect(events.filter(({ sql }) => /^CREATE TABLE "logged"/.test(sql))).toHaveLength(1);
    expect(events.filter(({ sql }) => sql.startsWith("INSERT INTO logged"))).toHaveLength(1);
    const last = all.slice(all.lastIndexOf(begin));
    expect(last.filter((text) => !text.startsWith("PRAGMA"))).toEqual(
      isSqlite
        ? [begin, "SELECT", "CREATE TABLE", "INSERT", "INSERT", "COMMIT"]
        : [begin, "LOCK TABLE", "SELECT", "CREATE TABLE", "INSERT", "INSERT", "COMMIT"],
    );
  });

  test("a migration without a transaction: its lock too", async () => {
    const steps = migration({ transaction: false, change: (m) => m.createTable("logged_too", (t) => t.add("name", "string")) });
    await migrate(repo, { migrations: [[20260101000001, steps]], quiet: true });
    const all = events.map(({ sql }) => sql);
    expect(all.filter((text) => text.startsWith('CREATE TABLE "logged_too"'))).toHaveLength(1);
    if (isSqlite) expect(all.includes("BEGIN IMMEDIATE")).toBe(true);
    else {
      expect(all.filter((text) => text.includes("pg_try_advisory_lock"))).toHaveLength(1);
      expect(all.filter((text) => text.includes("pg_advisory_unlock"))).toHaveLength(1);
    }
  });

  test("repo calls inside a migration, once", async () => {
    const steps = migration({ up: async () => void (await repo.insertAll(Movie, [{ title: "m" }])) });
    await migrate(repo, { migrations: [[20260101000002, steps]], quiet: true });
    expect(events.filter(({ sql }) => sql.startsWith('INSERT INTO "movies"'))).toHaveLength(1);
  });
});
