import type { AssocSource, QueryState, Source } from "./node.ts";

type AnySource = Source | AssocSource;

// The queries whose callbacks run at this moment, the innermost last.
const active: QueryState[] = [];

/** Runs a callback of a query, which is marked so that the same query inside it gets bindings of its own. */
export function whileActive<T>(query: QueryState, fn: () => T): T {
  active.push(query);
  try {
    return fn();
  } finally {
    active.pop();
  }
}

/** The query whose callback runs at this moment. */
export function activeQuery(): QueryState | undefined {
  return active.at(-1);
}

/** The query, on sources of its own where one of its callbacks is running: inside `q.where(…)`, `q` is a query beside it, with other bindings. */
export function apart(query: QueryState): QueryState {
  return active.length > 0 && active.some((one) => shareSources(one, query)) ? rebound(query) : query;
}

export function shareSources(one: QueryState, other: QueryState): boolean {
  const own = sourcesOf(one);
  return sourcesOf(other).some((source) => own.includes(source));
}

function sourcesOf(query: QueryState): AnySource[] {
  return [query.source, ...query.joins.map((join) => join.source)];
}

/** The same query on sources of its own: a binding is known by its source object, so that one query cannot stand twice in another. */
export function rebound(query: QueryState): QueryState {
  const defined = new Set<unknown>();
  collect(query, defined);
  return copy(query, defined, new Map()) as QueryState;
}

/** The query with another root in place of its own, also where its expressions name it. */
export function withSource(query: QueryState, source: Source): QueryState {
  const defined = new Set<unknown>();
  collect(query, defined);
  return copy(query, defined, new Map<unknown, unknown>([[query.source, source]])) as QueryState;
}

/** The sources that are defined anywhere in a query; all others belong to queries around it, and stay. */
function collect(value: unknown, into: Set<unknown>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isPart(value)) {
    const { source } = value;
    if (typeof source === "object" && source !== null) into.add(source);
    for (const key of Object.keys(value)) if (key !== "of") collect(value[key], into);
  }
}

function copy(value: unknown, defined: ReadonlySet<unknown>, copies: Map<unknown, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, defined, copies));
  if (!isPart(value)) return value;
  const known = copies.get(value);
  if (known) return known;
  const made: Record<string, unknown> = {};
  copies.set(value, made);
  for (const key of Object.keys(value)) {
    const part = value[key];
    const stays = key === "of" && !defined.has(part) && (part as { kind: string }).kind !== "named";
    made[key] = stays ? part : copy(part, defined, copies);
  }
  return made;
}

const VALUES = new Set<unknown>(["param", "list", "literal", "constant"]);

/** A part of a query, as opposed to a value, a type, a schema or a function in it. */
function isPart(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !VALUES.has((value as { kind?: unknown }).kind) && !("storage" in value);
}
