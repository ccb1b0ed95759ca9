import { checkOptions, isFunction, kindOf, optionNames, QueryError } from "../base/index.ts";
import { callWithBindings, conditionOf, isDynamic } from "./clauses.ts";
import { Expr } from "./expr.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { clausesIn, type AssocSource, type Join, type JoinKind, joinNodes, type Node, type QueryState, type Source } from "./node.ts";
import { rebound, shareSources, withSource } from "./rebind.ts";
import { AssocJoin, assocSource, isSource, placeOf, sourceOf, sourceWith } from "./source.ts";
import type { SourceOptions } from "./clause-types.ts";

/** The query with a join, in one of its forms: `(association)`, `(name, callback)`, `(name, source, on)`. */
export function joined(query: QueryState, kind: JoinKind, args: readonly unknown[]): QueryState {
  const [name, source, on, more] = args;
  if (typeof name !== "string" || name === "")
    throw new QueryError(`a join takes an association's name, or a name of its own and a source, not ${kindOf(name)}`);
  if (source === undefined || isDynamic(source) || isPlain(source)) {
    const options = joinOptions(name, source, ASSOC);
    onlyArgs(name, args, 2);
    return assocJoin(query, kind, name, assocSource(query.source, name, options), options);
  }
  if (isCallback(source)) {
    const options = joinOptions(name, on, ASSOC);
    onlyArgs(name, args, 3);
    // A source of its own, since one object may be returned for several joins.
    return assocJoin(query, kind, name, { ...associationOf(query, name, source), ...placeOf(options) }, options);
  }
  const condition = on === undefined ? missingOn(name) : on;
  const options = joinOptions(name, more, TABLE);
  onlyArgs(name, args, 4);
  return sourceJoin(query, kind, name, source, condition, options);
}

const TABLE = optionNames<SourceOptions>({ prefix: true, hints: true, columns: true });
/** The columns of an association are known. */
const ASSOC = optionNames<Omit<JoinMore, "columns">>({ prefix: true, hints: true, on: true });

interface JoinMore extends SourceOptions {
  readonly on?: unknown;
}

/** The options of a join. @throws QueryError for one that there is not, and for a condition in their place */
function joinOptions(name: string, options: unknown, known: readonly string[]): JoinMore {
  if (options === undefined) return {};
  const call = `join "${name}"`;
  if (isCondition(options) || (known === TABLE && isPlain(options) && Object.hasOwn(options, "on")))
    throw new QueryError(
      known === ASSOC
        ? `${call}: a condition beside that of an association is the option on: { on: … }`
        : `${call}: the condition stands behind the source, and options such as { prefix: … } behind it`,
    );
  checkOptions(call, options, known, (message) => new QueryError(message));
  return options;
}

function onlyArgs(name: string, args: readonly unknown[], count: number): void {
  if (args.slice(count).some((arg) => arg !== undefined))
    throw new QueryError(
      `join "${name}" was given ${args.length} arguments, where it takes ${count}: a condition beside that of an association is the option on: { on: … }`,
    );
}

function isCondition(value: unknown): boolean {
  return isCallback(value) || isDynamic(value) || value instanceof Expr;
}

/** What the callback of a join says: an association of a binding. */
function associationOf(query: QueryState, name: string, callback: Callback): AssocSource {
  return callWithBindings(query, `join "${name}"`, callback, (given) => {
    if (given instanceof AssocJoin) return given.source;
    throw new QueryError(
      given instanceof Expr
        ? `the callback of join "${name}" must return assoc(binding, "association"); a condition beside that of an association is the option on: join("${name}", { on: … })`
        : `the callback of join "${name}" must return assoc(binding, "association"); for a subquery that names this query's bindings use a lateral join`,
    );
  });
}

function assocJoin(query: QueryState, kind: JoinKind, name: string, source: AssocSource, options: JoinMore): QueryState {
  const state = withJoin(query, { kind, name, source, on: null });
  return options.on === undefined ? state : withOn(state, onOf(state, options.on));
}

function sourceJoin(
  query: QueryState,
  kind: JoinKind,
  name: string,
  source: unknown,
  condition: unknown,
  options: SourceOptions,
): QueryState {
  const { rows, where, as } = rowsOf(query, name, source, options);
  const state = withJoin(query, { kind, name, ...(as === null ? {} : { as }), source: rows, on: null });
  const on = onOf(state, condition);
  return withOn(state, joinNodes("and", [...(on ? [on] : []), ...(where ? [where] : [])]));
}

interface Rows {
  readonly rows: Source;
  readonly where: Node | null;
  readonly as: string | null;
}

/** A query that only filters is a source with more conditions; all others are subqueries. */
function rowsOf(query: QueryState, name: string, source: unknown, options: SourceOptions): Rows {
  if (!isQueryLike(source) || isSource(source)) return { rows: sourceOf(source, options), where: null, as: null };
  const given = source[STATE];
  checkPlain(given, name);
  const inner = shareSources(query, given) ? rebound(given) : given;
  const { prefix, hints } = inner;
  if (prefix === null && hints.length === 0 && options.prefix === undefined && options.hints === undefined)
    return { rows: inner.source, where: inner.where, as: inner.as };
  const own: Source = { ...inner.source, hints: [...inner.source.hints, ...hints], ...(prefix === null ? {} : { queryPrefix: prefix }) };
  const rows = sourceWith(own, options);
  return { rows, where: withSource(inner, rows).where, as: inner.as };
}

/** What a query may say that is joined without being a subquery. */
const FILTERS: ReadonlySet<string> = new Set<keyof QueryState>(["as", "prefix", "hints", "where"]);

function checkPlain(inner: QueryState, name: string): void {
  const more = clausesIn(inner).filter((clause) => !FILTERS.has(clause));
  if (more.length > 0)
    throw new QueryError(`join "${name}": a query may only filter here; this one has ${more.join(", ")}. Wrap it: subquery(query)`);
}

export function crossJoined(query: QueryState, args: readonly unknown[]): QueryState {
  const [name, given, more] = args;
  if (typeof name !== "string" || name === "") throw new QueryError(`crossJoin takes a name and a source, not ${kindOf(name)}`);
  if (isCallback(more) || isDynamic(more) || more instanceof Expr)
    throw new QueryError(`crossJoin "${name}" has no condition; use join("${name}", source, condition)`);
  const options = joinOptions(name, more, TABLE);
  onlyArgs(name, args, 3);
  const { rows, where, as } = rowsOf(query, name, given ?? name, options);
  if (where !== null)
    throw new QueryError(`crossJoin "${name}" has no condition, and its query has a where; use join, or wrap it: subquery(query)`);
  return withJoin(query, { kind: "cross", name, ...(as === null ? {} : { as }), source: rows, on: null });
}

/** A join with a subquery, or a function that returns rows, that may name the bindings before it. */
export function lateralJoined(
  query: QueryState,
  kind: "innerLateral" | "leftLateral" | "crossLateral",
  args: readonly unknown[],
): QueryState {
  const [name, source, third, fourth] = args;
  if (typeof name !== "string" || name === "") throw new QueryError(`a lateral join takes a name and a query, not ${kindOf(name)}`);
  const [on, more] = kind === "crossLateral" && isPlain(third) && fourth === undefined ? [undefined, third] : [third, fourth];
  if (kind === "crossLateral" && on !== undefined)
    throw new QueryError(`crossLateralJoin "${name}" has no condition; put it into the query, or use innerLateralJoin`);
  const options = joinOptions(name, more, TABLE);
  onlyArgs(name, args, 4);
  const read = (given: unknown) => lateralSource(given, options);
  const rows = isCallback(source) ? callWithBindings(query, `join "${name}"`, source, read) : read(source);
  const state = withJoin(query, { kind, name, source: rows, on: null });
  return on === undefined ? state : withOn(state, onOf(state, on));
}

function lateralSource(rows: unknown, options: SourceOptions): Source {
  if (!isQueryLike(rows) || isSource(rows)) return sourceOf(rows, options);
  return sourceWith({ kind: "subquery", query: rows[STATE], prefix: undefined, hints: [] }, options);
}

function withJoin(query: QueryState, join: Join): QueryState {
  for (const name of join.as === undefined ? [join.name] : [join.name, join.as])
    if (namesOf(query).includes(name)) throw new QueryError(`the query has a binding named "${name}" already`);
  const { as, ...plain } = join;
  return { ...query, joins: [...query.joins, as === join.name ? plain : join] };
}

/** The names of all bindings. */
export function namesOf(query: QueryState): readonly string[] {
  return [query.as, ...query.joins.flatMap((join) => [join.name, join.as ?? null])].filter((name) => name !== null);
}

/** The condition of the last join; an object is about what is joined. */
function onOf(query: QueryState, on: unknown): Node | null {
  return conditionOf(query, on, "on", query.joins.at(-1)?.source);
}

function withOn(query: QueryState, on: Node | null): QueryState {
  const last = query.joins.at(-1);
  return last ? { ...query, joins: [...query.joins.slice(0, -1), { ...last, on }] } : query;
}

function missingOn(name: string): never {
  throw new QueryError(`join "${name}" needs a condition as its third argument; crossJoin is the join without one`);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype && !isDynamic(value);
}

type Callback = (...args: readonly unknown[]) => unknown;

/** Whether a value is a function, and no schema. */
function isCallback(value: unknown): value is Callback {
  return isFunction(value) && !("schema" in value);
}
