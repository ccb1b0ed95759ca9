// What all types are made with: `defineType`, refusals, equality.
import { isPlainObject, kindOf } from "../base/index.ts";
import type { Err } from "../base/index.ts";
import type { CastFailure, CastResult, Storage, Type } from "./type.ts";

/** The answer of a cast that has nothing to add to "is invalid". */
export const INVALID: Err<CastFailure> = Object.freeze({ ok: false, error: Object.freeze({}) });

interface TypeSpec<T> {
  readonly name: string;
  readonly storage: Storage;
  readonly inner?: Type;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly exact?: Type | undefined;
  readonly handlesNull?: boolean;
  cast(value: unknown): CastResult<T>;
  dump(value: T): unknown;
  readonly load?: ((value: never) => T) | null;
  equal?(a: T, b: T): boolean;
  readonly toJson?: ((value: T) => unknown) | null;
  readonly fromJson?: ((value: unknown) => T) | null;
  readonly embedAs?: "self" | "dump";
  autogenerate?(): T;
}

/** Makes a type out of what sets it apart; the rest is "the value is stored as it is". */
export function defineType<T>(spec: TypeSpec<T>): Type<T> {
  return Object.freeze({
    ...spec,
    load: spec.load ?? null,
    equal: spec.equal ?? same,
    toJson: spec.toJson ?? null,
    fromJson: spec.fromJson ?? null,
  });
}

/** Equality of plain values, for which NaN is NaN. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) === true && Number.isNaN(b));
}

/** Throws the TypeError of a dump or a load. It tells the kind of the value, never the value: the field may be redacted. */
export function refuse(value: unknown, expected: string): never {
  throw new TypeError(`${kindOf(value)} is not ${expected}`);
}

/** What a cast made of a value, or a TypeError; for loading JSON, which is as wide as what a cast takes. */
export function castOrRefuse<T>(cast: (value: unknown) => CastResult<T>, value: unknown, expected: string): T {
  const result = cast(value);
  return result.ok ? result.value : refuse(value, expected);
}

/** Structural equality of data: arrays, plain objects, bytes, dates, and values with a method `equals`. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (same(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) && !(isPlainObject(a) && isPlainObject(b))) return false;
  if (Array.isArray(a)) return equalLists(a, b as unknown[], deepEqual);
  if (a instanceof Date) return same(a.getTime(), (b as Date).getTime());
  if (a instanceof Uint8Array) return equalLists(a, b as Uint8Array, same);
  if (a instanceof Set) return deepEqual([...a], [...(b as Set<unknown>)]);
  if (a instanceof Map) return deepEqual([...a], [...(b as Map<unknown, unknown>)]);
  const equals = (a as { equals?: unknown }).equals;
  if (typeof equals === "function" && !isPlainObject(a)) return Boolean(equals.call(a, b));
  return equalRecords(a as Record<string, unknown>, b as Record<string, unknown>, deepEqual);
}

/** Whether two lists agree element by element. */
export function equalLists<T>(a: ArrayLike<T>, b: ArrayLike<T>, equal: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equal(a[i] as T, b[i] as T)) return false;
  return true;
}

/** Whether two objects agree key by key; a key with `undefined` is none, as JSON has it. */
export function equalRecords<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>, equal: (x: T, y: T) => boolean): boolean {
  const keys = definedKeys(a);
  if (keys.length !== definedKeys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && b[key] !== undefined && equal(a[key] as T, b[key] as T));
}

function definedKeys(value: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
