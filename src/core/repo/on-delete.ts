import { emptyState, joinSource, keyed, type Node, type QueryState, type Source } from "../query/index.ts";
import { type AssociationInfo, meta } from "../schema/index.ts";
import { changeAll } from "./change-all.ts";
import type { WriteOptions, Writer } from "./writer.ts";

/** Does to the rows of an association what its `onDelete` says, before the owner goes. Nothing is loaded, and nothing below those rows is touched. */
export async function applyOnDelete(
  { engine }: Writer,
  association: AssociationInfo,
  owner: Readonly<Record<string, unknown>>,
  options: WriteOptions,
): Promise<void> {
  const values = association.ownerKeys.map((key) => owner[key] ?? null);
  if (values.includes(null)) return;
  if (association.kind === "manyToMany") {
    await changeAll(engine, joinRows(association, values), "deleteAll", options);
    return;
  }
  const { related, relatedKeys, relatedSource } = association;
  const source: Source = { kind: "schema", info: related, table: relatedSource, prefix: undefined, hints: [] };
  const columns = relatedKeys.map((key): Node => ({ kind: "column", of: source, field: key, type: related.types[key] ?? null }));
  const query: QueryState = { ...emptyState(source), prefix: meta(owner).prefix, where: keyed(columns, [values]) };
  if (association.onDelete === "deleteAll") {
    await changeAll(engine, query, "deleteAll", options);
    return;
  }
  const update = relatedKeys.map((field) => ({
    op: "set" as const,
    field,
    value: { kind: "param" as const, value: null, type: related.types[field] ?? null },
  }));
  await changeAll(engine, { ...query, update }, "updateAll", options);
}

function joinRows(association: AssociationInfo, values: readonly unknown[]): QueryState {
  const { join, owner, ownerKeys } = association;
  const source = joinSource(association);
  const columns = join.ownerFields.map((field, at): Node => {
    const type = owner.types[ownerKeys[at] as string] ?? null;
    return { kind: "column", of: source, field: join.schema ? field : (join.ownerColumns[at] as string), type };
  });
  return { ...emptyState(source), where: keyed(columns, [values]) };
}
