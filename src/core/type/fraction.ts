// The digits of a second of a time: how many there are, and how many a field takes.
import type { Precision, TimeParts } from "./calendar.ts";
import { err, ok } from "../base/index.ts";
import type { CastResult } from "./type.ts";

const DIGITS = { 0: "no", 3: "three", 6: "six" } as const;
const HOLDS = { 0: "whole seconds", 3: "milliseconds", 6: "microseconds" } as const;

/** The text of parts with so many digits of a second. Whole seconds cut, as Ecto's cast does; what holds a fraction refuses a finer one. */
export function castFraction<P extends TimeParts, T>(parts: P, precision: Precision, make: (parts: P) => T): CastResult<T> {
  if (precision !== 0 && (parts.finer || (precision === 3 && parts.micro % 1000 !== 0)))
    return err({ message: `has more than ${DIGITS[precision]} digits of a second`, precision });
  return ok(make(parts));
}

/** What is wrong with a value that has more digits of a second than the field holds; `digits` is their number. */
export function tooFine(digits: number, precision: Precision): string {
  const wider = digits > 6 ? null : digits > 3 ? 6 : 3;
  const fix =
    wider === null ? "a field holds six at most: cut the value" : `cut the value, or declare the field with { precision: ${wider} }`;
  return `it has a fraction of a second of ${digits} digits, and the field holds ${HOLDS[precision]}: ${fix}`;
}

/** The number of digits of a second in a text, without zeros at the end. */
export function digitsIn(text: string): number {
  const point = text.indexOf(".");
  if (point < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  return end - point - 1;
}

/** A text from the database with as many digits of a second as the field has. @throws TypeError where it has more */
export function fitFraction(text: string, precision: Precision): string {
  const point = text.indexOf(".");
  if (point < 0) return precision === 0 ? text : `${text}.${"0".repeat(precision)}`;
  const digits = digitsIn(text);
  if (digits > precision) throw new TypeError(tooFine(digits, precision));
  return precision === 0 ? text.slice(0, point) : text.slice(0, point + 1 + precision).padEnd(point + 1 + precision, "0");
}

/** @throws TypeError where a text has other than the digits of a second that the field takes */
export function checkFraction(text: string, precision: Precision): string {
  const digits = digitsIn(text);
  if (digits > precision) throw new TypeError(tooFine(digits, precision));
  const point = text.indexOf(".");
  const count = point < 0 ? 0 : text.length - point - 1;
  if (count !== precision || (precision === 0 && point >= 0))
    throw new TypeError(
      `it has not exactly ${DIGITS[precision]} digits after the second, which a field with precision: ${precision} takes`,
    );
  return text;
}

/** The same text for the same time, however many zeros it ends with. */
export function sameDigits(a: string, b: string): boolean {
  const trimmed = (text: string): string => {
    const digits = digitsIn(text);
    return digits === 0 ? text.replace(/\.0*$/, "") : text.slice(0, text.indexOf(".") + 1 + digits);
  };
  return trimmed(a) === trimmed(b);
}
