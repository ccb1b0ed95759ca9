import type { Type } from "../type/index.ts";

/** What is made for a type, each once: its codec, its form in JSON. */
export function perType<T>(make: (type: Type) => T): (type: Type) => T {
  const known = new WeakMap<Type, T>();
  return (type) => {
    let made = known.get(type);
    if (made === undefined) {
      made = make(type);
      known.set(type, made);
    }
    return made;
  };
}
