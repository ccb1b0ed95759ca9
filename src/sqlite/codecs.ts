import { decodeBigint, decodeDecimal, decodeInteger, parseJson, settledJson, type Codec } from "../core/adapter/index.ts";
import { isPlainObject, kindOf, print } from "../core/base/index.ts";
import { Decimal, jsonNull, type Storage, type Type, isBits, isDuration, isPlainUuid, isUuid } from "../core/type/index.ts";
import { clockCodec, type ClockStorage, dateCodec, formsOf, isClock, storedInstant } from "./times.ts";

type Change = (value: never) => unknown;

/** How the type's values travel; made once per type by the adapter. */
export function makeCodec(type: Type): Codec {
  if (type.storage === "array") return arrayCodec(type);
  if (type.storage === "json" || type.storage === "vector") {
    return { encode: encodeJson, decode: (value: unknown) => settledJson(decodeJson(value), type) };
  }
  if (isClock(type.storage)) return clockCodec(type.storage, type);
  return CODECS[type.storage];
}

const INT64 = 2n ** 63n;

/**
 * Any JavaScript value as SQLite takes it. Lists and plain objects become JSON text.
 * @throws TypeError with what to pass instead
 */
export function encodeAny(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return encodeText(value);
    case "number":
      return encodeNumber(value);
    case "bigint":
      return encodeBigint(value);
    case "boolean":
      return value ? 1n : 0n;
    case "object":
      return encodeObject(value);
    default:
      throw new TypeError(
        `SQLite has no value for ${kindOf(value)}: pass null, or a string, number, bigint, boolean, Date, Uint8Array or Decimal`,
      );
  }
}

function encodeObject(value: object | null): unknown {
  if (value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date) return storedInstant(value);
  if (Decimal.isDecimal(value)) return value.toFixed();
  if (Array.isArray(value)) return listJson(value, jsonOfAny);
  if (isPlainObject(value)) return encodeJson(value);
  throw new TypeError(`SQLite has no value for ${kindOf(value)}: pass its text or its parts`);
}

/** The list as JSON, for `in (select value from json_each(?))`: integers are exact there, whatever their size. Bytes are in hexadecimal digits. */
export function encodeList(values: readonly unknown[], type: Type | null): string {
  if (type !== null && isClock(type.storage)) return clockList(values, makeCodec(type).encode as (value: unknown) => string);
  return listJson(values, type === null ? jsonOfAny : jsonWriter(type, true));
}

/** Of a time in every form, so that an index on the column finds them all. */
function clockList(values: readonly unknown[], encode: (value: unknown) => string): string {
  return JSON.stringify(values.flatMap((value) => (value === null ? [null] : formsOf(encode(value)))));
}

function listJson(values: readonly unknown[], write: (value: unknown) => string): string {
  const parts: string[] = new Array(values.length);
  for (let i = 0; i < values.length; i++) parts[i] = values[i] === null ? "null" : write(values[i]);
  return `[${parts.join(",")}]`;
}

function jsonOfAny(value: unknown): string {
  const encoded = encodeAny(value);
  if (typeof encoded === "bigint") return encoded.toString();
  if (encoded instanceof Uint8Array) return `"${hex(encoded)}"`;
  return JSON.stringify(encoded);
}

/** How an element of a list is written as JSON. Inside a stored array, integers of 64 bits are text, since JSON.parse would round them. */
function jsonWriter(type: Type, exact: boolean): (value: unknown) => string {
  const { inner } = type;
  switch (type.storage) {
    case "bigint":
      return (value) => (exact ? String(value) : `"${String(value)}"`);
    case "binary":
      return (value) => `"${hex(value as Uint8Array)}"`;
    case "any":
      return jsonOfAny;
    case "integer":
    case "float":
    case "boolean":
      return (value) => JSON.stringify(value);
    case "array": {
      if (inner === undefined) return jsonOfAny;
      const write = jsonWriter(inner, false);
      // As an operand of `in`, a stored array is compared as the text that it is.
      return exact ? (value) => JSON.stringify(listJson(value as unknown[], write)) : (value) => listJson(value as unknown[], write);
    }
    case "json":
    case "vector":
      return exact ? (value) => JSON.stringify(encodeJson(value)) : encodeItem;
    default: {
      const encode = makeCodec(type).encode as ((value: unknown) => unknown) | null;
      return (value) => JSON.stringify(encode === null ? value : encode(value));
    }
  }
}

function arrayCodec(type: Type): Codec {
  const { inner } = type;
  if (inner === undefined) return { encode: encodeJson, decode: decodeJson };
  const write = jsonWriter(inner, false);
  const element = elementDecoder(inner);
  return {
    encode: (value: unknown[]) => listJson(value, write),
    decode: (text: string) => {
      const list = settledJson(decodeJson(text), type);
      if (!Array.isArray(list)) throw new TypeError(`it is ${kindOf(list)}, not a list as JSON`);
      return element === null ? list : list.map((one) => (one === null ? null : element(one as never)));
    },
  };
}

/** From the value in the JSON text to the canonical form. */
function elementDecoder(type: Type): Change | null {
  switch (type.storage) {
    case "binary":
      return (text: string) => unhex(text);
    case "array": {
      const element = type.inner === undefined ? null : elementDecoder(type.inner);
      return element === null ? null : (list: unknown[]) => list.map((one) => (one === null ? null : element(one as never)));
    }
    case "json":
    case "any":
    case "vector":
      return null;
    case "boolean":
      return decodeBoolean;
    default:
      return isClock(type.storage) ? decodeListed(makeCodec(type).decode as (text: unknown) => unknown) : makeCodec(type).decode;
  }
}

/** Inside JSON nothing is sorted: a list in an embed holds times in ISO 8601. */
function decodeListed(decode: (text: unknown) => unknown): Change {
  return (text: unknown) => decode(typeof text === "string" ? text.replace("T", " ").replace("Z", "") : text);
}

const CODECS: Readonly<Record<Exclude<Storage, "array" | "json" | "vector" | ClockStorage>, Codec>> = {
  // The drivers bind numbers as floating point: 5 in a column of text would become "5.0".
  integer: { encode: (value: number) => BigInt(value), decode: (value: unknown) => decodeInteger(value) },
  bigint: { encode: encodeBigint, decode: decodeBigint },
  float: { encode: null, decode: decodeFloat },
  decimal: { encode: (value: Decimal) => value.toFixed(), decode: decodeStoredDecimal },
  boolean: { encode: (value: boolean) => (value ? 1n : 0n), decode: decodeBoolean },
  string: { encode: encodeText, decode: decodeText },
  binary: { encode: null, decode: decodeBytes },
  uuid: { encode: null, decode: decodeUuid },
  date: dateCodec,
  duration: { encode: null, decode: checked(isDuration, "an ISO 8601 duration") },
  bitstring: { encode: null, decode: checked(isBits, "a text of 0 and 1") },
  any: { encode: encodeAny, decode: decodeAny },
};

const uuidText = checked(isUuid, "a UUID as text");

/** To SQLite a UUID is its text: one in capital letters would be read, and not be found by what was read. */
function decodeUuid(value: unknown): string {
  if (typeof value === "string" && isPlainUuid(value)) return value;
  uuidText(value);
  throw new TypeError("it is a UUID in capital letters, which no query finds by its usual text. Store it as lower(…)");
}

function encodeText(value: string): string {
  // Drivers would write another character, without a word.
  if (!(value as string & { isWellFormed(): boolean }).isWellFormed()) throw new TypeError("it holds one half of a surrogate pair");
  // node:sqlite of Node 22 reads text up to its first NUL only.
  if (value.includes("\0"))
    throw new TypeError("it holds a NUL, which SQLite's text functions and some drivers cut the text at: store it as binary");
  return value;
}

function encodeNumber(value: number): unknown {
  if (Number.isNaN(value)) throw new TypeError("SQLite would store NaN as null");
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
}

function encodeBigint(value: bigint): bigint {
  if (value >= INT64 || value < -INT64) throw new TypeError("it is an integer of more than 64 bits");
  return value;
}

function encodeJson(value: unknown): string {
  return JSON.stringify(value);
}

function decodeFloat(value: unknown): number {
  if (typeof value === "number") return value;
  const number = typeof value === "bigint" || (typeof value === "string" && value.trim() !== "") ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new TypeError(`it is ${print(value)}, not a number`);
  return number;
}

// What SQLite computes is a REAL, of which 15 digits can be trusted: those that it prints itself. 6.199999999999999 is 6.2.
function decodeStoredDecimal(value: unknown): Decimal {
  return decodeDecimal(value, (float) => (Number.isSafeInteger(float) ? float : float.toPrecision(15)));
}

function decodeBoolean(value: unknown): boolean {
  if (value === 1 || value === 1n || value === true) return true;
  if (value === 0 || value === 0n || value === false) return false;
  throw new TypeError(`it is ${print(value)}, and a boolean is stored as 0 or 1`);
}

function decodeText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`it is ${value instanceof Uint8Array ? "bytes" : print(value)}, not text`);
}

/** Columns of SQLite take any text, and any other value: what is read is looked at. */
function checked(holds: (text: string) => boolean, what: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === "string" && holds(value)) return value;
    throw new TypeError(`it is ${value instanceof Uint8Array ? "bytes" : print(value)}, not ${what}`);
  };
}

function decodeBytes(value: unknown): Uint8Array {
  // A Buffer behaves otherwise than a plain Uint8Array, and may be a window on memory that others use.
  if (value instanceof Uint8Array) return value.constructor === Uint8Array ? value : new Uint8Array(value);
  if (typeof value === "string") return new TextEncoder().encode(value);
  throw new TypeError(`it is ${print(value)}, not bytes`);
}

function encodeItem(value: unknown): string {
  if (value === jsonNull) throw new TypeError("a list holds JSON's null and null as one here: use null, or store the list as JSON");
  return encodeJson(value);
}

function decodeJson(value: unknown): unknown {
  if (typeof value === "string") return parseJson(value);
  return typeof value === "bigint" ? decodeAny(value) : value;
}

function decodeAny(value: unknown): unknown {
  if (typeof value === "bigint") return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value instanceof Uint8Array ? decodeBytes(value) : value;
}

/** Bytes as hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Bytes of their hexadecimal digits. */
export function unhex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
