import { KEPT, listOf, type Mapper, namedList, orNull, partsByKind, partsOf } from "../base/index.ts";
import type { AssocSource, BindingRef, Cte, Join, Node, Order, Preload, QueryState, Select, Source, UpdateOp, Window } from "./node.ts";

/** What becomes of the parts of a query, each given back as it is or as another. */
export interface Visitor {
  node(node: Node): Node;
  /** A binding, where something names it. */
  ref<R extends BindingRef | AssocSource>(ref: R): R;
  /** A source, where it is defined. */
  source<S extends Source | AssocSource>(source: S): S;
  query(query: QueryState): QueryState;
}
type Of<T> = Mapper<T, Visitor>;

const node: Of<Node> = (one, visit) => visit.node(one);
const query: Of<QueryState> = (one, visit) => visit.query(one);
const ref = <R extends BindingRef | AssocSource>(one: R, visit: Visitor): R => visit.ref(one);
const nodes = listOf(node);
const orNode = orNull(node);
/** Text, or numbers, with expressions in between. */
const nodeAmong = <T extends string | number>(one: T | Node, visit: Visitor): T | Node => (typeof one === "object" ? visit.node(one) : one);

const orders = listOf(partsOf<Order, Visitor>({ node, direction: KEPT }));
const window: Of<Window> = partsOf<Window, Visitor>({ base: KEPT, partitionBy: nodes, orderBy: orders, frame: orNode });

/** The same expression with what a visitor makes of the parts in it: expressions, the bindings that it names, and queries. */
export const mapChildren: Of<Node> = partsByKind<Node, Visitor>({
  column: { kind: KEPT, of: ref, field: KEPT, type: KEPT },
  binding: { kind: KEPT, of: ref },
  param: { kind: KEPT, value: KEPT, type: KEPT },
  list: { kind: KEPT, values: KEPT, type: KEPT },
  literal: { kind: KEPT, value: KEPT },
  op: { kind: KEPT, op: KEPT, args: nodes, type: KEPT },
  not: { kind: KEPT, arg: node },
  negate: { kind: KEPT, arg: node },
  isNull: { kind: KEPT, arg: node, negated: KEPT },
  between: { kind: KEPT, arg: node, low: node, high: node, negated: KEPT },
  in: { kind: KEPT, left: node, right: node, negated: KEPT },
  call: {
    kind: KEPT,
    name: KEPT,
    args: nodes,
    type: KEPT,
    aggregate: KEPT,
    distinct: KEPT,
    orderBy: orders,
    withinGroup: KEPT,
    filter: node,
    over: window,
  },
  fragment: { kind: KEPT, parts: listOf(nodeAmong<string>), type: KEPT },
  identifier: { kind: KEPT, name: KEPT },
  constant: { kind: KEPT, value: KEPT },
  splice: { kind: KEPT, items: nodes },
  cast: { kind: KEPT, arg: node, type: KEPT },
  case: { kind: KEPT, branches: listOf(partsOf({ when: node, then: node })), otherwise: orNode, type: KEPT },
  tuple: { kind: KEPT, items: nodes },
  json: { kind: KEPT, arg: node, path: listOf(nodeAmong<string | number>), asText: KEPT, type: KEPT },
  dateAdd: { kind: KEPT, result: KEPT, arg: node, count: node, unit: KEPT, type: KEPT },
  now: { kind: KEPT, type: KEPT },
  subquery: { kind: KEPT, query },
  exists: { kind: KEPT, query },
  quantified: { kind: KEPT, quantifier: KEPT, query },
  selectedAs: { kind: KEPT, name: KEPT, arg: node },
  alias: { kind: KEPT, name: KEPT },
});

const hinted = { prefix: KEPT, hints: nodes, queryPrefix: KEPT } as const;
const mapTable: Of<Source> = partsByKind<Source, Visitor>({
  schema: { ...hinted, kind: KEPT, info: KEPT, table: KEPT },
  table: { ...hinted, kind: KEPT, name: KEPT },
  cte: { ...hinted, kind: KEPT, name: KEPT, info: KEPT },
  subquery: { ...hinted, kind: KEPT, query },
  fragment: { ...hinted, kind: KEPT, node, info: KEPT, columns: KEPT },
  values: { ...hinted, kind: KEPT, columns: KEPT, rows: KEPT, info: KEPT },
});
const mapAssoc: Of<AssocSource> = partsOf<AssocSource, Visitor>({
  kind: KEPT,
  of: ref,
  association: KEPT,
  info: KEPT,
  prefix: KEPT,
  hints: nodes,
});

/** The same source with what a visitor makes of the parts in it. */
export function mapSource(source: Source | AssocSource, visit: Visitor): Source | AssocSource {
  return source.kind === "assoc" ? mapAssoc(source, visit) : mapTable(source, visit);
}

const select: Of<Select> = (one, visit) => mapSelect(one, visit);
const selects = listOf(select);
/** The same select with what a visitor makes of the expressions in it, and of the bindings that it names. */
export const mapSelect: Of<Select> = partsByKind<Select, Visitor>({
  expr: { kind: KEPT, node },
  source: { kind: KEPT, of: ref, fields: KEPT, as: KEPT, below: KEPT },
  struct: { kind: KEPT, info: KEPT, entries: namedList(node) },
  tuple: { kind: KEPT, items: selects },
  object: { kind: KEPT, entries: namedList(select) },
  merge: { kind: KEPT, base: select, over: select },
  constant: { kind: KEPT, value: KEPT },
});

const preload: Of<Preload> = (one, visit) => mapPreload(one, visit);
const mapPreload: Of<Preload> = partsOf<Preload, Visitor>({
  association: KEPT,
  query: orNull(query),
  fn: KEPT,
  join: KEPT,
  nested: listOf(preload),
  take: KEPT,
});
const source = <S extends Source | AssocSource>(one: S, visit: Visitor): S => visit.source(one);
const cte: Of<Cte> = partsOf<Cte, Visitor>({
  name: KEPT,
  query: (one, visit) => ("source" in one ? visit.query(one) : visit.node(one)),
  operation: KEPT,
  materialized: KEPT,
  recursive: KEPT,
  search: node,
  cycle: node,
});
type Combination = QueryState["combinations"][number];
type LimitPer = NonNullable<QueryState["limitPer"]>;

/** The same query with what a visitor makes of the parts in its clauses. */
export const mapClauses: Of<QueryState> = partsOf<QueryState, Visitor>({
  source,
  as: KEPT,
  prefix: KEPT,
  ctes: listOf(cte),
  distinct: (one, visit) => (one === null || one === true ? one : orders(one, visit)),
  select: orNull(select),
  joins: listOf(partsOf<Join, Visitor>({ kind: KEPT, name: KEPT, as: KEPT, source, on: orNode })),
  where: orNode,
  groupBy: nodes,
  having: orNode,
  windows: namedList(window),
  combinations: listOf(partsOf<Combination, Visitor>({ op: KEPT, query })),
  orderBy: orders,
  limit: orNode,
  offset: orNode,
  withTies: KEPT,
  lock: orNode,
  update: listOf(partsOf<UpdateOp, Visitor>({ op: KEPT, field: KEPT, value: node })),
  preloads: listOf(preload),
  limitPer: orNull(partsOf<LimitPer, Visitor>({ count: node, by: nodes })),
  hints: nodes,
});

/** A visitor that leaves everything as it is, for those that look at some of the parts. */
export const LEAVES: Visitor = { node: (one) => one, ref: (one) => one, source: (one) => one, query: (one) => one };
