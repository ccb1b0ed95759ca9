/** A planned query, or a part of one, whose parameters are numbered from another number on, so that it can share a statement with others. */
export function shifted<P extends object>(query: P, by: number): P {
  return by === 0 ? query : (shift(query, by, new Map()) as P);
}

/** Sources stand in many places as one object, and stay one. */
function shift(value: unknown, by: number, done: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    done.set(value, list);
    for (const item of value) list.push(shift(item, by, done));
    return list;
  }
  const copy: Record<string, unknown> = {};
  done.set(value, copy);
  for (const [key, item] of Object.entries(value)) copy[key] = key === "type" ? item : shift(item, by, done);
  if (copy.kind === "param" && typeof copy.index === "number") copy.index += by;
  return copy;
}
