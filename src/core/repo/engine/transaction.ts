import type { Connection, MaybePromise } from "../../adapter/index.ts";
import { ConnectionError, TransactionError } from "../../base/index.ts";
import type { Engine } from "./engine.ts";
import { alone, checkEnd, connectionBroke, type Held, newHeld, settled, stopping } from "./held.ts";
import { type Limit, limitOf } from "./limit.ts";
import type { TransactionOptions } from "./options.ts";

/**
 * Runs a function in a transaction: the current one where there is one, else a new one that is committed at the end.
 * A throw rolls back and goes on; inside an inner transaction it spoils the outer one, which cannot commit any more.
 */
export async function transaction<T>(engine: Engine, fn: () => Promise<T>, options?: TransactionOptions): Promise<T> {
  const held = engine.held();
  const limit = limitOf(options);
  try {
    if (held && held.depth > 0) return await joined(held, fn, limit);
    if (held) return await inCheckout(engine, held, fn, options, limit);
    if (limit?.error) throw limit.error;
    checkTransactions(engine);
    const connection = await engine.pool().checkout(limit === null ? undefined : options);
    let broken: unknown;
    try {
      return await begun(engine, connection, fn, options, limit);
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      connection.release(connectionBroke(broken) ? broken : undefined);
    }
  } finally {
    limit?.dispose();
  }
}

/** @throws TransactionError where the driver cannot hold a transaction open */
function checkTransactions({ adapter }: Engine): void {
  if (!adapter.features.transactions)
    throw new TransactionError(
      "the driver cannot keep a transaction open from one call to the next: write what belongs together in one statement, such as insertAll or updateAll, or take another driver",
    );
}

/** A transaction inside another: a part of it, which ends with it. */
async function joined<T>(held: Held, fn: () => Promise<T>, limit: Limit | null): Promise<T> {
  if (held.poisoned)
    throw new TransactionError("the transaction is rolling back, since an inner one was rolled back: no other can begin in it", {
      cause: held.poisoned.reason,
    });
  held.depth++;
  held.unfinished++;
  const stop = (reason: Error) => {
    held.poisoned ??= { reason };
    void settled(() => held.connection.interrupt(reason));
  };
  try {
    return await (limit === null ? fn() : limit.within(fn, stop));
  } catch (error) {
    held.poisoned ??= { reason: error };
    throw error;
  } finally {
    held.depth--;
    held.unfinished--;
  }
}

/** The connection of a checkout has one transaction at a time; what else comes waits, so that it does not get into it. */
function inCheckout<T>(
  engine: Engine,
  held: Held,
  fn: () => Promise<T>,
  options: TransactionOptions | undefined,
  limit: Limit | null,
): Promise<T> {
  return alone(
    held,
    () => {
      // The checkout may have ended meanwhile.
      engine.held();
      checkTransactions(engine);
      return begun(engine, held.connection, fn, options, limit);
    },
    options,
  );
}

/** From BEGIN to COMMIT or ROLLBACK. */
async function begun<T>(
  engine: Engine,
  connection: Connection,
  fn: () => Promise<T>,
  options: TransactionOptions | undefined,
  limit: Limit | null,
): Promise<T> {
  const own = newHeld(connection, 1);
  connection.observer = engine.observer(connection, options, own.secrets);
  await command(engine, "BEGIN", false, () => connection.begin(options));
  const run = () => engine.enter(own, fn);
  const stop = stopping(own);
  let result: T;
  try {
    result = await (limit === null ? run() : limit.within(run, stop.now));
    checkEnd(own);
  } catch (error) {
    // From here on a call would run after the end, outside of any transaction.
    own.closed = true;
    await stop.done();
    await rollBack(connection);
    if (connection.observer !== null) await engine.watch(connection).told;
    throw error;
  }
  own.closed = true;
  const finish = () => commit(engine, connection, own.secrets.touched);
  await (limit === null ? finish() : limit.hurrying(finish, (error) => settled(() => connection.interrupt(error))));
  if (connection.observer !== null) await engine.watch(connection).told;
  return result;
}

async function commit(engine: Engine, connection: Connection, secret: boolean): Promise<void> {
  try {
    await command(engine, "COMMIT", secret, () => connection.commit());
  } catch (error) {
    await rollBack(connection);
    if (connection.observer !== null) await engine.watch(connection).told;
    if (!(error instanceof ConnectionError)) throw error;
    throw new ConnectionError(
      `The connection broke while the transaction was being committed, so that its outcome is unknown: all of it was written, or nothing. Look at the data before you run it again. (${error.message})`,
      { cause: error },
    );
  }
}

async function command(engine: Engine, sql: string, secret: boolean, run: () => MaybePromise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw engine.wrap(error, secret ? { sql, secret: [] } : { sql });
  }
}

/** That the rollback failed too means that the connection is gone, and the transaction with it. */
function rollBack(connection: Connection): Promise<void> {
  return settled(() => connection.rollback());
}
