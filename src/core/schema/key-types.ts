import type { InstanceOf } from "./instance.ts";
import type { KEY, KEYS, REFERS, SELF } from "./phantom.ts";
import type { AtPath, DefOf, FieldMap, KindOf, StepsOf } from "./types.ts";

// The keys by which the rows of associations are found, as the declarations say them.

/** What a preload function of the association `K` gets of each owner: the value of its key, or the list of values of a key of several fields. */
export type OwnerKey<S, K> = [StepsOf<S, K>] extends [never] ? KeyFor<S, K, EntryOf<DefOf<S>, K>> : LastStep<S, StepsOf<S, K>>["key"];
/** Whether the rows do not tell themselves whose they are: those behind a join table. */
export type IsJoined<S, K> = [StepsOf<S, K>] extends [never]
  ? KindOf<S, K> extends "manyToMany"
    ? true
    : false
  : LastStep<S, StepsOf<S, K>>["joined"];

/** The rows of a through association are those of its last step. */
type LastStep<S, P> = P extends readonly [...infer I, infer L] ? StepAt<I extends readonly [] ? S : AtPath<S, I>, L> : never;
interface StepAt<S, K> {
  key: OwnerKey<S, K>;
  joined: IsJoined<S, K>;
}

type EntryOf<D, K> = K extends keyof D ? D[K] : never;
type KeyFor<S, K, F> = F extends () => { readonly kind: infer N; readonly target: infer C; readonly options: infer O }
  ? N extends "belongsTo"
    ? ForeignKeyOf<S, K, C, O>
    : N extends "manyToMany"
      ? JoinedKey<S, O>
      : O extends { readonly references: infer R }
        ? ValuesAt<S, R>
        : O extends { readonly foreignKey: unknown }
          ? PrimaryKeyOf<S>
          : PrimaryKeyOf<S> | Referred<S, DefOf<InstanceOf<C>>>
  : any;
type ForeignKeyOf<S, K, C, O> = O extends { readonly foreignKey: infer F }
  ? ValuesAt<S, F>
  : HasOneKey<InstanceOf<C>> extends true
    ? FieldAt<S, `${K & string}Id`>
    : any;
/** Of a join table's two keys the compiler does not know which stands first: then either. */
type JoinedKey<S, O> = O extends { readonly joinKeys: infer J }
  ? J extends readonly [infer A, unknown]
    ? HasOne<keyof A> extends true
      ? FieldAt<S, A[keyof A]>
      : any
    : { [P in keyof J]: ReferredAt<S, J[P]> }[keyof J]
  : O extends { readonly joinThrough: infer T }
    ? PrimaryKeyOf<S> | (T extends string ? never : Referred<S, DefOf<InstanceOf<T>>>)
    : any;

/** What the `belongsTo`s of the definition `D` that lead to `S` refer to, other than its primary key. */
type Referred<S, D> = { [N in keyof D]: ReferredBy<S, D[N]> }[keyof D];
type ReferredBy<S, F> = F extends () => {
  readonly [REFERS]: { readonly target: infer C; readonly options: { readonly references: infer R } };
}
  ? SelfOf<InstanceOf<C>> extends SelfOf<S>
    ? ValuesAt<S, R>
    : never
  : never;
type SelfOf<S> = S extends { readonly [SELF]: infer M } ? M : S;
type ReferredAt<S, N> = N extends keyof FieldMap<S> ? FieldAt<S, N> : never;

/** The order of a primary key's fields is not known to the compiler. */
type PrimaryKeyOf<S> = HasOneKey<S> extends true ? (S extends { readonly [KEY]: infer I } ? NonNullable<I> : any) : any;
type HasOneKey<S> = S extends { readonly [KEYS]: infer N } ? HasOne<N> : false;
type HasOne<N, All = N> = [N] extends [never] ? false : N extends unknown ? ([All] extends [N] ? true : false) : never;

type ValuesAt<S, N> = N extends readonly unknown[]
  ? N extends readonly [infer One]
    ? FieldAt<S, One>
    : { -readonly [I in keyof N]: FieldAt<S, N[I]> }
  : FieldAt<S, N>;
type FieldAt<S, N> = N extends keyof FieldMap<S> ? NonNullable<FieldMap<S>[N]> : any;
