import type { MaybePromise } from "./connection.ts";

/**
 * Work whose steps may each be there at once: a generator, with `yield*` where an async function has `await`.
 * Where nothing has to be waited for, it takes no trip through the event loop, and no promise is made.
 */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** A step: the value, when it is there. Where speed counts, ask first whether it is a promise: each `yield*` costs more than the question. */
export function* wait<T>(value: MaybePromise<T>): Steps<T> {
  // Whoever runs the steps waits for the promise, and hands its value back.
  return value instanceof Promise ? ((yield value) as T) : value;
}

/** Runs work up to its end, or to the first step that has to be waited for. @throws what the work throws before that */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  const { done, value } = steps.next();
  return done ? value : goOn(steps, value);
}

/** Steps go on in the body of an async function, not in a callback of `then`: so errors name the calls that wait for them. */
async function goOn<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let step = first; ; ) {
    let answer: unknown;
    let refused = false;
    try {
      answer = await step;
    } catch (error) {
      refused = true;
      answer = error;
    }
    const { done, value } = refused ? steps.throw(answer) : steps.next(answer);
    if (done) return value;
    step = value;
  }
}
