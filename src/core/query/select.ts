import { QueryError } from "../base/index.ts";
import { describe } from "../schema/index.ts";
import { isBinding, REF } from "./binding.ts";
import { callWithBindings } from "./clauses.ts";
import { Expr, isQueryLike, STATE } from "./expr.ts";
import type { QueryState, Select } from "./node.ts";

/** A select's argument, names of the root's fields or a callback, as the shape of each result. */
export function selectOf(query: QueryState, argument: unknown): Select {
  if (typeof argument === "function") return shapeOf(callWithBindings(query, argument as never));
  if (typeof argument === "string") return takeOf(query, [argument]);
  if (Array.isArray(argument)) return takeOf(query, argument);
  throw new QueryError(`select takes a callback, or a list of the root's fields, not ${describe(argument)}`);
}

function takeOf(query: QueryState, names: readonly unknown[]): Select {
  if (names.length === 0) throw new QueryError("select was given an empty list of fields");
  const { source } = query;
  const info = "info" in source ? source.info : null;
  for (const name of names) {
    if (typeof name !== "string") throw new QueryError(`select takes names of fields, not ${describe(name)}`);
    if (info && (info.association(name) || info.fieldOrThrow(name).virtual)) throw new QueryError(`select: "${name}" of ${info.name} is not a column`);
  }
  return { kind: "source", of: source, fields: names as string[], as: info ? "struct" : "map" };
}

/** What a select's callback returned, as a shape: bindings, expressions, lists and objects in any nesting. */
export function shapeOf(value: unknown): Select {
  if (value instanceof Expr) return { kind: "expr", node: value.node };
  if (value instanceof Take) return value.select;
  if (isBinding(value)) return { kind: "source", of: value[REF], fields: null, as: "struct" };
  if (isQueryLike(value)) return { kind: "expr", node: { kind: "subquery", query: value[STATE] } };
  if (Array.isArray(value)) return { kind: "tuple", items: value.map(shapeOf) };
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return { kind: "object", entries: Object.entries(value).map(([key, item]) => [key, shapeOf(item)] as const) };
  }
  if (typeof value === "function" || typeof value === "symbol" || value === undefined) throw new QueryError(`select cannot return ${describe(value)}`);
  return { kind: "constant", value };
}

/** Some fields of a binding, made by `struct` and `map`. */
export class Take {
  /** @internal */
  readonly select: Select;
  constructor(select: Select) {
    this.select = select;
  }
}

/** `over` on top of what is selected already; where nothing is, on top of the root. */
export function mergedSelect(query: QueryState, over: Select): Select {
  const base: Select = query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" };
  if (base.kind === "expr" || base.kind === "tuple" || base.kind === "constant") throw new QueryError("selectMerge needs a select of a binding or an object to add to; it was given a single value or a tuple");
  if (over.kind === "expr" || over.kind === "tuple" || over.kind === "constant") throw new QueryError("selectMerge adds fields: its callback must return an object or a binding");
  if (query.select === null && over.kind === "source" && over.of === query.source && over.fields) return over;
  if (base.kind === "source" && over.kind === "source" && base.of === over.of && base.fields && over.fields && base.as === over.as) {
    return { ...base, fields: [...new Set([...base.fields, ...over.fields])] };
  }
  if (base.kind === "object" && over.kind === "object") {
    return { kind: "object", entries: [...new Map([...base.entries, ...over.entries])] };
  }
  return { kind: "merge", base, over };
}
