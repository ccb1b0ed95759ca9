/** How a value is written into JSON, so that rows can stand in a row, and how what the driver would have given is made of it. */
export interface JsonForm {
  /** The SQL that goes into JSON, of the SQL of the value. */
  readonly sql: (value: string) => string;
  /** @throws TypeError for what JSON does not tell exactly: it is left to a query that reads it alone */
  readonly read: (value: unknown) => unknown;
}

/** A value that goes into JSON as it is, or as `sql` says, and must be of its kind when it comes out. */
export function checkedForm(holds: (value: unknown) => boolean, sql: JsonForm["sql"] = asItIs): JsonForm {
  return { sql, read: (value) => (holds(value) ? value : inexact()) };
}

export function asItIs(value: string): string {
  return value;
}

/** @throws TypeError always */
export function inexact(): never {
  throw new TypeError("JSON does not tell the value exactly");
}
