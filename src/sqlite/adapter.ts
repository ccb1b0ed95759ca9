import { type Adapter, type Connection, type Features, codecsBy } from "../core/adapter/index.ts";
import { encodeAny, encodeList, makeCodec } from "./codecs.ts";
import { findConstraint } from "./constraints.ts";
import { constraintOf, wrapError } from "./errors.ts";
import { sqliteMigrator } from "./migrator.ts";
import { packing } from "./packing.ts";
import { resolveOptions, type SqliteConfig, type SqliteOptions } from "./options.ts";
import { SqlitePool } from "./pool.ts";
import { sqliteStorage } from "./storage.ts";

export const sqliteFeatures: Features = Object.freeze({
  returning: true,
  ilike: false,
  arrays: false,
  lateralJoins: false,
  distinctOn: false,
  locks: false,
  placeholders: true,
  conflictConstraint: false,
  failedTransactions: false,
  pipelining: false,
  maxParams: 32_766,
});

/** Everything of the adapter but the writing of SQL. */
export type SqliteBase = Omit<Adapter, "querySql" | "insertSql" | "updateSql" | "deleteSql" | "bulkInsert">;

export function sqliteBase(options: SqliteOptions): SqliteBase {
  const config = resolveOptions(options);
  return {
    name: "sqlite",
    features: sqliteFeatures,
    codec: codecsBy(makeCodec),
    encodeAny,
    encodeList,
    packing,
    constraintOf,
    findConstraint,
    wrapError: (error, sql, secret) => wrapError(error, sql, config.database, secret),
    open: () => new SqlitePool(config),
    storage: sqliteStorage(config),
    migrator: sqliteMigrator(config.memory ? null : () => openLock(config)),
  };
}

/** The file beside the database whose lock keeps other migrators away. */
async function openLock(config: SqliteConfig): Promise<Connection> {
  const pool = new SqlitePool({ ...config, database: `${config.database}-migrating`, journalMode: "delete" });
  const connection = await pool.checkout();
  const release = connection.release.bind(connection);
  connection.release = (error) => {
    release(error);
    void pool.close();
  };
  return connection;
}
