import type { Cursor, RawResult, Statement } from "../core/adapter/index.ts";
import { ConfigError, ConnectionError, Lru, type LruEntry } from "../core/base/index.ts";
import { cannotOpen, sqliteCode } from "./errors.ts";
import type { SqliteDatabase, SqliteDriver, SqliteHandle } from "./handle.ts";
import { setupStatements, type SqliteConfig } from "./options.ts";

/** Prepared statements that a connection keeps, by number and by the characters of their texts. */
const MAX_PREPARED = 500;
const MAX_PREPARED_TEXT = 5 * 1024 * 1024;
const NONE: readonly never[] = Object.freeze([]);

/** One open connection with its prepared statements. */
export class Session {
  readonly #db: SqliteDatabase;
  readonly #handles = new Lru<SqliteHandle>({ max: MAX_PREPARED, maxWeight: MAX_PREPARED_TEXT });
  /** The handles of statements that their owners keep, found without their texts. */
  readonly #byStatement = new WeakMap<Statement, LruEntry<SqliteHandle>>();

  /** @throws the driver's busy error while another process holds the file, and a ConnectionError where it cannot be opened */
  constructor(driver: SqliteDriver, config: SqliteConfig, readOnly: boolean) {
    this.#db = openFile(driver, config.database);
    try {
      for (const sql of setupStatements(config)) this.#db.exec(sql);
      if (this.#db.inTransaction) throw new ConfigError("The option afterConnect of sqlite() left a transaction open: end it with COMMIT.");
      if (readOnly) this.#db.exec("PRAGMA query_only = ON");
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  run(statement: Statement, params: readonly unknown[]): RawResult {
    if (!statement.prepare && !statement.returnsRows && params.length === 0) return this.#script(statement.sql);
    if (!statement.prepare && NUMBERED.test(statement.sql)) return this.#answer(...inOrder(statement, params));
    return this.#answer(statement, params);
  }

  #answer(statement: Statement, params: readonly unknown[]): RawResult {
    const known = this.#byStatement.get(statement);
    const handle = known !== undefined && this.#handles.use(known) ? known.value : this.#handle(statement);
    if (!handle.returnsRows) return { rows: NONE, columns: NONE, count: handle.run(params) };
    return new Answer(handle.all(params), handle);
  }

  /** Reads rows in parts, over a handle of its own: the same query may run meanwhile. */
  cursor(statement: Statement, params: readonly unknown[]): Cursor {
    return rowCursor(this.#db.prepare(statement.sql, statement.bigints).iterate(params));
  }

  /** Runs a statement of the driver's own, such as BEGIN. */
  command(sql: string): void {
    this.#cached(sql, false).value.run(NONE);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }

  /** A file of SQL may hold any number of statements. */
  #script(sql: string): RawResult {
    this.#db.exec(sql);
    return { rows: NONE, columns: NONE, count: 0 };
  }

  #handle(statement: Statement): SqliteHandle {
    if (!statement.prepare) return this.#db.prepare(statement.sql, statement.bigints);
    const entry = this.#cached(statement.sql, statement.bigints);
    this.#byStatement.set(statement, entry);
    return entry.value;
  }

  #cached(sql: string, bigints: boolean): LruEntry<SqliteHandle> {
    const key = bigints ? `b${sql}` : `n${sql}`;
    return this.#handles.entry(key) ?? this.#handles.set(key, this.#db.prepare(sql, bigints), sql.length);
  }
}

const NUMBERED = /[$?]\d/;
// Texts, names and comments, which stay as they are, or a place such as $1.
const PLACES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|[$?](\d+)/g;

/** Raw SQL may number its places, as elsewhere ($1) or as here (?1): to the drivers both are names, so each becomes a plain ?. */
function inOrder(statement: Statement, params: readonly unknown[]): [Statement, readonly unknown[]] {
  const values: unknown[] = [];
  const sql = statement.sql.replace(PLACES, (text, at: string | undefined) => {
    if (at === undefined) return text;
    values.push(params[Number(at) - 1]);
    return "?";
  });
  return values.length > 0 ? [{ ...statement, sql }, values] : [statement, params];
}

/** Rows that come one by one, in parts. */
export function rowCursor(rows: Iterator<unknown[]>): Cursor {
  return {
    read(count) {
      const part: unknown[][] = [];
      while (part.length < count) {
        const next = rows.next();
        if (next.done) break;
        part.push(next.value);
      }
      return part;
    },
    close: () => void rows.return?.(),
  };
}

/** Column names cost a call per column, and only raw queries read them. */
class Answer implements RawResult {
  readonly rows: unknown[][];
  readonly #handle: SqliteHandle;
  constructor(rows: unknown[][], handle: SqliteHandle) {
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

function openFile(driver: SqliteDriver, path: string): SqliteDatabase {
  try {
    return driver.open(path);
  } catch (error) {
    // better-sqlite3 looks for the folder itself, and throws a TypeError without a code.
    if (sqliteCode(error) === null || sqliteCode(error) === "SQLITE_CANTOPEN")
      throw new ConnectionError(cannotOpen(path), { cause: error });
    throw error;
  }
}
