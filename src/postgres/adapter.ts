import { type Adapter, type Features, codecsBy } from "../core/adapter/index.ts";
import { encodeAny, encodeList, makeCodec } from "./codecs.ts";
import { constraintOf, wrapError } from "./errors.ts";
import { postgresMigrator } from "./migrator.ts";
import { resolveOptions, type PostgresOptions } from "./options.ts";
import { packing } from "./packing.ts";
import { PostgresPool } from "./pool.ts";
import { postgresStorage } from "./storage.ts";

const FEATURES: Features = Object.freeze({
  returning: true,
  ilike: true,
  arrays: true,
  lateralJoins: true,
  distinctOn: true,
  locks: true,
  placeholders: true,
  conflictConstraint: true,
  failedTransactions: true,
  pipelining: true,
  maxParams: 65_535,
});

/** Everything of the adapter but the writing of SQL. */
export type PostgresBase = Omit<Adapter, "querySql" | "insertSql" | "updateSql" | "deleteSql" | "bulkInsert">;

export function postgresBase(options: PostgresOptions): PostgresBase {
  const config = resolveOptions(options);
  return {
    name: "postgres",
    features: config.pipeline ? FEATURES : { ...FEATURES, pipelining: false },
    codec: codecsBy(makeCodec),
    encodeAny,
    encodeList,
    packing,
    constraintOf,
    wrapError: (error, sql, secret) => wrapError(error, sql, config, secret),
    open: () => new PostgresPool(config),
    storage: postgresStorage(config),
    migrator: postgresMigrator,
  };
}
