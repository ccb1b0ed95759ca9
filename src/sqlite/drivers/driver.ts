import type { MaybePromise } from "../../core/adapter/index.ts";

/**
 * A driver of SQLite: how `sqlite({ driver })` gets at a database. Each method may answer at once or by a promise; a driver that
 * answers at once costs no trip through the event loop.
 *
 * What it must do is SQLite's own: statements of one database see each other in the order of the calls, rows come as arrays in the
 * order of the columns, and errors have SQLite's result code in `code` ("SQLITE_CONSTRAINT_UNIQUE") or `errcode` (2067).
 * ectype makes one call at a time per database that was opened, and never one inside another but for rows that are iterated over.
 */
export interface SqliteDriver {
  /** For messages. */
  readonly name: string;
  /** Opens the file, and creates it where it is missing. */
  open(path: string): MaybePromise<SqliteDatabase>;
  /** `false` where a path names no file of this machine: nothing is created or deleted beside it. */
  readonly files?: boolean;
  /** What SQLite can do and this way to it cannot. */
  readonly features?: SqliteDriverFeatures;
}

/** What a driver can do. */
export interface SqliteDriverFeatures {
  /** `false` where statements cannot answer with what they wrote: then `run` tells the last row's number. */
  readonly returning?: boolean;
  /** `false` where a transaction cannot stay open from one call to the next. */
  readonly transactions?: boolean;
}

/** An open database: one connection. */
export interface SqliteDatabase {
  /**
   * Compiles exactly one statement. @throws an error that says "more than one statement" where the text holds another
   * @param bigints whether integers come as bigints rather than as numbers
   */
  prepare(sql: string, bigints: boolean): MaybePromise<SqliteStatement>;
  /** Runs any number of statements without parameters. */
  exec(sql: string): MaybePromise<unknown>;
  /** Whether a transaction is open, as of the last answer. */
  readonly inTransaction: boolean;
  close(): MaybePromise<unknown>;
}

/** A compiled statement. Values are null, numbers, bigints, texts and `Uint8Array`s. */
export interface SqliteStatement {
  /** Whether the statement answers with rows, which the statement itself knows best. */
  readonly returnsRows: boolean;
  /** Rows as arrays. */
  all(params: readonly unknown[]): MaybePromise<unknown[][]>;
  /** Rows as arrays, one by one; other statements may run meanwhile. */
  iterate(params: readonly unknown[]): Iterator<unknown[]> | AsyncIterator<unknown[]>;
  /** Runs a statement without rows. */
  run(params: readonly unknown[]): MaybePromise<SqliteChange>;
  /** The names of the columns, as of the last answer. */
  columns(): string[];
}

/** What a statement without rows has done. */
export interface SqliteChange {
  /** Rows that the statement changed. */
  readonly changes: number | bigint;
  /** The number of the row that was inserted last. */
  readonly lastInsertRowid?: number | bigint;
}
