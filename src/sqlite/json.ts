import { unhex } from "./codecs.ts";
import type { Storage, Type } from "../core/type/index.ts";

// Rows that stand in a row as JSON. Columns of SQLite hold values of any kind; whatever is not of the kind that the field is stored as is
// left to a query that reads it alone.

/** How a value is written into JSON, and what it must be when it comes out. */
interface JsonForm {
  readonly sql: (value: string) => string;
  readonly read: (value: unknown) => unknown;
}

const plain = (value: string): string => value;

function checked(holds: (value: unknown) => boolean): (value: unknown) => unknown {
  return (value) => (holds(value) ? value : inexact());
}

function inexact(): never {
  throw new TypeError("JSON does not tell the value exactly");
}

const text: JsonForm = { sql: plain, read: checked((value) => typeof value === "string") };
const safe = (value: unknown): boolean => typeof value === "string" || Number.isSafeInteger(value);

const FORMS: Readonly<Record<Storage, JsonForm | null>> = {
  integer: { sql: plain, read: checked(Number.isSafeInteger) },
  bigint: { sql: (value) => `iif(typeof(${value}) = 'integer', CAST(${value} AS TEXT), ${value})`, read: checked(safe) },
  float: { sql: plain, read: checked((value) => typeof value === "number") },
  decimal: { sql: plain, read: checked(safe) },
  boolean: { sql: plain, read: checked((value) => value === 0 || value === 1) },
  string: text,
  uuid: text,
  date: text,
  time: text,
  naiveDatetime: text,
  utcDatetime: text,
  utcDatetimeUsec: text,
  duration: text,
  bitstring: text,
  json: text,
  array: text,
  vector: text,
  // Text in a column of bytes would be read as digits.
  binary: {
    sql: (value) => `CASE typeof(${value}) WHEN 'blob' THEN hex(${value}) WHEN 'null' THEN NULL ELSE 0 END`,
    read: (value) => (typeof value === "string" ? unhex(value) : inexact()),
  },
  any: null,
};

/** A column's value, written so that JSON tells it exactly. */
export function jsonSql(value: string, type: Type | null): string {
  return (type && FORMS[type.storage]?.sql(value)) ?? value;
}

/** From JSON to what the driver would have given. */
export function fromJson(type: Type): ((value: unknown) => unknown) | null {
  return FORMS[type.storage]?.read ?? null;
}
