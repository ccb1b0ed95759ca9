export { checkout, runOn } from "./checkout.ts";
export { Engine, type Runner } from "./engine.ts";
export { Rollback } from "./held.ts";
export { prepareQuery, type QueryAbout, type RepoHooks, withDefaults } from "./hooks.ts";
export { checkCall, checkDefaults, checkOptionsObject, operationOf, type RepoOperation, type Takes } from "./known-options.ts";
export { checkTransactionOptions } from "./limit.ts";
export { LoadError, loadRows } from "./load-rows.ts";
export { type LogEvent, type LogOption, sourceName } from "./log.ts";
export type {
  CustomOptions,
  SharedOptions,
  TransactionOptions,
  BulkOptions,
  ChangeAllOptions,
  ConflictOptions,
  ConflictTargetOption,
  ExplainOptions,
  Names,
  OnConflict,
  PreloadOptions,
  DeleteOptions,
  QueryOptions,
  SqlOptions,
  UpdateOptions,
  StreamOptions,
  Updates,
  WriteOptions,
} from "./options.ts";
export * as raw from "./raw.ts";
export { KeptQuery, secretParams, needsBigints, type Plan, type PlanAndParams } from "./plans.ts";
export type { QueryResult } from "./raw.ts";
export { savepoint } from "./savepoint.ts";
export { rollback, transact } from "./transact.ts";
export { transaction } from "./transaction.ts";
export { watchedPool } from "./watched.ts";
