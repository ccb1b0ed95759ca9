import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SqliteChange, SqliteDatabase, SqliteDriver, SqliteStatement } from "./driver.ts";

// The part of better-sqlite3 that is used; its own types must not reach the declarations of this package.
interface BetterDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): BetterStatement;
  exec(sql: string): unknown;
  unsafeMode(on: boolean): unknown;
  close(): unknown;
}
interface BetterStatement {
  readonly reader: boolean;
  raw(on: boolean): unknown;
  safeIntegers(on: boolean): unknown;
  all(params: readonly unknown[]): unknown[][];
  iterate(params: readonly unknown[]): IterableIterator<unknown[]>;
  run(params: readonly unknown[]): SqliteChange;
  columns(): readonly { readonly name: string }[];
}
type BetterClass = new (path: string, options: { timeout: number }) => BetterDatabase;

/**
 * The driver over the package better-sqlite3 (`driver: "better-sqlite3"`), for Node before 22.16; or why it does not load.
 *
 * Answers at once. Caveats: a native package, which must be built for the version of Node. Integers that a statement was not
 * prepared to give as bigints lose digits beyond 2^53, so ectype asks for bigints wherever a column may hold them.
 * Not supported: extensions and functions of one's own.
 */
export function betterSqlite3(): SqliteDriver | { readonly error: unknown } {
  try {
    const Database = createRequire(here())("better-sqlite3") as BetterClass;
    // The native part is loaded by the first database only.
    new Database(":memory:", { timeout: 0 }).close();
    return { name: "better-sqlite3", open: (path) => new Better(new Database(path, { timeout: 0 })) };
  } catch (error) {
    return { error };
  }
}

/** Where packages are looked up from: this module, or the folder that the program runs in, where a bundler made CommonJS of it. */
function here(): string {
  return (import.meta.url as string | undefined) ?? pathToFileURL(join(process.cwd(), "index.js")).href;
}

class Better implements SqliteDatabase {
  readonly #db: BetterDatabase;
  #iterating = 0;
  constructor(db: BetterDatabase) {
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  prepare(sql: string, bigints: boolean): SqliteStatement {
    const statement = this.#db.prepare(sql);
    const returnsRows = statement.reader;
    if (returnsRows) statement.raw(true);
    if (returnsRows && bigints) statement.safeIntegers(true);
    return {
      returnsRows,
      all: (params) => statement.all(params),
      iterate: (params) => this.#rows(statement.iterate(params)),
      run: (params) => statement.run(params),
      columns: () => (returnsRows ? statement.columns().map(({ name }) => name) : []),
    };
  }

  /** While rows are read one by one, the package refuses all other statements unless it is told that they are meant. */
  *#rows(rows: IterableIterator<unknown[]>): Generator<unknown[]> {
    if (this.#iterating++ === 0) this.#db.unsafeMode(true);
    try {
      yield* rows;
    } finally {
      if (--this.#iterating === 0) this.#db.unsafeMode(false);
    }
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }
}
