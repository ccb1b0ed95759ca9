import { KEPT, listOf, type Mapper, orNull, partsByKind, partsOf } from "../base/index.ts";
import type { PlannedCte, PlannedExpr, PlannedOrder, PlannedQuery, PlannedSource, PlannedWindow } from "./planned.ts";

/** What becomes of the parts of a planned query, each given back as it is or as another. */
export interface PlannedVisitor {
  expr(expr: PlannedExpr): PlannedExpr;
  /** A source, where it is defined and where an expression names it: the same object in both places. */
  source(source: PlannedSource): PlannedSource;
  query(query: PlannedQuery): PlannedQuery;
}
type Of<T> = Mapper<T, PlannedVisitor>;

const expr: Of<PlannedExpr> = (one, visit) => visit.expr(one);
const source: Of<PlannedSource> = (one, visit) => visit.source(one);
const query: Of<PlannedQuery> = (one, visit) => visit.query(one);
const exprs = listOf(expr);
const orExpr = orNull(expr);
/** Text, or numbers, with expressions in between. */
const exprAmong = <T extends string | number>(one: T | PlannedExpr, visit: PlannedVisitor): T | PlannedExpr =>
  typeof one === "object" ? visit.expr(one) : one;
const orders = listOf(partsOf<PlannedOrder, PlannedVisitor>({ expr, direction: KEPT }));
const window: Of<PlannedWindow> = partsOf<PlannedWindow, PlannedVisitor>({
  base: KEPT,
  partitionBy: exprs,
  orderBy: orders,
  frame: orExpr,
});

/** The same expression with what a visitor makes of the parts in it. */
export const mapPlannedExpr: Of<PlannedExpr> = partsByKind<PlannedExpr, PlannedVisitor>({
  column: { kind: KEPT, source, column: KEPT, type: KEPT },
  param: { kind: KEPT, index: KEPT, type: KEPT, list: KEPT },
  literal: { kind: KEPT, value: KEPT },
  op: { kind: KEPT, op: KEPT, args: exprs, type: KEPT },
  not: { kind: KEPT, arg: expr },
  negate: { kind: KEPT, arg: expr },
  isNull: { kind: KEPT, arg: expr, negated: KEPT },
  between: { kind: KEPT, arg: expr, low: expr, high: expr, negated: KEPT },
  in: { kind: KEPT, left: expr, right: expr, negated: KEPT },
  call: {
    kind: KEPT,
    name: KEPT,
    args: exprs,
    type: KEPT,
    distinct: KEPT,
    orderBy: orders,
    withinGroup: KEPT,
    filter: expr,
    over: window,
  },
  fragment: { kind: KEPT, parts: listOf(exprAmong<string>), type: KEPT },
  binding: { kind: KEPT, source },
  identifier: { kind: KEPT, name: KEPT },
  constant: { kind: KEPT, value: KEPT },
  splice: { kind: KEPT, items: exprs },
  cast: { kind: KEPT, arg: expr, type: KEPT },
  case: { kind: KEPT, branches: listOf(partsOf({ when: expr, then: expr })), otherwise: orExpr, type: KEPT },
  tuple: { kind: KEPT, items: exprs },
  json: { kind: KEPT, arg: expr, path: listOf(exprAmong<string | number>), asText: KEPT },
  dateAdd: { kind: KEPT, result: KEPT, arg: expr, count: expr, unit: KEPT, type: KEPT },
  now: { kind: KEPT, type: KEPT },
  subquery: { kind: KEPT, query, type: KEPT },
  exists: { kind: KEPT, query },
  rows: { kind: KEPT, query },
  quantified: { kind: KEPT, quantifier: KEPT, query },
  alias: { kind: KEPT, name: KEPT, type: KEPT },
});

const named = { alias: KEPT, hints: exprs } as const;
/** The same source with what a visitor makes of the parts in it. */
export const mapPlannedSource: Of<PlannedSource> = partsByKind<PlannedSource, PlannedVisitor>({
  table: { ...named, kind: KEPT, prefix: KEPT, name: KEPT, schema: KEPT, context: KEPT },
  cte: { ...named, kind: KEPT, name: KEPT },
  subquery: { ...named, kind: KEPT, query },
  fragment: { ...named, kind: KEPT, expr, columns: KEPT },
  values: { ...named, kind: KEPT, columns: KEPT, rows: listOf(exprs), packed: exprs },
});

const select = listOf(partsOf<PlannedQuery["select"][number], PlannedVisitor>({ expr, as: KEPT }));
const joins = listOf(partsOf<PlannedQuery["joins"][number], PlannedVisitor>({ kind: KEPT, source, on: orExpr }));
const cteBody: Of<PlannedCte["query"]> = (one, visit) => ("kind" in one ? visit.expr(one) : visit.query(one));

/** The same clauses with what a visitor makes of the parts in them. */
export const mapPlannedQuery: Of<PlannedQuery> = partsOf<PlannedQuery, PlannedVisitor>({
  operation: KEPT,
  ctes: listOf(partsOf<PlannedCte, PlannedVisitor>({ name: KEPT, query: cteBody, materialized: KEPT, search: expr, cycle: expr })),
  recursive: KEPT,
  hints: exprs,
  distinct: (one, visit) => (one === true || one === null ? one : exprs(one, visit)),
  select,
  from: source,
  joins,
  where: orExpr,
  groupBy: exprs,
  having: orExpr,
  windows: listOf(partsOf<PlannedQuery["windows"][number], PlannedVisitor>({ name: KEPT, window })),
  combinations: listOf(partsOf<PlannedQuery["combinations"][number], PlannedVisitor>({ op: KEPT, query })),
  orderBy: orders,
  limit: orExpr,
  offset: orExpr,
  withTies: KEPT,
  lock: orExpr,
  update: listOf(partsOf<PlannedQuery["update"][number], PlannedVisitor>({ op: KEPT, column: KEPT, type: KEPT, value: expr })),
});

/** What a write answers with, with what a visitor makes of the parts in it. */
export const mapPlannedReturning: Of<Pick<PlannedQuery, "from" | "joins" | "select">> = partsOf({ from: source, joins, select });
/** A join with what a visitor makes of the parts in it. */
export const mapPlannedJoins = joins;
