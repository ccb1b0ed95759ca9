import { QueryError } from "../base/index.ts";
import {
  type AssocSource,
  type Cte,
  eachClause,
  limited,
  type Node,
  type Order,
  type Part,
  locateError,
  type Preload,
  type QueryOperation,
  type QueryState,
  type Select,
  type Source,
  takesOf,
  type UpdateOp,
  type Window,
} from "../query/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { columnName } from "./bound.ts";
import { checkChangeAll } from "./change-all.ts";
import { Columns } from "./columns.ts";
import { planExpr, planOrders, planWindow } from "./expressions.ts";
import { planJoin } from "./joins.ts";
import type { ParamValue } from "./key-expressions.ts";
import { planInline } from "./inline.ts";
import { planLimitPer } from "./limit-per.ts";
import { alignedTo, planOutputs, planByPath } from "./outputs.ts";
import type { PlannedCte, PlannedExpr, PlannedOrder, PlannedQuery, PlannedUpdate, PlannedWindow } from "./planned.ts";
import type { Inner, Planner } from "./planner-types.ts";
import { type Output, Scope } from "./scope.ts";
import type { JoinPreload, RootShape, Shape, StructShape } from "./shape.ts";
import { findRoot, ShapePlanner } from "./shape-planner.ts";
import { announced, planSource } from "./sources.ts";

export interface PlannerResult {
  readonly query: PlannedQuery;
  /** How a row becomes a result; null where nothing is read. */
  readonly shape: Shape | null;
  readonly joinPreloads: readonly JoinPreload[];
  /** The root in the result, where preloads hang on it. */
  readonly root: RootShape | null;
}

/**
 * Resolves a query: bindings to sources, fields to columns, associations to joins, values to parameters, and the select to a shape.
 * Parameters are numbered in the order of `fingerprint`.
 * @throws QueryError with the query printed back, and where in it the error arose
 */
export function planQuery(
  query: QueryState,
  operation: QueryOperation,
  prefix: string | null,
  params: readonly ParamValue[],
  inline = false,
): PlannerResult {
  const planner = new QueryPlanner(params);
  try {
    const planned = planner.top(query, operation, prefix, inline);
    planner.finish();
    return planned;
  } catch (error) {
    locateError(error, query, planner.trail.reverse());
    throw error;
  }
}

/** Fills in the columns of a query once its bindings are known, at the point where its parameters are due. */
type Selecting = (scope: Scope, columns: Columns, clause: Entering) => void;
/** Says which clause is planned from here on, for errors. */
type Entering = (clause: Part) => void;

class QueryPlanner implements Planner {
  readonly #params: readonly ParamValue[];
  #nextParam = 0;
  #nextAlias = 0;
  /** The parts of the query that an error passed through on its way out, the innermost first. */
  readonly trail: Part[] = [];

  constructor(params: readonly ParamValue[]) {
    this.#params = params;
  }

  /** The order of numbering is a promise between two walks; a broken one must never reach a database. */
  finish(): void {
    if (this.#nextParam !== this.#params.length)
      throw new QueryError("internal: the planner and the key disagree on the parameters of this query");
  }

  top(query: QueryState, operation: QueryOperation, prefix: string | null, inline: boolean): PlannerResult {
    if (operation !== "all") checkChangeAll(query, operation);
    else if (query.update.length > 0) throw new QueryError("a query with an update clause is run by updateAll");
    let shape: Shape | null = null;
    let root: RootShape | null = null;
    const joinPreloads: JoinPreload[] = [];
    const planned = this.#query(query, operation, null, prefix, (scope, columns, clause) => {
      if (operation !== "all" && !query.select) return;
      const shapes = new ShapePlanner(this, query, scope, columns);
      shape = shapes.shape(query.select ?? whole(query));
      if (query.preloads.length === 0) return;
      root = findRoot(shape);
      if (!root)
        throw new QueryError(
          "preload fills the root's structs, but the select leaves them out. Select the root binding too, or leave the preload out",
        );
      if (inline) {
        clause("preload");
        const preloads = planInline(this, query.preloads, scope.find(query.source), scope, columns, prefix);
        shape = root = { ...(root as StructShape), inline: preloads };
        return;
      }
      if (!query.preloads.some((preload) => preload.join !== null)) return;
      clause("preload");
      if (root.info.primaryKey.length === 0 && !root.whole)
        throw new QueryError(
          `preload out of a join: ${root.info.name} has no primary key by which to tell its rows apart. Preload by a query of its own: the association's name without the join's`,
        );
      checkUncut(query, query.preloads, root.info);
      joinPreloads.push(...shapes.joinPreloads(limited(query.preloads, takesOf(query)), root.info));
    });
    return { query: planned, shape, joinPreloads, root };
  }

  #query(query: QueryState, operation: QueryOperation, parent: Scope | null, prefix: string | null, select: Selecting): PlannedQuery {
    let clause: Part = "from";
    try {
      return this.#clauses(query, operation, parent, prefix, select, (next) => {
        clause = next;
      });
    } catch (error) {
      this.trail.push(clause);
      throw error;
    }
  }

  #clauses(
    query: QueryState,
    operation: QueryOperation,
    parent: Scope | null,
    prefix: string | null,
    select: Selecting,
    at: Entering,
  ): PlannedQuery {
    const scope = new Scope(
      parent,
      query.prefix ?? prefix,
      query.windows.map(([name]) => name),
    );
    // The source's own subqueries see CTEs of this query, so that names are announced first; their bodies are planned in their turn.
    for (const cte of query.ctes)
      scope.addCte(cte.name, "source" in cte.query && !cte.search && !cte.cycle ? announced(cte.query, (name) => scope.cte(name)) : null);
    const from = planSource(this, query.source, scope, query.hints);
    scope.bind(query.source, query.as, from);
    at("withCte");
    const ctes = query.ctes.map((cte) => this.within(cte, () => this.#cte(cte, scope)));
    const joins = query.joins.flatMap((join) => {
      at(join);
      return planJoin(this, join, scope);
    });
    const columns = new Columns(query.combinations.length > 0);
    at("select");
    select(scope, columns, at);
    at("distinct");
    const distinct = query.distinct === null ? null : query.distinct === true ? true : this.orders(query.distinct, scope);
    at("where");
    const where = query.where && this.expr(query.where, scope);
    at("groupBy");
    const groupBy = query.groupBy.map((node) => this.expr(node, scope));
    at("having");
    const having = query.having && this.expr(query.having, scope);
    at("windows");
    const windows = query.windows.map(([name, window]) => ({ name, window: this.window(window, scope) }));
    const combinations = query.combinations.map(({ op, query: other }) => {
      at(op);
      return { op, query: this.within(other, () => this.#branch(other, columns.paths, scope)) };
    });
    at("orderBy");
    const orderBy = this.orders(query.orderBy, scope);
    at("limit");
    const limit = query.limit && this.expr(query.limit, scope);
    at("offset");
    const offset = query.offset && this.expr(query.offset, scope);
    at("lock");
    const lock = query.lock && this.expr(query.lock, scope);
    at("update");
    const update = query.update.map((one) => this.within(one, () => this.#update(one, query.source, scope)));
    at("limitPer");
    const planned: PlannedQuery = {
      operation,
      ctes,
      recursive: query.ctes.some(isRecursive),
      hints: [],
      distinct: distinct === null || distinct === true ? distinct : distinct.map(({ expr }) => expr),
      select: columns.list,
      from: from.planned,
      joins,
      where,
      groupBy,
      having,
      windows,
      combinations,
      // PostgreSQL wants what DISTINCT ON names at the start of the order.
      orderBy: distinct === null || distinct === true ? orderBy : [...distinct, ...orderBy],
      limit,
      offset,
      withTies: query.withTies,
      lock,
      update,
    };
    const perGroup = query.limitPer ? planLimitPer(this, planned, query.limitPer, scope) : planned;
    eachClause({
      source: from,
      as: from,
      prefix: scope,
      hints: from,
      ctes,
      joins,
      select: columns,
      // Those out of joins are among the columns; the others are queries of their own.
      preloads: columns,
      distinct,
      where,
      groupBy,
      having,
      windows,
      combinations,
      orderBy,
      limit,
      offset,
      withTies: planned.withTies,
      lock,
      update,
      limitPer: perGroup,
    });
    return perGroup;
  }

  #update({ op, field, value }: UpdateOp, source: Source, scope: Scope): PlannedUpdate {
    const bound = scope.find(source);
    const type = bound.info ? bound.info.fieldOrThrow(field).type : null;
    return { op, column: columnName(bound, field), type, value: this.expr(value, scope) };
  }

  #cte(cte: Cte, scope: Scope): PlannedCte {
    const { name, materialized, search, cycle } = cte;
    const planned = (query: PlannedCte["query"]): PlannedCte => ({
      name,
      query,
      materialized,
      ...(search ? { search: this.expr(search, scope) } : {}),
      ...(cycle ? { cycle: this.expr(cycle, scope) } : {}),
    });
    if (!("source" in cte.query)) return planned(this.expr(cte.query, scope));
    if (cte.operation !== "all") checkChangeAll(cte.query, cte.operation);
    // Only a recursive CTE reads itself; in any other its name is still that of a table.
    if (!isRecursive(cte)) scope.removeCte(name);
    const inner = this.inner(cte.query, scope, cte.query.prefix ?? scope.prefix, cte.operation);
    // What SEARCH and CYCLE add to its columns stands in their text alone.
    scope.addCte(name, search || cycle ? null : inner.outputs);
    return planned(inner.planned);
  }

  /** A query that is combined with another: its columns in the order of the other's. */
  #branch(query: QueryState, order: readonly string[], scope: Scope): PlannedQuery {
    noPreloads(query, "a query that is combined with another");
    return this.#query(query, "all", scope.beside(), query.prefix ?? scope.prefix, (own, columns) => {
      const aligned = alignedTo(order, planByPath(this, query.select ?? whole(query), own));
      for (const [at, expr] of aligned.entries()) columns.append(expr, order[at] as string);
    });
  }

  rows(query: QueryState, parent: Scope, prefix: string | null, select: (scope: Scope, columns: Columns) => void): PlannedQuery {
    return this.#query(query, "all", parent, prefix, select);
  }

  inner(query: QueryState, parent: Scope | null, prefix: string | null, operation: QueryOperation = "all"): Inner {
    const outputs = new Map<string, Output>();
    noPreloads(query, "a subquery");
    const planned = this.#query(query, operation, parent, prefix, (scope, columns) => {
      if (operation !== "all" && !query.select) return;
      for (const [name, { expr, column, type }] of planOutputs(this, query.select ?? whole(query), scope)) {
        columns.add(expr, `${name}`, column);
        outputs.set(name, { column, type });
      }
    });
    return { planned, outputs };
  }

  alias(name: string): string {
    const first = /^[A-Za-z]/.exec(name)?.[0].toLowerCase() ?? "t";
    return `${first}${this.#nextAlias++}`;
  }
  param(type: Type | null, list: boolean): PlannedExpr {
    const index = this.#nextParam++;
    return list ? { kind: "param", index, type, list: true } : { kind: "param", index, type };
  }
  packed(columns: number): readonly PlannedExpr[] | null {
    const next = this.#params[this.#nextParam]?.packed;
    if (next === undefined) return null;
    return Array.from({ length: next.column === null ? 1 : columns }, () => this.param(this.#params[this.#nextParam]?.type ?? null, true));
  }
  expr(node: Node, scope: Scope): PlannedExpr {
    try {
      return planExpr(this, node, scope);
    } catch (error) {
      this.trail.push(node);
      throw error;
    }
  }
  within<T>(part: Part, plan: () => T): T {
    try {
      return plan();
    } catch (error) {
      this.trail.push(part);
      throw error;
    }
  }
  orders(orders: readonly Order[], scope: Scope): PlannedOrder[] {
    return planOrders(this, orders, scope);
  }
  window(window: Window, scope: Scope): PlannedWindow {
    return this.within(window, () => planWindow(this, window, scope));
  }
}

function whole(query: QueryState): Select {
  return { kind: "source", of: query.source, fields: null, as: "struct" };
}

/** A limit counts rows, of which a result that holds a list from a join has several: it would cut the list, and the results too. */
function checkUncut(query: QueryState, preloads: readonly Preload[], owner: SchemaInfo): void {
  const limit = (["limit", "offset", "limitPer"] as const).find((clause) => query[clause] !== null);
  if (limit === undefined) return;
  for (const { association: name, join, nested } of preloads) {
    const association = owner.association(name);
    if (join === null || !association) continue;
    if (association.cardinality === "many")
      throw new QueryError(
        `${limit} counts the rows of the join, of which a ${owner.name} has one for each of its "${name}": it would cut lists of them, and leave out results. Preload "${name}" by a query of its own, preload("${name}"), or limit the ${owner.name} rows in a subquery, from(subquery(query)), and join that`,
      );
    checkUncut(query, nested, association.related);
  }
}

function noPreloads(query: QueryState, what: string): void {
  if (query.preloads.length > 0) throw new QueryError(`${what} cannot preload: preload on the query around it`);
}

/** A CTE that reads itself: a combination of a start and what follows from it. */
function isRecursive({ name, query, recursive }: Cte): boolean {
  if (recursive !== null || !("source" in query)) return recursive ?? false;
  return query.combinations.some(({ query: next }) =>
    [next.source, ...next.joins.map((join) => join.source)].some((source) => nameOf(source) === name),
  );
}

function nameOf(source: Source | AssocSource): string | null {
  return source.kind === "schema" ? source.table : source.kind === "table" || source.kind === "cte" ? source.name : null;
}
