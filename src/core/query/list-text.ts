// Lists as the text that PostgreSQL has for them, as a cursor holds it.
import { castValue, type Type } from "../type/index.ts";

/** A list inside a list, down to the texts of its elements; null stands for NULL. */
type Item = string | null | readonly Item[];

/** Whether a text is a list as PostgreSQL writes it, with as many elements on each level, and each of them of the list's type. */
export function isListText(type: Type, text: string): boolean {
  const list = parse(text.replace(/^(\[-?\d{1,10}:-?\d{1,10}\])+=/, ""));
  return list !== null && dimensions(list) !== null && leaves(list).every((one) => one === null || isElement(leafType(type), one));
}

function leafType(type: Type): Type {
  return type.storage === "array" && type.inner !== undefined ? leafType(type.inner) : type;
}

const TOKEN = /\{|\}|,|"((?:[^"\\]|\\.)*)"|([^\s",{}\\]+)/sy;

function parse(text: string): readonly Item[] | null {
  const open: Item[][] = [];
  // What may come next: an element, the end of an empty list, or what stands behind an element.
  let next: "item" | "first" | "behind" = "item";
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token, quoted, bare] = match;
    const list = open.at(-1);
    if (token === ",") {
      if (next !== "behind") return null;
      next = "item";
    } else if (token === "}") {
      if (next === "item" || list === undefined) return null;
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return TOKEN.lastIndex === text.length ? list : null;
      outer.push(list);
      next = "behind";
    } else if (next === "behind" || (token !== "{" && list === undefined)) {
      return null;
    } else if (token === "{") {
      open.push([]);
      next = "first";
    } else {
      list?.push(quoted !== undefined ? quoted.replaceAll(/\\(.)/gs, "$1") : bare === "NULL" ? null : (bare ?? ""));
      next = "behind";
    }
  }
  return null;
}

/** The lengths of a list and of those in it; null where they differ. */
function dimensions(item: Item): string | null {
  if (item === null || typeof item === "string") return "";
  const below = new Set(item.map(dimensions));
  return below.size > 1 || below.has(null) ? null : `${item.length} ${[...below][0] ?? ""}`;
}

function leaves(item: Item): readonly (string | null)[] {
  return item === null || typeof item === "string" ? [item] : item.flatMap(leaves);
}

const SPECIAL = /^(NaN|-?Infinity)$/;

function isElement({ storage }: Type, text: string): boolean {
  switch (storage) {
    case "boolean":
      return text === "t" || text === "f";
    case "integer":
    case "bigint":
      return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
    case "float":
    case "decimal":
      return SPECIAL.test(text) || casts("decimal", text);
    case "binary":
      return /^\\x([0-9a-f]{2})*$/.test(text);
    case "uuid":
    case "date":
    case "json":
      return storage === "json" ? isJson(text) : casts(storage, text) || /^-?infinity$/.test(text);
    case "time":
      return casts("timeUsec", text);
    case "naiveDatetime":
      return casts("naiveDatetimeUsec", text) || /^-?infinity$/.test(text);
    case "utcDatetime":
    case "utcDatetimeUsec":
      return casts("utcDatetimeUsec", text.replace(/([+-]\d\d)$/, "$1:00")) || /^-?infinity$/.test(text);
    case "bitstring":
      return /^[01]*$/.test(text);
    case "string":
    case "duration":
    case "array":
    case "vector":
    case "any":
      return !text.includes("\0");
  }
}

function casts(type: string, text: string): boolean {
  try {
    castValue(type, text);
    return true;
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
