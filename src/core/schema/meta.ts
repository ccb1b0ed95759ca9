import { ArgumentError, kindOf, slot } from "../base/index.ts";
import type { Meta, SchemaInfo } from "./info.ts";
import { infoOf } from "./registry.ts";

// A struct without a meta of its own is as a query loads it, which keeps rows free of bookkeeping.
const metas = slot<Meta>();

/**
 * Where a struct comes from and what became of it: `source`, `prefix`, `state` and `context`.
 * @throws ArgumentError where the value is no struct of a schema
 * @example meta(movie).state // => "loaded"
 * @see Ecto.Schema.Metadata
 */
export function meta(struct: object): Meta {
  return metas.get(struct) ?? structInfo(struct).loadedMeta;
}

/**
 * A copy of the struct with parts of its meta replaced.
 * @throws ArgumentError for an unknown key or state
 * @example meta(putMeta(movie, { prefix: "archive" })).prefix // => "archive"
 * @see Ecto.put_meta/2
 */
export function putMeta<S extends object>(struct: S, changes: Partial<Omit<Meta, "schema">>): S {
  for (const key of Object.keys(changes)) {
    if (!["source", "prefix", "state", "context"].includes(key))
      throw new ArgumentError(`putMeta takes source, prefix, state and context, not "${key}"`);
  }
  if (changes.state !== undefined && !["built", "loaded", "deleted"].includes(changes.state)) {
    throw new ArgumentError(`a struct's state is "built", "loaded" or "deleted", not ${JSON.stringify(changes.state)}`);
  }
  const current = meta(struct);
  const copy = cloneStruct(struct);
  setMeta(copy, Object.freeze({ ...current, ...changes }));
  return copy;
}

/** Gives a struct its meta; for the library's own use on structs that it has just made. */
export function setMeta(struct: object, value: Meta): void {
  metas.set(struct, value === structInfo(struct).loadedMeta ? undefined : value);
}

/** A shallow copy with the same class and meta. */
export function cloneStruct<S extends object>(struct: S): S {
  const copy = Object.assign(new (structInfo(struct).Row)(), struct);
  const own = metas.get(struct);
  if (own) metas.set(copy, own);
  return copy as S;
}

/** The schema of a struct; throws where the value is none. */
export function structInfo(value: unknown): SchemaInfo {
  const info = tryStructInfo(value);
  if (info) return info;
  throw new ArgumentError(
    `expected a struct of a schema, got ${kindOf(value)}. Make one with Schema.build({...}) or load it with the repo`,
  );
}

/** The schema of a struct, or null where the value is none. */
export function tryStructInfo(value: unknown): SchemaInfo | null {
  if (typeof value !== "object" || value === null) return null;
  const proto = Object.getPrototypeOf(value) as { constructor?: unknown } | null;
  return proto === null || proto === Object.prototype ? null : infoOf(proto.constructor);
}
