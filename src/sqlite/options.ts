import { ConfigError, didYouMean, print } from "../core/base/index.ts";
import type { SqliteDriver } from "./drivers/driver.ts";
import { DRIVER_NAMES, type SqliteDriverName } from "./drivers/load.ts";

/** What `sqlite()` takes. Every default is ecto_sqlite3's, but for `busyTimeout` and `transactionMode`. */
export interface SqliteOptions {
  /** The database file's path; ":memory:" for one that lives as long as the repo. */
  readonly database: string;
  /** A driver by its name, or one of your own. Default: what the runtime has itself, `bun:sqlite` or `node:sqlite`, else `better-sqlite3`. */
  readonly driver?: SqliteDriverName | SqliteDriver;
  /** Connections: with 1, reads wait while a transaction is open; with 2 (default) or more they run beside it. */
  readonly poolSize?: number;
  /** Milliseconds to wait for the connection that writes, while a transaction holds it; Infinity for no limit. Default 15,000. */
  readonly poolTimeout?: number;
  /** Milliseconds to wait for a lock that another process holds; Infinity for no limit. Default 5,000. */
  readonly busyTimeout?: number;
  readonly journalMode?: "wal" | "delete" | "truncate" | "persist" | "memory" | "off";
  readonly foreignKeys?: boolean;
  readonly synchronous?: "off" | "normal" | "full" | "extra";
  /** Pages in the cache, or kibibytes where negative. Default -64,000. */
  readonly cacheSize?: number;
  readonly tempStore?: "default" | "file" | "memory";
  readonly autoVacuum?: "none" | "full" | "incremental";
  readonly secureDelete?: boolean;
  readonly caseSensitiveLike?: boolean;
  readonly walAutoCheckpoint?: number;
  /** How a transaction takes its lock. Default "immediate": one that reads first and writes then cannot fail half-way. */
  readonly transactionMode?: "deferred" | "immediate" | "exclusive";
  /** SQL that every new connection runs, such as more PRAGMAs. */
  readonly afterConnect?: readonly string[];
}

export type SqliteConfig = Required<Omit<SqliteOptions, "driver">> & Pick<SqliteOptions, "driver"> & { readonly memory: boolean };

const DEFAULTS = {
  poolSize: 2,
  poolTimeout: 15_000,
  busyTimeout: 5000,
  journalMode: "wal",
  foreignKeys: true,
  synchronous: "normal",
  cacheSize: -64_000,
  tempStore: "default",
  autoVacuum: "none",
  secureDelete: false,
  caseSensitiveLike: false,
  walAutoCheckpoint: 1000,
  transactionMode: "immediate",
  afterConnect: [],
} as const satisfies Required<Omit<SqliteOptions, "database" | "driver">>;

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  journalMode: ["wal", "delete", "truncate", "persist", "memory", "off"],
  synchronous: ["off", "normal", "full", "extra"],
  tempStore: ["default", "file", "memory"],
  autoVacuum: ["none", "full", "incremental"],
  transactionMode: ["deferred", "immediate", "exclusive"],
};
const LOWEST: Readonly<Record<string, number>> = {
  poolSize: 1,
  walAutoCheckpoint: 0,
  cacheSize: -Infinity,
};
const TIMES = ["poolTimeout", "busyTimeout"];
const KNOWN = ["database", "driver", ...Object.keys(DEFAULTS)];

/** Checks the options and fills in the defaults. @throws ConfigError naming the option */
export function resolveOptions(options: SqliteOptions): SqliteConfig {
  if (typeof options !== "object" || options === null) throw new ConfigError('sqlite() takes options: sqlite({ database: "friends.db" })');
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (!KNOWN.includes(name)) throw new ConfigError(`sqlite() has no option "${name}". ${didYouMean(name, KNOWN)}`);
    if (value === undefined) continue;
    if (name === "driver") checkDriver(value);
    else checkOption(name, value);
    given[name] = value;
  }
  const { database } = options;
  if (typeof database !== "string" || database.includes("\0")) {
    throw new ConfigError(`sqlite() needs the option database, the path of a file or ":memory:", not ${print(database)}`);
  }
  const memory = database === ":memory:" || database === "" || (typeof options.driver === "object" && options.driver.files === false);
  return { ...DEFAULTS, ...given, database, memory } as SqliteConfig;
}

function checkDriver(driver: unknown): void {
  if (typeof driver === "object" && driver !== null) {
    const { name, open } = driver as Partial<SqliteDriver>;
    if (typeof name === "string" && typeof open === "function") return;
    throw new ConfigError(
      "the option driver of sqlite() is a name, or an object with a name and a function open(path): see docs/drivers.md",
    );
  }
  if (!DRIVER_NAMES.includes(driver as SqliteDriverName))
    throw new ConfigError(`the option driver of sqlite() cannot be ${print(driver)}. ${didYouMean(String(driver), DRIVER_NAMES)}`);
}

function checkOption(name: string, value: unknown): void {
  const choices = CHOICES[name];
  if (choices !== undefined) {
    if (typeof value !== "string" || !choices.includes(value)) {
      throw new ConfigError(`the option ${name} of sqlite() cannot be ${print(value)}. ${didYouMean(String(value), choices)}`);
    }
    return;
  }
  const lowest = LOWEST[name];
  if (TIMES.includes(name)) {
    if (typeof value === "number" && value >= 0) return;
    throw new ConfigError(
      `the option ${name} of sqlite() is a number of milliseconds from 0 on, or Infinity for no limit, not ${print(value)}`,
    );
  }
  if (lowest !== undefined && !(Number.isSafeInteger(value) && (value as number) >= lowest)) {
    throw new ConfigError(
      `the option ${name} of sqlite() is a whole number${lowest === -Infinity ? "" : ` from ${lowest}`}, not ${print(value)}`,
    );
  }
  const fallback = (DEFAULTS as Record<string, unknown>)[name];
  if (typeof fallback === "boolean" && typeof value !== "boolean") {
    throw new ConfigError(`the option ${name} of sqlite() is true or false, not ${print(value)}`);
  }
  if (name === "afterConnect" && !(Array.isArray(value) && value.every((sql) => typeof sql === "string"))) {
    throw new ConfigError(`the option afterConnect of sqlite() is a list of SQL texts, not ${print(value)}`);
  }
}

/** The statements that set a new connection up. The wait for locks is ours: SQLite's own would block the whole process. */
export function setupStatements(config: SqliteConfig): string[] {
  const flag = (on: boolean) => (on ? "ON" : "OFF");
  return [
    "PRAGMA busy_timeout = 0",
    `PRAGMA auto_vacuum = ${config.autoVacuum}`,
    ...(config.memory ? [] : [`PRAGMA journal_mode = ${config.journalMode}`]),
    `PRAGMA synchronous = ${config.synchronous}`,
    `PRAGMA foreign_keys = ${flag(config.foreignKeys)}`,
    `PRAGMA cache_size = ${config.cacheSize}`,
    `PRAGMA temp_store = ${config.tempStore}`,
    `PRAGMA secure_delete = ${flag(config.secureDelete)}`,
    `PRAGMA case_sensitive_like = ${flag(config.caseSensitiveLike)}`,
    `PRAGMA wal_autocheckpoint = ${config.walAutoCheckpoint}`,
    ...config.afterConnect,
  ];
}
