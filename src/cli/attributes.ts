// The fields that `gen schema` is given: `title:string:unique`.
import { ArgumentError, camelCase, didYouMean, snakeCase } from "../core/base/index.ts";
import type { KnownType } from "../core/ddl/index.ts";

/** A field of `gen schema`, as the schema and the migration write it. */
export interface Attribute {
  readonly kind: "field" | "reference";
  /** In the schema: `title`, `movieId`. */
  readonly field: string;
  /** The schema's code, as in `field.string()`. */
  readonly code: string;
  readonly column: string;
  /** The migration's code, as in `"string"`. */
  readonly type: string;
  readonly unique: boolean;
  /** Of a reference: the name of the association, and the table that it leads to. */
  readonly association: string;
  readonly table: string;
}

/** Types of keys, and those whose field takes options of its own: they are written by hand. */
type OwnOptions = "id" | "serial" | "bigserial" | "identity" | "binaryId" | "timeUsec" | "naiveDatetimeUsec" | "utcDatetimeUsec" | "vector";

// A field of the schema and a column of the migration have each type by the same name.
const TYPES: Readonly<Record<Exclude<KnownType, OwnOptions>, true>> = {
  string: true,
  text: true,
  integer: true,
  bigint: true,
  float: true,
  decimal: true,
  boolean: true,
  binary: true,
  uuid: true,
  date: true,
  time: true,
  naiveDatetime: true,
  utcDatetime: true,
  duration: true,
  bitstring: true,
  json: true,
  map: true,
};
const NAMES = [...Object.keys(TYPES), "enum", "array", "references"];

/**
 * Reads `title:string:unique`, `genre:enum:drama:comedy`, `tags:array:string`, `movie:references:movies`.
 * @throws ArgumentError on what is none of it
 */
export function parseAttribute(text: string): Attribute {
  const [name = "", type = "string", ...rest] = text.split(":");
  if (!/^[A-Za-z]\w*$/.test(name)) throw new ArgumentError(`"${text}" is not a field. Write name:type, as in title:string.`);
  const unique = rest.includes("unique");
  const redact = rest.includes("redact");
  const params = rest.filter((one) => one !== "unique" && one !== "redact");
  const known = camelCase(snakeCase(type));
  if (known === "references") return reference(text, name, params, unique);
  const [code, column] = known === "enum" ? enumeration(text, params) : known === "array" ? list(text, params) : plain(text, known, params);
  const options = redact ? "{ redact: true }" : "";
  const field = camelCase(name);
  return {
    kind: "field",
    field,
    code: code.replace(/\)$/, `${options !== "" && !code.endsWith("()") ? ", " : ""}${options})`),
    column: snakeCase(name),
    type: column,
    unique,
    association: "",
    table: "",
  };
}

function plain(text: string, type: string, params: readonly string[]): [code: string, column: string] {
  if (!Object.hasOwn(TYPES, type))
    throw new ArgumentError(`The field "${text}" has an unknown type, "${type}". ${didYouMean(type, NAMES)}`);
  if (params[0] !== undefined) throw new ArgumentError(`The field "${text}" has an unknown option, "${params[0]}". Known: unique, redact.`);
  return [`field.${type}()`, JSON.stringify(type)];
}

function enumeration(text: string, values: readonly string[]): [code: string, column: string] {
  if (values.length === 0) throw new ArgumentError(`The field "${text}" needs its values, as in genre:enum:drama:comedy.`);
  return [`field.enum([${values.map((one) => JSON.stringify(one)).join(", ")}])`, '"string"'];
}

function list(text: string, [inner = "string", ...params]: readonly string[]): [code: string, column: string] {
  const [code, column] = plain(text, camelCase(snakeCase(inner)), params);
  return [`field.array(${code})`, `{ array: ${column} }`];
}

function reference(text: string, name: string, [table]: readonly string[], unique: boolean): Attribute {
  if (table === undefined || table === "") throw new ArgumentError(`The field "${text}" needs a table, as in movie:references:movies.`);
  const base = snakeCase(name).replace(/_id$/, "");
  return {
    kind: "reference",
    field: camelCase(`${base}_id`),
    code: "",
    column: `${base}_id`,
    type: `references(${JSON.stringify(table)})`,
    unique,
    association: camelCase(base),
    table,
  };
}
