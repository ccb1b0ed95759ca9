import type { ASSOCS, BUILT, DEF, EMBEDS, FIELDS, KEY, KEYS, KIND, REFERS, ROW, SELF, STEPS, VALUE } from "./phantom.ts";
import type { BelongsTo } from "./association.ts";
import type { AnyField, Embed, Field } from "./field.ts";
import type { InstanceOf } from "./instance.ts";

// ---- what a definition may hold

/**
 * A definition's entries: fields, embeds, and associations as thunks.
 * `Function`, not a call signature: with one the compiler would recurse through the whole graph of schemas.
 */
export type Definition = Record<string, AnyField | Function>;

/** What a schema says of its table as a whole. */
export interface SchemaOptions {
  /** `false` for none; else the key's fields. The default is `{ id: field.id() }`. */
  readonly primaryKey?: false | Readonly<Record<string, AnyField>>;
  /** The type of the fields that `belongsTo` adds; the default is the type of the key they refer to. */
  readonly foreignKeyType?: AnyField;
  /** The database schema (PostgreSQL), database (MySQL) or attached database (SQLite) that the table lives in. */
  readonly prefix?: string;
  /** Adds `insertedAt` and `updatedAt`, kept by the repo. */
  readonly timestamps?: boolean | TimestampsOptions;
  /** How field names become column names: `movieId` is `movie_id` (`"snakeCase"`) unless said otherwise. */
  readonly columns?: "snakeCase" | "asIs" | OldColumns | ((field: string) => string);
  /** Redacts every field but the primary key, unless the field says `redact: false`. */
  readonly redact?: "allExceptPrimaryKeys";
  /** Fields that JSON leaves out, beside those that say so themselves: for keys, foreign keys and timestamps. */
  readonly hidden?: readonly string[];
  /** Shows redacted fields when a struct prints; messages and changesets still hide them. */
  readonly inspectRedacted?: boolean;
  /** The policy of every field whose `writable` is broken. */
  readonly onWritableViolation?: "nothing" | "warn" | "raise";
  /** The schema's name in messages and default keys. Unless said otherwise, messages take the class's own and keys the table's in the singular. */
  readonly name?: string;
  /** Anything; kept in the meta of every struct, and told to the adapter with what is written and read. Ecto's `@schema_context`. */
  readonly context?: unknown;
}

/** @deprecated Write `"snakeCase"` and `"asIs"`. */
export type OldColumns = "snake_case" | "as-is";

export interface TimestampsOptions {
  readonly insertedAt?: string | false;
  readonly updatedAt?: string | false;
  readonly insertedAtSource?: string;
  readonly updatedAtSource?: string;
  readonly type?: TimestampType;
  readonly autogenerate?: () => unknown;
  readonly insertedAtWritable?: "always" | "insert";
  readonly insertedAtOnWritableViolation?: "nothing" | "warn" | "raise";
}
export type TimestampType = "naiveDatetime" | "naiveDatetimeUsec" | "utcDatetime" | "utcDatetimeUsec" | AnyField;

// ---- the values of a definition's entries

/** The value of a field in a row: null where the column may hold it. */
export type FieldValue<F> = F extends { readonly [ROW]: infer V } ? V : never;
type NonNullField<F> = F extends Field<infer T, infer _O> ? T : never;

// What a conditional type compares with stands here by name: written in place, the compiler would work it out anew at every use.
type Thunk = () => void;
type BelongsToThunk = () => { readonly [REFERS]: unknown };
export type ThroughThunk = () => { readonly [STEPS]: unknown };
interface AnyEmbed {
  readonly kind: "embed";
}
interface NotNull {
  readonly null: false;
}
interface InPrimaryKey {
  readonly primaryKey: true;
}
interface NoPrimaryKey {
  readonly primaryKey: false;
}
interface OwnPrimaryKey {
  readonly primaryKey: unknown;
}
interface WithTimestamps {
  readonly timestamps: true | TimestampsOptions;
}
interface DefaultKey {
  id: number;
}
interface KeyedBelongsTo {
  readonly foreignKey: unknown;
}
interface NoKeyField {
  readonly defineField: false;
}
interface NamesReferences {
  readonly references: unknown;
}

/** The related struct of the association that stands as `F` in the definition `D`. */
type TargetIn<D, F> = F extends ThroughThunk
  ? Walk<D, ReturnType<F>[typeof STEPS]>
  : F extends () => { readonly target: infer S }
    ? InstanceOf<S>
    : F extends Embed<infer _C, infer S>
      ? InstanceOf<S>
      : never;
type Walk<D, P> = P extends readonly [infer H extends keyof D, ...infer R]
  ? R extends readonly []
    ? TargetIn<D, D[H]>
    : Walk<DefOf<TargetIn<D, D[H]>>, R>
  : never;
type AssocValue<D, F> = F extends () => { readonly [ROW]: infer V }
  ? V
  : F extends () => { readonly cardinality: infer C }
    ? Wrap<C, TargetIn<D, F>>
    : never;

/** The fields that `belongsTo` adds: `movie: () => belongsTo(Movie)` gives `movieId`. */
type ForeignKeys<D, O> = Together<{ [K in AssocNamesOf<D>]: ForeignKey<K, D[K], O> }[AssocNamesOf<D>]>;
type Together<U> = (U extends unknown ? (part: U) => void : never) extends (all: infer A) => void ? A : never;
type ForeignKey<K, F, O> = F extends BelongsToThunk
  ? F extends () => BelongsTo<infer S, infer A>
    ? { -readonly [P in KeyName<K, A>]: ForeignKeyValue<S, A, O, P> }
    : never
  : never;
type KeyName<K, A> = A extends NoKeyField
  ? never
  : A extends KeyedBelongsTo
    ? A["foreignKey"] extends readonly (infer F extends string)[]
      ? F
      : A["foreignKey"] & string
    : `${K & string}Id`;
type ForeignKeyValue<S, A, O, P> = ForeignKeyBase<S, A, O, P> | (A extends NotNull | InPrimaryKey ? never : null);
type ForeignKeyBase<S, A, O, P> = A extends { type: Field<infer T, infer _F> }
  ? T
  : O extends { foreignKeyType: Field<infer T, infer _F> }
    ? T
    : A extends NamesReferences
      ? A["references"] extends readonly unknown[]
        ? CompositePart<S, A, P>
        : KeyType<S, A["references"]>
      : InstanceOf<S> extends { readonly [KEY]: infer I }
        ? I
        : number;
type KeyType<S, R> = InstanceOf<S> extends { [P in R & string]: infer I } ? NonNullable<I> : never;
/** The part `P` of a key of several fields: `foreignKey: ["a", "b"], references: ["x", "y"]`. */
type CompositePart<S, A, P> = A extends { foreignKey: infer F extends readonly string[]; references: infer R extends readonly string[] }
  ? { [I in keyof R]: I extends keyof F ? (F[I] extends P ? KeyType<S, R[I]> : never) : never }[number]
  : never;

/** The value of the primary key; of several fields the union of their values. */
type PrimaryKeyValue<D, O> = O extends OwnPrimaryKey
  ? O extends NoPrimaryKey
    ? DeclaredKey<D>
    : NonNullField<O["primaryKey"][keyof O["primaryKey"]]>
  : D extends { id: infer I }
    ? NonNullField<I>
    : number;
type DeclaredKey<D> = { [K in keyof D]: D[K] extends Field<infer T, InPrimaryKey> ? T : never }[keyof D];

/** The names of the primary key's fields. */
type KeyNames<D, O> =
  | DeclaredKeyNames<D>
  | (O extends OwnPrimaryKey ? (O extends NoPrimaryKey ? never : keyof O["primaryKey"] & string) : "id");
type DeclaredKeyNames<D> = { [K in keyof D]: DeclaredKeyName<K, D[K]> }[keyof D] & string;
type DeclaredKeyName<K, F> =
  F extends Field<infer _T, InPrimaryKey>
    ? K
    : F extends () => BelongsTo<infer _S, infer A>
      ? A extends InPrimaryKey
        ? KeyName<K, A>
        : never
      : never;

/** The primary key's fields, where the definition does not declare them itself. */
type PrimaryKey<D, O> = O extends OwnPrimaryKey
  ? O extends NoPrimaryKey
    ? unknown
    : { -readonly [K in keyof O["primaryKey"]]: NonNullField<O["primaryKey"][K]> }
  : "id" extends keyof D
    ? unknown
    : DefaultKey;

type TimestampValue<O> = O extends { timestamps: { type: infer T } }
  ? T extends "naiveDatetime" | "naiveDatetimeUsec"
    ? string
    : T extends Field<infer V, infer _O>
      ? V
      : Date
  : Date;
type TimestampName<O, N extends string> = O extends { timestamps: { [P in N]: infer X } }
  ? X extends string
    ? X
    : X extends false
      ? never
      : N
  : N;
type Timestamps<O> = O extends WithTimestamps
  ? { [K in TimestampName<O, "insertedAt"> | TimestampName<O, "updatedAt">]: TimestampValue<O> }
  : unknown;

/** The names of a definition's associations. */
export type AssocNamesOf<D> = { [K in keyof D]: D[K] extends Thunk ? K : never }[keyof D];

// Most schemas have no embed: the union of their entries is asked first, which is cheaper than a mapped type.
type EmbedNamesOf<D> = [EmbedOf<D[keyof D]>] extends [never] ? never : { [K in keyof D]: D[K] extends AnyEmbed ? K : never }[keyof D];
type EmbedOf<F> = F extends AnyEmbed ? F : never;

/** The fields that are not in the definition: the primary key, foreign keys, timestamps. */
type AddedFields<D, O> = PrimaryKey<D, O> & ForeignKeys<D, O> & Timestamps<O>;
/** Every field of the schema with its type: declared ones, keys, foreign keys, timestamps, embeds. */
export type FieldsOf<D, O> = FieldValues<D, Exclude<keyof D, AssocNamesOf<D>>> & AddedFields<D, O>;
// `N extends keyof D` is what keeps a field tied to its declaration in editors.
type FieldValues<D, N extends keyof D> = { -readonly [K in N]: FieldValue<D[K]> };

/** What an association reads as before it is preloaded: nothing of it can be used as data. */
export interface NotLoaded<N extends PropertyKey = PropertyKey> {
  readonly [KIND]: "notLoaded";
  readonly association: N;
}

/**
 * A row as it comes from the database, made from the definition `D` and the options `O`.
 * Mapped over the definition itself: the compiler then works a property out only where it is named, and an editor finds its declaration.
 */
export type Struct<D, O> = { -readonly [K in keyof D]: EntryValue<D, K> } & AddedFields<D, O> & Marks<D, O>;
type EntryValue<D, K extends keyof D> = D[K] extends Thunk ? NotLoaded<K> | AssocValue<D, D[K]> : FieldValue<D[K]>;
interface Marks<D, O> {
  readonly [KEY]: PrimaryKeyValue<D, O>;
  readonly [KEYS]: KeyNames<D, O>;
  readonly [KIND]: "struct";
  readonly [DEF]: D;
  readonly [ASSOCS]: AssocNamesOf<D> & string;
  readonly [EMBEDS]: EmbedNamesOf<D> & string;
  readonly [FIELDS]: FieldsOf<D, O>;
  readonly [SELF]: this;
}

// ---- structs, from the outside

/** Anything that is a struct of some schema. */
export interface AnyStruct {
  readonly [DEF]: unknown;
  readonly [FIELDS]: unknown;
}
export type DefOf<S> = S extends { readonly [DEF]: infer D } ? D : never;
export type FieldMap<S> = S extends { readonly [FIELDS]: infer F } ? F : never;
export type FieldName<S> = keyof FieldMap<S> & string;
export type AssocName<S> = S extends { readonly [ASSOCS]: infer N extends string } ? N : never;
/** The names that a tree of preloads may hold: associations, and embeds, below which there may be some. */
export type TreeName<S> = AssocName<S> | EmbedName<S>;
export type EmbedName<S> = S extends { readonly [EMBEDS]: infer N extends string } ? N : never;
export type TargetOf<S, K> = K extends keyof DefOf<S> ? TargetIn<DefOf<S>, DefOf<S>[K]> : never;
export type CardinalityOf<S, K> = K extends keyof DefOf<S>
  ? DefOf<S>[K] extends (() => { readonly cardinality: infer C }) | Embed<infer C, infer _T>
    ? C
    : never
  : never;
export type KindOf<S, K> = K extends keyof DefOf<S> ? (DefOf<S>[K] extends () => { readonly kind: infer N } ? N : never) : never;

/** The steps of a through association; of any other none. */
export type StepsOf<S, K> = K extends keyof DefOf<S>
  ? DefOf<S>[K] extends ThroughThunk
    ? ReturnType<DefOf<S>[K]>[typeof STEPS]
    : never
  : never;
export type OptionsOf<S, K> = K extends keyof DefOf<S> ? (DefOf<S>[K] extends () => { readonly options: infer O } ? O : never) : never;

/** The struct at the end of a path of associations. */
export type AtPath<S, P> = P extends readonly [infer K, ...infer R]
  ? R extends readonly []
    ? TargetOf<S, K>
    : AtPath<TargetOf<S, K>, R>
  : unknown;

/** What the compiler names where a through association is written: its steps can be. */
export interface ThroughIsReadOnly {
  readonly [KIND]: "build the association's steps";
}

/** A struct that is not inserted yet: every field may still be null. */
export type Built<S> = { -readonly [K in keyof S]: K extends keyof FieldMap<S> ? BuiltValue<S[K]> : S[K] } & Unsaved<S>;
interface Unsaved<S> {
  readonly [BUILT]: S;
}
/** A list of embeds is never null: it starts empty. */
type BuiltValue<V> = [V] extends [readonly AnyStruct[]] ? V : V | null;
/** The struct as it is once inserted. */
export type Persisted<S> = S extends { readonly [BUILT]: infer M } ? M : S;

/** What `build` takes: the fields, and associated structs, built or loaded. */
export type Attrs<S> = { [K in keyof FieldMap<S>]?: FieldAttr<FieldMap<S>[K]> | null } & {
  [K in AssocName<S>]?: AssocAttr<CardinalityOf<S, K>, TargetOf<S, K>>;
};
/** What may be written for a value: an embed takes structs that were built, too. */
export type FieldAttr<V> = V extends AnyStruct
  ? V | Built<V>
  : V extends readonly (infer E extends AnyStruct)[]
    ? readonly (E | Built<E>)[]
    : V;
type AssocAttr<C, T> = C extends "many" ? readonly (T | Built<T>)[] : T | Built<T> | null;

/** The names of the associations that a struct's type says are loaded; all of them where it is not inserted yet. */
export type LoadedName<S> = S extends { readonly [BUILT]: unknown }
  ? AssocName<S>
  : { [K in AssocName<S>]: Extract<S[K & keyof S], { readonly [KIND]: "notLoaded" }> extends never ? K : never }[AssocName<S>];

/** One row, which may be missing, or a list of them. */
export type Wrap<C, T> = C extends "many" ? T[] : T | null;

/** `S` with the one association `K` loaded, whatever its own associations are. */
export type WithLoaded<S, K> = { [N in keyof S]: N extends K ? Wrap<CardinalityOf<S, N>, TargetOf<S, N>> : S[N] };

// ---- classes

/** What every schema class has. */
export interface AnySchema {
  readonly prototype: any;
  readonly [VALUE]: "schema";
}
