import { ArgumentError, didYouMean, ok } from "../base/index.ts";
import * as calendar from "./calendar.ts";
import type { DateParts, DateTimeParts, Parsed, Precision, TimeParts } from "./calendar.ts";
import { castOrRefuse, defineType, INVALID, refuse, same } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

const DATE = 'a date such as "2026-11-22"';
const HAS_FRACTION = "it has a fraction of a second, and the field holds whole seconds: cut it off, or declare the field with usec: true";
const NOT_SIX_DIGITS = "it has not exactly six digits after the second, which a field with usec: true takes";

/** A calendar date as ISO text. */
export const dateType: Type<string> = defineType<string>({
  name: "date",
  storage: "date",
  cast: (value) => answer(dateOf(value), calendar.formatDate),
  dump: (value) => (typeof value === "string" && calendar.parseDate(value) ? value : refuse(value, DATE)),
  autogenerate: () => new Date().toISOString().slice(0, 10),
});

const times = [timeWith(0), timeWith(6)] as const;
const naiveDatetimes = [naiveDatetimeWith(0), naiveDatetimeWith(6)] as const;

/** A time of day as ISO text, with whole seconds or six digits of a second. */
export function timeType(precision: Precision): Type<string> {
  return times[precision === 0 ? 0 : 1];
}

/** A date and a time without a zone as ISO text, with whole seconds or six digits of a second. */
export function naiveDatetimeType(precision: Precision): Type<string> {
  return naiveDatetimes[precision === 0 ? 0 : 1];
}

function timeWith(precision: Precision): Type<string> {
  return textType("time", "time", precision, 'a time such as "13:45:00"', /^\d\d:\d\d:\d\d(\.\d+)?$/, calendar.parseTime, (value) =>
    answer(timeOf(value), (parts) => calendar.formatTime(parts, precision)),
  );
}

function naiveDatetimeWith(precision: Precision): Type<string> {
  const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/;
  return textType(
    "naive_datetime",
    "naive_datetime",
    precision,
    'a naive date-time such as "2026-11-22T13:45:00"',
    pattern,
    calendar.parseDateTime,
    (value) => answer(dateTimeOf(value), (parts) => calendar.formatDateTime(parts, precision)),
  );
}

function textType(
  name: string,
  storage: "time" | "naive_datetime",
  precision: Precision,
  expected: string,
  pattern: RegExp,
  parse: (text: string) => unknown,
  cast: (value: unknown) => CastResult<string>,
): Type<string> {
  const dump = (value: string): string => {
    const match = typeof value === "string" ? pattern.exec(value) : null;
    if (match === null || parse(value) === undefined) return refuse(value, expected);
    return checkFraction(value, match[1], precision);
  };
  const load = (value: string): string => fitFraction(value, precision);
  return defineType<string>({
    name: precision === 0 ? name : `${name}_usec`,
    storage,
    params: Object.freeze({ precision }),
    cast,
    dump,
    load,
    equal: (a, b) => a === b || (typeof a === "string" && typeof b === "string" && fitFraction(a, 6) === fitFraction(b, 6)),
    fromJson: (value) => castOrRefuse(cast, value, expected),
    autogenerate: () => (cast(new Date()) as { value: string }).value,
  });
}

function checkFraction(value: string, fraction: string | undefined, precision: Precision): string {
  if (precision === 0 && fraction !== undefined) throw new TypeError(HAS_FRACTION);
  if (precision === 6 && fraction?.length !== 7) throw new TypeError(NOT_SIX_DIGITS);
  return value;
}

/** A text from the database with as many digits of a second as the field has. */
export function fitFraction(value: string, precision: Precision): string {
  const point = value.indexOf(".");
  if (precision === 0) return point < 0 ? value : value.slice(0, point);
  return point < 0 ? `${value}.000000` : value.slice(0, point + 7).padEnd(point + 7, "0");
}

/** Digits of a second of a `utcDatetime`. */
export type UtcPrecision = 0 | 3 | 6;
const utcDatetimes = new Map<UtcPrecision, Type<Date>>();

/**
 * A moment as a Date: whole seconds, or with precision 3 or 6 the milliseconds that a Date can hold.
 * The finer digits of a column of precision 6 are cut off on load; the Temporal form keeps them.
 */
export function utcDatetimeType(precision: UtcPrecision): Type<Date> {
  let type = utcDatetimes.get(precision);
  if (type === undefined) {
    type = utcDatetimeWith(precision);
    utcDatetimes.set(precision, type);
  }
  return type;
}

function utcDatetimeWith(precision: UtcPrecision): Type<Date> {
  const fit = precision === 0 ? wholeSeconds : (value: Date) => value;
  const cast = (value: unknown): CastResult<Date> => answer(dateTimeOf(value), (parts) => fit(new Date(calendar.epochMilliseconds(parts))));
  return defineType<Date>({
    name: precision === 6 ? "utc_datetime_usec" : "utc_datetime",
    storage: "utc_datetime",
    params: Object.freeze({ precision }),
    cast,
    dump: (value) => dumpDate(value, precision),
    load: precision === 0 ? wholeSeconds : null,
    equal: (a, b) => a === b || (a instanceof Date && b instanceof Date && same(a.getTime(), b.getTime())),
    toJson: (value) => formatInstant(value, precision),
    fromJson: (value) => castOrRefuse(cast, value, 'a date-time such as "2026-11-22T13:45:00Z"'),
    autogenerate: () => fit(new Date()),
  });
}

function wholeSeconds(value: Date): Date {
  const time = value.getTime();
  return time % 1000 === 0 ? value : new Date(Math.floor(time / 1000) * 1000);
}

function dumpDate(value: Date, precision: UtcPrecision): Date {
  if (!(value instanceof Date)) return refuse(value, "a Date");
  if (calendar.ofDate(value) === undefined) throw new TypeError("it is an invalid Date, or outside the years 0 to 9999");
  if (precision === 0 && value.getTime() % 1000 !== 0) throw new TypeError(HAS_FRACTION);
  return value;
}

function formatInstant(value: Date, precision: UtcPrecision): string {
  const text = value.toISOString();
  if (precision === 3) return text;
  return precision === 0 ? `${text.slice(0, 19)}Z` : `${text.slice(0, -1)}000Z`;
}

/** A moment as ISO text in UTC: the form between the database and `Temporal.Instant`, which alone holds microseconds. */
export function castInstantText(value: unknown, precision: Precision): CastResult<string> {
  return answer(dateTimeOf(value), (parts) => `${calendar.formatDateTime(parts, precision)}Z`);
}

export interface TimeOptions {
  /** Six digits of a second instead of none. Default false. */
  readonly usec?: boolean;
}
export interface UtcOptions extends TimeOptions {
  /** Digits of a second; 6 is the same as `usec: true`. Default 0. */
  readonly precision?: UtcPrecision;
}

/** The precision that a field's options ask for. Throws an ArgumentError on one that does not exist. */
export function precisionOf(options: UtcOptions): UtcPrecision {
  const { usec = false, precision } = options;
  if (precision === undefined) return usec ? 6 : 0;
  if (![0, 3, 6].includes(precision))
    throw new ArgumentError(`a utcDatetime has a precision of 0, 3 or 6 digits of a second, not ${String(precision)}`);
  if (usec && precision !== 6)
    throw new ArgumentError(`usec: true means precision: 6, but precision: ${precision} is given: leave one of them out`);
  return precision;
}

/** Whether the option `as` asks for Temporal; `own` is the name of the plain form. Throws an ArgumentError on other values. */
export function isTemporal(as: string | undefined, own: "string" | "date"): boolean {
  if (as === undefined || as === own) return false;
  if (as !== "temporal") throw new ArgumentError(`unknown value of the option as: "${as}". ${didYouMean(as, [own, "temporal"])}`);
  return true;
}

function answer<P, T>(parsed: Parsed<P>, make: (parts: P) => T): CastResult<T> {
  if (parsed === undefined) return INVALID;
  return ok(parsed === null ? (null as T) : make(parsed));
}

function dateOf(input: unknown): Parsed<DateParts> {
  const value = calendar.textOfTemporal(input);
  if (typeof value === "string") return calendar.parseDate(value) ?? calendar.parseDateTime(value);
  return value instanceof Date ? calendar.ofDate(value) : calendar.dateOfParts(value);
}

function timeOf(input: unknown): Parsed<TimeParts> {
  const value = calendar.textOfTemporal(input);
  // A text with a date is no time, but a Temporal value with a date has one.
  if (typeof value === "string") return calendar.parseTime(value) ?? (value === input ? undefined : calendar.parseDateTime(value));
  return value instanceof Date ? calendar.ofDate(value) : calendar.timeOfParts(value);
}

function dateTimeOf(input: unknown): Parsed<DateTimeParts> {
  const value = calendar.momentTextOfTemporal(input);
  if (value instanceof Date) return calendar.ofDate(value);
  const parts = typeof value === "string" ? calendar.parseLocalDateTime(value) : calendar.dateTimeOfParts(value);
  return parts && calendar.toUtc(parts);
}
