import { QueryError } from "../base/index.ts";
import type { AssocSource, Cte, Join, Node, Order, Preload, QueryState, Select, Source, Window } from "../query/index.ts";
import { inspectQuery, joinSource, staticFilter, typeOfNode } from "../query/index.ts";
import type { AssociationInfo, Meta, SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import type { ParamValue } from "./key.ts";
import type { JoinKind, PlannedColumn, PlannedCte, PlannedExpr, PlannedJoin, PlannedOrder, PlannedQuery, PlannedSource, PlannedWindow } from "./planned.ts";
import { type Bound, type Output, Scope } from "./scope.ts";
import type { ColumnField, JoinPreload, Shape, StructShape } from "./shape.ts";

export interface Planned {
  readonly query: PlannedQuery;
  /** How a row becomes a result; null where nothing is read. */
  readonly shape: Shape | null;
  /** The root's own struct, where preloads out of joins need it beside the result. */
  readonly joinPreloads: readonly JoinPreload[];
  readonly rootStruct: StructShape | null;
}
type Kind = PlannedQuery["kind"];

/**
 * Resolves a query: bindings to sources, fields to columns, associations to joins, values to parameters, and the select to a shape.
 * Parameters are numbered in the order of `fingerprint`.
 * @throws QueryError with the query printed back
 */
export function planQuery(query: QueryState, kind: Kind, prefix: string | null, params: readonly ParamValue[]): Planned {
  try {
    const planner = new Planner(params);
    const planned = planner.top(query, kind, prefix);
    planner.finish();
    return planned;
  } catch (error) {
    if (error instanceof QueryError && !error.message.includes("in query:")) error.message = `${error.message}\nin query: ${inspectQuery(query)}`;
    throw error;
  }
}

class Planner {
  readonly #params: readonly ParamValue[];
  #nextParam = 0;
  #nextAlias = 0;

  constructor(params: readonly ParamValue[]) {
    this.#params = params;
  }

  /** The order of numbering is a promise between two walks; a broken one must never reach a database. */
  finish(): void {
    if (this.#nextParam !== this.#params.length) throw new QueryError("internal: the planner and the key disagree on the parameters of this query");
  }

  top(query: QueryState, kind: Kind, prefix: string | null): Planned {
    if (kind !== "all") checkBulk(query, kind);
    else if (query.update.length > 0) throw new QueryError("a query with an update clause is run by updateAll");
    const joinPreloads: JoinPreload[] = [];
    let rootStruct: StructShape | null = null;
    const { planned, shape } = this.#query(query, kind, null, prefix, (scope, columns) => {
      if (kind !== "all" && !query.select) return null;
      const result = this.#shape(query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" }, scope, columns, query.source);
      if (query.preloads.some(hasJoin)) {
        rootStruct = findRoot(result);
        if (!rootStruct) throw new QueryError("a preload out of a join needs the root binding in the select");
        joinPreloads.push(...this.#joinPreloads(query.preloads, rootStruct.info, query, scope, columns));
      }
      return result;
    });
    return { query: planned, shape, joinPreloads, rootStruct };
  }

  /** Plans one query; `select` fills in the columns once the bindings are known, in the place where its parameters are due. */
  #query(query: QueryState, kind: Kind, parent: Scope | null, prefix: string | null, select: (scope: Scope, columns: Columns) => Shape | null): { planned: PlannedQuery; shape: Shape | null; scope: Scope } {
    const scope = new Scope(parent, query.prefix ?? prefix);
    // The source's own subqueries see CTEs of this query, so that names are announced first; their bodies are planned in their turn.
    for (const cte of query.ctes) scope.addCte(cte.name, "source" in cte.query ? announced(cte.query) : null);
    const from = this.#bind(query.source, query.as, scope, query.hints);
    const ctes = query.ctes.map((cte) => this.#cte(cte, scope));
    const joins = query.joins.flatMap((join) => this.#join(join, scope));
    const columns = new Columns();
    const shape = select(scope, columns);
    const distinct = query.distinct === null ? null : query.distinct === true ? true : query.distinct.map((order) => this.#expr(order.node, scope));
    const where = query.where && this.#expr(query.where, scope);
    const groupBy = query.groupBy.map((node) => this.#expr(node, scope));
    const having = query.having && this.#expr(query.having, scope);
    const windows = query.windows.map(([name, window]) => ({ name, window: this.#window(window, scope) }));
    const combinations = query.combinations.map(({ op, query: other }) => ({ op, query: this.#branch(other, query, scope) }));
    const orderBy = this.#orders(query.orderBy, scope);
    const limit = query.limit && this.#expr(query.limit, scope);
    const offset = query.offset && this.#expr(query.offset, scope);
    const lock = query.lock && this.#expr(query.lock, scope);
    const update = query.update.map(({ op, field, value }) => {
      const bound = scope.find(query.source);
      const type = bound.info ? bound.info.fieldOrThrow(field).type : null;
      return { op, column: columnName(bound, field), type, value: this.#expr(value, scope) };
    });
    // PostgreSQL wants what DISTINCT ON names at the start of the order.
    const distinctOrder = Array.isArray(distinct) && query.distinct !== true ? (query.distinct ?? []).map((order, at): PlannedOrder => ({ expr: (distinct as PlannedExpr[])[at] as PlannedExpr, direction: order.direction })) : [];
    const planned: PlannedQuery = {
      kind,
      ctes,
      recursive: query.ctes.some((cte) => "source" in cte.query && cte.query.combinations.length > 0),
      hints: query.hints.map((node) => this.#expr(node, scope)),
      distinct,
      select: columns.list,
      from: from.planned,
      joins,
      where,
      groupBy,
      having,
      windows,
      combinations,
      orderBy: [...distinctOrder, ...orderBy],
      limit,
      offset,
      withTies: query.withTies,
      lock,
      update,
    };
    return { planned: query.limitPer ? this.#limitPer(planned, query, scope) : planned, shape, scope };
  }

  /** A query inside another: its columns get names. */
  #inner(query: QueryState, parent: Scope | null, prefix: string | null, kind: Kind = "all", order?: readonly string[]): { planned: PlannedQuery; outputs: ReadonlyMap<string, Output> } {
    const outputs = new Map<string, Output>();
    if (query.preloads.length > 0) throw new QueryError("a subquery cannot preload: preload on the query around it");
    const { planned } = this.#query(query, kind, parent, prefix, (scope, columns) => {
      if (kind !== "all" && !query.select) return null;
      const entries = this.#outputs(query.select ?? { kind: "source", of: query.source, fields: null, as: "struct" }, scope);
      if (order && (order.length !== entries.size || order.some((name) => !entries.has(name)))) {
        throw new QueryError(`the queries of a combination must select the same columns: ${order.join(", ")} and ${[...entries.keys()].join(", ")}`);
      }
      // Parameters were numbered in the select's own order; only the columns are put in line.
      for (const name of order ?? entries.keys()) {
        const { expr, column, type } = entries.get(name) as OutputExpr;
        columns.push(expr, column);
        outputs.set(name, { column, type });
      }
      return null;
    });
    return { planned, outputs };
  }

  #branch(query: QueryState, left: QueryState, scope: Scope): PlannedQuery {
    const names = [...announced(left).keys()];
    return this.#inner(query, scope.parent, query.prefix ?? scope.prefix, "all", names.length > 1 && announced(query).size === names.length ? names : undefined).planned;
  }

  // ---- sources

  #bind(source: Source, name: string | null, scope: Scope, hints: readonly Node[] = []): Bound {
    const bound = this.#source(source, scope, hints);
    scope.bind(source, name, bound);
    return bound;
  }

  #source(source: Source, scope: Scope, rootHints: readonly Node[]): Bound {
    const hints = [...source.hints, ...rootHints].map((node) => this.#expr(node, scope));
    const ownPrefix = source.prefix === undefined ? (source.kind === "schema" ? source.info.prefix : null) : source.prefix;
    const prefix = ownPrefix ?? scope.prefix;
    switch (source.kind) {
      case "schema":
        return bound({ kind: "table", prefix, name: source.table, alias: this.#alias(source.table), hints }, source.info, null, prefix);
      case "table": {
        const cte = scope.cte(source.name);
        if (cte !== undefined) return bound({ kind: "cte", name: source.name, alias: this.#alias(source.name), hints }, null, cte);
        return bound({ kind: "table", prefix, name: source.name, alias: this.#alias(source.name), hints }, null, null, prefix);
      }
      case "cte": {
        const outputs = scope.cte(source.name);
        if (outputs === undefined) throw new QueryError(`there is no CTE named "${source.name}" here; define it with withCte("${source.name}", …)`);
        return bound({ kind: "cte", name: source.name, alias: this.#alias(source.name), hints }, source.info, outputs);
      }
      case "subquery": {
        const alias = this.#alias("s");
        const { planned, outputs } = this.#inner(source.query, scope, source.query.prefix ?? scope.prefix);
        return bound({ kind: "subquery", query: planned, alias, hints }, selectedInfo(source.query), outputs);
      }
      case "fragment":
        return bound({ kind: "fragment", expr: this.#expr(source.node, scope), columns: source.columns, alias: this.#alias("f"), hints }, source.info, null);
      case "values": {
        const columns = source.columns.map(([columnName, type]) => ({ name: columnName, type }));
        const rows = source.rows.map((row) => row.map((_, at) => this.#param(columns[at]?.type ?? null, false)));
        return bound({ kind: "values", columns, rows, alias: this.#alias("v"), hints }, source.info, new Map(columns.map(({ name, type }) => [name, { column: name, type }])));
      }
    }
  }

  #alias(name: string): string {
    const first = /^[A-Za-z]/.exec(name)?.[0].toLowerCase() ?? "t";
    return `${first}${this.#nextAlias++}`;
  }

  // ---- joins

  #join(join: Join, scope: Scope): PlannedJoin[] {
    const planned: PlannedJoin[] = [];
    const { source } = join;
    if (source.kind !== "assoc") {
      const bound = this.#bind(source, join.name, scope);
      const on = join.on && this.#expr(join.on, scope);
      planned.push({ kind: join.kind, source: bound.planned, on });
      this.#markNullable(join.kind, bound, scope);
      return planned;
    }
    const owner = scope.find(source.of);
    if (!owner.info) throw new QueryError(`the association "${source.association}" cannot be joined: its binding has no schema`);
    const association = owner.info.associationOrThrow(source.association);
    const hints = source.hints.map((node) => this.#expr(node, scope));
    this.#joinAssociation(association, source, owner, join, scope, planned, hints);
    return planned;
  }

  /** The joins of an association, hidden ones in between; the last is the binding itself. */
  #joinAssociation(association: AssociationInfo, ref: AssocSource, owner: Bound, join: Join, scope: Scope, planned: PlannedJoin[], hints: readonly PlannedExpr[]): void {
    const steps = association.through ? throughSteps(association) : [association];
    let at = owner;
    steps.forEach((step, index) => {
      const last = index === steps.length - 1;
      const prefix = ref.prefix === undefined ? undefined : ref.prefix;
      at = this.#joinStep(step, at, join, scope, planned, last ? { ref, hints, prefix } : { ref: null, hints: [], prefix });
    });
  }

  #joinStep(
    step: AssociationInfo,
    owner: Bound,
    join: Join,
    scope: Scope,
    planned: PlannedJoin[],
    end: { ref: AssocSource | null; hints: readonly PlannedExpr[]; prefix: string | null | undefined },
  ): Bound {
    const source: Source = { kind: "schema", info: step.related, table: step.relatedSource, prefix: end.prefix, hints: [] };
    let left = { bound: owner, columns: step.ownerKeys.map((key) => columnName(owner, key)), types: step.ownerKeys.map((key) => owner.info?.types[key] ?? null) };
    let right = step.relatedKeys;
    if (step.kind === "manyToMany") {
      const table = { ...joinSource(step), prefix: end.prefix };
      const between = this.#source(table, scope, []);
      scope.bind(table, null, between);
      planned.push({ kind: join.kind, source: between.planned, on: all([...equalities(left, between, step.join.ownerColumns), ...this.#filters(table, step.join.schema, step.join.where, scope)]) });
      this.#markNullable(join.kind, between, scope);
      left = { bound: between, columns: [...step.join.relatedColumns], types: step.relatedKeys.map((key) => step.related.types[key] ?? null) };
      right = step.relatedKeys;
    }
    const far = this.#source(source, scope, []);
    const withHints: Bound = end.hints.length > 0 ? { ...far, planned: { ...far.planned, hints: end.hints } } : far;
    scope.bind(source, null, withHints);
    if (end.ref) scope.bind(end.ref, join.name, withHints);
    const conditions = [...equalities(left, withHints, right.map((key) => columnName(withHints, key))), ...this.#filters(source, step.related, step.where, scope)];
    if (end.ref && join.on) conditions.push(this.#expr(join.on, scope));
    planned.push({ kind: join.kind, source: withHints.planned, on: all(conditions) });
    this.#markNullable(join.kind, withHints, scope);
    return withHints;
  }

  /** Static filters are part of the schema, not of the query: their values are literals, which keeps parameters in line with the key. */
  #filters(source: Source, info: SchemaInfo | null, where: Readonly<Record<string, unknown>>, scope: Scope): PlannedExpr[] {
    return staticFilter(source, info, where).map((node) => this.#expr(inlined(node), scope));
  }

  #markNullable(kind: JoinKind, bound: Bound, scope: Scope): void {
    if (kind === "left" || kind === "full" || kind === "leftLateral") bound.nullable = true;
    if (kind === "right" || kind === "full") for (const other of scope.own()) if (other !== bound) other.nullable = true;
  }

  // ---- select

  #shape(select: Select, scope: Scope, columns: Columns, root: Source): Shape {
    switch (select.kind) {
      case "expr":
        return { kind: "column", at: columns.add(this.#expr(select.node, scope), null), type: typeOfNode(select.node), label: select.node.kind === "column" ? select.node.field : "the selected value" };
      case "source":
        return this.#sourceShape(select, scope, columns, select.of === root);
      case "tuple":
        return { kind: "tuple", items: select.items.map((item) => this.#shape(item, scope, columns, root)) };
      case "object":
        return { kind: "object", entries: select.entries.map(([name, item]) => [name, this.#shape(item, scope, columns, root)] as const) };
      case "merge":
        return { kind: "merge", base: this.#shape(select.base, scope, columns, root), over: this.#shape(select.over, scope, columns, root) };
      case "constant":
        return { kind: "constant", value: select.value };
    }
  }

  #sourceShape(select: Select & { kind: "source" }, scope: Scope, columns: Columns, root: boolean): Shape {
    const bound = scope.find(select.of);
    const names = sourceFields(bound, select.fields);
    const fields = names.map((name): ColumnField => ({ name, at: columns.add(columnExpr(bound, name), null), type: fieldType(bound, name) }));
    if (!bound.info || select.as === "map") return { kind: "map", fields, nullable: bound.nullable && select.as !== "map" };
    return structShape(bound.info, fields, bound, root, select.fields !== null);
  }

  #joinPreloads(preloads: readonly Preload[], owner: SchemaInfo, query: QueryState, scope: Scope, columns: Columns): JoinPreload[] {
    return preloads.flatMap((preload) => {
      if (preload.join === null) return [];
      const join = query.joins.find((one) => one.name === preload.join);
      if (!join) throw new QueryError(`preload "${preload.association}": the query has no join named "${preload.join}"`);
      const bound = scope.find(join.source);
      const { related } = owner.associationOrThrow(preload.association);
      if (bound.info !== related) throw new QueryError(`preload "${preload.association}" of ${owner.name} needs rows of ${related.name}; the join "${preload.join}" brings others`);
      if (related.primaryKey.length === 0) throw new QueryError(`preload "${preload.association}" out of a join: ${related.name} has no primary key by which to tell its rows apart`);
      const fields = related.queryFields.map((name): ColumnField => ({ name, at: columns.add(columnExpr(bound, name), null), type: fieldType(bound, name) }));
      const shape = structShape(related, fields, { ...bound, nullable: true }, false, false);
      return [{ association: preload.association, shape, nested: this.#joinPreloads(preload.nested, related, query, scope, columns) }];
    });
  }

  /** The named columns that a query offers to the one around it. */
  #outputs(select: Select, scope: Scope): Map<string, OutputExpr> {
    switch (select.kind) {
      case "source": {
        const bound = scope.find(select.of);
        return new Map(
          sourceFields(bound, select.fields).map((name) => [name, { expr: columnExpr(bound, name), column: bound.outputs || !bound.info ? name : columnName(bound, name), type: fieldType(bound, name) }]),
        );
      }
      case "object":
        return new Map(select.entries.map(([name, item]) => [name, this.#output(name, item, scope)]));
      case "merge": {
        const base = this.#outputs(select.base, scope);
        for (const [name, output] of this.#outputs(select.over, scope)) base.set(name, { ...output, column: base.get(name)?.column ?? output.column });
        return base;
      }
      case "expr": {
        const name = select.node.kind === "column" ? select.node.field : select.node.kind === "selectedAs" ? select.node.name : "value";
        return new Map([[name, this.#output(name, select, scope)]]);
      }
      default:
        throw new QueryError("a subquery selects a binding, a column, or an object of columns: the query around it reads its columns by name");
    }
  }

  #output(name: string, item: Select, scope: Scope): OutputExpr {
    if (item.kind === "expr") return { expr: this.#expr(item.node, scope), column: name, type: typeOfNode(item.node) };
    if (item.kind === "constant") return { expr: { kind: "literal", value: item.value as string }, column: name, type: null };
    throw new QueryError(`a subquery's "${name}" must be a single value, not a binding or an object`);
  }

  // ---- CTEs, windows, orders

  #cte(cte: Cte, scope: Scope): PlannedCte {
    const { name, materialized } = cte;
    if (!("source" in cte.query)) return { name, query: this.#expr(cte.query, scope), materialized };
    const { planned, outputs } = this.#inner(cte.query, scope, cte.query.prefix ?? scope.prefix, cte.operation);
    scope.addCte(name, outputs);
    return { name, query: planned, materialized };
  }

  #window(window: Window, scope: Scope): PlannedWindow {
    return {
      base: window.base,
      partitionBy: window.partitionBy.map((node) => this.#expr(node, scope)),
      orderBy: this.#orders(window.orderBy, scope),
      frame: window.frame && this.#expr(window.frame, scope),
    };
  }

  #orders(orders: readonly Order[], scope: Scope): PlannedOrder[] {
    return orders.map(({ node, direction }) => ({ expr: this.#expr(node, scope), direction }));
  }

  /** The query as a subquery whose rows are numbered within each group, and those numbered too high left out. */
  #limitPer(planned: PlannedQuery, query: QueryState, scope: Scope): PlannedQuery {
    const { count, by } = query.limitPer as NonNullable<QueryState["limitPer"]>;
    if (by.length === 0) throw new QueryError("limitPer needs to know what it is per: limitPer(3, \"movieId\"); only in a preload's query it is the parent by itself");
    if (planned.combinations.length > 0) throw new QueryError("limitPer cannot be put on a combination; wrap it in subquery() first");
    const limit = this.#expr(count, scope);
    const partitionBy = by.map((node) => this.#expr(node, scope));
    const number: PlannedExpr = { kind: "call", name: "row_number", args: [], over: { base: null, partitionBy, orderBy: planned.orderBy, frame: null } };
    const inner: PlannedQuery = {
      ...planned,
      ctes: [],
      select: [...planned.select.map((column, at) => ({ expr: column.expr, as: column.as ?? `c${at}` })), { expr: number, as: "ectype_row" }, ...planned.orderBy.map((order, at) => ({ expr: order.expr, as: `ectype_order${at}` }))],
      orderBy: [],
      limit: null,
      offset: null,
      lock: null,
    };
    const source: PlannedSource = { kind: "subquery", query: inner, alias: this.#alias("s"), hints: [] };
    const column = (name: string): PlannedExpr => ({ kind: "column", source, column: name, type: null });
    return {
      ...planned,
      distinct: null,
      select: inner.select.slice(0, planned.select.length).map((one, at) => ({ expr: column(one.as as string), as: planned.select[at]?.as ?? null })),
      from: source,
      joins: [],
      where: { kind: "op", op: "<=", args: [column("ectype_row"), limit] },
      groupBy: [],
      having: null,
      windows: [],
      orderBy: planned.orderBy.map((order, at) => ({ expr: column(`ectype_order${at}`), direction: order.direction })),
      hints: [],
    };
  }

  // ---- expressions

  #param(type: Type | null, list: boolean): PlannedExpr {
    const index = this.#nextParam++;
    return list ? { kind: "param", index, type, list: true } : { kind: "param", index, type };
  }

  #expr(node: Node, scope: Scope): PlannedExpr {
    switch (node.kind) {
      case "column":
        return columnExpr(scope.find(node.of), node.field);
      case "param":
        return this.#param(node.type, false);
      case "list":
        return this.#param(node.type, true);
      case "literal":
      case "identifier":
      case "constant":
      case "alias":
      case "now":
        return node;
      case "op":
        return { kind: "op", op: node.op, args: node.args.map((arg) => this.#expr(arg, scope)) };
      case "not":
      case "negate":
        return { kind: node.kind, arg: this.#expr(node.arg, scope) };
      case "isNull":
        return { kind: "isNull", arg: this.#expr(node.arg, scope), negated: node.negated };
      case "between":
        return { kind: "between", arg: this.#expr(node.arg, scope), low: this.#expr(node.low, scope), high: this.#expr(node.high, scope), negated: node.negated };
      case "in":
        if (node.right.kind === "tuple" && node.right.items.length === 0) return { kind: "literal", value: node.negated };
        return { kind: "in", left: this.#expr(node.left, scope), right: this.#expr(node.right, scope), negated: node.negated };
      case "call": {
        const args = node.args.map((arg) => this.#expr(arg, scope));
        const orderBy = node.orderBy && this.#orders(node.orderBy, scope);
        const filter = node.filter && this.#expr(node.filter, scope);
        const over = node.over && this.#window(node.over, scope);
        return { kind: "call", name: node.name, args, ...(node.distinct ? { distinct: true } : {}), ...(orderBy ? { orderBy } : {}), ...(filter ? { filter } : {}), ...(over ? { over } : {}) };
      }
      case "fragment":
        return { kind: "fragment", parts: node.parts.map((part) => (typeof part === "string" ? part : this.#expr(part, scope))) };
      case "splice":
        return { kind: "splice", items: node.items.map((item) => this.#expr(item, scope)) };
      case "cast":
        return { kind: "cast", arg: this.#expr(node.arg, scope), type: node.type };
      case "case":
        return {
          kind: "case",
          branches: node.branches.map((branch) => ({ when: this.#expr(branch.when, scope), then: this.#expr(branch.then, scope) })),
          otherwise: node.otherwise && this.#expr(node.otherwise, scope),
        };
      case "tuple":
        return { kind: "tuple", items: node.items.map((item) => this.#expr(item, scope)) };
      case "json":
        return { kind: "json", arg: this.#expr(node.arg, scope), path: node.path.map((step) => (typeof step === "object" ? this.#expr(step, scope) : step)), asText: node.asText };
      case "dateAdd":
        return { kind: "dateAdd", result: node.result, arg: this.#expr(node.arg, scope), count: this.#expr(node.count, scope), unit: node.unit, type: node.type };
      case "subquery":
      case "exists":
        return { kind: node.kind, query: this.#exprQuery(node.query, scope, node.kind === "subquery") };
      case "quantified":
        return { kind: "quantified", quantifier: node.quantifier, query: this.#exprQuery(node.query, scope, true) };
      case "selectedAs":
        return this.#expr(node.arg, scope);
      default:
        return node satisfies never;
    }
  }

  #exprQuery(query: QueryState, scope: Scope, single: boolean): PlannedQuery {
    const { planned, outputs } = this.#inner(query, scope, query.prefix ?? scope.prefix);
    if (single && outputs.size !== 1) throw new QueryError(`a subquery used as a value must select one column; this one selects ${outputs.size}`);
    return planned;
  }
}

interface OutputExpr extends Output {
  readonly expr: PlannedExpr;
}

/** The columns of a select, each expression once. */
class Columns {
  readonly list: PlannedColumn[] = [];
  readonly #known = new Map<string, number>();

  add(expr: PlannedExpr, as: string | null): number {
    const key = expr.kind === "column" ? `${expr.source.alias}.${expr.column}` : null;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.push(expr, as);
    if (key !== null) this.#known.set(key, at);
    return at;
  }
  push(expr: PlannedExpr, as: string | null): number {
    this.list.push({ expr, as });
    return this.list.length - 1;
  }
}

function bound(planned: PlannedSource, info: SchemaInfo | null, outputs: ReadonlyMap<string, Output> | null, prefix: string | null = null): Bound {
  return { planned, info, outputs, prefix, nullable: false };
}

/** The SQL name of a binding's field. */
function columnName(bound: Bound, field: string): string {
  if (bound.outputs) {
    const direct = bound.outputs.get(field);
    if (direct) return direct.column;
    const column = bound.info?.field(field)?.column;
    const byColumn = column === undefined ? undefined : bound.outputs.get(column);
    if (byColumn) return byColumn.column;
    if (bound.info?.field(field) && bound.outputs.size === 0) return column as string;
    throw new QueryError(`the subquery does not select "${field}"; it selects ${[...bound.outputs.keys()].map((name) => `"${name}"`).join(", ")}`);
  }
  if (!bound.info) return field;
  const info = bound.info.fieldOrThrow(field);
  if (info.virtual) throw new QueryError(`field "${field}" of ${bound.info.name} is virtual: it has no column`);
  return info.column;
}

function fieldType(bound: Bound, field: string): Type | null {
  return bound.info?.types[field] ?? bound.outputs?.get(field)?.type ?? null;
}

function columnExpr(bound: Bound, field: string): PlannedExpr {
  return { kind: "column", source: bound.planned, column: columnName(bound, field), type: fieldType(bound, field) };
}

/** The fields that a whole source is read by. */
function sourceFields(bound: Bound, fields: readonly string[] | null): readonly string[] {
  if (fields) return fields;
  if (bound.outputs && (!bound.info || bound.outputs.size > 0)) {
    const { info } = bound;
    return info ? info.queryFields.filter((name) => bound.outputs?.has(name) || bound.outputs?.has(info.field(name)?.column ?? "")) : [...bound.outputs.keys()];
  }
  if (bound.info) return bound.info.queryFields;
  throw new QueryError("a source without a schema has no known columns: say what to select");
}

function structShape(info: SchemaInfo, fields: readonly ColumnField[], bound: Bound, root: boolean, partial: boolean): StructShape {
  const read = new Set(fields.map((field) => field.name));
  const rest = partial ? [] : [...info.allFields()].filter((field) => !read.has(field.name)).map((field) => [field.name, typeof field.default === "function" ? null : field.default] as const);
  const { planned } = bound;
  const source = planned.kind === "table" ? planned.name : info.source;
  const own = source === info.source && bound.prefix === info.prefix;
  const meta: Meta | null = own ? null : Object.freeze({ ...info.loadedMeta, source, prefix: bound.prefix });
  return { kind: "struct", info, fields: inOrder(info, fields), rest, meta, nullable: bound.nullable, root };
}

/** Fields in the order of their declaration, whatever order a select names them in. */
function inOrder(info: SchemaInfo, fields: readonly ColumnField[]): readonly ColumnField[] {
  const order = new Map(info.fields.map((name, at) => [name, at]));
  return [...fields].sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

function equalities(left: { bound: Bound; columns: readonly string[]; types: readonly (Type | null)[] }, right: Bound, columns: readonly string[]): PlannedExpr[] {
  return columns.map((column, at) => ({
    kind: "op",
    op: "=",
    args: [
      { kind: "column", source: right.planned, column, type: left.types[at] ?? null },
      { kind: "column", source: left.bound.planned, column: left.columns[at] as string, type: left.types[at] ?? null },
    ],
  }));
}

function all(conditions: readonly PlannedExpr[]): PlannedExpr {
  return conditions.length === 1 ? (conditions[0] as PlannedExpr) : { kind: "op", op: "and", args: conditions };
}

/** The steps of a through association, through those on its way too. */
function throughSteps(association: AssociationInfo): AssociationInfo[] {
  let at = association.owner;
  return (association.through ?? []).flatMap((name) => {
    const step = at.associationOrThrow(name);
    at = step.related;
    return step.through ? throughSteps(step) : [step];
  });
}

/** A node with its parameters as constants, for values that belong to the schema. */
function inlined(node: Node): Node {
  switch (node.kind) {
    case "param":
      return literalOf(node.value, node.type);
    case "list":
      return { kind: "tuple", items: node.values.map((value) => literalOf(value, node.type)) };
    case "op":
      return { ...node, args: node.args.map(inlined) };
    case "in":
      return { ...node, right: inlined(node.right) };
    default:
      return node;
  }
}

function literalOf(value: unknown, type: Type | null): Node {
  const dumped = value === null || type === null ? value : type.dump(value);
  if (dumped === null || typeof dumped === "string" || typeof dumped === "number" || typeof dumped === "boolean") return { kind: "literal", value: dumped };
  if (typeof dumped === "bigint") return { kind: "fragment", parts: [dumped.toString()], type: null };
  return { kind: "cast", arg: { kind: "literal", value: String(dumped instanceof Date ? dumped.toISOString() : dumped) }, type: type as Type };
}

/** The names that an inner query will offer, known before it is planned: a recursive CTE reads itself. */
function announced(query: QueryState): ReadonlyMap<string, Output> {
  const names = (select: Select | null): (readonly [string, string])[] => {
    if (select === null || select.kind === "source") {
      const of = select?.of ?? query.source;
      const info = "info" in of ? of.info : null;
      const fields = select?.fields ?? info?.queryFields ?? [];
      return fields.map((name) => [name, info?.field(name)?.column ?? name] as const);
    }
    if (select.kind === "object") return select.entries.map(([name]) => [name, name] as const);
    if (select.kind === "merge") return [...names(select.base), ...names(select.over)];
    if (select.kind === "expr") return select.node.kind === "column" ? [[select.node.field, select.node.field]] : select.node.kind === "selectedAs" ? [[select.node.name, select.node.name]] : [["value", "value"]];
    return [];
  };
  return new Map(names(query.select).map(([name, column]) => [name, { column, type: null }]));
}

/** The schema of a query's rows, where it selects a whole binding. */
function selectedInfo(query: QueryState): SchemaInfo | null {
  const of = query.select === null ? query.source : query.select.kind === "source" && query.select.as === "struct" ? query.select.of : null;
  if (of === null) return null;
  if (of.kind === "subquery") return selectedInfo(of.query);
  return "info" in of ? of.info : null;
}

function hasJoin(preload: Preload): boolean {
  return preload.join !== null;
}

function findRoot(shape: Shape | null): StructShape | null {
  if (!shape) return null;
  switch (shape.kind) {
    case "struct":
      return shape.root ? shape : null;
    case "tuple":
      return shape.items.map(findRoot).find((one) => one !== null) ?? null;
    case "object":
      return shape.entries.map(([, item]) => findRoot(item)).find((one) => one !== null) ?? null;
    case "merge":
      return findRoot(shape.base);
    default:
      return null;
  }
}

const BULK_FORBIDDEN = ["groupBy", "windows", "combinations", "orderBy", "preloads"] as const;

/** updateAll and deleteAll take what SQL's UPDATE and DELETE can say. */
function checkBulk(query: QueryState, kind: Kind): void {
  const clauses = BULK_FORBIDDEN.filter((clause) => query[clause].length > 0) as string[];
  clauses.push(...(["distinct", "having", "limit", "offset", "lock", "limitPer"] as const).filter((clause) => query[clause] !== null));
  if (clauses.length > 0) throw new QueryError(`${kind} cannot have ${clauses.join(", ")}. Put them into a subquery: where((m) => m.id.in(subquery))`);
  if (query.source.kind !== "schema" && query.source.kind !== "table") throw new QueryError(`${kind} needs a table as its source`);
  if (kind === "updateAll" && query.update.length === 0) throw new QueryError("updateAll needs at least one field to write: { set: { title: \"x\" } }");
  if (kind === "deleteAll" && query.update.length > 0) throw new QueryError("deleteAll takes no update clause");
}

