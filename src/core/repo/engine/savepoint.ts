// Statements that can be taken back without the transaction around them.
import type { MaybePromise, RunOptions } from "../../adapter/index.ts";
import type { Engine } from "./engine.ts";
import { alone, checkEnd, type Held, settled, stopping } from "./held.ts";
import { type Limit, limitOf } from "./limit.ts";
import type { LoggedOptions } from "./options.ts";

const SAVEPOINT = "ectype";

/**
 * Runs statements in the open transaction that can be taken back without it: where one fails, all are, and the transaction goes on.
 * Whatever else comes meanwhile waits, so that it is not taken back with them; what is not awaited inside is taken back, as it is at the end of a transaction.
 */
export async function savepoint<T>(
  engine: Engine,
  held: Held,
  statements: () => MaybePromise<T>,
  options?: RunOptions & LoggedOptions,
): Promise<T> {
  const limit = limitOf(options);
  held.unfinished++;
  try {
    return await alone(held, () => saved(engine, held, statements, options, limit), options);
  } finally {
    held.unfinished--;
    limit?.dispose();
  }
}

/** From SAVEPOINT to its release. */
async function saved<T>(
  engine: Engine,
  held: Held,
  statements: () => MaybePromise<T>,
  options: LoggedOptions | undefined,
  limit: Limit | null,
): Promise<T> {
  if (limit?.error) throw limit.error;
  const { connection } = held;
  const outer = connection.observer;
  connection.observer = engine.observer(connection, options, held.secrets);
  const begun = Promise.resolve(connection.savepoint(SAVEPOINT));
  // Where statements are pipelined, they run in the order in which they are sent: no answer need be waited for.
  if (engine.adapter.features.pipelining) begun.catch(() => {});
  else await begun;
  let result: T;
  // What the transaction comes to meanwhile is seen in here, too; only the waiting is not.
  const inside: Held = Object.assign(Object.create(held) as Held, { busy: null, unfinished: 0 });
  const run = () => engine.enter(inside, statements);
  const stop = stopping(inside);
  try {
    result = await (limit === null ? run() : limit.within(run, stop.now));
    await begun;
    checkEnd(inside);
    inside.closed = true;
  } catch (error) {
    inside.closed = true;
    await stop.done();
    // Where there is no savepoint of this name, the name is that of one around it, whose work is not to be taken back.
    if (await isThere(begun)) {
      await settled(() => connection.rollbackTo(SAVEPOINT));
      await settled(() => connection.releaseSavepoint(SAVEPOINT));
    }
    if (connection.observer !== null) await engine.watch(connection).told;
    connection.observer = outer;
    throw error;
  }
  const released = settled(() => connection.releaseSavepoint(SAVEPOINT));
  if (!engine.adapter.features.pipelining) await released;
  if (connection.observer !== null) await engine.watch(connection).told;
  connection.observer = outer;
  return result;
}

function isThere(savepoint: Promise<unknown>): Promise<boolean> {
  return savepoint.then(
    () => true,
    () => false,
  );
}
