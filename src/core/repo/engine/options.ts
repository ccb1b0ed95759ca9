import type { TransactionOptions as BeginOptions, RunOptions } from "../../adapter/index.ts";
import type { LogOption } from "./log.ts";

/** Options of one's own, for a repo whose `prepareQuery` reads them: `declare module "ectype" { interface CustomOptions { skipOrg?: boolean } }`. */
// biome-ignore lint/suspicious/noEmptyInterface: there to be added to
export interface CustomOptions {}

export interface LoggedOptions {
  /** Logs the statements of this operation: true, false, or a function. */
  readonly log?: LogOption;
}

/** Options of a transaction; `log` is of its own commands, BEGIN and COMMIT. */
export interface TransactionOptions extends BeginOptions, LoggedOptions {}

/** Options that every operation takes. */
export interface SharedOptions extends RunOptions, LoggedOptions, CustomOptions {
  /** The prefix of everything that has none of its own. */
  readonly prefix?: string;
  /** `false`: the query is planned anew, and neither its plan nor its prepared statement is kept; for queries that come but once. */
  readonly queryCache?: boolean;
  /**
   * How preloads are read: `"queries"`, a query for each association and level; `"json"`, within the rows of the query itself, wherever
   * that is possible and tells every value exactly. `"auto"`, which is meant unless it is said, takes JSON for a single result. The
   * results are the same.
   */
  readonly preloadStrategy?: "auto" | "json" | "queries";
  /** Says where a query comes from: "preload" where the repo made it for a preload. */
  readonly ectoQuery?: "preload";
}
