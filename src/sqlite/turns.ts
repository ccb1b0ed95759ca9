import { abortedBy, after, type MaybePromise, onAbort, type RunOptions, type Signal, throwIfAborted } from "../core/adapter/index.ts";

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
  enter(options: RunOptions | undefined, patience: number, late: (waited: number) => Error): MaybePromise<void> {
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

  #wait(signal: Signal | undefined, patience: number, late: (waited: number) => Error): Promise<void> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        off();
      };
      const giveUp = (error: Error) => {
        settle();
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(error);
      };
      const waiting: Waiting = {
        enter: () => {
          settle();
          resolve();
        },
      };
      const timer = after(patience, () => giveUp(late(performance.now() - began)));
      const off = onAbort(signal, () => giveUp(abortedBy(signal)));
      this.#waiting.push(waiting);
    });
  }
}
