import { type Connection, type MaybePromise, run, type Steps, wait } from "../../adapter/index.ts";
import { ConnectionError, TransactionError } from "../../base/index.ts";
import type { Engine } from "./engine.ts";
import { alone, checkEnd, connectionBroke, type Held, newHeld, settled, stopping } from "./held.ts";
import { type Limit, limitOf } from "./limit.ts";
import type { TransactionOptions } from "./options.ts";

/**
 * Runs a function in a transaction: the current one where there is one, else a new one that is committed at the end.
 * A throw rolls back and goes on; inside an inner transaction it spoils the outer one, which cannot commit any more.
 */
export function transaction<T>(engine: Engine, fn: () => MaybePromise<T>, options?: TransactionOptions): MaybePromise<T> {
  return run(whole(engine, fn, options));
}

function* whole<T>(engine: Engine, fn: () => MaybePromise<T>, options: TransactionOptions | undefined): Steps<T> {
  const held = engine.held();
  const limit = limitOf(options);
  try {
    if (held && held.depth > 0) return yield* joined(held, fn, limit);
    if (held) return yield* wait(inCheckout(engine, held, fn, options, limit));
    if (limit?.error) throw limit.error;
    checkTransactions(engine);
    const lent = engine.pool().checkout(limit === null ? undefined : options);
    const connection = lent instanceof Promise ? yield* wait(lent) : lent;
    let broken: unknown;
    try {
      return yield* begun(engine, connection, fn, options, limit);
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
function* joined<T>(held: Held, fn: () => MaybePromise<T>, limit: Limit | null): Steps<T> {
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
    return yield* wait(limit === null ? fn() : limit.within(fn, stop));
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
  fn: () => MaybePromise<T>,
  options: TransactionOptions | undefined,
  limit: Limit | null,
): Promise<T> {
  return alone(
    held,
    () => {
      // The checkout may have ended meanwhile.
      engine.held();
      checkTransactions(engine);
      return run(begun(engine, held.connection, fn, options, limit));
    },
    options,
  );
}

/** From BEGIN to COMMIT or ROLLBACK. */
function* begun<T>(
  engine: Engine,
  connection: Connection,
  fn: () => MaybePromise<T>,
  options: TransactionOptions | undefined,
  limit: Limit | null,
): Steps<T> {
  const own = newHeld(connection, 1);
  connection.observer = engine.observer(connection, options, own.secrets);
  yield* command(engine, "BEGIN", false, () => connection.begin(options));
  const inside = () => engine.enter(own, fn);
  const stop = stopping(own);
  let result: T;
  try {
    const answer = limit === null ? inside() : limit.within(inside, stop.now);
    result = answer instanceof Promise ? yield* wait(answer) : answer;
    checkEnd(own);
  } catch (error) {
    // From here on a call would run after the end, outside of any transaction.
    own.closed = true;
    yield* wait(stop.done());
    yield* wait(rollBack(connection));
    if (connection.observer !== null) yield* wait(engine.watch(connection).told);
    throw error;
  }
  own.closed = true;
  const finish = () => run(commit(engine, connection, own.secrets.touched));
  const finished = limit === null ? finish() : limit.hurrying(finish, (error) => settled(() => connection.interrupt(error)));
  if (finished instanceof Promise) yield* wait(finished);
  if (connection.observer !== null) yield* wait(engine.watch(connection).told);
  return result;
}

function* commit(engine: Engine, connection: Connection, secret: boolean): Steps<void> {
  try {
    yield* command(engine, "COMMIT", secret, () => connection.commit());
  } catch (error) {
    yield* wait(rollBack(connection));
    if (connection.observer !== null) yield* wait(engine.watch(connection).told);
    if (!(error instanceof ConnectionError)) throw error;
    throw new ConnectionError(
      `The connection broke while the transaction was being committed, so that its outcome is unknown: all of it was written, or nothing. Look at the data before you run it again. (${error.message})`,
      { cause: error },
    );
  }
}

function* command(engine: Engine, sql: string, secret: boolean, send: () => MaybePromise<void>): Steps<void> {
  try {
    const sent = send();
    if (sent instanceof Promise) yield* wait(sent);
  } catch (error) {
    throw engine.wrap(error, secret ? { sql, secret: [] } : { sql });
  }
}

/** That the rollback failed too means that the connection is gone, and the transaction with it. */
function rollBack(connection: Connection): Promise<void> {
  return settled(() => connection.rollback());
}
