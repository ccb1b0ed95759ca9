import type {
  AnyStruct,
  AssocName,
  BUILT,
  CardinalityOf,
  DEF,
  EmbedName,
  IsJoined,
  OwnerKey,
  TargetOf,
  VALUE,
  Wrap,
} from "../schema/index.ts";
import type { STATE } from "./query-like.ts";
import type { AnyQuery, IsOpaque, Nullable, Plain } from "./row-types.ts";
import type { Limited, PartOf, Preloadable, Some } from "./take-types.ts";

// What may be preloaded, and what is loaded then.

/** What a query may preload below `S`; `J` holds the joins that rows may come from. */
export type PreloadArg<S, J = unknown> = AssocName<S> | readonly (AssocName<S> | PreloadArgTree<S, J>)[] | PreloadArgTree<S, J>;
// Of a row without associations nothing: an empty tree would take any object, and any text.
export type PreloadArgTree<S, J> = [AssocName<S>] extends [never]
  ? [EmbedName<S>] extends [never]
    ? never
    : EmbedTree<S, EmbedName<S> & keyof S, J>
  : [EmbedName<S>] extends [never]
    ? AssocTree<S, AssocName<S> & keyof S, J>
    : AssocTree<S, AssocName<S> & keyof S, J> & EmbedTree<S, EmbedName<S> & keyof S, J>;
// `N extends keyof S` is what keeps a name tied to its declaration in editors.
type AssocTree<S, N extends keyof S, J> = { readonly [K in N]?: PreloadEntry<S, K, TargetOf<S, K>, J> };
type EmbedTree<S, N extends keyof S, J> = { readonly [K in N]?: PreloadArg<TargetOf<S, K>, J> };
export type PreloadEntry<S, K, T, J> =
  | true
  | (keyof J & string)
  | PreloadArg<T, J>
  | AnyQuery
  | PreloadFunction<S, K, T>
  | readonly [AnyQuery | (keyof J & string), PreloadArg<T, J>];

// A call signature of its own: its types are then worked out only where a function is given.
/**
 * Loads the association `K` of `S` by hand: gets the keys of the owners, each once, and returns the related rows, which tell themselves whose
 * they are; of a manyToMany, pairs of the owner's key and the row.
 */
type PreloadFunction<S, K, T> = (
  ids: OwnerKey<S, K>[],
  association: unknown,
) => readonly PreloadRow<S, K, WholeOrTaken<T>>[] | Promise<readonly PreloadRow<S, K, WholeOrTaken<T>>[]>;
type PreloadRow<S, K, R> = IsJoined<S, K> extends true ? readonly [ownerKey: OwnerKey<S, K>, row: R] : R;
type WholeOrTaken<T> = T extends PartOf<infer R> ? R | T : T;

// Of a list of any length it is not known which names it holds: then none is said to be loaded.
type SpecNames<P> = P extends string
  ? P
  : P extends readonly unknown[]
    ? number extends P["length"]
      ? never
      : ItemNames<P[number]>
    : keyof P;
type ItemNames<E> = E extends string ? E : keyof E;
type SpecBelow<P, K> = P extends string ? true : P extends readonly unknown[] ? BelowIn<P[number], K> : K extends keyof P ? P[K] : never;
type BelowIn<E, K> = E extends string ? (E extends K ? true : never) : K extends keyof E ? E[K] : never;
// A text names a join where there is one of that name that brings rows of the association, else an association below. A join by
// another source is not told apart: then only what is loaded either way is said to be.
type Below<T, V, K, J> = V extends true
  ? T
  : V extends string
    ? V extends keyof J
      ? V extends K
        ? T
        : Plain<J[V]> extends T
          ? T
          : WithPreloads<T, V, J>
      : WithPreloads<T, V, J>
    : // any function
      V extends true | Function
      ? T
      : V extends AnyQuery
        ? Limited<T, V[typeof VALUE]>
        : V extends readonly [infer Q, infer N]
          ? Q extends { readonly [STATE]: unknown; readonly [VALUE]: infer O }
            ? WithPreloads<Limited<T, O>, N, J>
            : Q extends keyof J
              ? WithPreloads<T, IsJoin<T, K, J, Q> extends true ? N : V, J>
              : WithPreloads<T, V, J>
          : WithPreloads<T, V, J>;
type IsJoin<T, K, J, N extends keyof J> = N extends K ? true : Plain<J[N]> extends T ? true : false;

/** `S` with the associations of the preload `P` loaded; `J` holds the joins that rows may come from. */
export type WithPreloads<S, P, J = {}> = {
  [K in keyof S]: K extends SpecNames<P> ? Wrap<CardinalityOf<S, K>, Below<TargetOf<S, K>, SpecBelow<P, K>, K, J>> : S[K];
};
/** What a query's preload starts from. */
export type PreloadInto<R, O> = O extends AnyStruct ? O : NonNullable<Preloadable<Plain<R>, O>>;
/** The root's row once `P` is preloaded: what is selected of it later is loaded, too. */
export type LoadedRoot<R, P, J> = R extends AnyStruct
  ? WithPreloads<R, P, J>
  : R extends Nullable<infer S>
    ? Nullable<WithPreloads<S, P, J>>
    : R;
/** The results once `P` is preloaded: the root is loaded wherever it stands in them. */
export type LoadedResult<R, O, P, J> = O extends AnyStruct ? WithPreloads<O, P, J> : LoadedOther<R, O, P, J>;
type LoadedOther<R, O, P, J> = O extends { readonly [DEF]: unknown }
  ? WithPreloads<O, P, J>
  : O extends object
    ? O extends Some<Plain<R>, O>
      ? WithPreloads<Preloadable<Plain<R>, O>, P, J>
      : // rows of a join that are of the root's schema are not told apart from it
        [Extract<Plain<J[keyof J]>, Plain<R>>] extends [never]
        ? LoadedParts<Plain<R>, O, P, J>
        : O
    : O;
type LoadedParts<R, O, P, J> = 0 extends 1 & O
  ? O
  : O extends { readonly [DEF]: unknown }
    ? O extends { readonly [BUILT]: unknown }
      ? O // a struct that the select makes
      : O extends R | PartOf<R>
        ? WithPreloads<O, P, J>
        : O
    : O extends readonly unknown[]
      ? { [K in keyof O]: LoadedParts<R, O[K], P, J> }
      : O extends object
        ? IsOpaque<O> extends true
          ? O
          : { [K in keyof O]: LoadedParts<R, O[K], P, J> }
        : O;
/**
 * A struct with associations loaded, for the signatures of functions that need them.
 * @example const castOf = (movie: Preloaded<Movie, ["characters"]>) => movie.characters.map((one) => one.name);
 */
export type Preloaded<S, P extends PreloadArg<NonNullable<S>>> = WithPreloads<S, P>;
