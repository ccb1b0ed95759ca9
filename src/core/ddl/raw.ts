// SQL of one's own inside a command: `fragment`.
import { ArgumentError } from "../base/index.ts";

const FRAGMENT: unique symbol = Symbol.for("ectype.ddl.fragment") as never;

/** SQL that goes to the database as it is written. Never build one from what a user typed. */
export interface RawSql {
  readonly raw: string;
}

/**
 * Marks text as SQL, for a default value, a column type or an index expression.
 * @param raw the SQL, passed on unchanged; never one that is built from what a user typed
 * @throws ArgumentError where it is not a text with something in it
 * @example m.createTable("studios", (t) => t.add("code", "string", { default: fragment("lower('X')") })); // PostgreSQL only
 * @see Ecto.Migration.fragment/1
 */
export function fragment(raw: string): RawSql {
  if (typeof raw !== "string" || raw.trim() === "") throw new ArgumentError("fragment() takes SQL as a non-empty string");
  return Object.freeze({ raw, [FRAGMENT]: true });
}

/** Whether a value was made by `fragment()`: a plain object with a key `raw` may be the default of a JSON column. */
export function isFragment(value: unknown): value is RawSql {
  return typeof value === "object" && value !== null && FRAGMENT in value;
}

/** Whether a value is SQL where nothing else can be meant: in the place of a type or a name. */
export function isRawSql(value: unknown): value is RawSql {
  return typeof value === "object" && value !== null && typeof (value as { raw?: unknown }).raw === "string";
}
