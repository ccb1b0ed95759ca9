import { ArgumentError } from "../base/index.ts";
import { describe } from "../schema/index.ts";
import type { ParamValue } from "../plan/index.ts";
import type { QueryState } from "../query/index.ts";
import type { Engine, SharedOptions } from "./engine.ts";
import type { QueryKind } from "./plans.ts";
import { Rollback } from "./engine.ts";

const KINDS: readonly string[] = ["all", "updateAll", "deleteAll"];

/** The answer to SQL: rows as arrays, in the order of the columns. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows returned, or affected. */
  readonly count: number;
}
export interface ExplainOptions extends SharedOptions {
  /** Runs the statement and measures; whatever it writes is rolled back. PostgreSQL only. */
  readonly analyze?: boolean;
}

export async function query(engine: Engine, sql: string, params: readonly unknown[], options: SharedOptions): Promise<QueryResult> {
  if (typeof sql !== "string") throw new ArgumentError(`query takes SQL text, not ${describe(sql)}`);
  if (!Array.isArray(params)) throw new ArgumentError(`query takes its parameters as a list, not ${describe(params)}`);
  const values = params.map((value) => (value === null || value === undefined ? null : engine.adapter.encodeAny(value)));
  const { columns, rows, count } = await engine.run(
    { sql, readOnly: false, returnsRows: true, bigints: false, prepare: false },
    values,
    options,
    null,
  );
  return { columns, rows, count };
}

/** The statement, and its values as `query` takes them. */
export function toSql(engine: Engine, kind: QueryKind, state: QueryState): { sql: string; params: unknown[] } {
  const { plan, params } = planned(engine, kind, state, "toSql");
  return { sql: plan.statement.sql, params: plan.order.map((at) => engine.plans.plainParam(params[at] as ParamValue)) };
}

function planned(engine: Engine, kind: QueryKind, state: QueryState, call: string, prefix?: string) {
  if (!KINDS.includes(kind)) throw new ArgumentError(`${call} takes "all", "updateAll" or "deleteAll", not ${JSON.stringify(kind)}`);
  return engine.plans.prepare(state, kind, prefix ?? null);
}

/** Inside a transaction that is rolled back, since explaining may run the statement. */
export async function explain(engine: Engine, kind: QueryKind, state: QueryState, options: ExplainOptions): Promise<string> {
  const { plan, params: given } = planned(engine, kind, state, "explain", options.prefix);
  const { sql } = plan.statement;
  const params = engine.plans.encode(plan, given);
  const prefix = engine.adapter.name === "sqlite" ? "EXPLAIN QUERY PLAN" : options.analyze ? "EXPLAIN (ANALYZE)" : "EXPLAIN";
  const run = async () => {
    const { rows } = await engine.run(
      { sql: `${prefix} ${sql}`, readOnly: false, returnsRows: true, bigints: false, prepare: false },
      params,
      options,
      null,
    );
    return rows.map((row) => String(row.at(-1))).join("\n");
  };
  if ((engine.held()?.depth ?? 0) > 0) return run();
  let text = "";
  try {
    await engine.transaction(async () => {
      text = await run();
      throw new Rollback("explain");
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
  return text;
}
