// The types of lists, maps and vectors.
import { ArgumentError, err, isPlainObject, ok } from "../base/index.ts";
import { defineType, equalLists, equalRecords, INVALID, refuse, same } from "./define.ts";
import { isStorableText } from "./strings.ts";
import type { CastFailure, CastResult, Type } from "./type.ts";

/** A list whose elements are of one type; elements may be null. */
export function arrayType<T>(inner: Type<T>): Type<T[]> {
  const { load, toJson, fromJson } = inner;
  const each = <R>(change: (value: never) => R) => nullAware(inner, change as (value: unknown) => R);
  const loadEach = load && each(load);
  const toEach = toJson && each(toJson);
  const fromEach = fromJson && each(fromJson);
  const dumpEach = each((value: T) => inner.dump(value));
  const equalEach = equalNullAware(inner);
  return defineType<T[]>({
    name: "array",
    storage: "array",
    inner,
    cast: (value) => castList(inner, value),
    dump: (value) => (Array.isArray(value) ? mapList(value, dumpEach) : refuse(value, "an array")),
    load: loadEach && ((value: unknown[]) => mapList(value, loadEach) as T[]),
    equal: (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && equalLists(a, b, equalEach)),
    toJson: toEach && ((value) => mapList(value, toEach)),
    fromJson: fromEach && ((value) => (Array.isArray(value) ? (mapList(value, fromEach) as T[]) : refuse(value, "an array"))),
  });
}

function castList<T>(inner: Type<T>, value: unknown): CastResult<T[]> {
  const list: readonly unknown[] | null = Array.isArray(value) ? value : value instanceof Set ? [...value] : null;
  if (list === null) return INVALID;
  const cast: T[] = [];
  for (let i = 0; i < list.length; i++) {
    const result = castElement(inner, list[i]);
    if (!result.ok) return at(i, result.error);
    cast.push(result.value);
  }
  return ok(cast);
}

/** An object whose values are of one type; values may be null. In the column they have the form that they have in JSON. */
export function mapOfType<T>(inner: Type<T>): Type<Record<string, T>> {
  const toEach = nullAware(inner, (value: unknown) => {
    // The dump says whether the value is right; what JSON holds is another form of it, such as text for a bigint.
    inner.dump(value as T);
    return inner.toJson ? inner.toJson(value as T) : value;
  });
  const fromEach = inner.fromJson && nullAware(inner, inner.fromJson);
  const equalEach = equalNullAware(inner);
  const dump = (value: unknown) =>
    isPlainObject(value) && Object.keys(value).every(isStorableText)
      ? mapRecord(value, toEach)
      : refuse(value, "an object with plain keys");
  const load =
    fromEach &&
    ((value: unknown) => (isPlainObject(value) ? (mapRecord(value, fromEach) as Record<string, T>) : refuse(value, "an object")));
  return defineType<Record<string, T>>({
    name: "map",
    storage: "json",
    inner,
    cast: (value) => castRecord(inner, value),
    dump,
    load,
    equal: (a, b) =>
      a === b || (isPlainObject(a) && isPlainObject(b) && equalRecords(a as Record<string, T>, b as Record<string, T>, equalEach)),
    toJson: inner.toJson && dump,
    fromJson: load,
  });
}

function castRecord<T>(inner: Type<T>, value: unknown): CastResult<Record<string, T>> {
  if (!isPlainObject(value)) return INVALID;
  const entries: [string, T][] = [];
  for (const key of Object.keys(value)) {
    const result = isStorableText(key) ? castElement(inner, value[key]) : INVALID;
    if (!result.ok) return at(key, result.error);
    entries.push([key, result.value]);
  }
  return ok(Object.fromEntries(entries));
}

/** A list of numbers of one length, for search by likeness. */
export function vectorType(size?: number): Type<number[]> {
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 1))
    throw new ArgumentError(`the size of a vector must be a whole number above 0, not ${String(size)}`);
  const fits = (value: readonly unknown[]): boolean => value.every(Number.isFinite) && (size === undefined || value.length === size);
  const expected = size === undefined ? "a list of finite numbers" : `a list of ${size} finite numbers`;
  return defineType<number[]>({
    name: "vector",
    storage: "vector",
    ...(size !== undefined && { params: Object.freeze({ size }) }),
    cast: (value) => castVector(value, fits, size),
    dump: (value) => (Array.isArray(value) && fits(value) ? value : refuse(value, expected)),
    equal: (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && equalLists(a, b, same)),
  });
}

function castVector(input: unknown, fits: (value: readonly unknown[]) => boolean, size: number | undefined): CastResult<number[]> {
  const value =
    typeof input === "string" ? parseVector(input) : input instanceof Float32Array || input instanceof Float64Array ? [...input] : input;
  if (!Array.isArray(value) || !value.every(Number.isFinite)) return INVALID;
  if (!fits(value)) return err({ message: "should have %{count} dimension(s)", count: size });
  return ok(value as number[]);
}

function parseVector(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function castElement<T>(inner: Type<T>, value: unknown): CastResult<T> {
  if ((value === null || value === undefined) && !inner.handlesNull) return value === null ? ok(null as T) : INVALID;
  return inner.cast(value);
}

/** The failure of an element, with the way to it: Ecto's `source`. */
function at(key: string | number, failure: CastFailure): CastResult<never> {
  const below = Array.isArray(failure.source) ? (failure.source as unknown[]) : [];
  return err({ ...failure, source: [key, ...below] });
}

function nullAware<R>(inner: Type, change: (value: unknown) => R): (value: unknown) => R | null {
  return inner.handlesNull ? change : (value) => (value === null ? null : change(value));
}

function equalNullAware<T>(inner: Type<T>): (a: T, b: T) => boolean {
  return inner.handlesNull ? (a, b) => inner.equal(a, b) : (a, b) => (a === null || b === null ? a === b : inner.equal(a, b));
}

function mapList<T, R>(list: readonly T[], change: (value: T) => R): R[] {
  const result: R[] = new Array(list.length);
  for (let i = 0; i < list.length; i++) result[i] = change(list[i] as T);
  return result;
}

// Object.fromEntries, unlike assignment, makes a plain property of a key such as "__proto__".
function mapRecord<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.keys(record).map((key) => [key, change(record[key] as T)]));
}
