import { type Connection, type Features, perType } from "../core/adapter/index.ts";
import type { AdapterBase } from "../sql/index.ts";
import { encodeAny, encodeList, makeCodec } from "./codecs.ts";
import { findConstraint } from "./constraints.ts";
import { sqliteDialect } from "./dialect.ts";
import { constraintOf, wrapError } from "./errors.ts";
import { fromJson } from "./json.ts";
import { sqliteMigrationPort } from "./migration-port.ts";
import { packing } from "./packing.ts";
import { resolveOptions, type SqliteConfig, type SqliteOptions } from "./options.ts";
import { SqlitePool } from "./pool.ts";
import { sqliteStorage } from "./storage.ts";

const sqliteFeatures: Features = Object.freeze({
  returning: true,
  transactions: true,
  arrays: false,
  defaultValues: false,
  numberedParams: false,
  failedTransactions: false,
  pipelining: false,
  maxParams: sqliteDialect.maxParams,
});

/** Everything of the adapter but the writing of SQL. */
export type SqliteBase = AdapterBase;

export function sqliteBase(options: SqliteOptions): SqliteBase {
  const config = resolveOptions(options);
  const features = { ...sqliteFeatures, ...(typeof options.driver === "object" ? options.driver.features : {}) };
  const migrationPort = sqliteMigrationPort(config.memory || !features.transactions ? null : () => openLock(config), features.transactions);
  return {
    name: "sqlite",
    features,
    codec: perType(makeCodec),
    fromJson,
    encodeAny,
    encodeList,
    explainSql: (sql) => `EXPLAIN QUERY PLAN ${sql}`,
    commands: migrationPort.commands,
    packing,
    constraintOf,
    findConstraint,
    wrapError: (error, sql, secret) => wrapError(error, sql, config.database, secret),
    open: () => new SqlitePool(config),
    storage: sqliteStorage(config),
    migrationPort,
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
