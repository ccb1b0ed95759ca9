import type { Err, Ok } from "../base/index.ts";

/**
 * How a database stores a value. An adapter has one codec per storage kind; everything else about a type is the same everywhere.
 * The canonical JavaScript form that goes to and comes from the codec stands behind each kind.
 */
export type Storage =
  | "integer" // number, safe
  | "bigint" // bigint
  | "float" // number
  | "decimal" // Decimal (decimal.js)
  | "boolean" // boolean
  | "string" // string
  | "bitstring" // string of 0 and 1
  | "binary" // Uint8Array
  | "uuid" // lowercase string with dashes
  | "date" // "2026-11-22"
  | "time" // "13:45:00" or with ".123" or ".123456"
  | "naiveDatetime" // "2026-11-22T13:45:00" or with ".123" or ".123456"
  | "utcDatetime" // Date, with its microseconds where there are any
  | "utcDatetimeUsec" // "2026-11-22T13:45:00.123456Z": a Date holds no microseconds
  | "duration" // ISO 8601 duration string
  | "json" // any JSON value
  | "array" // array of the inner type's canonical values
  | "vector" // number[]
  | "any"; // as the driver has it

/** Why a value could not be cast: the text replaces "is invalid", the rest goes into the error's metadata. */
export interface CastFailure {
  readonly message?: string;
  readonly [meta: string]: unknown;
}
export type CastResult<T> = Ok<T> | Err<CastFailure>;

/** A function that is compared as methods are, so that a `Type<number>` is a `Type`. */
type Bivariant<T> = { call(value: T): unknown }["call"];

/**
 * The runtime side of a field's type: how a value is cast from outside, dumped for the database, loaded from it, and compared.
 * `null` never reaches these functions unless `handlesNull` is set: callers pass it through (Ecto.Type's rule).
 */
export interface Type<T = unknown> {
  /** As errors and reflection name it: "string", "utcDatetime", "array". Ecto's atom in camelCase. */
  readonly name: string;
  readonly storage: Storage;
  /** The element type of an array or a map. */
  readonly inner?: Type;
  /** Of a JSON value that has parts of known types: the type of one, by its key in the JSON. */
  part?(key: string | number): Type | null;
  /** Digits of a second, length of a vector: what a codec needs beyond the storage kind. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** The type that holds every value which this one might cut: of values that are compared with its own. */
  readonly exact?: Type;
  /** Values are never shown: not in logs, nor in messages. */
  readonly redact?: boolean;
  /** Parameterized types see null as well. */
  readonly handlesNull?: boolean;
  /** From the outside world: params, query values. The value may be null: the parts of a date that are all left empty are none. */
  cast(value: unknown): CastResult<T>;
  /** To the canonical form of `storage`; throws a TypeError with a reason that reads after "because" when the value is not of the type. */
  dump(value: T): unknown;
  /** From the canonical form of `storage`; `null` (the property itself) where the canonical form is the value. Throws a TypeError where it is not loadable. */
  readonly load: ((value: never) => T) | null;
  equal(a: T, b: T): boolean;
  /** To and from JSON inside an embed; `null` where JSON holds the value as it is. */
  readonly toJson: Bivariant<T> | null;
  readonly fromJson: ((value: unknown) => T) | null;
  /** What stands in an embed's JSON: the value as it is, or as a column has it. "self" where it is not said. */
  readonly embedAs?: "self" | "dump";
  /** Makes a value for `autogenerate: true`. */
  autogenerate?(): T;
}
