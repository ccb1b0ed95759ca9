import type { Adapter } from "../core/adapter/index.ts";
import { sqlAdapter } from "../sql/index.ts";
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
  return sqlAdapter(postgresDialect, postgresBase(options));
}
