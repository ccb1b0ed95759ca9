// A Date holds milliseconds, and a column may hold three digits more. They are kept beside the Date that they were read into, so that
// a query finds the row by that Date, and a change writes it back as it was.

interface Rest {
  readonly time: number;
  readonly micros: number;
}
const rests = new WeakMap<Date, Rest>();

/** The microseconds beyond a Date's milliseconds, 0 to 999; none once it was set to another time. */
export function microsOf(date: Date): number {
  const rest = rests.get(date);
  return rest !== undefined && rest.time === date.getTime() ? rest.micros : 0;
}

/** The Date, with the microseconds beyond its milliseconds. */
export function withMicros(date: Date, micros: number): Date {
  if (micros !== 0) rests.set(date, { time: date.getTime(), micros });
  return date;
}
