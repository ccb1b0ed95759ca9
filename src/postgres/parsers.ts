import { parseJson } from "../core/adapter/index.ts";

// From the server's text to the value that a codec, or the reader of a raw query, gets. Dates and decimals stay text.

type Parse = (text: string) => unknown;

const asIs: Parse = (text) => text;

/** Whole numbers of 64 bits: a number where one is exact, else a bigint. */
function parseInt8(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function parseBytes(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (nibble(text.charCodeAt(2 * i + 2)) << 4) | nibble(text.charCodeAt(2 * i + 3));
  return bytes;
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

const SCALARS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (text) => text === "t"],
  [17, parseBytes],
  [20, parseInt8],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, parseJson],
  [700, Number],
  [701, Number],
  [3802, parseJson],
]);

/** Types of arrays, with the type of their elements. */
const ARRAYS: readonly (readonly [number, number])[] = [
  [199, 114],
  [1000, 16],
  [1001, 17],
  [1002, 18],
  [1003, 19],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1014, 1042],
  [1015, 1043],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1028, 26],
  [1115, 1114],
  [1182, 1082],
  [1183, 1083],
  [1185, 1184],
  [1187, 1186],
  [1231, 1700],
  [1270, 1266],
  [2951, 2950],
  [3807, 3802],
];

const PARSERS: ReadonlyMap<number, Parse> = new Map([
  ...SCALARS,
  ...ARRAYS.map(([array, element]): [number, Parse] => {
    const parse = SCALARS.get(element) ?? asIs;
    return [array, (text) => parseArray(text, parse)];
  }),
]);

/** How the server's text of a value is read, by the number of its type. */
export function parserOf(oid: number): Parse {
  return PARSERS.get(oid) ?? asIs;
}

/** The text of an array, `{1,NULL,"a b"}`, of any depth. */
export function parseArray(text: string, parse: Parse): unknown[] {
  // Bounds other than from 1 stand in front: [0:2]={1,2,3}.
  const reader = { text, at: text.startsWith("[") ? text.indexOf("=") + 1 : 0 };
  return readArray(reader, parse);
}

function readArray(reader: { readonly text: string; at: number }, parse: Parse): unknown[] {
  const { text } = reader;
  const items: unknown[] = [];
  reader.at++;
  while (reader.at < text.length) {
    const sign = text[reader.at];
    if (sign === "}") {
      reader.at++;
      return items;
    }
    if (sign === ",") reader.at++;
    else if (sign === "{") items.push(readArray(reader, parse));
    else if (sign === '"') items.push(parse(readQuoted(reader)));
    else items.push(readBare(reader, parse));
  }
  return items;
}

function readQuoted(reader: { readonly text: string; at: number }): string {
  const { text } = reader;
  let value = "";
  let start = ++reader.at;
  for (let i = start; i < text.length; i++) {
    const sign = text[i];
    if (sign === "\\") {
      value += text.slice(start, i);
      start = ++i;
    } else if (sign === '"') {
      reader.at = i + 1;
      return value + text.slice(start, i);
    }
  }
  throw new TypeError(`the array "${text}" has no end`);
}

function readBare(reader: { readonly text: string; at: number }, parse: Parse): unknown {
  const { text } = reader;
  let end = reader.at;
  while (end < text.length && text[end] !== "," && text[end] !== "}") end++;
  const item = text.slice(reader.at, end);
  reader.at = end;
  return item === "NULL" ? null : parse(item);
}
