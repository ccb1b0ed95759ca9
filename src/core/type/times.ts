// The types date, time, naiveDatetime and utcDatetime.
import { ArgumentError, didYouMean, ok } from "../base/index.ts";
import * as calendar from "./calendar.ts";
import type { DateParts, DateTimeParts, Parsed, Precision, TimeParts } from "./calendar.ts";
import { castOrRefuse, defineType, INVALID, refuse, same } from "./define.ts";
import { castFraction, checkFraction, fitFraction, sameDigits, tooFine } from "./fraction.ts";
import { microsOf, withMicros } from "./micros.ts";
import type { CastResult, Type } from "./type.ts";

const DATE = 'a date such as "2026-11-22"';
const PRECISIONS: readonly Precision[] = [6, 3, 0];

/** A calendar date as ISO text. */
export const dateType: Type<string> = defineType<string>({
  name: "date",
  storage: "date",
  cast: (value) => answer(dateOf(value), (parts) => ok(calendar.formatDate(parts))),
  dump: (value) => (typeof value === "string" && calendar.parseDate(value) ? value : refuse(value, DATE)),
  autogenerate: () => new Date().toISOString().slice(0, 10),
});

/** One type for each precision; the widest, which is the exact one of the others, is made first. */
function byPrecision<T>(make: (precision: Precision, exact: Type<T> | undefined) => Type<T>): ReadonlyMap<Precision, Type<T>> {
  const made = new Map<Precision, Type<T>>();
  for (const precision of PRECISIONS) made.set(precision, make(precision, made.get(6)));
  return made;
}

const times = byPrecision<string>((precision, exact) =>
  textType("time", precision, exact, 'a time such as "13:45:00"', /^\d\d:\d\d:\d\d(\.\d+)?$/, calendar.parseTime, (value) =>
    answer(timeOf(value), (parts) => castFraction(parts, precision, () => calendar.formatTime(parts, precision))),
  ),
);
const naiveDatetimes = byPrecision<string>((precision, exact) =>
  textType(
    "naiveDatetime",
    precision,
    exact,
    'a naive date-time such as "2026-11-22T13:45:00"',
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/,
    calendar.parseDateTime,
    (value) => answer(dateTimeOf(value), (parts) => castFraction(parts, precision, () => calendar.formatDateTime(parts, precision))),
  ),
);
const utcDatetimes = byPrecision<Date>(utcDatetimeWith);

/** A time of day as ISO text. */
export function timeType(precision: Precision): Type<string> {
  return times.get(precision) as Type<string>;
}

/** A date and a time without a zone as ISO text. */
export function naiveDatetimeType(precision: Precision): Type<string> {
  return naiveDatetimes.get(precision) as Type<string>;
}

/** A moment as a Date. With precision 6, the microseconds beyond its milliseconds are kept beside it. */
export function utcDatetimeType(precision: Precision): Type<Date> {
  return utcDatetimes.get(precision) as Type<Date>;
}

function textType(
  storage: "time" | "naiveDatetime",
  precision: Precision,
  exact: Type<string> | undefined,
  expected: string,
  pattern: RegExp,
  parse: (text: string) => unknown,
  cast: (value: unknown) => CastResult<string>,
): Type<string> {
  const dump = (value: string): string => {
    if (typeof value !== "string" || !pattern.test(value) || parse(value) === undefined) return refuse(value, expected);
    return checkFraction(value, precision);
  };
  return defineType<string>({
    name: precision === 6 ? `${storage}Usec` : storage,
    storage,
    params: Object.freeze({ precision }),
    exact: exact as Type | undefined,
    cast,
    dump,
    load: (value: string): string => fitFraction(value, precision),
    equal: (a, b) => a === b || (typeof a === "string" && typeof b === "string" && sameDigits(a, b)),
    fromJson: (value) => castOrRefuse(cast, value, expected),
    autogenerate: () => (cast(new Date()) as { value: string }).value,
  });
}

function utcDatetimeWith(precision: Precision, exact: Type<Date> | undefined): Type<Date> {
  const cast = (value: unknown): CastResult<Date> =>
    answer(dateTimeOf(value), (parts) => castFraction(parts, precision, () => momentOf(parts, precision)));
  return defineType<Date>({
    name: precision === 6 ? "utcDatetimeUsec" : "utcDatetime",
    storage: "utcDatetime",
    params: Object.freeze({ precision }),
    exact: exact as Type | undefined,
    cast,
    dump: (value) => {
      if (!(value instanceof Date)) return refuse(value, "a Date");
      if (calendar.ofDate(value) === undefined) throw new TypeError("it is an invalid Date, or outside the years 0 to 9999");
      return checkMoment(value, precision);
    },
    // A codec checks the digits that it reads; what a Date can show of them by itself is checked here too.
    load: precision === 0 ? (value: Date) => checkMoment(value, 0) : null,
    equal: (a, b) => a === b || (a instanceof Date && b instanceof Date && same(a.getTime(), b.getTime()) && microsOf(a) === microsOf(b)),
    toJson: (value) => formatInstant(value, precision),
    fromJson: (value) => castOrRefuse(cast, value, 'a date-time such as "2026-11-22T13:45:00Z"'),
    autogenerate: () => (cast(new Date()) as { value: Date }).value,
  });
}

function momentOf(parts: DateTimeParts, precision: Precision): Date {
  const time = calendar.epochMilliseconds(parts);
  if (precision === 0) return new Date(Math.floor(time / 1000) * 1000);
  return withMicros(new Date(time), parts.micro % 1000);
}

function checkMoment(value: Date, precision: Precision): Date {
  const micros = precision === 6 ? 0 : microsOf(value);
  if (micros !== 0) throw new TypeError(tooFine(6, precision));
  if (precision === 0 && value.getTime() % 1000 !== 0) throw new TypeError(tooFine(3, 0));
  return value;
}

function formatInstant(value: Date, precision: Precision): string {
  const text = value.toISOString();
  if (precision === 3) return text;
  return precision === 0 ? `${text.slice(0, 19)}Z` : `${text.slice(0, -1)}${String(microsOf(value)).padStart(3, "0")}Z`;
}

/** A moment as ISO text in UTC: the form between the database and `Temporal.Instant`. */
export function castInstantText(value: unknown, precision: Precision): CastResult<string> {
  return answer(dateTimeOf(value), (parts) => castFraction(parts, precision, () => `${calendar.formatDateTime(parts, precision)}Z`));
}

export interface TimeOptions {
  /** Digits of a second: 0, 3 or 6. A `utcDatetime` has 3 unless said otherwise, `time` and `naiveDatetime` none. */
  readonly precision?: Precision;
  /** The same as `precision: 6`. */
  readonly usec?: boolean;
}

/** The precision that a field's options ask for. Throws an ArgumentError on one that does not exist. */
export function precisionOf(options: TimeOptions, name: "time" | "naiveDatetime" | "utcDatetime"): Precision {
  const { usec = false, precision } = options;
  if (precision === undefined) return usec ? 6 : name === "utcDatetime" ? 3 : 0;
  if (!PRECISIONS.includes(precision))
    throw new ArgumentError(`a ${name} has a precision of 0, 3 or 6 digits of a second, not ${String(precision)}`);
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

function answer<P, T>(parsed: Parsed<P>, make: (parts: P) => CastResult<T>): CastResult<T> {
  if (parsed === undefined) return INVALID;
  return parsed === null ? ok(null as T) : make(parsed);
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
