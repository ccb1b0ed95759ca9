import type { BulkStatement } from "../../adapter/index.ts";
import { type PlannerResult, type PlannedQuery, planQuery } from "../../plan/index.ts";
import { type QueryState, secretsOf } from "../../query/index.ts";
import { insertedQuery } from "./cells.ts";
import { type BulkCommand, statementOf } from "./rows.ts";
import type { BulkTarget } from "./target.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";
import { shiftedQuery } from "./shift-params.ts";

/** The statement that inserts what a query selects. */
export function bulkInsertFromQuery(
  engine: Engine,
  target: BulkTarget,
  query: QueryState,
  command: BulkCommand,
  conflictParams: readonly unknown[],
  options: SharedOptions,
): BulkStatement {
  const { state, columns } = insertedQuery(target, query);
  const prefix = options.prefix ?? null;
  const { params } = engine.plans.fingerprint(state, "all", prefix);
  const planned = everyColumn(planQuery(state, "all", prefix, params));
  const rows = conflictParams.length === 0 ? planned : shiftedQuery(planned, conflictParams.length);
  const compiled = engine.adapter.insertSql({ ...command, columns: columns.map(({ column, type }) => ({ name: column, type })), rows });
  engine.plans.checkCount(state, compiled.params.length);
  const { statement, params: values } = statementOf(
    compiled,
    [...conflictParams, ...params.map((param) => engine.plans.encodeParam(param))],
    command,
    options.queryCache !== false,
  );
  // What goes into a redacted column may be made of any of the values.
  const secret = secretsOf(state).touched || columns.some(({ type }) => type?.redact);
  return { statement: secret ? { ...statement, secret: "all" } : statement, params: values };
}

/** A column for each name, also where a read would take one column for several. */
function everyColumn({ query, shape }: PlannerResult): PlannedQuery {
  if (shape?.kind !== "object") return query;
  return { ...query, select: shape.entries.flatMap(([, item]) => (item.kind === "column" ? (query.select[item.at] ?? []) : [])) };
}
