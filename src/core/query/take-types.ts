import type {
  AnyStruct,
  AssocName,
  BUILT,
  CardinalityOf,
  DEF,
  DefOf,
  FieldName,
  FIELDS,
  KEY,
  KEYS,
  KIND,
  KindOf,
  LoadedName,
  NotLoaded,
  OptionsOf,
  SELF,
  TargetOf,
  Wrap,
} from "../schema/index.ts";

// The types of lists of fields: ["id", { characters: ["id", "name"] }]

/** The columns of a row: a struct's fields, or the keys of a plain row. */
type RowColumns<R> = R extends { readonly [FIELDS]: infer F } ? F : R;

// Kept apart, so that messages of the compiler name the fields.
/** A name that a list of fields of `R` may hold; of a table without a schema any. */
export type FieldItem<R> = unknown extends R ? string : keyof RowColumns<NonNullable<R>> & string;
/** What a list of fields of `R` may hold beside names: lists for associations, which limit what a preload reads. */
export type BelowItem<R> = [AssocName<NonNullable<R>>] extends [never] ? never : AssocLists<NonNullable<R>>;
type AssocLists<R> = { readonly [K in AssocName<R>]?: readonly (FieldItem<TargetOf<R, K>> | BelowItem<TargetOf<R, K>>)[] };

/** What a list must not hold: an association's name that is none, beside one that is. */
export type Known<R, F> = F extends readonly unknown[]
  ? number extends F["length"]
    ? unknown
    : { readonly [I in keyof F]: F[I] extends string ? F[I] : KnownBelow<R, F[I]> }
  : unknown;
type KnownBelow<R, E> = {
  readonly [K in keyof E]: K extends AssocName<R> ? Known<TargetOf<R, K>, E[K]> : `there is no association "${K & string}"`;
};

type Items<F> = [F] extends [readonly (infer E)[]] ? E : never;
type Names<F> = Extract<Items<F>, string>;
type Lists<F> = Exclude<Items<F>, string>;
type ListedName<F> = KeyIn<Lists<F>>;
type KeyIn<E> = E extends unknown ? keyof E : never;
/** The list of one association; where it is named twice, both. */
type ListOf<F, K> = ListIn<Lists<F>, K>;
type ListIn<E, K> = E extends unknown ? (K extends keyof E ? NonNullable<E[K]> : never) : never;

/** What the list of fields of a `select` gives. */
export type Listed<R, F> = [Lists<F>] extends [never]
  ? [LoadedName<R>] extends [never]
    ? Pick<R, Names<F> & keyof R>
    : TakenOf<R, F>
  : TakenOf<R, F>;

/** The fields `F` of `R`, as its struct: its associations are there, and not loaded. */
export type TakenOf<R, F> = R extends AnyStruct ? Taken<R, F> : Pick<R, Names<F> & keyof R>;
/** Some fields of a struct, as its struct. Named, so that declarations can name it without what stands inside. */
export type Taken<R, F> = TakenStruct<R, F, TakenKey<R, F>>;
type TakenKey<R, F> = (Names<F> | AssocName<R> | Exclude<keyof R, string>) & keyof R;
type TakenStruct<R, F, N extends keyof R> = { [K in N]: TakenEntry<R, F, K> } & PartOf<R>;
declare const PART_OF: unique symbol;
/** Remembers the row that fields were taken of. */
export interface PartOf<R> {
  readonly [PART_OF]: R;
}
type TakenEntry<R, F, K extends keyof R> = K extends string
  ? K extends ListedName<F>
    ? NotLoaded<K> | Wrap<CardinalityOf<R, K>, TakenOf<TargetOf<R, K>, ListOf<F, K>>>
    : R[K]
  : K extends typeof DEF
    ? TakenDef<R, F>
    : K extends typeof FIELDS
      ? Pick<RowColumns<R>, Names<F> & keyof RowColumns<R>>
      : R[K];
/** The definition by which preloads find the associations: rows of those with a list have its fields only. */
type TakenDef<R, F> = [Lists<F>] extends [never] ? DefOf<R> : Omit<DefOf<R>, ListedName<F>> & TakenAssocs<R, F>;
type TakenAssocs<R, F> = { readonly [K in ListedName<F>]: Related<R, K, TakenOf<TargetOf<R, K>, ListOf<F, K>>> };
type Related<R, K, T> = () => {
  readonly target: { readonly prototype: T };
  readonly cardinality: CardinalityOf<R, K>;
  readonly kind: KindOf<R, K>;
  readonly options: OptionsOf<R, K>;
};

/** The fields `F` of `R` as a plain object, of nulls where the row is missing. The associations that it names can be preloaded. */
export type Mapped<R, F> = unknown extends R
  ? { [K in Names<F>]: any }
  : [Lists<F>] extends [never]
    ? MappedColumns<NonNullable<R>, F, Extract<R, null>>
    : TakenMap<R, F>;
/** Some fields as a plain object whose associations can be preloaded. */
export type TakenMap<R, F> = MappedColumns<NonNullable<R>, F, Extract<R, null>> & MappedBelow<NonNullable<R>, F>;
type MappedColumns<R, F, M> = { [K in Names<F>]: K extends keyof RowColumns<R> ? RowColumns<R>[K] | M : never };
type MappedBelow<R, F> = { [K in ListedName<F>]: undefined } & MappedMarks<R, F> & PartOf<R>;
/** What preloads look for: the definition, and the names of associations. */
type MappedMarks<R, F> = { readonly [K in Exclude<keyof R, Unmapped>]: K extends typeof DEF ? MappedDef<R, F> : R[K] & ListedName<F> };
type Unmapped = string | typeof BUILT | typeof FIELDS | typeof KEY | typeof KEYS | typeof KIND | typeof SELF;
type MappedDef<R, F> = { readonly [K in ListedName<F>]: Related<R, K, MappedRow<TargetOf<R, K>, ListOf<F, K>>> };
type MappedRow<R, F> = MappedColumns<R, F, never> & MappedBelow<R, F>;

/** What a query of a preload's own gives where the list names `T`'s fields only; a query that selects says itself what it gives. */
export type Limited<T, O> = T extends PartOf<infer R> ? (O extends AnyStruct ? LimitedStruct<T, R, O> : O) : O;
type LimitedStruct<T, R, O> = [FieldName<R>] extends [FieldName<O>] ? Pick<O, keyof O & keyof T> : O;

/**
 * What preloads start from: a struct, or some fields of the root, of which a select's list keeps no more than the values;
 * in a tuple or an object the root that stands in it.
 */
export type Preloadable<R, O> = O extends { readonly [DEF]: unknown }
  ? O
  : O extends object
    ? O extends Some<R, O>
      ? TakenOf<R, readonly (keyof O)[]>
      : R
    : O;
/** Some fields of a row, and nothing else. */
export type Some<R, O> = [keyof O] extends [FieldName<R>] ? Pick<R, keyof O & keyof R> : never;
