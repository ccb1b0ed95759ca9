// A repo's `defaultOptions` and `prepareQuery`, as each call asks them.
import { checkSignal, checkTimeout } from "../../adapter/index.ts";
import { ArgumentError, ConfigError, kindOf, print } from "../../base/index.ts";
import { isQueryLike, type Query, queryOf, type QuerySource, type QueryState, sourcesOf, STATE } from "../../query/index.ts";
import type { SchemaInfo } from "../../schema/index.ts";
import { checkDefaults, type RepoOperation } from "./known-options.ts";
import type { SharedOptions } from "./options.ts";

type AnyRepoQuery = Query<any, any, any>;
type HookAnswer = { readonly query: unknown; readonly options?: SharedOptions } | readonly [query: unknown, options: SharedOptions];

/** What a query is about, as `prepareQuery` is told. */
export interface QueryAbout {
  /** The schema of the root; null where a table stands there without one, and where it is a subquery, a CTE, values or a fragment. */
  readonly schema: SchemaInfo | null;
  readonly table: string | null;
  /** The tables that the query itself names, its root first, then its joins. */
  readonly sources: readonly QuerySource[];
}

export interface RepoHooks {
  /** Options for every call, or a function that gives those of an operation; a call's own options win. Ecto's `default_options/1`. */
  readonly defaultOptions?: object | ((operation: RepoOperation) => object);
  /**
   * Sees every query before it is planned, those of preloads too, and returns it, or another, with options where they change too. Not
   * called for inserts, updates and deletes of single structs. `options.ectoQuery` is "preload" for the queries of preloads. `about`
   * says which tables the query names; `filterSources` filters all of them. Ecto's `prepare_query/3`.
   * @example
   * prepareQuery: (operation, query, options) =>
   *   options.skipOrg ? query : filterSources(query, (row, { schema }) => (schema?.field("orgId") ? row.orgId.eq(currentOrg()) : null))
   */
  readonly prepareQuery?: (operation: RepoOperation, query: AnyRepoQuery, options: any, about: QueryAbout) => AnyRepoQuery | HookAnswer;
}

/** The options of a call under the repo's defaults. @throws ConfigError where the hook gives no object, ArgumentError for a bad timeout */
export function withDefaults<O extends object>(hooks: RepoHooks, operation: RepoOperation, call: string, options: O): O {
  const all: O & SharedOptions = merged(hooks, operation, options);
  if (all.timeout !== undefined) checkTimeout(call, all.timeout);
  if (all.signal !== undefined) checkSignal(call, all.signal);
  if (all.queryCache !== undefined && typeof all.queryCache !== "boolean")
    throw new ArgumentError(`${call}: the option queryCache is true or false, not ${kindOf(all.queryCache)}`);
  if (all.preloadStrategy !== undefined && !STRATEGIES.includes(all.preloadStrategy))
    throw new ArgumentError(
      `${call}: the option preloadStrategy is ${STRATEGIES.map((one) => `"${one}"`).join(", ")}, not ${print(all.preloadStrategy)}`,
    );
  return all;
}

const STRATEGIES: readonly unknown[] = ["auto", "json", "queries"] satisfies NonNullable<SharedOptions["preloadStrategy"]>[];

function merged<O extends object>(hooks: RepoHooks, operation: RepoOperation, options: O): O {
  const { defaultOptions } = hooks;
  if (defaultOptions === undefined) return options;
  const defaults = typeof defaultOptions === "function" ? defaultOptions(operation) : defaultOptions;
  if (typeof defaults !== "object" || defaults === null)
    throw new ConfigError(`defaultOptions must give an object of options for "${operation}", not ${kindOf(defaults)}`);
  if (typeof defaultOptions === "function") checkDefaults(hooks, defaults);
  if (operation === "transaction" && typeof defaultOptions === "object") return { ...defaults, timeout: undefined, ...options };
  return { ...defaults, ...options };
}

/** The query and the options as the repo's `prepareQuery` wants them. */
export function prepareQuery<O extends SharedOptions>(
  hooks: RepoHooks,
  operation: RepoOperation,
  query: QueryState,
  options: O,
): { query: QueryState; options: O } {
  if (hooks.prepareQuery === undefined) return { query, options };
  const answer: unknown = hooks.prepareQuery(operation, queryOf(query), options, aboutOf(query));
  if (isQueryLike(answer)) return { query: answer[STATE], options };
  const [changed, own]: readonly unknown[] = Array.isArray(answer) ? answer : partsOf(answer);
  if (!isQueryLike(changed)) throw new ConfigError(`prepareQuery must return a query, or { query, options }, not ${kindOf(answer)}`);
  return { query: changed[STATE], options: (own ?? options) as O };
}

function partsOf(answer: unknown): readonly unknown[] {
  if (typeof answer !== "object" || answer === null || !("query" in answer)) return [];
  return [answer.query, "options" in answer ? answer.options : undefined];
}

function aboutOf(query: QueryState): QueryAbout {
  const { source } = query;
  const table = source.kind === "schema" ? source.table : source.kind === "table" ? source.name : null;
  const schema = source.kind === "schema" ? source.info : null;
  return { schema, table, sources: sourcesOf(query) };
}
