import { ArgumentError, kindOf, QueryError } from "../../base/index.ts";
import type { Cursor } from "../../adapter/index.ts";
import { inspectQuery, type QueryState } from "../../query/index.ts";
import { type Engine, prepareQuery, loadRows, sourceName, type StreamOptions } from "../engine/index.ts";

/** The results of a query one by one; what cannot work is refused here, before the first is asked for. */
export function stream(engine: Engine, given: QueryState, own: StreamOptions): AsyncIterableIterator<unknown> {
  const { query, options } = prepareQuery(engine.hooks, "stream", given, own);
  const { maxRows = 500 } = options;
  if (!Number.isSafeInteger(maxRows) || maxRows < 1)
    throw new ArgumentError(`stream: maxRows is a whole number from 1 on, not ${typeof maxRows === "number" ? maxRows : kindOf(maxRows)}`);
  if (query.preloads.length > 0)
    throw new QueryError(
      `preloads are not supported on streams, whose rows come one by one; preload in parts of your own with repo.preload\nin query: ${inspectQuery(query)}`,
    );
  const open: Open = { cursor: null };
  const iterator = rows(engine, query, options, maxRows, open);
  abandoned.register(iterator, open);
  return iterator;
}

/** What a stream reads from, while it does. */
interface Open {
  cursor: Cursor | null;
}

/** A stream that nobody can read any more gives its connection back, although it was neither read to its end nor left with `return()`. */
const abandoned = new FinalizationRegistry<Open>((open) => void closed(open));

/** It has only read: that it cannot be closed says nothing new, and must not hide why it ended. */
async function closed(open: Open): Promise<void> {
  const { cursor } = open;
  open.cursor = null;
  try {
    await cursor?.close();
  } catch {
    // Why the stream ended is what the caller gets.
  }
}

async function* rows(
  engine: Engine,
  query: QueryState,
  options: StreamOptions,
  maxRows: number,
  open: Open,
): AsyncGenerator<unknown, undefined> {
  const { plans } = engine;
  const { plan, params } = plans.planFor(query, "all", options.prefix ?? null, options.queryCache);
  const cursor = await engine.cursor(plan.statement, plans.encode(plan, params, query), options, sourceName(query));
  open.cursor = cursor;
  try {
    for (;;) {
      const part = await cursor.read(maxRows);
      yield* loadRows(plans, plan, part, null);
      if (part.length < maxRows) return;
    }
  } finally {
    await closed(open);
  }
}
