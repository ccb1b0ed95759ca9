import { checkOptions, ArgumentError, print, optionNames } from "../base/index.ts";
import type { ColumnTypeInput, OnDelete, OnUpdate, Reference, SnakeCaseOnDelete, SnakeCaseOnUpdate } from "./data.ts";
import { checkName, flag, oneOf, optionalName } from "./options.ts";
import { columnType } from "./types.ts";

/** What a foreign key says beside its table. */
export interface ReferencesOptions {
  /** The constraint's name; `table_column_fkey` unless given. */
  readonly name?: string;
  /** The column that is referred to; `id` unless given. */
  readonly column?: string;
  /** The type of the foreign key; that of an id unless given. */
  readonly type?: ColumnTypeInput;
  /** The other table's prefix; this table's unless given. */
  readonly prefix?: string;
  /** More pairs of this table's columns and the other's, for a key of several columns. */
  readonly with?: Readonly<Record<string, string>>;
  readonly match?: "full" | "simple" | "partial";
  readonly onDelete?: OnDelete | SnakeCaseOnDelete;
  readonly onUpdate?: OnUpdate | SnakeCaseOnUpdate;
  /** `false` leaves existing rows unchecked (PostgreSQL). */
  readonly validate?: boolean;
}

const KEYS = optionNames<ReferencesOptions>({
  name: true,
  column: true,
  type: true,
  prefix: true,
  with: true,
  match: true,
  onDelete: true,
  onUpdate: true,
  validate: true,
});
const ON_DELETE = ["nothing", "deleteAll", "nilifyAll", "defaultAll", "restrict"] as const;
const ON_UPDATE = ["nothing", "updateAll", "nilifyAll", "restrict"] as const;

/**
 * A foreign key, in the place of a column's type.
 * @param table the table that is referred to
 * @throws ArgumentError for an unknown option or action
 * @example m.createTable("awards", (t) => t.add("movie_id", references("movies", { onDelete: "restrict" })));
 * @see Ecto.Migration.references/2
 */
export function references(table: string, options: ReferencesOptions = {}): Reference {
  checkName("the table of references()", table);
  const what = `references("${table}")`;
  checkOptions(what, options, KEYS);
  return Object.freeze({
    kind: "reference",
    table,
    name: optionalName(`${what}: name`, options.name),
    column: optionalName(`${what}: column`, options.column),
    type: options.type === undefined ? null : columnType(`${what}: type`, options.type),
    prefix: optionalName(`${what}: prefix`, options.prefix),
    with: pairs(what, options.with),
    match: options.match === undefined ? null : oneOf(`${what}: match`, options.match, ["full", "simple", "partial"]),
    onDelete: onDelete(what, options.onDelete),
    onUpdate: options.onUpdate === undefined ? "nothing" : oneOf(`${what}: onUpdate`, options.onUpdate, ON_UPDATE),
    validate: flag(`${what}: validate`, options.validate, true),
  });
}

export function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "reference";
}

/** The constraint's name: the given one, or `table_column_fkey`. */
export function referenceName(reference: Reference, table: string, column: string): string {
  return reference.name ?? `${table}_${column}_fkey`;
}

function onDelete(what: string, action: OnDelete | SnakeCaseOnDelete | undefined): OnDelete {
  if (action === undefined) return "nothing";
  if (typeof action === "object" && action !== null) {
    const [[key, columns] = ["", null], ...others] = Object.entries(action);
    if (others.length === 0 && (key === "nilify" || key === "default")) {
      if (!Array.isArray(columns) || columns.length === 0) {
        throw new ArgumentError(`${what}: onDelete { ${key} } takes a list of columns, not ${print(columns)}`);
      }
      const names = Object.freeze(columns.map((column) => checkName(`${what}: onDelete`, column)));
      return key === "nilify" ? Object.freeze({ nilify: names }) : Object.freeze({ default: names });
    }
  }
  return oneOf(`${what}: onDelete`, action, ON_DELETE);
}

function pairs(what: string, given: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  if (given === undefined) return Object.freeze({});
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ArgumentError(`${what}: with takes an object of this table's columns and the other's, not ${print(given)}`);
  }
  for (const [mine, other] of Object.entries(given)) {
    checkName(`${what}: with`, mine);
    checkName(`${what}: with`, other);
  }
  return Object.freeze({ ...given });
}
