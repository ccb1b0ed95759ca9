// The types string, text, boolean, binary, bitstring and any.
import { ok } from "../base/index.ts";
import { castOrRefuse, defineType, equalLists, INVALID, refuse, same } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

export const stringType: Type<string> = stringLike("string");
export const textType: Type<string> = stringLike("text");

function stringLike(name: string): Type<string> {
  return defineType<string>({
    name,
    storage: "string",
    cast: (value) => (typeof value === "string" && isStorableText(value) ? ok(value) : INVALID),
    dump: (value) => (typeof value !== "string" ? refuse(value, "a string") : isWellFormed(value) ? value : refuseHalf()),
  });
}

/** Bits of any number, as a text of 0 and 1. */
export const bitstringType: Type<string> = defineType<string>({
  name: "bitstring",
  storage: "bitstring",
  cast: (value) => (isBits(value) ? ok(value) : INVALID),
  dump: (value) => (isBits(value) ? value : refuse(value, "a text of 0 and 1")),
});

/** Whether a value is a text of 0 and 1. */
export function isBits(value: unknown): value is string {
  return typeof value === "string" && /^[01]*$/.test(value);
}

/** Whether a text has an encoding: half of a surrogate pair has none, and drivers would write another character without a word. */
function isWellFormed(text: string): boolean {
  // Node 20 has it; the library's `lib` does not yet.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** Whether every database can hold the text: some cut it at a NUL. */
export function isStorableText(text: string): boolean {
  return !text.includes("\0") && isWellFormed(text);
}

function refuseHalf(): never {
  throw new TypeError("it is not well-formed Unicode: it holds one half of a surrogate pair");
}

export const booleanType: Type<boolean> = defineType<boolean>({
  name: "boolean",
  storage: "boolean",
  cast: castBoolean,
  dump: (value) => (typeof value === "boolean" ? value : refuse(value, "a boolean")),
});

function castBoolean(value: unknown): CastResult<boolean> {
  if (typeof value === "boolean") return ok(value);
  if (value === "true" || value === "1") return ok(true);
  if (value === "false" || value === "0") return ok(false);
  return INVALID;
}

/** Takes everything as it is: for virtual and embedded fields. */
export const anyType: Type<unknown> = defineType<unknown>({
  name: "any",
  storage: "any",
  cast: ok,
  dump: (value) => value,
});

/** Bytes. Text is cast to its UTF-8 bytes, since in Ecto a text is one kind of binary. */
export const binaryType: Type<Uint8Array> = defineType<Uint8Array>({
  name: "binary",
  storage: "binary",
  cast: castBinary,
  dump: (value) => (value instanceof Uint8Array ? value : refuse(value, "a Uint8Array")),
  equal: (a, b) => a === b || (a instanceof Uint8Array && b instanceof Uint8Array && equalLists(a, b, same)),
  toJson: toBase64,
  fromJson: (value) => castOrRefuse(fromBase64, value, "text in base64"),
});

function castBinary(value: unknown): CastResult<Uint8Array> {
  if (value instanceof Uint8Array) return ok(plainBytes(value));
  if (value instanceof ArrayBuffer) return ok(new Uint8Array(value));
  // A lone surrogate has no UTF-8: encoding it would change the text without a word.
  if (typeof value === "string" && isWellFormed(value)) return ok(new TextEncoder().encode(value));
  return INVALID;
}

// A Buffer behaves otherwise than the Uint8Array that comes from the database: `slice` shares, JSON and equality differ.
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(value: unknown): CastResult<Uint8Array> {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return INVALID;
  return ok(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
}
