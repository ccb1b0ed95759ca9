import type { QueryState } from "../query/index.ts";
import type { Engine, SharedOptions } from "./engine.ts";
import { loadRows } from "./plans.ts";
import { preloadInto } from "./preload.ts";

/** The road of a read: plan, run, load, preload. */
export async function fetchRows(engine: Engine, query: QueryState, options: SharedOptions): Promise<unknown[]> {
  const { plans } = engine;
  const { plan, params } = plans.prepare(query, "all", options.prefix ?? null);
  const answer = engine.run(plan.statement, plans.encode(plan, params), options, sourceName(query));
  const { rows } = answer instanceof Promise ? await answer : answer;
  if (query.preloads.length === 0) return loadRows(plans, plan, rows, null);
  const roots: object[] = [];
  const results = loadRows(plans, plan, rows, roots);
  const info = "info" in query.source ? query.source.info : null;
  if (info) await preloadInto(engine, info, roots as Record<string, unknown>[], query.preloads, options, fetchRows);
  return results;
}

/** The table that a query is about, for logs. */
export function sourceName(query: QueryState): string | null {
  const { source } = query;
  if (source.kind === "schema") return source.table;
  return source.kind === "table" || source.kind === "cte" ? source.name : null;
}
