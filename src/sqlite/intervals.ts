import type { IntervalUnit } from "../core/plan/index.ts";

/** Microseconds of the units that always last the same. */
const MICROS: Readonly<Record<Exclude<IntervalUnit, "year" | "month">, number>> = {
  week: 604_800_000_000,
  day: 86_400_000_000,
  hour: 3_600_000_000,
  minute: 60_000_000,
  second: 1_000_000,
  millisecond: 1000,
  microsecond: 1,
};

/** A number of units. */
export interface Interval {
  /** The text of a number, which holds together. */
  readonly count: string;
  readonly unit: IntervalUnit;
  /** The number is known to be a whole one. */
  readonly whole: boolean;
}

/** What one of SQLite's functions moves a time by; they count milliseconds. */
export function modifier({ count, unit, whole }: Interval): string {
  switch (unit) {
    // The end of a longer month becomes the end of a shorter one, and half a year is six months, as on PostgreSQL.
    case "month":
      return `${count} || ' month', 'floor'`;
    case "year":
      return whole ? `${count} || ' year', 'floor'` : `(${count} * 12) || ' month', 'floor'`;
    case "week":
      return `(${count} * 7) || ' day'`;
    case "millisecond":
      return `(${count} / 1000.0) || ' second'`;
    case "microsecond":
      return `(${count} / 1000000.0) || ' second'`;
    default:
      return `${count} || ' ${unit}'`;
  }
}

/** Whether the fraction of a second stays as it is. */
export function keepsFraction({ unit, whole }: Interval): boolean {
  return unit === "year" || unit === "month" || (whole && unit !== "millisecond" && unit !== "microsecond");
}

/** A date-time's text, given twice, moved by what keeps its fraction of a second. */
export function movedSeconds(time: string, again: string, by: string): string {
  return `strftime('%Y-%m-%d %H:%M:%S', substr(${time}, 1, 19), ${by}) || substr(${again}, 20)`;
}

/** A date-time's text moved exactly: its whole seconds by SQLite's function, its microseconds by counting. */
export function movedMicros(time: string, { count, unit }: Interval): string {
  const rest = "(m % 1000000 + 1000000) % 1000000";
  const size = MICROS[unit as keyof typeof MICROS];
  return (
    `(SELECT strftime('%Y-%m-%d %H:%M:%S', substr(t, 1, 19), ((m - ${rest}) / 1000000) || ' second') || printf('.%06d', ${rest}) ` +
    `FROM (SELECT t, CAST(substr(substr(t, 21) || '000000', 1, 6) AS INTEGER) + CAST(round(n * ${size}) AS INTEGER) AS m ` +
    `FROM (SELECT ${time} AS t, ${count} AS n)))`
  );
}
