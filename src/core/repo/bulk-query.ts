import { ArgumentError } from "../base/index.ts";
import { type Planned, type PlannedQuery, planQuery } from "../plan/index.ts";
import type { AssocSource, BindingRef, Node, QueryState, Select } from "../query/index.ts";
import { type BulkCommand, statementOf } from "./bulk-rows.ts";
import { type BulkColumn, bulkColumn, type BulkStatement, type BulkTarget } from "./bulk-target.ts";
import type { Engine, SharedOptions } from "./engine.ts";
import { shifted } from "./shift-params.ts";

/** The statement that inserts what a query selects. */
export function bulkInsertFromQuery(
  engine: Engine,
  target: BulkTarget,
  query: QueryState,
  command: BulkCommand,
  conflictParams: readonly unknown[],
  options: SharedOptions,
): BulkStatement {
  const select: Select = query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" };
  const cells = cellsOf(select);
  const columns = [...cells.keys()].map((key) => bulkColumn(target, key));
  const entries = columns.map((column): readonly [string, Select] => [
    column.key,
    { kind: "expr", node: nodeOf(cells.get(column.key) as Cell, column) },
  ]);
  const state: QueryState = { ...query, preloads: [], select: { kind: "object", entries } };
  const prefix = options.prefix ?? null;
  const { params } = engine.plans.fingerprint(state, "all", prefix);
  const planned = everyColumn(planQuery(state, "all", prefix, params));
  const rows = conflictParams.length === 0 ? planned : shifted(planned, conflictParams.length);
  const compiled = engine.adapter.insertSql({ ...command, columns: columns.map(({ column, type }) => ({ name: column, type })), rows });
  engine.plans.checkCount(state, compiled.params.length);
  return statementOf(compiled, [...conflictParams, ...params.map((param) => engine.plans.encodeParam(param))], command, true);
}

/** A column for each name, also where a read would take one column for several. */
function everyColumn({ query, shape }: Planned): PlannedQuery {
  if (shape?.kind !== "object") return query;
  return { ...query, select: shape.entries.flatMap(([, item]) => (item.kind === "column" ? (query.select[item.at] ?? []) : [])) };
}

/** What is selected under one name: an expression, or a plain value. */
type Cell = { readonly node: Node } | { readonly value: unknown };

function nodeOf(cell: Cell, { type }: BulkColumn): Node {
  return "node" in cell ? cell.node : { kind: "param", value: cell.value, type };
}

function cellsOf(select: Select): Map<string, Cell> {
  switch (select.kind) {
    case "object":
      return new Map(select.entries.map(([name, item]) => [name, single(name, item)]));
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

function single(name: string, item: Select): Cell {
  if (item.kind === "expr") return { node: item.node };
  if (item.kind === "constant") return { value: item.value };
  throw new ArgumentError(`insertAll from a query: "${name}" must be a single value, not a binding or an object`);
}

function fieldsOf({ of, fields }: Select & { kind: "source" }): readonly (readonly [string, Node])[] {
  const info = infoOf(of);
  const names = fields ?? info?.queryFields;
  if (!names) throw new ArgumentError("insertAll from a source without a schema: its columns are not known, so name them in the select");
  return names.map((field) => [field, { kind: "column", of, field, type: info?.types[field] ?? null }] as const);
}

function infoOf(of: BindingRef | AssocSource) {
  return "info" in of ? of.info : null;
}
