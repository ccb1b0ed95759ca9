// From a planned query or a command to its SQL and the order of its parameters.
import type { Compiled } from "../core/adapter/index.ts";
import type { DeleteCommand, InsertCommand, PlannedQuery, UpdateCommand } from "../core/plan/index.ts";
import { InsertWriter } from "./insert.ts";

/** A writer of one statement; a dialect extends it. */
export abstract class SqlWriter extends InsertWriter {}

/** How a database says queries and writes. */
export interface SqlDialect {
  /** A writer for one statement. */
  writer(): SqlWriter;
  /** The largest number of parameters in one statement. */
  readonly maxParams: number;
  /** How many rows of values stand in one statement at most, where more of them would make it slower. */
  readonly chunkRows?: number;
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
