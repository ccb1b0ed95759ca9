// Callers in a queue, each with a timer and a signal.
import type { RunOptions } from "./connection.ts";
import { abortedBy, after, onAbort } from "./limits.ts";

interface Waiter<Want, Got> {
  readonly want: Want;
  readonly serve: (got: Got) => void;
  readonly fail: (error: unknown) => void;
}

/** A line of callers who wait for a connection, in the order in which they came; each as long as its patience and its signal let it. */
export class Waiters<Want, Got> {
  readonly #line: Waiter<Want, Got>[] = [];

  get length(): number {
    return this.#line.length;
  }

  /** What the first in the line asks for; null where nobody waits. */
  get first(): { readonly want: Want } | null {
    return this.#line[0] ?? null;
  }

  /**
   * Gets in the line.
   * @param patience milliseconds; a shorter timeout of the call's own counts instead
   * @param late makes the error about a wait that was too long
   * @throws the error of `late`, and an AbortedError by the signal
   */
  wait(want: Want, options: RunOptions | undefined, patience: number, late: (waited: number) => Error): Promise<Got> {
    const { timeout, signal } = options ?? {};
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        off();
        const at = this.#line.indexOf(waiter);
        if (at >= 0) this.#line.splice(at, 1);
      };
      const waiter: Waiter<Want, Got> = {
        want,
        serve: (got) => {
          settle();
          resolve(got);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = after(Math.min(patience, timeout ?? patience), () => waiter.fail(late(performance.now() - began)));
      const off = onAbort(signal, () => waiter.fail(abortedBy(signal)));
      this.#line.push(waiter);
    });
  }

  /** Gives the first in the line what it waits for. */
  serve(got: Got): void {
    this.#line[0]?.serve(got);
  }

  /** Ends the wait of all with an error. */
  failAll(error: unknown): void {
    for (const waiter of [...this.#line]) waiter.fail(error);
  }
}
