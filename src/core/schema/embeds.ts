import type { Embed, EmbedOptions } from "./field.ts";
import { embeddedSchema, type EmbeddedClass } from "./schema.ts";
import type { Definition, SchemaOptions } from "./types.ts";

type InlineOptions = EmbedOptions & Omit<SchemaOptions, "redact" | "hidden" | "prefix" | "context">;

/**
 * One embedded struct in a JSON column: of a schema, or of fields that are declared in place.
 * @param target a function that returns the embedded schema, or fields
 * @param options `onReplace`, `source`, `loadInQuery`, `defaultsToStruct`, `redact`, `hidden`; with fields in place, the schema's options too
 * @example class Studio extends schema("studios", { address: embedsOne({ street: field.string() }, { primaryKey: false }) }) {}
 * @see Ecto.Schema.embeds_one/3
 */
export function embedsOne<S>(target: () => S, options?: EmbedOptions): Embed<"one", S>;
export function embedsOne<D extends Definition, const O extends InlineOptions = {}>(
  fields: D,
  options?: O,
): Embed<"one", EmbeddedClass<D, O>>;
export function embedsOne(target: unknown, options: InlineOptions = {}): Embed<"one", unknown> {
  return make("one", target, options);
}

/**
 * A list of embedded structs in a JSON column: of a schema, or of fields that are declared in place.
 * @param target a function that returns the embedded schema, or fields
 * @param options as those of `embedsOne`
 * @example class Studio extends schema("studios", { links: embedsMany({ url: field.string() }, { onReplace: "delete" }) }) {}
 * @see Ecto.Schema.embeds_many/3
 */
export function embedsMany<S>(target: () => S, options?: EmbedOptions): Embed<"many", S>;
export function embedsMany<D extends Definition, const O extends InlineOptions = {}>(
  fields: D,
  options?: O,
): Embed<"many", EmbeddedClass<D, O>>;
export function embedsMany(target: unknown, options: InlineOptions = {}): Embed<"many", unknown> {
  return make("many", target, options);
}

function make(cardinality: "one" | "many", target: unknown, options: InlineOptions): never {
  if (typeof target === "function") return Object.freeze({ kind: "embed", cardinality, target, options }) as never;
  const { onReplace, source, loadInQuery, defaultsToStruct, redact, hidden, ...rest } = options;
  let made: unknown;
  return Object.freeze({
    kind: "embed",
    cardinality,
    target: (name: string) => {
      made ??= class extends embeddedSchema(target as Definition, { name, ...rest }) {};
      return made;
    },
    options: { onReplace, source, loadInQuery, defaultsToStruct, redact, hidden },
  }) as never;
}
