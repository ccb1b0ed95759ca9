// Queries with copies of their sources, so that one can stand inside itself; and with another root.
import type { AssocSource, BindingRef, Node, QueryState, Source } from "./node.ts";
import { LEAVES, mapChildren, mapClauses, mapSource, type Visitor } from "./parts.ts";

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
  return copied(query, new Map());
}

/** The query with another root in place of its own, also where its expressions name it. */
export function withSource(query: QueryState, source: Source): QueryState {
  return copied(query, new Map<AnySource, AnySource>([[query.source, source]]));
}

function copied(query: QueryState, given: ReadonlyMap<AnySource, AnySource>): QueryState {
  return new Copy(definedIn(query), given).query(query);
}

/** The sources that are defined anywhere in a query; all others belong to queries around it, and stay. */
function definedIn(query: QueryState): ReadonlySet<AnySource> {
  const defined = new Set<AnySource>();
  const seenNodes = new Set<Node>();
  const seenQueries = new Set<QueryState>();
  const visit: Visitor = {
    ref: LEAVES.ref,
    node: (node) => (seenNodes.has(node) ? node : mapChildren(noted(seenNodes, node), visit)),
    query: (inner) => (seenQueries.has(inner) ? inner : mapClauses(noted(seenQueries, inner), visit)),
    source(source) {
      defined.add(source);
      mapSource(source, visit);
      return source;
    },
  };
  visit.query(query);
  return defined;
}

function noted<T>(seen: Set<T>, one: T): T {
  seen.add(one);
  return one;
}

class Copy implements Visitor {
  readonly #defined: ReadonlySet<AnySource>;
  readonly #sources: Map<AnySource, AnySource>;
  // An object that stands in several places is copied once, and its copy stands in all of them.
  readonly #nodes = new Map<Node, Node>();
  readonly #queries = new Map<QueryState, QueryState>();

  constructor(defined: ReadonlySet<AnySource>, given: ReadonlyMap<AnySource, AnySource>) {
    this.#defined = defined;
    this.#sources = new Map(given);
  }

  query(query: QueryState): QueryState {
    let made = this.#queries.get(query);
    if (!made) {
      made = mapClauses(query, this);
      this.#queries.set(query, made);
    }
    return made;
  }

  node(node: Node): Node {
    let made = this.#nodes.get(node);
    if (!made) {
      made = mapChildren(node, this);
      this.#nodes.set(node, made);
    }
    return made;
  }

  ref<R extends BindingRef | AssocSource>(ref: R): R {
    // A copy is of the kind of what it is the copy of.
    return ref.kind !== "named" && this.#defined.has(ref) ? (this.source(ref) as R) : ref;
  }

  source<S extends AnySource>(source: S): S {
    const known = this.#sources.get(source);
    if (known) return known as S;
    // Known before its parts are copied, since these may name it.
    const made: S = { ...source };
    this.#sources.set(source, made);
    return Object.assign(made, mapSource(source, this));
  }
}
