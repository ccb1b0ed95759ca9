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
  crossLateralJoin: "crossLateral",
};

/** The query without the named clauses. */
export function excluded(query: QueryState, clauses: readonly unknown[]): QueryState {
  let state = query;
  for (const clause of clauses) state = without(state, clause);
  return state;
}

function without(state: QueryState, clause: unknown): QueryState {
  if (typeof clause !== "string") return withoutWindows(state, clause);
  if (Object.hasOwn(REMOVED, clause)) return { ...state, ...REMOVED[clause] };
  if (Object.hasOwn(JOIN_KINDS, clause)) return { ...state, joins: state.joins.filter((join) => join.kind !== JOIN_KINDS[clause]) };
  throw new QueryError(
    `exclude: there is no clause "${clause}". ${didYouMean(clause, [...Object.keys(REMOVED), ...Object.keys(JOIN_KINDS)])}`,
  );
}

/** `{ windows: ["w"] }`: only the named ones go. */
function withoutWindows(query: QueryState, clause: unknown): QueryState {
  const names = (clause as { windows?: unknown } | null)?.windows;
  if (!Array.isArray(names)) throw new QueryError('exclude takes names of clauses, or { windows: ["name"] }');
  return { ...query, windows: query.windows.filter(([name]) => !names.includes(name)) };
}
