import { didYouMean, QueryError } from "../base/index.ts";
import type { JoinKind, QueryState } from "./node.ts";

const REMOVED: Record<string, Partial<QueryState>> = {
  where: { where: null },
  having: { having: null },
  orderBy: { orderBy: [] },
  groupBy: { groupBy: [] },
  distinct: { distinct: null },
  select: { select: null },
  combinations: { combinations: [] },
  ctes: { ctes: [] },
  limit: { limit: null, withTies: false },
  offset: { offset: null },
  lock: { lock: null },
  preload: { preloads: [] },
  update: { update: [] },
  windows: { windows: [] },
  joins: { joins: [] },
};
const JOIN_KINDS: Record<string, JoinKind> = {
  join: "inner",
  innerJoin: "inner",
  leftJoin: "left",
  rightJoin: "right",
  fullJoin: "full",
  crossJoin: "cross",
  innerLateralJoin: "innerLateral",
  leftLateralJoin: "leftLateral",
};

/** The query without the named clauses. */
export function excluded(query: QueryState, clauses: readonly string[]): QueryState {
  return clauses.reduce((state, clause) => {
    if (Object.hasOwn(REMOVED, clause)) return { ...state, ...REMOVED[clause] };
    if (Object.hasOwn(JOIN_KINDS, clause)) return { ...state, joins: state.joins.filter((join) => join.kind !== JOIN_KINDS[clause]) };
    throw new QueryError(`exclude: there is no clause "${clause}". ${didYouMean(clause, [...Object.keys(REMOVED), ...Object.keys(JOIN_KINDS)])}`);
  }, query);
}
