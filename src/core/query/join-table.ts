import type { JoinedAssociation, SchemaInfo } from "../schema/index.ts";
import { type ColumnNode, columnNode, type Node, schemaSource, type Source } from "./node.ts";
import { staticFilter } from "./static-filter.ts";

/** The table in between the two sides of a manyToMany, as a source of one query. */
export interface JoinTableSource {
  readonly source: Source;
  readonly schema: SchemaInfo | null;
  /** The columns that hold the key of the owner, and those with the key of the related row; each of the type of what it refers to. */
  readonly owner: readonly ColumnNode[];
  readonly related: readonly ColumnNode[];
  /** The conditions that the association puts on the rows of the table. */
  readonly where: readonly Node[];
}

/** The join table of a manyToMany; each call gives a binding of its own. */
export function joinTable(association: JoinedAssociation, prefix?: string | null): JoinTableSource {
  const { join, owner, ownerKeys, related, relatedKeys } = association;
  const { schema } = join;
  const source: Source = schema ? schemaSource(schema, join.source, prefix) : { kind: "table", name: join.source, prefix, hints: [] };
  const referring = (fields: readonly string[], to: SchemaInfo, keys: readonly string[]) =>
    fields.map((field, at) => columnNode(source, field, to.types[keys[at] ?? ""] ?? null));
  return {
    source,
    schema,
    owner: referring(schema ? join.ownerFields : join.ownerColumns, owner, ownerKeys),
    related: referring(schema ? join.relatedFields : join.relatedColumns, related, relatedKeys),
    where: staticFilter(source, schema, join.where),
  };
}
