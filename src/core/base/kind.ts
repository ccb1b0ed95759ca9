/** What a value is, with its article and without showing it: "a string", "a list", "a Date", "null". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? "a number" : String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "a list";
  if (isPlainObject(value)) return "a plain object";
  const tag: unknown = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const name = typeof tag === "string" ? tag : (value.constructor as { name?: string } | undefined)?.name || "object";
  return `${/^[aeiou]/i.test(name) && !/^u/i.test(name) ? "an" : "a"} ${name}`;
}

/** Whether a value is an object literal, or without a prototype; also one of another realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return (
    proto === null ||
    proto === Object.prototype ||
    (Object.getPrototypeOf(proto) === null && Object.hasOwn(proto as object, "isPrototypeOf"))
  );
}
