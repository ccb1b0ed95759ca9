import { kindOf, rowKey } from "../../base/index.ts";
import type { Preload } from "../../query/index.ts";
import { type AssociationInfo, tryStructInfo } from "../../schema/index.ts";
import type { Keyed, Row } from "./run.ts";

/** The rows that a function of the preload's own finds by the keys. */
export async function rowsOfFunction(
  association: AssociationInfo,
  fn: NonNullable<Preload["fn"]>,
  keys: readonly (readonly unknown[])[],
): Promise<Keyed[]> {
  const ids = keys.map((key) => (key.length === 1 ? key[0] : key));
  const rows = await fn(ids, association);
  if (!Array.isArray(rows))
    throw association.error(`its preload function must return a list of ${association.related.name} structs, not ${kindOf(rows)}`);
  const known = new Set(keys.map(typesOf));
  return rows.map((entry: unknown) => {
    const [values, row] = association.kind === "manyToMany" ? pairOf(association, entry) : keyOf(association, entry);
    // Rows of other owners, or of none, may be among them; a key of another type is a mistake that would leave its row out unseen.
    if (values.every((value) => value !== null) && !known.has(typesOf(values)))
      throw association.error(
        `its preload function returned a row by a key of another type (${typesOf(values)}) than those that it was given (${[...known].join(" or ")}): it would belong to no ${association.owner.name}`,
      );
    return [rowKey(values), row] as const;
  });
}

function typesOf(values: readonly unknown[]): string {
  return values.map((value) => typeof value).join(", ");
}

function pairOf(association: AssociationInfo, entry: unknown): readonly [readonly unknown[], Row] {
  if (!Array.isArray(entry) || entry.length !== 2)
    throw association.error("its preload function must return pairs of the owner's key and the struct");
  return [[entry[0]].flat(), relatedRow(association, entry[1])];
}

function keyOf(association: AssociationInfo, entry: unknown): readonly [readonly unknown[], Row] {
  const row = relatedRow(association, entry);
  const values = association.relatedKeys.map((key) => {
    if (row[key] !== undefined) return row[key];
    throw association.error(`its preload function returned a row without "${key}", by which its owner is found`);
  });
  return [values, row];
}

function relatedRow(association: AssociationInfo, row: unknown): Row {
  const info = tryStructInfo(row);
  if (typeof row !== "object" || row === null || Array.isArray(row) || (info && info !== association.related))
    throw association.error(
      `its preload function must return ${association.related.name} structs, not ${info ? `one of ${info.name}` : kindOf(row)}`,
    );
  return row as Row;
}
