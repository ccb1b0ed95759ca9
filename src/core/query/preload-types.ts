import type {
  AnyStruct,
  AssocName,
  BUILT,
  CardinalityOf,
  DEF,
  DefOf,
  EmbedName,
  IsJoined,
  NotLoaded,
  OwnerKey,
  SELF,
  StepsOf,
  TargetOf,
  ThroughThunk,
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
type Below<T, V, K, J, S, P> = V extends true
  ? Stepped<T, StepsIn<S, P, J>, K, J>
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

// A through association is preloaded by its steps, which are loaded then, too; out of a join of its own it has none.
/** The steps that the preload `P` goes by: the first with what is preloaded below it, and those by which that is found itself. */
type StepsIn<S, P, J> = DefOf<S>[SpecNames<P> & keyof DefOf<S>] extends DirectThunk ? never : StepsOfNames<S, DefOf<S>, SpecNames<P>, P, J>;
type DirectThunk = () => { readonly kind: "belongsTo" | "hasMany" | "hasOne" | "manyToMany" };
type StepsOfNames<S, D, N, P, J> = N extends keyof D ? (D[N] extends ThroughThunk ? StepsTo<S, N, SpecBelow<P, N>, J> : never) : never;
type StepsTo<S, N, V, J> = V extends keyof J | readonly [keyof J, unknown] ? never : StepOn<S, StepsOf<S, N>, V>;
type StepOn<S, P, V> = P extends readonly [infer A, ...infer R] ? Step<A, Rest<R, V>> | StepOn<S, StepsOf<S, A>, Rest<R, V>> : never;
interface Step<A, V> {
  readonly name: A;
  readonly below: V;
}
type Rest<R, V> = R extends readonly [infer A extends string, ...infer B] ? { readonly [K in A]: Rest<B, V> } : V;
type StepName<T> = T extends Step<infer A, unknown> ? A : never;
type BelowStep<T, K> = T extends Step<K, infer V> ? V : never;
/** The rows of a step: what is loaded already stays. */
type StepRow<S, K extends keyof S> = [Extract<S[K], NotLoaded>] extends [never]
  ? S[K] extends readonly (infer E)[] | null
    ? E
    : NonNullable<S[K]>
  : TargetOf<S, K>;
/** An association that is preloaded by its name, and as a step. */
type Stepped<T, W, K, J> = [BelowStep<W, K>] extends [never] ? T : WithPreloads<T, readonly [BelowStep<W, K>], J>;

/** `S` with the associations of the preload `P` loaded; `J` holds the joins that rows may come from. */
export type WithPreloads<S, P, J = {}> = {
  [K in keyof S]: K extends SpecNames<P>
    ? Wrap<CardinalityOf<S, K>, Below<TargetOf<S, K>, SpecBelow<P, K>, K, J, S, P>>
    : K extends StepName<StepsIn<S, P, J>>
      ? Wrap<CardinalityOf<S, K>, WithPreloads<StepRow<S, K>, readonly [BelowStep<StepsIn<S, P, J>, K>], J>>
      : S[K];
};
/** What a query's preload starts from: the root, where it is among what is selected. */
export type PreloadInto<R, O> = O extends R ? O : O extends AnyStruct ? RootIn<Plain<R>, O> : NonNullable<Preloadable<Plain<R>, O>>;
// A struct that the select makes, or that of another binding, is not filled.
type RootIn<R, O> = O extends { readonly [BUILT]: unknown }
  ? never
  : O extends { readonly [SELF]: infer M }
    ? R extends { readonly [SELF]: M }
      ? O
      : never
    : O;
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
