import type { AnyStruct, VALUE } from "../schema/index.ts";
import type { Dynamic } from "./expr.ts";
import type { IsOpaque, JoinSource, Nullable, Plain } from "./row-types.ts";
import type { BelowItem, FieldItem, Listed } from "./take-types.ts";

// What the results of a query are.

/** The value of what a select's callback returns. */
export type SelectValue<X> = X extends { readonly [VALUE]: infer T }
  ? X extends JoinSource<unknown>
    ? T | null // a query as a value: there may be no row
    : T
  : X extends readonly unknown[]
    ? { -readonly [K in keyof X]: SelectValue<X[K]> }
    : X extends Date | Uint8Array
      ? X
      : X extends Dynamic
        ? unknown
        : X extends object
          ? { -readonly [K in keyof X]: SelectValue<X[K]> }
          : X;
/** The fields of `B` on top of `A`; a missing side, of an outer join, leaves the other as it is. */
export type Merge<A, B> = A extends null ? A : B extends null ? A : Omit<A, keyof B> & B;
export type MergeListed<O, L> = O extends null ? O : L extends null ? O : O extends AnyStruct ? O & L : Merge<O, L>;
/** What a list of the root's fields gives; null where the root may be missing. */
export type ListedRoot<R, F> = R extends Nullable<infer S> ? Listed<S, F> | null : Listed<R, F>;
/** A result that was selected before a join in which the rows so far may be missing: any part of it may be null. */
export type Missing<O> = 0 extends 1 & O
  ? O
  : O extends readonly unknown[]
    ? { [K in keyof O]: Missing<O[K]> }
    : O extends object
      ? O extends AnyStruct
        ? O | null
        : IsOpaque<O> extends true
          ? O | null
          : { [K in keyof O]: Missing<O[K]> } | null
      : O | null;
export type FieldList<R> = readonly (FieldItem<Plain<R>> | BelowItem<Plain<R>>)[];
