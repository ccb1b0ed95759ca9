import { ArgumentError, checkOptions, ConfigError, kindOf, optionNames } from "../../base/index.ts";
import type {
  BulkOptions,
  ChangeAllOptions,
  CustomOptions,
  DeleteOptions,
  ExplainOptions,
  PreloadOptions,
  QueryOptions,
  SharedOptions,
  SqlOptions,
  StreamOptions,
  TransactionOptions,
  UpdateOptions,
  WriteOptions,
} from "./options.ts";

// Which options each call takes: those that it reads.

/** What a repo is asked to do, as hooks are told of it; reads such as `get` and `one` are "all". */
export type RepoOperation =
  | "all"
  | "stream"
  | "preload"
  | "insert"
  | "update"
  | "delete"
  | "insertOrUpdate"
  | "insertAll"
  | "updateAll"
  | "deleteAll"
  | "query"
  | "transaction";

/** Whoever has a `prepareQuery` may read options of its own. */
interface Hooks {
  readonly prepareQuery?: unknown;
}

/** What a call takes its options as: an operation, or one that takes others than the operation that hooks are told of. */
export type Takes = RepoOperation | "withoutPreloads" | "explain";

/** The operation that hooks are told of. */
export function operationOf(takes: Takes): RepoOperation {
  return takes === "withoutPreloads" ? "all" : takes === "explain" ? "query" : takes;
}

const SQL = { timeout: true, signal: true, log: true } as const;
const TABLE = { ...SQL, prefix: true } as const;
const QUERY = { ...TABLE, queryCache: true } as const;
const SHARED = { ...QUERY, preloadStrategy: true } as const;
const CONFLICT = { onConflict: true, conflictTarget: true, replaceChanged: true } as const;
const DELETE = { ...TABLE, returning: true, staleErrorField: true, staleErrorMessage: true, allowStale: true, savepoint: true } as const;
const UPDATE = { ...DELETE, force: true } as const;

const KNOWN: Readonly<Record<Takes, readonly string[]>> = {
  all: known<SharedOptions>(SHARED),
  withoutPreloads: known<QueryOptions>(QUERY),
  stream: known<StreamOptions>({ ...QUERY, maxRows: true }),
  preload: known<PreloadOptions>({ ...SHARED, force: true, inParallel: true }),
  insert: known<Omit<WriteOptions, "force">>({ ...DELETE, ...CONFLICT }),
  update: known<UpdateOptions>(UPDATE),
  delete: known<DeleteOptions>(DELETE),
  insertOrUpdate: known<WriteOptions>({ ...UPDATE, ...CONFLICT }),
  insertAll: known<BulkOptions>({ ...QUERY, ...CONFLICT, returning: true, placeholders: true, savepoint: true }),
  updateAll: known<ChangeAllOptions>({ ...QUERY, returning: true, savepoint: true }),
  deleteAll: known<ChangeAllOptions>({ ...QUERY, returning: true, savepoint: true }),
  query: optionNames<SqlOptions>(SQL),
  explain: optionNames<ExplainOptions>({ ...QUERY, analyze: true }),
  transaction: optionNames<TransactionOptions>({ ...SQL, isolation: true, readOnly: true, mode: true }),
};
/** Calls that no `prepareQuery` sees, so that nobody reads options of one's own in them. */
const WITHOUT_CUSTOM: readonly Takes[] = ["query", "explain", "transaction"];

/** The names of options of one's own are not known, and where a query comes from is the repo's to say. */
function known<O>(names: Readonly<Record<Exclude<keyof O, keyof CustomOptions | "ectoQuery">, true>>): readonly string[] {
  return Object.keys(names);
}

const ALL = [...new Set(Object.values(KNOWN).flat())];
const CLAUSES = ["where", "select", "preload", "orderBy", "groupBy", "having", "limit", "offset", "distinct", "update", "join"];

/**
 * Defaults may be of operations of any kind; each takes from them what it knows.
 * @throws ConfigError that names an option of no operation at all
 */
export function checkDefaults(hooks: Hooks, defaults: object): void {
  if (hooks.prepareQuery === undefined) checkOptions("defaultOptions", defaults, ALL, (message) => new ConfigError(message));
}

/**
 * An option that nothing reads is a mistake; only a repo whose `prepareQuery` reads options of its own may be given others.
 * @throws ArgumentError that names the option and those that are known
 */
export function checkCall(hooks: Hooks, takes: Takes, call: string, options: unknown): void {
  checkOptionsObject(call, options);
  if (hooks.prepareQuery === undefined || WITHOUT_CUSTOM.includes(takes)) checkOptions(call, options, KNOWN[takes]);
}

/** What is wrong with options whatever the repo is: they are no object, or hold a clause of a query. @throws ArgumentError that names it */
export function checkOptionsObject(call: string, options: unknown): asserts options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new ArgumentError(`${call} takes its options as an object, not ${kindOf(options)}`);
  const prefix = "prefix" in options ? (options.prefix ?? null) : null;
  if (prefix !== null && typeof prefix !== "string")
    throw new ArgumentError(`${call}: the option prefix is the name of a schema of the database, which is text, not ${kindOf(prefix)}`);
  for (const option of Object.keys(options)) {
    if (CLAUSES.includes(option))
      throw new ArgumentError(`${call}: "${option}" is a clause of a query, not an option: ${call}(from(Schema).${option}(…))`);
  }
}
