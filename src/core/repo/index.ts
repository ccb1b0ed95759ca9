export { type Placeholder, placeholder } from "./bulk/index.ts";
export type { BulkResult, KeyValue, MaybeKeyed } from "./calls.ts";
export {
  type CustomOptions,
  type ExplainOptions,
  type LogEvent,
  type LogOption,
  type QueryAbout,
  type QueryResult,
  type RepoHooks,
  type RepoOperation,
  Rollback,
  type SharedOptions,
  type TransactionOptions,
  type BulkOptions,
  type ChangeAllOptions,
  type PreloadOptions,
  type StreamOptions,
  type WriteOptions,
} from "./engine/index.ts";
export type { MultiFailure, MultiFailures, NoFailure, StepFailure } from "./multi/index.ts";
export { Multi } from "./multi.ts";
export type { PreparedQuery, ReadOptions, Slots } from "./read/index.ts";
export { createRepo, Repo, type RepoOptions } from "./repo.ts";
export type { Written } from "./written.ts";
