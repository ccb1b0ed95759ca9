import type { Type } from "../type/index.ts";
import type { Node } from "./node.ts";

/** Stands in a prepared query for a value that comes with each run. */
export class Slot {
  readonly name: string;
  readonly #ownType: (name: string) => Type | null;
  /** @param ownType the type that a value of this name says by itself; asked where nothing else says it */
  constructor(name: string, ownType: (name: string) => Type | null = () => null) {
    this.name = name;
    this.#ownType = ownType;
  }
  ownType(): Type | null {
    return this.#ownType(this.name);
  }
}

export function slotNode(name: string, ownType?: (name: string) => Type | null): Node {
  return { kind: "param", value: new Slot(name, ownType), type: null };
}
/** A slot that stands by itself, in a select or a branch: it is what its value is. */
export function alone(node: Node): Node {
  return isSlot(node) && node.type === null ? typedSlot(node, node.value.ownType()) : node;
}
export function isSlot(node: Node): node is Node & { kind: "param"; value: Slot } {
  return node.kind === "param" && node.value instanceof Slot;
}
/** A slot takes the type of what stands beside it; other expressions have their own. */
export function typedSlot(node: Node, type: Type | null): Node {
  return type !== null && isSlot(node) && node.type === null ? { ...node, type } : node;
}
