// The types id, integer, bigint, float and decimal.
import { Decimal } from "decimal.js";
import { ArgumentError, checkOptions, err, ok, optionNames } from "../base/index.ts";
import { castOrRefuse, defineType, INVALID, refuse } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

const WHOLE = /^[+-]?\d+$/;
const REAL = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
// Ecto's bound: no number that a database can hold is longer, and parsing long ones is work an attacker would like us to do.
const MAX_INTEGER_LENGTH = 32;
// PostgreSQL's widest numeric. Past it, writing the digits out would cost megabytes for a text of ten characters.
const MAX_EXPONENT = 131_072;
const SAFE = "an integer between -(2^53 - 1) and 2^53 - 1";
const INT64 = "a bigint of 64 bits";

export const integerType: Type<number> = integerLike("integer");
export const idType: Type<number> = integerLike("id");

function integerLike(name: string): Type<number> {
  return defineType<number>({
    name,
    storage: "integer",
    cast: castInteger,
    // Adding zero turns -0 into 0: integers have one zero.
    dump: (value) => (Number.isSafeInteger(value) ? value + 0 : refuse(value, SAFE)),
  });
}

function castInteger(value: unknown): CastResult<number> {
  const number = typeof value === "string" ? parseInteger(value) : typeof value === "bigint" ? Number(value) : value;
  return Number.isSafeInteger(number) ? ok((number as number) + 0) : INVALID;
}

function parseInteger(text: string): number {
  return text.length < MAX_INTEGER_LENGTH && WHOLE.test(text) ? Number(text) : Number.NaN;
}

/** Whole numbers of 64 bits. */
export const bigintType: Type<bigint> = defineType<bigint>({
  name: "bigint",
  storage: "bigint",
  cast: castBigint,
  dump: (value) => (typeof value === "bigint" && fitsInt64(value) ? value : refuse(value, INT64)),
  toJson: (value) => value.toString(),
  fromJson: (value) => castOrRefuse(castBigint, value, INT64),
});

function castBigint(value: unknown): CastResult<bigint> {
  if (typeof value === "bigint") return fitsInt64(value) ? ok(value) : INVALID;
  if (typeof value === "number") return Number.isSafeInteger(value) ? ok(BigInt(value)) : INVALID;
  if (typeof value !== "string" || value.length >= MAX_INTEGER_LENGTH || !WHOLE.test(value)) return INVALID;
  return castBigint(BigInt(value.startsWith("+") ? value.slice(1) : value));
}

function fitsInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

export const floatType: Type<number> = defineType<number>({
  name: "float",
  storage: "float",
  cast: castFloat,
  dump: (value) => (Number.isFinite(value) ? value : refuse(value, "a finite number")),
});

function castFloat(value: unknown): CastResult<number> {
  const number = typeof value === "bigint" || (typeof value === "string" && REAL.test(value)) ? Number(value) : value;
  return Number.isFinite(number) ? ok(number as number) : INVALID;
}

/** Digits in all and behind the point, as the migration of the column has them; nothing is rounded to them. */
export interface DecimalOptions {
  readonly precision?: number;
  readonly scale?: number;
}

const plainDecimal: Type<Decimal> = decimalWith();

const DECIMAL_OPTIONS = optionNames<DecimalOptions>({ precision: true, scale: true });

export function decimalType(options: DecimalOptions = {}): Type<Decimal> {
  checkOptions("types.decimal", options, DECIMAL_OPTIONS);
  return options.precision === undefined && options.scale === undefined ? plainDecimal : decimalWith(options);
}

function decimalWith(options?: DecimalOptions): Type<Decimal> {
  return defineType<Decimal>({
    name: "decimal",
    storage: "decimal",
    ...(options && { params: Object.freeze({ ...options }) }),
    cast: castDecimal,
    dump: dumpDecimal,
    equal: (a, b) => a === b || (Decimal.isDecimal(a) && Decimal.isDecimal(b) && a.eq(b)),
    toJson: (value) => value.toString(),
    fromJson: (value) => castOrRefuse(castDecimal, value, "a decimal"),
  });
}

function castDecimal(value: unknown): CastResult<Decimal> {
  if (Decimal.isDecimal(value)) return ok(finite(value));
  if (typeof value === "bigint") return ok(new Decimal(value.toString()));
  if (typeof value === "number") return castNumber(value);
  if (typeof value !== "string" || !DECIMAL.test(value)) return INVALID;
  const decimal = new Decimal(value);
  return decimal.isFinite() && Math.abs(decimal.e) <= MAX_EXPONENT ? ok(decimal) : INVALID;
}

// A whole number beyond 2^53 has been rounded by whoever made it a number, and nobody can tell from what.
function castNumber(value: number): CastResult<Decimal> {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return err({ message: "is a number beyond 2^53, which is not exact: give it as text or as a Decimal" });
  }
  return Number.isFinite(value) ? ok(new Decimal(value)) : INVALID;
}

// Only a program makes such a Decimal, never a form: so this is thrown, as Ecto does.
function finite(value: Decimal): Decimal {
  if (!value.isFinite()) throw new ArgumentError(`${value} is not allowed for type decimal: declare a custom type that maps it`);
  return value instanceof Decimal ? value : new Decimal((value as Decimal).toString());
}

function dumpDecimal(value: Decimal): Decimal {
  if (!Decimal.isDecimal(value)) refuse(value, "a Decimal");
  if (!value.isFinite()) throw new TypeError("NaN and infinite decimals are not supported: declare a custom type that maps them");
  const decimal = finite(value);
  // Decimals have one zero.
  return decimal.isZero() && decimal.isNegative() ? decimal.abs() : decimal;
}
