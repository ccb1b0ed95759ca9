import { Slot, type Source } from "../query/index.ts";
import type { Type } from "../type/index.ts";

/** How an adapter takes a list of values whatever its number of rows: as a parameter for each column, or as one for all rows. */
export interface Packing {
  readonly by: "columns" | "rows";
  /** Whether values of the type arrive so as they would alone. */
  holds(type: Type): boolean;
  /** The parameter of a column's encoded values, or of rows of them. */
  pack(values: readonly unknown[]): unknown;
}

type ValuesSource = Extract<Source, { kind: "values" }>;

/** What a parameter packs: a column of a list of values, or where `column` is null all of it. */
export interface Packed {
  readonly source: ValuesSource;
  readonly column: number | null;
}

/** The parameters that a list of values takes; null where each value must be one, since some column cannot be packed. */
export function packedParams(source: ValuesSource, packing: Packing | null): readonly Packed[] | null {
  if (packing === null || !source.columns.every(([, type]) => packing.holds(type))) return null;
  // What comes with a run has a parameter of its own.
  if (source.rows.some((row) => row.some((value) => value instanceof Slot))) return null;
  return packing.by === "rows" ? [{ source, column: null }] : source.columns.map((_, column) => ({ source, column }));
}

/** A packed parameter as the driver takes it. @param encode one value, as it would travel alone */
export function packedValue({ source, column }: Packed, packing: Packing, encode: (value: unknown, type: Type) => unknown): unknown {
  const types = source.columns.map(([, type]) => type);
  const { rows } = source;
  const packed = new Array<unknown>(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as readonly unknown[];
    packed[at] = column === null ? row.map((value, i) => encode(value, types[i] as Type)) : encode(row[column], types[column] as Type);
  }
  return packing.pack(packed);
}
