import { checkedForm, inexact, type JsonForm } from "../core/adapter/index.ts";
import type { Storage, Type } from "../core/type/index.ts";
import { unhex } from "./codecs.ts";

// Rows that stand in a row as JSON. Columns of SQLite hold values of any kind; whatever is not of the kind that the field is stored as is
// left to a query that reads it alone.

const text = checkedForm((value) => typeof value === "string");
const safe = (value: unknown): boolean => typeof value === "string" || Number.isSafeInteger(value);

// SQLite before 3.53 writes fifteen digits of a float, which are not always all: it is asked what it does, once for a statement.
const WRITES_ALL_DIGITS = "json_quote(0.1 + 0.2) = '0.30000000000000004'";

const FORMS: Readonly<Record<Storage, JsonForm | null>> = {
  integer: checkedForm(Number.isSafeInteger),
  bigint: checkedForm(safe, (value) => `iif(typeof(${value}) = 'integer', CAST(${value} AS TEXT), ${value})`),
  float: checkedForm(
    (value) => typeof value === "number",
    (value) => `iif(${WRITES_ALL_DIGITS} OR ${value} IS NULL, ${value}, '')`,
  ),
  decimal: checkedForm(safe),
  boolean: checkedForm((value) => value === 0 || value === 1),
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
