// SQL that the user wrote, and the SQL of queries: `query`, `toSql`, `explain`.
import { ArgumentError, INSPECT, kindOf, PRINT, REDACTED, toDoc, TransactionError } from "../../base/index.ts";
import { types } from "../../type/index.ts";
import type { ParamValue } from "../../plan/index.ts";
import type { QueryOperation, QueryState } from "../../query/index.ts";
import type { Engine } from "./engine.ts";
import type { ExplainOptions, SqlOptions } from "./options.ts";
import { shownParams } from "./log.ts";
import { checkText } from "./plans.ts";
import { unsendable } from "./values.ts";
import { Rollback } from "./held.ts";
import { transaction } from "./transaction.ts";

const OPERATIONS: readonly string[] = ["all", "updateAll", "deleteAll"];

/** The answer to SQL: rows as arrays, in the order of the columns; their types are what the caller says of them. */
export interface QueryResult<Row extends readonly unknown[] = readonly unknown[]> {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Rows returned, or affected. */
  readonly count: number;
}

export async function query<Row extends readonly unknown[]>(
  engine: Engine,
  sql: string,
  params: readonly unknown[],
  options: SqlOptions,
): Promise<QueryResult<Row>> {
  if (typeof sql !== "string") throw new ArgumentError(`query takes SQL text, not ${kindOf(sql)}`);
  if (!Array.isArray(params)) throw new ArgumentError(`query takes its parameters as a list, not ${kindOf(params)}`);
  checkCommands(engine, sql);
  checkText(sql);
  const values = params.map((value, at) => (value === null || value === undefined ? null : encoded(engine, value, at)));
  const { columns, rows, count } = await engine.run(
    { sql, readOnly: false, returnsRows: true, bigints: true, prepare: false },
    values,
    options,
    null,
  );
  // Whole numbers come exactly, as bigints where the driver has no other way: those that a number holds become one.
  const { decode } = engine.adapter.codec(types.any());
  return {
    columns,
    rows: (decode === null
      ? rows
      : rows.map((row) => row.map((value) => (value === null ? null : decode(value as never))))) as readonly unknown[] as readonly Row[],
    count,
  };
}

/**
 * SQL of somebody's own must not begin or end transactions behind the back of those who count on them.
 * In a checkout it may: there whatever it leaves open is found at the end.
 * @throws TransactionError that names the command
 */
function checkCommands(engine: Engine, sql: string): void {
  const held = engine.held();
  if (held !== null && held.depth === 0) return;
  for (const { kind, words } of engine.adapter.commands(sql)) {
    if (held === null) throw new TransactionError(kind === "session" ? sessionMessage(words) : outsideMessage(words));
    if (kind === "begin" || kind === "end") throw new TransactionError(insideMessage(words));
  }
}

function outsideMessage(words: string): string {
  return `${words} as SQL is refused: it would run on a connection that others use next. Use repo.transaction(), or repo.checkout() for a connection of your own`;
}

function insideMessage(words: string): string {
  return `${words} as SQL is refused inside a transaction of the repo, which has to know of its own end: it commits when its function returns, and rolls back by a throw or repo.rollback()`;
}

function sessionMessage(words: string): string {
  return `${words} as SQL is refused: it would change one connection out of many, for whoever uses it next. Put repo.checkout() or repo.transaction() around it and what needs it, or give postgres() the option parameters for all connections`;
}

function encoded(engine: Engine, value: unknown, at: number): unknown {
  try {
    return engine.adapter.encodeAny(value);
  } catch (error) {
    throw error instanceof TypeError ? unsendable(value, error, false, `the parameter ${at + 1} of the SQL`) : error;
  }
}

/** The statement, and its values as `query` takes them. */
export function toSql(engine: Engine, operation: QueryOperation, state: QueryState): { sql: string; params: unknown[] } {
  const { plan, params } = planOf(engine, operation, state, "toSql");
  const values = plan.order.map((at) => engine.plans.plainParam(params[at] as ParamValue));
  return { sql: plan.statement.sql, params: concealed(values, shownParams(plan.statement, values)) };
}

/** The list itself; where it is printed or becomes JSON, another list stands for it, in which secrets are hidden. */
function concealed(values: unknown[], shown: readonly unknown[]): unknown[] {
  if (values === shown) return values;
  const show = { value: () => shown };
  return Object.defineProperties(values, { [INSPECT]: show, [PRINT]: { value: () => toDoc(shown) }, toJSON: show });
}

function planOf(engine: Engine, operation: QueryOperation, state: QueryState, call: string, { prefix, queryCache }: ExplainOptions = {}) {
  if (!OPERATIONS.includes(operation))
    throw new ArgumentError(`${call} takes "all", "updateAll" or "deleteAll", not ${JSON.stringify(operation)}`);
  return engine.plans.planFor(state, operation, prefix ?? null, queryCache);
}

/** The text of a plan without the values in it: a database may write them out, each in its own way, so that no literal stays. */
function withoutLiterals(text: string, hidden: readonly unknown[]): string {
  const numbers = hidden.filter((value) => typeof value === "number" || typeof value === "bigint").map(String);
  return numbers.reduce(
    (left, number) => left.replace(new RegExp(`(?<![\\w.])${number.replace(/[.+]/g, "\\$&")}(?![\\w.])`, "g"), REDACTED),
    text.replace(/'(?:[^']|'')*'/g, `'${REDACTED}'`),
  );
}

/** Inside a transaction that is rolled back, since explaining may run the statement. */
export async function explain(engine: Engine, operation: QueryOperation, state: QueryState, options: ExplainOptions): Promise<string> {
  const { plan, params: given } = planOf(engine, operation, state, "explain", options);
  const { sql, secret } = plan.statement;
  const params = engine.plans.encode(plan, given, state);
  const explained = engine.adapter.explainSql(sql, { analyze: options.analyze === true });
  const run = async () => {
    const { rows } = await engine.run(
      {
        sql: explained,
        readOnly: false,
        returnsRows: true,
        bigints: false,
        prepare: false,
        single: true,
        ...(secret && { secret }),
      },
      params,
      options,
      null,
    );
    const lines = rows.map((row) => String(row.at(-1))).join("\n");
    const hidden = params.filter((_, at) => secret === "all" || secret?.includes(at));
    return hidden.length > 0 ? withoutLiterals(lines, hidden) : lines;
  };
  if ((engine.held()?.depth ?? 0) > 0) return await run();
  let text = "";
  try {
    await transaction(engine, async () => {
      text = await run();
      throw new Rollback("explain");
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
  return text;
}
