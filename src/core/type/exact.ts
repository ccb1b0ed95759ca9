import { redactedType } from "./redacted.ts";
import type { Type } from "./type.ts";

/** The type for values that are compared with those of a type: one that cuts nothing of them. */
export function exactType(type: Type): Type;
export function exactType(type: Type | null): Type | null;
export function exactType(type: Type | null): Type | null {
  if (!type?.exact) return type;
  return type.redact ? redactedType(type.exact) : type.exact;
}

/** Whether a cast has cut a fraction of a second off a value, as that of params does for whole seconds. */
export function isCut(value: unknown, cast: unknown, type: Type): boolean {
  if (!type.exact || cast === null) return false;
  const exact = type.exact.cast(value);
  return exact.ok && !type.exact.equal(exact.value, cast);
}
