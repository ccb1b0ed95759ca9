// The types of columns by their names.
import { ArgumentError, camelCase, print, snakeCase } from "../base/index.ts";
import type { ColumnType, ColumnTypeInput, KnownType } from "./data.ts";
import { isRawSql } from "./raw.ts";

const KNOWN: Readonly<Record<KnownType, true>> = {
  id: true,
  serial: true,
  bigserial: true,
  identity: true,
  integer: true,
  bigint: true,
  float: true,
  decimal: true,
  boolean: true,
  string: true,
  text: true,
  binary: true,
  bitstring: true,
  uuid: true,
  binaryId: true,
  date: true,
  time: true,
  timeUsec: true,
  naiveDatetime: true,
  naiveDatetimeUsec: true,
  utcDatetime: true,
  utcDatetimeUsec: true,
  duration: true,
  json: true,
  map: true,
  vector: true,
};
/** The names of the types that every dialect translates. */
export const KNOWN_TYPES = Object.keys(KNOWN) as readonly KnownType[];

// Words, with a length and brackets at most: nothing that could end the column's definition.
const NATIVE = /^[A-Za-z_][\w.]*( [A-Za-z_]\w*)*( ?\(\d+( ?, ?\d+)?\))?( [A-Za-z]+)*(\[\])*$/;

export function isKnownType(name: string): name is KnownType {
  return Object.hasOwn(KNOWN, name);
}

/** Normalises a column's type; `what` begins the message of the error. */
export function columnType(what: string, type: ColumnTypeInput): ColumnType {
  if (typeof type === "string") return namedType(what, type);
  if (Array.isArray(type) && type.length === 2) return composite(what, type[0] as unknown, type[1] as ColumnTypeInput);
  if (typeof type === "object" && type !== null) {
    if (isRawSql(type)) return type;
    const [[key, inner] = ["", null], ...others] = Object.entries(type);
    if (others.length === 0) return composite(what, key, inner as ColumnTypeInput);
  }
  throw invalid(what, type);
}

function namedType(what: string, name: string): ColumnType {
  const known = camelCase(snakeCase(name.trim()));
  if (isKnownType(known)) return known;
  if (known === "datetime") throw new ArgumentError(`${what}: there is no type "datetime". Use "utcDatetime" or "naiveDatetime"`);
  if (known.endsWith("[]")) {
    const inner = known.slice(0, -2);
    if (isKnownType(inner)) return Object.freeze({ array: inner });
  }
  if (!NATIVE.test(name)) throw invalid(what, name);
  return name;
}

function composite(what: string, key: unknown, inner: ColumnTypeInput): ColumnType {
  if (key === "array") return Object.freeze({ array: columnType(what, inner) });
  if (key === "map") return Object.freeze({ map: columnType(what, inner) });
  throw invalid(what, [key, inner]);
}

function invalid(what: string, type: unknown): ArgumentError {
  return new ArgumentError(
    `${what}: ${print(type)} is not a column type. Write a name ("string", "utcDatetime", "varchar(20)"), a list ({ array: "string" }), ` +
      `references("table"), or any SQL as fragment("…"). Custom types belong to schemas: name the type that they store`,
  );
}
