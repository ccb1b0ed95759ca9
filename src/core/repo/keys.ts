/** A key's values as text or a plain value, so that a Map finds it: values of different types never meet. */
export function keyText(values: readonly unknown[]): unknown {
  if (values.length === 1) return partText(values[0]);
  return values.map((value) => JSON.stringify(String(partText(value)))).join();
}

function partText(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Array.prototype.join.call(value);
  return String(value);
}
