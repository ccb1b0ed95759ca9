import {
  decodeBigint,
  decodeDecimal,
  decodeInteger,
  instantText,
  parseInstant,
  parseInstantText,
  settledJson,
  type Codec,
} from "../core/adapter/index.ts";
import { isPlainObject, kindOf, print } from "../core/base/index.ts";
import { Decimal, type Precision, type Storage, type Type, isBits, isDuration, isUuid } from "../core/type/index.ts";
import { arrayLiteral } from "./dialect.ts";
import { parseArray } from "./parsers.ts";

type Change = (value: unknown) => unknown;

/** How the type's values travel; made once per type by the adapter. */
export function makeCodec(type: Type): Codec {
  if (type.storage === "json") return { encode: encodeJson, decode: (value: unknown) => settledJson(value, type) };
  if (type.storage === "array") return arrayCodec(type.inner);
  return type.storage === "utcDatetime" ? INSTANTS[precisionOf(type)] : CODECS[type.storage];
}

/**
 * Any JavaScript value as PostgreSQL takes it: a list becomes an array, a plain object JSON.
 * @throws TypeError with what to pass instead
 */
export function encodeAny(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return encodeText(value);
    case "number":
      return encodeFloat(value);
    case "bigint":
    case "boolean":
      return value;
    case "object":
      return encodeObject(value);
    default:
      throw new TypeError(
        `PostgreSQL has no value for ${kindOf(value)}: pass null, or a string, number, bigint, boolean, Date, Uint8Array, Decimal, list or object`,
      );
  }
}

function encodeObject(value: object | null): unknown {
  if (value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date) return encodeInstant(value);
  if (Decimal.isDecimal(value)) return value.toFixed();
  if (Array.isArray(value)) return arrayText(value, null);
  if (isPlainObject(value)) return encodeJson(value);
  throw new TypeError(`PostgreSQL has no value for ${kindOf(value)}: pass its text or its parts`);
}

/** The list as an array, for `= any($1)`. */
export function encodeList(values: readonly unknown[], type: Type | null): string {
  return arrayText(values, type);
}

/** Elements in their canonical form as the text of an array; lists in it are further dimensions. */
function arrayText(values: readonly unknown[], inner: Type | null): string {
  if (inner === null ? values.some(Array.isArray) : inner.storage === "array") {
    const element = inner?.inner ?? null;
    // The server would turn [[]] into [] without a word.
    if (values.some((value) => Array.isArray(value) && value.length === 0))
      throw new TypeError("PostgreSQL has no empty list inside a list: store it as JSON");
    return `{${values.map((value) => (value === null ? "NULL" : arrayText(value as unknown[], element))).join(",")}}`;
  }
  const encode = inner === null ? encodeAny : (makeCodec(inner).encode as Change | null);
  return arrayLiteral(encode === null ? values : values.map((value) => (value === null ? null : encode(value))));
}

function arrayCodec(inner: Type | undefined): Codec {
  const decode = inner === undefined ? null : (makeCodec(inner).decode as Change | null);
  // Arrays of types that the server made itself, such as enums, come as text.
  const list = (value: unknown): unknown[] =>
    typeof value === "string" ? parseArray(value, String) : Array.isArray(value) ? value : fail(value, "an array");
  return {
    encode: (value: unknown[]) => arrayText(value, inner ?? null),
    decode: (value: unknown) => (decode === null ? list(value) : list(value).map((one) => (one === null ? null : decode(one)))),
  };
}

const CODECS: Readonly<Record<Exclude<Storage, "array" | "json" | "utcDatetime">, Codec>> = {
  // Sums of bigints come as numeric, whose text it is.
  integer: { encode: null, decode: (value: unknown) => decodeInteger(value, true) },
  bigint: { encode: null, decode: decodeBigint },
  float: { encode: encodeFloat, decode: (value: unknown) => (typeof value === "number" ? value : decodeFloat(value)) },
  decimal: { encode: (value: Decimal) => value.toFixed(), decode: (value: unknown) => decodeDecimal(value) },
  boolean: { encode: null, decode: (value: unknown) => (typeof value === "boolean" ? value : fail(value, "a boolean")) },
  string: { encode: encodeText, decode: (value: unknown) => (typeof value === "string" ? value : fail(value, "text")) },
  binary: { encode: null, decode: (value: unknown) => (value instanceof Uint8Array ? value : fail(value, "bytes")) },
  uuid: { encode: encodeText, decode: checked(isUuid, "a UUID") },
  date: { encode: toServer, decode: (text: string) => (text.length === 10 ? text : decodeDate(text)) },
  time: { encode: null, decode: decodeTime },
  naiveDatetime: { encode: toServer, decode: decodeNaive },
  utcDatetimeUsec: { encode: toServer, decode: (text: string) => parseInstantText(fromServer(text)) },
  duration: { encode: null, decode: checked(isDuration, "an interval") },
  bitstring: { encode: null, decode: checked(isBits, "bits") },
  vector: {
    encode: (value: number[]) => `[${value.join(",")}]`,
    decode: (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value),
  },
  any: { encode: encodeAny, decode: null },
};

const INSTANTS: Readonly<Record<Precision, Codec>> = { 0: instantCodec(0), 3: instantCodec(3), 6: instantCodec(6) };

function instantCodec(precision: Precision): Codec {
  return { encode: encodeInstant, decode: (text: string) => parseInstant(fromServer(text), precision) };
}

function precisionOf({ params }: Type): Precision {
  return (params?.["precision"] as Precision | undefined) ?? 6;
}

function encodeText(value: string): string {
  // Drivers would write another character, without a word.
  if (!(value as string & { isWellFormed(): boolean }).isWellFormed()) throw new TypeError("it holds one half of a surrogate pair");
  if (value.includes("\0")) throw new TypeError("PostgreSQL cannot store NUL in text: store it as binary");
  return value;
}

// As the driver writes a number, -0 is 0.
function encodeFloat(value: number): unknown {
  return Object.is(value, -0) ? "-0" : value;
}

function encodeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.includes("\\u0000") && /(?:^|[^\\])(?:\\\\)*\\u0000/.test(text))
    throw new TypeError("PostgreSQL cannot store NUL in text, also not inside JSON");
  // JSON.stringify writes whole characters as they are, and escapes half of a surrogate pair.
  if (text.includes("\\ud") && /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/.test(text))
    throw new TypeError("PostgreSQL cannot store half of a surrogate pair, also not inside JSON");
  return text;
}

function encodeInstant(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new TypeError("it is an invalid Date");
  return toServer(instantText(value));
}

// The year 0 of ISO 8601 is 1 BC; further back a four-digit year does not reach.
function toServer(text: string): string {
  return text.startsWith("0000-") ? `0001${text.slice(4)} BC` : text;
}

function fromServer(text: unknown): string {
  if (typeof text !== "string") return fail(text, "a date as text");
  return text.endsWith(" BC") && text.startsWith("0001-") ? `0000${text.slice(4, -3)}` : text;
}

function decodeDate(value: unknown): string {
  const text = fromServer(value);
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new TypeError(`it is "${text}", which is no date between the years 0 and 9999`);
  return text;
}

function decodeTime(value: unknown): string {
  const text = fromServer(value).replace(/\+00$/, "");
  if (text.startsWith("24") || /[+-]/.test(text)) throw new TypeError(`it is "${text}", which is no time of day without a zone`);
  return text;
}

function decodeNaive(value: unknown): string {
  const text = fromServer(value);
  const end = text.endsWith("+00") ? -3 : undefined;
  const time = text.slice(11, end);
  if (text.charCodeAt(10) !== 32 || !/^[\d:.]+$/.test(time))
    throw new TypeError(`it is "${text}", which is no date-time between the years 0 and 9999`);
  return `${text.slice(0, 10)}T${time}`;
}

function decodeFloat(value: unknown): number {
  if (typeof value === "bigint" || (typeof value === "string" && /^(-?(\d|Infinity)|NaN)/.test(value))) return Number(value);
  return fail(value, "a number");
}

/** A field may stand on a column of another type, whose text is any text. */
function checked(holds: (text: string) => boolean, what: string): (value: unknown) => string {
  return (value) => (typeof value === "string" && holds(value) ? value : fail(value, what));
}

function fail(value: unknown, expected: string): never {
  throw new TypeError(`it is ${print(value)}, not ${expected}`);
}
