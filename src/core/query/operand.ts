// What stands on the other side of an operator, as a node.
import { kindOf, QueryError } from "../base/index.ts";
import { exactType, type Type } from "../type/index.ts";
import { Expression } from "./expression.ts";
import { nameOf, type Node } from "./node.ts";
import { typeBeside, typeOfNode } from "./node-type.ts";
import { param, refuseJsonNull } from "./param.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { isSlot, typedSlot } from "./slot.ts";

/** A value on the other side of an operator: an expression, a query, or a parameter cast by the type beside it. */
export function operand(value: unknown, type: Type | null, op?: string, beside?: Node): Node {
  if (value instanceof Expression) return typedSlot(value.node, type);
  if (value === null || value === undefined) {
    throw new QueryError(
      `comparing ${nameOf(beside)} with ${value}${op === undefined ? "" : ` by "${op}"`} is never true in SQL. Use isNull() or isNotNull(), or leave the condition out`,
    );
  }
  if (isQueryLike(value)) return { kind: "subquery", query: value[STATE] };
  refuseJsonNull(value, beside);
  if (type === null && typeof value === "object" && beside?.kind !== "column" && isPlain(value))
    throw new QueryError(`${kindOf(value)} cannot be a query's parameter here; only values can`);
  return param(value, type, beside, op);
}

/** A tuple beside another: of the same size, its values cast by the other's types. */
export function tupleBeside(left: Node & { kind: "tuple" }, value: unknown): Node {
  const right = value instanceof Expression ? value.node : isQueryLike(value) ? operand(value, null) : null;
  if (right?.kind === "subquery" || right?.kind === "quantified") return right;
  if (right?.kind !== "tuple" || right.items.length !== left.items.length)
    throw new QueryError(`a tuple is compared with a tuple of the same size, ${left.items.length} here`);
  const items = right.items.map((item, at): Node => {
    const beside = left.items[at] as Node;
    if (isSlot(item)) return typedSlot(item, exactType(typeOfNode(beside)));
    return item.kind === "param" && item.type === null ? param(item.value, exactType(typeOfNode(beside)), beside, "=") : item;
  });
  return { kind: "tuple", items };
}

/** Whether an expression is among a list of values and expressions, the rows of a query, or the elements of an array. */
export function inNode(left: Node, values: unknown, negated: boolean): Node {
  if (values instanceof Expression) {
    const { node } = values;
    return {
      kind: "in",
      left,
      right: isSlot(node) ? { kind: "list", values: node.value as never, type: exactType(typeOfNode(left)) } : node,
      negated,
    };
  }
  if (isQueryLike(values)) return { kind: "in", left, right: { kind: "subquery", query: values[STATE] }, negated };
  const list = values instanceof Set ? [...values] : values;
  if (!Array.isArray(list))
    throw new QueryError(
      `${negated ? "notIn" : "in"} of ${nameOf(left)} takes a list, a subquery or an array column, not ${kindOf(values)}`,
    );
  if (left.kind === "tuple")
    return { kind: "in", left, right: { kind: "tuple", items: list.map((one) => tupleBeside(left, one)) }, negated };
  if (list.some((one) => one instanceof Expression || isQueryLike(one))) {
    const items = list.map((one) => operand(one, typeBeside(left, one), "in", left));
    return { kind: "in", left, right: { kind: "tuple", items }, negated };
  }
  const type = list.length > 0 ? typeBeside(left, list[0]) : exactType(typeOfNode(left));
  return { kind: "in", left, right: { kind: "list", values: list.map((one) => listItem(one, type, left)), type }, negated };
}

function listItem(value: unknown, type: Type | null, beside: Node): unknown {
  if (value === undefined) throw new QueryError(`the list of in for ${nameOf(beside)} holds undefined`);
  refuseJsonNull(value, beside);
  if (value === null || type === null) return value;
  const node = param(value, type, beside, "in");
  return node.kind === "param" ? node.value : value;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
