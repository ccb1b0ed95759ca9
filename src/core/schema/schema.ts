import { ArgumentError, INSPECT, kindOf, PRINT } from "../base/index.ts";
import { DECLARATION, type Declaration, declarationOf } from "./declaration.ts";
import { structDoc, structText } from "./display.ts";
import type { Field } from "./field.ts";
import type { SchemaInfo } from "./info.ts";
import type { DEF, VALUE } from "./phantom.ts";
import { ownJSON } from "./json.ts";
import { infoOf, installResolver } from "./registry.ts";
import { resolve } from "./resolve.ts";
import { buildStruct } from "./struct.ts";
import type { InstanceOf } from "./instance.ts";
import type { AnySchema, Attrs, Built, Definition, SchemaOptions, Struct } from "./types.ts";

/** The class that `schema()` returns: extend it, and the subclass is the schema, its type and the home of its functions. */
export interface SchemaClass<N, D, O> {
  /** Structs are made by `build` and by the repo, never by `new`. */
  new (token: never): Struct<D, O>;
  /** Open, for the sake of the compiler: see `InstanceOf`. */
  readonly prototype: any;
  readonly [VALUE]: "schema";
  readonly [DEF]: D;
  /** The table's name. */
  readonly source: N;
  /** Everything that the schema declares: fields, types, columns, associations. */
  readonly schema: SchemaInfo;
  /**
   * Makes a struct that is not inserted yet, with defaults applied.
   * @param attrs fields and associated structs by name
   * @throws ArgumentError on an unknown name, or where an association is given something else than its structs
   * @example Movie.build({ title: "Ready Player One" })
   */
  build<T extends AnySchema>(this: T, attrs?: Attrs<InstanceOf<T>>): Built<InstanceOf<T>>;
}

/**
 * Declares a table mapped to plain data; extend what it returns.
 * @param source the table's name
 * @param definition fields, embeds, and associations as thunks
 * @param options the primary key, prefix, timestamps and column names
 * @returns a class to extend; its instances are rows
 * @throws ArgumentError where the table's name is no text
 * @throws SchemaError at the first use, where the declaration cannot work
 * @example class Studio extends schema("studios", { name: field.string({ null: false }) }) {}
 * @see Ecto.Schema.schema/2
 */
export function schema<const N extends string, D extends Definition, const O extends SchemaOptions = {}>(
  source: N,
  definition: D,
  options?: O & SchemaOptions,
): SchemaClass<N, D, O> {
  if (typeof source !== "string" || source === "")
    throw new ArgumentError("schema() takes the table's name, a text, as its first argument");
  return declare(source, definition, options ?? {}) as unknown as SchemaClass<N, D, O>;
}

/**
 * Declares a struct that lives inside another row's JSON column, or in no database at all. Its key is a UUID unless said otherwise.
 * @throws SchemaError at the first use, where the declaration cannot work
 * @example class Address extends embeddedSchema({ street: field.string() }, { primaryKey: false }) {}
 * Address.build({ street: "Elm Street" }).street // => "Elm Street"
 * @see Ecto.Schema.embedded_schema/1
 */
export function embeddedSchema<D extends Definition, const O extends SchemaOptions = {}>(
  definition: D,
  options?: O & SchemaOptions,
): EmbeddedClass<D, O> {
  return declare(null, definition, options ?? {}) as unknown as EmbeddedClass<D, O>;
}
/** The class of an embedded schema, whose key is a UUID unless the options say otherwise. */
export type EmbeddedClass<D, O> = SchemaClass<null, D, EmbeddedOptions<O>>;
type EmbeddedOptions<O> = O extends { primaryKey: unknown }
  ? O
  : Omit<O, "primaryKey"> & { primaryKey: { id: Field<string, { primaryKey: true }> } };

/** The options of a schema under those of its house: the options of timestamps are merged one by one. */
type HouseOptions<B, O> = O extends { timestamps: infer T }
  ? Omit<B, keyof O> & Omit<O, "timestamps"> & { timestamps: HouseTimestamps<B, T> }
  : Omit<B, keyof O> & O;
type HouseTimestamps<B, T> = B extends { timestamps: infer D extends object }
  ? T extends object
    ? Omit<D, keyof T> & T
    : T extends true
      ? D
      : T
  : T;

function houseOptions(house: SchemaOptions, own: SchemaOptions): SchemaOptions {
  if (typeof house !== "object" || house === null) throw new ArgumentError(`schema.with takes options, not ${kindOf(house)}`);
  if (typeof own !== "object" || own === null) return own;
  const { timestamps: below } = house;
  const { timestamps = below } = own;
  const merged =
    typeof below !== "object" || below === null || timestamps === false
      ? timestamps
      : timestamps === true
        ? below
        : { ...below, ...timestamps };
  return { ...house, ...own, ...(merged !== undefined && { timestamps: merged }) };
}

/** A `schema` with house defaults, which the options of a single schema override; those of `timestamps` one by one. */
function withDefaults<const B extends SchemaOptions>(defaults: B) {
  return function schemaWithDefaults<const N extends string, D extends Definition, const O extends SchemaOptions = {}>(
    source: N,
    definition: D,
    options?: O & SchemaOptions,
  ): SchemaClass<N, D, HouseOptions<B, O>> {
    return schema(source, definition, houseOptions(defaults, options ?? {})) as unknown as SchemaClass<N, D, HouseOptions<B, O>>;
  };
}
schema.with = withDefaults;

function declare(source: string | null, definition: Definition, options: SchemaOptions): object {
  for (const [what, value] of [["its fields", definition], ["its options", options]] as const) // biome-ignore format: pairs
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ArgumentError(`a schema takes ${what} as an object, not ${kindOf(value)}`);
  const declaration: Declaration = { source, definition, options };
  class Base {
    static readonly [DECLARATION] = declaration;
    static readonly source = source;
    constructor() {
      throw new ArgumentError(`use ${new.target.name}.build({...}) to make a struct; "new ${new.target.name}" is not for it`);
    }
    static get schema(): SchemaInfo {
      return infoOf(this) as SchemaInfo;
    }
    static build(attrs?: Record<string, unknown>): object {
      return buildStruct(infoOf(this) as SchemaInfo, attrs ?? {});
    }
  }
  // Not enumerable, so that a struct shows its data and nothing else.
  Object.defineProperty(Base.prototype, PRINT, {
    value(this: object, seen?: Set<object>) {
      return structDoc(this, seen);
    },
  });
  Object.defineProperty(Base.prototype, INSPECT, {
    value(this: object) {
      return structText(this);
    },
  });
  Object.defineProperty(Base.prototype, "toJSON", { value: ownJSON, writable: true, configurable: true });
  return Base;
}

installResolver((cls) => {
  const declaration = declarationOf(cls);
  return declaration ? resolve(cls as unknown as AnySchema, declaration) : null;
});
