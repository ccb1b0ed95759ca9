import type { QueryState } from "./node.ts";

export const STATE: unique symbol = Symbol("ectype.query");

/** Implemented by queries, so that expressions know one without importing them. */
export interface QueryLike {
  readonly [STATE]: QueryState;
}

export function isQueryLike(value: unknown): value is QueryLike {
  return typeof value === "object" && value !== null && STATE in value;
}
