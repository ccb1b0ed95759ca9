// Associations as reflection has them.
import type { AnyField } from "./field.ts";
import type { InstanceOf } from "./instance.ts";
import type { REFERS, ROW, STEPS } from "./phantom.ts";

export type Cardinality = "one" | "many";
export type OnReplace = "raise" | "markAsInvalid" | "nilify" | "update" | "delete" | "deleteIfExists";
export type OnDelete = "nothing" | "nilifyAll" | "deleteAll";
export type Direction = "asc" | "desc" | "ascNullsFirst" | "ascNullsLast" | "descNullsFirst" | "descNullsLast";

// the column's methods are those of a query, which schemas know nothing of
type StaticFilter = Readonly<Record<string, {} | null | ((column: any) => unknown)>>;

export interface AssocOptions {
  /** The key on the side that refers: `movieId`; a list for a composite key. */
  readonly foreignKey?: string | readonly string[];
  /** The key that is referred to; the primary key unless said otherwise. */
  readonly references?: string | readonly string[];
  /** A static filter on reads: values, `null`, `{ not: null }`, `{ in: [...] }`, or a function of the column that makes a condition. */
  readonly where?: StaticFilter;
  /** Values for structs that are built through the association. */
  readonly defaults?: Readonly<Record<string, unknown>> | ((struct: never, owner: never) => unknown);
  /** The order in which preloads return the rows: fields, or a function of the row and, for a manyToMany, of the join row. */
  readonly preloadOrder?:
    | string
    | readonly (string | Readonly<Record<string, Direction>>)[]
    | Readonly<Record<string, Direction>>
    | ((row: any, join: any) => unknown);
  /** What happens to an entry that a changeset leaves out or replaces; "raise" unless said otherwise. */
  readonly onReplace?: OnReplace;
  /** Another table for the related schema, as Ecto's `{source, Schema}`. */
  readonly source?: string;
}
export interface HasOptions extends AssocOptions {
  /** What `repo.delete` of the owner does to the rows; "nothing" unless said otherwise. */
  readonly onDelete?: OnDelete;
}
export interface BelongsToOptions extends AssocOptions {
  readonly foreignKey?: string | readonly string[];
  /** `false` where the foreign key is declared as a field of its own. */
  readonly defineField?: boolean;
  /** The foreign key's type: a field, such as `field.uuid()`. */
  readonly type?: AnyField;
  readonly null?: boolean;
  readonly primaryKey?: boolean;
  /** The foreign key's column, or columns. */
  readonly column?: string | readonly string[];
  /** The foreign key's default in new structs. */
  readonly default?: unknown;
  /** Makes the foreign key of a new row that has none. */
  readonly autogenerate?: () => unknown;
  readonly readAfterWrites?: boolean;
  readonly loadInQuery?: boolean;
  readonly redact?: boolean;
  readonly hidden?: boolean;
  readonly writable?: "always" | "insert" | "never";
  readonly onWritableViolation?: "nothing" | "warn" | "raise";
}
export interface ManyToManyOptions extends AssocOptions {
  /** The join table's name, or the schema of the join rows. */
  readonly joinThrough: string | object;
  /** `{ movieId: "id", actorId: "id" }`: the join table's keys, the owner's first. */
  readonly joinKeys?: Readonly<Record<string, string>> | readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  readonly joinWhere?: StaticFilter;
  readonly joinDefaults?: Readonly<Record<string, unknown>> | ((struct: never, owner: never) => unknown);
  /** Two entries with the same key in one change are an error before the database is asked. */
  readonly unique?: boolean;
  readonly onDelete?: "nothing" | "deleteAll";
  readonly onJoinThroughConflict?: "raise" | "nothing";
}

/** An association as it stands in a definition; `S` is the related schema class, `O` the options as they were written. */
export interface Assoc<C extends Cardinality, K extends string, S, O = unknown> {
  readonly cardinality: C;
  readonly kind: K;
  readonly target: S;
  readonly options: O;
}
/** An association that leads straight to rows of `S`. */
export interface DirectAssoc<C extends Cardinality, K extends string, S, O = unknown> extends Assoc<C, K, S, O> {
  readonly [ROW]: AssocRow<C, S>;
}
type AssocRow<C, S> = C extends "many" ? InstanceOf<S>[] : InstanceOf<S> | null;
/** An association whose key lies on this side. */
export interface BelongsTo<S, O = unknown> extends DirectAssoc<"one", "belongsTo", S, O> {
  readonly [REFERS]: { readonly target: S; readonly options: O };
}
/** An association that goes through others. */
export interface ThroughAssoc<C extends Cardinality, P> extends Assoc<C, "through", never, { readonly through: P }> {
  readonly [STEPS]: P;
}

/**
 * One row that this one refers to: the key lies on this side, and adds the field `<name>Id`.
 * @param target the related schema
 * @param options the key's `foreignKey`, `references`, `type`, `null` and more
 * @example class Review extends schema("reviews", { movie: () => belongsTo(Movie) }) {}
 * @see Ecto.Schema.belongs_to/3
 */
export function belongsTo<S>(target: S): BelongsTo<S, {}>;
export function belongsTo<S, const O extends BelongsToOptions>(target: S, options: O): BelongsTo<S, O>;
export function belongsTo(target: unknown, options?: BelongsToOptions): never {
  return make("one", "belongsTo", target, options);
}

function hasManyOf<S>(target: S): DirectAssoc<"many", "hasMany", S, {}>;
function hasManyOf<S, const O extends HasOptions>(target: S, options: O): DirectAssoc<"many", "hasMany", S, O>;
function hasManyOf(target: unknown, options?: HasOptions): never {
  return make("many", "hasMany", target, options);
}
function hasOneOf<S>(target: S): DirectAssoc<"one", "hasOne", S, {}>;
function hasOneOf<S, const O extends HasOptions>(target: S, options: O): DirectAssoc<"one", "hasOne", S, O>;
function hasOneOf(target: unknown, options?: HasOptions): never {
  return make("one", "hasOne", target, options);
}

/** Read through other associations, one after another; it cannot be written. Ecto's `through:`. */
function throughMany<const P extends Path>(path: P): ThroughAssoc<"many", P> {
  return make("many", "through", undefined as never, { through: path });
}
function throughOne<const P extends Path>(path: P): ThroughAssoc<"one", P> {
  return make("one", "through", undefined as never, { through: path });
}
type Path = readonly [string, string, ...string[]];

/**
 * Rows that refer to this one: the key lies on their side.
 * @param options `onDelete`, `onReplace`, `preloadOrder`, `where` and more
 * @example class Film extends schema("films", { characters: () => hasMany(Character, { foreignKey: "movieId" }) }) {}
 * @see Ecto.Schema.has_many/3
 */
export const hasMany: typeof hasManyOf & {
  /**
   * Rows that other associations lead to, one after another; read only.
   * @param path the names of the associations
   * @example class Studio extends schema("studios", { films: () => hasMany(Film), roles: () => hasMany.through(["films", "roles"]) }) {}
   * class Film extends schema("films", { studio: () => belongsTo(Studio), roles: () => hasMany(Role) }) {}
   * class Role extends schema("roles", { film: () => belongsTo(Film) }) {}
   * @see Ecto.Schema.has_many/3
   */
  readonly through: typeof throughMany;
} = Object.assign(hasManyOf, { through: throughMany });
/**
 * One row that refers to this one: the key lies on its side.
 * @param options `onDelete`, `onReplace`, `preloadOrder`, `where` and more
 * @example class Film extends schema("films", { distributor: () => hasOne(Distributor, { foreignKey: "movieId" }) }) {}
 * @see Ecto.Schema.has_one/3
 */
export const hasOne: typeof hasOneOf & {
  /**
   * One row that other associations lead to, one after another; read only.
   * @param path the names of the associations
   * @example class Role extends schema("roles", { film: () => belongsTo(Film), studio: () => hasOne.through(["film", "studio"]) }) {}
   * class Film extends schema("films", { studio: () => belongsTo(Studio) }) {}
   * class Studio extends schema("studios", { name: field.string() }) {}
   * @see Ecto.Schema.has_one/3
   */
  readonly through: typeof throughOne;
} = Object.assign(hasOneOf, { through: throughOne });

/**
 * Rows on both sides, tied by a join table.
 * @param options `joinThrough` is the join table's name, or the schema of its rows
 * @example class Star extends schema("stars", { movies: () => manyToMany(Movie, { joinThrough: "movies_stars" }) }) {}
 * @see Ecto.Schema.many_to_many/3
 */
export function manyToMany<S, const O extends ManyToManyOptions>(target: S, options: O): DirectAssoc<"many", "manyToMany", S, O> {
  return make("many", "manyToMany", target, options);
}

function make(cardinality: Cardinality, kind: string, target: unknown, options: unknown): never {
  return Object.freeze({ cardinality, kind, target, options: options ?? {} }) as never;
}
