import { ArgumentError, didYouMean, isFunction, kindOf, QueryError } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import { isDynamic } from "./clauses.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import type { Preload, QueryState } from "./node.ts";

/**
 * A preload argument as a tree of entries, checked against the schema.
 * `query` is the query whose joins may be named; null for preloads of structs.
 */
export function preloadsOf(info: SchemaInfo, argument: unknown, query: QueryState | null): readonly Preload[] {
  const entries = new Map<string, Preload>();
  gather(info, argument, query, (preload) => {
    const known = entries.get(preload.association);
    entries.set(preload.association, known ? mergePreloads(known, preload) : preload);
  });
  return [...entries.values()];
}

function gather(info: SchemaInfo, argument: unknown, query: QueryState | null, add: (preload: Preload) => void): void {
  refuseDynamic(info, argument);
  if (typeof argument === "string") add(entryOf(info, argument, true, query));
  else if (Array.isArray(argument)) for (const one of argument) gather(info, one, query, add);
  else if (isPlainObject(argument)) for (const [name, below] of Object.entries(argument)) add(entryOf(info, name, below, query));
  else throw new ArgumentError(`preload of ${info.name} takes names of associations, or an object of them, not ${kindOf(argument)}`);
}

/** @throws QueryError for a dynamic: what is preloaded is a query, or the rows of a join */
function refuseDynamic(info: SchemaInfo, argument: unknown): void {
  if (isDynamic(argument))
    throw new QueryError(
      `preload of ${info.name} takes no dynamic. Name a join whose rows are used, or give a query: { comments: from(Comment).where(dynamic(…)) }`,
    );
}

/** Two lists of preloads as one. */
export function mergeAll(first: readonly Preload[], second: readonly Preload[]): readonly Preload[] {
  const entries = new Map(first.map((preload) => [preload.association, preload]));
  for (const preload of second) {
    const known = entries.get(preload.association);
    entries.set(preload.association, known ? mergePreloads(known, preload) : preload);
  }
  return [...entries.values()];
}

function mergePreloads(first: Preload, second: Preload): Preload {
  const different = (a: unknown, b: unknown) => a !== null && b !== null && a !== b;
  if (different(first.query, second.query) || different(first.fn, second.fn))
    throw new ArgumentError(`preload "${first.association}" is asked for twice, with two different queries`);
  if (different(first.join, second.join))
    throw new ArgumentError(`preload "${first.association}" is asked for out of two joins, "${first.join}" and "${second.join}"`);
  return {
    association: first.association,
    query: first.query ?? second.query,
    fn: first.fn ?? second.fn,
    join: first.join ?? second.join,
    nested: mergeAll(first.nested, second.nested),
  };
}

function entryOf(info: SchemaInfo, name: string, below: unknown, query: QueryState | null): Preload {
  const association = info.association(name);
  if (!association) {
    const embed = info.embed(name);
    if (embed) return embedEntry(info, name, below, query);
    throw new ArgumentError(`preload: schema ${info.name} has no association "${name}". ${didYouMean(name, [...info.associations])}`);
  }
  const plain: Preload = { association: name, query: null, fn: null, join: null, nested: [] };
  const { related } = association;
  if (below === true || below === undefined) return plain;
  refuseDynamic(info, below);
  if (isFunction(below)) return { ...plain, fn: below };
  if (isQueryLike(below)) return { ...plain, query: checked(below[STATE], name, related) };
  if (typeof below === "string" && namesJoin(query, below, name)) return { ...plain, join: below };
  if (Array.isArray(below) && below.length === 2 && isQueryLike(below[0])) {
    return { ...plain, query: checked(below[0][STATE], name, related), nested: preloadsOf(related, below[1], query) };
  }
  if (Array.isArray(below) && below.length === 2 && typeof below[0] === "string" && namesJoin(query, below[0], name)) {
    return { ...plain, join: below[0], nested: preloadsOf(related, below[1], query) };
  }
  return { ...plain, nested: preloadsOf(related, below, query) };
}

function embedEntry(info: SchemaInfo, name: string, below: unknown, query: QueryState | null): Preload {
  const embed = info.embed(name);
  if (!embed || below === true)
    throw new ArgumentError(
      `preload: "${name}" of ${info.name} is an embed, which is always there; name an association inside it: { ${name}: "…" }`,
    );
  return { association: name, query: null, fn: null, join: null, nested: preloadsOf(embed.related, below, query) };
}

/** Whether a text names a join that brings the rows of the association; else it is an association below. */
function namesJoin(query: QueryState | null, name: string, association: string): boolean {
  const join = query?.joins.find((one) => one.name === name);
  if (!join) return false;
  return join.source.kind !== "assoc" || join.source.association === association;
}

function checked(query: QueryState, name: string, related: SchemaInfo): QueryState {
  const { source } = query;
  if ("info" in source && source.info && source.info !== related)
    throw new QueryError(`the query of preload "${name}" reads ${source.info.name}; it must read ${related.name}`);
  return query;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !isQueryLike(value) && Object.getPrototypeOf(value) === Object.prototype;
}
