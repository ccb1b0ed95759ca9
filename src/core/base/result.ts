/**
 * The outcome of an operation that can fail for a reason the caller should handle.
 * Failures of the program itself are thrown instead.
 */
export type Result<T, E> = Ok<T> | Err<E>;
/** The outcome of what went well. */
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}
/** The outcome of what failed for a reason that the caller should handle. */
export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/**
 * Wraps a value as a success.
 * @example ok(1) // => { ok: true, value: 1 }
 * @see Elixir: {:ok, value}
 */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/**
 * Wraps a reason as a failure.
 * @example err("too late") // => { ok: false, error: "too late" }
 * @see Elixir: {:error, reason}
 */
export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/** Whether a value is a `Result`, for callbacks that may answer with one. */
export function isResult(value: unknown): value is Result<unknown, unknown> {
  return typeof value === "object" && value !== null && typeof (value as { ok?: unknown }).ok === "boolean";
}
