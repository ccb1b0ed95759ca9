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
  LoadedName,
  TargetOf,
  WithLoaded,
} from "../schema/index.ts";
import type { TypeLike, TypeValue } from "../type/index.ts";
import type { Constraint } from "./records.ts";

// Everything here reaches fields and associations by indexed access: that also works on a struct whose type is a parameter.

/** The fields of a struct: declared ones, keys, timestamps and embeds. */
export type FieldKey<S extends AnyStruct> = keyof S[typeof FIELDS] & string;
/** The entries of a struct's definition, its associations among them. */
export type RelationKey<S extends AnyStruct> = keyof S[typeof DEF] & string;
export type AnyKey<S extends AnyStruct> = FieldKey<S> | RelationKey<S>;

/** The value of a field, as the struct has it: of one that is not inserted yet it may be null. */
export type ValueOf<S extends AnyStruct, K> = K extends keyof S ? S[K] : never;

/**
 * A changeset whose data has the association `K` loaded, or is not inserted yet.
 * Where this does not fit, preload first: `repo.preload(struct, "actors")`.
 */
export interface PreloadedOrBuilt<K extends string> {
  readonly data: { readonly [N in K]: AnyStruct | null | readonly AnyStruct[] } | { readonly [BUILT]: unknown };
}

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

/** What `change` takes: values of fields, and entries of the associations that are loaded. */
export type ChangeInput<S extends AnyStruct> = { readonly [K in FieldKey<S>]?: FieldInput<ValueOf<S, K>> } & {
  readonly [K in LoadedName<S>]?: AssocInput<S, K>;
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
declare const PLAIN: unique symbol;
type Typed<T> = { -readonly [K in keyof T]: TypeValue<T[K]> | null };
/** The data of a changeset without a schema. */
export type Schemaless<D, T> = D &
  Partial<Typed<T>> & { readonly [DEF]: {}; readonly [FIELDS]: Typed<T>; readonly [PLAIN]: D & Partial<Typed<T>> };

/** What `applyChanges` gives: the struct, with the relations loaded that were put or cast. */
export type Applied<S, P extends string> = S extends { readonly [PLAIN]: infer D } ? D : [P] extends [never] ? S : WithLoaded<S, P>;

/** The messages of a changeset by field, nested where relations have some. */
export type Traversal<S extends AnyStruct, T> = {
  [K in FieldKey<S>]?: S[typeof FIELDS][K] extends AnyStruct | readonly AnyStruct[] | null ? Nested<T> : T[];
} & {
  [K in AssocName<S>]?: Nested<T>;
} & { [field: string]: Nested<T> | undefined };
type Nested<T> = T[] & any;
