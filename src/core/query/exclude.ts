import { didYouMean, isPlainObject, QueryError } from "../base/index.ts";
import type { Clause } from "./clause-types.ts";
import type { JoinKindClause } from "./compose-types.ts";
import { CLAUSES, EMPTY, type JoinKind, type QueryState } from "./node.ts";

/** The names by which `exclude` takes the clauses out; null for those that stay. */
const NAMES: Readonly<Record<keyof QueryState, Exclude<Clause, JoinKindClause> | null>> = {
  source: null,
  as: null,
  prefix: null,
  hints: null,
  ctes: "ctes",
  joins: "joins",
  select: "select",
  distinct: "distinct",
  where: "where",
  groupBy: "groupBy",
  having: "having",
  windows: "windows",
  combinations: "combinations",
  orderBy: "orderBy",
  limit: "limit",
  // withTies is part of the limit, and goes with it.
  withTies: "limit",
  offset: "offset",
  lock: "lock",
  update: "update",
  preloads: "preload",
  limitPer: null,
};
const REMOVED = new Map<string, Partial<QueryState>>();
for (const clause of CLAUSES) {
  const name = NAMES[clause];
  if (name !== null) REMOVED.set(name, { ...REMOVED.get(name), [clause]: EMPTY[clause] });
}

const JOIN_KINDS: Readonly<Record<JoinKindClause, JoinKind>> = {
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
  const removed = REMOVED.get(clause);
  if (removed) return { ...state, ...removed };
  if (Object.hasOwn(JOIN_KINDS, clause)) {
    const kind = JOIN_KINDS[clause as JoinKindClause];
    return { ...state, joins: state.joins.filter((join) => join.kind !== kind) };
  }
  throw new QueryError(`exclude: there is no clause "${clause}". ${didYouMean(clause, [...REMOVED.keys(), ...Object.keys(JOIN_KINDS)])}`);
}

/** `{ windows: ["w"] }`: only the named ones go. */
function withoutWindows(query: QueryState, clause: unknown): QueryState {
  const names = isPlainObject(clause) ? clause["windows"] : undefined;
  if (!Array.isArray(names)) throw new QueryError('exclude takes names of clauses, or { windows: ["name"] }');
  return { ...query, windows: query.windows.filter(([name]) => !names.includes(name)) };
}
