import type { FIELDS, SOURCE, VALUE } from "../schema/index.ts";
import type { STATE } from "./query-like.ts";
import type { QueryState } from "./node.ts";

// What queries know of the rows that they read.

declare const NULLABLE: unique symbol;
/** A binding that may be missing: the far side of an outer join. */
export interface Nullable<R> {
  readonly [NULLABLE]: R;
}
export type Null<R> = R extends Nullable<unknown> ? R : Nullable<R>;
export type AllNull<J> = { [K in keyof J]: Null<J[K]> };
/** The row of a binding that may be missing, and of any other. */
export type Plain<R> = R extends Nullable<infer S> ? S : R;
/** The columns of a row: a struct's fields, or the keys of a plain row. */
export type ColumnsOf<R> = R extends { readonly [FIELDS]: infer F } ? F : R extends Nullable<infer S> ? ColumnsOf<S> : R;
/** Whether a value has methods: a date or a decimal, not an object that a select made. */
export type IsOpaque<O> = [Extract<O[keyof O], (...args: never) => unknown>] extends [never] ? false : true;

/** Any query, whatever it reads. */
export interface AnyQuery {
  readonly [STATE]: QueryState;
  readonly [VALUE]: unknown;
}

/** A query, a subquery, a CTE or a values list, whose rows are `T`. */
export interface JoinSource<T> {
  readonly [VALUE]: T;
  readonly [SOURCE]: "source";
}
/**
 * What a query gives: its rows, one of them.
 * @example const titles = () => from(Movie).select((m) => m.title);
 * const title: RowOf<ReturnType<typeof titles>> = "Bright";
 */
export type RowOf<Q> = Q extends { readonly [STATE]: unknown; readonly [VALUE]: infer O } ? O : never;
