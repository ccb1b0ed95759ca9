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
