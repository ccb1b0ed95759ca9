import { ArgumentError } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { Expr } from "./expr.ts";
import { conditionNode } from "./expression.ts";
import { type AssocSource, columnNode, equal, inList, isNull, type Node, type Source } from "./node.ts";

/** An association's `where` as conditions: values, null, { not: null }, { in: […] }, { not: value }, or a function of the column. */
export function staticFilter(source: Source | AssocSource, info: SchemaInfo | null, where: Readonly<Record<string, unknown>>): Node[] {
  return Object.entries(where).map(([field, condition]): Node => {
    const type = info ? info.fieldOrThrow(field).type : null;
    const left = columnNode(source, field, type);
    if (condition === null) return isNull(left);
    if (typeof condition === "function") return conditionNode(condition(new Expr(left)));
    if (condition instanceof Expr) return condition.node;
    if (isPlain(condition)) return choice(left, type, condition);
    return equal(left, { kind: "param", value: condition, type });
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function choice(left: Node, type: Type | null, condition: Record<string, unknown>): Node {
  if ("not" in condition) {
    if (condition.not === null) return isNull(left, true);
    return { kind: "op", op: "<>", args: [left, { kind: "param", value: condition.not, type }], type: null };
  }
  if (Array.isArray(condition.in)) return inList(left, condition.in, type);
  throw new ArgumentError(
    `an association's where takes values, null, { not: … } and { in: […] }, not an object with ${Object.keys(condition).join(", ")}`,
  );
}
