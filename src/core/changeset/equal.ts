import type { Type } from "../type/index.ts";

/** Whether two values are the same by their type's rules; a missing one is null. */
export function equal(type: Type, a: unknown, b: unknown): boolean {
  if (!type.handlesNull && (a === null || a === undefined || b === null || b === undefined)) return (a ?? null) === (b ?? null);
  return type.equal(a ?? null, b ?? null);
}
