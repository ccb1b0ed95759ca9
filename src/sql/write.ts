// From a planned query or a command to its SQL and the order of its parameters.
import type { Compiled } from "../core/adapter/index.ts";
import type { DeleteCommand, InsertCommand, PlannedQuery, UpdateCommand } from "../core/plan/index.ts";
import { InsertWriter, type BulkInsert } from "./insert.ts";

/** A writer of one statement; a dialect extends it. */
export abstract class SqlWriter extends InsertWriter {}

/** How a database says queries and writes. */
export interface SqlDialect {
  /** A writer for one statement. */
  writer(): SqlWriter;
  /** The largest number of parameters in one statement. */
  readonly maxParams: number;
}

export interface BulkStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/**
 * A query as SQL: `all`, `updateAll` and `deleteAll` alike.
 * @throws QueryError where the database cannot do it, saying what to do instead
 */
export function querySql(dialect: SqlDialect, query: PlannedQuery): Compiled {
  const writer = dialect.writer();
  return { sql: writer.query(query), params: writer.params };
}

/** An insert as SQL. @throws QueryError, ArgumentError where the database cannot do it */
export function insertSql(dialect: SqlDialect, command: InsertCommand): Compiled {
  const writer = dialect.writer();
  return { sql: writer.insert(command), params: writer.params };
}

/** An update of the rows whose columns have the given values. */
export function updateSql(dialect: SqlDialect, command: UpdateCommand): Compiled {
  const writer = dialect.writer();
  return { sql: writer.update(command), params: writer.params };
}

/** A delete of the rows whose columns have the given values. */
export function deleteSql(dialect: SqlDialect, command: DeleteCommand): Compiled {
  const writer = dialect.writer();
  return { sql: writer.delete(command), params: writer.params };
}

/**
 * Many rows of one shape in as few statements as the database takes, in the order of the rows.
 * @param rows encoded values in the order of the command's columns
 * @param conflictParams encoded values of the parameters of the conflict clause, by their index
 */
export function bulkInsertStatements(
  dialect: SqlDialect,
  command: BulkInsert,
  rows: readonly (readonly unknown[])[],
  conflictParams: readonly unknown[] = [],
): BulkStatement[] {
  if (rows.length === 0) return [];
  return arraysStatement(dialect, command, rows, conflictParams) ?? chunkStatements(dialect, command, rows, conflictParams);
}

function arraysStatement(
  dialect: SqlDialect,
  command: BulkInsert,
  rows: readonly (readonly unknown[])[],
  conflictParams: readonly unknown[],
): BulkStatement[] | null {
  const writer = dialect.writer();
  const sql = command.columns.length === 0 ? null : writer.insertArrays(command);
  if (sql === null) return null;
  const params = writer.params.map((index) => (index >= 0 ? conflictParams[index] : writer.arrayParam(rows.map((row) => row[-1 - index]))));
  return [{ sql, params }];
}

function chunkStatements(
  dialect: SqlDialect,
  command: BulkInsert,
  rows: readonly (readonly unknown[])[],
  conflictParams: readonly unknown[],
): BulkStatement[] {
  const width = command.columns.length;
  const room = dialect.maxParams - conflictParams.length;
  const size = width === 0 ? dialect.writer().maxDefaultRows : Math.max(1, Math.floor(room / width));
  const statements: BulkStatement[] = [];
  let writer = dialect.writer();
  let sql = "";
  let written = 0;
  for (let start = 0; start < rows.length; start += size) {
    const count = Math.min(size, rows.length - start);
    if (count !== written) {
      writer = dialect.writer();
      sql = writer.insertMany(command, count);
      written = count;
    }
    statements.push({ sql, params: chunkParams(writer.params, rows, start, width, conflictParams) });
  }
  return statements;
}

function chunkParams(
  indexes: readonly number[],
  rows: readonly (readonly unknown[])[],
  start: number,
  width: number,
  conflictParams: readonly unknown[],
): unknown[] {
  const params: unknown[] = new Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    const cell = -1 - index;
    params[i] = index >= 0 ? conflictParams[index] : rows[start + Math.floor(cell / width)]![cell % width];
  }
  return params;
}
