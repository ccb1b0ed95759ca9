// Dates and times in text, read into their parts and written out of them.
import { isPlainObject } from "../base/index.ts";
import { microsOf } from "./micros.ts";

/** Digits of a second. */
export type Precision = 0 | 3 | 6;
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}
export interface TimeParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
  /** There are digits past the sixth. */
  readonly finer?: boolean;
}
/** `offset` is in minutes east of UTC; null where the text had none. */
export interface DateTimeParts extends DateParts, TimeParts {
  readonly offset: number | null;
}
/** `undefined` is "not valid"; null is "left empty", as a form sends a date that nobody filled in. */
export type Parsed<T> = T | null | undefined;

const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d(?::?\d\d)?)?`;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = new RegExp(`^T?${CLOCK}$`);
const SHORT_TIME = /^(\d\d):(\d\d)$/;
const DATE_TIME = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)[T ]${CLOCK}$`);
const SHORT_DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)$/;

export function parseDate(text: string): DateParts | undefined {
  const match = DATE.exec(text);
  return match === null ? undefined : validDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** A time with its seconds, or `HH:MM`. An offset is dropped, as Elixir's Time does. */
export function parseTime(text: string): TimeParts | undefined {
  const short = SHORT_TIME.exec(text);
  if (short !== null) return validTime(Number(short[1]), Number(short[2]), 0, 0);
  const match = TIME.exec(text);
  return match === null ? undefined : clock(match, 1);
}

/** A date and a time with its seconds; `offset` where the text ends in Z or an offset. */
export function parseDateTime(text: string): DateTimeParts | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const date = parseDate(match[1] as string);
  const time = clock(match, 2);
  const offset = parseOffset(match[6]);
  return date && time && offset !== undefined ? { ...date, ...time, offset } : undefined;
}

/** As `parseDateTime`, also without seconds: what the browser's datetime-local input sends. */
export function parseLocalDateTime(text: string): DateTimeParts | undefined {
  const short = SHORT_DATE_TIME.exec(text);
  return parseDateTime(short === null ? text : `${short[1]}T${short[2]}:00`);
}

function clock(match: RegExpExecArray, at: number): TimeParts | undefined {
  if (parseOffset(match[at + 4]) === undefined) return undefined;
  const fraction = match[at + 3] ?? "";
  const micro = Number(fraction.slice(0, 6).padEnd(6, "0"));
  const time = validTime(Number(match[at]), Number(match[at + 1]), Number(match[at + 2]), micro);
  return time && /[^0]/.test(fraction.slice(6)) ? { ...time, finer: true } : time;
}

function parseOffset(text: string | undefined): number | null | undefined {
  if (text === undefined) return null;
  if (text === "Z") return 0;
  const digits = text.slice(1).replace(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 23 || minutes > 59 || (text.startsWith("-") && hours === 0 && minutes === 0)) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function validDate(year: number, month: number, day: number): DateParts | undefined {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return { year, month, day };
}

function validTime(hour: number, minute: number, second: number, micro: number): TimeParts | undefined {
  const valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && micro >= 0 && micro < 1_000_000;
  return valid ? { hour, minute, second, micro } : undefined;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `{ year, month, day }` with numbers or texts of whole numbers, as three inputs of a form send them. */
export function dateOfParts(value: unknown): Parsed<DateParts> {
  if (!hasParts(value, ["year", "month", "day"])) return undefined;
  if (allEmpty([value.year, value.month, value.day])) return null;
  const [year, month, day] = [whole(value.year), whole(value.month), whole(value.day)];
  return year === undefined || month === undefined || day === undefined ? undefined : validDate(year, month, day);
}

/** `{ hour, minute, second?, microsecond? }`. */
export function timeOfParts(value: unknown): Parsed<TimeParts> {
  if (!hasParts(value, ["hour", "minute"])) return undefined;
  if (allEmpty([value.hour, value.minute])) return null;
  const [hour, minute] = [whole(value.hour), whole(value.minute)];
  const second = isEmpty(value.second) ? 0 : whole(value.second);
  const micro = isEmpty(value.microsecond) ? 0 : whole(value.microsecond);
  if (hour === undefined || minute === undefined || second === undefined || micro === undefined) return undefined;
  return validTime(hour, minute, second, micro);
}

/** The parts of a date and a time in one object. */
export function dateTimeOfParts(value: unknown): Parsed<DateTimeParts> {
  const date = dateOfParts(value);
  const time = timeOfParts(value);
  if (date === null && time === null) return null;
  return date && time ? { ...date, ...time, offset: null } : undefined;
}

function hasParts<K extends string>(value: unknown, keys: readonly K[]): value is Record<K | "second" | "microsecond", unknown> {
  return isPlainObject(value) && keys.every((key) => Object.hasOwn(value, key));
}

// Ecto's rule: all of them "" or all of them nil; a mix is a mistake.
function allEmpty(values: readonly unknown[]): boolean {
  return values.every((value) => value === "") || values.every((value) => value === null || value === undefined);
}

function isEmpty(value: unknown): boolean {
  return value === "" || value === null || value === undefined;
}

function whole(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** The moment in UTC; undefined where the offset carries it out of the years 0 to 9999. */
export function toUtc(parts: DateTimeParts): DateTimeParts | undefined {
  if (!parts.offset) return { ...parts, offset: 0 };
  const moved = ofDate(new Date(epochMilliseconds(parts)));
  return moved && { ...moved, micro: parts.micro, finer: parts.finer === true };
}

/** Milliseconds since 1970 of a moment; one without an offset is taken as UTC. */
export function epochMilliseconds(parts: DateTimeParts): number {
  const local = Date.parse(`${formatDate(parts)}T${formatTime(parts, 0)}.${pad(Math.floor(parts.micro / 1000), 3)}Z`);
  return local - (parts.offset ?? 0) * 60_000;
}

/** The parts of a Date in UTC; undefined for an invalid one and for years outside 0 to 9999. */
export function ofDate(date: Date): DateTimeParts | undefined {
  const parts = Number.isNaN(date.getTime()) ? undefined : parseDateTime(date.toISOString());
  return parts && { ...parts, micro: parts.micro + microsOf(date) };
}

export function formatDate(parts: DateParts): string {
  return `${pad(parts.year, 4)}-${pad(parts.month, 2)}-${pad(parts.day, 2)}`;
}

export function formatTime(parts: TimeParts, precision: Precision): string {
  const seconds = `${pad(parts.hour, 2)}:${pad(parts.minute, 2)}:${pad(parts.second, 2)}`;
  return precision === 0 ? seconds : `${seconds}.${pad(parts.micro, 6).slice(0, precision)}`;
}

export function formatDateTime(parts: DateTimeParts, precision: Precision): string {
  return `${formatDate(parts)}T${formatTime(parts, precision)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** The text of a Temporal value, for the casts of its neighbours; other values pass. A zoned one has its offset at the end. */
export function textOfTemporal(value: unknown): unknown {
  return tagOf(value)?.startsWith("Temporal.") ? (value as { toString(options: object): string }).toString(BARE) : value;
}

/** As `textOfTemporal`, but a zoned value becomes the exact moment: in text its offset is rounded to minutes. */
export function momentTextOfTemporal(value: unknown): unknown {
  return textOfTemporal(tagOf(value) === "Temporal.ZonedDateTime" ? (value as { toInstant(): unknown }).toInstant() : value);
}

const BARE = Object.freeze({ calendarName: "never", timeZoneName: "never" });

function tagOf(value: unknown): string | undefined {
  const tag: unknown =
    typeof value === "object" && value !== null ? (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] : undefined;
  return typeof tag === "string" ? tag : undefined;
}
