import type { MaybePromise } from "./connection.ts";

/**
 * Work whose steps may each be there at once: a generator, with `yield*` where an async function has `await`.
 * Where nothing has to be waited for, it takes no trip through the event loop, and no promise is made.
 */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** A step: the value, when it is there. */
export function* wait<T>(value: MaybePromise<T>): Steps<T> {
  // Whoever runs the steps waits for the promise, and hands its value back.
  return value instanceof Promise ? ((yield value) as T) : value;
}

/** Runs work up to its end, or to the first step that has to be waited for. @throws what the work throws before that */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  const { done, value } = steps.next();
  return done ? value : goOn(steps, value);
}

async function goOn<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let step: Promise<unknown> = first; ; ) {
    const { done, value } = await step.then(
      (answer) => steps.next(answer),
      (error) => steps.throw(error),
    );
    if (done) return value;
    step = value;
  }
}
