import { exactType, redactedType, type Type, types } from "../type/index.ts";
import type { ColumnNode, Node, QueryState } from "./node.ts";
import { isSecret } from "./secrets.ts";
import { valueType } from "./value-type.ts";

/** Whether an expression can stand as a condition by itself. Of text and functions whose type nobody gave, that is not known. */
export function mayBeCondition(node: Node): boolean {
  if (node.kind === "subquery") return false;
  if (node.kind === "fragment" || node.kind === "call") return node.type === null || node.type.storage === "boolean";
  return typeOfNode(node)?.storage === "boolean";
}

/**
 * The ectype type of an expression's value, where it is known.
 * @param columnType the type of a column that does not say it itself: what a CTE's columns are is known when the query is planned
 */
export function typeOfNode(node: Node, columnType: ColumnType = unknownColumn): Type | null {
  switch (node.kind) {
    case "not":
    case "isNull":
    case "between":
    case "in":
    case "exists":
      return types.boolean();
    case "negate":
    case "selectedAs":
      return typeOfNode(node.arg, columnType);
    case "column":
      return node.type ?? columnType(node);
    case "op":
      return node.type ?? (ARITHMETIC.has(node.op) ? argumentType(node.args, columnType) : null);
    case "call":
      return node.type ?? typeOfCall(node.name, argumentType(node.args, columnType));
    case "case":
      return (
        node.type ??
        argumentType(
          node.branches.map(({ then }) => then),
          columnType,
        )
      );
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

type ColumnType = (column: ColumnNode) => Type | null;
const unknownColumn: ColumnType = () => null;

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);
const OF_THEIR_ARGUMENT: ReadonlySet<string> = new Set(["min", "max", "coalesce", "first_value", "last_value", "nth_value", "lag", "lead"]);

/** The type of what a function gives of values of a type, where it is one that keeps it. */
export function typeOfCall(name: string, of: Type | null): Type | null {
  if (name === "sum") return of?.name === "id" ? types.integer() : of;
  return OF_THEIR_ARGUMENT.has(name) ? of : null;
}

/** The type of the first argument, which the others were cast to. While the query is built, whoever made the expression has asked. */
function argumentType([first]: readonly Node[], columnType: ColumnType): Type | null {
  return first === undefined || columnType === unknownColumn ? null : typeOfNode(first, columnType);
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
