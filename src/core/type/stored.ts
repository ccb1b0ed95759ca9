// Values as the database has them, brought into JSON and back exactly.
import { isPlainObject } from "../base/index.ts";
import { Decimal } from "decimal.js";
import * as calendar from "./calendar.ts";
import { INVALID, refuse } from "./define.ts";
import { durationType } from "./duration.ts";
import { jsonType } from "./json.ts";
import { bigintType, decimalType } from "./numbers.ts";
import { binaryType, bitstringType, isStorableText } from "./strings.ts";
import type { Storage, Type } from "./type.ts";
import { uuidType } from "./uuid.ts";

const known = new WeakMap<Type, Type>();

/**
 * The form of a type's values in the database as a type of its own: what `dump` makes and `load` takes, whatever the type makes of it.
 * Its `toJson` and `fromJson` bring each value into JSON and back exactly. Moments are text with all their digits, which a Date has not.
 * The parameter `stored` tells a database of which one time may have several texts that this is the very text.
 */
export function storedType(type: Type): Type {
  let stored = known.get(type);
  if (stored === undefined) {
    stored = makeStored(type);
    known.set(type, stored);
  }
  return stored;
}

function makeStored(type: Type): Type {
  const storage = type.storage === "utcDatetime" ? "utcDatetimeUsec" : type.storage;
  const values = type.params?.values;
  const { to, from } = FORMS[storage];
  return Object.freeze<Type>({
    name: type.name,
    storage,
    ...(type.inner && { inner: storedType(type.inner) }),
    ...(type.params && { params: { ...type.params, stored: true } }),
    ...(type.redact && { redact: true }),
    cast: () => INVALID,
    dump: (value) => value,
    load: null,
    equal: Object.is,
    toJson: to,
    fromJson: (value) => {
      const result = from(value);
      return Array.isArray(values) && !values.includes(result) ? refuse(value, "a stored value of the enum") : result;
    },
  });
}

/** How canonical values stand in JSON. */
interface Form {
  readonly to: (value: never) => unknown;
  /** Throws a TypeError for JSON that `to` never writes. */
  readonly from: (value: unknown) => unknown;
}

const asIs = (value: unknown): unknown => value;
const text: Form = { to: asIs, from: (value) => (typeof value === "string" && isStorableText(value) ? value : refuse(value, "a text")) };
const textThat = (holds: (value: string) => boolean, what: string): Form => ({
  to: asIs,
  from: (value) => (typeof value === "string" && value.length <= MAX_TIME && holds(value) ? value : refuse(value, what)),
});
const casting = (type: Type, to: (value: never) => unknown): Form => ({
  to,
  from: (value) => {
    const cast = typeof value === "string" ? type.cast(value) : INVALID;
    return cast.ok && cast.value !== null ? cast.value : refuse(value, `a ${type.name}`);
  },
});
const json: Form = { to: asIs, from: (value) => (isStorableJson(value) ? value : refuse(value, "a JSON value")) };
// Longer than any text of a time.
const MAX_TIME = 64;

const FORMS: Readonly<Record<Storage, Form>> = {
  integer: { to: asIs, from: (value) => (Number.isSafeInteger(value) ? value : refuse(value, "an integer")) },
  bigint: casting(bigintType as Type, String),
  float: { to: floatJson, from: floatOf },
  decimal: casting(decimalType() as Type, (value: Decimal) => value.toFixed()),
  boolean: { to: asIs, from: (value) => (typeof value === "boolean" ? value : refuse(value, "a boolean")) },
  string: text,
  bitstring: casting(bitstringType as Type, asIs),
  binary: { to: binaryType.toJson as Form["to"], from: binaryType.fromJson as Form["from"] },
  uuid: textThat((value) => uuidType().cast(value).ok, "a UUID"),
  date: textThat((value) => calendar.parseDate(value) !== undefined, "a date"),
  time: textThat((value) => calendar.parseTime(value) !== undefined, "a time"),
  naiveDatetime: textThat((value) => calendar.parseDateTime(value) !== undefined, "a date-time"),
  utcDatetime: { to: (value: Date) => value.toISOString(), from: (value) => refuse(value, "a moment") },
  utcDatetimeUsec: textThat((value) => value.endsWith("Z") && calendar.parseDateTime(value) !== undefined, "a moment"),
  duration: textThat((value) => durationType.cast(value).ok, "a duration"),
  json,
  array: json,
  vector: json,
  any: { to: anyJson, from: anyOf },
};

const FLOATS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

function floatJson(value: number): unknown {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
}

function floatOf(value: unknown): unknown {
  if (typeof value === "string" && Object.hasOwn(FLOATS, value)) return FLOATS[value];
  return typeof value === "number" ? value : refuse(value, "a number");
}

/** What has no form of its own in JSON is an object of one key that says what it is. */
function anyJson(value: unknown): unknown {
  if (typeof value === "bigint") return { bigint: String(value) };
  if (typeof value === "number") return typeof floatJson(value) === "number" ? value : { float: floatJson(value) };
  if (value instanceof Uint8Array) return { binary: binaryType.toJson?.(value) };
  if (value instanceof Date) return { text: value.toISOString() };
  if (Decimal.isDecimal(value)) return { decimal: value.toString() };
  return typeof value === "object" ? { json: value } : value;
}

function anyOf(value: unknown): unknown {
  if (typeof value === "string") return text.from(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  const [key, ...more] = isPlainObject(value) ? Object.keys(value) : [];
  if (key === undefined || more.length > 0) return refuse(value, "a value");
  const inner = (value as Record<string, unknown>)[key];
  const form = { bigint: FORMS.bigint, float: FORMS.float, decimal: FORMS.decimal, binary: FORMS.binary, text, json }[key];
  return form === undefined ? refuse(value, "a value") : form.from(inner);
}

function isStorableJson(value: unknown): boolean {
  if (!jsonType.cast(value).ok) return false;
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, one]) => isStorableText(key) && isStorableJson(one));
}
