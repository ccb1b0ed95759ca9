import {
  type Connection,
  type Cursor,
  type MaybePromise,
  type RawResult,
  remaining,
  type RunOptions,
  waitFor,
} from "../../adapter/index.ts";
import { EctypeError, TransactionError } from "../../base/index.ts";

/** The connection that the current async context holds: a transaction's, or a checkout's. */
export interface Held {
  readonly connection: Connection;
  /** In a transaction, how deep; 0 in a checkout. */
  depth: number;
  /** Why the transaction cannot go on: an inner one was rolled back. */
  poisoned: { readonly reason: unknown } | null;
  /** The transaction or checkout ends: whoever still runs in this context is too late. */
  closed: boolean;
  /** Why it ended before its function did. */
  stopped: Error | null;
  /** Writes of several statements and inner transactions that are under way. */
  unfinished: number;
  /** Whether some statement had to do with redacted fields: what the database says at the end may quote one. */
  readonly secrets: { touched: boolean };
  /** Ends with what has the connection to itself now: in a checkout a transaction, in a transaction a savepoint. */
  busy: Promise<void> | null;
}

/** Carries the reason of a `rollback` up to its transaction. */
export class Rollback extends TransactionError {
  /** What was given to `rollback`. */
  readonly reason: unknown;
  /** @param spoilt what an inner transaction was rolled back for, if that is why */
  constructor(reason: unknown, spoilt?: unknown) {
    super(
      spoilt === undefined
        ? "the transaction was rolled back on request; transact() returns the reason as its error"
        : "the transaction was rolled back, since an inner one was rolled back: let the inner one's error through, or begin no transaction inside",
      { cause: spoilt },
    );
    this.reason = reason;
  }
}

/** Waits for a clean-up whose own failure says nothing new: the first error is what the caller must see. */
export async function settled(run: () => MaybePromise<void>): Promise<void> {
  try {
    await run();
  } catch {
    // The error of what is cleaned up after is the one that the caller gets.
  }
}

export function newHeld(connection: Connection, depth: number): Held {
  return { connection, depth, unfinished: 0, poisoned: null, closed: false, stopped: null, secrets: { touched: false }, busy: null };
}

export function connectionBroke(error: unknown): boolean {
  return error instanceof EctypeError && (error.code === "CONNECTION" || error.code === "ABORTED");
}

/** Rows that are there already, in parts. */
export function wholeCursor(rows: RawResult["rows"]): Cursor {
  let at = 0;
  return {
    read: (count) => {
      at += count;
      return rows.slice(at - count, at);
    },
    close: () => {},
  };
}

/** Ends a transaction, or a part of it, before its function does: calls that come later are refused, and what runs is stopped. */
export function stopping(held: Held): { now(error: Error): void; done(): MaybePromise<void> } {
  let interrupted: MaybePromise<void>;
  return {
    now: (error) => {
      held.closed = true;
      held.stopped = error;
      interrupted = settled(() => held.connection.interrupt(error));
    },
    done: () => interrupted,
  };
}

export function ended({ stopped }: Held): TransactionError {
  if (stopped === null)
    return new TransactionError("a repo call came after its transaction had ended. Was a promise inside it not awaited?");
  return new TransactionError("a repo call came after its transaction had been stopped and rolled back", { cause: stopped });
}

/** Throws where what ends now must be taken back although its function did not throw. */
export function checkEnd({ poisoned, unfinished }: Held): void {
  if (poisoned) throw new Rollback("rollback", poisoned.reason);
  if (unfinished > 0)
    throw new TransactionError(
      "the transaction ended while a write or a transaction inside it was still running, so it was rolled back: await everything that it starts",
    );
}

/** Goes on when the connection is free again, if the options give it that much time. */
export async function afterTurn<T, O extends RunOptions | undefined>(
  turn: Promise<void>,
  options: O,
  go: (rest: O) => MaybePromise<T>,
): Promise<T> {
  const start = performance.now();
  await waitFor(turn, options);
  return await go(remaining(options, start));
}

/** Gives a function the connection to itself: statements of the same context wait until it is done. */
export async function alone<T>(held: Held, fn: () => MaybePromise<T>, options?: RunOptions): Promise<T> {
  while (held.busy) await waitFor(held.busy, options);
  let free = (): void => {};
  held.busy = new Promise((resolve) => {
    free = resolve;
  });
  try {
    return await fn();
  } finally {
    held.busy = null;
    free();
  }
}
