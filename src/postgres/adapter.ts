import { type Features, perType } from "../core/adapter/index.ts";
import type { AdapterBase } from "../sql/index.ts";
import { encodeAny, encodeList, makeCodec } from "./codecs.ts";
import { postgresDialect } from "./dialect.ts";
import { constraintOf, isAftermath, wrapError } from "./errors.ts";
import { fromJson } from "./json.ts";
import { postgresMigrationPort } from "./migration-port.ts";
import { resolveOptions, type PostgresOptions } from "./options.ts";
import { packing } from "./packing.ts";
import { PostgresPool } from "./pool.ts";
import { postgresStorage } from "./storage.ts";

const FEATURES: Features = Object.freeze({
  returning: true,
  transactions: true,
  arrays: true,
  defaultValues: true,
  numberedParams: true,
  failedTransactions: true,
  pipelining: true,
  maxParams: postgresDialect.maxParams,
});

/** Everything of the adapter but the writing of SQL. */
export type PostgresBase = AdapterBase;

export function postgresBase(options: PostgresOptions): PostgresBase {
  const config = resolveOptions(options);
  return {
    name: "postgres",
    features: config.pipeline ? FEATURES : { ...FEATURES, pipelining: false },
    codec: perType(makeCodec),
    fromJson,
    encodeAny,
    encodeList,
    explainSql: (sql, { analyze }) => `EXPLAIN ${analyze ? "(ANALYZE) " : ""}${sql}`,
    commands: postgresMigrationPort.commands,
    packing,
    constraintOf,
    isAftermath,
    wrapError: (error, sql, secret) => wrapError(error, sql, config, secret),
    open: () => new PostgresPool(config),
    storage: postgresStorage(config),
    migrationPort: postgresMigrationPort,
  };
}
