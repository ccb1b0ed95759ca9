import { MigrationError } from "../core/base/index.ts";
import {
  execute,
  fetchRows,
  type LedgerTable,
  type MigrationConnection,
  type MigrationPool,
  type MigrationPort,
} from "../core/adapter/index.ts";
import { addColumn, createTableIfNotExists } from "../core/ddl/index.ts";
import { inTransaction, withConnection } from "./connection.ts";

/** The table of the versions that have run, as Ecto has it. */
export class Ledger {
  readonly table: LedgerTable;
  readonly #port: MigrationPort;

  constructor(port: MigrationPort, table: LedgerTable) {
    this.#port = port;
    this.table = table;
  }

  /** Creates the table where it is missing. */
  async ensure(pool: MigrationPool): Promise<void> {
    await withConnection(pool, async (connection) => {
      if (await this.#exists(connection)) return;
      try {
        if (!this.#port.supportsDdlTransactions) await this.#create(connection);
        else
          await inTransaction(
            connection,
            () => this.#port.begin(connection, null),
            () => this.#create(connection),
          );
      } catch (error) {
        // Another migrator may have been quicker, and PostgreSQL's IF NOT EXISTS fails in such a race.
        if (!(await this.#exists(connection))) throw this.#unusable(error);
      }
    });
  }

  /** The versions that have run, oldest first. */
  async versions(connection: MigrationConnection): Promise<number[]> {
    const found = await fetchRows(connection, this.#port.versionsSql(this.table));
    return found.map((row) => Number(row[0]));
  }

  async add(connection: MigrationConnection, version: number): Promise<void> {
    await execute(connection, this.#port.insertVersionSql(this.table, version, new Date()));
  }

  async remove(connection: MigrationConnection, version: number): Promise<void> {
    await execute(connection, this.#port.deleteVersionSql(this.table, version));
  }

  async #exists(connection: MigrationConnection): Promise<boolean> {
    try {
      await this.versions(connection);
      return true;
    } catch {
      return false;
    }
  }

  async #create(connection: MigrationConnection): Promise<void> {
    const { name, prefix } = this.table;
    const columns = [addColumn("version", "bigint", { primaryKey: true }), addColumn("inserted_at", "naiveDatetime")];
    for (const sql of this.#port.ddlToSql(createTableIfNotExists(name, columns, { primaryKey: false, prefix })))
      await execute(connection, sql);
  }

  #unusable(error: unknown): MigrationError {
    const reason = error instanceof Error ? error.message : String(error);
    return new MigrationError(
      `the table of versions, "${this.table.name}", cannot be made: ${reason}\nIf the database is missing, create it with: ectype create. ` +
        `If another tool uses that table, choose another name with migrationSource`,
      { cause: error },
    );
  }
}
