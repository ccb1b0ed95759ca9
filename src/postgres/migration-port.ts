import { setTimeout as sleep } from "node:timers/promises";
import {
  execute,
  fetchRows,
  type LedgerTable,
  type LockOptions,
  type MigrationConnection,
  type MigrationPort,
} from "../core/adapter/index.ts";
import { MigrationError } from "../core/base/index.ts";
import { ddlToSql, ledgerDeleteSql, ledgerInsertSql, ledgerVersionsSql } from "../sql/index.ts";
import { postgresDdl } from "./ddl.ts";
import { sqlReader } from "./lexis.ts";

/**
 * How PostgreSQL is migrated. Migrators queue up at the table of versions, which a migration's transaction locks against
 * itself but not against readers; without a transaction, at an advisory lock.
 */
export const postgresMigrationPort: MigrationPort = {
  name: "PostgreSQL",
  supportsDdlTransactions: true,
  supportsConcurrentIndexes: true,
  commands: (sql) => sqlReader.commands(sql),
  ddlToSql: (command) => ddlToSql(postgresDdl, command),
  versionsSql: (table) => ledgerVersionsSql(postgresDdl, table),
  insertVersionSql: (table, version, at) => ledgerInsertSql(postgresDdl, table, version, at),
  deleteVersionSql: (table, version) => ledgerDeleteSql(postgresDdl, table, version),

  async begin(connection, lock) {
    await connection.begin();
    if (lock !== null) await execute(connection, `LOCK TABLE ${postgresDdl.tableName(lock.table)} IN SHARE UPDATE EXCLUSIVE MODE`);
  },

  async lock(connection, options) {
    const key = advisoryKey(options.table);
    await acquire(connection, key, options);
    return async () => {
      await fetchRows(connection, `SELECT pg_advisory_unlock(${key})`);
    };
  },
};

/** Tries again and again: a session that waits inside the lock would itself block CREATE INDEX CONCURRENTLY. */
async function acquire(connection: MigrationConnection, key: string, { retryInterval, maxTries }: LockOptions): Promise<void> {
  for (let tries = 1; ; tries++) {
    const [row] = await fetchRows(connection, `SELECT CASE WHEN ${heldHere(key)} THEN false ELSE pg_try_advisory_lock(${key}) END::text`);
    if (row?.[0] === "true") return;
    if (tries >= maxTries) {
      throw new MigrationError(
        `another migrator held the lock for ${tries} attempts, ${retryInterval} ms apart. Wait for it to end and migrate again`,
      );
    }
    await sleep(Math.min(retryInterval, 2 ** 31 - 1));
  }
}

/** A session gets a lock that it has once more; where several migrators share one, that would keep none of them out. */
function heldHere(key: string): string {
  const held = "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1";
  return `${key}::bigint IN (${held} AND pid = pg_backend_pid() AND granted)`;
}

function advisoryKey({ name, prefix }: LedgerTable): string {
  return `hashtext(${postgresDdl.literal(`ectype:${prefix ?? ""}:${name}`)})`;
}
