import type { Result } from "../base/index.ts";
import type {
  AnyQuery,
  Binding,
  ColumnsOf,
  JoinSource,
  Listed,
  Literal,
  PreloadArg,
  Query,
  SelectValue,
  TableAs,
  WithPreloads,
} from "../query/index.ts";
import type { AnySchema, AnyStruct, FieldAttr, InstanceOf, KEY, KEYS, KIND, SELF, VALUE } from "../schema/index.ts";
import type { Decimal } from "../type/index.ts";
import type { Placeholder } from "./bulk/index.ts";

import type { QueryOptions, BulkOptions, ChangeAllOptions, WriteOptions } from "./engine/index.ts";

// The types of the repo's calls. Each call has one signature where it can: of several the compiler says "No overload matches this call".

// ---- what is read

/** What a read takes: a schema, alone or with the table that its rows are in, or a query; `InstanceOf` it is what each result is. */
export type Readable = AnySchema | JoinSource<unknown> | TableAs<AnySchema>;

/** The row that a bulk write or an aggregate is about; of a table without a schema any. */
export type RootOf<Q> = Q extends string ? LooseRow : Q extends Query<infer R, infer _J, infer _O> ? R : InstanceOf<Q>;
/** The named joins of a query. */
export type JoinsOf<Q> = Q extends Query<infer _R, infer J, infer _O> ? J : {};
type LooseRow = Record<string, any>;
/** What bulk writes and aggregates take: a table's name, too. */
export type Source = Readable | string;

/** The value of a key, or the text of one, as it comes from a URL. */
export type KeyValue<T> = T extends { readonly [KEY]: infer I; readonly [KEYS]: infer N }
  ? IsOne<N> extends true
    ? NonNullable<I> | string
    : KeyOfSeveralFields
  : unknown;
type IsOne<N, All = N> = N extends unknown ? ([All] extends [N] ? true : false) : never;
/** What the compiler names where a row is asked for by a key that it does not have. */
export interface KeyOfSeveralFields {
  readonly [KIND]: "the primary key is not one field: use getBy";
}

/** Equalities that a row is found by; the key may be the text of one, as it comes from a URL. */
export type Clauses<T> = { readonly [K in keyof ColumnsOf<T>]?: Literal<NonNullable<ColumnsOf<T>[K]>> | KeyText<T, K> };
type KeyText<T, K> = T extends { readonly [KEYS]: infer N } ? (K extends N ? string : never) : never;

/** What an aggregate may be of: the fields of the root, and what the query selects under a name. */
export type AggregateColumns<Q> =
  Q extends Query<infer R, infer _J, infer O> ? ColumnsOf<R> & Omit<SelectedColumns<O>, keyof ColumnsOf<R>> : ColumnsOf<RootOf<Q>>;
type SelectedColumns<O> = O extends readonly unknown[] ? {} : O extends object ? ColumnsOf<O> : {};
export type AggregateKind = "count" | "avg" | "min" | "max" | "sum";
/** What stands behind the kind of an aggregate: the field, which a count can do without, and the options. */
export type AggregateOf<K, F> = K extends "count"
  ? [field?: F | QueryOptions | undefined, options?: QueryOptions]
  : [field: F, options?: QueryOptions];
/** The value of an aggregate. */
export type Aggregated<K, V> = K extends "avg" ? number | Decimal | null : V | null;

// ---- preloads

/** What preloads are read into: a struct, a list of them, or null in their place. */
export type Preloading = AnyStruct | null | undefined | readonly (AnyStruct | null | undefined)[];
type Element<X> = X extends readonly (infer E)[] ? E : X;
/** What may be preloaded into `X`. */
export type PreloadInto<X> = PreloadArg<NonNullable<Element<X>>>;
/** The same shape as was given, with what was preloaded. */
export type Preloads<X, P> = X extends readonly (infer E)[] ? PreloadedOne<E, P>[] : PreloadedOne<X, P>;
type PreloadedOne<S, P> = S extends AnyStruct ? WithPreloads<S, P> : null;

/** A struct as it is read anew: with its fields, and nothing preloaded. */
export type Reloaded<S> = S extends { readonly [SELF]: infer M } ? M : S;

// ---- writes

/** What a write gives back. Where a row that is there already is left alone, the database has given no key. */
export type Unwritten<W, C> = "nothing" extends C ? MaybeKeyed<W> : W;
/** A struct whose key may be missing: its row was there already, and was left alone. */
export type MaybeKeyed<W> = { [K in keyof W]: K extends KeysOf<W> ? W[K] | null : W[K] };
type KeysOf<W> = W extends { readonly [KEYS]: infer N } ? N : never;
/** The options of an insert; `C` is what is done about a conflict. */
export interface InsertOptions<R, C> extends Omit<WriteOptions<R>, "onConflict" | "force"> {
  readonly onConflict?: C;
}
/** The options of insertOrUpdate. */
export interface InsertOrUpdateOptions<R, C> extends InsertOptions<R, C>, Pick<WriteOptions<R>, "force"> {}

/** A row for insertAll: values by field, a placeholder or a query in the place of one. */
export type InsertRow<R> = { readonly [K in keyof ColumnsOf<R>]?: InsertValue<ColumnsOf<R>[K]> };
type InsertValue<V> = FieldAttr<V> | Placeholder | (AnyQuery & { readonly [VALUE]: V | NonNullable<V> | null });
/** What insertAll takes: rows, or a query that selects them, each of which is `O`. */
export type InsertRows<R, O = unknown> = readonly InsertRow<R>[] | (AnyQuery & { readonly [VALUE]: O } & SelectsFields<R, O>);
// What a query selects as an object has the fields' names; of a struct those that both have are written.
type SelectsFields<R, O> = [O] extends [never]
  ? unknown
  : 0 extends 1 & O
    ? unknown
    : O extends AnyStruct
      ? unknown
      : [Exclude<keyof O, keyof ColumnsOf<R>>] extends [never]
        ? unknown
        : `"${Exclude<keyof O, keyof ColumnsOf<R>> & string}" is no field`;

/** What is given back of rows of `R`: `B` is `returning: true`, `F` the names of a list, `X` what a callback selects. */
export interface Returning<R, B, F, X> extends Omit<BulkOptions<R>, "returning"> {
  /** Fields that are read back, `true` for all, or what a select's callback says. */
  readonly returning?: B | readonly F[] | ((row: Binding<R>) => X);
}
/** The options of updateAll and deleteAll that read rows back. */
export interface ChangeReturning<B, F> extends Omit<ChangeAllOptions, "returning"> {
  /** Fields that are read back, or `true` for all; a query's own select says more. */
  readonly returning?: B | readonly F[];
}
/** The number of rows, and the rows where something is given back of them. */
export interface BulkResult<T> {
  readonly count: number;
  readonly rows: T;
}
/** The rows of insertAll: null unless something is returned. */
export type InsertedRows<R, B, F, X> = unknown extends X
  ? [F] extends [never]
    ? B extends true
      ? R[]
      : null
    : Listed<R, readonly F[]>[]
  : SelectValue<X>[];
/** The rows of updateAll and deleteAll: what is returned, or what the query selects. */
export type ChangedRows<Q, B, F> = [F] extends [never]
  ? B extends true
    ? RootOf<Q>[]
    : Q extends AnyQuery
      ? InstanceOf<Q>[] | null
      : null
  : Listed<RootOf<Q>, readonly F[]>[];

/** The two sides of what a function answers with, whatever its branches say. */
export type ValueIn<R> = R extends { readonly ok: true; readonly value: infer T } ? T : never;
export type ErrorIn<R> = R extends { readonly ok: false; readonly error: infer E } ? E : never;
export type AnyResult = Result<unknown, unknown>;
