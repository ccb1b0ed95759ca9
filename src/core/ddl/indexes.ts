import { checkOptions, ArgumentError, print, optionNames } from "../base/index.ts";
import type { CommandOf, Constraint, Direction, DropMode, Index, IndexColumn, SnakeCaseDirection } from "./data.ts";
import { checkName, flag, oneOf, optionalName, optionalSql, optionalText } from "./options.ts";
import { isRawSql } from "./raw.ts";
import type { RawSql } from "./raw.ts";
import { dropMode } from "./tables.ts";

/** A column's name, `fragment(sql)`, or either with a direction: `{ desc: "title" }`. */
export type IndexColumnInput = string | RawSql | { readonly [D in Direction | SnakeCaseDirection]?: string | RawSql };

/** What an index is beside its columns. */
export interface IndexOptions {
  /** `table_column_index` unless given. */
  readonly name?: string;
  readonly prefix?: string | null;
  readonly unique?: boolean;
  readonly comment?: string;
  /** The kind of index: `"gin"`, `"hash"`. */
  readonly using?: string;
  /** Builds it without locking the table (PostgreSQL); the migration needs `transaction: false`. */
  readonly concurrently?: boolean;
  /** Columns that are stored in the index as well (PostgreSQL). */
  readonly include?: readonly (string | RawSql)[];
  /** Whether nulls differ from each other in a unique index (PostgreSQL 15). */
  readonly nullsDistinct?: boolean;
  /** Leaves partitions out (PostgreSQL). */
  readonly only?: boolean;
  /** SQL for WITH (PostgreSQL). */
  readonly options?: string;
  /** The condition of a partial index, as SQL. */
  readonly where?: string | RawSql;
}
/** How an index is dropped. */
export interface DropIndexOptions extends IndexOptions {
  readonly mode?: DropMode;
}
/** What a constraint says: `check` or `exclude`. */
export interface ConstraintOptions {
  readonly check?: string | RawSql;
  readonly exclude?: string | RawSql;
  readonly prefix?: string | null;
  /** `false` leaves existing rows unchecked (PostgreSQL). */
  readonly validate?: boolean;
  readonly comment?: string;
}
/** How a constraint is dropped. */
export interface DropConstraintOptions extends ConstraintOptions {
  readonly mode?: DropMode;
}

type Columns = string | RawSql | readonly IndexColumnInput[];
const DIRECTIONS: readonly Direction[] = ["asc", "ascNullsFirst", "ascNullsLast", "desc", "descNullsFirst", "descNullsLast"];
const CONSTRAINT_KEYS = optionNames<ConstraintOptions>({ check: true, exclude: true, prefix: true, validate: true, comment: true });
const KEYS = optionNames<IndexOptions>({
  name: true,
  prefix: true,
  unique: true,
  comment: true,
  using: true,
  concurrently: true,
  include: true,
  nullsDistinct: true,
  only: true,
  options: true,
  where: true,
});

/**
 * A new index (Ecto's `create index(…)`).
 * @throws ArgumentError on an option that cannot be
 */
export function createIndex(table: string, columns: Columns, options: IndexOptions = {}): CommandOf<"createIndex"> {
  return Object.freeze({ kind: "createIndex", index: index(table, columns, options), ifNotExists: false });
}

/** A new index, where there is none of that name (Ecto's `create_if_not_exists index(…)`). */
export function createIndexIfNotExists(table: string, columns: Columns, options: IndexOptions = {}): CommandOf<"createIndex"> {
  return Object.freeze({ kind: "createIndex", index: index(table, columns, options), ifNotExists: true });
}

/** A new unique index (Ecto's `create unique_index(…)`). */
export function createUniqueIndex(table: string, columns: Columns, options: IndexOptions = {}): CommandOf<"createIndex"> {
  return createIndex(table, columns, { ...options, unique: true });
}

/** Drops an index (Ecto's `drop index(…)`). */
export function dropIndex(table: string, columns: Columns, options: DropIndexOptions = {}): CommandOf<"dropIndex"> {
  const { mode, ...rest } = options;
  return Object.freeze({ kind: "dropIndex", index: index(table, columns, rest, true), ifExists: false, mode: dropMode("dropIndex", mode) });
}

/** Drops an index where it is there (Ecto's `drop_if_exists index(…)`). */
export function dropIndexIfExists(table: string, columns: Columns, options: DropIndexOptions = {}): CommandOf<"dropIndex"> {
  return Object.freeze({ ...dropIndex(table, columns, options), ifExists: true });
}

/**
 * Gives an index another name (Ecto's `rename index(…), to: …`).
 * @param columns the index's columns; with `options.name` they are needed by SQLite only, which makes the index anew
 */
export function renameIndex(table: string, columns: Columns, to: string, options: IndexOptions = {}): CommandOf<"renameIndex"> {
  return Object.freeze({ kind: "renameIndex", index: index(table, columns, options, true), to: checkName("the index's new name", to) });
}

/**
 * A new check or exclusion constraint (Ecto's `create constraint(…)`).
 * @throws ArgumentError unless exactly one of `check` and `exclude` is given
 */
export function createConstraint(table: string, name: string, options: ConstraintOptions): CommandOf<"createConstraint"> {
  const made = constraint(table, name, options);
  if (made.check === null && made.exclude === null) {
    throw new ArgumentError(`createConstraint("${table}", "${name}") needs check or exclude, as in { check: "price > 0" }`);
  }
  if (made.check !== null && made.exclude !== null) {
    throw new ArgumentError(`createConstraint("${table}", "${name}") takes check or exclude, not both`);
  }
  return Object.freeze({ kind: "createConstraint", constraint: made });
}

/** Drops a constraint (Ecto's `drop constraint(…)`). */
export function dropConstraint(table: string, name: string, options: DropConstraintOptions = {}): CommandOf<"dropConstraint"> {
  const { mode, ...rest } = options;
  const what = "dropConstraint";
  return Object.freeze({ kind: "dropConstraint", constraint: constraint(table, name, rest), ifExists: false, mode: dropMode(what, mode) });
}

/** Drops a constraint where it is there (Ecto's `drop_if_exists constraint(…)`). */
export function dropConstraintIfExists(table: string, name: string, options: DropConstraintOptions = {}): CommandOf<"dropConstraint"> {
  return Object.freeze({ ...dropConstraint(table, name, options), ifExists: true });
}

function index(table: string, input: Columns, options: IndexOptions, byName: boolean = false): Index {
  const what = `an index on "${checkName("the table of an index", table)}"`;
  checkOptions(what, options, KEYS);
  const columns = (Array.isArray(input) ? (input as readonly IndexColumnInput[]) : [input as IndexColumnInput]).map((one) =>
    indexColumn(what, one),
  );
  if (columns.length === 0 && !(byName && options.name !== undefined)) throw new ArgumentError(`${what} needs at least one column`);
  const unique = flag(`${what}: unique`, options.unique, false);
  if (options.nullsDistinct !== undefined && !unique) {
    throw new ArgumentError(`${what}: nullsDistinct is for unique indexes only; use createUniqueIndex`);
  }
  return Object.freeze({
    table,
    prefix: optionalName(`${what}: prefix`, options.prefix),
    name: optionalName(`${what}: name`, options.name) ?? defaultIndexName(table, columns),
    columns: Object.freeze(columns),
    unique,
    concurrently: flag(`${what}: concurrently`, options.concurrently, false),
    using: usingMethod(what, options.using),
    include: Object.freeze((options.include ?? []).map((one) => (isRawSql(one) ? one : checkName(`${what}: include`, one)))),
    only: flag(`${what}: only`, options.only, false),
    nullsDistinct: options.nullsDistinct === undefined ? null : flag(`${what}: nullsDistinct`, options.nullsDistinct, true),
    where: optionalSql(`${what}: where`, options.where),
    comment: optionalText(`${what}: comment`, options.comment),
    options: optionalSql(`${what}: options`, options.options),
  });
}

function usingMethod(what: string, using: unknown): string | null {
  const method = optionalText(`${what}: using`, using);
  if (method !== null && !/^\w+$/.test(method))
    throw new ArgumentError(`${what}: using is the name of an index method, not ${print(method)}`);
  return method;
}

function indexColumn(what: string, input: IndexColumnInput): IndexColumn {
  if (typeof input === "string" || isRawSql(input)) return Object.freeze({ expr: indexExpr(what, input), direction: null });
  const [[direction, expr] = ["", null], ...others] = Object.entries(input ?? {});
  if (others.length > 0 || direction === "") {
    throw new ArgumentError(`${what}: a column is a name, fragment(sql) or { desc: name }, not ${print(input)}`);
  }
  return Object.freeze({ expr: indexExpr(what, expr), direction: oneOf(`${what}: a direction`, direction, DIRECTIONS) });
}

function indexExpr(what: string, expr: unknown): string | RawSql {
  return isRawSql(expr) ? expr : checkName(`${what}: a column`, expr);
}

/** `posts_user_id_title_index`, as Ecto names it; what is not a letter, digit or `_` becomes `_`. */
function defaultIndexName(table: string, columns: readonly IndexColumn[]): string {
  const parts = [table, ...columns.map(({ expr }) => (typeof expr === "string" ? expr : expr.raw)), "index"];
  return parts.map((part) => part.replace(/\W/g, "_").replace(/_+$/, "")).join("_");
}

function constraint(table: string, name: string, options: ConstraintOptions): Constraint {
  const what = `constraint "${checkName("a constraint", name)}"`;
  checkName("the table of a constraint", table);
  checkOptions(what, options, CONSTRAINT_KEYS);
  return Object.freeze({
    table,
    prefix: optionalName(`${what}: prefix`, options.prefix),
    name,
    check: optionalSql(`${what}: check`, options.check),
    exclude: optionalSql(`${what}: exclude`, options.exclude),
    validate: flag(`${what}: validate`, options.validate, true),
    comment: optionalText(`${what}: comment`, options.comment),
  });
}
