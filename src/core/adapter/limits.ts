// What bounds a call: its timeout and its signal.
import { AbortedError, ArgumentError, print } from "../base/index.ts";
import type { RunOptions, Signal } from "./connection.ts";

/** What a timer can count to; Node takes more for 1 ms. */
const MAX_TIMER = 2 ** 31 - 1;

/** @throws ArgumentError where a timeout is neither undefined nor a number of milliseconds, 0 or more; Infinity is no limit */
export function checkTimeout(what: string, timeout: unknown): void {
  if (timeout === undefined || (typeof timeout === "number" && timeout >= 0)) return;
  throw new ArgumentError(`${what}: timeout is a number of milliseconds from 0 on, or Infinity for no limit, not ${print(timeout)}`);
}

/** @throws ArgumentError where a signal is no AbortSignal */
export function checkSignal(what: string, signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<Signal>;
  if (typeof aborted === "boolean" && typeof addEventListener === "function") return;
  throw new ArgumentError(`${what}: signal is an AbortSignal, such as new AbortController().signal, not ${print(signal)}`);
}

/** @internal Calls a function after some milliseconds; never where that is more than a timer can count. Ends with `clearTimeout`. */
export function after(milliseconds: number | undefined, run: () => void): ReturnType<typeof setTimeout> | undefined {
  return milliseconds === undefined || milliseconds > MAX_TIMER ? undefined : setTimeout(run, milliseconds);
}

const listening = new WeakMap<Signal, Set<() => void>>();

/**
 * Calls a function when the signal aborts. Many statements may wait for one signal, and it warns of more than ten listeners:
 * so they share one.
 * @returns what ends the listening
 */
export function onAbort(signal: Signal | undefined, run: () => void): () => void {
  if (signal === undefined) return () => {};
  let waiting = listening.get(signal);
  if (waiting === undefined) {
    const all = new Set<() => void>();
    const heard = () => {
      for (const one of [...all]) one();
    };
    waiting = all;
    listening.set(signal, all);
    signal.addEventListener("abort", heard);
    ends.set(all, () => {
      listening.delete(signal);
      signal.removeEventListener("abort", heard);
    });
  }
  const own = () => run();
  const shared = waiting;
  shared.add(own);
  return () => {
    if (shared.delete(own) && shared.size === 0) ends.get(shared)?.();
  };
}

const ends = new WeakMap<Set<() => void>, () => void>();

export function abortedBy(signal: Signal | undefined): AbortedError {
  return new AbortedError("the operation was stopped by its signal", { cause: signal?.reason });
}

export function throwIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw abortedBy(signal);
}

/** Options of which a part has been waited already. */
interface Rest extends RunOptions {
  /** The timeout as it was given, for messages. */
  readonly given?: number | undefined;
}

export function timedOut({ timeout, given = timeout }: Rest): AbortedError {
  return new AbortedError(`the statement ran longer than its timeout of ${given} ms and was cancelled`);
}

/** The options with what is left of the timeout after a wait that began at `start`. */
export function remaining<O extends RunOptions | undefined>(options: O, start: number): O {
  const timeout = options?.timeout;
  if (timeout === undefined) return options;
  return { ...options, timeout: Math.max(0, timeout - (performance.now() - start)), given: (options as Rest).given ?? timeout };
}

/** Waits for something before a statement can be sent, no longer than its options let it. */
export function waitFor(turn: Promise<unknown>, options: RunOptions | undefined): Promise<void> {
  const { timeout, signal } = options ?? {};
  if (timeout === undefined && signal === undefined) return turn.then(() => {});
  return new Promise((resolve, reject) => {
    const give = (error: Error) => {
      settle();
      reject(error);
    };
    const timer = after(timeout, () => give(timedOut(options ?? {})));
    const off = onAbort(signal, () => give(abortedBy(signal)));
    const settle = () => {
      clearTimeout(timer);
      off();
    };
    const go = () => {
      settle();
      resolve();
    };
    turn.then(go, go);
  });
}
