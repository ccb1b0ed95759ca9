import { sameEnum } from "./enum.ts";
import type { Type } from "./type.ts";

const copies = new WeakMap<Type, Type>();

/** The same type, whose values are never shown; one copy for each type. */
export function redactedType(type: Type): Type {
  let copy = copies.get(type);
  if (copy === undefined) {
    copy = Object.freeze({ ...type, redact: true });
    sameEnum(type, copy);
    copies.set(type, copy);
  }
  return copy;
}
