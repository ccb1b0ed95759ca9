import type { ColumnOptions, ColumnTypeInput, PrimaryKeyOptions } from "../core/ddl/index.ts";

/** The names and options of a table's timestamps. */
export interface TimestampsOptions extends ColumnOptions {
  /** `false` leaves the column away. */
  readonly insertedAt?: string | false;
  readonly updatedAt?: string | false;
  readonly type?: ColumnTypeInput;
}

/** How a repo's migrations behave unless they say otherwise (Ecto's `migration_*` options of a repo). */
export interface MigrationConfig {
  /** The table of versions; `schema_migrations` unless given. */
  readonly migrationSource?: string;
  /** How migrators keep out of each other's way: a lock on the table of versions, an advisory lock, or not at all. */
  readonly migrationLock?: boolean | "advisory";
  /** Milliseconds between two attempts to get the lock. */
  readonly migrationLockRetryInterval?: number;
  readonly migrationLockMaxTries?: number;
  /** The primary key of new tables. */
  readonly migrationPrimaryKey?: false | (Omit<PrimaryKeyOptions, "name" | "type"> & Partial<Pick<PrimaryKeyOptions, "name" | "type">>);
  /** The type and column of `references()`. */
  readonly migrationForeignKey?: { readonly type?: ColumnTypeInput; readonly column?: string };
  readonly migrationTimestamps?: TimestampsOptions;
  /** The prefix of commands that name none, where the run has none. */
  readonly migrationDefaultPrefix?: string;
}

export const CONFIG_KEYS = [
  "migrationSource",
  "migrationLock",
  "migrationLockRetryInterval",
  "migrationLockMaxTries",
  "migrationPrimaryKey",
  "migrationForeignKey",
  "migrationTimestamps",
  "migrationDefaultPrefix",
] as const;
