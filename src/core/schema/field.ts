import { ArgumentError, checkOptions, SchemaError } from "../base/index.ts";
import {
  type EnumInput,
  type EnumValue,
  type CustomType,
  type ParameterizedType,
  type Type,
  type TypeContext,
  types,
} from "../type/index.ts";
import type { Decimal } from "decimal.js";
import type { InstanceOf } from "./instance.ts";
import type { ROW, VALUE } from "./phantom.ts";

export interface FieldOptions<T = unknown> {
  /** `false` where the column holds no null: the value type loses it too. */
  readonly null?: boolean;
  /** The value of a new struct: a value, or a function that makes one each time. */
  readonly default?: T | (() => T);
  /** The column, where it is not the field's name in snake_case. */
  readonly source?: string;
  /** In the struct, never in the database. */
  readonly virtual?: boolean;
  readonly primaryKey?: boolean;
  /** Made at insert where the value is null: by the type, or by a function. */
  readonly autogenerate?: boolean | (() => T);
  /** Read back after every insert and update, because the database fills it in. */
  readonly readAfterWrites?: boolean;
  /** `false`: read only where a query names it. */
  readonly loadInQuery?: boolean;
  /** Prints as `**redacted**`, everywhere: in logs and errors too. JSON leaves it out. */
  readonly redact?: boolean;
  /** JSON leaves it out, unless `toJSON` asks for it. The default is that of `redact`. */
  readonly hidden?: boolean;
  /** When the column may be written; "always" unless said otherwise. */
  readonly writable?: "always" | "insert" | "never";
  readonly onWritableViolation?: "nothing" | "warn" | "raise";
  readonly skipDefaultValidation?: boolean;
}

/** A field in a definition: its type at run time, and in the types the value `T` and the options `O` as they were written. */
export interface Field<T, O = unknown> {
  readonly [VALUE]: T;
  readonly [ROW]: RowValue<T, O>;
  readonly kind: "field";
  /** The type outside of any schema. */
  readonly type: Type;
  readonly options: O;
  /** The type as a field of a schema: a parameterized type is told where it is used. */
  typeIn(context: TypeContext): Type;
}
/** A value in a list or a map: null only where its field says so. */
type ItemValue<T, I> = I extends { readonly null: true } ? T | null : T;
type RowValue<T, O> = O extends { readonly null: false } | { readonly primaryKey: true } ? T : T | null;
/** An embedded struct, or a list of them, in a JSON column. */
export interface Embed<C extends "one" | "many", S> {
  readonly [ROW]: EmbedValue<C, S>;
  readonly kind: "embed";
  readonly cardinality: C;
  /** The schema; `name` is for one that was declared in place. */
  target(name: string): S;
  readonly options: EmbedOptions;
}
type EmbedValue<C, S> = C extends "many" ? InstanceOf<S>[] : InstanceOf<S> | null;
export interface EmbedOptions {
  readonly onReplace?: "raise" | "markAsInvalid" | "update" | "delete";
  readonly source?: string;
  readonly loadInQuery?: boolean;
  readonly defaultsToStruct?: boolean;
  readonly redact?: boolean;
  readonly hidden?: boolean;
}
export type AnyField = Field<unknown, unknown> | Embed<"one" | "many", unknown>;

type Precision = {
  /** Digits of a second. Default 3 for `utcDatetime`, 0 for `time` and `naiveDatetime`. */
  readonly precision?: 0 | 3 | 6;
  /** The same as `precision: 6`. */
  readonly usec?: boolean;
};
type Temporal = { readonly as?: "string" | "date" | "temporal" };
type NotNull = { readonly null: false };

const OPTIONS = [
  "null", "default", "source", "virtual", "primaryKey", "autogenerate", "readAfterWrites", "loadInQuery", "redact", "hidden", "writable", "onWritableViolation", "skipDefaultValidation",
]; // biome-ignore format: a list of names

function make<T, O>(type: Type, options: O | undefined, own: readonly string[] = []): Field<T, O> {
  return makeIn(() => type, options, own);
}

/** A field whose type depends on where it is used; its options are checked there, too, where it is known whose they are. */
function makeIn<T, O>(typeFor: (context: TypeContext) => Type, options: O | undefined, own: readonly string[] = []): Field<T, O> {
  const known = [...OPTIONS, ...own];
  const typeIn = (context: TypeContext): Type => {
    const where = context.schema === undefined ? "a field" : `schema ${context.schema}, "${context.field ?? ""}"`;
    checkOptions(where, options ?? {}, known, (message) => new SchemaError(message));
    return typeFor(context);
  };
  return Object.freeze({
    kind: "field",
    get type() {
      return typeIn({});
    },
    typeIn,
    options: options ?? {},
  }) as unknown as Field<T, O>;
}

/** The options that a field hands to its type. */
function ofType<O extends object>(options: O | undefined, names: readonly string[]): O {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => names.includes(name))) as O;
}

const PRECISION = ["as", "usec", "precision"];
const UUIDS = ["version", "precision"];
const DIGITS = ["precision", "scale"];

/**
 * The field types of a schema. Every field takes the same options; without `null: false` its value may be null, as in SQL.
 * @example field.string({ null: false, default: "untitled" })
 */
export const field = {
  /** A whole number that the database numbers rows with. */
  id<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.id(), options);
  },
  /** A UUID as lowercase text; `autogenerate: true` makes one at insert, of version 4 or `version: 7`. */
  uuid<const O extends FieldOptions<string> & { readonly version?: 4 | 7; readonly precision?: "millisecond" | "monotonic" } = {}>(
    options?: O,
  ): Field<string, O> {
    return make(types.uuid(ofType(options, UUIDS)), options, UUIDS);
  },
  string<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.string(), options);
  },
  text<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.text(), options);
  },
  /** A whole number within ±(2^53 − 1); see `bigint` for larger ones. */
  integer<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.integer(), options);
  },
  bigint<const O extends FieldOptions<bigint> = {}>(options?: O): Field<bigint, O> {
    return make(types.bigint(), options);
  },
  float<const O extends FieldOptions<number> = {}>(options?: O): Field<number, O> {
    return make(types.float(), options);
  },
  /** An exact decimal number, as a `Decimal` of decimal.js. */
  decimal<const O extends FieldOptions<Decimal> & { readonly precision?: number; readonly scale?: number } = {}>(
    options?: O,
  ): Field<Decimal, O> {
    return make(types.decimal(ofType(options, DIGITS)), options, DIGITS);
  },
  boolean<const O extends FieldOptions<boolean> = {}>(options?: O): Field<boolean, O> {
    return make(types.boolean(), options);
  },
  binary<const O extends FieldOptions<Uint8Array> = {}>(options?: O): Field<Uint8Array, O> {
    return make(types.binary(), options);
  },
  /** A day, as `"2026-11-22"`. */
  date<const O extends FieldOptions<string> & Temporal = {}>(options?: O): Field<TemporalValue<O, "PlainDate", string>, O> {
    return make(types.date(ofType(options, ["as"])), options, ["as"]);
  },
  /** A time of day, as `"13:45:00"`. */
  time<const O extends FieldOptions<string> & Temporal & Precision = {}>(options?: O): Field<TemporalValue<O, "PlainTime", string>, O> {
    return make(types.time(ofType(options, PRECISION)), options, PRECISION);
  },
  /** A date and time without a zone, as `"2026-11-22T13:45:00"`. */
  naiveDatetime<const O extends FieldOptions<string> & Temporal & Precision = {}>(
    options?: O,
  ): Field<TemporalValue<O, "PlainDateTime", string>, O> {
    return make(types.naiveDatetime(ofType(options, PRECISION)), options, PRECISION);
  },
  /** An instant, as a `Date`, with milliseconds unless `precision` says otherwise. */
  utcDatetime<const O extends FieldOptions<Date> & Temporal & Precision = {}>(options?: O): Field<TemporalValue<O, "Instant", Date>, O> {
    return make(types.utcDatetime(ofType(options, PRECISION)), options, PRECISION);
  },
  /** Bits of any number, as a text of 0 and 1: `"1011"`. */
  bitstring<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.bitstring(), options);
  },
  duration<const O extends FieldOptions<string> = {}>(options?: O): Field<string, O> {
    return make(types.duration(), options);
  },
  json,
  map,
  /** A list of values of one field; `null: true` in the inner one says that there may be nulls among them. */
  array<T, I, const O extends FieldOptions<ItemValue<T, I>[]> = {}>(inner: Field<T, I>, options?: O): Field<ItemValue<T, I>[], O> {
    if (!isField(inner)) throw new ArgumentError("field.array takes the field of its elements: field.array(field.string())");
    return makeIn((context) => types.array(inner.typeIn(context)), options);
  },
  enum<const V extends EnumInput, const O extends FieldOptions<EnumValue<V>> & { readonly embedAs?: "values" | "dumped" } = {}>(
    values: V,
    options?: O,
  ): Field<EnumValue<V>, O> {
    return make(types.enum(values, ofType(options, ["embedAs"])), options, ["embedAs"]);
  },
  vector<const O extends FieldOptions<number[]> = {}>(dimensions: number, options?: O): Field<number[], O> {
    return make(types.vector(dimensions), options);
  },
  any<const O extends FieldOptions<unknown> = {}>(options?: O): Field<unknown, O> {
    return make(types.any(), options);
  },
  of,
} as const;

type TemporalValue<O, N extends string, T> = O extends { as: "temporal" }
  ? typeof globalThis extends { Temporal: { [P in N]: { prototype: infer V } } }
    ? V
    : unknown
  : T;

function json<T = unknown>(options: FieldOptions<T> & NotNull): Field<T, NotNull>;
function json<T = unknown>(options?: FieldOptions<T>): Field<T, {}>;
function json(options?: FieldOptions): Field<unknown, unknown> {
  return make(types.json(), options);
}

function map<T, I, const O extends FieldOptions<Record<string, ItemValue<T, I>>> = {}>(
  inner: Field<T, I>,
  options?: O,
): Field<Record<string, ItemValue<T, I>>, O>;
function map<const O extends FieldOptions<Record<string, unknown>> = {}>(options?: O): Field<Record<string, unknown>, O>;
function map(first?: Field<unknown> | FieldOptions, second?: FieldOptions): Field<unknown, unknown> {
  if (!isField(first)) return make(types.map(), first);
  return makeIn((context) => types.map(first.typeIn(context)), second);
}

/** A field of a custom type, or of a parameterized one with its parameters. */
function of<T, P, const O extends FieldOptions<T> = {}>(type: ParameterizedType<T, P>, params: P, options?: O): Field<T, O>;
function of<T, const O extends FieldOptions<T> = {}>(type: CustomType<T> | Type<T>, options?: O): Field<T, O>;
function of(type: object, second?: unknown, third?: unknown): Field<never, never> {
  if (typeof type !== "object" || type === null) {
    throw new ArgumentError(
      "field.of takes a type: an object with type, cast, load and dump, or one of types. Other schemas are reached by belongsTo, hasMany and embedsOne(() => Other)",
    );
  }
  if (!("init" in type)) return make(types.custom(type as never), second as never);
  return makeIn((context) => types.parameterized(type as never, second as never, context), third as never);
}

export function isField(value: unknown): value is Field<unknown> {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "field";
}
export function isEmbed(value: unknown): value is Embed<"one" | "many", unknown> {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "embed";
}
