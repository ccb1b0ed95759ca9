import type { Meta, SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";

/** How a result is made from a row: each leaf names a column of the row by its index. */
export type Shape =
  | ColumnShape
  | StructShape
  | MapShape
  | { readonly kind: "tuple"; readonly items: readonly Shape[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Shape])[] }
  | { readonly kind: "merge"; readonly base: Shape; readonly over: Shape }
  | { readonly kind: "constant"; readonly value: unknown };

export interface ColumnShape {
  readonly kind: "column";
  readonly at: number;
  readonly type: Type | null;
  /** What the value is, for errors. */
  readonly label: string;
}
export interface ColumnField {
  readonly name: string;
  readonly at: number;
  readonly type: Type | null;
}
export interface StructShape {
  readonly kind: "struct";
  readonly info: SchemaInfo;
  readonly fields: readonly ColumnField[];
  /** Fields that are not read, with the value that they have. */
  readonly rest: readonly (readonly [string, unknown])[];
  /** The meta of the rows where it is not the schema's own. */
  readonly meta: Meta | null;
  /** A row of nulls is no struct: the far side of an outer join. */
  readonly nullable: boolean;
  /** Structs of the root, which preloads start from. */
  readonly root: boolean;
  /** Its rows are told apart by all that is read of them: they are no table's, whose key tells. */
  readonly whole?: boolean;
  /** Associations whose rows stand in the row, as JSON. */
  readonly inline?: readonly InlineRows[];
}

/** An association that is read within the row of its owner: its rows are a JSON list of lists in one column. */
export interface InlineRows {
  readonly association: string;
  readonly at: number;
  readonly cardinality: "one" | "many";
  readonly shape: StructShape;
}

/** Fields of a row as a plain object. */
export interface MapShape {
  readonly kind: "map";
  /** The schema of the row; null where it has none. */
  readonly info: SchemaInfo | null;
  readonly fields: readonly ColumnField[];
  readonly meta: Meta | null;
  readonly nullable: boolean;
  readonly root: boolean;
  readonly whole?: boolean;
}
/** What preloads start from: the root as its struct, or as a plain object of some of its fields. */
export type RootShape = StructShape | (MapShape & { readonly info: SchemaInfo });

/** A preload out of a join: the joined rows, and what hangs on them. */
export interface JoinPreload {
  readonly association: string;
  readonly shape: StructShape;
  readonly nested: readonly JoinPreload[];
}
