import { asItIs, checkedForm, inexact, type JsonForm, parseJson, perType } from "../core/adapter/index.ts";
import type { Storage, Type } from "../core/type/index.ts";
import { parserOf } from "./parsers.ts";

// Rows that stand in a row as JSON. What JSON has a form of its own for travels as the server's text, which the driver gives otherwise.
// A field may stand on a column of another type: what JSON does not tell apart then is left to a query that reads it alone.

const BYTES = 17;
const parseBytes = parserOf(BYTES);
/** The beginning of a timestamp in JSON, which has a T before the time. */
const MOMENT = /^\d{4,}-\d\d-\d\dT/;

const asText = (value: string): string => `${value}::text`;

const isText = (value: unknown): value is string => typeof value === "string";
// Bytes and moments have another form as a driver gives them.
const isPlainText = (value: unknown): boolean => isText(value) && !value.startsWith("\\x") && !MOMENT.test(value);
const text = checkedForm(isText, asText);
const plainText = checkedForm(isPlainText);

const FORMS: Readonly<Record<Exclude<Storage, "array">, JsonForm | null>> = {
  integer: checkedForm(Number.isSafeInteger),
  bigint: text,
  // NaN and infinity are texts.
  float: checkedForm((value) => typeof value === "number" || isText(value)),
  decimal: text,
  boolean: checkedForm((value) => typeof value === "boolean"),
  string: plainText,
  uuid: plainText,
  date: text,
  time: text,
  naiveDatetime: text,
  utcDatetime: text,
  utcDatetimeUsec: text,
  duration: text,
  bitstring: text,
  // Only a column of JSON has its own text after to_json, so that text in another one stays text.
  json: { sql: (value) => `to_json(${value})::text`, read: (value) => (isText(value) ? parseJson(value) : inexact()) },
  vector: text,
  binary: { sql: asItIs, read: (value) => (isText(value) && value.startsWith("\\x") ? parseBytes(value) : inexact()) },
  any: null,
};

/** Elements that arrays give in the same form as JSON lists do; others travel as their texts. */
const ELEMENTS: ReadonlySet<Storage> = new Set(["integer", "float", "boolean", "string", "uuid", "binary"]);

function formOf(type: Type): JsonForm | null {
  if (type.storage !== "array") return FORMS[type.storage];
  if (type.inner === undefined) return null;
  const read = elementsOf(type.inner);
  if (read === null) return null;
  return { sql: ELEMENTS.has(innermost(type).storage) ? asItIs : (value) => `${value}::text[]`, read };
}

function elementsOf(type: Type): JsonForm["read"] | null {
  const { storage } = type;
  const inner = storage === "array" ? type.inner && elementsOf(type.inner) : FORMS[storage]?.read;
  if (!inner) return null;
  return (list) => (Array.isArray(list) ? list.map((value) => (value === null ? null : inner(value))) : inexact());
}

function innermost(type: Type): Type {
  return type.storage === "array" && type.inner ? innermost(type.inner) : type;
}

const knownForm = perType(formOf);

/** A column's value, written so that JSON tells it exactly. */
export function jsonSql(value: string, type: Type | null): string {
  return (type && knownForm(type)?.sql(value)) ?? value;
}

/** From JSON to what the driver would have given. */
export function fromJson(type: Type): ((value: unknown) => unknown) | null {
  return knownForm(type)?.read ?? null;
}
