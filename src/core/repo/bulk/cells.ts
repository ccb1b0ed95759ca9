import { ArgumentError } from "../../base/index.ts";
import {
  type AssocSource,
  type BindingRef,
  columnNode,
  fieldColumn,
  isSlot,
  type Node,
  param,
  type QueryState,
  type Select,
  valueType,
} from "../../query/index.ts";
import { type BulkColumn, bulkColumn, type BulkTarget } from "./target.ts";

/** A query with a column of the table for each value that it selects; its constants are of the columns' types. */
export interface Inserted {
  readonly state: QueryState;
  readonly columns: readonly BulkColumn[];
}

/** @throws ArgumentError where it is not known into which column a value goes, CastError for a constant that is none of its column */
export function insertedQuery(target: BulkTarget, query: QueryState): Inserted {
  const cells = cellsOf(query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" });
  const columns = [...cells.keys()].map((key) => bulkColumn(target, key));
  return { state: inColumns(target, query, columns, cells), columns };
}

function inColumns(target: BulkTarget, query: QueryState, columns: readonly BulkColumn[], cells: ReadonlyMap<string, Cell>): QueryState {
  const known = new Map(columns.map((column) => [column.key, column]));
  const entries = [...cells].map(([key, cell]): readonly [string, Select] => [
    key,
    { kind: "expr", node: nodeOf(cell, known.get(key) ?? bulkColumn(target, key)) },
  ]);
  const combinations = query.combinations.map(({ op, query: other }) => ({ op, query: withColumns(target, other, columns) }));
  return { ...query, preloads: [], select: { kind: "object", entries }, combinations };
}

/** A query that is combined with one: what it selects, for the same columns. */
function withColumns(target: BulkTarget, query: QueryState, columns: readonly BulkColumn[]): QueryState {
  const cells = cellsOf(query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" });
  return { ...inColumns(target, query, columns, cells), preloads: query.preloads };
}

/** What is selected under one name: an expression, or a plain value. */
type Cell = { readonly node: Node } | { readonly value: unknown };

function cellsOf(select: Select): Map<string, Cell> {
  switch (select.kind) {
    case "object":
      return new Map(select.entries.map(([name, item]) => [name, cellOf(name, item)]));
    case "struct":
      return new Map(select.entries.map(([name, node]) => [name, { node }]));
    case "source":
      return new Map(fieldsOf(select).map(([name, node]) => [name, { node }]));
    case "merge":
      return new Map([...cellsOf(select.base), ...cellsOf(select.over)]);
    default:
      throw new ArgumentError(
        "insertAll needs to know the column of each selected value: select an object, select((m) => ({ title: m.title })), a list of fields, or a whole source",
      );
  }
}

function cellOf(name: string, item: Select): Cell {
  if (item.kind === "expr") return { node: item.node };
  const value = constantOf(item);
  if (value === undefined)
    throw new ArgumentError(
      `insertAll from a query: "${name}" must be one value, not a binding, nor a list or an object that holds expressions`,
    );
  return { value };
}

/** The list or object that a select was made of; undefined where some of it is no constant. */
function constantOf(item: Select): unknown {
  switch (item.kind) {
    case "constant":
      return item.value;
    case "expr":
      return item.node.kind === "param" && !isSlot(item.node) ? item.node.value : undefined;
    case "tuple": {
      const values = item.items.map(constantOf);
      return values.includes(undefined) ? undefined : values;
    }
    case "object": {
      const entries = item.entries.map(([key, one]) => [key, constantOf(one)] as const);
      return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

function nodeOf(cell: Cell, column: BulkColumn): Node {
  return "node" in cell ? typed(cell.node, column) : constant(cell.value, column);
}

/** An expression whose constants, which no column beside them gives a type, are of the column that they are for. */
function typed(node: Node, column: BulkColumn): Node {
  const each = (inner: Node): Node => typed(inner, column);
  switch (node.kind) {
    case "param":
      if (isSlot(node)) return { ...node, type: node.type ?? column.type };
      return node.type === null || node.type === valueType(node.value) ? constant(node.value, column) : node;
    case "selectedAs":
      return { ...node, arg: each(node.arg) };
    case "case":
      return {
        ...node,
        branches: node.branches.map(({ when, then }) => ({ when, then: each(then) })),
        otherwise: node.otherwise && each(node.otherwise),
      };
    case "call":
      return node.name === "coalesce" ? { ...node, args: node.args.map(each) } : node;
    default:
      return node;
  }
}

function constant(value: unknown, { key, type }: BulkColumn): Node {
  if (value === null || type === null) return { kind: "param", value, type };
  const source = { kind: "table", name: "", prefix: null, hints: [] } as const;
  return param(value, type, columnNode(source, key, type));
}

function fieldsOf({ of, fields }: Select & { kind: "source" }): readonly (readonly [string, Node])[] {
  const info = infoOf(of);
  const names = fields ?? info?.queryFields;
  if (!names) throw new ArgumentError("insertAll from a source without a schema: its columns are not known, so name them in the select");
  return names.map((field) => [field, fieldColumn(of, info, field)] as const);
}

function infoOf(of: BindingRef | AssocSource) {
  return "info" in of ? of.info : null;
}
