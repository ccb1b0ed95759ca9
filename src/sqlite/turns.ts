import { AbortedError } from "../core/base/index.ts";
import type { MaybePromise, RunOptions, Signal } from "../core/adapter/index.ts";

interface Waiting {
  readonly enter: () => void;
}

/** Lets one caller in at a time, in the order in which they came. */
export class Turns {
  #held = false;
  readonly #waiting: Waiting[] = [];

  get free(): boolean {
    return !this.#held;
  }

  /** Answers at once where nobody is inside. @throws the error of `late` after its milliseconds, and an AbortedError by the signal */
  enter(options: RunOptions | undefined, patience: number, late: () => Error): MaybePromise<void> {
    throwIfAborted(options?.signal);
    if (!this.#held) {
      this.#held = true;
      return;
    }
    return this.#wait(options?.signal, Math.min(patience, options?.timeout ?? patience), late);
  }

  /** Lets the next one in. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next.enter();
  }

  #wait(signal: Signal | undefined, patience: number, late: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const giveUp = (error: Error) => {
        settle();
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(error);
      };
      const abort = () => giveUp(abortedError(signal));
      const waiting: Waiting = {
        enter: () => {
          settle();
          resolve();
        },
      };
      const timer = setTimeout(() => giveUp(late()), patience);
      signal?.addEventListener("abort", abort);
      this.#waiting.push(waiting);
    });
  }
}

export function throwIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}

function abortedError(signal: Signal | undefined): AbortedError {
  return new AbortedError("The operation was stopped by its signal.", { cause: signal?.reason });
}
