import { ArgumentError, didYouMean, inCamelCase, print } from "../base/index.ts";
import { isRawSql } from "./raw.ts";
import type { RawSql } from "./raw.ts";

/** The name of a table, column, index …: a string that a database can hold. */
export function checkName(what: string, name: unknown): string {
  if (typeof name !== "string" || name === "" || name.includes("\0")) {
    throw new ArgumentError(`${what} must be a name (a non-empty string without NUL), not ${print(name)}`);
  }
  return name;
}

/** Optional text: a name, a comment. */
export function optionalText(what: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new ArgumentError(`${what} must be a string, not ${print(value)}`);
  return value;
}

export function optionalName(what: string, value: unknown): string | null {
  return value === undefined || value === null ? null : checkName(what, value);
}

/** Optional SQL, as a string or a fragment. */
export function optionalSql(what: string, value: unknown): string | null {
  return optionalText(what, isRawSql(value) ? (value as RawSql).raw : value);
}

export function flag(what: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== "boolean") throw new ArgumentError(`${what} must be true or false, not ${print(value)}`);
  return value;
}

/** One word out of a list, in camelCase or in snake_case, with a hint at a close one. */
export function oneOf<T extends string>(what: string, value: unknown, words: readonly T[]): T {
  const word = inCamelCase(value, words);
  if (word !== undefined) return word;
  const hint = typeof value === "string" ? didYouMean(value, words) : `Known: ${words.join(", ")}.`;
  throw new ArgumentError(`${what} cannot be ${print(value)}. ${hint}`);
}

/** A copy without the keys that are undefined, frozen. */
export function compact<T extends object>(options: T): Readonly<T> {
  return Object.freeze(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))) as Readonly<T>;
}
