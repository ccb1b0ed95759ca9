import { checkOptions, INSPECT, isFunction, kindOf, optionNames, PRINT, QueryError } from "../base/index.ts";
import type { SOURCE, VALUE } from "../schema/index.ts";
import {
  callWithBindings,
  conditionOf,
  countNode,
  groupsOf,
  isDynamic,
  ordersOf,
  primaryKeyOrder,
  reversed,
  withoutDynamics,
} from "./clauses.ts";
import { excluded } from "./exclude.ts";
import { Expr } from "./expr.ts";
import { exprNode } from "./expression.ts";
import { isQueryLike, type QueryLike, STATE } from "./query-like.ts";
import { type CombinationOp, type Cte, type JoinKind, joinNodes, type Node, type QueryState, type Window } from "./node.ts";
import { inspectQuery } from "./inspect.ts";
import { crossJoined, joined, lateralJoined, namesOf } from "./joins.ts";
import { located } from "./location.ts";
import { mergeAll, preloadsOf } from "./preload.ts";
import { mergedSelect, selectOf } from "./select.ts";
import { hintNodes } from "./source.ts";
import { apart } from "./rebind.ts";
import { schemaOf } from "./take.ts";
import type { CteOptions, SourceOptions } from "./clause-types.ts";
import type { Query } from "./query-interface.ts";
import { updatesOf } from "./update.ts";
import { windowNode } from "./window.ts";

/** The one implementation of `Query`; its types live in the interface, where they can depend on what was joined and selected. */
export class QueryBuilder implements QueryLike {
  declare readonly [VALUE]: never;
  declare readonly [SOURCE]: "source";
  readonly [STATE]: QueryState;

  constructor(state: QueryState) {
    this[STATE] = state;
  }

  where(condition: unknown): QueryBuilder {
    return this.#condition("where", "and", condition);
  }
  orWhere(condition: unknown): QueryBuilder {
    return this.#condition("where", "or", condition);
  }
  having(condition: unknown): QueryBuilder {
    return this.#condition("having", "and", condition);
  }
  orHaving(condition: unknown): QueryBuilder {
    return this.#condition("having", "or", condition);
  }

  join(...args: unknown[]): QueryBuilder {
    return this.#join("inner", args);
  }
  innerJoin(...args: unknown[]): QueryBuilder {
    return this.#join("inner", args);
  }
  leftJoin(...args: unknown[]): QueryBuilder {
    return this.#join("left", args);
  }
  rightJoin(...args: unknown[]): QueryBuilder {
    return this.#join("right", args);
  }
  fullJoin(...args: unknown[]): QueryBuilder {
    return this.#join("full", args);
  }
  crossJoin(...args: unknown[]): QueryBuilder {
    return new QueryBuilder(crossJoined(this.#state(), args));
  }
  innerLateralJoin(...args: unknown[]): QueryBuilder {
    return new QueryBuilder(lateralJoined(this.#state(), "innerLateral", args));
  }
  leftLateralJoin(...args: unknown[]): QueryBuilder {
    return new QueryBuilder(lateralJoined(this.#state(), "leftLateral", args));
  }
  crossLateralJoin(...args: unknown[]): QueryBuilder {
    return new QueryBuilder(lateralJoined(this.#state(), "crossLateral", args));
  }

  select(argument: unknown): QueryBuilder {
    return this.#with((state) => {
      if (state.select) throw new QueryError('the query has a select already; use selectMerge to add to it, or exclude("select") first');
      return { select: selectOf(state, argument) };
    });
  }
  selectMerge(argument: unknown): QueryBuilder {
    return this.#with((state) => ({ select: mergedSelect(state, selectOf(state, argument)) }));
  }
  distinct(argument: unknown): QueryBuilder {
    return this.#with((state) => {
      if (state.distinct && argument !== false) throw new QueryError('the query has a distinct already; exclude("distinct") first');
      return { distinct: argument === true ? true : argument === false ? null : ordersOf(state, argument, "distinct") };
    });
  }
  orderBy(argument: unknown): QueryBuilder {
    return this.#with((state) => ({ orderBy: [...state.orderBy, ...ordersOf(state, argument, "orderBy")] }));
  }
  prependOrderBy(argument: unknown): QueryBuilder {
    return this.#with((state) => ({ orderBy: [...ordersOf(state, argument, "prependOrderBy"), ...state.orderBy] }));
  }
  groupBy(argument: unknown): QueryBuilder {
    return this.#with((state) => ({ groupBy: [...state.groupBy, ...groupsOf(state, argument, "groupBy")] }));
  }
  limit(count: unknown): QueryBuilder {
    return this.#with(() => ({ limit: countNode(count, "limit") }));
  }
  offset(count: unknown): QueryBuilder {
    return this.#with(() => ({ offset: countNode(count, "offset") }));
  }
  withTies(ties: unknown = true): QueryBuilder {
    return this.#with((state) => {
      if (typeof ties !== "boolean") throw new QueryError(`withTies takes true or false, not ${kindOf(ties)}`);
      if (ties && !state.limit) throw new QueryError("withTies needs a limit before it");
      return { withTies: ties };
    });
  }
  limitPer(count: unknown, by?: unknown): QueryBuilder {
    return this.#with((state) => ({
      limitPer: { count: countNode(count, "limitPer"), by: by === undefined ? [] : groupsOf(state, by, "limitPer") },
    }));
  }
  lock(lock: unknown): QueryBuilder {
    return this.#with((state) => {
      return { lock: isFunction(lock) ? callWithBindings(state, "lock", lock, lockNode) : lockNode(lock) };
    });
  }
  update(argument: unknown): QueryBuilder {
    return this.#with((state) => ({ update: [...state.update, ...updatesOf(state, argument)] }));
  }
  preload(argument: unknown): QueryBuilder {
    return this.#with((state) => {
      const { source } = state;
      const info = schemaOf(source);
      if (!info) throw new QueryError("preload needs a query whose source is a schema");
      return { preloads: mergeAll(state.preloads, preloadsOf(info, argument, state)) };
    });
  }
  windows(argument: unknown): QueryBuilder {
    return this.#with((state) => {
      const named = (given: unknown) => windowsOf(state, given);
      const build = isFunction(argument) ? argument : () => argument;
      const added = callWithBindings(state, "windows", build, named);
      for (const [name] of added) {
        if (state.windows.some(([other]) => other === name)) throw new QueryError(`the query has a window named "${name}" already`);
      }
      return { windows: [...state.windows, ...added] };
    });
  }

  union(query: unknown): QueryBuilder {
    return this.#combine("union", query);
  }
  unionAll(query: unknown): QueryBuilder {
    return this.#combine("unionAll", query);
  }
  intersect(query: unknown): QueryBuilder {
    return this.#combine("intersect", query);
  }
  intersectAll(query: unknown): QueryBuilder {
    return this.#combine("intersectAll", query);
  }
  except(query: unknown): QueryBuilder {
    return this.#combine("except", query);
  }
  exceptAll(query: unknown): QueryBuilder {
    return this.#combine("exceptAll", query);
  }

  withCte(name: string, query: unknown, options: CteOptions = {}): QueryBuilder {
    if (typeof name !== "string" || name === "") throw new QueryError(`a CTE's name is a text, not ${kindOf(name)}`);
    checkOptions("withCte", options, CTE_OPTIONS, (message) => new QueryError(message));
    const { operation = "all", materialized = null, recursive = null, search, cycle } = options;
    if (!["all", "updateAll", "deleteAll"].includes(operation))
      throw new QueryError(`withCte: operation is "all", "updateAll" or "deleteAll", not ${JSON.stringify(operation)}`);
    if (materialized !== null && typeof materialized !== "boolean")
      throw new QueryError(`withCte: materialized is true or false, not ${kindOf(materialized)}`);
    const body = isFunction(query) ? query(name) : query;
    const cte: Cte = {
      name,
      query: isQueryLike(body) ? body[STATE] : cteFragment(body),
      operation,
      materialized,
      recursive,
      ...(search === undefined ? {} : { search: exprNode(search, "search") }),
      ...(cycle === undefined ? {} : { cycle: exprNode(cycle, "cycle") }),
    };
    return this.#with((state) => ({ ctes: [...state.ctes.filter((one) => one.name !== name), cte] }));
  }

  as(name: unknown): QueryBuilder {
    return this.#with((state) => {
      if (typeof name !== "string" || name === "") throw new QueryError(`as takes a name, not ${kindOf(name)}`);
      if (state.as !== null && state.as !== name) throw new QueryError(`the root is named "${state.as}" already`);
      if (namesOf({ ...state, as: null }).includes(name)) throw new QueryError(`there is a join named "${name}" already`);
      return { as: name };
    });
  }
  prefix(prefix: string | null): QueryBuilder {
    if (prefix !== null && (typeof prefix !== "string" || prefix === ""))
      throw new QueryError(`a prefix is a text or null, not ${kindOf(prefix)}`);
    return this.#with(() => ({ prefix }));
  }
  hints(hints: SourceOptions["hints"]): QueryBuilder {
    return this.#with((state) => {
      if (state.hints.length > 0) throw new QueryError("the query's source has hints already");
      return { hints: hintNodes(hints) };
    });
  }
  exclude(...clauses: unknown[]): QueryBuilder {
    return new QueryBuilder(excluded(this.#state(), clauses.flat()));
  }
  first(): QueryBuilder {
    return this.#with((state) => ({
      orderBy: state.orderBy.length > 0 ? state.orderBy : primaryKeyOrder(state),
      limit: countNode(1, "first"),
    }));
  }
  last(): QueryBuilder {
    return this.#with((state) => ({ orderBy: reversed(state), limit: countNode(1, "last") }));
  }
  reverseOrder(): QueryBuilder {
    return this.#with((state) => ({ orderBy: reversed(state) }));
  }
  hasNamedBinding(name: string): boolean {
    return namesOf(this[STATE]).includes(name);
  }
  withNamedBinding(name: string, fn: (query: this) => QueryBuilder): QueryBuilder {
    if (this.hasNamedBinding(name)) return this;
    const query = fn(this);
    if (query instanceof QueryBuilder && query.hasNamedBinding(name)) return query;
    throw new QueryError(`withNamedBinding: the function must return a query with a binding named "${name}"`);
  }
  pipe<T>(fn: (query: this) => T): T {
    return fn(this);
  }
  when(condition: unknown, fn: (query: this) => QueryBuilder): QueryBuilder {
    return condition ? fn(this) : this;
  }

  [PRINT](): string {
    return inspectQuery(this[STATE]);
  }
  [INSPECT](): string {
    return inspectQuery(this[STATE]);
  }
  toString(): string {
    return inspectQuery(this[STATE]);
  }

  /** What a method starts from: inside a callback of this very query, a copy with bindings of its own. */
  #state(): QueryState {
    return apart(this[STATE]);
  }
  #with(changes: (state: QueryState) => Partial<QueryState>): QueryBuilder {
    const state = this.#state();
    return new QueryBuilder({ ...state, ...located(state, () => changes(state)) });
  }
  #condition(clause: "where" | "having", op: "and" | "or", argument: unknown): QueryBuilder {
    return this.#with((state) => {
      const node = conditionOf(state, argument, clause);
      const before = state[clause];
      if (node === null || isTrue(node)) return op === "or" && node !== null ? { [clause]: null } : {};
      return { [clause]: before === null ? node : joinNodes(op, [before, node]) };
    });
  }
  #join(kind: JoinKind, args: unknown[]): QueryBuilder {
    const state = this.#state();
    return new QueryBuilder(located(state, () => joined(state, kind, args)));
  }
  #combine(op: CombinationOp, query: unknown): QueryBuilder {
    const other = isFunction(query) && !isDynamic(query) ? query(this) : query;
    if (!isQueryLike(other)) throw new QueryError(`${op} takes a query, not ${kindOf(other)}`);
    return this.#with((state) => ({ combinations: [...state.combinations, { op, query: other[STATE] }] }));
  }
}

const CTE_OPTIONS = optionNames<CteOptions>({ operation: true, materialized: true, recursive: true, search: true, cycle: true });
const LOCKS = /^FOR (NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)( NOWAIT| SKIP LOCKED)?$/;

function lockNode(lock: unknown): Node {
  if (lock instanceof Expr) return lock.node;
  if (typeof lock === "string" && LOCKS.test(lock)) return { kind: "fragment", parts: [lock], type: null };
  throw new QueryError(
    'lock takes "FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE" or "FOR KEY SHARE", with or without " NOWAIT" or " SKIP LOCKED" behind it, or a fragment such as (m) => sql`FOR UPDATE OF ${m}`',
  );
}

function windowsOf(query: QueryState, given: unknown): readonly (readonly [string, Window])[] {
  if (typeof given !== "object" || given === null || isDynamic(given))
    throw new QueryError(`windows takes an object of windows by name, not ${isDynamic(given) ? "a dynamic" : kindOf(given)}`);
  return Object.entries(given).map(([name, spec]) => {
    if (isDynamic(spec))
      throw new QueryError(`windows: "${name}" is a dynamic; it stands in a window's partitionBy or orderBy: { partitionBy: dynamic(…) }`);
    return [name, windowNode(withoutDynamics(query, spec, "windows"))] as const;
  });
}

function isTrue(node: Node): boolean {
  return node.kind === "literal" && node.value === true;
}

function cteFragment(body: unknown): Node {
  if (body instanceof Expr && body.node.kind === "fragment") return body.node;
  throw new QueryError(`withCte takes a query or a fragment, not ${kindOf(body)}`);
}

/** A query from its state, typed by the caller. */
export function queryOf<R, J, O>(state: QueryState): Query<R, J, O> {
  return new QueryBuilder(state) as Query<R, J, O>;
}
