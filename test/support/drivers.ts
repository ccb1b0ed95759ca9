import { setImmediate as tick } from "node:timers/promises";
import type { PostgresDriver, PostgresOptions } from "ectype/postgres";
import type { SqliteDatabase, SqliteDriver, SqliteStatement } from "ectype/sqlite";
import { resolveOptions } from "../../src/postgres/options.ts";
import { loadDriver as loadSqlite } from "../../src/sqlite/drivers/load.ts";

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

/** Whether a database refuses to begin transactions. */
export interface Refusal {
  refuses: boolean;
}

/** A driver whose database is told to begin a transaction in words that it does not know. */
export function refusingSqlite(driver: string | SqliteDriver, refusal: Refusal): SqliteDriver {
  const inner = typeof driver === "string" ? loadSqlite(driver as "node") : driver;
  const worded = (text: string) => (refusal.refuses ? text.replace(/^BEGIN/, "BEGIM") : text);
  return {
    ...inner,
    open: async (path) => {
      const db = await inner.open(path);
      return {
        get inTransaction() {
          return db.inTransaction;
        },
        // BEGIN is compiled once, so that it is looked at whenever it runs.
        prepare: (text, bigints) => (text.startsWith("BEGIN") ? beginning(db, text, worded) : db.prepare(text, bigints)),
        exec: (text) => db.exec(worded(text)),
        close: () => db.close(),
      };
    },
  };
}

function beginning(db: SqliteDatabase, text: string, worded: (text: string) => string): SqliteStatement {
  const run = async () => (await db.prepare(worded(text), false)).run([]);
  return { returnsRows: false, all: async () => [], iterate: () => [][Symbol.iterator](), run, columns: () => [] };
}

/** A driver whose server is told to begin a transaction in words that it does not know. */
export function refusingPostgres(options: PostgresOptions, refusal: Refusal): PostgresDriver {
  const { driver } = resolveOptions(options);
  const worded = <R extends { readonly sql: string }>(request: R): R =>
    refusal.refuses ? { ...request, sql: request.sql.replace(/^BEGIN/, "BEGIM") } : request;
  return {
    ...driver,
    connect: async (options, onEnd) => {
      const connection = await driver.connect(options, onEnd);
      return new Proxy(connection, {
        get(target, name) {
          const { send, sendTogether } = target;
          if (name === "send") return (...[request, answer]: Parameters<typeof send>) => target.send(worded(request), answer);
          if (name === "sendTogether" && sendTogether)
            return (requests: Parameters<typeof sendTogether>[0]) =>
              target.sendTogether?.(requests.map(([request, answer]) => [worded(request), answer] as const));
          const value = Reflect.get(target, name) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

/** A driver that tells which statements it runs, over one that answers at once. @param before is called with each, before it runs */
export function recording(driver: SqliteDriver, before: (sql: string) => void): SqliteDriver {
  return {
    ...driver,
    async open(path) {
      const db = (await driver.open(path)) as SqliteDatabase;
      return recorded(db, before);
    },
  };
}

function recorded(db: SqliteDatabase, before: (sql: string) => void): SqliteDatabase {
  return {
    get inTransaction() {
      return db.inTransaction;
    },
    prepare(sql, bigints) {
      const statement = db.prepare(sql, bigints) as SqliteStatement;
      return {
        returnsRows: statement.returnsRows,
        all(params) {
          before(sql);
          return statement.all(params);
        },
        run(params) {
          before(sql);
          return statement.run(params);
        },
        columns: () => statement.columns(),
        iterate: (params) => statement.iterate(params),
      };
    },
    exec(sql) {
      before(sql);
      return db.exec(sql);
    },
    close: () => db.close(),
  };
}

/** A driver that tells of each connection, by its number, what is sent on it and what is answered. */
export function recordingPostgres(
  options: PostgresOptions,
  tell: (connection: number, what: "sent" | "answered", sql: string) => void,
): PostgresDriver {
  const { driver } = resolveOptions(options);
  let connections = 0;
  return {
    ...driver,
    connect: async (given, onEnd) => {
      const connection = await driver.connect(given, onEnd);
      const number = ++connections;
      return new Proxy(connection, {
        get(target, name) {
          const { send } = target;
          if (name === "send")
            return (...[request, answer]: Parameters<typeof send>) => {
              tell(number, "sent", request.sql);
              target.send(request, (error, result) => {
                tell(number, "answered", request.sql);
                answer(error, result);
              });
            };
          const value = Reflect.get(target, name) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}
