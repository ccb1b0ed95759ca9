import { ArgumentError, kindOf } from "../../base/index.ts";
import type { BulkStatement, RawResult } from "../../adapter/index.ts";
import { isQueryLike, type QueryState, STATE } from "../../query/index.ts";
import { bulkInsertFromQuery } from "./query.ts";
import { bulkInsertOfRows, type WrittenRows } from "./rows.ts";
import { changeAll } from "./change-all.ts";
import {
  resolveConflict,
  bulkConstraintError,
  foundFailure,
  allOrNothing,
  type BulkResult,
  wantsSavepoint,
  type Writer,
} from "../row/index.ts";
import { type Engine, prepareQuery, type BulkOptions, type ChangeAllOptions } from "../engine/index.ts";

import { planReturned } from "./returning.ts";
import { targetOf } from "./target.ts";
import { shiftedReturning } from "./shift-params.ts";

export type { BulkResult } from "../row/index.ts";

/**
 * Inserts many rows without changesets: a list of plain objects, or what a query selects.
 * @param target a schema, a table's name, or `[table, Schema]`
 */
export async function insertAll({ engine }: Writer, target: unknown, rowsOrQuery: unknown, given: BulkOptions = {}): Promise<BulkResult> {
  const asked = isQueryLike(rowsOrQuery) ? prepareQuery(engine.hooks, "insertAll", rowsOrQuery[STATE], given) : null;
  const options = asked?.options ?? given;
  const into = targetOf(target, options);
  const returned = planReturned(engine, into, options);
  const conflict = resolveConflict(engine, into.info, into.table, options);
  const { columns, select } = returned;
  const first = conflict.params.length;
  const command = {
    table: into.table,
    onConflict: conflict.clause,
    returning: columns,
    ...(select ? { select: shiftedReturning(select, first) } : {}),
  };
  const params = [...conflict.params, ...returned.params];
  let statements: readonly BulkStatement[];
  let written: () => WrittenRows = () => ({ columns: [], rows: [] });
  if (asked) statements = [bulkInsertFromQuery(engine, into, asked.query, command, params, options)];
  else if (Array.isArray(rowsOrQuery))
    ({ statements, written } = bulkInsertOfRows(engine, into, rowsOrQuery, command, params, options.placeholders ?? {}));
  else throw new ArgumentError(`insertAll takes a list of rows or a query, not ${kindOf(rowsOrQuery)}`);
  const hides = returned.secret || (conflict.secret?.length ?? 0) > 0;
  const touched = conflict.secret !== undefined || into.info?.sensitive;
  const rows: (readonly unknown[])[] = [];
  let count = 0;
  const send = async (): Promise<void> => {
    for (const { statement, params: values } of statements) {
      const secret = hides ? "all" : (statement.secret ?? (touched ? [] : undefined));
      const kept = { ...statement, bigints: returned.bigints, ...(secret && { secret }) };
      const result: RawResult = await engine.run(kept, values, options, into.table.name);
      count += result.count;
      for (const row of result.rows) rows.push(row);
    }
  };
  try {
    // Several statements stand or fall together, as one would.
    await (statements.length > 1 || wantsSavepoint(engine, options) ? allOrNothing(engine, send, options) : send());
  } catch (error) {
    const failure = await foundFailure(engine, error, { action: "insert", table: into.table, ...written(), where: null });
    if (failure === null) throw error;
    const advice =
      failure.kind === "unique" || failure.kind === "exclusion"
        ? "say what is to be done with onConflict, or insert the rows one by one"
        : "correct the rows, or insert them one by one, with changesets";
    throw bulkConstraintError(
      failure,
      "insertAll",
      into.table.name,
      error,
      `insertAll has no changeset that could take the error: ${advice}`,
    );
  }
  return { count, rows: returned.load(rows) };
}

/** Updates every row of a query. */
export function updateAll(engine: Engine, query: QueryState, options: ChangeAllOptions = {}): Promise<BulkResult> {
  return changeAll(engine, query, "updateAll", options);
}

/** Deletes every row of a query. */
export function deleteAll(engine: Engine, query: QueryState, options: ChangeAllOptions = {}): Promise<BulkResult> {
  return changeAll(engine, query, "deleteAll", options);
}
