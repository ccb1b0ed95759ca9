import { checkOptions, ArgumentError, print, optionNames } from "../base/index.ts";
import { addColumn } from "./columns.ts";
import type { TypeInput } from "./columns.ts";
import type { AddColumn, ColumnChange, ColumnOptions, CommandOf, DropMode, Table } from "./data.ts";
import { checkName, oneOf, optionalName, optionalSql, optionalText } from "./options.ts";

/** The column of a table's primary key. */
export interface PrimaryKeyOptions extends Omit<ColumnOptions, "primaryKey"> {
  readonly name: string;
  readonly type: TypeInput;
}
/** Where a table is. */
export interface TableOptions {
  readonly prefix?: string | null;
  readonly comment?: string;
}
/** What a new table has beside its columns. */
export interface CreateTableOptions extends TableOptions {
  /** `false` for none, or its column; a column `id` that counts up unless given. */
  readonly primaryKey?: boolean | PrimaryKeyOptions;
  readonly engine?: string;
  /** SQL after the statement, as in `"PARTITION BY RANGE (date)"`. */
  readonly options?: string;
  /** SQL between CREATE and TABLE, as in `"UNLOGGED"`. */
  readonly modifiers?: string;
}
interface RenameOptions {
  readonly prefix?: string | null;
}
/** How a table is dropped. */
export interface DropOptions {
  readonly prefix?: string | null;
  /** `"cascade"` drops what depends on it as well. */
  readonly mode?: DropMode;
}

const TABLE = optionNames<TableOptions>({ prefix: true, comment: true });
const NEW_TABLE = optionNames<CreateTableOptions>({
  prefix: true,
  comment: true,
  primaryKey: true,
  engine: true,
  options: true,
  modifiers: true,
});
const DROP = optionNames<DropOptions>({ prefix: true, mode: true });
const RENAME = optionNames<RenameOptions>({ prefix: true });
const DEFAULT_KEY: PrimaryKeyOptions = { name: "id", type: "bigserial" };

/**
 * A new table; its primary key comes first (Ecto's `create table(…)`).
 * @throws ArgumentError on an option that cannot be, or a column that is there twice
 */
export function createTable(name: string, columns: readonly AddColumn[] = [], options: CreateTableOptions = {}): CommandOf<"createTable"> {
  return newTable(name, columns, options, false);
}

/** A new table, where there is none of that name (Ecto's `create_if_not_exists table(…)`). */
export function createTableIfNotExists(
  name: string,
  columns: readonly AddColumn[] = [],
  options: CreateTableOptions = {},
): CommandOf<"createTable"> {
  return newTable(name, columns, options, true);
}

/** Changes of a table's columns (Ecto's `alter table(…)`). */
export function alterTable(name: string, changes: readonly ColumnChange[], options: TableOptions = {}): CommandOf<"alterTable"> {
  checkOptions(`alterTable("${name}")`, options, TABLE);
  return Object.freeze({ kind: "alterTable", table: table(name, options), changes: Object.freeze([...changes]) });
}

/** Drops a table (Ecto's `drop table(…)`). */
export function dropTable(name: string, options: DropOptions = {}): CommandOf<"dropTable"> {
  return droppedTable(name, options, false);
}

/** Drops a table where it is there (Ecto's `drop_if_exists table(…)`). */
export function dropTableIfExists(name: string, options: DropOptions = {}): CommandOf<"dropTable"> {
  return droppedTable(name, options, true);
}

/** Gives a table another name (Ecto's `rename table(…), to: table(…)`). */
export function renameTable(name: string, to: string, options: RenameOptions = {}): CommandOf<"renameTable"> {
  checkOptions(`renameTable("${name}")`, options, RENAME);
  return Object.freeze({ kind: "renameTable", table: table(name, options), to: checkName("the table's new name", to) });
}

/** Gives a column another name (Ecto's `rename table(…), :column, to: :other`). */
export function renameColumn(name: string, column: string, to: string, options: RenameOptions = {}): CommandOf<"renameColumn"> {
  checkOptions(`renameColumn("${name}")`, options, RENAME);
  return Object.freeze({
    kind: "renameColumn",
    table: table(name, options),
    column: checkName("a column", column),
    to: checkName("the column's new name", to),
  });
}

export function dropMode(what: string, mode: unknown): DropMode {
  return mode === undefined ? "restrict" : oneOf(`${what}: mode`, mode, ["restrict", "cascade"]);
}

function newTable(
  name: string,
  columns: readonly AddColumn[],
  options: CreateTableOptions,
  ifNotExists: boolean,
): CommandOf<"createTable"> {
  checkOptions(`createTable("${name}")`, options, NEW_TABLE);
  const made = table(name, options);
  const key = primaryKeyColumn(name, options.primaryKey ?? true);
  const all = key === null ? [...columns] : [key, ...columns];
  checkTwice(name, all, key);
  return Object.freeze({ kind: "createTable", table: made, ifNotExists, columns: Object.freeze(all) });
}

function primaryKeyColumn(name: string, key: boolean | PrimaryKeyOptions): AddColumn | null {
  if (key === false) return null;
  const given = key === true ? DEFAULT_KEY : key;
  if (typeof given !== "object" || given === null || given.name === undefined || given.type === undefined) {
    throw new ArgumentError(`createTable("${name}"): primaryKey is true, false or { name, type, … }, not ${print(key)}`);
  }
  const { name: column, type, ...rest } = given;
  return addColumn(column, type, { ...rest, primaryKey: true });
}

function checkTwice(name: string, columns: readonly AddColumn[], key: AddColumn | null): void {
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column.name)) {
      const fix = column.name === key?.name ? ` It is the primary key already: pass { primaryKey: false } to define your own.` : "";
      throw new ArgumentError(`createTable("${name}") has the column "${column.name}" twice.${fix}`);
    }
    seen.add(column.name);
  }
}

function droppedTable(name: string, options: DropOptions, ifExists: boolean): CommandOf<"dropTable"> {
  const what = `dropTable("${name}")`;
  checkOptions(what, options, DROP);
  return Object.freeze({ kind: "dropTable", table: table(name, options), ifExists, mode: dropMode(what, options.mode) });
}

function table(name: string, options: CreateTableOptions): Table {
  const what = `table "${checkName("a table", name)}"`;
  return Object.freeze({
    name,
    prefix: optionalName(`${what}: prefix`, options.prefix),
    comment: optionalText(`${what}: comment`, options.comment),
    engine: optionalText(`${what}: engine`, options.engine),
    options: optionalSql(`${what}: options`, options.options),
    modifiers: optionalSql(`${what}: modifiers`, options.modifiers),
  });
}
