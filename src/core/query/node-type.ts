import { exactType, redactedType, type Type, types } from "../type/index.ts";
import type { Node, QueryState } from "./node.ts";
import { isSecret } from "./secrets.ts";
import { valueType } from "./value-type.ts";

/** Whether an expression can stand as a condition by itself. Of text and functions whose type nobody gave, that is not known. */
export function mayBeCondition(node: Node): boolean {
  if (node.kind === "subquery") return false;
  if (node.kind === "fragment" || node.kind === "call") return node.type === null || node.type.storage === "boolean";
  return typeOfNode(node)?.storage === "boolean";
}

/** The ectype type of an expression's value, where it is known. */
export function typeOfNode(node: Node): Type | null {
  switch (node.kind) {
    case "not":
    case "isNull":
    case "between":
    case "in":
    case "exists":
      return types.boolean();
    case "negate":
    case "selectedAs":
      return typeOfNode(node.arg);
    case "literal":
    case "list":
    case "identifier":
    case "constant":
    case "splice":
    case "tuple":
    case "alias":
    case "binding":
      return null;
    case "subquery":
    case "quantified":
      return scalarType(node.query);
    default:
      return node.type;
  }
}

/** The type of a one-column query's column. */
function scalarType(query: QueryState): Type | null {
  return query.select?.kind === "expr" ? typeOfNode(query.select.node) : null;
}

/** The type for a value that goes with an expression: of what is redacted, nothing shows. */
export function hiddenAs(beside: Node, type: Type): Type {
  return !type.redact && isSecret(beside) ? redactedType(type) : type;
}

/** The type of a value beside an expression: that of the expression, or where this is some JSON, the value's own. */
export function typeBeside(node: Node, value: unknown): Type | null {
  const type = exactType(typeOfNode(node));
  const own = node.kind === "json" && !node.asText ? (valueType(value) ?? type) : type;
  return own && hiddenAs(node, own);
}
