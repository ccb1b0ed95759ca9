import { print } from "../base/index.ts";
import type { AssocSource, BindingRef, Node, Order, Preload, QueryState, Select, Source, Window } from "./node.ts";

/** A query as Ecto prints it: `#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>`. Outside values carry a `^`. */
export function inspectQuery(query: QueryState): string {
  return `#Query<${new Inspector(null).clauses(query).join(", ")}>`;
}

/**
 * One clause of a query as it prints, for errors that say where they arose; null where it has none of that name.
 * @param place the clause's name, or of a join its binding's
 */
export function inspectClause(query: QueryState, place: string): string | null {
  const clauses = new Inspector(null).clauses(query);
  return (
    clauses.find((clause) => clause.startsWith(`${place}: `)) ?? clauses.find((clause) => clause.endsWith(`, as: ${print(place)}`)) ?? null
  );
}

const JOINS: Record<string, string> = {
  inner: "join",
  left: "leftJoin",
  right: "rightJoin",
  full: "fullJoin",
  cross: "crossJoin",
  innerLateral: "innerLateralJoin",
  leftLateral: "leftLateralJoin",
  crossLateral: "crossLateralJoin",
};

class Inspector {
  readonly #names = new Map<Source | AssocSource, string>();
  readonly #parent: Inspector | null;

  constructor(parent: Inspector | null) {
    this.#parent = parent;
  }

  clauses(query: QueryState): string[] {
    this.#name(query.source);
    for (const join of query.joins) this.#name(join.source);
    const clauses = [
      `from ${this.#ref(query.source)} in ${this.#source(query.source)}${query.as === null ? "" : `, as: ${print(query.as)}`}`,
    ];
    for (const cte of query.ctes)
      clauses.push(`withCte: ${print(cte.name)} as ${"source" in cte.query ? this.#query(cte.query) : this.#node(cte.query)}`);
    for (const join of query.joins) {
      if (join.name === "$join") continue;
      const source =
        join.source.kind === "assoc" ? `assoc(${this.#ref(join.source.of)}, ${print(join.source.association)})` : this.#source(join.source);
      clauses.push(`${JOINS[join.kind]}: ${this.#ref(join.source)} in ${source}, as: ${print(join.name)}`);
      if (join.on) clauses.push(`on: ${this.#node(join.on)}`);
    }
    if (query.prefix !== null) clauses.push(`prefix: ${print(query.prefix)}`);
    if (query.where) clauses.push(`where: ${this.#node(query.where)}`);
    if (query.groupBy.length > 0) clauses.push(`groupBy: ${this.#list(query.groupBy)}`);
    if (query.having) clauses.push(`having: ${this.#node(query.having)}`);
    if (query.windows.length > 0)
      clauses.push(`windows: {${query.windows.map(([name, window]) => `${name}: ${this.#window(window)}`).join(", ")}}`);
    for (const { op, query: other } of query.combinations) clauses.push(`${op}: ${inspectQuery(other)}`);
    if (query.orderBy.length > 0) clauses.push(`orderBy: ${this.#orders(query.orderBy)}`);
    if (query.limit) clauses.push(`limit: ${this.#node(query.limit)}`);
    if (query.offset) clauses.push(`offset: ${this.#node(query.offset)}`);
    if (query.withTies) clauses.push("withTies: true");
    if (query.limitPer)
      clauses.push(
        `limitPer: ${this.#node(query.limitPer.count)}${query.limitPer.by.length > 0 ? ` by ${this.#list(query.limitPer.by)}` : ""}`,
      );
    if (query.lock) clauses.push(`lock: ${this.#node(query.lock)}`);
    if (query.distinct) clauses.push(`distinct: ${query.distinct === true ? "true" : this.#orders(query.distinct)}`);
    for (const op of ["set", "inc", "push", "pull"] as const) {
      const fields = query.update.filter((one) => one.op === op);
      if (fields.length > 0)
        clauses.push(`update: {${op}: {${fields.map(({ field, value }) => `${field}: ${this.#node(value)}`).join(", ")}}}`);
    }
    if (query.select) clauses.push(`select: ${this.#select(query.select)}`);
    if (query.preloads.length > 0) clauses.push(`preload: ${preloadText(query.preloads)}`);
    return clauses;
  }

  #name(source: Source | AssocSource): void {
    const text =
      source.kind === "assoc" ? source.association : source.kind === "schema" ? source.table : "name" in source ? source.name : source.kind;
    const letter = /^[A-Za-z]/.exec(text)?.[0].toLowerCase() ?? "t";
    this.#names.set(source, `${letter}${this.#names.size}`);
  }

  #ref(ref: BindingRef | AssocSource): string {
    if (ref.kind === "named") return `${ref.scope === "own" ? "as" : "parentAs"}(${print(ref.name)})`;
    return this.#names.get(ref) ?? (this.#parent ? `parent(${this.#parent.#ref(ref)})` : "?");
  }

  #source(source: Source): string {
    switch (source.kind) {
      case "schema":
        return source.table === source.info.source ? source.info.name : `[${print(source.table)}, ${source.info.name}]`;
      case "table":
      case "cte":
        return print(source.name);
      case "subquery":
        return `subquery(${this.#query(source.query)})`;
      case "fragment":
        return this.#node(source.node);
      case "values":
        return `values(${source.rows.length} rows of ${source.columns.map(([name]) => name).join(", ")})`;
    }
  }

  #query(query: QueryState): string {
    return `#Query<${new Inspector(this).clauses(query).join(", ")}>`;
  }

  #select(select: Select): string {
    switch (select.kind) {
      case "expr":
        return this.#node(select.node);
      case "source":
        if (!select.fields) return this.#ref(select.of);
        return `${select.as}(${this.#ref(select.of)}, ${print(select.fields)})`;
      case "struct":
        return `struct(${select.info.name}, {${select.entries.map(([name, node]) => `${name}: ${this.#node(node)}`).join(", ")}})`;
      case "tuple":
        return `[${select.items.map((item) => this.#select(item)).join(", ")}]`;
      case "object":
        return `{${select.entries.map(([name, item]) => `${name}: ${this.#select(item)}`).join(", ")}}`;
      case "merge":
        return `merge(${this.#select(select.base)}, ${this.#select(select.over)})`;
      case "constant":
        return print(select.value);
    }
  }

  #list(nodes: readonly Node[]): string {
    return `[${nodes.map((node) => this.#node(node)).join(", ")}]`;
  }

  #orders(orders: readonly Order[]): string {
    return `[${orders.map(({ node, direction }) => `${direction}: ${this.#node(node)}`).join(", ")}]`;
  }

  #window(window: Window): string {
    const parts: string[] = [];
    if (window.base !== null) parts.push(print(window.base));
    if (window.partitionBy.length > 0) parts.push(`partitionBy: ${this.#list(window.partitionBy)}`);
    if (window.orderBy.length > 0) parts.push(`orderBy: ${this.#orders(window.orderBy)}`);
    if (window.frame) parts.push(`frame: ${this.#node(window.frame)}`);
    return `[${parts.join(", ")}]`;
  }

  /** An operand inside an operator: in parentheses where it is an operator itself. */
  #operand(node: Node): string {
    const text = this.#node(node);
    return node.kind === "op" || node.kind === "not" || node.kind === "in" || node.kind === "between" ? `(${text})` : text;
  }

  #node(node: Node): string {
    switch (node.kind) {
      case "column":
        return `${this.#ref(node.of)}.${node.field}`;
      case "param":
        return `^${shown(node)}`;
      case "list":
        return `^${node.type?.redact ? "**redacted**" : print(node.values)}`;
      case "literal":
      case "constant":
        return print(node.value);
      case "op":
        return node.args.map((arg) => this.#operand(arg)).join(` ${OPERATORS[node.op] ?? node.op} `);
      case "not":
        return `not (${this.#node(node.arg)})`;
      case "negate":
        return `-${this.#operand(node.arg)}`;
      case "isNull":
        return `${node.negated ? "isNotNull" : "isNull"}(${this.#node(node.arg)})`;
      case "between":
        return `${this.#operand(node.arg)}${node.negated ? " not" : ""} between ${this.#operand(node.low)} and ${this.#operand(node.high)}`;
      case "in":
        return `${this.#operand(node.left)}${node.negated ? " not" : ""} in ${this.#node(node.right)}`;
      case "call": {
        const args = node.args.map((arg) => this.#node(arg));
        if (node.distinct) args.push('"distinct"');
        const filter = node.filter ? `.filter(${this.#node(node.filter)})` : "";
        const over = node.over ? `.over(${this.#window(node.over)})` : "";
        return `${node.name}(${args.join(", ")})${filter}${over}`;
      }
      case "fragment":
        return `sql\`${node.parts.map((part) => (typeof part === "string" ? part : `\${${this.#node(part)}}`)).join("")}\``;
      case "identifier":
        return `identifier(${print(node.name)})`;
      case "splice":
        return `splice(${this.#list(node.items)})`;
      case "cast":
        return `type(${this.#node(node.arg)}, ${print(node.type.name)})`;
      case "case":
        return `case ${node.branches.map(({ when, then }) => `when ${this.#node(when)} then ${this.#node(then)}`).join(" ")}${node.otherwise ? ` else ${this.#node(node.otherwise)}` : ""} end`;
      case "tuple":
        return `(${node.items.map((item) => this.#node(item)).join(", ")})`;
      case "json":
        return `${this.#operand(node.arg)}${node.path.map((step) => `[${typeof step === "object" ? this.#node(step) : print(step)}]`).join("")}`;
      case "dateAdd":
        return `${node.result === "date" ? "dateAdd" : "datetimeAdd"}(${this.#node(node.arg)}, ${this.#node(node.count)}, ${print(node.unit)})`;
      case "now":
        return "now()";
      case "subquery":
        return `subquery(${this.#query(node.query)})`;
      case "exists":
        return `exists(${this.#query(node.query)})`;
      case "quantified":
        return `${node.quantifier}(${this.#query(node.query)})`;
      case "selectedAs":
        return `${this.#operand(node.arg)}.as(${print(node.name)})`;
      case "alias":
        return `selectedAs(${print(node.name)})`;
      default:
        return node satisfies never;
    }
  }
}

const OPERATORS: Record<string, string> = { "=": "==", "<>": "!=" };

function shown(node: Node & { kind: "param" }): string {
  return node.type?.redact ? "**redacted**" : print(node.value);
}

function preloadText(preloads: readonly Preload[]): string {
  const entries = preloads.map((preload) => {
    const own = preload.join !== null ? print(preload.join) : preload.query ? inspectQuery(preload.query) : preload.fn ? "function" : null;
    const nested = preload.nested.length > 0 ? preloadText(preload.nested) : null;
    if (own === null && nested === null) return print(preload.association);
    return `{${preload.association}: ${own !== null && nested !== null ? `[${own}, ${nested}]` : (own ?? nested)}}`;
  });
  return entries.length === 1 ? (entries[0] as string) : `[${entries.join(", ")}]`;
}
