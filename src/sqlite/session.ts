import { chain, type Cursor, inOrder, lastly, type MaybePromise, type RawResult, rescue, type Statement } from "../core/adapter/index.ts";
import { ConfigError, ConnectionError, Lru, type LruEntry } from "../core/base/index.ts";
import { cannotOpen, sqliteCode } from "./errors.ts";
import type { SqliteChange, SqliteDatabase, SqliteDriver, SqliteStatement } from "./drivers/driver.ts";
import { setupStatements, type SqliteConfig } from "./options.ts";

/** Prepared statements that a connection keeps, by number and by the characters of their texts. */
const MAX_PREPARED = 500;
const MAX_PREPARED_TEXT = 5 * 1024 * 1024;
const NONE: readonly never[] = Object.freeze([]);

/** One open connection with its prepared statements. Whatever the driver answers at once is answered at once. */
export class Session {
  readonly #db: SqliteDatabase;
  readonly #handles = new Lru<SqliteStatement>({ max: MAX_PREPARED, maxWeight: MAX_PREPARED_TEXT });
  /** The handles of statements that their owners keep, found without their texts. */
  readonly #byStatement = new WeakMap<Statement, LruEntry<SqliteStatement>>();
  /** The end of what runs, with a driver that does not answer at once. */
  #last: Promise<unknown> | null = null;

  private constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  /** @throws the driver's busy error while another process holds the file, and a ConnectionError where it cannot be opened */
  static open(driver: SqliteDriver, config: SqliteConfig, readOnly: boolean): MaybePromise<Session> {
    return chain(openFile(driver, config.database), (db) =>
      rescue(
        () => {
          const commands = [...setupStatements(config), ...(readOnly ? ["PRAGMA query_only = ON"] : [])];
          return chain(
            inOrder(commands, (sql) => db.exec(sql)),
            () => {
              if (db.inTransaction)
                throw new ConfigError("the option afterConnect of sqlite() left a transaction open: end it with COMMIT");
              return new Session(db);
            },
          );
        },
        (error) =>
          chain(db.close(), () => {
            throw error;
          }),
      ),
    );
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  /** Runs steps that nothing else on this connection gets between, after those that were begun before. */
  inTurn<T>(steps: () => MaybePromise<T>): MaybePromise<T> {
    const answer = this.#last === null ? steps() : this.#last.then(steps);
    if (!(answer instanceof Promise)) return answer;
    const end: Promise<unknown> = answer.then(
      () => this.#ended(end),
      () => this.#ended(end),
    );
    this.#last = end;
    return answer;
  }

  #ended(end: Promise<unknown>): void {
    if (this.#last === end) this.#last = null;
  }

  /** Runs reads of one state of the file: it is locked once, and what others write meanwhile is not seen. */
  snapshot<T>(steps: () => MaybePromise<T>): MaybePromise<T> {
    // In a transaction that SQL began they are a part of it.
    if (this.inTransaction) return steps();
    return chain(this.command("BEGIN"), () =>
      lastly(steps, () => {
        // After some errors, such as one of the disk, SQLite has ended it already.
        if (this.inTransaction) return this.command("COMMIT");
      }),
    );
  }

  run(statement: Statement, params: readonly unknown[]): MaybePromise<RawResult> {
    if (!statement.prepare && !statement.returnsRows && params.length === 0) return this.#script(statement.sql);
    if (!statement.prepare && NUMBERED.test(statement.sql)) return this.#answer(...numbered(statement, params));
    return this.#answer(statement, params);
  }

  #answer(statement: Statement, params: readonly unknown[]): MaybePromise<RawResult> {
    const known = this.#byStatement.get(statement);
    const handle = known !== undefined && this.#handles.use(known) ? known.value : this.#handle(statement);
    return handle instanceof Promise ? handle.then((prepared) => answerOf(prepared, params)) : answerOf(handle, params);
  }

  /** Reads rows in parts, over a handle of its own: the same query may run meanwhile. */
  cursor(statement: Statement, params: readonly unknown[]): MaybePromise<Cursor> {
    return chain(this.#db.prepare(statement.sql, statement.bigints), (handle) => rowCursor(handle.iterate(params)));
  }

  /** Runs a statement of the driver's own, such as BEGIN. */
  command(sql: string): MaybePromise<void> {
    return chain(this.#cached(sql, false), ({ value }) => chain(value.run(NONE), () => {}));
  }

  exec(sql: string): MaybePromise<void> {
    return chain(this.#db.exec(sql), () => {});
  }

  close(): MaybePromise<void> {
    return chain(this.#db.close(), () => {});
  }

  /** A file of SQL may hold any number of statements. */
  #script(sql: string): MaybePromise<RawResult> {
    return chain(this.#db.exec(sql), () => ({ rows: NONE, columns: NONE, count: 0 }));
  }

  #handle(statement: Statement): MaybePromise<SqliteStatement> {
    if (!statement.prepare) return this.#db.prepare(statement.sql, statement.bigints);
    return chain(this.#cached(statement.sql, statement.bigints), (entry) => {
      this.#byStatement.set(statement, entry);
      return entry.value;
    });
  }

  #cached(sql: string, bigints: boolean): MaybePromise<LruEntry<SqliteStatement>> {
    const key = bigints ? `b${sql}` : `n${sql}`;
    return this.#handles.entry(key) ?? chain(this.#db.prepare(sql, bigints), (handle) => this.#handles.set(key, handle, sql.length));
  }
}

function answerOf(handle: SqliteStatement, params: readonly unknown[]): MaybePromise<RawResult> {
  if (!handle.returnsRows) return chain(handle.run(params), changed);
  const rows = handle.all(params);
  return rows instanceof Promise ? rows.then((all) => new Answer(all, handle)) : new Answer(rows, handle);
}

function changed({ changes, lastInsertRowid }: SqliteChange): RawResult {
  const count = Number(changes);
  return lastInsertRowid === undefined
    ? { rows: NONE, columns: NONE, count }
    : { rows: NONE, columns: NONE, count, lastId: lastInsertRowid };
}

const NUMBERED = /[$?]\d/;
// Texts, names and comments, which stay as they are, or a place such as $1.
const PLACES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|[$?](\d+)/g;

/** Raw SQL may number its places, as elsewhere ($1) or as here (?1): to the drivers both are names, so each becomes a plain ?. */
function numbered(statement: Statement, params: readonly unknown[]): [Statement, readonly unknown[]] {
  const values: unknown[] = [];
  const sql = statement.sql.replace(PLACES, (text, at: string | undefined) => {
    if (at === undefined) return text;
    values.push(params[Number(at) - 1]);
    return "?";
  });
  return values.length > 0 ? [{ ...statement, sql }, values] : [statement, params];
}

/** Rows that come one by one, in parts. */
export function rowCursor(rows: Iterator<unknown[]> | AsyncIterator<unknown[]>): Cursor {
  const fill = (part: unknown[][], count: number): MaybePromise<unknown[][]> => {
    while (part.length < count) {
      const next = rows.next();
      if (next instanceof Promise) {
        return next.then(({ done, value }) => {
          if (done) return part;
          part.push(value);
          return fill(part, count);
        });
      }
      if (next.done) break;
      part.push(next.value);
    }
    return part;
  };
  return {
    read: (count) => fill([], count),
    close: () => chain(rows.return?.() as MaybePromise<unknown>, () => {}),
  };
}

/** Column names cost a call per column, and only raw queries read them. */
class Answer implements RawResult {
  readonly rows: unknown[][];
  readonly #handle: SqliteStatement;
  constructor(rows: unknown[][], handle: SqliteStatement) {
    this.rows = rows;
    this.#handle = handle;
  }
  get count(): number {
    return this.rows.length;
  }
  get columns(): string[] {
    return this.#handle.columns();
  }
}

function openFile(driver: SqliteDriver, path: string): MaybePromise<SqliteDatabase> {
  return rescue(
    () => driver.open(path),
    (error) => {
      // better-sqlite3 looks for the folder itself, and throws a TypeError without a code.
      if (sqliteCode(error) === null || sqliteCode(error) === "SQLITE_CANTOPEN")
        throw new ConnectionError(cannotOpen(path), { cause: error });
      throw error;
    },
  );
}
