import type {
  AnyStruct,
  AssocName,
  Attrs,
  BUILT,
  CardinalityOf,
  DEF,
  DefOf,
  FIELDS,
  KIND,
  KindOf,
  SELF,
  TargetOf,
  WithLoaded,
} from "../schema/index.ts";
import type { TypeLike, TypeValue } from "../type/index.ts";
import type { Constraint } from "./records.ts";

// A changeset function is generic over its struct: it keeps what its caller has loaded. Names and values that are read are indexed accesses
// on that parameter. Values that are set need a type that is known: methods infer the schema's class from `this`, since inference looks
// through a parameter at its constraint.

/** A struct of the class `M`, built or loaded, whatever its own associations are. */
export interface Like<M> {
  readonly [SELF]: M;
}
/** A changeset upon a struct of the class `M`. */
export interface Upon<M> {
  readonly data: Like<M>;
}

/** The fields of a struct: declared ones, keys, timestamps and embeds. */
export type FieldKey<S extends AnyStruct> = keyof S[typeof FIELDS] & string;
/** The entries of a struct's definition, its associations among them. */
export type RelationKey<S extends AnyStruct> = keyof S[typeof DEF] & string;
export type AnyKey<S extends AnyStruct> = FieldKey<S> | RelationKey<S>;

/** The value of a field, as the struct has it: of one that is not inserted yet it may be null. */
export type ValueOf<S extends AnyStruct, K> = S[K & keyof S];
/** The value of a field as a row has it: what may be set. */
export type RowValue<M extends AnyStruct, K extends FieldKey<M>> = M[typeof FIELDS][K];

/**
 * A changeset whose data has the association `K` loaded, or is not inserted yet.
 * Where this does not fit, preload first: `repo.preload(struct, "actors")`.
 */
export interface PreloadedOrBuilt<K extends string> {
  readonly data: LoadedOrBuilt<K>;
}
/** A struct that has the association `K` loaded, or is not inserted yet. */
export type LoadedOrBuilt<K extends string> =
  | { readonly [N in K]: AnyStruct | null | readonly AnyStruct[] }
  | { readonly [BUILT]: unknown };

/** A struct of the same schema as `T`, built or loaded: told by its definition, which is cheaper to compare than its fields. */
interface StructLike<T> {
  readonly [DEF]: DefOf<T>;
  readonly [FIELDS]: unknown;
}
/** Any changeset upon a `T`, as far as a relation cares. */
export interface ChangesetOf<T> {
  readonly data: StructLike<T>;
  readonly valid: boolean;
  readonly changes: object;
  readonly constraints: readonly Constraint[];
}
/** Any changeset at all. */
export interface SomeChangeset {
  readonly data: unknown;
  readonly valid: boolean;
  readonly changes: object;
  readonly constraints: readonly Constraint[];
}

/** Plain attributes, and no struct of some other schema. */
type PlainAttrs<T> = Attrs<T> & { readonly [KIND]?: undefined };
/** What may be put into a relation: a struct, a changeset of one, or its attributes. */
export type Entry<T> = StructLike<T> | ChangesetOf<T> | PlainAttrs<T>;

/** What `putAssoc` takes. */
export type AssocInput<S, K> =
  KindOf<S, K> extends "through"
    ? never
    : CardinalityOf<S, K> extends "many"
      ? readonly Entry<TargetOf<S, K>>[] | null
      : Entry<TargetOf<S, K>> | null;
/** What `putEmbed` takes for an embed whose value is `V`. */
export type EmbedInput<V> = V extends readonly (infer E)[] ? readonly Entry<E>[] | null : V extends AnyStruct ? Entry<V> : null;
/** What stands for a field's value in a put: itself, or the entries of an embed. */
type FieldInput<V> = V extends readonly (infer E)[] ? (E extends AnyStruct ? readonly Entry<E>[] : V) : V extends AnyStruct ? Entry<V> : V;

/** What `change` takes: values of fields, and entries of the associations among the names `K`, which are loaded and count as loaded afterwards. */
export type ChangeInput<M extends AnyStruct, K = never> = { readonly [N in FieldKey<M>]?: FieldInput<RowValue<M, N>> } & {
  readonly [N in K & AssocName<M>]: NoInfer<AssocInput<M, N>>;
};

/** The struct of an embed's value. */
export type EmbedTarget<V> = V extends readonly (infer E)[] ? E : V extends AnyStruct ? V : never;

/** Data with a map of types, in place of a struct. */
export interface TypedData<D, T> {
  readonly data: D;
  readonly types: T;
  /** Tells it from a changeset. */
  readonly changes?: undefined;
}
export type TypeMap = Readonly<Record<string, TypeLike>>;
/**
 * The arguments that follow `{ data, types }`. What is given as a struct has no map of types: then there are so many that the compiler
 * drops this form, and says what is wrong in the words of the other one.
 */
export type GivenTypes<M, A> = string extends keyof M ? [never, never, never, never, never] : A;
declare const PLAIN: unique symbol;
type Typed<T> = { -readonly [K in keyof T]: TypeValue<T[K]> | null };
/** The data of a changeset without a schema. */
export type Schemaless<D, T> = D &
  Partial<Typed<T>> & {
    readonly [DEF]: {};
    readonly [FIELDS]: Typed<T>;
    readonly [SELF]: PlainSelf<T>;
    readonly [PLAIN]: D & Partial<Typed<T>>;
  };
interface PlainSelf<T> {
  readonly [DEF]: {};
  readonly [FIELDS]: Typed<T>;
}

/** What `applyChanges` gives: the struct, with the relations loaded that were put or cast. */
export type Applied<S, P extends string> = S extends { readonly [PLAIN]: infer D } ? D : [P] extends [never] ? S : WithLoaded<S, P>;

/** The messages of a changeset by field, nested where relations have some. */
export type Traversal<S extends AnyStruct, T> = {
  [K in FieldKey<S>]?: S[typeof FIELDS][K] extends AnyStruct | readonly AnyStruct[] | null ? Nested<T> : T[];
} & {
  [K in AssocName<S>]?: Nested<T>;
} & { [field: string]: Nested<T> | undefined };
type Nested<T> = T[] & any;
