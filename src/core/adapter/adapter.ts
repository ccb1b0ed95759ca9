import type { ConstraintFailure } from "../base/index.ts";

export type { ConstraintFailure } from "../base/index.ts";
import type { DeleteCommand, InsertCommand, Packing, PlannedQuery, TableRef, UpdateCommand } from "../plan/index.ts";
import type { Type } from "../type/index.ts";
import type { SqlCommand } from "./commands.ts";
import type { Pool, Statement } from "./connection.ts";
import type { MigrationPort } from "./migration-port.ts";

/** SQL text and, for each of its placeholders in order, the index of the parameter that stands there. */
export interface Compiled {
  readonly sql: string;
  readonly params: readonly number[];
}

/** How values of one type travel: from the type's canonical form to the driver's and back. `null` (the property itself) where they are the same; SQL null never gets here. */
export interface Codec {
  readonly encode: ((value: never) => unknown) | null;
  readonly decode: ((value: never) => unknown) | null;
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

/**
 * Inserts rows in as few statements as are good for the database. The same number of rows is always the same statements, so that they stay prepared.
 * @param rows encoded values in the order of the command's columns; the answers' rows come back in this order
 * @param conflictParams the encoded values of the conflict clause, which numbers them from 0
 */
export type BulkInsert = (rows: readonly (readonly unknown[])[], conflictParams: readonly unknown[]) => readonly BulkStatement[];

/** A statement and its parameters. */
export interface BulkStatement {
  readonly statement: Statement;
  readonly params: readonly unknown[];
}

/** What a database can do: the core asks here, and never for its name. */
export interface Features {
  /** Statements that write can answer with what they wrote; where not, an insert of one row tells the key that it was given. */
  readonly returning: boolean;
  /** A transaction stays open from one call to the next. */
  readonly transactions: boolean;
  /** Lists are arrays, whose text is the database's own, rather than JSON. */
  readonly arrays: boolean;
  /** DEFAULT can stand for a value, so that rows of different columns go into one insert. */
  readonly defaultValues: boolean;
  /** Placeholders are numbered, so that a value in several places is one parameter. */
  readonly numberedParams: boolean;
  /** A failed statement spoils the transaction it is in. */
  readonly failedTransactions: boolean;
  /** Statements on one connection may be sent without waiting for the one before. */
  readonly pipelining: boolean;
  /** The largest number of parameters in one statement. */
  readonly maxParams: number;
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
  /** For whoever has to tell adapters apart; ectype itself goes by the features. */
  readonly name: string;
  readonly features: Features;
  codec(type: Type): Codec;
  /** How a value that the dialect wrote into JSON becomes what the driver gives for it; null for a type whose values JSON cannot tell exactly. Without it, rows are not read within rows. */
  fromJson?(type: Type): ((value: unknown) => unknown) | null;
  /** A parameter whose type is not known: what the driver takes for a plain JavaScript value. @throws TypeError where it takes none */
  encodeAny(value: unknown): unknown;
  /** A whole list as one parameter, for `in`. */
  encodeList(values: readonly unknown[], type: Type | null): unknown;
  /** How lists of values travel. */
  readonly packing: Packing;
  querySql(query: PlannedQuery): Compiled;
  /** What stands in front of a statement to explain it. */
  explainSql(sql: string, options: { readonly analyze: boolean }): string;
  /** The commands in SQL text, which may hold several statements, that begin or end transactions or change the connection's own state. */
  commands(sql: string): readonly SqlCommand[];
  insertSql(command: InsertCommand): Compiled;
  updateSql(command: UpdateCommand): Compiled;
  deleteSql(command: DeleteCommand): Compiled;
  /**
   * Prepares the insert of many rows of one shape, however many they will be.
   * @param about what of its statements the command does not say
   */
  bulkInsert(command: Omit<InsertCommand, "rows">, about: Pick<Statement, "bigints" | "secret">): BulkInsert;
  /** What a driver's error says of a constraint; null where it is about something else. */
  constraintOf(error: unknown): ConstraintFailure | null;
  /** Whether a driver's error says no more than that a statement before it in the transaction had failed. */
  isAftermath?(error: unknown): boolean;
  /** Completes what an error says of a constraint, where the database must be asked for the rest. */
  findConstraint?(failure: ConstraintFailure, write: RefusedWrite, ask: Ask): Promise<ConstraintFailure>;
  /**
   * Wraps a driver's error in ectype's own (DatabaseError, ConnectionError …), with the statement's text.
   * @param secret the statement has to do with redacted fields: neither the error nor its cause may quote a value
   */
  wrapError(error: unknown, sql: string, secret?: boolean): Error;
  open(): Pool;
  readonly storage: StorageAdmin;
  readonly migrationPort: MigrationPort;
}
