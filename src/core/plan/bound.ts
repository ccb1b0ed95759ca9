// The columns of a binding in a planned query.
import { didYouMean, QueryError } from "../base/index.ts";
import { isSecret, type Node, typeOfNode } from "../query/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import { redactedType, type Type } from "../type/index.ts";
import type { PlannedExpr, PlannedSource } from "./planned.ts";
import type { Bound, Output, Scope } from "./scope.ts";

export function bound(
  planned: PlannedSource,
  info: SchemaInfo | null,
  outputs: ReadonlyMap<string, Output> | null,
  prefix: string | null = null,
): Bound {
  return { planned, info, outputs, prefix, nullable: false };
}

/** The SQL name of a binding's field. */
export function columnName(of: Bound, field: string): string {
  if (of.outputs && (of.outputs.size > 0 || !of.info)) return outputName(of, of.outputs, field);
  if (!of.info) return field;
  const info = of.info.fieldOrThrow(field);
  if (info.virtual) throw new QueryError(`field "${field}" of ${of.info.name} is virtual: it has no column`);
  return info.column;
}

function outputName(of: Bound, outputs: ReadonlyMap<string, Output>, field: string): string {
  const direct = outputs.get(field) ?? outputs.get(of.info?.field(field)?.column ?? field);
  if (direct) return direct.column;
  const names = [...outputs.keys()];
  throw new QueryError(
    `the subquery does not select "${field}"; it selects ${names.map((name) => `"${name}"`).join(", ")}. ${didYouMean(field, names)}`,
  );
}

export function fieldType(of: Bound, field: string): Type | null {
  return of.info?.types[field] ?? of.outputs?.get(field)?.type ?? null;
}

export function columnExpr(of: Bound, field: string): PlannedExpr {
  return { kind: "column", source: of.planned, column: columnName(of, field), type: fieldType(of, field) };
}

/** The type of an expression's value, now that the columns of every source are known. */
export function typeIn(node: Node, scope: Scope): Type | null {
  return typeOfNode(node, ({ of, field }) => fieldType(scope.find(of), field));
}

/** The type of a computed column. What is made of a redacted field is as hidden as the field, whatever its type. */
export function computedType(node: Node, expr: PlannedExpr, scope: Scope): Type | null {
  const type = typeIn(node, scope) ?? (expr.kind === "subquery" ? (expr.type ?? null) : null);
  return type !== null && isSecret(node) ? redactedType(type) : type;
}

/** The fields that a whole source is read by. */
export function sourceFields(of: Bound, fields: readonly string[] | null): readonly string[] {
  if (fields) return fields;
  const { info, outputs } = of;
  if (outputs && (!info || outputs.size > 0)) {
    if (!info) return [...outputs.keys()];
    return [...info.allFields()].filter(({ name, column }) => outputs.has(name) || outputs.has(column)).map(({ name }) => name);
  }
  if (info) return info.queryFields;
  throw new QueryError("a source without a schema has no known columns: say what to select");
}
