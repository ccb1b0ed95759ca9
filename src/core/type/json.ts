import { err, isPlainObject, kindOf, ok } from "../base/index.ts";
import { jsonNull } from "./json-null.ts";
import { deepEqual, defineType, INVALID, refuse } from "./define.ts";
import { isStorableText } from "./strings.ts";
import type { CastResult, Type } from "./type.ts";

// SQLite's own limit for JSON; and what is parsed from outside may be deep enough to exhaust the stack.
const MAX_DEPTH = 1000;
const UNSTORABLE = "a text with a NUL or half a surrogate pair is nothing that databases hold";

/** Any JSON value; as a whole, JSON's null is `jsonNull`. */
export const jsonType: Type<unknown> = defineType<unknown>({
  name: "json",
  storage: "json",
  cast: (value) => (value === jsonNull ? ok(value) : castJson(value)),
  dump: (value) => (value === jsonNull ? value : dumpJson(value)),
  equal: deepEqual,
});

/** A value inside JSON, whose null is null. */
export const jsonPartType: Type<unknown> = defineType<unknown>({
  name: "json",
  storage: "json",
  cast: castJson,
  dump: dumpJson,
  load: (value) => value,
  equal: deepEqual,
});

/** Any object, stored as JSON. */
export const mapType: Type<Record<string, unknown>> = defineType<Record<string, unknown>>({
  name: "map",
  storage: "json",
  cast: (value) => (isPlainObject(value) ? (castJson(value) as CastResult<Record<string, unknown>>) : INVALID),
  dump: (value) => (isPlainObject(value) ? dumpJson(value) : refuse(value, "an object")),
  equal: deepEqual,
});

function castJson(value: unknown): CastResult<unknown> {
  const flaw = findFlaw(value, [], []);
  if (flaw === null) return ok(value);
  return flaw.path.length === 0 ? INVALID : err({ source: flaw.path });
}

function dumpJson(value: unknown): unknown {
  const flaw = findFlaw(value, [], []);
  if (flaw === null) return value;
  throw new TypeError(flaw.path.length === 0 ? flaw.reason : `${flaw.reason} (at ${flaw.path.join(".")})`);
}

interface Flaw {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/**
 * Where a value is not what comes back from JSON: JSON.stringify would turn a Date into text, NaN into null, and say nothing.
 * A property that is undefined is let through, since to TypeScript it is the same as an absent one.
 */
function findFlaw(value: unknown, path: (string | number)[], above: object[]): Flaw | null {
  if (typeof value === "string") return isStorableText(value) ? null : { path: [...path], reason: UNSTORABLE };
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return null;
  const isArray = Array.isArray(value);
  if (!isArray && !isPlainObject(value)) return { path: [...path], reason: `${kindOf(value)} is not a JSON value` };
  if (above.includes(value)) return { path: [...path], reason: "the value contains itself" };
  if (above.length >= MAX_DEPTH) return { path: [], reason: `it is nested deeper than ${MAX_DEPTH} levels` };
  above.push(value);
  const flaw = isArray ? flawInArray(value, path, above) : flawInObject(value, path, above);
  above.pop();
  return flaw;
}

function flawInArray(value: readonly unknown[], path: (string | number)[], above: object[]): Flaw | null {
  for (let i = 0; i < value.length; i++) {
    path.push(i);
    const flaw = findFlaw(value[i], path, above);
    path.pop();
    if (flaw !== null) return flaw;
  }
  return null;
}

function flawInObject(value: Record<string, unknown>, path: (string | number)[], above: object[]): Flaw | null {
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue;
    path.push(key);
    const flaw = isStorableText(key) ? findFlaw(value[key], path, above) : { path: [...path], reason: UNSTORABLE };
    path.pop();
    if (flaw !== null) return flaw;
  }
  return null;
}
