// `updateAll` and `deleteAll`.
import type { RefusedWrite } from "../../adapter/index.ts";
import { ArgumentError } from "../../base/index.ts";
import { type QueryState, queryOf, STATE } from "../../query/index.ts";
import { type Engine, prepareQuery, loadRows, type ChangeAllOptions } from "../engine/index.ts";

import { allOrNothing, type BulkResult, wantsSavepoint, bulkConstraintError, foundFailure, sendable } from "../row/index.ts";

/** The query with the option `returning` as its select. */
function returning(query: QueryState, fields: ChangeAllOptions["returning"]): QueryState {
  if (fields === undefined || fields === false) return query;
  if (query.select !== null)
    throw new ArgumentError("the query has a select, which says what is returned: leave the option returning away");
  return {
    ...query,
    select:
      fields === true
        ? { kind: "source", of: query.source, fields: null, as: "struct" }
        : (queryOf(query).select(fields as never) as never as { readonly [STATE]: QueryState })[STATE].select,
  };
}

/** Changes or deletes all rows of a query. */
export async function changeAll(
  engine: Engine,
  given: QueryState,
  operation: "updateAll" | "deleteAll",
  own: ChangeAllOptions,
): Promise<BulkResult> {
  const { query, options } = prepareQuery(engine.hooks, operation, returning(given, own.returning), own);
  const { plan, params } = engine.plans.planFor(query, operation, options.prefix ?? null, options.queryCache);
  const { source } = query;
  const table = source.kind === "schema" ? source.table : source.kind === "table" ? source.name : null;
  try {
    const secret = params.some(({ type }) => type?.redact === true);
    const values = sendable(operation, table === null ? "the query" : `"${table}"`, secret, () => engine.plans.encode(plan, params, query));
    const send = async () => await engine.run(plan.statement, values, options, table);
    const { rows, count } = await (wantsSavepoint(engine, options) ? allOrNothing(engine, send, options) : send());
    return { count, rows: plan.shape === null ? null : loadRows(engine.plans, plan, rows, null) };
  } catch (error) {
    const failure = await foundFailure(engine, error, refusedChange(query, operation, options.prefix));
    if (failure === null) throw error;
    const advice = `${operation} has no changeset that could take the error: change the query, or write the rows one by one`;
    throw bulkConstraintError(failure, operation, table ?? "the query", error, advice);
  }
}

/** What a change of a query's rows was to write; which rows, nobody knows. */
function refusedChange(
  { source, prefix, update }: QueryState,
  operation: "updateAll" | "deleteAll",
  option: string | undefined,
): RefusedWrite {
  const info = source.kind === "schema" ? source.info : null;
  const own = source.kind === "schema" || source.kind === "table" ? source : null;
  return {
    action: operation === "updateAll" ? "update" : "delete",
    table: {
      prefix: (own?.prefix === undefined ? info?.prefix : own.prefix) ?? prefix ?? option ?? null,
      name: own === null ? "" : own.kind === "schema" ? own.table : own.name,
    },
    columns: update.map(({ field }) => info?.columns[field] ?? field),
    rows: [],
    where: null,
  };
}
