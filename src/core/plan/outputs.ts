// The columns that a query inside another one offers.
import { QueryError } from "../base/index.ts";
import type { Node, Select } from "../query/index.ts";
import { columnExpr, columnName, fieldType, computedType, sourceFields } from "./bound.ts";
import type { PlannedExpr } from "./planned.ts";
import type { Planner } from "./planner-types.ts";
import type { Output, Scope } from "./scope.ts";
import { subpath } from "./shape-planner.ts";

/** One column that a query offers to the one around it. */
export interface OutputExpr extends Output {
  readonly expr: PlannedExpr;
}

/**
 * The columns of an inner query by the names by which the query around it reads them.
 * @throws QueryError where the select holds something that has no name or is no single value
 */
export function planOutputs(planner: Planner, select: Select, scope: Scope): Map<string, OutputExpr> {
  return planner.within(select, () => outputsOf(planner, select, scope));
}

function outputsOf(planner: Planner, select: Select, scope: Scope): Map<string, OutputExpr> {
  switch (select.kind) {
    case "source":
      return sourceOutputs(select, scope);
    case "struct":
      return new Map(select.entries.map(([name, node]) => [name, output(planner, name, node, scope)]));
    case "object":
      return new Map(select.entries.map(([name, item]) => [name, itemOutput(planner, name, item, scope)]));
    case "merge": {
      const base = planOutputs(planner, select.base, scope);
      for (const [name, over] of planOutputs(planner, select.over, scope))
        base.set(name, { ...over, column: base.get(name)?.column ?? over.column });
      return base;
    }
    case "expr": {
      const name = select.node.kind === "column" ? select.node.field : select.node.kind === "selectedAs" ? select.node.name : "value";
      return new Map([[name, output(planner, name, select.node, scope)]]);
    }
    default:
      throw new QueryError(
        "a subquery selects a binding, a column, or an object of columns: the query around it reads its columns by name",
      );
  }
}

function sourceOutputs(select: Extract<Select, { kind: "source" }>, scope: Scope): Map<string, OutputExpr> {
  const of = scope.find(select.of);
  const named = of.outputs !== null || !of.info;
  return new Map(
    sourceFields(of, select.fields).map((name) => [
      name,
      { expr: columnExpr(of, name), column: named ? name : columnName(of, name), type: fieldType(of, name) },
    ]),
  );
}

function itemOutput(planner: Planner, name: string, item: Select, scope: Scope): OutputExpr {
  if (item.kind === "expr") return output(planner, name, item.node, scope);
  if (item.kind === "constant") return { expr: { kind: "literal", value: null }, column: name, type: null };
  return planner.within(item, () => {
    throw new QueryError(`a subquery's "${name}" must be a single value, not a binding or an object`);
  });
}

function output(planner: Planner, name: string, node: Node, scope: Scope): OutputExpr {
  const arg = node.kind === "selectedAs" ? node.arg : node;
  const expr = planner.expr(arg, scope);
  const type = computedType(arg, expr, scope);
  if (node.kind === "selectedAs") planner.within(node, () => scope.addAlias(node.name, name, type));
  return { expr, column: name, type };
}

/** The columns of a query that is combined with another, by their paths in the result. */
export function planByPath(planner: Planner, select: Select, scope: Scope, path = ""): Map<string, PlannedExpr> {
  switch (select.kind) {
    case "expr":
      return new Map([[path, output(planner, path, select.node, scope).expr]]);
    case "constant":
      return new Map([[path, { kind: "literal", value: null }]]);
    case "source": {
      const of = planner.within(select, () => scope.find(select.of));
      return planner.within(
        select,
        () => new Map(sourceFields(of, select.fields).map((name) => [subpath(path, name), columnExpr(of, name)])),
      );
    }
    case "struct":
      return new Map(select.entries.map(([name, node]) => [subpath(path, name), output(planner, name, node, scope).expr]));
    case "tuple":
      return new Map(select.items.flatMap((item, at) => [...planByPath(planner, item, scope, subpath(path, String(at)))]));
    case "object":
      return new Map(select.entries.flatMap(([name, item]) => [...planByPath(planner, item, scope, subpath(path, name))]));
    case "merge":
      return new Map([...planByPath(planner, select.base, scope, path), ...planByPath(planner, select.over, scope, path)]);
  }
}

/** The columns of a combined query in the order of the first. @throws QueryError where they differ */
export function alignedTo(order: readonly string[], byPath: ReadonlyMap<string, PlannedExpr>): readonly PlannedExpr[] {
  if (order.length === 1 && byPath.size === 1 && byPath.has("")) return [...byPath.values()];
  const names = (paths: Iterable<string>) => [...paths].map((path) => path || "a single value").join(", ");
  if (order.length !== byPath.size || order.some((path) => !byPath.has(path))) {
    throw new QueryError(
      `the queries of a combination must select the same columns: the first selects ${names(order)}; another selects ${names(byPath.keys())}`,
    );
  }
  return order.map((path) => byPath.get(path) as PlannedExpr);
}
