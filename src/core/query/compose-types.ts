import type { AssocName, BUILT, DEF, FieldName, SELF, TreeName } from "../schema/index.ts";
import type { IsOpaque, Nullable, Plain } from "./row-types.ts";

// What a query gives once clauses are taken from it, or where it is changed under a condition.

// ---- exclude

/** The clauses that are the joins of one kind. */
export type JoinKindClause =
  | "join" | "innerJoin" | "leftJoin" | "rightJoin" | "fullJoin" | "crossJoin" | "innerLateralJoin" | "leftLateralJoin" | "crossLateralJoin"; // biome-ignore format: a list of names

/** The root without the clauses `C`. */
export type ExcludedRoot<R, C> = Named<C, "preload"> extends never ? R : Unloaded<R>;
/** The joins without the clauses `C`: of which kind each is, is not known, so that none is certain where those of one kind go. */
export type ExcludedJoins<J, C> = Named<C, "joins" | JoinKindClause> extends never ? J : {};
/** The results without the clauses `C`: of clauses that are not known before it runs, with or without them. */
export type ExcludedResult<R, O, C> =
  Certain<C, "select"> extends true
    ? RowOfRoot<ExcludedRoot<R, C>>
    : Named<C, "select"> extends never
      ? Named<C, "preload"> extends never
        ? O
        : Unloaded<O>
      : RowOfRoot<ExcludedRoot<R, C>> | (Named<C, "preload"> extends never ? O : Unloaded<O>);
type RowOfRoot<R> = R extends Nullable<unknown> ? Plain<R> | null : R;

/** Whether the clauses name `N` for certain. */
type Certain<C, N> = C extends readonly [infer H, ...infer T]
  ? [H] extends [N]
    ? true
    : H extends readonly unknown[]
      ? Certain<H, N> extends true
        ? true
        : Certain<T, N>
      : Certain<T, N>
  : false;
/** `N` where the clauses may name it. */
type Named<C, N> = C extends readonly (infer E)[] ? (E extends readonly (infer I)[] ? Extract<N, I> : Extract<N, E>) : never;

/** A row, or what holds rows, with nothing preloaded into them. */
type Unloaded<O> = 0 extends 1 & O
  ? O
  : O extends { readonly [BUILT]: unknown }
    ? O
    : O extends { readonly [SELF]: infer M }
      ? UnloadedStruct<O, M>
      : O extends { readonly [DEF]: unknown }
        ? { [K in keyof O]: K extends AssocName<O> ? undefined : O[K] }
        : O extends Nullable<infer S>
          ? Nullable<Unloaded<S>>
          : O extends object
            ? IsOpaque<O> extends true
              ? O extends readonly unknown[]
                ? { [K in keyof O]: Unloaded<O[K]> }
                : O
              : { [K in keyof O]: Unloaded<O[K]> }
            : O;
type UnloadedStruct<O, M> = [FieldName<M>] extends [keyof O]
  ? [Pick<M, FieldName<M> & keyof M>, Pick<O, FieldName<M> & keyof O>] extends [
      Pick<O, FieldName<M> & keyof O>,
      Pick<M, FieldName<M> & keyof M>,
    ]
    ? M
    : UnloadedFields<O, M>
  : UnloadedFields<O, M>;
type UnloadedFields<O, M> = { [K in keyof O]: K extends TreeName<O> & keyof M ? M[K] : O[K] };

// ---- when

/** The root of one query or the other: what is certain of both. */
export type EitherRow<A, B> =
  B extends Nullable<infer S>
    ? Nullable<EitherRow<Plain<A>, S>>
    : A extends Nullable<infer T>
      ? Nullable<EitherRow<T, B>>
      : EitherResult<A, B>;
/** The joins that both queries have. */
export type EitherJoins<A, B> = [B] extends [A] ? A : { [K in keyof A & keyof B]: EitherRow<A[K], B[K]> };
/** The results of one query or the other. */
export type EitherResult<A, B> = [B] extends [A] ? A : [A] extends [B] ? B : A | B;
