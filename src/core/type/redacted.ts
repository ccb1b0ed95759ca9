// Types whose values are never shown.
import { kindOf } from "../base/index.ts";
import { isCustomType, markCustom } from "./custom.ts";
import { sameEnum } from "./enum.ts";
import type { Type } from "./type.ts";

const copies = new WeakMap<Type, Type>();

/** The same type, whose values are never shown, nor told by its errors; one copy for each type. */
export function redactedType(type: Type): Type {
  if (redacts(type)) return type;
  let copy = copies.get(type);
  if (copy === undefined) {
    copy = Object.freeze(
      Object.defineProperties({} as Type, {
        ...Object.getOwnPropertyDescriptors(type),
        redact: { value: true, enumerable: true },
        cast: { value: valueless(type, type.cast), enumerable: true },
        dump: { value: valueless(type, type.dump), enumerable: true },
        load: { value: type.load && valueless(type, type.load), enumerable: true },
        toJson: { value: type.toJson && valueless(type, type.toJson), enumerable: true },
        fromJson: { value: type.fromJson && valueless(type, type.fromJson), enumerable: true },
      }),
    );
    sameEnum(type, copy);
    if (isCustomType(type)) markCustom(copy);
    copies.set(type, copy);
  }
  return copy;
}

/** Whether a type is such a copy. An embed tells for itself, and only once its schema is known. */
function redacts(type: Type): boolean {
  return Object.getOwnPropertyDescriptor(type, "redact")?.value === true;
}

/** A function of a type's value, whose errors do not tell it: what a custom type or a parser says may quote it. */
export function valueless<V, R>(type: Pick<Type, "name">, change: (value: V) => R): (value: V) => R {
  return (value) => {
    try {
      return change(value);
    } catch {
      throw new TypeError(`${kindOf(value)} is no valid ${type.name}; of a redacted field more is not shown`);
    }
  };
}
