// Values by their type: cast, dump, load and compare, for those who have no field.
import { CastError, kindOf } from "../base/index.ts";
import { isCustomType } from "./custom.ts";
import { type TypeLike, typeOf, type TypeValue } from "./registry.ts";
import type { Type } from "./type.ts";

/**
 * Casts a value from outside; null and undefined stay null.
 * The message of the error tells the kind of the value and not the value, which may be a secret.
 * @param like a type, its name, or a custom definition
 * @throws CastError for a value that is none of the type, with the failure as its cause
 * @throws ArgumentError for an unknown type
 * @example castValue("integer", "1") // => 1
 * @see Ecto.Type.cast!/2
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

/**
 * The form of a value that goes to the database; null stays null.
 * @throws TypeError where the value is not of the type
 * @throws ArgumentError for an unknown type
 * @example dumpValue("date", "2026-11-22") // => "2026-11-22"
 * @see Ecto.Type.dump/2
 */
export function dumpValue(like: string | TypeLike, value: unknown): unknown {
  const type = typeOf(like);
  return isNull(value) && !type.handlesNull ? null : type.dump(value ?? null);
}

/**
 * The value of a database's form; null stays null.
 * @throws TypeError where the form is not one of the type
 * @throws ArgumentError for an unknown type
 * @example loadValue("integer", 1) // => 1
 * @see Ecto.Type.load/2
 */
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

/**
 * Whether two values are the same by their type's rules; null equals only null.
 * @throws ArgumentError for an unknown type
 * @example equalValues("decimal", new Decimal("1.0"), new Decimal("1")) // => true
 * @see Ecto.Type.equal?/3
 */
export function equalValues(like: string | TypeLike, a: unknown, b: unknown): boolean {
  const type = typeOf(like);
  if (!type.handlesNull && (isNull(a) || isNull(b))) return isNull(a) && isNull(b);
  return type.equal(a ?? null, b ?? null);
}

/**
 * Whether a list holds a value, by its type's rules.
 * @throws ArgumentError for an unknown type
 * @example includesValue("decimal", new Decimal("1"), [new Decimal("1.0")]) // => true
 * @see Ecto.Type.include?/3
 */
export function includesValue(like: string | TypeLike, value: unknown, list: Iterable<unknown>): boolean {
  const type = typeOf(like);
  for (const one of list) if (equalValues(type, value, one)) return true;
  return false;
}

/** Text without its leading white space, enough to tell whether it is blank; bytes and other values as they are. Ecto.Type.trim/2. */
export function trimValue<V>(like: string | TypeLike, value: V): V {
  return typeof value === "string" && typeOf(like).storage !== "binary" ? (value.trimStart() as V) : value;
}

/**
 * A type as errors print it.
 * @throws ArgumentError for an unknown type
 * @example formatType(types.array(types.integer())) // => "array of integer"
 * @see Ecto.Type.format/1
 */
export function formatType(like: string | TypeLike): string {
  const type = typeOf(like);
  return type.inner === undefined ? type.name : `${type.name} of ${formatType(type.inner)}`;
}

/**
 * Whether values of one type can stand where the other is asked for: types that are stored alike, and `any`.
 * @throws ArgumentError for an unknown type
 * @example matchTypes("id", "integer") // => true
 * @see Ecto.Type.match?/2
 */
export function matchTypes(one: string | TypeLike, other: string | TypeLike): boolean {
  const a = typeOf(one);
  const b = typeOf(other);
  if (a.storage === "any" || b.storage === "any") return true;
  if (a.storage !== b.storage) return false;
  return a.inner === undefined || b.inner === undefined ? a.inner === b.inner : matchTypes(a.inner, b.inner);
}

/**
 * What stands in an embed's JSON for values of a type: "self", the value as it is, or "dump", what a column has.
 * @throws ArgumentError for an unknown type
 * @example embedAs("string") // => "self"
 * @see Ecto.Type.embed_as/2
 */
export function embedAs(like: string | TypeLike): "self" | "dump" {
  return typeOf(like).embedAs ?? "self";
}

/**
 * Whether a type is one of the library's own, composite ones too.
 * @throws ArgumentError for an unknown type
 * @example isPrimitiveType(types.array(types.string())) // => true
 * @see Ecto.Type.primitive?/1
 */
export function isPrimitiveType(like: string | TypeLike): boolean {
  return !isCustomType(typeOf(like));
}

/**
 * Whether a type is one of the library's own, and holds no other.
 * @throws ArgumentError for an unknown type
 * @example isBaseType("string") // => true
 * @see Ecto.Type.base?/1
 */
export function isBaseType(like: string | TypeLike): boolean {
  const type = typeOf(like);
  return type.inner === undefined && !isCustomType(type);
}

/**
 * Whether a type holds values of another: an array, or a map of one type.
 * @example isCompositeType(types.array(types.string())) // => true
 * @see Ecto.Type.composite?/1
 */
export function isCompositeType(type: Type): boolean {
  return type.inner !== undefined;
}

/**
 * Whether a type was made of a parameterized definition, which sees null.
 * @example isParameterizedType(types.string()) // => false
 * @see Ecto.Type.parameterized?/2
 */
export function isParameterizedType(type: Type): boolean {
  return type.handlesNull === true;
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
