import { emptyState, joinSource, keyed, type Node, type QueryState, type Source } from "../../query/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";
import { changeAll } from "../bulk/index.ts";
import { besidePrefix, type WriteOptions, type Writer } from "../row/index.ts";

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
    const { schema } = association.join;
    await changeAll(engine, joinRows(association, values, besidePrefix(schema, owner, options)), "deleteAll", options);
    return;
  }
  const { related, relatedKeys, relatedSource } = association;
  const source: Source = { kind: "schema", info: related, table: relatedSource, prefix: besidePrefix(related, owner, options), hints: [] };
  const columns = relatedKeys.map((key): Node => ({ kind: "column", of: source, field: key, type: related.types[key] ?? null }));
  const query: QueryState = { ...emptyState(source), where: keyed(columns, [values]) };
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

function joinRows(association: AssociationInfo, values: readonly unknown[], prefix: string | undefined): QueryState {
  const { join, owner, ownerKeys } = association;
  const source: Source = { ...joinSource(association), prefix };
  const columns = join.ownerFields.map((field, at): Node => {
    const type = owner.types[ownerKeys[at] as string] ?? null;
    return { kind: "column", of: source, field: join.schema ? field : (join.ownerColumns[at] as string), type };
  });
  return { ...emptyState(source), where: keyed(columns, [values]) };
}
