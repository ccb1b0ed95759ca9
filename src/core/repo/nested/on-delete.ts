import { emptyState, fieldColumns, joinTable, keyed, type QueryState, schemaSource } from "../../query/index.ts";
import type { AssociationInfo, JoinedAssociation } from "../../schema/index.ts";
import { changeAll } from "../bulk/index.ts";
import { besidePrefix, type Writer } from "../row/index.ts";
import type { WriteOptions } from "../engine/index.ts";

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
  const source = schemaSource(related, relatedSource, besidePrefix(related, owner, options));
  const columns = fieldColumns(source, related, relatedKeys);
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

function joinRows(association: JoinedAssociation, values: readonly unknown[], prefix: string | undefined): QueryState {
  const { source, owner } = joinTable(association, prefix);
  return { ...emptyState(source), where: keyed(owner, [values]) };
}
