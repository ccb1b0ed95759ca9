import { ArgumentError, didYouMean, isPlainObject, kindOf, NoPrimaryKeyFieldError, print } from "../base/index.ts";
import type { AssociationInfo, FieldInfo, SchemaInfo } from "./info.ts";
import { cloneStruct, meta, setMeta, structInfo, tryStructInfo } from "./meta.ts";
import { isNotLoaded } from "./not-loaded.ts";
import type { AnyStruct, AssocName, Attrs, Built, FieldName, KindOf, TargetOf, ThroughIsReadOnly, WithLoaded } from "./types.ts";

/** A new struct with defaults, and nothing else: its meta says "built". Embedded structs carry no meta. */
export function blankStruct(info: SchemaInfo): Record<string, unknown> {
  const struct = new info.Row() as Record<string, unknown>;
  for (const field of info.allFields()) struct[field.name] = defaultOf(field);
  if (info.source !== null) setMeta(struct, info.builtMeta);
  return struct;
}

/** The value that a field has in a new struct. */
export function defaultOf(field: FieldInfo): unknown {
  return typeof field.default === "function" ? (field.default as () => unknown)() : freshOf(field.default);
}

/** A list, object, Date or bytes as a new one, so that no two structs share it; other values as they are. */
export function freshOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(freshOf);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, freshOf(one)]));
  if (value instanceof Date) return new Date(value);
  return value instanceof Uint8Array ? value.slice() : value;
}

/** What `Movie.build(attrs)` does. */
export function buildStruct(info: SchemaInfo, attrs: Record<string, unknown>): object {
  if (typeof attrs !== "object" || attrs === null || Array.isArray(attrs))
    throw new ArgumentError(`${info.name}.build takes an object of attributes, not ${kindOf(attrs)}`);
  const struct = blankStruct(info);
  for (const key of Object.keys(attrs)) {
    const value = attrs[key];
    if (value === undefined) continue;
    if (info.field(key)) struct[key] = value;
    else struct[key] = associationValue(info, key, value);
  }
  return struct;
}

function associationValue(info: SchemaInfo, key: string, value: unknown): unknown {
  const association = info.association(key);
  if (!association)
    throw new ArgumentError(
      `${info.name}.build: unknown attribute "${key}". ${didYouMean(key, [...fieldNames(info), ...info.associations])}`,
    );
  if (association.kind === "through")
    throw new ArgumentError(`${info.name}.build: "${key}" is a through association, which is read-only; build its steps`);
  if (association.cardinality === "one") return value === null ? null : relatedStruct(association, value);
  if (!Array.isArray(value))
    throw new ArgumentError(`${info.name}.build: "${key}" takes a list of ${association.related.name} structs, not ${kindOf(value)}`);
  return value.map((one) => relatedStruct(association, one));
}

function relatedStruct(association: AssociationInfo, value: unknown): unknown {
  if (tryStructInfo(value) === association.related) return value;
  throw new ArgumentError(
    `${association.owner.name}.build: "${association.name}" takes ${association.related.name} structs, not ${kindOf(value)}. Make one with ${association.related.name}.build({...})`,
  );
}

function fieldNames(info: SchemaInfo): string[] {
  return [...info.allFields()].map((field) => field.name);
}

/**
 * A struct of the related schema, tied to its owner by the foreign key, in the owner's prefix, with the association's defaults. Nothing is written.
 * @param owner the struct whose association it is
 * @param name the association's name
 * @param attrs attributes of the new struct; a foreign key among them is overridden
 * @throws ArgumentError for an unknown or a through association
 * @example buildAssoc(movie, "characters", { name: "Wade" }).movieId // => 1
 * @see Ecto.build_assoc/3
 */
export function buildAssoc<S extends AnyStruct, K extends AssocName<S>>(
  owner: S,
  name: K & (KindOf<S, K> extends "through" ? ThroughIsReadOnly : K),
  attrs?: Attrs<TargetOf<S, K>>,
): Built<TargetOf<S, K>> {
  const info = structInfo(owner);
  const association = info.association(name);
  if (!association)
    throw new ArgumentError(`schema ${info.name} has no association ${print(name)}. ${didYouMean(name, [...info.associations])}`);
  if (association.kind === "through")
    throw new ArgumentError(`buildAssoc: "${name}" of ${info.name} is a through association, which is read-only; build its steps`);
  return buildRelated(association, owner, attrs ?? {}) as Built<TargetOf<S, K>>;
}

/** The struct that a changeset or `buildAssoc` adds to an association. */
function buildRelated(association: AssociationInfo, owner: object, attrs: Record<string, unknown>): Record<string, unknown> {
  let struct = buildStruct(association.related, attrs) as Record<string, unknown>;
  struct = applyDefaults(struct, owner, association.defaults, attrs);
  const own = meta(struct);
  const prefix = own.prefix ?? (tryStructInfo(owner) ? meta(owner).prefix : null);
  if (association.relatedSource !== association.related.source || prefix !== own.prefix)
    setMeta(struct, Object.freeze({ ...own, source: association.relatedSource, prefix }));
  if (association.kind === "hasOne" || association.kind === "hasMany") {
    association.relatedKeys.forEach((key, at) => {
      struct[key] = (owner as Record<string, unknown>)[association.ownerKeys[at] as string] ?? null;
    });
  }
  return struct;
}

/** Applies `defaults:` below what was given. */
export function applyDefaults(
  struct: Record<string, unknown>,
  owner: object,
  defaults: unknown,
  given: Record<string, unknown> = {},
): Record<string, unknown> {
  if (typeof defaults === "function") return (defaults as (struct: unknown, owner: unknown) => Record<string, unknown>)(struct, owner);
  if (typeof defaults !== "object" || defaults === null) return struct;
  const info = structInfo(struct);
  for (const [key, value] of Object.entries(defaults)) {
    info.fieldOrThrow(key);
    if (!(key in given)) struct[key] = freshOf(value);
  }
  return struct;
}

/**
 * Whether an association is loaded, and to the compiler the proof that it is.
 * @throws ArgumentError for an unknown association
 * @example isLoaded(movie, "actors") && movie.actors.map((one) => one.name) // => ["Tye Sheridan"]
 * @see Ecto.assoc_loaded?/1
 */
export function isLoaded<S extends AnyStruct, K extends AssocName<S>>(struct: S, name: K): struct is S & WithLoaded<S, K> {
  const info = structInfo(struct);
  if (!info.association(name))
    throw new ArgumentError(`schema ${info.name} has no association "${name}". ${didYouMean(name, [...info.associations])}`);
  return !isNotLoaded((struct as Record<string, unknown>)[name]);
}

/**
 * The primary key of a struct as an object: `{ id: 1 }`. Empty where the schema has none.
 * @throws ArgumentError where it is given no struct
 * @example primaryKey(movie) // => { id: 1 }
 * @see Ecto.primary_key/1
 */
export function primaryKey(struct: AnyStruct): Record<string, unknown> {
  const values = struct as unknown as Record<string, unknown>;
  return Object.fromEntries(structInfo(struct).primaryKey.map((key) => [key, values[key]]));
}

/**
 * The primary key of a struct.
 * @throws NoPrimaryKeyFieldError where the schema has none
 * @example primaryKeyOrThrow(movie) // => { id: 1 }
 * @see Ecto.primary_key!/1
 */
export function primaryKeyOrThrow(struct: AnyStruct): Record<string, unknown> {
  const info = structInfo(struct);
  if (info.primaryKey.length === 0) throw new NoPrimaryKeyFieldError(`schema ${info.name} has no primary key`);
  return primaryKey(struct);
}

/**
 * A copy with the named fields and associations as a new struct has them.
 * @throws SchemaError for an unknown name
 * @example resetFields(movie, ["tagline"]).tagline // => null
 * @see Ecto.reset_fields/2
 */
export function resetFields<S extends AnyStruct>(struct: S, names: readonly (FieldName<S> | AssocName<S>)[]): S {
  const info = structInfo(struct);
  const copy = cloneStruct(struct) as unknown as Record<string, unknown>;
  for (const name of names) {
    const field = info.field(name);
    if (field) copy[name] = defaultOf(field);
    else {
      info.associationOrThrow(name);
      delete copy[name];
    }
  }
  return copy as unknown as S;
}
