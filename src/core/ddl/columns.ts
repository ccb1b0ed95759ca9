import { checkOptions, ArgumentError, print, optionNames } from "../base/index.ts";
import type { AddColumn, CheckOption, ColumnOptions, ColumnType, ColumnTypeInput, ModifyColumn, Reference, RemoveColumn } from "./data.ts";
import { checkName, compact, flag, optionalName, optionalSql, optionalText } from "./options.ts";
import { isReference } from "./references.ts";
import { columnType } from "./types.ts";

/** The type of a column, or a reference. */
export type TypeInput = ColumnTypeInput | Reference;
/** What a modified column was: a type (the new options hold), or a type with its own options. */
export type FromInput = TypeInput | readonly [TypeInput, ColumnOptions] | ({ readonly type: TypeInput } & ColumnOptions);
/** A column's new options, and what it was before. */
export interface ModifyOptions extends ColumnOptions {
  /** What the column was: makes the command reversible, and drops the foreign key that it had. */
  readonly from?: FromInput;
}

export const COLUMN_KEYS = optionNames<ColumnOptions>({
  primaryKey: true,
  default: true,
  null: true,
  size: true,
  precision: true,
  scale: true,
  comment: true,
  collation: true,
  after: true,
  generated: true,
  startValue: true,
  increment: true,
  fields: true,
  check: true,
});
const CHECK_KEYS = optionNames<CheckOption>({ name: true, expr: true });

/**
 * A new column of a table (Ecto's `add/3`).
 * @throws ArgumentError on a type or an option that cannot be
 */
export function addColumn(name: string, type: TypeInput, options: ColumnOptions = {}): AddColumn {
  return Object.freeze({ op: "add", ...column(name, type, options) });
}

/** A new column, where the table has none of that name (Ecto's `add_if_not_exists/3`). */
export function addColumnIfNotExists(name: string, type: TypeInput, options: ColumnOptions = {}): AddColumn {
  return Object.freeze({ op: "addIfNotExists", ...column(name, type, options) });
}

/** A column's new type and options (Ecto's `modify/3`). */
export function modifyColumn(name: string, type: TypeInput, options: ModifyOptions = {}): ModifyColumn {
  const { from, ...rest } = options;
  const base = column(name, type, rest);
  return Object.freeze({ op: "modify", ...base, from: from === undefined ? null : modifiedFrom(base.name, from) });
}

/** A column that goes; its type and options are what a rollback adds again (Ecto's `remove/3`). */
export function removeColumn(name: string, type?: TypeInput, options: ColumnOptions = {}): RemoveColumn {
  if (type === undefined) return Object.freeze({ op: "remove", name: checkName("a column", name), type: null, options: Object.freeze({}) });
  return Object.freeze({ op: "remove", ...column(name, type, options) });
}

/** A column that goes where it is there (Ecto's `remove_if_exists/2`). */
export function removeColumnIfExists(name: string, type?: TypeInput): RemoveColumn {
  return Object.freeze({ ...removeColumn(name, type), op: "removeIfExists" });
}

function column(
  name: string,
  type: TypeInput,
  options: ColumnOptions,
): { name: string; type: ColumnType | Reference; options: ColumnOptions } {
  const what = `column "${checkName("a column", name)}"`;
  return { name, type: isReference(type) ? type : columnType(what, type), options: columnOptions(what, options) };
}

function modifiedFrom(name: string, from: FromInput): ModifyColumn["from"] {
  const what = `column "${name}": from`;
  const [type, options] = splitFrom(from);
  return Object.freeze({
    type: isReference(type) ? type : columnType(what, type),
    options: options === null ? null : columnOptions(what, options),
  });
}

function splitFrom(from: FromInput): [TypeInput, ColumnOptions | null] {
  if (Array.isArray(from) && from[0] !== "array" && from[0] !== "map") return [from[0] as TypeInput, (from[1] ?? {}) as ColumnOptions];
  if (typeof from === "object" && !Array.isArray(from) && !isReference(from) && "type" in from) {
    const { type, ...options } = from;
    return [type, options];
  }
  return [from as TypeInput, null];
}

function columnOptions(what: string, options: ColumnOptions): ColumnOptions {
  checkOptions(what, options, COLUMN_KEYS);
  if (options.scale !== undefined && options.precision === undefined) {
    throw new ArgumentError(`${what}: scale needs precision too, as in { precision: 10, scale: ${String(options.scale)} }`);
  }
  if (options.fields !== undefined && !/^[A-Za-z]+( [A-Za-z]+)*$/.test(options.fields)) {
    throw new ArgumentError(`${what}: fields is like "day to second", not ${print(options.fields)}`);
  }
  return compact({
    primaryKey: flag(`${what}: primaryKey`, options.primaryKey, false) ? true : undefined,
    default: options.default,
    null: options.null === undefined ? undefined : flag(`${what}: null`, options.null, true),
    size: count(what, "size", options.size, 1),
    precision: count(what, "precision", options.precision, 0),
    scale: count(what, "scale", options.scale, 0),
    comment: optionalText(`${what}: comment`, options.comment) ?? undefined,
    collation: optionalName(`${what}: collation`, options.collation) ?? undefined,
    after: optionalName(`${what}: after`, options.after) ?? undefined,
    generated: optionalText(`${what}: generated`, options.generated) ?? undefined,
    startValue: count(what, "startValue", options.startValue, 1),
    increment: count(what, "increment", options.increment, 1),
    fields: options.fields,
    check: options.check === undefined ? undefined : checkOption(what, options.check),
  });
}

function checkOption(what: string, check: CheckOption): CheckOption {
  checkOptions(`${what}: check`, check, CHECK_KEYS);
  const expr = optionalSql(`${what}: check.expr`, check.expr);
  if (expr === null) throw new ArgumentError(`${what}: check needs expr, as in { name: "price_positive", expr: "price > 0" }`);
  return compact({ name: optionalName(`${what}: check.name`, check.name) ?? undefined, expr });
}

/** Numbers go into the SQL as they are, so they have to be nothing else. */
function count(what: string, option: string, value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw new ArgumentError(`${what}: ${option} must be an integer from ${least} on, not ${print(value)}`);
  }
  return value as number;
}
