// The text of moments, which every database's codecs read and write.
import { digitsIn, microsOf, type Precision, tooFine, withMicros } from "../type/index.ts";

const EXACT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?(?::\d\d)?)?$/;

/**
 * A Date of a date-time's text, which is in UTC where it names no offset.
 * @throws TypeError where a Date cannot hold it, and where it has more digits of a second than the precision
 */
export function parseInstant(text: string, precision: Precision): Date {
  // The usual forms, "2026-11-22 13:45:00" and with ".123456", by their digits: several times faster than Date.parse.
  const length = text.length;
  if (length === 19 || (length > 20 && length < 27 && text.charCodeAt(19) === 46 && isDigit(text.charCodeAt(length - 1)))) {
    const year = digits(text, 0, 4);
    const day = digits(text, 8, 2);
    const time = Date.UTC(year, digits(text, 5, 2) - 1, day, digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
    const micros = length === 19 ? 0 : fraction(text, length);
    if (year >= 100 && !Number.isNaN(time + micros) && (day < 29 || isDayOf(time, day))) {
      if (length === 19) return new Date(time);
      if (precision === 3 && micros % 1000 === 0) return new Date(time + micros / 1000);
      return fitted(time + Math.floor(micros / 1000), micros, text, precision);
    }
  }
  return parseSlowly(text, precision);
}

/** Whether the month has such a day; Date takes the 31st of any. */
function isDayOf(time: number, day: number): boolean {
  return new Date(time).getUTCDate() === day;
}

function fitted(time: number, micros: number, text: string, precision: Precision): Date {
  if (precision < 6 && micros % 10 ** (6 - precision) !== 0) throw new TypeError(tooFine(digitsIn(text), precision));
  return withMicros(new Date(time), micros % 1000);
}

function parseSlowly(text: string, precision: Precision): Date {
  const match = EXACT.exec(text);
  const offset = match?.[4] ?? "Z";
  const part = match?.[3] ?? "";
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${part.slice(0, 4)}${fullOffset(offset)}`);
  const local = match === null ? Number.NaN : Date.parse(`${match[1]}T00:00:00Z`);
  if (Number.isNaN(time) || !isDayOf(local, Number(match?.[1]?.slice(8))))
    throw new TypeError(`it is "${text}", which is no moment between the years 0 and 9999`);
  if (digitsIn(part) > 6) throw new TypeError(tooFine(digitsIn(part), precision));
  return fitted(time, Number(part.slice(1, 7).padEnd(6, "0")), part, precision);
}

/**
 * A date-time's text as UTC with all its digits and a Z at the end.
 * @throws TypeError where it is outside the years 0 to 9999
 */
export function parseInstantText(text: string): string {
  const match = EXACT.exec(text);
  if (match === null) throw new TypeError(`it is "${text}", which is no moment between the years 0 and 9999`);
  const offset = match[4];
  const part = match[3] ?? "";
  if (digitsIn(part) > 6) throw new TypeError(tooFine(digitsIn(part), 6));
  if (offset === undefined || offset === "Z" || /^[+-]00(:?00)?$/.test(offset)) return `${match[1]}T${match[2]}${part}Z`;
  // An offset has whole seconds, so the fraction stays as it is.
  return `${parseSlowly(`${match[1]}T${match[2]}${offset}`, 6).toISOString().slice(0, 19)}${part}Z`;
}

/** A Date as ISO text in UTC, without the Z: milliseconds, or six digits where it has microseconds. */
export function instantText(date: Date): string {
  const text = date.toISOString().slice(0, 23);
  const micros = microsOf(date);
  return micros === 0 ? text : text + String(micros).padStart(3, "0");
}

function fullOffset(offset: string): string {
  if (offset === "Z") return "Z";
  const plain = offset.slice(1).replaceAll(":", "");
  return `${offset[0]}${plain.slice(0, 2)}:${plain.slice(2, 4) || "00"}`;
}

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const SCALES = [0, 100_000, 10_000, 1000, 100, 10, 1];

/** The microseconds of a text that ends with one to six digits of a second. */
function fraction(text: string, length: number): number {
  const count = length - 20;
  return digits(text, 20, count) * (SCALES[count] as number);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
