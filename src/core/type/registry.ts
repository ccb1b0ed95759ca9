import type { Decimal } from "decimal.js";
import { ArgumentError, camelCase, checkOptions, didYouMean, kindOf, optionNames } from "../base/index.ts";
import { arrayType, mapOfType, vectorType } from "./composite.ts";
import { bindParams, type CustomType, customOver, type ParameterizedType, type TypeContext } from "./custom.ts";
import { durationType } from "./duration.ts";
import { enumType } from "./enum.ts";
import { jsonType, mapType } from "./json.ts";
import { bigintType, decimalType, floatType, idType, integerType } from "./numbers.ts";
import { bitstringType, anyType, binaryType, booleanType, stringType, textType } from "./strings.ts";
import * as temporal from "./temporal.ts";
import { isTemporal, dateType, naiveDatetimeType, precisionOf, type TimeOptions, timeType, utcDatetimeType } from "./times.ts";
import type { Type } from "./type.ts";
import { uuidType } from "./uuid.ts";

/** The types that have a name, with their values. */
export interface NamedTypes {
  id: number;
  integer: number;
  float: number;
  bigint: bigint;
  decimal: Decimal;
  string: string;
  text: string;
  boolean: boolean;
  binary: Uint8Array;
  uuid: string;
  /** @deprecated Write `"binaryId"`. */
  binary_id: string;
  binaryId: string;
  date: string;
  time: string;
  /** @deprecated Write `"timeUsec"`. */
  time_usec: string;
  timeUsec: string;
  /** @deprecated Write `"naiveDatetime"`. */
  naive_datetime: string;
  naiveDatetime: string;
  /** @deprecated Write `"naiveDatetimeUsec"`. */
  naive_datetime_usec: string;
  naiveDatetimeUsec: string;
  /** @deprecated Write `"utcDatetime"`. */
  utc_datetime: Date;
  utcDatetime: Date;
  /** @deprecated Write `"utcDatetimeUsec"`. */
  utc_datetime_usec: Date;
  utcDatetimeUsec: Date;
  duration: string;
  bitstring: string;
  json: unknown;
  map: Record<string, unknown>;
  any: unknown;
  vector: number[];
}
export type TypeName = keyof NamedTypes;
/** Whatever stands for a type: its name, the type, or a custom definition. */
export type TypeLike = TypeName | Type | CustomType<unknown, unknown>;
/** The values of what stands for a type. */
export type TypeValue<L> = L extends TypeName
  ? NamedTypes[L]
  : L extends Type<infer T>
    ? T
    : L extends CustomType<infer T, unknown>
      ? T
      : unknown;

const BY_NAME: { readonly [N in Exclude<TypeName, `${string}_${string}`>]: Type<NamedTypes[N]> } = {
  id: idType,
  integer: integerType,
  float: floatType,
  bigint: bigintType,
  decimal: decimalType(),
  string: stringType,
  text: textType,
  boolean: booleanType,
  binary: binaryType,
  uuid: uuidType(),
  binaryId: uuidType(),
  date: dateType,
  time: timeType(0),
  timeUsec: timeType(6),
  naiveDatetime: naiveDatetimeType(0),
  naiveDatetimeUsec: naiveDatetimeType(6),
  utcDatetime: utcDatetimeType(3),
  utcDatetimeUsec: utcDatetimeType(6),
  duration: durationType,
  bitstring: bitstringType,
  json: jsonType,
  map: mapType,
  any: anyType,
  vector: vectorType(),
};
const byName: ReadonlyMap<string, Type> = new Map(Object.entries(BY_NAME) as [string, Type][]);
/** The names of types, in camelCase. */
export const TYPE_NAMES = [...byName.keys()];

/**
 * The type that a name, a type or a custom definition stands for. Names may be in Ecto's snake_case, too.
 * Throws an ArgumentError on a name that is not known and on anything else.
 * @example typeOf("utcDatetime") === types.utcDatetime()
 */
export function typeOf<const L extends TypeLike>(like: L): Type<TypeValue<L>>;
export function typeOf(like: string | TypeLike): Type;
export function typeOf(like: unknown): Type {
  return resolveType(like);
}

const customs = new WeakMap<object, Type>();

/** What `typeOf` does with a value of which nothing is known. @throws ArgumentError for what is no type */
export function resolveType(like: unknown): Type {
  if (typeof like === "string") {
    const type = byName.get(camelCase(like));
    if (type === undefined) throw new ArgumentError(`unknown type "${like}". ${hint(like)}`);
    return type;
  }
  if (typeof like === "object" && like !== null) {
    if (typeof (like as Partial<Type>).storage === "string") return like as Type;
    if ("type" in like) return customType(like as CustomType<unknown>);
  }
  throw new ArgumentError(
    `${kindOf(like)} is not a type: pass a name such as "string", one of types, or a custom type with type, cast, load and dump`,
  );
}

function hint(name: string): string {
  if (camelCase(name).toLowerCase() === "datetime")
    return 'Use "utcDatetime", a moment, or "naiveDatetime", a date and time without a zone.';
  const composite = { array: "types.array(inner)", enum: "types.enum(values)" }[camelCase(name)];
  return composite === undefined ? didYouMean(name, TYPE_NAMES) : `Use ${composite}, which says of what.`;
}

/**
 * Makes a type of a custom definition; the same definition always gives the same type.
 * Throws an ArgumentError when one of its functions is missing. Follows Ecto.Type.
 * @example customType({ type: "string", cast: (v) => String(v), load: (v: string) => v, dump: (v) => v })
 */
export function customType<T>(definition: CustomType<T> | Type<T>): Type<T> {
  if ("storage" in definition) return definition;
  let type = customs.get(definition) as Type<T> | undefined;
  if (type === undefined) {
    requireFunctions(definition, ["cast", "load", "dump"], "custom");
    if (definition.embedAs !== undefined && definition.embedAs !== "self" && definition.embedAs !== "dump") {
      throw new ArgumentError(`the option embedAs of a custom type must be "self" or "dump", not "${String(definition.embedAs)}"`);
    }
    type = customOver(definition, resolveType(definition.type));
    customs.set(definition, type as Type);
  }
  return type;
}

/**
 * Makes a type of a parameterized definition and the options of one field; `context` names the field and its schema to `init`.
 * Throws an ArgumentError when one of its functions is missing, and whatever its `init` throws. Follows Ecto.ParameterizedType.init/2.
 */
export function parameterizedType<T, O, P, B = unknown>(
  definition: ParameterizedType<T, O, P, B>,
  options: O,
  context: TypeContext = {},
): Type<T> {
  requireFunctions(definition, ["init", "type", "cast", "load", "dump"], "parameterized");
  const bound = bindParams(definition, options, context);
  return customOver<T>(bound, resolveType(bound.type), true);
}

function requireFunctions(definition: object, names: readonly string[], kind: string): void {
  const missing = names.filter((name) => typeof (definition as Record<string, unknown>)[name] !== "function");
  if (missing.length > 0) throw new ArgumentError(`a ${kind} type needs the function ${missing.join(", ")}`);
}

/** Values of the Temporal classes instead of text or a Date, where the runtime has them. */
interface AsTemporal {
  readonly as: "temporal";
}
interface AsPlain<Own = "string"> {
  readonly as?: Own | undefined;
}
interface AsAny {
  readonly as?: string | undefined;
}

const DATE_OPTIONS = optionNames<AsAny>({ as: true });
const TIME_OPTIONS = optionNames<TimeOptions & AsAny>({ precision: true, usec: true, as: true });

function date(options?: AsPlain): Type<string>;
function date(options: AsTemporal): Type<temporal.PlainDate>;
function date(options?: AsAny): Type<string> | Type<temporal.PlainDate>;
function date(options: AsAny = {}): Type<string> | Type<temporal.PlainDate> {
  checkOptions("types.date", options, DATE_OPTIONS);
  return isTemporal(options.as, "string") ? temporal.plainDateType() : dateType;
}

function time(options?: TimeOptions & AsPlain): Type<string>;
function time(options: TimeOptions & AsTemporal): Type<temporal.PlainTime>;
function time(options?: TimeOptions & AsAny): Type<string> | Type<temporal.PlainTime>;
function time(options: TimeOptions & AsAny = {}): Type<string> | Type<temporal.PlainTime> {
  checkOptions("types.time", options, TIME_OPTIONS);
  const precision = precisionOf(options, "time");
  return isTemporal(options.as, "string") ? temporal.plainTimeType(precision) : timeType(precision);
}

function naiveDatetime(options?: TimeOptions & AsPlain): Type<string>;
function naiveDatetime(options: TimeOptions & AsTemporal): Type<temporal.PlainDateTime>;
function naiveDatetime(options?: TimeOptions & AsAny): Type<string> | Type<temporal.PlainDateTime>;
function naiveDatetime(options: TimeOptions & AsAny = {}): Type<string> | Type<temporal.PlainDateTime> {
  checkOptions("types.naiveDatetime", options, TIME_OPTIONS);
  const precision = precisionOf(options, "naiveDatetime");
  return isTemporal(options.as, "string") ? temporal.plainDateTimeType(precision) : naiveDatetimeType(precision);
}

function utcDatetime(options?: TimeOptions & AsPlain<"date">): Type<Date>;
function utcDatetime(options: TimeOptions & AsTemporal): Type<temporal.Instant>;
function utcDatetime(options?: TimeOptions & AsAny): Type<Date> | Type<temporal.Instant>;
function utcDatetime(options: TimeOptions & AsAny = {}): Type<Date> | Type<temporal.Instant> {
  checkOptions("types.utcDatetime", options, TIME_OPTIONS);
  const precision = precisionOf(options, "utcDatetime");
  return isTemporal(options.as, "date") ? temporal.instantType(precision) : utcDatetimeType(precision);
}

function map(inner?: undefined): Type<Record<string, unknown>>;
function map<const L extends TypeLike>(inner: L): Type<Record<string, TypeValue<L>>>;
function map(inner?: TypeLike): Type<Record<string, unknown>>;
function map(inner?: TypeLike): Type<Record<string, unknown>> {
  return inner === undefined ? mapType : mapOfType(resolveType(inner));
}

/**
 * Every field type as a function of its options. Types without options are shared, so they may be compared with `===`.
 * @example types.array(types.decimal({ precision: 10, scale: 2 }))
 * @see Ecto.Type
 */
export const types = Object.freeze({
  /**
   * The whole number of a primary key.
   * @example types.id().name // => "id"
   * @see Ecto.Schema
   */
  id: () => idType,
  /**
   * A text.
   * @example types.string().name // => "string"
   * @see Ecto.Schema
   */
  string: () => stringType,
  /**
   * A text, of any length in databases that tell.
   * @example types.text().name // => "text"
   * @see Ecto.Schema
   */
  text: () => textType,
  /**
   * A whole number within ±(2^53 − 1).
   * @example castValue(types.integer(), "12") // => 12
   * @see Ecto.Schema
   */
  integer: () => integerType,
  /**
   * A whole number of 64 bits, as a bigint.
   * @example castValue(types.bigint(), "12") // => 12n
   * @see Ecto.Schema
   */
  bigint: () => bigintType,
  /**
   * A floating-point number of 64 bits.
   * @example castValue(types.float(), "1.5") // => 1.5
   * @see Ecto.Schema
   */
  float: () => floatType,
  /**
   * An exact decimal number, as a `Decimal`.
   * @param options `precision` is how many digits there are, `scale` how many of them behind the point
   * @throws ArgumentError for an unknown option
   * @example castValue(types.decimal(), "1.50")?.toFixed(2) // => "1.50"
   * @see Ecto.Schema
   */
  decimal: decimalType,
  /**
   * True or false.
   * @example castValue(types.boolean(), "true") // => true
   * @see Ecto.Schema
   */
  boolean: () => booleanType,
  /**
   * Bytes, as a `Uint8Array`.
   * @example types.binary().name // => "binary"
   * @see Ecto.Schema
   */
  binary: () => binaryType,
  /**
   * A UUID as lowercase text.
   * @throws ArgumentError for an unknown option, and a version or precision that there is not
   * @example castValue(types.uuid(), "018F4E6A-7C1D-7B3E-9A52-0C5D1E2F3A4B") // => "018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b"
   * @see Ecto.UUID
   */
  uuid: uuidType,
  /**
   * A day, as a text or with `as: "temporal"` as a `Temporal.PlainDate`.
   * @throws ArgumentError for an unknown option
   * @example castValue(types.date(), "2026-11-22") // => "2026-11-22"
   * @see Ecto.Schema
   */
  date,
  /**
   * A time of day, as a text or with `as: "temporal"` as a `Temporal.PlainTime`.
   * @param options `precision` is the digits of a second: 0 unless given, 3 or 6
   * @throws ArgumentError for an unknown option
   * @example castValue(types.time(), "13:45") // => "13:45:00"
   * @see Ecto.Schema
   */
  time,
  /**
   * A date and time without a zone, as a text or with `as: "temporal"` as a `Temporal.PlainDateTime`.
   * @param options `precision` is the digits of a second: 0 unless given, 3 or 6
   * @throws ArgumentError for an unknown option
   * @example castValue(types.naiveDatetime(), "2026-11-22 13:45") // => "2026-11-22T13:45:00"
   * @see Ecto.Schema
   */
  naiveDatetime,
  /**
   * An instant, as a `Date` or with `as: "temporal"` as a `Temporal.Instant`.
   * @param options `precision` is the digits of a second: 3 unless given, 0 or 6
   * @throws ArgumentError for an unknown option
   * @example castValue(types.utcDatetime(), "2026-11-22T13:45:00Z")?.getTime() // => 1795355100000
   * @see Ecto.Schema
   */
  utcDatetime,
  /**
   * A span of time, as an ISO 8601 text.
   * @example castValue(types.duration(), "P1D") // => "P1D"
   * @see Ecto.Schema
   */
  duration: () => durationType,
  /**
   * Bits, as a text of 0 and 1.
   * @example castValue(types.bitstring(), "1011") // => "1011"
   * @see Ecto.Schema
   */
  bitstring: () => bitstringType,
  /**
   * Any JSON.
   * @example castValue(types.json<{ a: number }>(), { a: 1 }) // => { a: 1 }
   * @see PostgreSQL: jsonb
   */
  json: <T = unknown>(): Type<T> => jsonType as Type<T>,
  /**
   * A JSON object; with a type, one whose values are all of it.
   * @example castValue(types.map(types.integer()), { a: "1" }) // => { a: 1 }
   * @see Ecto.Schema
   */
  map,
  /**
   * A list of values of one type.
   * @example castValue(types.array(types.integer()), ["1", 2]) // => [1, 2]
   * @see Ecto.Schema
   */
  array: <const L extends TypeLike>(inner: L): Type<TypeValue<L>[]> => arrayType(typeOf(inner)),
  /**
   * One of some names.
   * @param values the names, or an object of names with what the database stores for each
   * @throws ArgumentError for no names, or a name or a stored value that is there twice
   * @example castValue(types.enum(["draft", "public"]), "public") // => "public"
   * @see Ecto.Enum
   */
  enum: enumType,
  /**
   * A value of any kind, as it is.
   * @example castValue(types.any(), 1) // => 1
   * @see Ecto.Schema
   */
  any: <T = unknown>(): Type<T> => anyType as Type<T>,
  /**
   * A vector of numbers.
   * @param size how many numbers it has; any unless given
   * @throws ArgumentError for a size that is no whole number above 0
   * @example castValue(types.vector(2), [1, 2]) // => [1, 2]
   * @see PostgreSQL: pgvector
   */
  vector: vectorType,
  /**
   * A type of a custom definition; the same definition always gives the same type.
   * @throws ArgumentError where one of its functions is missing
   * @example types.custom({ type: "string", cast: (v) => String(v), load: (v) => String(v), dump: (v: string) => v }).storage // => "string"
   * @see Ecto.Type
   */
  custom: customType,
  /**
   * A type of a parameterized definition and the options of one field.
   * @param context names the field and its schema to the definition's `init`
   * @throws ArgumentError where one of its functions is missing
   * @example const upTo = {
   *   init: (options: { max: number }) => options,
   *   type: () => "integer" as const,
   *   cast: (value: unknown, { max }: { max: number }) => (Number(value) <= max ? ok(Number(value)) : err({ message: "is too large" })),
   *   load: (value: unknown) => Number(value),
   *   dump: (value: number) => value,
   * };
   * castValue(types.parameterized(upTo, { max: 9 }), "7") // => 7
   * @see Ecto.ParameterizedType
   */
  parameterized: parameterizedType,
});
