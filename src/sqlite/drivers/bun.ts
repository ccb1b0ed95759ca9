import { sqlReader } from "../lexis.ts";
import type { SqliteChange, SqliteDatabase, SqliteDriver, SqliteStatement } from "./driver.ts";

// The part of bun:sqlite that is used; its types are Bun's.
interface BunSqlite {
  readonly Database: new (path: string) => BunDatabase;
}
interface BunDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): BunStatement;
  exec(sql: string): unknown;
  close(throwOnError: boolean): void;
}
interface BunStatement {
  readonly columnNames: string[];
  readonly paramsCount: number;
  safeIntegers(on: boolean): unknown;
  values(...params: readonly unknown[]): unknown[][];
  iterate(...params: readonly unknown[]): IterableIterator<Readonly<Record<string, unknown>>>;
  run(...params: readonly unknown[]): SqliteChange;
}

/**
 * The driver over Bun's own SQLite (`driver: "bun"`), which Bun takes by itself; null in any other runtime.
 *
 * Answers at once, and needs no package. Caveats: rows that are read one by one come as objects, so a stream of a query whose
 * columns share a name, or have a number for one, reads all of its rows at once. Not supported: extensions and functions of one's own.
 */
export function bunSqlite(): SqliteDriver | null {
  if (process.versions["bun"] === undefined) return null;
  const sqlite = (process as { getBuiltinModule?(id: string): unknown }).getBuiltinModule?.("bun:sqlite") as BunSqlite | undefined;
  return sqlite === undefined ? null : { name: "bun", open: (path) => new Bun(new sqlite.Database(path)) };
}

class Bun implements SqliteDatabase {
  readonly #db: BunDatabase;
  constructor(db: BunDatabase) {
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  prepare(sql: string, bigints: boolean): SqliteStatement {
    // Bun compiles the first statement and says nothing of the rest.
    if (sqlReader.hasSeveralStatements(sql)) throw new RangeError("The supplied SQL string contains more than one statement");
    const compile = (): BunStatement => {
      const statement = this.#db.prepare(sql);
      if (bigints) statement.safeIntegers(true);
      return statement;
    };
    const statement = compile();
    /** It takes too many values, and where there is none, any, without a word. */
    const checked = (params: readonly unknown[]): readonly unknown[] => {
      if (params.length !== statement.paramsCount)
        throw new RangeError(`SQLite query expected ${statement.paramsCount} values, received ${params.length}`);
      return params;
    };
    return {
      returnsRows: statement.columnNames.length > 0,
      all: (params) => statement.values(...checked(params)),
      iterate: (params) => rowsOf(compile(), checked(params)),
      run: (params) => statement.run(...checked(params)),
      columns: () => statement.columnNames,
    };
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close(false);
  }
}

/** Objects keep neither two columns of one name nor the place of one that is called by a number. */
function* rowsOf(statement: BunStatement, params: readonly unknown[]): Generator<unknown[]> {
  const names = statement.columnNames;
  const plain = new Set(names).size === names.length && names.every((name) => !/^\d+$|^__proto__$/.test(name));
  if (!plain) yield* statement.values(...params);
  else for (const row of statement.iterate(...params)) yield names.map((name) => row[name]);
}
