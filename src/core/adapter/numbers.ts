import { print } from "../base/index.ts";
import { Decimal } from "../type/index.ts";

// From what a driver gives for a number to the exact one: none is rounded without a word.

const DIGITS = /^-?\d+$/;
const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/**
 * A whole number that a `number` holds.
 * @param texts whether digits are one as well: the database has numbers whose driver gives their text
 * @throws TypeError where it is none, or is beyond ±(2^53 - 1)
 */
export function decodeInteger(value: unknown, texts = false): number {
  if (Number.isSafeInteger(value)) return value as number;
  const whole = typeof value === "bigint" || Number.isInteger(value) || (texts && typeof value === "string" && DIGITS.test(value));
  const number = whole ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  if (whole) throw new TypeError("it is an integer beyond ±(2^53 - 1), which a number cannot hold: declare the field as field.bigint()");
  throw new TypeError(`it is ${print(value)}, not an integer`);
}

/** A whole number of any size. @throws TypeError where it is none, or was rounded already */
export function decodeBigint(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value) || (typeof value === "string" && DIGITS.test(value))) return BigInt(value as number | string);
  throw new TypeError(`it is ${print(value)}, not an exact integer`);
}

/**
 * A decimal.
 * @param digits how the database's own floats are to be read
 * @throws TypeError where it is no number, or no finite one
 */
export function decodeDecimal(value: unknown, digits: (float: number) => number | string = (float) => float): Decimal {
  let decimal: Decimal | null = null;
  if (typeof value === "number") decimal = new Decimal(digits(value));
  else if (typeof value === "bigint") decimal = new Decimal(value.toString());
  else if (typeof value === "string" && NUMBER.test(value)) decimal = new Decimal(value);
  if (decimal?.isFinite() !== true) throw new TypeError(`it is ${print(value)}, not a finite decimal`);
  return decimal;
}
