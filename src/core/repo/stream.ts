import { ArgumentError, QueryError } from "../base/index.ts";
import { inspectQuery, type QueryState } from "../query/index.ts";
import { describe } from "../schema/index.ts";
import type { Engine, SharedOptions } from "./engine.ts";
import { sourceName } from "./fetch.ts";
import { prepareQuery } from "./hooks.ts";
import { loadRows } from "./plans.ts";

export interface StreamOptions extends SharedOptions {
  /** Rows that are fetched at a time; 500 unless said otherwise. */
  readonly maxRows?: number;
}

/** The results of a query one by one; what cannot work is refused here, before the first is asked for. */
export function stream(engine: Engine, given: QueryState, own: StreamOptions): AsyncIterableIterator<unknown> {
  const { query, options } = prepareQuery(engine.hooks, "stream", given, own);
  const { maxRows = 500 } = options;
  if (!Number.isSafeInteger(maxRows) || maxRows < 1)
    throw new ArgumentError(
      `stream: maxRows is a whole number from 1 on, not ${typeof maxRows === "number" ? maxRows : describe(maxRows)}`,
    );
  if (query.preloads.length > 0)
    throw new QueryError(
      `preloads are not supported on streams, whose rows come one by one; preload in parts of your own with repo.preload\nin query: ${inspectQuery(query)}`,
    );
  return rows(engine, query, options, maxRows);
}

async function* rows(engine: Engine, query: QueryState, options: StreamOptions, maxRows: number): AsyncGenerator<unknown, undefined> {
  const { plans } = engine;
  const { plan, params } = plans.prepare(query, "all", options.prefix ?? null);
  const cursor = await engine.cursor(plan.statement, plans.encode(plan, params), options, sourceName(query));
  try {
    for (;;) {
      const part = await cursor.read(maxRows);
      yield* loadRows(plans, plan, part, null);
      if (part.length < maxRows) return;
    }
  } finally {
    await cursor.close();
  }
}
