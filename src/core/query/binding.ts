import { didYouMean, INSPECT, QueryError } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { Expr } from "./expr.ts";
import { noText } from "./expression.ts";
import { typeOfNode } from "./node-type.ts";
import { type AssocSource, type BindingRef, columnNode, type QueryState, type Select } from "./node.ts";

/** On every binding: what it stands for. */
export const REF: unique symbol = Symbol("ectype.binding");
/** A binding as callbacks get it: a column for every field. */
export interface BindingObject {
  readonly [REF]: BindingRef | AssocSource;
  readonly [column: string]: unknown;
}

/** Makes bindings of one kind: of a schema, for one. What they have in common is on their prototype, so that each costs one object. */
type BindingClass = new (ref: BindingRef | AssocSource) => BindingObject;

// A class per schema with a getter per field.
const classes = new WeakMap<SchemaInfo, BindingClass>();

/** The binding of a source, with its columns. */
export function bindingOf(ref: BindingRef | AssocSource): BindingObject {
  const info = "info" in ref ? ref.info : null;
  const columns = info ? null : columnsOf(ref);
  return new (info ? schemaBinding(info) : columns ? bindingClass(listedPrototype(columns)) : OpenBinding)(ref);
}

/** The binding of a schema under a name that is looked up when the query is planned. */
export function namedBinding(name: string, scope: "own" | "parent", info: SchemaInfo | null): BindingObject {
  return new (info ? schemaBinding(info) : OpenBinding)({ kind: "named", name, scope });
}

function bindingClass(prototype: object): BindingClass {
  class Made {
    readonly [REF]: BindingRef | AssocSource;
    constructor(ref: BindingRef | AssocSource) {
      this[REF] = ref;
    }
  }
  // Every name on the prototype is a column, and this one is none.
  Reflect.deleteProperty(Made.prototype, "constructor");
  Object.setPrototypeOf(Made.prototype, prototype);
  return Made as BindingClass;
}

function schemaBinding(info: SchemaInfo): BindingClass {
  let known = classes.get(info);
  if (!known) {
    known = bindingClass(schemaPrototype(info));
    classes.set(info, known);
  }
  return known;
}

function schemaPrototype(info: SchemaInfo): object {
  const proto: object = Object.create(
    strangers((name) => {
      if (info.association(name))
        return `"${name}" is an association of ${info.name}, not a column: join it, .join("${name}"), or preload it`;
      return `schema ${info.name} has no field "${name}". ${didYouMean(name, [...info.fields])}`;
    }),
  );
  for (const field of info.allFields()) {
    const { name, type, virtual } = field;
    Object.defineProperty(proto, name, {
      enumerable: true,
      get(this: BindingObject) {
        if (virtual) throw new QueryError(`field "${name}" of ${info.name} is virtual: it has no column that a query could name`);
        return new Expr(columnNode(this[REF], name, type));
      },
    });
  }
  return proto;
}

function listedPrototype(columns: ReadonlyMap<string, Type | null>): object {
  const proto: object = Object.create(strangers((name) => `the source has no column "${name}". ${didYouMean(name, [...columns.keys()])}`));
  for (const [name, type] of columns) {
    Object.defineProperty(proto, name, {
      enumerable: true,
      get(this: BindingObject) {
        return new Expr(columnNode(this[REF], name, type));
      },
    });
  }
  return proto;
}

/** How a binding prints: behind it stands the query, with its values. */
const binding = () => "#Binding<>";

// A table without a schema: any name may be a column of it.
const openPrototype = new Proxy<object>(Object.create(null), {
  get(_, name, receiver: BindingObject) {
    if (name === Symbol.toPrimitive) return () => noText("a binding");
    if (name === INSPECT) return binding;
    return typeof name === "string" ? new Expr(columnNode(receiver[REF], name, null)) : undefined;
  },
});
const OpenBinding = bindingClass(openPrototype);

/** At the end of the prototype chain, where only unknown names arrive. */
function strangers(message: (name: string, asked: object) => string): object {
  return new Proxy<object>(Object.create(null), {
    get(_, name, asked: object) {
      if (name === Symbol.toPrimitive) return () => noText("a binding");
      if (name === INSPECT) return binding;
      if (typeof name === "symbol" || name === "then" || name === "toJSON" || name === "constructor") return undefined;
      throw new QueryError(message(name, asked));
    },
  });
}

/** The columns of a source without a schema; null where they cannot be known. */
function columnsOf(ref: BindingRef | AssocSource): ReadonlyMap<string, Type | null> | null {
  switch (ref.kind) {
    case "subquery":
      return selectColumns(ref.query);
    case "values":
      return new Map(ref.columns);
    case "fragment":
      return ref.columns ? new Map(ref.columns.map((name) => [name, null])) : null;
    default:
      return null;
  }
}

/** The columns that a query offers to a query around it. */
export function selectColumns(query: QueryState): ReadonlyMap<string, Type | null> | null {
  if (query.select) return selectNames(query.select);
  return sourceColumns(query.source);
}

function sourceColumns(ref: BindingRef | AssocSource): ReadonlyMap<string, Type | null> | null {
  if ("info" in ref && ref.info) {
    const { info } = ref;
    return new Map(info.queryFields.map((name) => [name, info.types[name] ?? null]));
  }
  return columnsOf(ref);
}

function selectNames(select: Select): ReadonlyMap<string, Type | null> | null {
  switch (select.kind) {
    case "object":
      return new Map(select.entries.map(([name, item]) => [name, item.kind === "expr" ? typeOfNode(item.node) : null]));
    case "struct":
      return new Map(select.entries.map(([name]) => [name, select.info.types[name] ?? null]));
    case "source": {
      const all = sourceColumns(select.of);
      if (!select.fields || !all) return all;
      return new Map(select.fields.map((name) => [name, all.get(name) ?? null]));
    }
    case "merge": {
      const base = selectNames(select.base);
      const over = selectNames(select.over);
      return base && over ? new Map([...base, ...over]) : null;
    }
    case "expr":
      return select.node.kind === "column"
        ? new Map([[select.node.field, select.node.type]])
        : select.node.kind === "selectedAs"
          ? new Map([[select.node.name, typeOfNode(select.node)]])
          : null;
    default:
      return null;
  }
}

/** Whether a value is a binding. */
export function isBinding(value: unknown): value is BindingObject {
  return typeof value === "object" && value !== null && Object.hasOwn(value, REF) && Object.getPrototypeOf(value) !== Object.prototype;
}
/** Whether a binding was spread into an object, `{ ...m }`: its columns are not among what is copied. */
export function isSpread(value: object): boolean {
  return Object.hasOwn(value, REF) && Object.getPrototypeOf(value) === Object.prototype;
}

/** The second argument of callbacks: the named joins. */
export function joinsObject(query: QueryState): object {
  if (query.joins.length === 0) return noJoins;
  const joins: Record<string, BindingObject> = Object.create(joinsPrototype);
  for (const join of query.joins) joins[join.name] = bindingOf(join.source);
  return joins;
}
const joinsPrototype = strangers((name, joins) => `the query has no join named "${name}". ${didYouMean(name, Object.keys(joins))}`);
const noJoins: object = Object.create(
  strangers((name) => `the query has no join named "${name}"; it has none. Add .join("${name}") before`),
);
