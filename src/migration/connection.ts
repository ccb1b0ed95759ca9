import type { MigrationConnection, MigrationPool } from "../core/adapter/index.ts";

/** Hands a connection out and gives it back whatever happens. */
export async function withConnection<T>(pool: MigrationPool, fn: (connection: MigrationConnection) => Promise<T>): Promise<T> {
  const connection = await pool.checkout();
  try {
    return await fn(connection);
  } finally {
    connection.release();
  }
}

/**
 * Runs a function between begin and commit; whatever it throws rolls back.
 * @param failedCommit makes the error of a commit that failed
 */
export async function inTransaction<T>(
  connection: MigrationConnection,
  begin: () => Promise<void>,
  fn: () => Promise<T>,
  failedCommit: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  let value: T;
  try {
    await begin();
    value = await fn();
  } catch (error) {
    await rollback(connection);
    throw error;
  }
  try {
    await connection.commit();
  } catch (error) {
    await rollback(connection);
    throw failedCommit(error);
  }
  return value;
}

/** The error that led here says more than one of the rollback, which fails where the database rolled back by itself. */
async function rollback(connection: MigrationConnection): Promise<void> {
  try {
    await connection.rollback();
  } catch {
    return;
  }
}
