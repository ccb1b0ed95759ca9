import { isFunction, isPlainObject, kindOf, QueryError } from "../base/index.ts";
import { type SchemaInfo, tryStructInfo, type VALUE } from "../schema/index.ts";
import { isBinding, isSpread, REF } from "./binding.ts";
import { callWithBindings, exprOf, isDynamic } from "./clauses.ts";
import { type Dynamic, Expr } from "./expr.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { operand } from "./operand.ts";
import { param } from "./param.ts";
import type { Node, QueryState, Select } from "./node.ts";
import { activeQuery } from "./rebind.ts";
import { alone } from "./slot.ts";
import { checkFields, mergedTakes, schemaOf, takenOf } from "./take.ts";
import { valueType } from "./value-type.ts";

/** A select's argument, names of the root's fields or a callback, as the shape of each result. */
export function selectOf(query: QueryState, argument: unknown): Select {
  if (isFunction(argument)) return callWithBindings(query, "select", argument, shapeOf);
  if (typeof argument === "string") return takeOf(query, [argument]);
  if (Array.isArray(argument)) return takeOf(query, argument);
  throw new QueryError(`select takes a callback, or a list of the root's fields, not ${kindOf(argument)}`);
}

function takeOf(query: QueryState, list: readonly unknown[]): Select {
  const { source } = query;
  const info = schemaOf(source) ?? null;
  const { fields, below } = takenOf("select", list, info);
  if (info && source.kind !== "subquery") checkFields("select", info, fields);
  return { kind: "source", of: source, fields, as: info ? "struct" : "map", below };
}

/** What a select's callback returned, as a shape: bindings, expressions, values, lists and objects in any nesting. */
export function shapeOf(value: unknown): Select {
  if (value instanceof Expr) return { kind: "expr", node: alone(value.node) };
  if (value instanceof Shaped) return value.select;
  if (isDynamic(value)) return shapeOf(dynamicOf(value));
  if (isBinding(value)) return { kind: "source", of: value[REF], fields: null, as: "struct" };
  if (isQueryLike(value)) return { kind: "expr", node: { kind: "subquery", query: value[STATE] } };
  if (Array.isArray(value)) return { kind: "tuple", items: value.map(shapeOf) };
  if (value === null) return { kind: "constant", value };
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) return objectOf(value);
  return { kind: "expr", node: valueNode(value) };
}

function dynamicOf(value: Dynamic): Expr<unknown> {
  const query = activeQuery();
  if (query) return exprOf(query, value, "select");
  throw new QueryError("a dynamic stands in what the callback of a select returns, which knows the query");
}

function objectOf(value: object): Select {
  if (isSpread(value))
    throw new QueryError(
      "a binding cannot be spread into an object, since its columns are made when they are asked for; use merge(m, { … })",
    );
  return { kind: "object", entries: Object.entries(value).map(([key, item]) => [key, shapeOf(item)] as const) };
}

/** A constant of the select: a parameter, so that queries that differ in it alone share their plan. */
function valueNode(value: unknown): Node {
  const type = valueType(value);
  if (type) return param(value, type);
  const info = tryStructInfo(value);
  if (info)
    throw new QueryError(
      `select cannot return a ${info.name} that is built already; struct(${info.name}, { … }) makes one of expressions and values, and merge(binding, { … }) changes one that is read`,
    );
  throw new QueryError(`select cannot return ${kindOf(value)}: it takes columns, expressions, plain values, and lists and objects of them`);
}

/** A part of a select that is no expression: what `struct`, `map` and `merge` make. */
export class Shaped<out T> {
  declare readonly [VALUE]: T;
  /** @internal */
  readonly select: Select;
  constructor(select: Select) {
    this.select = select;
  }
}

/** A struct of a schema, made of expressions and values by field. */
export function builtStruct(info: SchemaInfo, fields: unknown): Select {
  if (!isPlainObject(fields))
    throw new QueryError(`struct of the schema ${info.name} takes an object of values by field, not ${kindOf(fields)}`);
  const entries = Object.entries(fields).map(([name, value]): readonly [string, Node] => {
    const { type } = info.fieldOrThrow(name);
    if (value === null) return [name, { kind: "cast", arg: { kind: "literal", value: null }, type }];
    return [name, operand(value, type)];
  });
  if (entries.length === 0) throw new QueryError(`struct of ${info.name} was given no fields`);
  return { kind: "struct", info, entries };
}

/** `over` on top of what is selected already; where nothing is, on top of the root. */
export function mergedSelect(query: QueryState, over: Select): Select {
  return merged(query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" }, over);
}

/** Fields of `over` on top of those of `base`. @throws QueryError where one of them has no fields, or a struct lacks them */
export function merged(base: Select, over: Select): Select {
  if (isSingle(base)) throw new QueryError("a merge needs a binding or an object to add to; it was given a single value or a tuple");
  if (isSingle(over)) throw new QueryError("a merge adds fields: it takes an object or a binding, not a single value or a tuple");
  checkStruct(base, over);
  if (base.kind === "source" && over.kind === "source" && base.of === over.of) return mergedSources(base, over);
  if (base.kind === "object" && over.kind === "object")
    return { kind: "object", entries: [...new Map([...base.entries, ...over.entries])] };
  return { kind: "merge", base, over };
}

function isSingle(select: Select): boolean {
  return select.kind === "expr" || select.kind === "tuple" || select.kind === "constant";
}

type SourceSelect = Extract<Select, { kind: "source" }>;

function mergedSources(base: SourceSelect, over: SourceSelect): Select {
  const info = "info" in base.of ? base.of.info : null;
  const all = info?.queryFields ?? null;
  const below = mergedTakes(base.below ?? [], over.below ?? []);
  if (!over.fields || (!base.fields && !all)) return { ...base, fields: over.fields && base.fields ? over.fields : null, below };
  return { ...base, fields: [...new Set([...(base.fields ?? all ?? []), ...over.fields])], below };
}

/** A struct gains no keys that its schema lacks, and none of another schema. */
function checkStruct(base: Select, over: Select): void {
  const info = structInfo(base);
  if (!info) return;
  const other = structInfo(over);
  if (other && other !== info)
    throw new QueryError(
      `a ${other.name} cannot be merged into a ${info.name}: they are structs of different schemas. Use map(binding, fields)`,
    );
  for (const name of keysOf(over)) {
    if (!info.field(name))
      throw new QueryError(
        `"${name}" cannot be merged into a ${info.name}: its schema has no such field. Declare it as a virtual field, or select an object: select((m) => ({ movie: m, ${name}: … }))`,
      );
  }
}

function structInfo(select: Select): SchemaInfo | null {
  if (select.kind === "struct") return select.info;
  if (select.kind === "merge") return structInfo(select.base);
  return select.kind === "source" && select.as === "struct" && "info" in select.of ? select.of.info : null;
}

function keysOf(select: Select): readonly string[] {
  if (select.kind === "object" || select.kind === "struct") return select.entries.map(([name]) => name);
  if (select.kind === "merge") return [...keysOf(select.base), ...keysOf(select.over)];
  return select.kind === "source" ? (select.fields ?? []) : [];
}
