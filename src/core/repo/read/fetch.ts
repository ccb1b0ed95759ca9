import { chain, type MaybePromise, type RawResult, rescue } from "../../adapter/index.ts";
import { DatabaseError } from "../../base/index.ts";
import type { RootShape } from "../../plan/index.ts";
import { nameOuter, type QueryState } from "../../query/index.ts";
import {
  type Engine,
  type SharedOptions,
  prepareQuery,
  loadRows,
  type Plan,
  type PlanAndParams,
  type Runner,
  sourceName,
} from "../engine/index.ts";
import { areReads, type Given, isSeparate, preloadInto, preloadRoots, type Row } from "../preload/index.ts";

/** The road of a read: plan, run, load, preload. */
export async function fetchRows(engine: Engine, given: QueryState, own: SharedOptions, single = false): Promise<unknown[]> {
  return await fetchBy(engine, null, given, own, null, single);
}

/**
 * @param runner what reads that this one belongs to are run by
 * @param given the values that come with the run; null where the query holds them all
 */
export function fetchBy(
  engine: Engine,
  runner: Runner | null,
  asked: QueryState,
  own: SharedOptions,
  given: Given | null,
  single = false,
): MaybePromise<unknown[]> {
  const { query, options } = prepareQuery(engine.hooks, "all", asked, own);
  return runQuery(
    engine,
    query,
    options,
    single,
    {
      plain: () => engine.plans.planFor(query, "all", options.prefix ?? null, options.queryCache),
      inline: () => engine.plans.inlinePlanFor(query, options.prefix ?? null, options.queryCache),
    },
    given,
    runner,
  );
}

/** The plans of a query. */
interface PlansOf {
  plain(): PlanAndParams;
  /** With its preloads read within its rows; null where that cannot be. */
  inline(): PlanAndParams | null;
}
/**
 * The results of a query.
 * @param single the caller takes no more than one result
 * @param given the values that come with the run; null where the query holds them all
 */
export function runQuery(
  engine: Engine,
  query: QueryState,
  options: SharedOptions,
  single: boolean,
  plans: PlansOf,
  given: Given | null,
  runner: Runner | null = null,
): MaybePromise<unknown[]> {
  const inline = query.preloads.length > 0 && readsInline(engine, options, single) ? plans.inline() : null;
  if (inline === null) return runByQueries(engine, query, options, runner, plans.plain(), given);
  return chain(
    runInline(engine, query, inline, given, options, runner ?? engine),
    (results) => results ?? runByQueries(engine, query, options, runner, plans.plain(), given),
  );
}

function runByQueries(
  engine: Engine,
  query: QueryState,
  options: SharedOptions,
  runner: Runner | null,
  { plan, params }: PlanAndParams,
  given: Given | null,
): MaybePromise<unknown[]> {
  const { plans } = engine;
  const values = plans.encode(plan, params, query, given?.(params));
  if (query.preloads.length === 0) {
    const answer = (runner ?? engine).run(plan.statement, values, options, sourceName(query));
    return chain(answer, ({ rows }) => loadRows(plans, plan, rows, null));
  }
  const read = (by: Runner) =>
    chain(by.run(plan.statement, values, options, sourceName(query)), ({ rows }) => {
      const roots: object[] = [];
      const results = loadRows(plans, plan, rows, roots);
      const below = (runs: Runner) => () => preloadBelow(engine, runs, query, plan, roots as Row[], options, given);
      // Functions of the caller's own may wait for what must not run in between.
      if (by.later && !areReads(query.preloads)) by.later(below(engine));
      else return chain(below(by)(), () => results);
      return results;
    });
  if (runner !== null) return read(runner);
  return plan.statement.readOnly && query.preloads.some(isSeparate) && areReads(query.preloads)
    ? engine.together(options, read)
    : read(engine);
}

function preloadBelow(
  engine: Engine,
  runner: Runner,
  query: QueryState,
  plan: Plan,
  roots: readonly Row[],
  options: SharedOptions,
  given: Given | null,
): MaybePromise<void> {
  const run = { engine, runner, fetch: fetchBy, given, options };
  return rescue(
    () => preloadRoots(query, plan.root as RootShape, roots, (info, structs, preloads) => preloadInto(run, info, structs, preloads)),
    (error) => {
      nameOuter(error, query);
      throw error;
    },
  );
}

/** Whether preloads are to be read within the rows, where they can: for one result a round trip, or a statement, costs more than JSON does; for many it is the other way round. */
function readsInline(engine: Engine, { preloadStrategy: strategy }: SharedOptions, single: boolean): boolean {
  if (strategy === "queries" || !(single || strategy === "json")) return false;
  // A hook sees the queries of preloads, too.
  return engine.hooks.prepareQuery === undefined;
}

/** The results of rows that hold their preloads; null where JSON does not tell a value exactly, which queries then tell, or why it cannot be loaded. */
function runInline(
  engine: Engine,
  query: QueryState,
  { plan, params }: PlanAndParams,
  given: Given | null,
  options: SharedOptions,
  runner: Runner,
): MaybePromise<unknown[] | null> {
  const { plans } = engine;
  const values = plans.encode(plan, params, query, given?.(params));
  const answer = rescue<RawResult | null>(
    () => runner.run(plan.statement, values, options, sourceName(query)),
    (error) => {
      if (isOfJson(engine, error)) return null;
      throw error;
    },
  );
  return chain(answer, (found) => {
    if (found === null) return null;
    try {
      return loadRows(plans, plan, found.rows, null);
    } catch {
      return null;
    }
  });
}

/** Data, names, types and limits: what queries may do well where JSON does not. */
const REFUSALS = /^(22|42|54)/;

/** Bytes in a column of text are no JSON, and columns of two types, of which values are equal, are not: a database says so, and can be asked otherwise. */
function isOfJson(engine: Engine, error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return !engine.adapter.features.failedTransactions || (engine.held() === null && REFUSALS.test(error.sqlState ?? ""));
}
