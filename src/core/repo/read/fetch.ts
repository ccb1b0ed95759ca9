import type { ParamValue, RootShape } from "../../plan/index.ts";
import { nameOuter, type QueryState } from "../../query/index.ts";
import { type Engine, type SharedOptions, prepareQuery, loadRows, type Plan } from "../engine/index.ts";

import { preloadInto, type Row, preloadRoots } from "../preload/index.ts";

/** The road of a read: plan, run, load, preload. */
export async function fetchRows(engine: Engine, given: QueryState, own: SharedOptions): Promise<unknown[]> {
  const { query, options } = prepareQuery(engine.hooks, "all", given, own);
  const { plan, params } = engine.plans.prepare(query, "all", options.prefix ?? null, options.queryCache);
  return await runPlan(engine, query, plan, params, options);
}

/** The results of a query that is planned already. */
export async function runPlan(
  engine: Engine,
  query: QueryState,
  plan: Plan,
  params: readonly ParamValue[],
  options: SharedOptions,
): Promise<unknown[]> {
  const { plans } = engine;
  const answer = engine.run(plan.statement, plans.encode(plan, params, query), options, sourceName(query));
  const { rows } = answer instanceof Promise ? await answer : answer;
  if (query.preloads.length === 0) return loadRows(plans, plan, rows, null);
  const roots: object[] = [];
  const results = loadRows(plans, plan, rows, roots);
  try {
    await preloadRoots(query, plan.root as RootShape, roots as Row[], (info, structs, preloads) =>
      preloadInto(engine, info, structs, preloads, options, fetchRows),
    );
  } catch (error) {
    nameOuter(error, query);
    throw error;
  }
  return results;
}

/** The table that a query is about, for logs. */
export function sourceName(query: QueryState): string | null {
  const { source } = query;
  if (source.kind === "schema") return source.table;
  return source.kind === "table" || source.kind === "cte" ? source.name : null;
}
