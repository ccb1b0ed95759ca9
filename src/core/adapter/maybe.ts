import type { MaybePromise } from "./connection.ts";

/** Goes on with a value that may be there already: where it is, without a trip through the event loop. */
export function chain<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Runs something and, however that ends, something else after it; what that throws goes before. */
export function lastly<T>(work: () => MaybePromise<T>, after: () => MaybePromise<void>): MaybePromise<T> {
  let value: MaybePromise<T>;
  try {
    value = work();
  } catch (error) {
    return chain(after(), () => {
      throw error;
    });
  }
  return value instanceof Promise ? value.finally(after) : chain(after(), () => value);
}

/** Runs something; what it throws, now or later, is handled. */
export function rescue<T>(work: () => MaybePromise<T>, handle: (error: unknown) => MaybePromise<T>): MaybePromise<T> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(handle) : value;
  } catch (error) {
    return handle(error);
  }
}

/** Calls a function for each element of a list, one after the other, and waits for each answer. */
export function inOrder<T>(list: readonly T[], work: (one: T) => MaybePromise<unknown>, from = 0): MaybePromise<void> {
  for (let at = from; at < list.length; at++) {
    const answer = work(list[at] as T);
    if (answer instanceof Promise) return answer.then(() => inOrder(list, work, at + 1));
  }
}

/** Does something with each of a list, without waiting in between; ends with the last of them, also where one fails. */
export function atOnce<T>(list: readonly T[], work: (one: T) => MaybePromise<unknown>): MaybePromise<void> {
  const answers: Promise<unknown>[] = [];
  try {
    for (const one of list) {
      const answer = work(one);
      if (answer instanceof Promise) answers.push(answer);
    }
  } catch (error) {
    if (answers.length === 0) throw error;
    answers.push(Promise.reject(error));
  }
  if (answers.length > 0) return settledAll(answers);
}

async function settledAll(answers: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(answers)) if (outcome.status === "rejected") throw outcome.reason;
}
