import { KeyTree } from "../base/index.ts";
import {
  type AssocSource,
  type Cte,
  eachClause,
  type Join,
  type Order,
  type Preload,
  type QueryOperation,
  type QueryState,
  type Select,
  type Source,
  type Take,
  type UpdateOp,
} from "../query/index.ts";
import type { Type } from "../type/index.ts";
import { ExpressionKey, type ParamValue } from "./key-expressions.ts";
import { type Packed, packedParams, type Packing } from "./packing.ts";

/** What tells queries of one shape apart from all others, and the values in which they differ. */
export interface Fingerprint {
  readonly key: string;
  readonly params: readonly ParamValue[];
}

/** What a query is run for, and what of the call tells its plan. */
export interface KeyOptions {
  readonly operation: QueryOperation;
  readonly prefix: string | null;
  /** How the database takes lists of values; without it, each value is a parameter. */
  readonly packing: Packing | null;
  /** Preloads are read within the rows. */
  readonly inline: boolean;
}

/** The key of a query as text, and its parameters. */
export function fingerprint(query: QueryState, options: KeyOptions): Fingerprint {
  const key = new QueryKey(new KeyTree<never>(), query, options);
  return { key: JSON.stringify(key.unknown), params: key.params };
}

/** The type of the column that the parameter holds; where it holds whole rows, that of a redacted column, if there is one, so that none of them is shown. */
function typeOfPacked({ source, column }: Packed): Type | null {
  const columns = source.columns.map(([, type]) => type);
  return (column === null ? columns.find((type) => type.redact) : columns[column]) ?? null;
}

/**
 * The key of a query, and its parameters, in the order in which the planner meets them: source, CTEs, joins, select, preloads, distinct, where,
 * groupBy, having, windows, combinations, orderBy, limit, offset, lock, update, limitPer.
 */
export class QueryKey<V> extends ExpressionKey<V> {
  readonly #packing: Packing | null;
  readonly #inline: boolean;

  constructor(tree: KeyTree<V>, query: QueryState, { operation, prefix, packing, inline }: KeyOptions) {
    super(tree);
    this.#packing = packing;
    this.#inline = inline;
    this.part(inline ? "inline" : operation);
    if (prefix !== null) this.#named("prefix", prefix);
    this.query(query);
  }

  query(query: QueryState): void {
    const scope: (Source | AssocSource)[] = [query.source];
    for (const join of query.joins) scope.push(join.source);
    this.scopes.push(scope);
    eachClause({
      source: this.#source(query.source),
      as: query.as !== null && this.#named("as", query.as),
      prefix: query.prefix !== null && this.#named("pq", query.prefix),
      ctes: this.#ctes(query.ctes),
      joins: this.#joins(query.joins),
      select: query.select && this.#select(query.select),
      preloads: this.#preloads(query.preloads),
      distinct: query.distinct && this.#distinct(query.distinct),
      where: this.maybe("w", query.where),
      groupBy: query.groupBy.length > 0 && this.nodes("g", query.groupBy),
      having: this.maybe("h", query.having),
      windows: this.#windows(query.windows),
      combinations: query.combinations.length > 0 && this.#combinations(query.combinations, scope),
      orderBy: query.orderBy.length > 0 && this.orders("o", query.orderBy),
      limit: this.maybe("l", query.limit),
      offset: this.maybe("f", query.offset),
      withTies: query.withTies && this.part("ties"),
      lock: this.maybe("k", query.lock),
      update: this.#updates(query.update),
      limitPer: query.limitPer && this.#limitPer(query.limitPer),
      hints: query.hints.length > 0 && this.nodes("hints", query.hints),
    });
    this.part("end");
    this.scopes.pop();
  }

  #named(label: string, name: string): void {
    this.part(label);
    this.part(name);
  }

  #ctes(ctes: readonly Cte[]): void {
    for (const cte of ctes) this.#cte(cte);
  }

  #cte({ name, operation, materialized, recursive, search, cycle, query }: Cte): void {
    this.#named("cte", name);
    this.part(operation);
    this.part(`${materialized} ${recursive} ${search !== undefined} ${cycle !== undefined}`);
    if ("source" in query) this.query(query);
    else {
      this.part("sql");
      this.node(query);
    }
    if (search) this.node(search);
    if (cycle) this.node(cycle);
  }

  #joins(joins: readonly Join[]): void {
    for (const { kind, name, as, source, on } of joins) {
      this.#named("j", name);
      this.part(kind);
      if (as !== undefined) this.#named("as", as);
      if (source.kind === "assoc") this.#assoc(source);
      else this.#source(source);
      this.maybe("on", on);
    }
  }

  #distinct(distinct: true | readonly Order[]): void {
    if (distinct === true) this.part("distinct");
    else this.orders("D", distinct);
  }

  #windows(windows: QueryState["windows"]): void {
    for (const [name, window] of windows) {
      this.#named("W", name);
      this.window(window);
    }
  }

  #updates(updates: readonly UpdateOp[]): void {
    for (const { op, field, value } of updates) {
      this.#named(op, field);
      this.node(value);
    }
  }

  #limitPer({ count, by }: NonNullable<QueryState["limitPer"]>): void {
    this.part("per");
    this.node(count);
    this.nodes("by", by);
  }

  /** What is combined with a query sees none of its bindings. */
  #combinations(combinations: QueryState["combinations"], scope: (Source | AssocSource)[]): void {
    this.scopes.pop();
    this.scopes.push([]);
    for (const { op, query } of combinations) {
      this.part(op);
      this.query(query);
    }
    this.scopes.pop();
    this.scopes.push(scope);
  }

  #preloads(preloads: readonly Preload[]): void {
    for (const preload of preloads) this.#preload(preload);
  }

  /** Preloads out of joins, and those that are read within the rows, change what the query itself reads; others do not. */
  #preload({ association, join, query, nested, fn, take }: Preload): void {
    if (join === null && !this.#inline) {
      this.part("q");
      return;
    }
    this.#named("P", association);
    if (fn !== null) this.part("fn");
    if (take) this.part("take");
    if (join !== null) this.#named("by", join);
    // Those below are planned with the select of the query, before its conditions.
    if (join === null && query !== null) this.query({ ...query, preloads: nested });
    else this.#preloads(nested);
    this.part(")");
  }

  #source(source: Source): void {
    this.#place(source);
    if (source.queryPrefix !== undefined) this.#named("y", source.queryPrefix);
    switch (source.kind) {
      case "schema":
        this.part("s");
        this.part(source.info.id);
        if (source.table !== source.info.source) this.#named("table", source.table);
        break;
      case "table":
        this.#named("t", source.name);
        break;
      case "cte":
        this.#named("c", source.name);
        this.part(source.info?.id ?? -1);
        break;
      case "subquery":
        this.part("q(");
        this.query(source.query);
        break;
      case "fragment":
        this.part("r");
        this.part(source.info?.id ?? -1);
        this.#list(source.columns);
        this.node(source.node);
        break;
      case "values":
        this.#values(source);
        break;
    }
    if (source.hints.length > 0) this.nodes("H", source.hints);
  }

  #values(source: Extract<Source, { kind: "values" }>): void {
    const packed = packedParams(source, this.#packing);
    this.part("v");
    this.part(packed ? -1 : source.rows.length);
    this.part(source.info?.id ?? -1);
    this.part(source.columns.length);
    for (const [name, type] of source.columns) {
      this.part(name);
      this.type(type);
    }
    if (packed) for (const one of packed) this.params.push({ value: null, type: typeOfPacked(one), list: true, packed: one });
    else
      for (const row of source.rows) {
        for (const [at, value] of row.entries()) this.params.push({ value, type: source.columns[at]?.[1] ?? null, list: false });
      }
  }

  #assoc(source: AssocSource): void {
    this.#named("A", source.association);
    this.#place(source);
    if (source.hints.length > 0) this.nodes("H", source.hints);
    this.ref(source.of);
  }

  #place({ prefix }: Source | AssocSource): void {
    if (prefix === null) this.part("p-");
    else if (prefix !== undefined) this.#named("p", prefix);
  }

  /** A list of names, or none. */
  #list(names: readonly string[] | null): void {
    if (names === null) this.part("*");
    else this.texts(names);
  }

  #select(select: Select): void {
    switch (select.kind) {
      case "expr":
        this.part("e");
        this.node(select.node);
        break;
      case "source":
        this.part(select.as === "map" ? "map" : "S");
        this.ref(select.of);
        this.#list(select.fields);
        this.#takes(select.below ?? []);
        break;
      case "struct":
        this.part("X");
        this.part(select.info.id);
        this.part(select.entries.length);
        for (const [name, node] of select.entries) {
          this.part(name);
          this.node(node);
        }
        break;
      case "tuple":
        this.part("[");
        this.part(select.items.length);
        for (const item of select.items) this.#select(item);
        break;
      case "object":
        this.part("{");
        this.part(select.entries.length);
        for (const [name, item] of select.entries) {
          this.part(name);
          this.#select(item);
        }
        break;
      case "merge":
        this.part("M");
        this.#select(select.base);
        this.#select(select.over);
        break;
      case "constant":
        this.part("K");
        break;
    }
  }

  #takes(takes: readonly Take[]): void {
    this.part(takes.length);
    for (const { association, fields, below } of takes) {
      this.part(association);
      this.texts(fields);
      this.#takes(below);
    }
  }
}
