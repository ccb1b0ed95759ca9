import type { Command } from "../ddl/index.ts";

/** A statement as a connection runs it: the same shape as the adapter's own statements. */
export interface MigrationStatement {
  readonly sql: string;
  readonly readOnly: boolean;
  readonly returnsRows: boolean;
  readonly bigints: boolean;
  readonly prepare: boolean;
}

/**
 * What a migration needs of a connection. Every adapter's connection is one.
 * A statement without params and without rows may hold several, separated by semicolons: the SQL of a file is run like that.
 */
export interface MigrationConnection {
  run(statement: MigrationStatement, params: readonly unknown[]): MigrationAnswer | Promise<MigrationAnswer>;
  begin(options?: { readonly mode?: "immediate" }): void | Promise<void>;
  commit(): void | Promise<void>;
  rollback(): void | Promise<void>;
  /** Rolls back a transaction that SQL began and left open. Answers whether there was one. */
  rollbackOpen?(): boolean | Promise<boolean>;
  release(error?: unknown): void;
  /** Another connection that is needed meanwhile, such as one that holds a lock, seen by whoever sees this one. */
  beside?(other: MigrationConnection): MigrationConnection;
}
/** What a statement of a migration gave. */
export interface MigrationAnswer {
  readonly rows: readonly (readonly unknown[])[];
}

/** What a migration needs of an open database. Every adapter's pool is one. */
export interface MigrationPool {
  checkout(): MigrationConnection | Promise<MigrationConnection>;
  close(): Promise<void>;
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
