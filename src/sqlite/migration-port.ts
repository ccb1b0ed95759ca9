import { setTimeout as sleep } from "node:timers/promises";
import { fetchRows, type LockOptions, type MigrationConnection, type MigrationPort } from "../core/adapter/index.ts";
import { MigrationError } from "../core/base/index.ts";
import { ddlToSql, ledgerDeleteSql, ledgerInsertSql, ledgerVersionsSql } from "../sql/index.ts";
import { sqliteDdl } from "./ddl.ts";
import { sqlReader } from "./lexis.ts";

/**
 * How SQLite is migrated. A migration's transaction holds the database's one write lock, so migrators queue up there.
 * @param openLock opens another database file beside the one that is migrated, `friends.db-migrating` for `friends.db`: migrations
 *   without a transaction hold a lock on that, which the system lets go even after a crash. Null for a database in memory.
 */
export function sqliteMigrationPort(
  openLock: (() => MigrationConnection | Promise<MigrationConnection>) | null,
  transactions = true,
): MigrationPort {
  return {
    name: "SQLite",
    supportsDdlTransactions: transactions,
    supportsConcurrentIndexes: false,
    commands: (sql) => sqlReader.commands(sql),
    ddlToSql: (command) => ddlToSql(sqliteDdl, command),
    versionsSql: (table) => ledgerVersionsSql(sqliteDdl, table),
    insertVersionSql: (table, version, at) => ledgerInsertSql(sqliteDdl, table, version, at),
    deleteVersionSql: (table, version) => ledgerDeleteSql(sqliteDdl, table, version),
    begin: (connection, lock) => beginImmediate(connection, lock),

    async lock(connection, options) {
      if (openLock === null) return async () => {};
      const opened = await openLock();
      const other = connection.beside?.(opened) ?? opened;
      try {
        await beginImmediate(other, options);
      } catch (error) {
        other.release(error);
        throw error;
      }
      return async () => {
        await other.rollback();
        other.release();
      };
    },
  };
}

/** SQLite waits for locks by blocking the whole process, which may be the one that holds them: so the waiting happens here. */
async function beginImmediate(connection: MigrationConnection, lock: LockOptions | null): Promise<void> {
  const timeout = Number((await fetchRows(connection, "PRAGMA busy_timeout"))[0]?.[0] ?? 0);
  await fetchRows(connection, "PRAGMA busy_timeout = 0");
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await connection.begin({ mode: "immediate" });
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (lock !== null && tries >= lock.maxTries) {
          throw new MigrationError(`another connection kept the database locked for ${tries} attempts. Let it end and migrate again`, {
            cause: error,
          });
        }
        await sleep(Math.min(lock?.retryInterval ?? 50, 2 ** 31 - 1));
      }
    }
  } finally {
    await fetchRows(connection, `PRAGMA busy_timeout = ${timeout}`);
  }
}

function isBusy(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code, errcode } = one as { code?: unknown; errcode?: unknown };
    if ((typeof code === "string" && code.startsWith("SQLITE_BUSY")) || (typeof errcode === "number" && (errcode & 0xff) === 5))
      return true;
  }
  return false;
}
