import { setImmediate as tick } from "node:timers/promises";
import type { SqliteDatabase, SqliteDriver, SqliteStatement } from "ectype/sqlite";

/** A driver that answers with promises, over one that answers at once: every call takes a turn of the event loop, and overlapping ones are found out. */
export function asynchronous(driver: SqliteDriver): SqliteDriver {
  return {
    ...driver,
    name: `${driver.name}, asynchronous`,
    async open(path) {
      await tick();
      return asyncDatabase((await driver.open(path)) as SqliteDatabase);
    },
  };
}

function asyncDatabase(db: SqliteDatabase): SqliteDatabase {
  let running: string | null = null;
  let open = true;
  /** As of the last answer, as it would be told by something far away. */
  let inTransaction = db.inTransaction;
  const alone = async <T>(what: string, work: () => T): Promise<Awaited<T>> => {
    if (running !== null) throw new Error(`"${what}" was called while "${running}" runs`);
    running = what;
    try {
      await tick();
      return await work();
    } finally {
      if (open) inTransaction = db.inTransaction;
      running = null;
    }
  };
  return {
    get inTransaction() {
      return inTransaction;
    },
    prepare: (sql, bigints) => alone(sql, () => asyncStatement(db.prepare(sql, bigints) as SqliteStatement, sql, alone)),
    exec: (sql) => alone(sql, () => db.exec(sql)),
    // A closed database has no state to ask for.
    close: () =>
      alone("close", async () => {
        await db.close();
        open = false;
      }),
  };
}

type Alone = <T>(what: string, work: () => T) => Promise<Awaited<T>>;

function asyncStatement(statement: SqliteStatement, sql: string, alone: Alone): SqliteStatement {
  return {
    returnsRows: statement.returnsRows,
    all: (params) => alone(sql, () => statement.all(params)),
    run: (params) => alone(sql, () => statement.run(params)),
    columns: () => statement.columns(),
    iterate(params) {
      const rows = statement.iterate(params) as Iterator<unknown[]>;
      return {
        next: () => alone(sql, () => rows.next()),
        return: async () => {
          await alone(sql, () => rows.return?.());
          return { done: true, value: undefined };
        },
      };
    },
  };
}
