// SQL of the table of migrations that have run.
import type { Table } from "../core/ddl/index.ts";
import { ArgumentError } from "../core/base/index.ts";
import type { DdlDialect } from "./ddl.ts";

type LedgerTable = Pick<Table, "name" | "prefix">;

/** Reads the versions of the migrations that have run. */
export function ledgerVersionsSql(dialect: DdlDialect, table: LedgerTable): string {
  return `SELECT ${dialect.quote("version")} FROM ${dialect.tableName(table)} ORDER BY ${dialect.quote("version")}`;
}

/** Notes a migration that ran; `at` in whole seconds, UTC, as Ecto writes it. */
export function ledgerInsertSql(dialect: DdlDialect, table: LedgerTable, version: number, at: Date): string {
  const columns = `${dialect.quote("version")}, ${dialect.quote("inserted_at")}`;
  const time = dialect.literal(at.toISOString().slice(0, 19));
  return `INSERT INTO ${dialect.tableName(table)} (${columns}) VALUES (${integer(version)}, ${time})`;
}

/** Strikes a migration out that was rolled back. */
export function ledgerDeleteSql(dialect: DdlDialect, table: LedgerTable, version: number): string {
  return `DELETE FROM ${dialect.tableName(table)} WHERE ${dialect.quote("version")} = ${integer(version)}`;
}

function integer(version: number): string {
  if (!Number.isSafeInteger(version)) throw new ArgumentError(`a migration's version is an integer, not ${String(version)}`);
  return String(version);
}
