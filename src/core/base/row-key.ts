/** Values as one that a Map finds them by: equal for equal values, and only for those. */
export function rowKey(values: readonly unknown[]): unknown {
  return values.length === 1 ? valueKey(values[0]) : joined(values);
}

/** The key that some columns of a row make. */
export function keyOfColumns(row: readonly unknown[], columns: readonly number[]): unknown {
  return columns.length === 1 ? valueKey(row[columns[0] as number]) : joined(columns.map((at) => row[at]));
}

function joined(values: readonly unknown[]): string {
  let key = "";
  for (const value of values) {
    const part = valueKey(value);
    // The type and the length in front, so that no two lists of values have the same text.
    const text = String(part);
    key += `${typeof part}${text.length}:${text}`;
  }
  return key;
}

/** One value as one that a Map finds it by. */
export function valueKey(value: unknown): unknown {
  // One side of a key may be a number where the other is a bigint.
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Array.prototype.join.call(value);
  const text = isData(value) ? "" : String(value);
  return text === "" || text === "[object Object]" ? JSON.stringify(value, exact) : text;
}

function isData(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function exact(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
