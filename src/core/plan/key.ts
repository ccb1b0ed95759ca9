import {
  type AssocSource,
  type BindingRef,
  type Cte,
  eachClause,
  type Join,
  type Node,
  type Order,
  type Preload,
  type QueryOperation,
  type QueryState,
  type Select,
  type Source,
  type Take,
  type UpdateOp,
  type Window,
} from "../query/index.ts";
import type { Type } from "../type/index.ts";
import { type Packed, packedParams, type Packing } from "./packing.ts";

/** A value that a query binds: cast already, encoded when the query runs. */
export interface ParamValue {
  readonly value: unknown;
  readonly type: Type | null;
  /** The whole right side of an `in`. */
  readonly list: boolean;
  /** In a list of values: which of its columns and rows this parameter holds. */
  readonly packed?: Packed;
  /** Where it stands in the query. */
  readonly node?: Node;
}

/** What tells queries of one shape apart from all others, and the values in which they differ. */
export interface Fingerprint {
  readonly key: string;
  readonly params: readonly ParamValue[];
}

const typeIds = new WeakMap<Type, number>();
let lastTypeId = 0;

/** A number for each type object: types of equal name may load differently. */
function typeId(type: Type): number {
  let id = typeIds.get(type);
  if (id === undefined) {
    id = ++lastTypeId;
    typeIds.set(type, id);
  }
  return id;
}

/**
 * The key of a query and its parameters, in the order in which the planner meets them: source, CTEs, joins, select, preloads, distinct, where,
 * groupBy, having, windows, combinations, orderBy, limit, offset, lock, update, limitPer.
 * @param packing how the database takes lists of values; without it, each value is a parameter
 * @param inline preloads are read within the rows
 */
export function fingerprint(
  query: QueryState,
  operation: QueryOperation,
  prefix: string | null,
  packing: Packing | null = null,
  inline = false,
): Fingerprint {
  const writer = new KeyWriter(packing, inline);
  writer.key = `${operation}${inline ? "I" : ""}${prefix === null ? "" : text(prefix)}`;
  writer.query(query);
  return { key: writer.key, params: writer.params };
}

// No two different queries write the same key: texts carry their length, lists their count, each kind of part begins with a letter of its
// own, and what may be missing at the end of a part is announced at its beginning.

function text(value: string): string {
  return `${value.length}:${value}`;
}

function texts(values: readonly string[]): string {
  return `${values.length};${values.map(text).join("")}`;
}

function typed(type: Type | null): string {
  return type === null ? ";" : `${typeId(type)};`;
}

/** The type of the column that the parameter holds; where it holds whole rows, that of a redacted column, if there is one, so that none of them is shown. */
function typeOfPacked({ source, column }: Packed): Type | null {
  const columns = source.columns.map(([, type]) => type);
  return (column === null ? columns.find((type) => type.redact) : columns[column]) ?? null;
}

class KeyWriter {
  key = "";
  readonly params: ParamValue[] = [];
  readonly #scopes: (Source | AssocSource)[][] = [];
  readonly #packing: Packing | null;
  /** Preloads are read within the rows. */
  readonly #inline: boolean;

  constructor(packing: Packing | null, inline: boolean) {
    this.#packing = packing;
    this.#inline = inline;
  }

  query(query: QueryState): void {
    const scope: (Source | AssocSource)[] = [query.source];
    for (const join of query.joins) scope.push(join.source);
    this.#scopes.push(scope);
    eachClause({
      source: this.#source(query.source),
      as: query.as !== null && this.#text("a", query.as),
      prefix: query.prefix !== null && this.#text("p", query.prefix),
      ctes: this.#ctes(query.ctes),
      joins: this.#joins(query.joins),
      select: query.select && this.#select(query.select),
      preloads: this.#preloads(query.preloads),
      distinct: query.distinct && this.#distinct(query.distinct),
      where: this.#maybe("w", query.where),
      groupBy: query.groupBy.length > 0 && this.#nodes("g", query.groupBy),
      having: this.#maybe("h", query.having),
      windows: this.#windows(query.windows),
      combinations: query.combinations.length > 0 && this.#combinations(query.combinations, scope),
      orderBy: query.orderBy.length > 0 && this.#orders("o", query.orderBy),
      limit: this.#maybe("l", query.limit),
      offset: this.#maybe("f", query.offset),
      withTies: query.withTies && this.#label("T"),
      lock: this.#maybe("k", query.lock),
      update: this.#updates(query.update),
      limitPer: query.limitPer && this.#limitPer(query.limitPer),
      hints: query.hints.length > 0 && this.#nodes("G", query.hints),
    });
    this.#scopes.pop();
  }

  #label(label: string): void {
    this.key += label;
  }

  #text(label: string, value: string): void {
    this.key += `${label}${text(value)}`;
  }

  #ctes(ctes: readonly Cte[]): void {
    for (const cte of ctes) this.#cte(cte);
  }

  #joins(joins: readonly Join[]): void {
    for (const join of joins) {
      this.key += `j${join.kind}${text(join.name)}${join.as === undefined ? "" : `a${text(join.as)}`}`;
      if (join.source.kind === "assoc") this.#assoc(join.source);
      else this.#source(join.source);
      this.#maybe("on", join.on);
    }
  }

  #distinct(distinct: true | readonly Order[]): void {
    if (distinct === true) this.key += "D";
    else this.#orders("D", distinct);
  }

  #windows(windows: QueryState["windows"]): void {
    for (const [name, window] of windows) {
      this.#text("W", name);
      this.#window(window);
    }
  }

  #updates(updates: readonly UpdateOp[]): void {
    for (const { op, field, value } of updates) {
      this.key += `u${op}${text(field)}`;
      this.#node(value);
    }
  }

  #limitPer({ count, by }: NonNullable<QueryState["limitPer"]>): void {
    this.key += "L";
    this.#node(count);
    this.#nodes("b", by);
  }

  /** What is combined with a query sees none of its bindings. */
  #combinations(combinations: QueryState["combinations"], scope: (Source | AssocSource)[]): void {
    this.#scopes.pop();
    this.#scopes.push([]);
    for (const { op, query } of combinations) {
      this.key += `U${op}(`;
      this.query(query);
      this.key += ")";
    }
    this.#scopes.pop();
    this.#scopes.push(scope);
  }

  #preloads(preloads: readonly Preload[]): void {
    for (const preload of preloads) this.#preload(preload);
  }

  /** Preloads out of joins, and those that are read within the rows, change what the query itself reads; others do not. */
  #preload({ association, join, query, nested }: Preload): void {
    if (join === null && !this.#inline) {
      this.key += "q";
      return;
    }
    this.key += `P${text(association)}${join === null ? "-" : text(join)}(`;
    if (join === null && query !== null) this.query(query);
    this.#preloads(nested);
    this.key += ")";
  }

  #source(source: Source): void {
    if (source.prefix !== undefined) this.key += source.prefix === null ? "p-" : `p${text(source.prefix)}`;
    if (source.queryPrefix !== undefined) this.key += `y${text(source.queryPrefix)}`;
    switch (source.kind) {
      case "schema":
        this.key += `s${source.info.id};`;
        if (source.table !== source.info.source) this.key += text(source.table);
        break;
      case "table":
        this.key += `t${text(source.name)}`;
        break;
      case "cte":
        this.key += `c${source.info?.id ?? ""};${text(source.name)}`;
        break;
      case "subquery":
        this.key += "q(";
        this.query(source.query);
        this.key += ")";
        break;
      case "fragment":
        this.key += `r${source.info?.id ?? ""};${source.columns === null ? "" : texts(source.columns)}`;
        this.#node(source.node);
        break;
      case "values":
        this.#values(source);
        break;
    }
    if (source.hints.length > 0) this.#nodes("H", source.hints);
  }

  #values(source: Extract<Source, { kind: "values" }>): void {
    const columns = source.columns.map(([name, type]) => `${text(name)}${typeId(type)},`).join("");
    const packed = packedParams(source, this.#packing);
    this.key += `v${packed ? "" : source.rows.length};${source.info?.id ?? ""};${source.columns.length};${columns}`;
    if (packed) for (const one of packed) this.params.push({ value: null, type: typeOfPacked(one), list: true, packed: one });
    else
      for (const row of source.rows) {
        for (const [at, value] of row.entries()) this.params.push({ value, type: source.columns[at]?.[1] ?? null, list: false });
      }
  }

  #assoc(source: AssocSource): void {
    this.key += `A${text(source.association)}`;
    if (source.prefix !== undefined) this.key += source.prefix === null ? "p-" : `p${text(source.prefix)}`;
    if (source.hints.length > 0) this.#nodes("H", source.hints);
    this.#ref(source.of);
  }

  #ref(ref: BindingRef | AssocSource): void {
    if (ref.kind === "named") {
      this.key += `${ref.scope === "own" ? "n" : "N"}${text(ref.name)}`;
      return;
    }
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const at = (this.#scopes[depth] as (Source | AssocSource)[]).indexOf(ref);
      if (at >= 0) {
        this.key += `#${this.#scopes.length - 1 - depth}.${at};`;
        return;
      }
    }
    this.key += "#?";
  }

  #cte(cte: Cte): void {
    this.key += `C${text(cte.name)}${cte.operation}${cte.materialized ?? ""}${cte.recursive === null ? "" : `r${cte.recursive}`}${cte.search ? "s" : ""}${cte.cycle ? "y" : ""}(`;
    if ("source" in cte.query) this.query(cte.query);
    else this.#node(cte.query);
    if (cte.search) this.#node(cte.search);
    if (cte.cycle) this.#node(cte.cycle);
    this.key += ")";
  }

  #select(select: Select): void {
    switch (select.kind) {
      case "expr":
        this.key += "e";
        this.#node(select.node);
        break;
      case "source":
        this.key += `S${select.as === "map" ? "m" : ""}`;
        this.#ref(select.of);
        this.key += select.fields ? texts(select.fields) : "*";
        this.#takes(select.below ?? []);
        break;
      case "struct":
        this.key += `X${select.info.id};`;
        for (const [name, node] of select.entries) {
          this.key += text(name);
          this.#node(node);
        }
        this.key += "}";
        break;
      case "tuple":
        this.key += "[";
        for (const item of select.items) this.#select(item);
        this.key += "]";
        break;
      case "object":
        this.key += "{";
        for (const [name, item] of select.entries) {
          this.key += text(name);
          this.#select(item);
        }
        this.key += "}";
        break;
      case "merge":
        this.key += "M(";
        this.#select(select.base);
        this.#select(select.over);
        this.key += ")";
        break;
      case "constant":
        this.key += "K";
        break;
    }
  }

  #takes(takes: readonly Take[]): void {
    this.key += `${takes.length};`;
    for (const { association, fields, below } of takes) {
      this.key += `${text(association)}${texts(fields)}`;
      this.#takes(below);
    }
  }

  #orders(label: string, orders: readonly Order[]): void {
    this.key += `${label}${orders.length};`;
    for (const { node, direction } of orders) {
      this.key += direction;
      this.#node(node);
    }
  }

  #window(window: Window): void {
    this.key += `(${window.base === null ? "" : text(window.base)}`;
    this.#nodes("p", window.partitionBy);
    this.#orders("", window.orderBy);
    this.#maybe("F", window.frame);
    this.key += ")";
  }

  #maybe(label: string, node: Node | null): void {
    if (node === null) return;
    this.key += label;
    this.#node(node);
  }

  #nodes(label: string, nodes: readonly Node[]): void {
    this.key += `${label}${nodes.length};`;
    for (const node of nodes) this.#node(node);
  }

  #node(node: Node): void {
    switch (node.kind) {
      case "column":
        this.key += "c";
        this.#ref(node.of);
        this.key += text(node.field);
        // A binding that is looked up by name has the types that it was named with, whatever it turns out to be.
        if (node.of.kind === "named") this.key += typed(node.type);
        return;
      case "binding":
        this.key += "n";
        this.#ref(node.of);
        return;
      case "param":
        this.key += `?${typed(node.type)}`;
        this.params.push({ value: node.value, type: node.type, list: false, node });
        return;
      case "list":
        this.key += `??${typed(node.type)}`;
        this.params.push({ value: node.values, type: node.type, list: true, node });
        return;
      case "literal":
        this.key += `=${typeof node.value}${text(String(node.value))}`;
        return;
      case "op":
        this.#nodes(`(${text(node.op)}`, node.args);
        return;
      case "not":
        this.key += "!";
        this.#node(node.arg);
        return;
      case "negate":
        this.key += "-";
        this.#node(node.arg);
        return;
      case "isNull":
        this.key += node.negated ? "1" : "0";
        this.#node(node.arg);
        return;
      case "between":
        this.key += node.negated ? "b" : "B";
        this.#node(node.arg);
        this.#node(node.low);
        this.#node(node.high);
        return;
      case "in":
        this.key += node.negated ? "y" : "I";
        this.#node(node.left);
        this.#node(node.right);
        return;
      case "call":
        this.key += `F${text(node.name)}${node.distinct ? "d" : ""}${node.orderBy ? (node.withinGroup ? "g" : "o") : ""}${node.filter ? "f" : ""}${node.over ? "v" : ""}`;
        this.#nodes(typed(node.type), node.args);
        if (node.orderBy) this.#orders("", node.orderBy);
        if (node.filter) this.#node(node.filter);
        if (node.over) this.#window(node.over);
        return;
      case "fragment":
        this.key += `R${node.parts.length};${typed(node.type)}`;
        for (const part of node.parts) {
          if (typeof part === "string") this.key += text(part);
          else this.#node(part);
        }
        return;
      case "identifier":
        this.key += `i${text(node.name)}`;
        return;
      case "constant":
        this.key += `k${typeof node.value}${text(String(node.value))}`;
        return;
      case "splice":
        this.#nodes("s", node.items);
        return;
      case "cast":
        this.key += `t${typed(node.type)}`;
        this.#node(node.arg);
        return;
      case "case":
        this.key += `E${node.otherwise ? "e" : ""}${node.branches.length};${typed(node.type)}`;
        for (const branch of node.branches) {
          this.#node(branch.when);
          this.#node(branch.then);
        }
        if (node.otherwise) this.#node(node.otherwise);
        return;
      case "tuple":
        this.#nodes("(", node.items);
        return;
      case "json":
        this.key += `J${node.asText ? "t" : ""}${node.path.length};`;
        this.#node(node.arg);
        for (const step of node.path) {
          if (typeof step === "object") this.#node(step);
          else this.key += `${typeof step}${text(String(step))}`;
        }
        return;
      case "dateAdd":
        this.key += `d${node.result}${node.unit}${typed(node.type)}`;
        this.#node(node.arg);
        this.#node(node.count);
        return;
      case "now":
        this.key += `w${typed(node.type)}`;
        return;
      case "subquery":
      case "exists":
      case "quantified":
        this.key += `Q${node.kind}${node.kind === "quantified" ? node.quantifier : ""}(`;
        this.query(node.query);
        this.key += ")";
        return;
      case "selectedAs":
        this.key += `z${text(node.name)}`;
        this.#node(node.arg);
        return;
      case "alias":
        this.key += `Z${text(node.name)}`;
        return;
      default:
        node satisfies never;
    }
  }
}
