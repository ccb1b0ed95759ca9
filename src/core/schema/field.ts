import { ArgumentError, checkOptions, SchemaError, optionNames } from "../base/index.ts";
import {
  type EnumInput,
  type EnumValue,
  type CustomType,
  type ParameterizedType,
  type Type,
  type TypeContext,
  types,
} from "../type/index.ts";
import type { Decimal } from "decimal.js";
import type { InstanceOf } from "./instance.ts";
import type { ROW, VALUE } from "./phantom.ts";

/** What every field takes, whatever its type. */
export interface FieldOptions<T = unknown> {
  /** `false` where the column holds no null: the value type loses it too. */
  readonly null?: boolean;
  /** The value of a new struct: a value, or a function that makes one each time. */
  readonly default?: T | (() => T);
  /** The column, where it is not the field's name in snake_case. */
  readonly source?: string;
  /** In the struct, never in the database. */
  readonly virtual?: boolean;
  readonly primaryKey?: boolean;
  /** Made at insert where the value is null: by the type, or by a function. */
  readonly autogenerate?: boolean | (() => T);
  /** Read back after every insert and update, because the database fills it in. */
  readonly readAfterWrites?: boolean;
  /** `false`: read only where a query names it. */
  readonly loadInQuery?: boolean;
  /** Prints as `**redacted**`, everywhere: in logs and errors too. JSON leaves it out. */
  readonly redact?: boolean;
  /** JSON leaves it out, unless `toJSON` asks for it. The default is that of `redact`. */
  readonly hidden?: boolean;
  /** When the column may be written; "always" unless said otherwise. */
  readonly writable?: "always" | "insert" | "never";
  readonly onWritableViolation?: "nothing" | "warn" | "raise";
  readonly skipDefaultValidation?: boolean;
}

/** A field in a definition: its type at run time, and in the types the value `T` and the options `O` as they were written. */
export interface Field<T, O = unknown> {
  readonly [VALUE]: T;
  readonly [ROW]: RowValue<T, O>;
  readonly kind: "field";
  /** The type outside of any schema. */
  readonly type: Type;
  readonly options: O;
  /** The type as a field of a schema: a parameterized type is told where it is used. */
  typeIn(context: TypeContext): Type;
}
/** A value in a list or a map: null only where its field says so. */
type ItemValue<T, I> = I extends { readonly null: true } ? T | null : T;
type RowValue<T, O> = O extends { readonly null: false } | { readonly primaryKey: true } ? T : T | null;
/** An embedded struct, or a list of them, in a JSON column. */
export interface Embed<C extends "one" | "many", S> {
  readonly [ROW]: EmbedValue<C, S>;
  readonly kind: "embed";
  readonly cardinality: C;
  /** The schema; `name` is for one that was declared in place. */
  target(name: string): S;
  readonly options: EmbedOptions;
}
type EmbedValue<C, S> = C extends "many" ? InstanceOf<S>[] : InstanceOf<S> | null;
export interface EmbedOptions {
  readonly onReplace?: "raise" | "markAsInvalid" | "update" | "delete";
  readonly source?: string;
  readonly loadInQuery?: boolean;
  readonly defaultsToStruct?: boolean;
  readonly redact?: boolean;
  readonly hidden?: boolean;
}
export type AnyField = Field<unknown, unknown> | Embed<"one" | "many", unknown>;

type Precision = {
  /** Digits of a second. Default 3 for `utcDatetime`, 0 for `time` and `naiveDatetime`. */
  readonly precision?: 0 | 3 | 6;
  /** The same as `precision: 6`. */
  readonly usec?: boolean;
};
type Temporal = { readonly as?: "string" | "date" | "temporal" };
type Uuids = { readonly version?: 4 | 7; readonly precision?: "millisecond" | "monotonic" };
type Digits = { readonly precision?: number; readonly scale?: number };
type EmbedAs = { readonly embedAs?: "values" | "dumped" };
type NotNull = { readonly null: false };

const OPTIONS = optionNames<FieldOptions>({
  null: true,
  default: true,
  source: true,
  virtual: true,
  primaryKey: true,
  autogenerate: true,
  readAfterWrites: true,
  loadInQuery: true,
  redact: true,
  hidden: true,
  writable: true,
  onWritableViolation: true,
  skipDefaultValidation: true,
});

function make<T, O>(type: Type, options: O | undefined, own: readonly string[] = []): Field<T, O> {
  return makeIn(() => type, options, own);
}

/** A field whose type depends on where it is used; its options are checked there, too, where it is known whose they are. */
function makeIn<T, O>(typeFor: (context: TypeContext) => Type, options: O | undefined, own: readonly string[] = []): Field<T, O> {
  const known = [...OPTIONS, ...own];
  const typeIn = (context: TypeContext): Type => {
    const where = context.schema === undefined ? "a field" : `schema ${context.schema}, "${context.field ?? ""}"`;
    checkOptions(where, options ?? {}, known, (message) => new SchemaError(message));
    return typeFor(context);
  };
  return Object.freeze({
    kind: "field",
    get type() {
      return typeIn({});
    },
    typeIn,
    options: options ?? {},
  }) as unknown as Field<T, O>;
}

/** The options that a field hands to its type. */
function ofType<O extends object>(options: O | undefined, names: readonly string[]): O {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => names.includes(name))) as O;
}

const DATE = optionNames<Temporal>({ as: true });
const TIME = optionNames<Temporal & Precision>({ as: true, usec: true, precision: true });
const UUIDS = optionNames<Uuids>({ version: true, precision: true });
const DIGITS = optionNames<Digits>({ precision: true, scale: true });
const ENUM = optionNames<EmbedAs>({ embedAs: true });

/**
 * The field types of a schema. Every field takes the same options; without `null: false` its value may be null, as in SQL.
 * @example field.string({ null: false, default: "untitled" })
 * @see Ecto.Schema.field/3
 */
export const field = {
  /**
   * A whole number that the database numbers rows with: the usual primary key.
   * @example class Log extends schema("logs", { id: field.id({ primaryKey: true }) }) {}
   * @see Ecto.Schema
   */
  id<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.id(), options);
  },
  /**
   * A UUID as lowercase text.
   * @param options `autogenerate: true` makes one at insert, of version 4 or `version: 7`
   * @throws ArgumentError for a version or precision that there is not
   * @example class Token extends schema("tokens", { id: field.uuid({ primaryKey: true, autogenerate: true, version: 7 }) }) {}
   * @see Ecto.UUID
   */
  uuid<const O extends FieldOptions<string> & Uuids = {}>(options?: O): Field<string, O> {
    return make(types.uuid(ofType(options, UUIDS)), options, UUIDS);
  },
  /**
   * A text of any length.
   * @example class Tag extends schema("tags", { name: field.string({ null: false, default: "new" }) }) {}
   * @see Ecto.Schema.field/3
   */
  string<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.string(), options);
  },
  /**
   * A text, as `string`; migrations and generators tell them apart.
   * @example class Post extends schema("posts", { body: field.text() }) {}
   * @see Ecto.Schema.field/3
   */
  text<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.text(), options);
  },
  /**
   * A whole number within ±(2^53 − 1); see `bigint` for larger ones.
   * @example class Film extends schema("films", { minutes: field.integer({ null: false }) }) {}
   * @see Ecto.Schema.field/3
   */
  integer<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.integer(), options);
  },
  /**
   * A whole number of 64 bits, as a bigint.
   * @example class Account extends schema("accounts", { units: field.bigint({ default: 0n }) }) {}
   * @see Ecto.Schema.field/3
   */
  bigint<const O extends FieldOptions<bigint> = {}>(options?: O): Field<bigint, O> {
    return make(types.bigint(), options);
  },
  /**
   * A floating-point number of 64 bits.
   * @example class Film extends schema("films", { rating: field.float() }) {}
   * @see Ecto.Schema.field/3
   */
  float<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.float(), options);
  },
  /**
   * An exact decimal number, as a `Decimal` of decimal.js.
   * @param options `precision` is how many digits there are, `scale` how many of them behind the point
   * @example class Item extends schema("items", { price: field.decimal({ precision: 10, scale: 2 }) }) {}
   * @see Ecto.Schema.field/3
   */
  decimal<const O extends FieldOptions<Decimal> & Digits = {}>(options?: O): Field<Decimal, O> {
    return make(types.decimal(ofType(options, DIGITS)), options, DIGITS);
  },
  /**
   * True or false.
   * @example class Film extends schema("films", { seen: field.boolean({ null: false, default: false }) }) {}
   * @see Ecto.Schema.field/3
   */
  boolean<const O extends FieldOptions<boolean> = {}>(options?: O): Field<boolean, O> {
    return make(types.boolean(), options);
  },
  /**
   * Bytes, as a `Uint8Array`.
   * @example class File extends schema("files", { content: field.binary() }) {}
   * @see Ecto.Schema.field/3
   */
  binary<const O extends FieldOptions<Uint8Array> = {}>(options?: O): Field<Uint8Array, O> {
    return make(types.binary(), options);
  },
  /**
   * A day, as `"2026-11-22"`.
   * @param options `as: "temporal"` makes it a `Temporal.PlainDate`
   * @example class Film extends schema("films", { premiere: field.date() }) {}
   * @see Ecto.Schema.field/3
   */
  date<const O extends FieldOptions<string> & Temporal = {}>(options?: O): Field<TemporalValue<O, "PlainDate", string>, O> {
    return make(types.date(ofType(options, DATE)), options, DATE);
  },
  /**
   * A time of day, as `"13:45:00"`.
   * @param options `precision` is the digits of a second: 0 unless given, 3 or 6; `as: "temporal"` makes it a `Temporal.PlainTime`
   * @example class Show extends schema("shows", { starts: field.time() }) {}
   * @see Ecto.Schema.field/3
   */
  time<const O extends FieldOptions<string> & Temporal & Precision = {}>(options?: O): Field<TemporalValue<O, "PlainTime", string>, O> {
    return make(types.time(ofType(options, TIME)), options, TIME);
  },
  /**
   * A date and time without a zone, as `"2026-11-22T13:45:00"`.
   * @param options `precision` is the digits of a second: 0 unless given, 3 or 6; `as: "temporal"` makes it a `Temporal.PlainDateTime`
   * @example class Show extends schema("shows", { localTime: field.naiveDatetime() }) {}
   * @see Ecto.Schema.field/3
   */
  naiveDatetime<const O extends FieldOptions<string> & Temporal & Precision = {}>(
    options?: O,
  ): Field<TemporalValue<O, "PlainDateTime", string>, O> {
    return make(types.naiveDatetime(ofType(options, TIME)), options, TIME);
  },
  /**
   * An instant, as a `Date`.
   * @param options `precision` is the digits of a second: 3 unless given, 0 or 6; `as: "temporal"` makes it a `Temporal.Instant`
   * @example class Show extends schema("shows", { startsAt: field.utcDatetime() }) {}
   * @see Ecto.Schema.field/3
   */
  utcDatetime<const O extends FieldOptions<Date> & Temporal & Precision = {}>(options?: O): Field<TemporalValue<O, "Instant", Date>, O> {
    return make(types.utcDatetime(ofType(options, TIME)), options, TIME);
  },
  /**
   * Bits of any number, as a text of 0 and 1: `"1011"`.
   * @example class Mask extends schema("masks", { bits: field.bitstring() }) {}
   * @see Ecto.Schema.field/3
   */
  bitstring<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.bitstring(), options);
  },
  /**
   * A span of time, as an ISO 8601 text: `"P1DT2H"`.
   * @example class Film extends schema("films", { length: field.duration() }) {}
   * @see Ecto.Schema.field/3
   */
  duration<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.duration(), options);
  },
  /**
   * Any JSON; the type parameter says what it holds, which nothing checks.
   * @example class Film extends schema("films", { info: field.json<{ studio: string }>() }) {}
   * @see PostgreSQL: jsonb
   */
  json,
  /**
   * A JSON object; with a field, one whose values are all of it.
   * @example class Page extends schema("pages", { counts: field.map(field.integer()), meta: field.map() }) {}
   * @see Ecto.Schema.field/3
   */
  map,
  /**
   * A list of values of one field; `null: true` in the inner one says that there may be nulls among them.
   * @throws ArgumentError where it is given no field
   * @example class Film extends schema("films", { genres: field.array(field.string(), { default: [] }) }) {}
   * @see Ecto.Schema.field/3
   */
  array<T, I, const O extends FieldOptions<ItemValue<T, I>[]> = {}>(inner: Field<T, I>, options?: O): Field<ItemValue<T, I>[], O> {
    if (!isField(inner)) throw new ArgumentError("field.array takes the field of its elements: field.array(field.string())");
    return makeIn((context) => types.array(inner.typeIn(context)), options);
  },
  /**
   * One of some names.
   * @param values the names, or an object of names with what the database stores for each
   * @throws ArgumentError for no names, or a name or a stored value that is there twice
   * @example class Film extends schema("films", { status: field.enum(["draft", "public"]), stars: field.enum({ one: 1, two: 2 }) }) {}
   * @see Ecto.Enum
   */
  enum<const V extends EnumInput, const O extends FieldOptions<EnumValue<V>> & EmbedAs = {}>(
    values: V,
    options?: O,
  ): Field<EnumValue<V>, O> {
    return make(types.enum(values, ofType(options, ENUM)), options, ENUM);
  },
  /**
   * A vector of numbers, of the extension pgvector; a text on SQLite.
   * @param dimensions how many numbers it has
   * @throws ArgumentError for dimensions that are no whole number above 0
   * @example class Film extends schema("films", { embedding: field.vector(3) }) {}
   * @see PostgreSQL: pgvector
   */
  vector<const O extends FieldOptions<number[]> = {}>(dimensions: number, options?: O): Field<number[], O> {
    return make(types.vector(dimensions), options);
  },
  /**
   * A value of any kind; as a column it has no type that all databases know, so that it is for virtual fields.
   * @example class Film extends schema("films", { note: field.any({ virtual: true }) }) {}
   * @see Ecto.Schema.field/3
   */
  any<const O extends FieldOptions<unknown> = {}>(options?: O): Field<unknown, O> {
    return make(types.any(), options);
  },
  /**
   * A field of a custom type, or of a parameterized one with its parameters.
   * @throws ArgumentError where it is given no type
   * @example const shout: CustomType<string> = { type: "string", cast: (v) => String(v), load: (v) => String(v), dump: (v) => v.toUpperCase() };
   * class Post extends schema("posts", { title: field.of(shout) }) {}
   * @see Ecto.Type
   */
  of,
} as const;

type TemporalValue<O, N extends string, T> = O extends { as: "temporal" }
  ? typeof globalThis extends { Temporal: { [P in N]: { prototype: infer V } } }
    ? V
    : unknown
  : T;

function json<T = unknown>(options: FieldOptions<T> & NotNull): Field<T, NotNull>;
function json<T = unknown>(options?: FieldOptions<T>): Field<T, {}>;
function json(options?: FieldOptions): Field<unknown, unknown> {
  return make(types.json(), options);
}

function map<T, I, const O extends FieldOptions<Record<string, ItemValue<T, I>>> = {}>(
  inner: Field<T, I>,
  options?: O,
): Field<Record<string, ItemValue<T, I>>, O>;
function map<const O extends FieldOptions<Record<string, unknown>> = {}>(options?: O): Field<Record<string, unknown>, O>;
function map(first?: Field<unknown> | FieldOptions, second?: FieldOptions): Field<unknown, unknown> {
  if (!isField(first)) return make(types.map(), first);
  return makeIn((context) => types.map(first.typeIn(context)), second);
}

/** A field of a custom type, or of a parameterized one with its parameters. */
function of<T, P, const O extends FieldOptions<T> = {}>(type: ParameterizedType<T, P>, params: P, options?: O): Field<T, O>;
function of<T, const O extends FieldOptions<T> = {}>(type: CustomType<T> | Type<T>, options?: O): Field<T, O>;
function of(type: object, second?: unknown, third?: unknown): Field<never, never> {
  if (typeof type !== "object" || type === null) {
    throw new ArgumentError(
      "field.of takes a type: an object with type, cast, load and dump, or one of types. Other schemas are reached by belongsTo, hasMany and embedsOne(() => Other)",
    );
  }
  if (!("init" in type)) return make(types.custom(type as never), second as never);
  return makeIn((context) => types.parameterized(type as never, second as never, context), third as never);
}

export function isField(value: unknown): value is Field<unknown> {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "field";
}
export function isEmbed(value: unknown): value is Embed<"one" | "many", unknown> {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "embed";
}
