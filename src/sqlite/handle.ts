// What a driver of SQLite has to offer. Everything is synchronous: SQLite runs inside the process.

export interface SqliteDriver {
  readonly name: string;
  /** Opens the file, and creates it where it is missing. */
  open(path: string): SqliteDatabase;
}
export interface SqliteDatabase {
  /** Compiles exactly one statement. */
  prepare(sql: string, bigints: boolean): SqliteHandle;
  /** Runs any number of statements without parameters. */
  exec(sql: string): void;
  readonly inTransaction: boolean;
  close(): void;
}
export interface SqliteHandle {
  /** Whether the statement answers with rows, which the statement itself knows best. */
  readonly returnsRows: boolean;
  /** Rows as arrays. */
  all(params: readonly unknown[]): unknown[][];
  /** Rows as arrays, one by one; other statements may run meanwhile. */
  iterate(params: readonly unknown[]): Iterator<unknown[]>;
  /** Runs a statement without rows; answers with the number of rows that it changed. */
  run(params: readonly unknown[]): number;
  columns(): string[];
}
