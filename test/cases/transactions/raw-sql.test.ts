import { createRepo, DatabaseError, field, from, MigrationError, Multi, ok, type Repo, schema, sql, TransactionError } from "ectype";
import { migratedVersions, migrate, type MigrationCommands, migration } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databases, type OpenDatabase } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";

class Account extends schema("accounts", { name: field.string({ null: false }) }) {}

describe.each(databases)("SQL that begins and ends transactions, on $label", (database) => {
  let opened: OpenDatabase;
  let repo: Repo;
  const connect = () =>
    createRepo({
      adapter: opened.name === "sqlite" ? sqlite(opened.options) : postgres({ ...opened.options, pool: { size: 1 } }),
    });
  beforeEach(async () => {
    opened = await database.open();
    repo = connect();
    await createTables(repo, [Account]);
  });
  afterEach(() => repo.close());
  const insert = (name: string) => repo.insertOrThrow(Account.build({ name }));
  /** What somebody else sees who connects now: nothing that is not committed. */
  const committed = async () => {
    const other = connect();
    try {
      return (await other.all(from(Account).orderBy("name"))).map(({ name }) => name);
    } finally {
      await other.close();
    }
  };

  const commands = [
    "BEGIN",
    "begin transaction;",
    " /* c */ -- d\n Begin",
    "COMMIT",
    "END",
    "rollback",
    "SAVEPOINT a",
    "RELEASE a",
    "rollback to a",
    "start transaction",
    "ABORT",
    "PREPARE TRANSACTION 'x'",
    "select 1; begin",
    "select ';'; COMMIT",
  ];
  test.each(commands)("%j is refused outside of a checkout, and nothing is lost after it", async (text) => {
    await expect(repo.query(text)).rejects.toThrow(TransactionError);
    await expect(repo.query(text)).rejects.toThrow(/repo\.transaction\(\).*repo\.checkout\(\)/);
    await insert("after");
    expect(await committed()).toEqual(["after"]);
  });

  const ends = ["COMMIT", "end;", "/* x */ rollback", "ROLLBACK TRANSACTION", "BEGIN", "select 1; commit", "abort", "commit and chain"];
  test.each(ends)("%j is refused inside a transaction, which stays whole", async (text) => {
    await expect(
      repo.transaction(async () => {
        await insert("a");
        await repo.query(text);
      }),
    ).rejects.toThrow(/refused inside a transaction/);
    expect(await committed()).toEqual([]);
    await repo.transaction(async () => {
      await insert("a");
      await expect(repo.query(text)).rejects.toThrow(TransactionError);
      await insert("b");
    });
    expect(await committed()).toEqual(["a", "b"]);
    const multi = new Multi().insert("one", Account.build({ name: "c" })).run("two", async () => ok(await repo.query(text)));
    await expect(repo.transact(multi)).rejects.toThrow(TransactionError);
    expect(await committed()).toEqual(["a", "b"]);
  });

  test("savepoints work inside a transaction", async () => {
    await repo.transaction(async () => {
      await insert("a");
      await repo.query("SAVEPOINT one");
      await insert("b");
      await repo.query("ROLLBACK TO SAVEPOINT one");
      await repo.query("RELEASE SAVEPOINT one");
      await insert("c");
    });
    expect(await committed()).toEqual(["a", "c"]);
  });

  test("words of transactions that are no commands pass", async () => {
    const { rows } = await repo.query("select 'commit; rollback' as \"begin\", case when 1 = 1 then 'x' end -- ; commit");
    expect(rows).toEqual([["commit; rollback", "x"]]);
  });

  test("in a checkout SQL may begin a transaction and end it", async () => {
    await repo.checkout(async () => {
      await repo.query("BEGIN");
      await insert("a");
      await repo.query("COMMIT");
      await repo.query("BEGIN");
      await insert("b");
      await repo.query("ROLLBACK");
      await repo.transaction(async () => {
        await insert("c");
        await expect(repo.query("COMMIT")).rejects.toThrow(/refused inside/);
      });
    });
    expect(await committed()).toEqual(["a", "c"]);
  });

  test("what a checkout leaves open is rolled back, with an error", async () => {
    const left = repo.checkout(async () => {
      await repo.query("BEGIN");
      await insert("a");
    });
    await expect(left).rejects.toThrow(TransactionError);
    await expect(left).rejects.toThrow(/still open at the end of its checkout/);
    await insert("b");
    expect(await committed()).toEqual(["b"]);
    // Also where nobody waited for it, and where the function has an error of its own.
    const unawaited = repo.checkout(async () => {
      void repo.query("BEGIN");
      void insert("c").catch(() => {});
    });
    await expect(unawaited).rejects.toThrow(/still open/);
    const failing = repo.checkout(async () => {
      await repo.query("BEGIN");
      await insert("d");
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    await insert("e");
    expect(await committed()).toEqual(["b", "e"]);
  });

  test("a transaction cannot begin in one that SQL began", async () => {
    const nested = repo.checkout(async () => {
      await repo.query("BEGIN");
      await insert("a");
      await repo.transaction(() => insert("b"));
    });
    await expect(nested).rejects.toThrow(/in a transaction already/);
    expect(await committed()).toEqual([]);
  });

  test("a fragment cannot hold a second statement", async () => {
    await insert("a");
    const evil = from(Account).where(sql`${sql.unsafe("1 = 1; COMMIT; BEGIN")}` as never);
    await expect(repo.all(evil)).rejects.toThrow(DatabaseError);
    await expect(repo.explain("all", evil)).rejects.toThrow(DatabaseError);
    const reading = async () => {
      for await (const _ of repo.stream(evil));
    };
    await expect(reading()).rejects.toThrow(DatabaseError);
    await expect(repo.transaction(reading)).rejects.toThrow();
    await insert("b");
    expect(await committed()).toEqual(["a", "b"]);
  });

  const run = (change: (m: MigrationCommands) => void | Promise<void>, transaction = true) =>
    migrate(repo, { migrations: [[1, migration({ up: change, transaction })]], quiet: true });

  test("a migration cannot end its transaction", async () => {
    const text = "INSERT INTO accounts (name) VALUES ('x')";
    for (const end of ["COMMIT", "commit; begin", "rollback", `${text}; end`]) {
      await expect(run((m) => m.execute([text, end]))).rejects.toThrow(/refused in a migration that runs in a transaction/);
      await expect(
        run((m) => {
          m.execute(text);
          m.execute(async () => {
            await repo.query(end);
          });
        }),
      ).rejects.toThrow(MigrationError);
    }
    expect(await committed()).toEqual([]);
    expect(await migratedVersions(repo)).toEqual([]);
  });

  test("a migration without a transaction may have its own, but not leave it open", async () => {
    const text = (name: string) => `INSERT INTO accounts (name) VALUES ('${name}')`;
    await expect(run((m) => m.execute(["BEGIN", text("a")]), false)).rejects.toThrow(/left it open/);
    expect([await committed(), await migratedVersions(repo)]).toEqual([[], []]);
    expect(await run((m) => m.execute(`BEGIN; ${text("b")}; COMMIT`), false)).toEqual([1]);
    expect([await committed(), await migratedVersions(repo)]).toEqual([["b"], [1]]);
  });

  test("the body of a trigger or a function is no command of a transaction", async () => {
    await run((m) => {
      if (database.name === "sqlite")
        m.execute(
          "CREATE TRIGGER doubled AFTER INSERT ON accounts WHEN new.name = 'a' BEGIN INSERT INTO accounts (name) VALUES ('b'); SELECT CASE WHEN 1 THEN 2 END; END",
        );
      else
        m.execute(
          "CREATE FUNCTION b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO accounts (name) VALUES ('b'); RETURN NULL; END $$; CREATE TRIGGER doubled AFTER INSERT ON accounts FOR EACH ROW WHEN (new.name = 'a') EXECUTE FUNCTION b()",
        );
    });
    await insert("a");
    expect(await committed()).toEqual(["a", "b"]);
  });

  if (database.name === "sqlite") {
    test("an error that rolls the transaction back lets nothing after it be written by itself", async () => {
      await repo.query("CREATE UNIQUE INDEX one_name ON accounts (name)");
      await insert("a");
      const going = repo.transaction(async () => {
        await insert("b");
        await repo.query("INSERT OR ROLLBACK INTO accounts (name) VALUES ('a')").catch(() => {});
        await insert("c");
      });
      await expect(going).rejects.toThrow(/is over already/);
      expect(await committed()).toEqual(["a"]);
    });
  } else {
    test.each(["SET search_path = nowhere", "RESET ALL", "DISCARD ALL", "LISTEN x", "SELECT set_config('search_path', 'nowhere', false)"])(
      "%j is refused where it would change the connection of whoever comes next",
      async (text) => {
        await expect(repo.query(text)).rejects.toThrow(/one connection out of many/);
        expect(await committed()).toEqual([]);
      },
    );

    test("settings of a checkout or a transaction go with it", async () => {
      await repo.checkout(async () => {
        await repo.query("SET TIME ZONE 'Asia/Tokyo'");
        expect((await repo.query("SHOW TimeZone")).rows).toEqual([["Asia/Tokyo"]]);
      });
      expect((await repo.query("SHOW TimeZone")).rows).toEqual([["UTC"]]);
      await repo.transaction(() => repo.query("SET search_path = nowhere"));
      await insert("a");
      // Those that end with the transaction cost no connection.
      const pid = async () => (await repo.query("SELECT pg_backend_pid()")).rows[0]?.[0];
      const before = await pid();
      await repo.transaction(async () => {
        await repo.query("SET LOCAL search_path = nowhere");
        await repo.query("SELECT set_config('my.tenant', $1, true)", ["a"]);
      });
      expect(await pid()).toBe(before);
      expect(await committed()).toEqual(["a"]);
    });

    test("several statements in one text run as before", async () => {
      await repo.query("INSERT INTO accounts (name) VALUES ('a'); INSERT INTO accounts (name) VALUES ('b')");
      expect(await committed()).toEqual(["a", "b"]);
    });
  }
});
