import { ArgumentError, didYouMean } from "../base/index.ts";
import {
  type CastResult,
  enumCast as castOf,
  enumDumpValues as dumpValuesOf,
  enumMappings as mappingsOf,
  enumValues as valuesOf,
  type Type,
  typeOf,
} from "../type/index.ts";
import { infoOf } from "./registry.ts";
import type { InstanceOf } from "./instance.ts";
import type { AnySchema, FieldName } from "./types.ts";

type Name<S> = S extends AnySchema ? FieldName<InstanceOf<S>> : keyof S & string;
type EnumOwner = AnySchema | Readonly<Record<string, unknown>>;

/**
 * The names of an enum field.
 * @param owner a schema, or an object of types
 * @throws ArgumentError where there is no such field, or it is no enum
 * @example class Film extends schema("films", { status: field.enum({ draft: 0, public: 1 }) }) {}
 * enumValues(Film, "status") // => ["draft", "public"]
 * @see Ecto.Enum.values/2
 */
export function enumValues<S extends EnumOwner>(owner: S, field: Name<S>): string[] {
  return valuesOf(typeAt(owner, field)) as string[];
}

/**
 * What the database stores for each name of an enum field.
 * @throws ArgumentError where there is no such field, or it is no enum
 * @example class Film extends schema("films", { status: field.enum({ draft: 0, public: 1 }) }) {}
 * enumDumpValues(Film, "status") // => [0, 1]
 * @see Ecto.Enum.dump_values/2
 */
export function enumDumpValues<S extends EnumOwner>(owner: S, field: Name<S>): (string | number)[] {
  return dumpValuesOf(typeAt(owner, field));
}

/**
 * The names of an enum field with what the database stores for each.
 * @throws ArgumentError where there is no such field, or it is no enum
 * @example class Film extends schema("films", { status: field.enum({ draft: 0, public: 1 }) }) {}
 * enumMappings(Film, "status") // => { draft: 0, public: 1 }
 * @see Ecto.Enum.mappings/2
 */
export function enumMappings<S extends EnumOwner>(owner: S, field: Name<S>): Record<string, string | number> {
  return mappingsOf(typeAt(owner, field));
}

/**
 * A name or a stored value as the name of an enum field.
 * @returns a result: a value that is none of them is an error, not thrown
 * @throws ArgumentError where there is no such field, or it is no enum
 * @example class Film extends schema("films", { status: field.enum({ draft: 0, public: 1 }) }) {}
 * enumCast(Film, "status", 1) // => { ok: true, value: "public" }
 * @see Ecto.Enum.cast_value/3
 */
export function enumCast<S extends EnumOwner>(owner: S, field: Name<S>, value: unknown): CastResult<string> {
  return castOf(typeAt(owner, field), value);
}

function typeAt(owner: unknown, name: string): Type {
  const info = infoOf(owner);
  if (!info && (typeof owner !== "object" || owner === null))
    throw new ArgumentError("an enum's field is looked up in a schema, or in an object of types");
  const types = info ? info.types : (owner as Record<string, string | Type>);
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined)
    throw new ArgumentError(
      `${info ? `schema ${info.name}` : "the types"} has no field "${name}". ${didYouMean(name, Object.keys(types))}`,
    );
  return typeOf(type);
}
