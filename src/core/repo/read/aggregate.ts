import { ArgumentError, didYouMean, kindOf, QueryError } from "../../base/index.ts";
import {
  type AssocSource,
  avg,
  type BindingRef,
  bindingOf,
  clausesThat,
  count,
  emptyState,
  Expr,
  hasAny,
  inspectQuery,
  max,
  min,
  type Node,
  type Order,
  type QueryState,
  type Select,
  selectColumns,
  sum,
} from "../../query/index.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";
import { fetchRows } from "./fetch.ts";
import { toQuery, wrap } from "./read.ts";

const AGGREGATES: Readonly<Record<string, (value: Expr<never>) => Expr<unknown>>> = { count, avg, sum, min, max };
const KINDS = Object.keys(AGGREGATES);

/** With these, the rows that are counted are chosen by a query of their own. */
const CHOOSES = clausesThat({
  as: false,
  prefix: false,
  ctes: false,
  distinct: true,
  select: false,
  joins: false,
  where: false,
  groupBy: false,
  having: false,
  windows: false,
  combinations: true,
  orderBy: false,
  limit: true,
  offset: true,
  withTies: false,
  lock: false,
  update: false,
  preloads: false,
  limitPer: true,
  hints: false,
});

/** `count` of rows, or count, avg, sum, min or max of a field. Clauses that choose rows are kept by a subquery around them. */
export async function aggregate(
  engine: Engine,
  queryable: unknown,
  kind: unknown,
  field: unknown,
  options: SharedOptions,
): Promise<unknown> {
  const query = toQuery(queryable);
  const make = typeof kind === "string" && Object.hasOwn(AGGREGATES, kind) ? AGGREGATES[kind] : undefined;
  if (!make)
    throw new ArgumentError(
      `aggregate takes "count", "avg", "sum", "min" or "max", not ${typeof kind === "string" ? `"${kind}". ${didYouMean(kind, KINDS)}` : kindOf(kind)}`,
    );
  if (field === undefined && kind !== "count") throw new ArgumentError(`aggregate "${kind}" needs the field that it is about`);
  if (field !== undefined && (typeof field !== "string" || field === ""))
    throw new ArgumentError(`aggregate "${kind}" takes the name of a field, not ${kindOf(field)}`);
  if (query.groupBy.length > 0)
    throw new QueryError(
      `aggregate cannot be used on a query with groupBy; select the aggregates in the query\nin query: ${inspectQuery(query)}`,
    );
  const plain: QueryState = { ...query, preloads: [] };
  const base = hasAny(query, CHOOSES) ? emptyState(wrap(within(plain, field))) : { ...plain, orderBy: [] };
  const expr = field === undefined ? count() : make(new Expr(columnOf(base, field)));
  const [value] = await fetchRows(engine, { ...base, select: { kind: "expr", node: expr.node } }, options);
  return value ?? null;
}

/** The query whose rows are chosen: it selects the field alone, so that distinct is about its values; a combination is about all that it selects. */
function within(query: QueryState, field: string | undefined): QueryState {
  const ordered = query.limit !== null || query.offset !== null || query.limitPer !== null;
  // Without a limit the order says nothing, but which row DISTINCT ON takes.
  const kept: QueryState = ordered || Array.isArray(query.distinct) ? query : { ...query, orderBy: [] };
  if (query.combinations.length > 0) return field === undefined ? flattened(kept) : kept;
  if (field === undefined) return flattened(kept);
  const entries: [string, Select][] = [[field, { kind: "expr", node: columnOf(kept, field) }]];
  return { ...kept, select: { kind: "object", entries: [...entries, ...aliased(kept)] } };
}

/** A field of the root; where it has none of that name, what the select gives under it. */
function columnOf(query: QueryState, field: string): Node {
  const { source, select } = query;
  const isOwn = "info" in source && source.info?.field(field) !== undefined;
  const selected = isOwn || select?.kind !== "object" ? undefined : select.entries.find(([name]) => name === field)?.[1];
  if (selected?.kind === "expr") return selected.node.kind === "selectedAs" ? selected.node.arg : selected.node;
  return column(source, field);
}

function column(of: BindingRef | AssocSource, field: string): Node {
  return (bindingOf(of) as unknown as Readonly<Record<string, Expr<unknown>>>)[field]?.node as Node;
}

/** The expressions of a select that are named, where an order goes by their names. */
function aliased(query: QueryState): readonly (readonly [string, Select])[] {
  const orders = [...query.orderBy, ...(Array.isArray(query.distinct) ? (query.distinct as readonly Order[]) : [])];
  if (query.select === null || !(query.having !== null || orders.some(({ node }) => node.kind !== "column"))) return [];
  return [...leavesOf(query.select).entries()].flatMap(([path, item]) =>
    item.kind === "expr" && item.node.kind === "selectedAs" ? [[`ectype_${path}`, item] as const] : [],
  );
}

/** The query with its columns side by side, whatever they are in a result: a subquery reads no tuples and no objects in objects. */
function flattened(query: QueryState): QueryState {
  const { select } = query;
  if (select === null || select.kind === "expr" || select.kind === "source" || select.kind === "struct") return query;
  const names = new Map([...leavesOf(select).keys()].map((path, at) => [path, `c${at}`]));
  const flat = (one: Select | null): Select | null => {
    const leaves = one && leavesOf(one);
    if (!leaves || leaves.size !== names.size || ![...leaves.keys()].every((path) => names.has(path))) return one;
    return { kind: "object", entries: [...leaves].map(([path, item]) => [names.get(path) as string, item] as const) };
  };
  const combinations = query.combinations.map(({ op, query: other }) => ({ op, query: { ...other, select: flat(other.select) } }));
  return { ...query, select: flat(select), combinations };
}

/** The single values of a select by their places; a source whose columns nobody knows stays whole. */
function leavesOf(select: Select, path = ""): Map<string, Select> {
  const below = (name: string, item: Select) => [...leavesOf(item, `${path}/${JSON.stringify(name)}`)];
  switch (select.kind) {
    case "expr":
    case "constant":
      return new Map([[path, select]]);
    case "tuple":
      return new Map(select.items.flatMap((item, at) => below(String(at), item)));
    case "object":
      return new Map(select.entries.flatMap(([name, item]) => below(name, item)));
    case "struct":
      return new Map(select.entries.flatMap(([name, node]) => below(name, { kind: "expr", node })));
    case "merge":
      return new Map([...leavesOf(select.base, path), ...leavesOf(select.over, path)]);
    case "source": {
      const names = select.fields ?? columnNames(select.of);
      return new Map(names ? names.flatMap((name) => below(name, { kind: "expr", node: column(select.of, name) })) : [[path, select]]);
    }
  }
}

function columnNames(of: BindingRef | AssocSource): readonly string[] | null {
  if ("info" in of && of.info) return of.info.queryFields;
  return of.kind === "subquery"
    ? [...(selectColumns(of.query)?.keys() ?? [])]
    : of.kind === "values"
      ? of.columns.map(([name]) => name)
      : null;
}
