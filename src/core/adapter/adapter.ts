import type { ConstraintKind } from "../base/index.ts";
import type { DeleteCommand, InsertCommand, Packing, PlannedQuery, TableRef, UpdateCommand } from "../plan/index.ts";
import type { Type } from "../type/index.ts";
import type { MigrationPort } from "./migrator.ts";

/** A value, or a promise of it: a driver that answers at once costs no trip through the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** SQL text and, for each of its placeholders in order, the index of the parameter that stands there. */
export interface Compiled {
  readonly sql: string;
  readonly params: readonly number[];
}

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

/** How values of one type travel: from the type's canonical form to the driver's and back. `null` (the property itself) where they are the same; SQL null never gets here. */
export interface Codec {
  readonly encode: ((value: never) => unknown) | null;
  readonly decode: ((value: never) => unknown) | null;
}

/** A constraint violation, told as data; only the repo decides what becomes of it. */
export interface ConstraintFailure {
  readonly kind: ConstraintKind;
  /** The constraint's name; null where the database does not tell it. */
  readonly constraint: string | null;
  readonly table: string | null;
  readonly columns: readonly string[];
  /** More names that it answers to, where it was given none or several constraints fit. */
  readonly others?: readonly string[];
}

/** A write that a constraint refused, for a database that must be asked which one. */
export interface RefusedWrite {
  readonly action: "insert" | "update" | "delete";
  readonly table: TableRef;
  /** The columns that were written, and their encoded values by row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The encoded values by column that find the row of an update or a delete; null for inserts, and where a query finds the rows. */
  readonly where: Readonly<Record<string, unknown>> | null;
}
/** Asks the database, in the transaction in which the write was refused where there is one. */
export type Ask = (sql: string, params: readonly unknown[]) => Promise<readonly (readonly unknown[])[]>;

/** What a database can do: the core asks here, and never for its name. */
export interface Features {
  readonly returning: boolean;
  readonly ilike: boolean;
  readonly arrays: boolean;
  readonly lateralJoins: boolean;
  readonly distinctOn: boolean;
  readonly locks: boolean;
  readonly placeholders: boolean;
  readonly conflictConstraint: boolean;
  /** A failed statement spoils the transaction it is in. */
  readonly failedTransactions: boolean;
  /** Statements on one connection may be sent without waiting for the one before. */
  readonly pipelining: boolean;
  /** The largest number of parameters in one statement. */
  readonly maxParams: number;
}

/** Sees a statement that a connection sends by itself, such as BEGIN: it is given what sends it, and answers with the answer. */
export type Observer = <T>(statement: Statement, params: readonly unknown[], send: () => MaybePromise<T>) => Promise<T>;

/** The rows of one statement, read a few at a time. */
export interface Cursor {
  /** The next rows; fewer than asked for at the end. */
  read(count: number): MaybePromise<readonly (readonly unknown[])[]>;
  close(): MaybePromise<void>;
}

/** One connection, held by one caller: a transaction or a checkout. */
export interface Connection {
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
export interface Pool {
  /** Runs on any free connection. */
  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult>;
  checkout(options?: RunOptions): MaybePromise<Connection>;
  /** Reads a statement's rows in parts, on a connection of its own where the database has one to spare. @param observer sees each statement that this takes */
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer?: Observer | null): MaybePromise<Cursor>;
  /** Waits for what runs, then closes. */
  close(): Promise<void>;
}

/** Creates and drops the database itself. */
export interface StorageAdmin {
  /** @returns "created", or "exists" where it was there already */
  create(): Promise<"created" | "exists">;
  /** @returns "dropped", or "missing" where there was none */
  drop(options?: { force?: boolean }): Promise<"dropped" | "missing">;
  exists(): Promise<boolean>;
  /** What the database is, for messages: a file's path, a name; never a password. */
  readonly description: string;
}

/** What the repo asks of a database. An adapter writes its own SQL, talks to its own driver, and tells errors as data. */
export interface Adapter {
  readonly name: "sqlite" | "postgres" | "mysql";
  readonly features: Features;
  codec(type: Type): Codec;
  /** A parameter whose type is not known: what the driver takes for a plain JavaScript value. @throws TypeError where it takes none */
  encodeAny(value: unknown): unknown;
  /** A whole list as one parameter, for `in`. */
  encodeList(values: readonly unknown[], type: Type | null): unknown;
  /** How lists of values travel. */
  readonly packing: Packing;
  querySql(query: PlannedQuery): Compiled;
  insertSql(command: InsertCommand): Compiled;
  updateSql(command: UpdateCommand): Compiled;
  deleteSql(command: DeleteCommand): Compiled;
  /**
   * Many rows of one shape, split into as few statements as the database allows.
   * `rows` are encoded values in the order of `columns`, `conflictParams` those of the conflict clause by their index; the answers' rows come back in the order of `rows`.
   * `conflictParams` are the encoded values of the conflict clause, which numbers them from 0.
   */
  bulkInsert(
    command: Omit<InsertCommand, "rows">,
    rows: readonly (readonly unknown[])[],
    conflictParams?: readonly unknown[],
  ): readonly { readonly statement: Statement; readonly params: readonly unknown[] }[];
  /** What a driver's error says of a constraint; null where it is about something else. */
  constraintOf(error: unknown): ConstraintFailure | null;
  /** Completes what an error says of a constraint, where the database must be asked for the rest. */
  findConstraint?(failure: ConstraintFailure, write: RefusedWrite, ask: Ask): Promise<ConstraintFailure>;
  /**
   * Wraps a driver's error in ectype's own (DatabaseError, ConnectionError …), with the statement's text.
   * @param secret the statement has to do with redacted fields: neither the error nor its cause may quote a value
   */
  wrapError(error: unknown, sql: string, secret?: boolean): Error;
  open(): Pool;
  readonly storage: StorageAdmin;
  readonly migrator: MigrationPort;
}
