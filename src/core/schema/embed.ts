// Embeds as reflection has them: their type, which brings structs into JSON and back; and the same for those who have no field.
import { ArgumentError, checkOptions, err, kindOf, LoadError, ok, optionNames, SchemaError, upperFirst } from "../base/index.ts";
import { castValue, type Type, typeOf } from "../type/index.ts";
import type { Embed, EmbedOptions } from "./field.ts";
import type { EmbedInfo, FieldInfo, SchemaInfo } from "./info.ts";
import { tryStructInfo } from "./meta.ts";
import { infoOf } from "./registry.ts";
import { blankStruct } from "./struct.ts";
import type { InstanceOf } from "./instance.ts";
import type { AnySchema } from "./types.ts";

const OPTIONS = optionNames<EmbedOptions>({
  onReplace: true,
  source: true,
  loadInQuery: true,
  defaultsToStruct: true,
  redact: true,
  hidden: true,
});

/** What is known of an embed; its schema is worked out at the first use. */
export function embedInfo(owner: string, name: string, declared: Embed<"one" | "many", unknown>): EmbedInfo {
  checkOptions(`embed "${name}" of schema ${owner}`, declared.options, OPTIONS, (message) => new SchemaError(message));
  const { onReplace = "raise", defaultsToStruct = false } = declared.options;
  const allowed = declared.cardinality === "one" ? ["raise", "markAsInvalid", "update", "delete"] : ["raise", "markAsInvalid", "delete"];
  if (!allowed.includes(onReplace))
    throw new SchemaError(
      `embed "${name}" of schema ${owner}: onReplace is "${onReplace}"; it may be ${allowed.map((one) => `"${one}"`).join(", ")}`,
    );
  let related: SchemaInfo | null = null;
  return {
    name,
    cardinality: declared.cardinality,
    onReplace,
    defaultsToStruct,
    get related() {
      related ??= infoOf(declared.target(upperFirst(name)));
      if (!related) throw new SchemaError(`embed "${name}" of schema ${owner}: its target is not a schema class`);
      return related;
    },
  };
}

/** The type of an embed's column: structs on this side, JSON on the other. */
export function embedType(embed: EmbedInfo): Type {
  const one: Omit<Type, "redact"> = {
    name: "embed",
    storage: "json",
    cast: (value) => (tryStructInfo(value) === embed.related ? ok(value) : err({})),
    dump: (value) => embedToJson(embed, value),
    load: (value: unknown) => structFromJson(embed.related, value),
    equal: (a, b) => a === b,
    part: (key) => partOf(embed.related, key),
    toJson: (value) => embedToJson(embed, value),
    fromJson: (value) => structFromJson(embed.related, value),
  };
  if (embed.cardinality === "one") return hiding(one, embed);
  const each =
    <A, B>(fn: (value: A) => B) =>
    (value: unknown): B[] => {
      if (!Array.isArray(value)) throw new TypeError(`${kindOf(value)} is not a list of ${embed.related.name} structs`);
      return value.map(fn);
    };
  const many: Omit<Type, "redact"> = {
    ...one,
    cast: (value) => (Array.isArray(value) && value.every((item) => tryStructInfo(item) === embed.related) ? ok(value) : err({})),
    dump: each((item) => embedToJson(embed, item)),
    load: (value: unknown) => (value === null ? [] : each((item) => structFromJson(embed.related, item))(value)),
    toJson: each((item) => embedToJson(embed, item)),
    fromJson: (value) => (value === null ? [] : each((item) => structFromJson(embed.related, item))(value)),
    part: () => one,
    handlesNull: true,
  };
  return hiding(many, embed);
}

/** The whole column is hidden where its schema has something to hide, which is known once that is. */
function hiding(type: Omit<Type, "redact">, embed: EmbedInfo): Type {
  return Object.defineProperty(type as Type & { redact: boolean }, "redact", { get: () => embed.related.sensitive, enumerable: true });
}

function partOf(info: SchemaInfo, column: string | number): Type | null {
  for (const field of info.allFields()) if (field.column === column && !field.virtual) return field.type;
  return null;
}

function embedToJson(embed: EmbedInfo, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (tryStructInfo(value) !== embed.related) throw new TypeError(`${kindOf(value)} is not a struct of ${embed.related.name}`);
  return structToJson(embed.related, value as Record<string, unknown>);
}

/** A struct as JSON data, its fields under their column names. */
function structToJson(info: SchemaInfo, struct: Record<string, unknown>): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const field of info.allFields()) {
    if (!field.virtual) json[field.column] = fieldToJson(field, struct[field.name] ?? null);
  }
  return json;
}

function fieldToJson(field: FieldInfo, value: unknown): unknown {
  if (value === null && !field.type.handlesNull) return null;
  return field.type.toJson ? field.type.toJson(value) : value;
}

/** A struct from JSON data: unknown keys are ignored, missing ones have the field's default. */
function structFromJson(info: SchemaInfo, json: unknown): object {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new TypeError(`${kindOf(json)} cannot be loaded as ${info.name}: JSON objects can`);
  const struct = blankStruct(info);
  const data = json as Record<string, unknown>;
  for (const field of info.allFields()) {
    if (field.virtual || !Object.hasOwn(data, field.column)) continue;
    struct[field.name] = fieldFromJson(info, field, data[field.column] ?? null);
  }
  return struct;
}

function fieldFromJson(info: SchemaInfo, field: FieldInfo, value: unknown): unknown {
  const { type } = field;
  if (value === null && !type.handlesNull) return null;
  try {
    if (type.fromJson) return type.fromJson(value);
    // What JSON.parse gave is JSON; of all else the dump knows whether it is of the type.
    if (type.storage !== "json") type.dump(value);
    return value;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${error.message} ("${field.name}" of ${info.name})`, { cause: error });
  }
}

/**
 * Makes a struct (or, with a map of types, a plain object) from plain JSON data.
 * @throws ArgumentError for data that is no object
 * @throws LoadError where a value is not of its field's type
 * @example embeddedLoad({ year: "integer" }, { year: 2018, more: true }) // => { year: 2018 }
 * @see Ecto.embedded_load/3
 */
export function embeddedLoad<T extends AnySchema>(schema: T, data: Record<string, unknown>, format?: "json"): InstanceOf<T>;
export function embeddedLoad(types: Record<string, string | Type>, data: Record<string, unknown>, format?: "json"): Record<string, unknown>;
export function embeddedLoad(schemaOrTypes: unknown, data: Record<string, unknown>, format: EmbedFormat = "json"): unknown {
  checkFormat(format);
  const info = infoOf(schemaOrTypes);
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new ArgumentError(`embeddedLoad takes data as an object such as { name: "x" }, not ${kindOf(data)}`);
  if (info) return loadStruct(info, data);
  if (typeof schemaOrTypes !== "object" || schemaOrTypes === null)
    throw new ArgumentError("embeddedLoad takes a schema, or an object of types");
  return Object.fromEntries(
    Object.entries(schemaOrTypes as Record<string, string | Type>).map(([key, type]) => {
      const value = data[key] ?? null;
      return [key, value === null ? null : castValue(typeOf(type), value)];
    }),
  );
}

function loadStruct(info: SchemaInfo, data: Record<string, unknown>): object {
  try {
    return structFromJson(info, data);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new LoadError(`embeddedLoad: ${cause.message}`, { cause, schema: info.name });
  }
}

/** Data without a schema, and the types of what is in it. */
export interface TypedData {
  readonly data: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, string | Type>>;
}

/**
 * The plain JSON data of a struct, fields under their column names, associations left out; or of data with its types.
 * @throws TypeError where a value is not of its type
 * @example embeddedDump({ data: { price: new Decimal("9.50") }, types: { price: types.decimal() } }) // => { price: "9.5" }
 * @see Ecto.embedded_dump/2
 */
export function embeddedDump(struct: object | TypedData, format: EmbedFormat = "json"): Record<string, unknown> {
  checkFormat(format);
  const info = tryStructInfo(struct);
  if (!info && isTypedData(struct)) {
    return Object.fromEntries(
      Object.entries(struct.types).map(([key, like]) => [key, typedToJson(typeOf(like), struct.data[key] ?? null)]),
    );
  }
  if (!info) throw new ArgumentError(`embeddedDump takes a struct, or { data, types }, not ${kindOf(struct)}`);
  return structToJson(info, struct as Record<string, unknown>);
}

function isTypedData(value: unknown): value is TypedData {
  const { data, types } = (typeof value === "object" && value !== null ? value : {}) as Partial<TypedData>;
  return typeof data === "object" && data !== null && typeof types === "object" && types !== null;
}

function typedToJson(type: Type, value: unknown): unknown {
  if (value === null && !type.handlesNull) return null;
  type.dump(value);
  return type.toJson ? type.toJson(value) : value;
}

/** The form that data of embeds has; Ecto's `format`. */
export type EmbedFormat = "json";

function checkFormat(format: unknown): void {
  if (format !== "json") throw new ArgumentError(`unknown format ${JSON.stringify(format)}: embeds are loaded from and dumped to "json"`);
}
