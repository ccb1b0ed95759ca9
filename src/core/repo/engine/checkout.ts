import type { Connection } from "../../adapter/index.ts";
import { TransactionError } from "../../base/index.ts";
import type { Engine } from "./engine.ts";
import { connectionBroke, type Held, newHeld } from "./held.ts";
import { WatchedConnection } from "./watched.ts";

/** One connection for all that the function does; a transaction that SQL began in it has to end in it. */
export async function checkout<T>(engine: Engine, fn: () => Promise<T>): Promise<T> {
  if (engine.held()) return await fn();
  const connection = await engine.pool().checkout();
  const own = newHeld(connection, 0);
  connection.observer = engine.observer(connection, undefined);
  let broken: unknown;
  try {
    const result = await engine.enter(own, fn);
    await end(own);
    if (await connection.rollbackOpen())
      throw new TransactionError(
        "a transaction that SQL began was still open at the end of its checkout, so it was rolled back: end it with COMMIT, or use transaction() in its place",
      );
    return result;
  } catch (error) {
    broken = error;
    throw error;
  } finally {
    await end(own);
    connection.release(connectionBroke(broken) ? broken : undefined);
    if (connection.observer !== null) await engine.watch(connection).told;
  }
}

async function end(held: Held): Promise<void> {
  held.closed = true;
  while (held.busy) await held.busy;
}

/** Makes repo calls inside the function use a connection that somebody else holds, in their transaction. */
export function runOn<T>(engine: Engine, connection: Connection, inTransaction: boolean, fn: () => T): T {
  const own = connection instanceof WatchedConnection ? connection.inner : connection;
  return engine.enter(newHeld(own, inTransaction ? 1 : 0), fn);
}
