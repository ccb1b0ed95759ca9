import type { QueryState } from "../query/index.ts";
import type { Engine, SharedOptions } from "./engine.ts";
import { loadRows } from "./plans.ts";
import type { BulkResult } from "./writer.ts";
import { bulkConstraintError, constraintFailure } from "./write-errors.ts";

/** Changes or deletes all rows of a query. */
export async function changeAll(
  engine: Engine,
  query: QueryState,
  kind: "updateAll" | "deleteAll",
  options: SharedOptions,
): Promise<BulkResult> {
  const { plan, params } = engine.plans.prepare(query, kind, options.prefix ?? null);
  const { source } = query;
  const table = source.kind === "schema" ? source.table : source.kind === "table" ? source.name : null;
  try {
    const { rows, count } = await engine.run(plan.statement, engine.plans.encode(plan, params), options, table);
    return { count, rows: plan.shape === null ? null : loadRows(engine.plans, plan, rows, null) };
  } catch (error) {
    const failure = constraintFailure(engine, error);
    if (failure === null) throw error;
    const what = kind === "updateAll" ? "updateAll" : "deleteAll";
    throw bulkConstraintError(
      failure,
      table ?? "the query",
      error,
      `${what} has no changeset that could take the error: change the query, or write the rows one by one`,
    );
  }
}
