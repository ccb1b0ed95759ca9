// The commands of migrations as data.
import type { RawSql } from "./raw.ts";

/** The types that every dialect translates; any other name goes to the database as it is. */
export type KnownType =
  | "id"
  | "serial"
  | "bigserial"
  | "identity"
  | "integer"
  | "bigint"
  | "float"
  | "decimal"
  | "boolean"
  | "string"
  | "text"
  | "binary"
  | "bitstring"
  | "uuid"
  | "binaryId"
  | "date"
  | "time"
  | "timeUsec"
  | "naiveDatetime"
  | "naiveDatetimeUsec"
  | "utcDatetime"
  | "utcDatetimeUsec"
  | "duration"
  | "json"
  | "map"
  | "vector";

/** The type of a column, normalised. */
export type ColumnType = KnownType | (string & {}) | RawSql | ArrayType | MapType;
export interface ArrayType {
  readonly array: ColumnType;
}
export interface MapType {
  readonly map: ColumnType;
}

/** The type of a column as it may be written: `"string[]"` and `["array", "string"]` are `{ array: "string" }`. */
export type ColumnTypeInput =
  | ColumnType
  | { readonly array: ColumnTypeInput }
  | { readonly map: ColumnTypeInput }
  | readonly ["array" | "map", ColumnTypeInput];

/** What happens to a row when the one that it refers to is deleted. */
export type OnDelete =
  | "nothing"
  | "deleteAll"
  | "nilifyAll"
  | "defaultAll"
  | "restrict"
  | { readonly nilify: readonly string[] }
  | { readonly default: readonly string[] };
/** What happens to a row when the key that it refers to changes. */
export type OnUpdate = "nothing" | "updateAll" | "nilifyAll" | "restrict";
/** @deprecated Write `"deleteAll"`, `"nilifyAll"` and `"defaultAll"`. */
export type SnakeCaseOnDelete = "delete_all" | "nilify_all" | "default_all";
/** @deprecated Write `"updateAll"` and `"nilifyAll"`. */
export type SnakeCaseOnUpdate = "update_all" | "nilify_all";

/** A foreign key, as the type of a column. `null` stands for what the table or the configuration decides. */
export interface Reference {
  readonly kind: "reference";
  readonly table: string;
  readonly name: string | null;
  readonly column: string | null;
  readonly type: ColumnType | null;
  readonly prefix: string | null;
  readonly with: Readonly<Record<string, string>>;
  readonly match: "full" | "simple" | "partial" | null;
  readonly onDelete: OnDelete;
  readonly onUpdate: OnUpdate;
  readonly validate: boolean;
}

/** A check of a column, by its name. */
export interface CheckOption {
  readonly name?: string;
  readonly expr: string | RawSql;
}

/** The options of a column. */
export interface ColumnOptions {
  /** Part of the primary key. */
  readonly primaryKey?: boolean;
  /** A literal value, a list or object for array and JSON columns, or `fragment(sql)`. */
  readonly default?: unknown;
  readonly null?: boolean;
  /** The length of a string or binary. A `"string"` has 255 where the database limits strings. */
  readonly size?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly comment?: string;
  readonly collation?: string;
  /** MySQL: the column before this one. */
  readonly after?: string;
  /** What follows GENERATED: `"ALWAYS AS (price * 2) STORED"`. */
  readonly generated?: string;
  /** The first value of an identity column. */
  readonly startValue?: number;
  /** The step of an identity column. */
  readonly increment?: number;
  /** The fields that a duration keeps, as in `"day to second"`. */
  readonly fields?: string;
  /** A check constraint of the column: the way to have one on SQLite. */
  readonly check?: CheckOption;
}

export interface AddColumn {
  readonly op: "add" | "addIfNotExists";
  readonly name: string;
  readonly type: ColumnType | Reference;
  readonly options: ColumnOptions;
}
export interface ModifyColumn {
  readonly op: "modify";
  readonly name: string;
  readonly type: ColumnType | Reference;
  readonly options: ColumnOptions;
  /** What the column was; `options` null: as the new ones. */
  readonly from: { readonly type: ColumnType | Reference; readonly options: ColumnOptions | null } | null;
}
export interface RemoveColumn {
  readonly op: "remove" | "removeIfExists";
  readonly name: string;
  readonly type: ColumnType | Reference | null;
  readonly options: ColumnOptions;
}
export type ColumnChange = AddColumn | ModifyColumn | RemoveColumn;

export interface Table {
  readonly name: string;
  readonly prefix: string | null;
  readonly comment: string | null;
  readonly engine: string | null;
  /** SQL after the statement. */
  readonly options: string | null;
  /** SQL between CREATE and TABLE. */
  readonly modifiers: string | null;
}

export type Direction = "asc" | "ascNullsFirst" | "ascNullsLast" | "desc" | "descNullsFirst" | "descNullsLast";
/** @deprecated Write `ascNullsFirst`, `ascNullsLast`, `descNullsFirst` and `descNullsLast`. */
export type SnakeCaseDirection = "asc_nulls_first" | "asc_nulls_last" | "desc_nulls_first" | "desc_nulls_last";
export interface IndexColumn {
  readonly expr: string | RawSql;
  readonly direction: Direction | null;
}
export interface Index {
  readonly table: string;
  readonly prefix: string | null;
  readonly name: string;
  readonly columns: readonly IndexColumn[];
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly using: string | null;
  readonly include: readonly (string | RawSql)[];
  readonly only: boolean;
  readonly nullsDistinct: boolean | null;
  readonly where: string | null;
  readonly comment: string | null;
  readonly options: string | null;
}

export interface Constraint {
  readonly table: string;
  readonly prefix: string | null;
  readonly name: string;
  readonly check: string | null;
  readonly exclude: string | null;
  readonly validate: boolean;
  readonly comment: string | null;
}

export type DropMode = "restrict" | "cascade";
/** What `execute` runs: statements, or a function. */
export type ExecuteStep = readonly string[] | (() => unknown);

/** A change of the database's structure, as plain frozen data. */
export type Command =
  | { readonly kind: "createTable"; readonly table: Table; readonly ifNotExists: boolean; readonly columns: readonly AddColumn[] }
  | { readonly kind: "alterTable"; readonly table: Table; readonly changes: readonly ColumnChange[] }
  | { readonly kind: "dropTable"; readonly table: Table; readonly ifExists: boolean; readonly mode: DropMode }
  | { readonly kind: "renameTable"; readonly table: Table; readonly to: string }
  | { readonly kind: "renameColumn"; readonly table: Table; readonly column: string; readonly to: string }
  | { readonly kind: "createIndex"; readonly index: Index; readonly ifNotExists: boolean }
  | { readonly kind: "dropIndex"; readonly index: Index; readonly ifExists: boolean; readonly mode: DropMode }
  | { readonly kind: "renameIndex"; readonly index: Index; readonly to: string }
  | { readonly kind: "createConstraint"; readonly constraint: Constraint }
  | { readonly kind: "dropConstraint"; readonly constraint: Constraint; readonly ifExists: boolean; readonly mode: DropMode }
  | { readonly kind: "execute"; readonly up: ExecuteStep; readonly down: ExecuteStep | null; readonly files: readonly string[] };

export type CommandOf<K extends Command["kind"]> = Extract<Command, { kind: K }>;
