import type { Adapter } from "../core/adapter/index.ts";
import { bulkInsertStatements, deleteSql, insertSql, querySql, updateSql } from "../sql/index.ts";
import { postgresBase } from "./adapter.ts";
import { postgresDialect } from "./dialect.ts";
import type { PostgresOptions } from "./options.ts";

export type {
  PostgresAnswer,
  PostgresConnection,
  PostgresConnectOptions,
  PostgresDriver,
  PostgresRequest,
} from "./drivers/driver.ts";
export type { NewConnection, PoolOptions, PostgresOptions } from "./options.ts";

/**
 * The adapter for PostgreSQL, over the package `pg`. It connects with the first query.
 * @param options where the server is, and how it is used
 * @returns the adapter, for `createRepo`
 * @throws ConfigError for an option that does not exist or has a wrong value, and for a malformed URL
 * @example const repo = createRepo({ adapter: postgres({ url: "postgres://localhost/friends" }) });
 * @see Ecto.Adapters.Postgres
 */
export function postgres(options: PostgresOptions): Adapter {
  return {
    ...postgresBase(options),
    querySql: (query) => querySql(postgresDialect, query),
    insertSql: (command) => insertSql(postgresDialect, command),
    updateSql: (command) => updateSql(postgresDialect, command),
    deleteSql: (command) => deleteSql(postgresDialect, command),
    bulkInsert: (command, rows, conflictParams?: readonly unknown[]) =>
      bulkInsertStatements(postgresDialect, command, rows, conflictParams).map(({ sql, params }) => ({
        statement: {
          sql,
          readOnly: false,
          returnsRows: command.returning.length > 0 || command.select !== undefined,
          bigints: false,
          prepare: true,
        },
        params,
      })),
  };
}
