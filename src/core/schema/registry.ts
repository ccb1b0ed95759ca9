import type { SchemaInfo } from "./info.ts";

// Between the classes and what is worked out about them, so that neither has to import the other.
let resolver: ((cls: object) => SchemaInfo | null) | null = null;
const known = new WeakMap<object, SchemaInfo>();

/** Installs the function that works a class out; called once, by schema.ts. */
export function installResolver(resolve: (cls: object) => SchemaInfo | null): void {
  resolver = resolve;
}

/** What is known of a schema class, or null where the value is no schema class. Worked out at the first use. */
export function infoOf(cls: unknown): SchemaInfo | null {
  if (typeof cls !== "function") return null;
  const found = known.get(cls);
  if (found) return found;
  const info = resolver?.(cls) ?? null;
  if (info) known.set(cls, info);
  return info;
}
