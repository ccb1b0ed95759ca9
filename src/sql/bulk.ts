import type { BulkInsert, BulkStatement, Statement } from "../core/adapter/index.ts";
import type { ManyRows } from "./insert.ts";
import type { SqlDialect } from "./write.ts";

type Rows = readonly (readonly unknown[])[];

/** A statement for a number of rows, and whose parameters its placeholders are. */
interface Chunk {
  readonly statement: Statement;
  readonly params: readonly number[];
}

/** Of its statements: what the command does not say. */
export interface About extends Pick<Statement, "bigints" | "secret"> {
  /** All rows go into as few statements as possible, since nothing else would keep them together. */
  readonly whole: boolean;
}

/** Inserts many rows of one shape: as one parameter for each column where the database can, else in chunks. */
export function bulkInsert(dialect: SqlDialect, command: ManyRows, { whole, ...about }: About): BulkInsert {
  const returnsRows = command.returning.length > 0 || command.select !== undefined;
  const statementOf = (sql: string): Statement => ({ sql, readOnly: false, returnsRows, prepare: true, ...about });
  return arrays(dialect, command, statementOf) ?? chunks(dialect, command, whole, statementOf);
}

function arrays(dialect: SqlDialect, command: ManyRows, statementOf: (sql: string) => Statement): BulkInsert | null {
  if (command.columns.length === 0) return null;
  const writer = dialect.writer();
  const sql = writer.insertArrays(command);
  if (sql === null) return null;
  const statement = statementOf(sql);
  return (rows, conflictParams) => {
    if (rows.length === 0) return [];
    const paramOf = (index: number) => (index >= 0 ? conflictParams[index] : writer.arrayParam(rows.map((row) => row[-1 - index])));
    return [{ statement, params: writer.params.map(paramOf) }];
  };
}

function chunks(dialect: SqlDialect, command: ManyRows, whole: boolean, statementOf: (sql: string) => Statement): BulkInsert {
  const width = command.columns.length;
  // One for each number of rows.
  const known = new Map<number, Chunk>();
  const chunkOf = (count: number): Chunk => {
    let chunk = known.get(count);
    if (chunk === undefined) {
      const writer = dialect.writer();
      chunk = { statement: statementOf(writer.insertMany(command, count)), params: writer.params };
      known.set(count, chunk);
    }
    return chunk;
  };
  return (rows, conflictParams) => {
    const size = chunkSize(dialect, width, whole, conflictParams.length);
    const statements: BulkStatement[] = [];
    for (let start = 0; start < rows.length; start += size) {
      const { statement, params } = chunkOf(Math.min(size, rows.length - start));
      statements.push({ statement, params: chunkParams(params, rows, start, width, conflictParams) });
    }
    return statements;
  };
}

/** Texts of all lengths would each be prepared, and kept. */
function chunkSize(dialect: SqlDialect, width: number, whole: boolean, taken: number): number {
  if (width === 0) return dialect.writer().maxDefaultRows;
  const most = Math.max(1, Math.floor((dialect.maxParams - taken) / width));
  return whole ? most : Math.min(most, dialect.chunkRows ?? most);
}

function chunkParams(indexes: readonly number[], rows: Rows, start: number, width: number, conflictParams: readonly unknown[]): unknown[] {
  const params: unknown[] = new Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    const cell = -1 - index;
    params[i] = index >= 0 ? conflictParams[index] : rows[start + Math.floor(cell / width)]![cell % width];
  }
  return params;
}
