import type { TransactionOptions as BeginOptions, RunOptions } from "../../adapter/index.ts";
import type { ColumnsOf, Expr, QueryLike, UpdateSpec } from "../../query/index.ts";
import type { LogOption } from "./log.ts";

/** Options of one's own, for a repo whose `prepareQuery` reads them: `declare module "ectype" { interface CustomOptions { skipOrg?: boolean } }`. */
// biome-ignore lint/suspicious/noEmptyInterface: there to be added to
export interface CustomOptions {}

export interface LoggedOptions {
  /** Logs the statements of this operation: true, false, or a function. */
  readonly log?: LogOption;
}

/** Options of `query`, and of everything else that reaches the database. */
export interface SqlOptions extends RunOptions, LoggedOptions {}

/** Options of a transaction; `log` is of its own commands, BEGIN and COMMIT. */
export interface TransactionOptions extends BeginOptions, LoggedOptions {}

/** Options that every operation on tables takes. */
export interface PrefixOptions extends SqlOptions, CustomOptions {
  /** The prefix of everything that has none of its own. */
  readonly prefix?: string;
}

/** Options of every query. */
export interface QueryOptions extends PrefixOptions {
  /** `false`: the query is planned anew, and neither its plan nor its prepared statement is kept; for queries that come but once. */
  readonly queryCache?: boolean;
}

/** Options of reads whose results may have preloads. */
export interface SharedOptions extends QueryOptions {
  /**
   * How preloads are read: `"queries"`, a query for each association and level; `"json"`, within the rows of the query itself, wherever
   * that is possible and tells every value exactly. `"auto"`, which is meant unless it is said, takes JSON for a single result. The
   * results are the same.
   */
  readonly preloadStrategy?: "auto" | "json" | "queries";
  /** Where a query comes from: the repo sets it to "preload" for those that it makes for preloads, and a `prepareQuery` reads it. */
  readonly ectoQuery?: "preload";
}

/** How a stream reads. */
export interface StreamOptions extends QueryOptions {
  /** Rows that are fetched at a time; 500 unless said otherwise. */
  readonly maxRows?: number;
}
/** How preloads are read. */
export interface PreloadOptions extends SharedOptions {
  /** Loads again what is loaded already. */
  readonly force?: boolean;
  /** `false`: one query after the other, instead of all of a level together. */
  readonly inParallel?: boolean;
}
export interface ExplainOptions extends SqlOptions, Pick<QueryOptions, "prefix" | "queryCache"> {
  /** Runs the statement and measures; whatever it writes is rolled back. PostgreSQL only. */
  readonly analyze?: boolean;
}

/** The names of the columns of a row; of a row that may be any, any. */
export type Names<R> = unknown extends R ? string : keyof ColumnsOf<R> & string;
/** What is written in place of the row that is there already. */
export type Updates<R> = unknown extends R ? AnyUpdates : UpdateSpec<R>;
interface AnyUpdates {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly inc?: Readonly<Record<string, unknown>>;
  readonly push?: Readonly<Record<string, unknown>>;
  readonly pull?: Readonly<Record<string, unknown>>;
}
/** What an insert does about a row that is there already. Ecto's `:on_conflict`. */
export type OnConflict<R = any> =
  | "raise"
  | "nothing"
  | "replaceAll"
  | { readonly replaceAll: true; readonly replaceChanged?: boolean }
  | { readonly replaceAllExcept: readonly Names<R>[]; readonly replaceChanged?: boolean }
  | { readonly replace: readonly Names<R>[] }
  | Updates<R>
  | QueryLike;
/** The unique index or constraint that a conflict is about: fields, its name, or `sql.unsafe("(lower(title))")`. */
export type ConflictTargetOption<R = any> = Names<R> | readonly Names<R>[] | { readonly constraint: string } | Expr<unknown>;

export interface ConflictOptions<R = any> {
  readonly onConflict?: OnConflict<R>;
  readonly conflictTarget?: ConflictTargetOption<R>;
  /** `false`: replaceAll and replaceAllExcept write the columns of the conflict target too. */
  readonly replaceChanged?: boolean;
}

/** Options of delete, which are those of every write of one row. `R` is the row that is written. */
export interface DeleteOptions<R = any> extends PrefixOptions {
  /** Fields that are read back, or `true` for all. */
  readonly returning?: boolean | readonly Names<R>[];
  /** The field that gets the error "is stale", instead of a StaleEntryError. */
  readonly staleErrorField?: Names<R>;
  readonly staleErrorMessage?: string;
  /** A row that is not there any more counts as written. */
  readonly allowStale?: boolean;
  /** `true`: in an open transaction, a write of one statement too stands behind a savepoint, so that after a failure PostgreSQL goes on as well. */
  readonly savepoint?: boolean;
}

export interface UpdateOptions<R = any> extends DeleteOptions<R> {
  /** Updates what `updatedAt` and the like say even where nothing is changed. */
  readonly force?: boolean;
}

/** Options of writes of one row of any kind, which are those of insertOrUpdate. */
export interface WriteOptions<R = any> extends UpdateOptions<R>, ConflictOptions<R> {}

/** Options of insertAll. `R` is the row that is written. */
export interface BulkOptions<R = any> extends QueryOptions, ConflictOptions<R> {
  /** Fields that are read back, `true` for all, or of insertAll what a select's callback says. */
  readonly returning?: boolean | readonly string[] | ((row: never) => unknown);
  /** Values that many rows share; a row names one by `placeholder("name")`. */
  readonly placeholders?: Readonly<Record<string, unknown>>;
  /** Whether it runs in a savepoint of its own, as for single writes. */
  readonly savepoint?: boolean;
}

export interface ChangeAllOptions extends QueryOptions {
  /** Fields of the rows that are given back, or `true` for whole structs; a query's own select says more. */
  readonly returning?: boolean | readonly string[];
  /** Whether it runs in a savepoint of its own, as for single writes. */
  readonly savepoint?: boolean;
}
