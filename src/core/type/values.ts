import { CastError } from "../base/index.ts";
import { isCustomType } from "./custom.ts";
import { kindOf } from "./define.ts";
import { type TypeLike, typeOf, type TypeValue } from "./registry.ts";
import type { Type } from "./type.ts";

/**
 * Casts a value from outside; null and undefined stay null. Throws a CastError, with the failure as its cause. Ecto.Type.cast!/2.
 * The message tells the kind of the value and not the value, which may be a secret.
 * @example castValue("integer", "1") // 1
 */
export function castValue<const L extends TypeLike>(like: L, value: unknown): TypeValue<L> | null;
export function castValue(like: string | TypeLike, value: unknown): unknown;
export function castValue(like: string | TypeLike, value: unknown): unknown {
  const type = typeOf(like);
  if (isNull(value) && !type.handlesNull) return null;
  const result = type.cast(value ?? null);
  if (result.ok) return result.value;
  const reason = result.error.message === undefined ? "" : `, because it ${result.error.message}`;
  throw new CastError(`cannot cast ${kindOf(value)} to type ${formatType(type)}${reason}`, { cause: result.error, type: formatType(type) });
}

/** The form of a value that goes to the database; null stays null. Throws a TypeError when the value is not of the type. Ecto.Type.dump/2. */
export function dumpValue(like: string | TypeLike, value: unknown): unknown {
  const type = typeOf(like);
  return isNull(value) && !type.handlesNull ? null : type.dump(value ?? null);
}

/** The value of a database's form; null stays null. Throws a TypeError when the form is not one of the type. Ecto.Type.load/2. */
export function loadValue<const L extends TypeLike>(like: L, value: unknown): TypeValue<L> | null;
export function loadValue(like: string | TypeLike, value: unknown): unknown;
export function loadValue(like: string | TypeLike, value: unknown): unknown {
  const type = typeOf(like);
  if (isNull(value) && !type.handlesNull) return null;
  if (type.load !== null) return type.load((value ?? null) as never);
  // The form is the value here, so the strict check of the dump serves; on the way of a query's rows the codec has checked.
  type.dump(value);
  return value;
}

/** Whether two values are the same by their type's rules; null equals only null. Ecto.Type.equal?/3. */
export function equalValues(like: string | TypeLike, a: unknown, b: unknown): boolean {
  const type = typeOf(like);
  if (!type.handlesNull && (isNull(a) || isNull(b))) return isNull(a) && isNull(b);
  return type.equal(a ?? null, b ?? null);
}

/** Whether a list holds a value, by its type's rules. Ecto.Type.include?/3. */
export function includesValue(like: string | TypeLike, value: unknown, list: Iterable<unknown>): boolean {
  const type = typeOf(like);
  for (const one of list) if (equalValues(type, value, one)) return true;
  return false;
}

/** Text without its leading white space, enough to tell whether it is blank; bytes and other values as they are. Ecto.Type.trim/2. */
export function trimValue<V>(like: string | TypeLike, value: V): V {
  return typeof value === "string" && typeOf(like).storage !== "binary" ? (value.trimStart() as V) : value;
}

/** A type as errors print it: "integer", "array of integer", "map of string". Ecto.Type.format/1. */
export function formatType(like: string | TypeLike): string {
  const type = typeOf(like);
  return type.inner === undefined ? type.name : `${type.name} of ${formatType(type.inner)}`;
}

/**
 * Whether values of one type can stand where the other is asked for: types that are stored alike, and `any`. Ecto.Type.match?/2.
 * @example matchTypes("id", "integer") // true
 */
export function matchTypes(one: string | TypeLike, other: string | TypeLike): boolean {
  const a = typeOf(one);
  const b = typeOf(other);
  if (a.storage === "any" || b.storage === "any") return true;
  if (a.storage !== b.storage) return false;
  return a.inner === undefined || b.inner === undefined ? a.inner === b.inner : matchTypes(a.inner, b.inner);
}

/** What stands in an embed's JSON for values of a type: "self", the value as it is, or "dump", what a column has. Ecto.Type.embed_as/2. */
export function embedAs(like: string | TypeLike): "self" | "dump" {
  return typeOf(like).embedAs ?? "self";
}

/** Whether a type is one of the library's own, composite ones too. Ecto.Type.primitive?/1. */
export function isPrimitiveType(like: string | TypeLike): boolean {
  return !isCustomType(typeOf(like));
}

/** Whether a type is one of the library's own, and holds no other. Ecto.Type.base?/1. */
export function isBaseType(like: string | TypeLike): boolean {
  const type = typeOf(like);
  return type.inner === undefined && !isCustomType(type);
}

/** Whether a type holds values of another: an array, or a map of one type. Ecto.Type.composite?/1. */
export function isCompositeType(type: Type): boolean {
  return type.inner !== undefined;
}

/** Whether a type was made of a parameterized definition, which sees null. Ecto.Type.parameterized?/2. */
export function isParameterizedType(type: Type): boolean {
  return type.handlesNull === true;
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
