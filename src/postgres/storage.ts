import type { StorageAdmin } from "../core/adapter/index.ts";
import { DatabaseError } from "../core/base/index.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/index.ts";
import { sqlState, wrapError } from "./errors.ts";
import { addressOf, type PostgresConfig } from "./options.ts";
import { Session } from "./session.ts";

/** Creates and drops the database over a connection to another one. */
export function postgresStorage(config: PostgresConfig): StorageAdmin {
  const { database } = config;
  if (config.driver.storage !== undefined) return config.driver.storage;
  const exists = async (session: Session) =>
    (await session.send({ sql: "SELECT 1 FROM pg_database WHERE datname = $1", values: [database] })).rows.length > 0;
  return {
    description: `${database} at ${addressOf(config)}`,
    exists: () => onServer(config, exists),
    create: () =>
      onServer(config, async (session) => {
        // Looked up first, since a user without the right to create databases can use one that is there.
        if (await exists(session)) return "exists";
        const created = session.command(createSql(config)).catch((error: unknown) => {
          if (sqlState(error) !== "42P04") throw error;
          return "exists";
        });
        return (await created) === "exists" ? "exists" : "created";
      }),
    drop: ({ force = false } = {}) =>
      onServer(config, async (session) => {
        if (!(await exists(session))) return "missing";
        await session
          .command(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)}${force ? " WITH (FORCE)" : ""}`)
          .catch((error: unknown) => {
            if (sqlState(error) !== "55006") throw error;
            throw new DatabaseError(`the database "${database}" is in use: close its connections, or drop it by force`, {
              cause: error,
              sqlState: "55006",
            });
          });
        return "dropped";
      }),
  };
}

function createSql({ database, create }: PostgresConfig): string {
  const { encoding, template, lcCollate, lcCtype } = create;
  return [
    `CREATE DATABASE ${quoteIdentifier(database)} ENCODING ${quoteLiteral(encoding)}`,
    ...(template === undefined ? [] : [`TEMPLATE ${quoteIdentifier(template)}`]),
    ...(lcCollate === undefined ? [] : [`LC_COLLATE ${quoteLiteral(lcCollate)}`]),
    ...(lcCtype === undefined ? [] : [`LC_CTYPE ${quoteLiteral(lcCtype)}`]),
  ].join(" ");
}

async function onServer<T>(config: PostgresConfig, work: (session: Session) => Promise<T>): Promise<T> {
  // Settings of the application's own connections, and its hook, have no place on this one.
  const own: PostgresConfig = { ...config, database: config.maintenanceDatabase, parameters: {}, afterConnect: null, statementTimeout: 0 };
  try {
    const session = await Session.open(own, own.database, () => {});
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  } catch (error) {
    throw wrapError(error, "", own);
  }
}
