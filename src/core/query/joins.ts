import { QueryError } from "../base/index.ts";
import { describe } from "../schema/index.ts";
import { callWithBindings, conditionOf } from "./clauses.ts";
import { isQueryLike, joinNodes, STATE } from "./expr.ts";
import type { AssocSource, Join, JoinKind, Node, QueryState, Source } from "./node.ts";
import { rebound, shareSources } from "./rebind.ts";
import { AssocJoin, assocSource, isSource, sourceOf } from "./source.ts";
import type { SourceOptions } from "./types.ts";

/** The query with a join, in one of its forms: `(association)`, `(name, callback)`, `(name, source, on)`. */
export function joined(query: QueryState, kind: JoinKind, args: readonly unknown[]): QueryState {
  const [name, source, on, more] = args;
  if (typeof name !== "string" || name === "")
    throw new QueryError(`a join takes an association's name, or a name of its own and a source, not ${describe(name)}`);
  if (source === undefined || isOptions(source))
    return assocJoin(query, kind, name, assocSource(query.source, name, (source ?? {}) as SourceOptions), source as JoinMore | undefined);
  if (typeof source === "function" && !isSchemaClass(source)) {
    const result = callWithBindings(query, `join "${name}"`, source as never, (given: unknown) => given);
    if (!(result instanceof AssocJoin))
      throw new QueryError(
        `the callback of join "${name}" must return assoc(binding, "association"); for a subquery that names this query's bindings use a lateral join`,
      );
    const options = on as JoinMore | undefined;
    // A source of its own, since one object may be returned for several joins.
    return assocJoin(query, kind, name, { ...result.source, ...(options ? { prefix: options.prefix } : {}) }, options);
  }
  const condition = on === undefined ? missingOn(name) : on;
  return sourceJoin(query, kind, name, source, condition, (more ?? {}) as SourceOptions);
}

interface JoinMore extends SourceOptions {
  readonly on?: unknown;
}

function assocJoin(query: QueryState, kind: JoinKind, name: string, source: AssocSource, options: JoinMore | undefined): QueryState {
  const state = withJoin(query, { kind, name, source, on: null });
  return options?.on === undefined ? state : withOn(state, onOf(state, options.on));
}

function sourceJoin(
  query: QueryState,
  kind: JoinKind,
  name: string,
  source: unknown,
  condition: unknown,
  options: SourceOptions,
): QueryState {
  // A query that only filters is a source with more conditions; all others are subqueries.
  const given = isQueryLike(source) && !isSource(source) ? source[STATE] : null;
  const inner = given && shareSources(query, given) ? rebound(given) : given;
  const state = withJoin(query, { kind, name, source: inner ? innerSource(inner, name) : sourceOf(source, options), on: null });
  const on = onOf(state, condition);
  return withOn(state, joinNodes("and", [...(on ? [on] : []), ...(inner?.where ? [inner.where] : [])]));
}

function innerSource(inner: QueryState, name: string): Source {
  const clauses: (keyof QueryState)[] = ["ctes", "joins", "groupBy", "windows", "combinations", "orderBy", "update", "preloads"];
  const more = clauses.filter((clause) => (inner[clause] as readonly unknown[]).length > 0);
  const single = (["select", "distinct", "having", "limit", "offset", "lock", "limitPer"] as const).filter(
    (clause) => inner[clause] !== null,
  );
  if (more.length + single.length === 0) return inner.source;
  throw new QueryError(
    `join "${name}": a query may only filter here; this one has ${[...more, ...single].join(", ")}. Wrap it: subquery(query)`,
  );
}

export function crossJoined(query: QueryState, args: readonly unknown[]): QueryState {
  const [name, source, options] = args;
  if (typeof name !== "string" || name === "") throw new QueryError(`crossJoin takes a name and a source, not ${describe(name)}`);
  return withJoin(query, { kind: "cross", name, source: sourceOf(source ?? name, (options ?? {}) as SourceOptions), on: null });
}

/** A join with a subquery, or a function that returns rows, that may name the bindings before it. */
export function lateralJoined(
  query: QueryState,
  kind: "innerLateral" | "leftLateral" | "crossLateral",
  args: readonly unknown[],
): QueryState {
  const [name, source, on] = args;
  if (typeof name !== "string" || name === "") throw new QueryError(`a lateral join takes a name and a query, not ${describe(name)}`);
  const rows =
    typeof source === "function" && !isSchemaClass(source)
      ? callWithBindings(query, `join "${name}"`, source as never, lateralSource)
      : lateralSource(source);
  const state = withJoin(query, { kind, name, source: rows, on: null });
  if (kind === "crossLateral" && on !== undefined)
    throw new QueryError(`crossLateralJoin "${name}" has no condition; put it into the query, or use innerLateralJoin`);
  return on === undefined ? state : withOn(state, onOf(state, on));
}

function lateralSource(inner: unknown): Source {
  if (isQueryLike(inner) && !isSource(inner)) return { kind: "subquery", query: inner[STATE], prefix: undefined, hints: [] };
  return sourceOf(inner);
}

function withJoin(query: QueryState, join: Join): QueryState {
  if (query.as === join.name || query.joins.some((one) => one.name === join.name))
    throw new QueryError(`the query has a binding named "${join.name}" already`);
  return { ...query, joins: [...query.joins, join] };
}

/** The condition of the last join; an object is about what is joined. */
function onOf(query: QueryState, on: unknown): Node | null {
  return conditionOf(query, on, "on", query.joins.at(-1)?.source);
}

function withOn(query: QueryState, on: Node | null): QueryState {
  const joins = [...query.joins];
  joins[joins.length - 1] = { ...(joins[joins.length - 1] as Join), on };
  return { ...query, joins };
}

function missingOn(name: string): never {
  throw new QueryError(`join "${name}" needs a condition as its third argument; crossJoin is the join without one`);
}

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isSchemaClass(value: unknown): boolean {
  return typeof value === "function" && "schema" in value;
}
