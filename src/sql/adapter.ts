import type { Adapter, Compiled } from "../core/adapter/index.ts";
import { QueryError } from "../core/base/index.ts";
import { bulkInsert } from "./bulk.ts";
import { deleteSql, insertSql, querySql, type SqlDialect, updateSql } from "./write.ts";

/** Everything of an adapter but the writing of SQL. */
export type AdapterBase = Omit<Adapter, "querySql" | "insertSql" | "updateSql" | "deleteSql" | "bulkInsert">;

/**
 * An adapter whose SQL a dialect writes.
 * @param dialect how the database says queries and writes
 * @param base how it is reached: its driver's pool, the codecs of values, errors, storage and migrations
 */
export function sqlAdapter(dialect: SqlDialect, base: AdapterBase): Adapter {
  const { returning } = base.features;
  /** What a statement would answer with, where it cannot. */
  const check = ({ returning: columns, select }: { readonly returning: readonly string[]; readonly select?: unknown }): void => {
    if (!returning && (columns.length > 0 || select !== undefined)) throw cannotReturn();
  };
  return {
    ...base,
    querySql(query): Compiled {
      if (!returning && query.operation !== "all" && query.select.length > 0) throw cannotReturn();
      return querySql(dialect, query);
    },
    insertSql(command) {
      check(command);
      return insertSql(dialect, command);
    },
    updateSql(command) {
      check(command);
      return updateSql(dialect, command);
    },
    deleteSql(command) {
      check(command);
      return deleteSql(dialect, command);
    },
    bulkInsert(command, about) {
      check(command);
      return bulkInsert(dialect, command, { ...about, whole: !base.features.transactions });
    },
  };
}

function cannotReturn(): QueryError {
  return new QueryError(
    "this database, or the driver, cannot answer with the rows that a statement wrote (RETURNING): leave the option returning away and read the rows by a query; where the database makes up keys, insert row by row",
  );
}
