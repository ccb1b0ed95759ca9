import type { Adapter, Codec, Features } from "../core/adapter/index.ts";
import type { Type } from "../core/type/index.ts";
import { encodeAny, encodeList, makeCodec } from "./codecs.ts";
import { constraintOf, wrapError } from "./errors.ts";
import { postgresMigrator } from "./migrator.ts";
import { resolveOptions, type PostgresOptions } from "./options.ts";
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
  const codecs = new WeakMap<Type, Codec>();
  return {
    name: "postgres",
    features: config.pipeline ? FEATURES : { ...FEATURES, pipelining: false },
    codec(type) {
      let codec = codecs.get(type);
      if (codec === undefined) {
        codec = makeCodec(type);
        codecs.set(type, codec);
      }
      return codec;
    },
    encodeAny,
    encodeList,
    constraintOf,
    wrapError: (error, sql) => wrapError(error, sql, config),
    open: () => new PostgresPool(config),
    storage: postgresStorage(config),
    migrator: postgresMigrator,
  };
}
