import { define } from "../base/index.ts";
import { freshOf, setMeta } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import type { ColumnField, ColumnShape, InlineRows, JoinPreload, Shape, StructShape } from "./shape.ts";

/** From a driver's value to the field's; null where they are the same. SQL null never gets here, unless the type handles null. */
export type ValueLoader = (value: never) => unknown;
/** Chooses how values of a type are loaded: the adapter's decoding, then the type's own. */
export interface LoaderOf {
  (type: Type | null): ValueLoader | null;
  /** The same for values that come in JSON, where rows may be read so. */
  readonly inJson?: LoaderOf;
}

/** Makes a result of a row; roots are also put into `roots`, for preloads to start from. */
export type RowLoader = (row: readonly unknown[], roots: object[] | null) => unknown;

/**
 * The loader of a shape, made once per plan: one call per row, no decision left to it.
 * Written as source text and compiled where the runtime allows it; as closures where it does not.
 */
export function rowLoader(shape: Shape, loaderOf: LoaderOf, generate: boolean = canGenerate()): RowLoader {
  return generate ? generated(shape, loaderOf) : closures(shape, loaderOf);
}

let allowed: boolean | null = null;

/** Whether code may be made at run time: edge runtimes and strict content policies forbid it. */
function canGenerate(): boolean {
  if (allowed === null) {
    try {
      allowed = new Function("return true")() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

// ---- generated

class Source {
  readonly names: string[] = [];
  readonly values: unknown[] = [];
  constant(value: unknown): string {
    const known = this.values.indexOf(value);
    if (known >= 0) return this.names[known] as string;
    const name = `k${this.names.length}`;
    this.names.push(name);
    this.values.push(value);
    return name;
  }
}

function generated(shape: Shape, loaderOf: LoaderOf): RowLoader {
  const source = new Source();
  const classes: string[] = [];
  const body = expression(shape, loaderOf, source, classes);
  const text = `"use strict";\n${classes.join("\n")}\nreturn function load(row, roots) { let v; return ${body}; };`;
  return new Function(...source.names, text)(...source.values) as RowLoader;
}

function valueText(at: number, type: Type | null, loaderOf: LoaderOf, source: Source): string {
  const load = loaderOf(type);
  if (!load) return `row[${at}]`;
  const call = `${source.constant(load)}(v)`;
  return type?.handlesNull ? `(v = row[${at}], ${call})` : `((v = row[${at}]) === null ? null : ${call})`;
}

function expression(shape: Shape, loaderOf: LoaderOf, source: Source, classes: string[]): string {
  switch (shape.kind) {
    case "column":
      return valueText(shape.at, shape.type, loaderOf, source);
    case "struct":
      return structText(shape, loaderOf, source, classes);
    case "map": {
      const object = `{ ${shape.fields.map((field) => `${key(field.name)}: ${valueText(field.at, field.type, loaderOf, source)}`).join(", ")} }`;
      if (shape.root) return `${source.constant(collect)}(${object}, roots)`;
      return shape.nullable ? `(${missing(shape.fields)} ? null : ${object})` : `(${object})`;
    }
    case "tuple":
      return `[${shape.items.map((item) => expression(item, loaderOf, source, classes)).join(", ")}]`;
    case "object":
      return `({ ${shape.entries.map(([name, item]) => `${key(name)}: ${expression(item, loaderOf, source, classes)}`).join(", ")} })`;
    case "merge":
      return `${source.constant(merge)}(${expression(shape.base, loaderOf, source, classes)}, ${expression(shape.over, loaderOf, source, classes)})`;
    case "constant":
      return source.constant(shape.value);
  }
}

/** A struct is made by a function of its own that assigns every field in order, so that all rows share one hidden class. */
function structText(shape: StructShape, loaderOf: LoaderOf, source: Source, classes: string[]): string {
  const name = `Row${classes.length}`;
  const prototype = source.constant((shape.info.class as { prototype: object }).prototype);
  const lines = shape.fields.map((field) => `this${property(field.name)} = ${valueText(field.at, field.type, loaderOf, source)};`);
  for (const [field, value] of shape.rest) lines.push(`this${property(field)} = ${restText(value, source)};`);
  for (const rows of shape.inline ?? [])
    lines.push(`this${property(rows.association)} = ${source.constant(inlineLoader(rows, loaderOf, true))}(row[${rows.at}]);`);
  classes.push(`function ${name}(row) { let v; ${lines.join(" ")} }\n${name}.prototype = ${prototype};`);
  let made = `new ${name}(row)`;
  if (shape.meta) made = `${source.constant(withMeta(shape))}(${made})`;
  if (shape.root) made = `${source.constant(collect)}(${made}, roots)`;
  return shape.nullable ? `(${missing(shape.fields)} ? null : ${made})` : made;
}

/** The value of a field that is not read, a new one for each row. */
function restText(value: unknown, source: Source): string {
  return typeof value === "object" && value !== null ? `${source.constant(freshOf)}(${source.constant(value)})` : source.constant(value);
}

function missing(fields: readonly ColumnField[]): string {
  return fields.map((field) => `row[${field.at}] === null`).join(" && ");
}

function key(name: string): string {
  // `__proto__: x` in a literal would set the prototype.
  return name === "__proto__" ? '["__proto__"]' : JSON.stringify(name);
}
function property(name: string): string {
  return `[${JSON.stringify(name)}]`;
}

// ---- closures

function closures(shape: Shape, loaderOf: LoaderOf): RowLoader {
  switch (shape.kind) {
    case "column":
      return columnClosure(shape, loaderOf);
    case "struct":
      return structClosure(shape, loaderOf);
    case "map": {
      const fields = fieldLoaders(shape.fields, loaderOf);
      return (row, roots) => {
        if (shape.nullable && shape.fields.every((field) => row[field.at] === null)) return null;
        const object: Record<string, unknown> = {};
        for (const [name, load] of fields) define(object, name, load(row, null));
        return shape.root ? collect(object, roots) : object;
      };
    }
    case "tuple": {
      const items = shape.items.map((item) => closures(item, loaderOf));
      return (row, roots) => items.map((load) => load(row, roots));
    }
    case "object": {
      const entries = shape.entries.map(([name, item]) => [name, closures(item, loaderOf)] as const);
      return (row, roots) => {
        const object: Record<string, unknown> = {};
        for (const [name, load] of entries) define(object, name, load(row, roots));
        return object;
      };
    }
    case "merge": {
      const base = closures(shape.base, loaderOf);
      const over = closures(shape.over, loaderOf);
      return (row, roots) => merge(base(row, roots), over(row, roots));
    }
    case "constant":
      return () => shape.value;
  }
}

function columnClosure(shape: Pick<ColumnShape, "at" | "type">, loaderOf: LoaderOf): RowLoader {
  const { at, type } = shape;
  const load = loaderOf(type);
  if (!load) return (row) => row[at];
  if (type?.handlesNull) return (row) => load(row[at] as never);
  return (row) => {
    const value = row[at];
    return value === null ? null : load(value as never);
  };
}

function structClosure(shape: StructShape, loaderOf: LoaderOf): RowLoader {
  const fields = fieldLoaders(shape.fields, loaderOf);
  const { Row } = shape.info;
  const finish = shape.meta ? withMeta(shape) : (struct: object) => struct;
  const inline = (shape.inline ?? []).map((rows) => ({ ...rows, load: inlineLoader(rows, loaderOf, false) }));
  return (row, roots) => {
    if (shape.nullable && shape.fields.every((field) => row[field.at] === null)) return null;
    const struct = new Row() as Record<string, unknown>;
    for (const [name, load] of fields) struct[name] = load(row, null);
    for (const [name, value] of shape.rest) struct[name] = freshOf(value);
    for (const { association, at, load } of inline) struct[association] = load(row[at]);
    finish(struct);
    return shape.root ? collect(struct, roots) : struct;
  };
}

function fieldLoaders(fields: readonly ColumnField[], loaderOf: LoaderOf): readonly (readonly [string, RowLoader])[] {
  return fields.map((field) => [field.name, columnClosure(field, loaderOf)] as const);
}

// ---- both

/** The structs of an association out of the JSON in its owner's row; inside of JSON, the list is parsed already. */
function inlineLoader({ shape, cardinality }: InlineRows, loaderOf: LoaderOf, generate: boolean): (value: unknown) => unknown {
  const load = rowLoader(shape, loaderOf.inJson ?? loaderOf, generate);
  return (value) => {
    const rows = (typeof value === "string" ? JSON.parse(value) : value) as unknown[];
    if (cardinality === "one") return rows.length === 0 ? null : load(rows[0] as unknown[], null);
    for (let at = 0; at < rows.length; at++) rows[at] = load(rows[at] as unknown[], null);
    return rows;
  };
}

function withMeta(shape: StructShape): (struct: object) => object {
  const { meta } = shape;
  return (struct) => {
    setMeta(struct, meta as NonNullable<typeof meta>);
    return struct;
  };
}

function collect(root: object, roots: object[] | null): object {
  roots?.push(root);
  return root;
}

/** Fields of `over` on top of `base`; a missing side leaves the other. A struct gains no keys that its schema lacks. */
function merge(base: unknown, over: unknown): unknown {
  if (base === null || over === null || over === undefined) return base;
  return Object.assign(base as object, over);
}

/** The column of a shape at which loading fails, for the error's text. */
export function failingColumn(shape: Shape, row: readonly unknown[], loaderOf: LoaderOf): (Leaf & { cause: unknown }) | null {
  for (const leaf of leaves(shape)) {
    const { at, type } = leaf;
    const load = loaderOf(type);
    if (!load || (row[at] === null && !type?.handlesNull)) continue;
    try {
      load(row[at] as never);
    } catch (cause) {
      return { ...leaf, cause };
    }
  }
  return null;
}

/** A value of a row, and what it is. */
interface Leaf {
  readonly at: number;
  readonly label: string;
  readonly type: Type | null;
  readonly field: string | null;
  readonly schema: string | null;
}

function* leaves(shape: Shape): Iterable<Leaf> {
  switch (shape.kind) {
    case "column":
      yield { at: shape.at, label: shape.label, type: shape.type, field: null, schema: null };
      break;
    case "struct":
      for (const field of shape.fields)
        yield { ...fieldLeaf(field, shape.info.name), label: `field "${field.name}" of schema ${shape.info.name}` };
      break;
    case "map":
      for (const field of shape.fields) yield { ...fieldLeaf(field, shape.info?.name ?? null), label: `"${field.name}"` };
      break;
    case "tuple":
      for (const item of shape.items) yield* leaves(item);
      break;
    case "object":
      for (const [, item] of shape.entries) yield* leaves(item);
      break;
    case "merge":
      yield* leaves(shape.base);
      yield* leaves(shape.over);
      break;
    case "constant":
      break;
  }
}

function fieldLeaf({ name, at, type }: ColumnField, schema: string | null): Omit<Leaf, "label"> {
  return { at, type, field: name, schema };
}

/** Every type that a shape loads, null where one is not known, so that a driver can be told what it must read exactly. */
export function typesOf(shape: Shape, joins: readonly JoinPreload[]): (Type | null)[] {
  const types: (Type | null)[] = [];
  for (const { type } of leaves(shape)) types.push(type);
  for (const join of joins) types.push(...typesOf(join.shape, join.nested));
  return types;
}
