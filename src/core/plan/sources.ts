import { QueryError } from "../base/index.ts";
import { type Node, type QueryState, type Select, type Source, typeOfNode } from "../query/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { bound } from "./bound.ts";
import type { PlannedSource } from "./planned.ts";
import type { Planner } from "./planner-types.ts";
import type { Bound, Output, Scope } from "./scope.ts";

type SourceOf<K extends Source["kind"]> = Extract<Source, { kind: K }>;

/** A source as SQL reads it. `rootHints` are those of the query that begins with it. */
export function planSource(planner: Planner, source: Source, scope: Scope, rootHints: readonly Node[] = []): Bound {
  return planner.within(source, () => planRows(planner, source, scope, rootHints));
}

function planRows(planner: Planner, source: Source, scope: Scope, rootHints: readonly Node[]): Bound {
  const hints = [...source.hints, ...rootHints].map((node) => planner.expr(node, scope));
  const named = (name: string) => ({ name, alias: planner.alias(name), hints });
  switch (source.kind) {
    case "schema": {
      const { info, table } = source;
      // Ecto's {"name of a CTE", Schema}: the name of a CTE goes before that of a table, and takes no prefix.
      const outputs = source.prefix === undefined && info.prefix === null ? scope.cte(table) : undefined;
      if (outputs !== undefined) return bound({ kind: "cte", ...named(table) }, info, outputs);
      const prefix = prefixOf(source, info.prefix, scope);
      return bound({ kind: "table", prefix, schema: info.class, context: info.context, ...named(table) }, info, null, prefix);
    }
    case "table": {
      const outputs = source.prefix === undefined ? scope.cte(source.name) : undefined;
      if (outputs !== undefined) return bound({ kind: "cte", ...named(source.name) }, null, outputs);
      const prefix = prefixOf(source, null, scope);
      return bound({ kind: "table", prefix, ...named(source.name) }, null, null, prefix);
    }
    case "cte": {
      unprefixed(source, "a CTE");
      const outputs = scope.cte(source.name);
      if (outputs === undefined)
        throw new QueryError(`there is no CTE named "${source.name}" here; define it with withCte("${source.name}", …)`);
      return bound({ kind: "cte", ...named(source.name) }, source.info, outputs);
    }
    case "subquery": {
      const alias = planner.alias("s");
      const { prefix } = source;
      // A prefix beside a query goes before the query's own.
      const query = prefix === undefined || prefix === null ? source.query : { ...source.query, prefix };
      const { planned, outputs } = planner.inner(query, scope, query.prefix ?? scope.prefix);
      return bound({ kind: "subquery", query: planned, alias, hints }, selectedInfo(source.query), outputs);
    }
    case "fragment": {
      unprefixed(source, "a fragment");
      const outputs = source.columns && new Map(source.columns.map((name) => [name, { column: name, type: null }]));
      return bound(
        { kind: "fragment", expr: planner.expr(source.node, scope), columns: source.columns, alias: planner.alias("f"), hints },
        source.info,
        outputs,
      );
    }
    case "values":
      unprefixed(source, "a list of values");
      return planValues(planner, source, hints);
  }
}

function prefixOf(source: Source, own: string | null, scope: Scope): string | null {
  return (source.prefix === undefined ? own : source.prefix) ?? source.queryPrefix ?? scope.prefix;
}

function unprefixed(source: Source, what: string): void {
  if (typeof source.prefix === "string") throw new QueryError(`${what} is no table and takes no prefix; it was given "${source.prefix}"`);
}

function planValues(planner: Planner, source: SourceOf<"values">, hints: PlannedSource["hints"]): Bound {
  const columns = source.columns.map(([name, type]) => ({ name, type }));
  const packed = planner.packed(columns.length);
  const rows = packed ? [] : source.rows.map((row) => row.map((_, at) => planner.param(columns[at]?.type ?? null, false)));
  const outputs = new Map(columns.map(({ name, type }) => [name, { column: name, type }]));
  const alias = planner.alias("v");
  return bound({ kind: "values", columns, rows, ...(packed ? { packed } : {}), alias, hints }, source.info, outputs);
}

/** The schema of a query's rows, where it selects a whole binding, maybe with more merged into it. */
export function selectedInfo(query: QueryState): SchemaInfo | null {
  const of = query.select === null ? query.source : structOf(query.select);
  if (of === null) return null;
  if (of.kind === "subquery") return selectedInfo(of.query);
  return "info" in of ? of.info : null;
}

function structOf(select: Select): (Select & { kind: "source" })["of"] | null {
  if (select.kind === "merge") return structOf(select.base);
  return select.kind === "source" && select.as === "struct" ? select.of : null;
}

/** The columns of a CTE that is visible, by its name. */
type Visible = (name: string) => ReadonlyMap<string, Output> | null | undefined;
type Announced = readonly [name: string, column: string, type: Type | null];

/** The columns that a CTE will offer, known before it is planned: what reads them may be planned first, and a recursive one reads itself. */
export function announced(query: QueryState, visible: Visible): ReadonlyMap<string, Output> {
  return new Map(announcedColumns(query.select, query.source, visible).map(([name, column, type]) => [name, { column, type }]));
}

function announcedColumns(select: Select | null, source: Source, visible: Visible): readonly Announced[] {
  const typed = (name: string, node: Node): Announced => [name, name, announcedType(node, visible)];
  if (select === null || select.kind === "source") {
    const of = select?.of ?? source;
    const offered = offeredBy(of, visible);
    const info = "info" in of ? of.info : null;
    const names = select?.fields ?? info?.queryFields ?? [...(offered?.keys() ?? [])];
    return names.map((name) => [
      name,
      offered?.get(name)?.column ?? info?.field(name)?.column ?? name,
      info?.types[name] ?? offered?.get(name)?.type ?? null,
    ]);
  }
  switch (select.kind) {
    case "object":
      return select.entries.map(([name, item]) => (item.kind === "expr" ? typed(name, item.node) : [name, name, null]));
    case "merge":
      return [...announcedColumns(select.base, source, visible), ...announcedColumns(select.over, source, visible)];
    case "expr": {
      const { node } = select;
      return [typed(node.kind === "column" ? node.field : node.kind === "selectedAs" ? node.name : "value", node)];
    }
    default:
      return [];
  }
}

/** The columns of a source that is no table of a schema, where they are known. */
function offeredBy(of: (Select & { kind: "source" })["of"], visible: Visible): ReadonlyMap<string, Output> | null {
  switch (of.kind) {
    case "subquery":
      return announced(of.query, visible);
    case "values":
      return new Map(of.columns.map(([name, type]) => [name, { column: name, type }]));
    case "table":
    case "cte":
      return (of.kind === "table" && of.prefix !== undefined ? null : visible(of.name)) ?? null;
    default:
      return null;
  }
}

function announcedType(node: Node, visible: Visible): Type | null {
  const arg = node.kind === "selectedAs" ? node.arg : node;
  return typeOfNode(arg, ({ of, field }) => offeredBy(of, visible)?.get(field)?.type ?? null);
}
