import { Decimal, jsonNull, type Type } from "../type/index.ts";

// A number of JSON may have any digits; JSON.parse rounds it to the nearest that JavaScript has, and says nothing.

/** A number of so many digits, or with an exponent, as far as a glance can tell. */
const SUSPECT = /(?:^|[[:,\s])-?(?:\d[\d.]{15}|[\d.]+[eE])/;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.]*(?:[eE][-+]?\d+)?/gs;

/** Whether some value that was parsed held a number that is no `number`: as long as none did, none is looked through. */
let anyExact = false;
const withExact = new WeakSet<object>();

/** JSON with all digits of its numbers: those that a `number` does not hold are bigints and Decimals. */
export function parseJson(text: string): unknown {
  return (SUSPECT.test(text) ? parseExactly(text) : JSON.parse(text)) ?? jsonNull;
}

function parseExactly(text: string): unknown {
  let mark = "#";
  while (text.includes(`"${mark}`)) mark += "#";
  let found = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || isExact(token)) return token;
    found = true;
    return `"${mark}${token}"`;
  });
  if (!found) return JSON.parse(text);
  const exact = (value: string) => (/^-?\d+$/.test(value) ? BigInt(value) : new Decimal(value));
  const parsed: unknown = JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? exact(value.slice(mark.length)) : value,
  );
  if (typeof parsed === "object" && parsed !== null && !Decimal.isDecimal(parsed)) {
    anyExact = true;
    withExact.add(parsed);
  }
  return parsed;
}

/** Whether a number comes back from JavaScript as it was. */
function isExact(token: string): boolean {
  const number = Number(token);
  if (Number.isSafeInteger(number) && String(number) === token) return true;
  return Number.isFinite(number) && new Decimal(token).eq(new Decimal(number));
}

/**
 * A parsed value as the canonical form of its type: what a field of bigint or decimal reads stays exact, as the text that JSON has for those.
 * @throws TypeError for any other number that a `number` does not hold
 */
export function settledJson(value: unknown, type: Type): unknown {
  if (value === jsonNull) return type.name === "json" && type.load === null ? value : null;
  const isObject = typeof value === "object" && value !== null;
  if (isObject ? Decimal.isDecimal(value) || (anyExact && withExact.has(value)) : typeof value === "bigint")
    return settled(value, type, []);
  return value;
}

function settled(value: unknown, type: Type | null, path: readonly (string | number)[]): unknown {
  if (typeof value === "bigint" || Decimal.isDecimal(value)) return numberOf(value, type, path);
  if (typeof value !== "object" || value === null) return value;
  const parts = value as Record<string | number, unknown>;
  for (const key of Object.keys(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    parts[step] = settled(parts[step], partOf(type, step), [...path, step]);
  }
  return value;
}

function partOf(type: Type | null, step: string | number): Type | null {
  return type?.part ? type.part(step) : (type?.inner ?? (type?.storage === "vector" ? type : null));
}

function numberOf(value: bigint | Decimal, type: Type | null, path: readonly (string | number)[]): unknown {
  if (type?.storage === "bigint" || type?.storage === "decimal") return String(value);
  // A field of floats holds what a float can: the rounding is what was declared.
  if (type?.storage === "float" || type?.storage === "vector") return Number(value);
  const where = path.length === 0 ? "it is" : `it holds, at ${path.join(".")},`;
  throw new TypeError(
    `${where} a number that a JavaScript number cannot hold exactly: keep it as text in the JSON, or read it by a field of bigint or decimal, or by type(value.path(…), "decimal")`,
  );
}
