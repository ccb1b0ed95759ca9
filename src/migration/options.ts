import { ArgumentError, print, optionNames } from "../core/base/index.ts";
import type { MigrationConnection, MigrationPool, MigrationPort } from "../core/adapter/index.ts";
import { CONFIG_KEYS } from "../core/ddl/index.ts";
import type { MigrationConfig } from "../core/ddl/index.ts";
import type { Migration } from "./migration.ts";

/** What the migrator needs of a repo; an object with an adapter alone will do, and gets connections of its own. */
export interface MigrationRepo {
  readonly adapter: {
    readonly migrationPort: MigrationPort;
    open(): MigrationPool;
    wrapError?(error: unknown, sql: string): Error;
  };
  /** The repo's open database, which the migrator then uses. */
  pool?(): MigrationPool;
  /** Whether the caller is in a transaction of the repo. */
  inTransaction?(): boolean;
  /** Runs a function whose repo calls use this connection, and with it the migration's transaction. */
  runOn?<T>(connection: MigrationConnection, inTransaction: boolean, fn: () => Promise<T>): Promise<T>;
  readonly migrationConfig?: MigrationConfig;
}

/** Migrations that are given rather than read from files. */
export type MigrationEntry =
  | readonly [version: number, migration: Migration]
  | { readonly version: number; readonly name?: string; readonly migration: Migration };

/** Where migrations come from. */
export interface SourceOptions extends MigrationConfig {
  /** The folder of the migration files, or several; `db/migrations` unless given. */
  readonly dir?: string | readonly string[];
  /** Migrations in place of files. */
  readonly migrations?: readonly MigrationEntry[];
  /** How a migration file is loaded; unless given by `import()`, and TypeScript on every Node. */
  readonly load?: (path: string) => Promise<unknown>;
  /** The prefix that the migrations run in, and that of their table of versions. */
  readonly prefix?: string;
}

/** Which migrations run, and how. */
export interface RunOptions extends SourceOptions {
  /** All migrations that there are to run, or to undo. */
  readonly all?: boolean;
  /** How many migrations run, or are undone. */
  readonly step?: number;
  /** Up to this version, itself included. */
  readonly to?: number | string;
  /** Up to this version, itself left out. */
  readonly toExclusive?: number | string;
  /** Prints nothing. */
  readonly quiet?: boolean;
  /** Prints the SQL of the migrations too. */
  readonly logSql?: boolean;
  /** Where lines go; to the console unless given. */
  readonly log?: (line: string) => void;
  /** Refuses a migration that is older than one that has run; otherwise it is a warning. */
  readonly strictVersionOrder?: boolean;
}

export const SOURCE_KEYS = [
  ...CONFIG_KEYS,
  ...optionNames<Omit<SourceOptions, keyof MigrationConfig>>({ dir: true, migrations: true, load: true, prefix: true }),
];
export const RUN_KEYS = [
  ...SOURCE_KEYS,
  ...optionNames<Omit<RunOptions, keyof SourceOptions>>({
    all: true,
    step: true,
    to: true,
    toExclusive: true,
    quiet: true,
    logSql: true,
    log: true,
    strictVersionOrder: true,
  }),
];

/** A migration's version out of a number or digits. */
export function versionOf(what: string, value: number | string): number {
  const version = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 0) {
    throw new ArgumentError(`${what} must be a version such as 20261122203000, not ${print(value)}`);
  }
  return version;
}
