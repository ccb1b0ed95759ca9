import {
  mapPlannedExpr,
  mapPlannedQuery,
  mapPlannedReturning,
  mapPlannedSource,
  type PlannedQuery,
  type PlannedReturning,
  type PlannedSource,
  type PlannedVisitor,
} from "../../plan/index.ts";

/** A planned query whose parameters are numbered from another number on, so that it can share a statement with others. */
export function shiftedQuery(query: PlannedQuery, by: number): PlannedQuery {
  return by === 0 ? query : mapPlannedQuery(query, shift(by));
}

/** What a write answers with, the numbers of its parameters raised. */
export function shiftedReturning(returning: PlannedReturning, by: number): PlannedReturning {
  return by === 0 ? returning : mapPlannedReturning(returning, shift(by));
}

function shift(by: number): PlannedVisitor {
  // Sources stand in many places as one object, and stay one.
  const sources = new Map<PlannedSource, PlannedSource>();
  const visitor: PlannedVisitor = {
    expr: (expr) => (expr.kind === "param" ? { ...expr, index: expr.index + by } : mapPlannedExpr(expr, visitor)),
    query: (query) => mapPlannedQuery(query, visitor),
    source(source) {
      let shifted = sources.get(source);
      if (shifted === undefined) {
        shifted = mapPlannedSource(source, visitor);
        sources.set(source, shifted);
      }
      return shifted;
    },
  };
  return visitor;
}
