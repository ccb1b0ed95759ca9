import { after, type MaybePromise, onAbort, type TransactionOptions } from "../../adapter/index.ts";
import { AbortedError, ArgumentError, didYouMean } from "../../base/index.ts";

/** The time and the signal that bound a transaction as a whole. */
export class Limit {
  /** Why the transaction has to end. */
  error: AbortedError | null = null;
  #stop: ((error: AbortedError) => void) | null = null;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #off: () => void;

  constructor({ timeout, signal }: TransactionOptions) {
    const stopped = () => this.#end(new AbortedError("The transaction was stopped by its signal.", { cause: signal?.reason }));
    this.#timer = after(timeout, () =>
      this.#end(new AbortedError(`The transaction took longer than its timeout of ${timeout} ms and was stopped.`)),
    );
    this.#off = onAbort(signal, stopped);
    if (signal?.aborted) stopped();
  }

  /** Runs work until it is done, or the limit is reached: then `stop` is called, and nobody waits for the work any more. */
  within<T>(work: () => MaybePromise<T>, stop: (error: AbortedError) => unknown): Promise<T> {
    if (this.error !== null) return Promise.reject(this.error);
    return new Promise<T>((resolve, reject) => {
      this.#stop = (error) => {
        reject(error);
        stop(error);
      };
      started(work).then(resolve, reject);
    }).finally(() => {
      this.#stop = null;
    });
  }

  /** Runs work and gives its own answer, late or not; `stop` is called at the limit so that the work ends soon. */
  hurrying<T>(work: () => MaybePromise<T>, stop: (error: AbortedError) => unknown): Promise<T> {
    this.#stop = stop;
    if (this.error !== null) stop(this.error);
    return started(work).finally(() => {
      this.#stop = null;
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#off();
  }

  #end(error: AbortedError): void {
    if (this.error !== null) return;
    this.error = error;
    this.#stop?.(error);
  }
}

async function started<T>(work: () => MaybePromise<T>): Promise<T> {
  return await work();
}

/** The limit that the options ask for; null where they ask for none. */
export function limitOf(options: TransactionOptions | undefined): Limit | null {
  return options?.timeout === undefined && options?.signal === undefined ? null : new Limit(options);
}

const WORDS = {
  isolation: ["read uncommitted", "read committed", "repeatable read", "serializable"],
  mode: ["deferred", "immediate", "exclusive"],
} as const;

/** @throws ArgumentError for a word that no database knows; SQLite's transactions are serializable, whichever is asked for */
export function checkTransactionOptions(call: string, options: TransactionOptions): void {
  const { readOnly } = options;
  for (const name of ["isolation", "mode"] as const) {
    const value: unknown = options[name];
    const words: readonly unknown[] = WORDS[name];
    if (value !== undefined && !words.includes(value))
      throw new ArgumentError(
        `${call}: ${name} cannot be ${JSON.stringify(value) ?? String(value)}. ${didYouMean(String(value), WORDS[name])}`,
      );
  }
  if (readOnly !== undefined && typeof readOnly !== "boolean")
    throw new ArgumentError(`${call}: readOnly is true or false, not ${JSON.stringify(readOnly)}`);
}
