import type { Type } from "../type/index.ts";
import type { Node } from "./node.ts";

/** Stands in a prepared query for a value that comes with each run. */
export class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export function slotNode(name: string): Node {
  return { kind: "param", value: new Slot(name), type: null };
}
export function isSlot(node: Node): node is Node & { kind: "param"; value: Slot } {
  return node.kind === "param" && node.value instanceof Slot;
}
/** A slot takes the type of what stands beside it; other expressions have their own. */
export function placed(node: Node, type: Type | null): Node {
  return type !== null && isSlot(node) && node.type === null ? { ...node, type } : node;
}
