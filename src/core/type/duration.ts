import { ok } from "../base/index.ts";
import { textOfTemporal } from "./calendar.ts";
import { castOrRefuse, defineType, INVALID, refuse } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

const N = String.raw`([+-]?\d{1,15})`;
const PATTERN = new RegExp(
  String.raw`^([+-])?P(?=[+\-\dT])(?:${N}Y)?(?:${N}M)?(?:${N}W)?(?:${N}D)?(?:T(?=[+\-\d])(?:${N}H)?(?:${N}M)?(?:([+-]?)(\d{1,15})(?:[.,](\d+))?S)?)?$`,
);
const EXPECTED = 'an ISO 8601 duration such as "P1Y2M3DT4H5M6.5S"';

/** Each part with its own sign; seconds are in microseconds, which are exact. */
interface Duration {
  readonly years: bigint;
  readonly months: bigint;
  readonly weeks: bigint;
  readonly days: bigint;
  readonly hours: bigint;
  readonly minutes: bigint;
  readonly micros: bigint;
}

/**
 * A span of time as ISO 8601 text. Two are equal when their months, days and seconds are: a year is 12 months, a week 7 days
 * and an hour 3600 seconds, but a month is no number of days, nor a day of seconds. PostgreSQL keeps the same three numbers.
 */
export const durationType: Type<string> = defineType<string>({
  name: "duration",
  storage: "duration",
  cast: castDuration,
  dump: (value) => {
    const parsed = typeof value === "string" ? parse(value) : undefined;
    return parsed && !hasExcessDigits(value) ? format(parsed) : refuse(value, EXPECTED);
  },
  equal: equalDurations,
  fromJson: (value) => castOrRefuse(castDuration, value, EXPECTED),
});

function castDuration(input: unknown): CastResult<string> {
  const value = textOfTemporal(input);
  const parsed = typeof value === "string" ? parse(value) : undefined;
  return parsed ? ok(format(parsed)) : INVALID;
}

/** Whether a text is an ISO 8601 duration. */
export function isDuration(text: string): boolean {
  return PATTERN.test(text);
}

function hasExcessDigits(text: string): boolean {
  return /[.,]\d{7,}S$/.test(text);
}

function parse(text: string): Duration | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const sign = match[1] === "-" ? -1n : 1n;
  const part = (i: number): bigint => sign * BigInt(match[i]?.replace("+", "") ?? 0);
  const seconds = BigInt(match[9] ?? 0) * 1_000_000n + BigInt((match[10] ?? "").slice(0, 6).padEnd(6, "0"));
  return {
    years: part(2),
    months: part(3),
    weeks: part(4),
    days: part(5),
    hours: part(6),
    minutes: part(7),
    micros: sign * (match[8] === "-" ? -seconds : seconds),
  };
}

function format(duration: Duration): string {
  const unit = (value: bigint, letter: string): string => (value === 0n ? "" : `${value}${letter}`);
  const date = unit(duration.years, "Y") + unit(duration.months, "M") + unit(duration.weeks, "W") + unit(duration.days, "D");
  const time = unit(duration.hours, "H") + unit(duration.minutes, "M") + seconds(duration.micros);
  if (date === "" && time === "") return "PT0S";
  return `P${date}${time === "" ? "" : `T${time}`}`;
}

function seconds(micros: bigint): string {
  if (micros === 0n) return "";
  const positive = micros < 0n ? -micros : micros;
  const fraction = String(positive % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${positive / 1_000_000n}${fraction === "" ? "" : `.${fraction}`}S`;
}

function equalDurations(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [typeof a === "string" ? parse(a) : undefined, typeof b === "string" ? parse(b) : undefined];
  if (x === undefined || y === undefined) return false;
  return monthsOf(x) === monthsOf(y) && daysOf(x) === daysOf(y) && microsOf(x) === microsOf(y);
}

function monthsOf(duration: Duration): bigint {
  return duration.years * 12n + duration.months;
}

function daysOf(duration: Duration): bigint {
  return duration.weeks * 7n + duration.days;
}

function microsOf(duration: Duration): bigint {
  return (duration.hours * 60n + duration.minutes) * 60_000_000n + duration.micros;
}
