import type { MaybePromise, RawResult } from "../../adapter/index.ts";
import { DatabaseError } from "../../base/index.ts";
import type { ParamValue, RootShape } from "../../plan/index.ts";
import { nameOuter, type QueryState } from "../../query/index.ts";
import { type Engine, type SharedOptions, prepareQuery, loadRows, type Plan, type PlanAndParams } from "../engine/index.ts";

import { preloadInto, type Row, preloadRoots } from "../preload/index.ts";

/** The road of a read: plan, run, load, preload. */
export async function fetchRows(engine: Engine, given: QueryState, own: SharedOptions, single = false): Promise<unknown[]> {
  const { query, options } = prepareQuery(engine.hooks, "all", given, own);
  return await runQuery(engine, query, options, single, (inline) =>
    engine.plans.planFor(query, "all", options.prefix ?? null, options.queryCache, inline),
  );
}

/**
 * The results of a query.
 * @param single the caller takes no more than one result
 * @param planFor gives its plan and values, with its preloads read within its rows or not
 */
export async function runQuery(
  engine: Engine,
  query: QueryState,
  options: SharedOptions,
  single: boolean,
  planFor: (inline: boolean) => PlanAndParams,
): Promise<unknown[]> {
  if (query.preloads.length > 0 && readsInline(engine, query, options, single)) {
    const results = await runInline(engine, query, planFor(true), options);
    if (results !== null) return results;
  }
  const { plan, params } = planFor(false);
  const { plans } = engine;
  const answer = send(engine, query, plan, params, options);
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

/** For one result a round trip, or a statement, costs more than JSON does; for many it is the other way round. */
function readsInline(engine: Engine, query: QueryState, { preloadStrategy: strategy }: SharedOptions, single: boolean): boolean {
  if (strategy === "queries" || !(single || strategy === "json")) return false;
  // A hook sees the queries of preloads, too.
  return engine.hooks.prepareQuery === undefined && engine.plans.isInlinable(query);
}

/** The results of rows that hold their preloads; null where JSON does not tell a value exactly, which queries then tell, or why it cannot be loaded. */
async function runInline(
  engine: Engine,
  query: QueryState,
  { plan, params }: PlanAndParams,
  options: SharedOptions,
): Promise<unknown[] | null> {
  let answer: RawResult;
  try {
    answer = await send(engine, query, plan, params, options);
  } catch (error) {
    if (isOfJson(engine, error)) return null;
    throw error;
  }
  try {
    return loadRows(engine.plans, plan, answer.rows, null);
  } catch {
    return null;
  }
}

/** Data, names, types and limits: what queries may do well where JSON does not. */
const REFUSALS = /^(22|42|54)/;

/** Bytes in a column of text are no JSON, and columns of two types, of which values are equal, are not: a database says so, and can be asked otherwise. */
function isOfJson(engine: Engine, error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return !engine.adapter.features.failedTransactions || (engine.held() === null && REFUSALS.test(error.sqlState ?? ""));
}

function send(
  engine: Engine,
  query: QueryState,
  plan: Plan,
  params: readonly ParamValue[],
  options: SharedOptions,
): MaybePromise<RawResult> {
  return engine.run(plan.statement, engine.plans.encode(plan, params, query), options, sourceName(query));
}

/** The table that a query is about, for logs. */
export function sourceName(query: QueryState): string | null {
  const { source } = query;
  if (source.kind === "schema") return source.table;
  return source.kind === "table" || source.kind === "cte" ? source.name : null;
}
