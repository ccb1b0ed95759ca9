// What an adapter gives the repo to talk to its database: pool, connection, cursor, statement.

/** A value, or a promise of it: a driver that answers at once costs no trip through the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** A statement to run; kept by whoever compiled it, so that a driver can tie its prepared handle to the object. */
export interface Statement {
  readonly sql: string;
  /** It only reads: a driver may run it beside a transaction that writes. */
  readonly readOnly: boolean;
  /** It answers with rows. */
  readonly returnsRows: boolean;
  /** Some column holds whole numbers beyond 2^53: the driver must hand integers over exactly, as bigint. */
  readonly bigints: boolean;
  /** `false`: run once, not worth a prepared statement. */
  readonly prepare: boolean;
  /** Text that somebody gave and that is one statement: nothing that stands behind a semicolon may run. */
  readonly single?: boolean;
  /** Places of values that must not be shown. There, be it empty, where the statement has to do with redacted fields: then what the database says of a failure may quote one. */
  readonly secret?: readonly number[] | "all";
}

/** The rows of a statement, or the number of those that it changed. */
export interface RawResult {
  /** Rows as arrays, in the order of the columns; empty where the statement returns none. */
  readonly rows: readonly unknown[][];
  /** Column names; only raw queries ask for them. */
  readonly columns: readonly string[];
  /** Rows affected or returned. */
  readonly count: number;
  /** The number that the database gave the row that was inserted last, where a statement cannot answer with it. */
  readonly lastId?: number | bigint;
}

/** What bounds the run of a statement. */
export interface RunOptions {
  /** Milliseconds until the statement is given up, its wait for a connection included; Infinity for no limit. */
  readonly timeout?: number;
  readonly signal?: Signal;
}
/** The part of AbortSignal that is used. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Sees a statement that a connection sends by itself, such as BEGIN: it is given what sends it, and answers with the answer. */
export type Observer = <T>(statement: Statement, params: readonly unknown[], send: () => MaybePromise<T>) => Promise<T>;

/** The rows of one statement, read a few at a time. */
export interface Cursor {
  /** The next rows; fewer than asked for at the end. */
  read(count: number): MaybePromise<readonly (readonly unknown[])[]>;
  close(): MaybePromise<void>;
}

/** Runs a statement. */
export type RunStatement = (statement: Statement, params: readonly unknown[], options?: RunOptions) => MaybePromise<RawResult>;

/** What can run reads that belong together. */
export interface Together {
  /**
   * Runs reads that belong together on one connection, and where the database has such cheaply, of one state of it.
   * @param steps is given what runs a statement, which must only read; it waits for nothing else, since nothing else may run meanwhile
   */
  together?<T>(steps: (run: RunStatement) => MaybePromise<T>, options?: RunOptions): MaybePromise<T>;
}

/** One connection, held by one caller: a transaction or a checkout. */
export interface Connection extends Together {
  /** Sees what the connection sends by itself: the commands of its transactions. Whoever calls `run` sees that statement already. */
  observer: Observer | null;
  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult>;
  /** Reads a statement's rows in parts, in the transaction that is open. @param observer sees each statement that this takes */
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer?: Observer | null): MaybePromise<Cursor>;
  begin(options?: TransactionOptions): MaybePromise<void>;
  commit(): MaybePromise<void>;
  rollback(): MaybePromise<void>;
  savepoint(name: string): MaybePromise<void>;
  rollbackTo(name: string): MaybePromise<void>;
  releaseSavepoint(name: string): MaybePromise<void>;
  /** Stops what runs on it, which fails with the reason; a transaction can then be rolled back. */
  interrupt(reason: Error): MaybePromise<void>;
  /** Rolls back a transaction that SQL began and left open. Answers whether there was one. */
  rollbackOpen(): MaybePromise<boolean>;
  /** Gives the connection back; with an error that broke it, it is thrown away. */
  release(error?: unknown): void;
}
/** `timeout` and `signal` bound the whole: the wait for a connection, and all that the transaction does. */
export interface TransactionOptions extends RunOptions {
  readonly isolation?: "read uncommitted" | "read committed" | "repeatable read" | "serializable";
  readonly readOnly?: boolean;
  /** SQLite: how the transaction takes its lock. */
  readonly mode?: "deferred" | "immediate" | "exclusive";
}

/** The open database: connections, handed out as they are needed. */
export interface Pool extends Together {
  /** Runs on any free connection. */
  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult>;
  checkout(options?: RunOptions): MaybePromise<Connection>;
  /** Reads a statement's rows in parts, on a connection of its own where the database has one to spare. @param observer sees each statement that this takes */
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer?: Observer | null): MaybePromise<Cursor>;
  /** Waits for what runs, then closes. */
  close(): Promise<void>;
}
