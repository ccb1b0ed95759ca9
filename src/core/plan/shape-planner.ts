// From what a query selects to its columns, and to the shape of its results.
import { QueryError } from "../base/index.ts";
import { checkTakes, type Node, type Preload, type QueryState, type Select } from "../query/index.ts";
import type { Meta, SchemaInfo } from "../schema/index.ts";
import { columnExpr, fieldType, computedType, sourceFields } from "./bound.ts";
import type { Columns } from "./columns.ts";
import type { Planner } from "./planner-types.ts";
import type { Bound, Scope } from "./scope.ts";
import type { ColumnField, ColumnShape, JoinPreload, RootShape, Shape, StructShape } from "./shape.ts";

type SelectOf<K extends Select["kind"]> = Extract<Select, { kind: K }>;

/** Plans the select of an outermost query: its columns, and how a row becomes a result. */
export class ShapePlanner {
  readonly #planner: Planner;
  readonly #query: QueryState;
  readonly #scope: Scope;
  readonly #columns: Columns;

  constructor(planner: Planner, query: QueryState, scope: Scope, columns: Columns) {
    this.#planner = planner;
    this.#query = query;
    this.#scope = scope;
    this.#columns = columns;
  }

  /** `path` says where in the result it stands, by which the queries of a combination line up. */
  shape(select: Select, path = ""): Shape {
    switch (select.kind) {
      case "expr":
        return this.#column(select.node, path);
      case "source":
        return this.#planner.within(select, () => this.#source(select, path));
      case "struct":
        return this.#struct(select, path);
      case "tuple":
        return { kind: "tuple", items: select.items.map((item, at) => this.shape(item, subpath(path, String(at)))) };
      case "object":
        return { kind: "object", entries: select.entries.map(([name, item]) => [name, this.shape(item, subpath(path, name))] as const) };
      case "merge":
        return { kind: "merge", base: this.shape(select.base, path), over: this.shape(select.over, path) };
      case "constant":
        return { kind: "constant", value: select.value };
    }
  }

  #column(node: Node, path: string): ColumnShape {
    const named = node.kind === "selectedAs";
    const arg = named ? node.arg : node;
    const expr = this.#planner.expr(arg, this.#scope);
    if (named) this.#planner.within(node, () => this.#scope.addAlias(node.name, node.name, computedType(arg, expr, this.#scope)));
    const at = this.#columns.add(expr, path, named ? node.name : null);
    return {
      kind: "column",
      at,
      type: computedType(arg, expr, this.#scope),
      label: arg.kind === "column" ? arg.field : path || "the selected value",
    };
  }

  #source(select: SelectOf<"source">, path: string): Shape {
    const bound = this.#scope.find(select.of);
    const names = sourceFields(bound, select.fields);
    const fields = names.map((name) => this.#field(bound, name, path));
    if (select.of.kind === "named" && select.below) checkTakes(select.as, bound.info, select.below);
    const root = bound === this.#scope.find(this.#query.source);
    if (!bound.info || select.as === "map") {
      const nullable = bound.nullable && select.as !== "map";
      const preloaded = root && this.#query.preloads.length > 0;
      return {
        kind: "map",
        info: bound.info,
        fields,
        meta: bound.info && metaOf(bound.info, bound),
        nullable,
        root: preloaded,
        whole: bound.planned.kind !== "table",
      };
    }
    return structShape(bound.info, fields, bound, root, !isWhole(bound.info, names));
  }

  /** A struct that the select makes itself: every field that it names is an expression. */
  #struct({ info, entries }: SelectOf<"struct">, path: string): StructShape {
    const fields = entries.map(
      ([name, node]): ColumnField => ({ name, at: this.#column(node, subpath(path, name)).at, type: info.types[name] ?? null }),
    );
    const read = new Set(fields.map(({ name }) => name));
    return { kind: "struct", info, fields: inOrder(info, fields), rest: unread(info, read), meta: null, nullable: false, root: false };
  }

  #field(bound: Bound, name: string, path: string): ColumnField {
    return { name, at: this.#columns.add(columnExpr(bound, name), subpath(path, name)), type: fieldType(bound, name) };
  }

  /** The rows of preloads out of joins, read beside the result. */
  joinPreloads(preloads: readonly Preload[], owner: SchemaInfo): JoinPreload[] {
    return preloads.flatMap((preload) => {
      const { join } = preload;
      if (join === null) return [];
      const bound = this.#joined(preload, join, owner);
      const { related } = owner.associationOrThrow(preload.association);
      const taken = preload.take?.fields ?? null;
      const fields = sourceFields(bound, taken).map((name) => this.#field(bound, name, subpath(subpath("$", join), name)));
      const partial = taken !== null && !isWhole(related, taken);
      const shape = structShape(related, fields, { ...bound, nullable: true }, false, partial);
      return [{ association: preload.association, shape, nested: this.joinPreloads(preload.nested, related) }];
    });
  }

  #joined(preload: Preload, name: string, owner: SchemaInfo): Bound {
    const join = this.#query.joins.find((one) => one.name === name);
    if (!join) throw new QueryError(`preload "${preload.association}": the query has no join named "${name}"`);
    if (this.#query.joins.some(({ kind }) => kind === "right" || kind === "full")) {
      throw new QueryError(
        `preload "${preload.association}" comes out of the join "${name}", which needs every row to have a ${owner.name}: rightJoin and fullJoin bring rows without one. Preload it by a query of its own`,
      );
    }
    const bound = this.#scope.find(join.source);
    const { related } = owner.associationOrThrow(preload.association);
    if (bound.info !== related)
      throw new QueryError(
        `preload "${preload.association}" of ${owner.name} needs rows of ${related.name}; the join "${name}" brings others`,
      );
    if (related.primaryKey.length === 0)
      throw new QueryError(
        `preload "${preload.association}" out of a join: ${related.name} has no primary key by which to tell its rows apart`,
      );
    return bound;
  }
}

/** The path of a part of what stands at a path. No two parts have the same one, whatever their names. */
export function subpath(path: string, name: string): string {
  const plain = name === "" ? "\\0" : /[\\.$]/.test(name) ? name.replace(/[\\.$]/g, "\\$&") : name;
  return path === "" ? plain : `${path}.${plain}`;
}

function isWhole(info: SchemaInfo, names: readonly string[]): boolean {
  return info.queryFields.every((name) => names.includes(name));
}

function structShape(info: SchemaInfo, fields: readonly ColumnField[], bound: Bound, root: boolean, partial: boolean): StructShape {
  const rest = partial ? [] : unread(info, new Set(fields.map((field) => field.name)));
  return {
    kind: "struct",
    info,
    fields: inOrder(info, fields),
    rest,
    meta: metaOf(info, bound),
    nullable: bound.nullable,
    root,
    whole: bound.planned.kind !== "table",
  };
}

/** Where the rows come from, if that is not the schema's own table. */
function metaOf(info: SchemaInfo, { planned, prefix }: Bound): Meta | null {
  if (planned.kind !== "table" || (planned.name === info.source && prefix === info.prefix)) return null;
  return Object.freeze({ ...info.loadedMeta, source: planned.name, prefix });
}

/** Fields that a row does not give, with the value that they have. */
function unread(info: SchemaInfo, read: ReadonlySet<string>): (readonly [string, unknown])[] {
  return [...info.allFields()]
    .filter((field) => !read.has(field.name))
    .map((field) => [field.name, typeof field.default === "function" ? null : field.default] as const);
}

/** Fields in the order of their declaration, whatever order a select names them in. */
function inOrder(info: SchemaInfo, fields: readonly ColumnField[]): readonly ColumnField[] {
  const order = new Map([...info.allFields()].map(({ name }, at) => [name, at]));
  return [...fields].sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

/** The root in a result. */
export function findRoot(shape: Shape | null): RootShape | null {
  if (!shape) return null;
  switch (shape.kind) {
    case "struct":
      return shape.root ? shape : null;
    case "map":
      return shape.root ? (shape as RootShape) : null;
    case "tuple":
      return first(shape.items);
    case "object":
      return first(shape.entries.map(([, item]) => item));
    case "merge":
      return findRoot(shape.base);
    default:
      return null;
  }
}

function first(shapes: readonly Shape[]): RootShape | null {
  for (const shape of shapes) {
    const root = findRoot(shape);
    if (root) return root;
  }
  return null;
}
