import type { Adapter } from "../core/adapter/index.ts";
import { sqlAdapter } from "../sql/index.ts";
import { sqliteBase } from "./adapter.ts";
import { sqliteDialect } from "./dialect.ts";
import type { SqliteOptions } from "./options.ts";

export type { SqliteChange, SqliteDatabase, SqliteDriver, SqliteDriverFeatures, SqliteStatement } from "./drivers/driver.ts";
export type { SqliteOptions } from "./options.ts";

/**
 * The adapter for SQLite, through the runtime's own `node:sqlite` or `bun:sqlite` or, where it has none, the package `better-sqlite3`;
 * or through a driver of your own (docs/drivers.md).
 * Nothing is opened before the first query.
 * @param options the file, and how it is opened
 * @returns the adapter, for `createRepo`
 * @throws ConfigError for an option that does not exist or has a wrong value
 * @example const repo = createRepo({ adapter: sqlite({ database: "friends.db" }) });
 * @see Ecto.Adapters.SQLite3
 */
export function sqlite(options: SqliteOptions): Adapter {
  return sqlAdapter(sqliteDialect, sqliteBase(options));
}
