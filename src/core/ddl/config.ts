// How a repo's migrations behave, and what that adds to a command that does not say it.
import { checkOptions, ArgumentError, print, optionNames } from "../base/index.ts";
import { COLUMN_KEYS } from "./columns.ts";
import type { ColumnOptions, ColumnTypeInput } from "./data.ts";
import { checkName } from "./options.ts";
import type { PrimaryKeyOptions } from "./tables.ts";
import { columnType } from "./types.ts";

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

export const CONFIG_KEYS = optionNames<MigrationConfig>({
  migrationSource: true,
  migrationLock: true,
  migrationLockRetryInterval: true,
  migrationLockMaxTries: true,
  migrationPrimaryKey: true,
  migrationForeignKey: true,
  migrationTimestamps: true,
  migrationDefaultPrefix: true,
});
const PRIMARY_KEYS = [
  ...optionNames<Omit<PrimaryKeyOptions, keyof ColumnOptions>>({ name: true, type: true }),
  ...COLUMN_KEYS.filter((key) => key !== "primaryKey"),
];
const FOREIGN_KEYS = optionNames<NonNullable<MigrationConfig["migrationForeignKey"]>>({ type: true, column: true });
const TIMESTAMP_KEYS = [
  ...optionNames<Omit<TimestampsOptions, keyof ColumnOptions>>({ insertedAt: true, updatedAt: true, type: true }),
  ...COLUMN_KEYS,
];

/**
 * Checks names and values of a repo's migration options.
 * @param what where they stand, for messages
 * @throws ArgumentError that names the option
 */
export function checkMigrationConfig(what: string, config: MigrationConfig): void {
  const {
    migrationSource: source,
    migrationLock: lock,
    migrationLockRetryInterval: interval,
    migrationLockMaxTries: tries,
    migrationPrimaryKey: primary,
    migrationForeignKey: foreign,
    migrationTimestamps: timestamps,
    migrationDefaultPrefix: prefix,
  } = config;
  const at = (name: string) => `${what}: ${name}`;
  if (source !== undefined) checkName(at("migrationSource"), source);
  if (prefix !== undefined) checkName(at("migrationDefaultPrefix"), prefix);
  if (lock !== undefined && typeof lock !== "boolean" && lock !== "advisory")
    throw new ArgumentError(`${at("migrationLock")} is true, false or "advisory", not ${print(lock)}`);
  if (interval !== undefined && !(typeof interval === "number" && interval >= 0))
    throw new ArgumentError(`${at("migrationLockRetryInterval")} is a number of milliseconds from 0 on, not ${print(interval)}`);
  if (tries !== undefined && !(typeof tries === "number" && tries >= 1))
    throw new ArgumentError(`${at("migrationLockMaxTries")} is a number from 1 on, or Infinity, not ${print(tries)}`);
  if (primary !== undefined && primary !== false) {
    checkOptions(at("migrationPrimaryKey"), primary, PRIMARY_KEYS);
    if (primary.name !== undefined) checkName(at("migrationPrimaryKey: name"), primary.name);
  }
  if (foreign !== undefined) {
    checkOptions(at("migrationForeignKey"), foreign, FOREIGN_KEYS);
    if (foreign.column !== undefined) checkName(at("migrationForeignKey: column"), foreign.column);
    if (foreign.type !== undefined) columnType(at("migrationForeignKey: type"), foreign.type);
  }
  if (timestamps !== undefined) {
    checkOptions(at("migrationTimestamps"), timestamps, TIMESTAMP_KEYS);
    if (timestamps.type !== undefined) columnType(at("migrationTimestamps: type"), timestamps.type);
  }
}
