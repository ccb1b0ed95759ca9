import type { Statement } from "./connection.ts";
import type { MigrationConnection } from "./migration-port.ts";

/** A statement that is run once, not worth a prepared one; with rows where they are wanted. */
export function once(sql: string, options: Partial<Omit<Statement, "sql" | "prepare">> = {}): Statement {
  return { sql, readOnly: false, returnsRows: false, bigints: false, prepare: false, ...options };
}

/** Runs one or several statements whose rows nobody wants. */
export async function execute(connection: Pick<MigrationConnection, "run">, sql: string): Promise<void> {
  await connection.run(once(sql), []);
}

/** Runs a statement for its rows. */
export async function fetchRows(connection: Pick<MigrationConnection, "run">, sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await connection.run(once(sql, { returnsRows: true }), [])).rows;
}
