import type { Command } from "../ddl/index.ts";
import type { Connection, MaybePromise, Pool, RawResult, Statement } from "./connection.ts";
import type { SqlCommand } from "./commands.ts";

/** A statement of a migration. */
export type MigrationStatement = Statement;
/** What a statement of a migration gave. */
export type MigrationAnswer = Pick<RawResult, "rows">;

/**
 * What a migration needs of a connection. Every adapter's connection is one.
 * A statement without params and without rows may hold several, separated by semicolons: the SQL of a file is run like that.
 */
export interface MigrationConnection
  extends Pick<Connection, "begin" | "commit" | "rollback" | "release">,
    Partial<Pick<Connection, "rollbackOpen">> {
  run(statement: Statement, params: readonly unknown[]): MaybePromise<MigrationAnswer>;
  /** Another connection that is needed meanwhile, such as one that holds a lock, seen by whoever sees this one. */
  beside?(other: MigrationConnection): MigrationConnection;
}

/** What a migration needs of an open database. Every adapter's pool is one. */
export interface MigrationPool extends Pick<Pool, "close"> {
  checkout(): MaybePromise<MigrationConnection>;
}

/** The table that lists the migrations that have run. */
export interface LedgerTable {
  readonly name: string;
  readonly prefix: string | null;
}

/** How a migrator waits for another one. */
export interface LockOptions {
  readonly table: LedgerTable;
  /** Milliseconds between two attempts. */
  readonly retryInterval: number;
  /** Attempts before giving up. */
  readonly maxTries: number;
}

/** What an adapter knows about migrating its database; it is the same for every connection. */
export interface MigrationPort {
  /** As messages name the database: "PostgreSQL". */
  readonly name: string;
  /** Whether structure changes can be rolled back. */
  readonly supportsDdlTransactions: boolean;
  /** Whether an index is built while others write to its table, which no transaction can hold. */
  readonly supportsConcurrentIndexes: boolean;
  /** The commands in SQL text that begin or end transactions, or change the connection's own state. */
  commands(sql: string): readonly SqlCommand[];
  /** @throws MigrationError where the database cannot do it */
  ddlToSql(command: Command): string[];
  versionsSql(table: LedgerTable): string;
  insertVersionSql(table: LedgerTable, version: number, at: Date): string;
  deleteVersionSql(table: LedgerTable, version: number): string;
  /** Starts the transaction of a migration; with `lock`, no other migrator gets past this until it ends. */
  begin(connection: MigrationConnection, lock: LockOptions | null): Promise<void>;
  /** Keeps other migrators away where no transaction does; answers with what lets them in again. */
  lock(connection: MigrationConnection, options: LockOptions): Promise<() => Promise<void>>;
}
