import type { Decimal } from "decimal.js";
import { ArgumentError, camelCase, checkOptions, didYouMean } from "../base/index.ts";
import { arrayType, mapOfType, vectorType } from "./composite.ts";
import { bindParams, type CustomType, customOver, type ParameterizedType, type TypeContext } from "./custom.ts";
import { kindOf } from "./define.ts";
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

const byName: ReadonlyMap<string, Type> = new Map(
  [
    ...[idType, integerType, floatType, bigintType, decimalType(), stringType, textType, booleanType, binaryType, uuidType(), dateType],
    ...[timeType(0), timeType(6), naiveDatetimeType(0), naiveDatetimeType(6), utcDatetimeType(3), utcDatetimeType(6)],
    ...[durationType, bitstringType, jsonType, mapType, anyType, vectorType()],
  ].map((type): [string, Type] => [camelCase(type.name), type as Type]),
).set("binaryId", uuidType() as Type);

/**
 * The type that a name, a type or a custom definition stands for. Names may be in Ecto's snake_case, too.
 * Throws an ArgumentError on a name that is not known and on anything else.
 * @example typeOf("utcDatetime") === types.utcDatetime()
 */
export function typeOf<const L extends TypeLike>(like: L): Type<TypeValue<L>>;
export function typeOf(like: string | TypeLike): Type;
export function typeOf(like: unknown): Type {
  return resolve(like);
}

const customs = new WeakMap<object, Type>();

function resolve(like: unknown): Type {
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
  return composite === undefined ? didYouMean(name, [...byName.keys()]) : `Use ${composite}, which says of what.`;
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
      throw new ArgumentError(`the option embedAs of a custom type must be "self" or "dump", got "${String(definition.embedAs)}"`);
    }
    type = customOver(definition, resolve(definition.type));
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
  return customOver<T>(bound, resolve(bound.type), true);
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

const TIME_OPTIONS = ["precision", "usec", "as"];

function date(options?: AsPlain): Type<string>;
function date(options: AsTemporal): Type<temporal.PlainDate>;
function date(options?: AsAny): Type<string> | Type<temporal.PlainDate>;
function date(options: AsAny = {}): Type<string> | Type<temporal.PlainDate> {
  checkOptions("types.date", options, ["as"]);
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
  return inner === undefined ? mapType : mapOfType(resolve(inner));
}

/**
 * Every field type as a function of its options. Types without options are shared, so they may be compared with `===`.
 * @example types.array(types.decimal({ precision: 10, scale: 2 }))
 */
export const types = Object.freeze({
  id: () => idType,
  string: () => stringType,
  text: () => textType,
  integer: () => integerType,
  bigint: () => bigintType,
  float: () => floatType,
  decimal: decimalType,
  boolean: () => booleanType,
  binary: () => binaryType,
  uuid: uuidType,
  date,
  time,
  naiveDatetime,
  utcDatetime,
  duration: () => durationType,
  /** Bits, as a text of 0 and 1. */
  bitstring: () => bitstringType,
  json: <T = unknown>(): Type<T> => jsonType as Type<T>,
  map,
  array: <const L extends TypeLike>(inner: L): Type<TypeValue<L>[]> => arrayType(typeOf(inner)),
  enum: enumType,
  any: <T = unknown>(): Type<T> => anyType as Type<T>,
  vector: vectorType,
  custom: customType,
  parameterized: parameterizedType,
});
