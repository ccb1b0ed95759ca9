import { type MaybePromise, type RunOptions, throwIfAborted, Waiters } from "../core/adapter/index.ts";

/** Lets one caller in at a time, in the order in which they came. */
export class Turns {
  #held = false;
  readonly #waiting = new Waiters<null, void>();

  get free(): boolean {
    return !this.#held;
  }

  /** Answers at once where nobody is inside. @throws the error of `late` after its milliseconds, and an AbortedError by the signal */
  enter(options: RunOptions | undefined, patience: number, late: (waited: number) => Error): MaybePromise<void> {
    throwIfAborted(options?.signal);
    if (this.#held) return this.#waiting.wait(null, options, patience, late);
    this.#held = true;
  }

  /** Lets the next one in. */
  leave(): void {
    if (this.#waiting.length === 0) this.#held = false;
    else this.#waiting.serve();
  }
}
