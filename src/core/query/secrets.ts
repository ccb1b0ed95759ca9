import { slot } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import {
  type AssocSource,
  type BindingRef,
  type Cte,
  eachClause,
  type Join,
  type Node,
  type Order,
  type Preload,
  type QueryState,
  type Select,
  type Source,
  type UpdateOp,
  type Window,
} from "./node.ts";
import { LEAVES, mapChildren, mapSelect, type Visitor } from "./parts.ts";

/** What a query holds that must not be shown. */
export interface Secrets {
  /** The parameters and lists whose values stand for a redacted field, or beside one in an expression. */
  readonly values: ReadonlySet<Node>;
  /** It reads or writes redacted fields, be it without a value of theirs: what the database says of a failure may then quote one. */
  readonly touched: boolean;
}

/**
 * Finds the secrets of a query: one walk, for what is logged, printed and thrown alike.
 * In doubt a value is hidden: beside a redacted field, whatever stands in the same comparison, call, fragment or CASE is.
 * @param inline the query's statement reads its preloads too; else they are queries of their own, each with its own secrets
 */
export function secretsOf(query: QueryState, inline = false): Secrets {
  const walk = new Walk();
  walk.query(query);
  if (inline && "info" in query.source && query.source.info) walk.preloads(query.preloads, query.source.info);
  return { values: walk.values, touched: walk.touched || walk.values.size > 0 };
}

/** The values of an expression, which is not in the query yet, that must not be shown. */
export function secretValues(query: QueryState, node: Node): ReadonlySet<Node> {
  const walk = new Walk();
  walk.query(query);
  walk.within(query, () => walk.settle(node));
  return walk.values;
}

/** Whether an expression tells something of a redacted field. */
export function isSecret(node: Node): boolean {
  // A column of a table says it itself, and most values stand beside one: to remember it would take longer than to ask.
  if (node.kind === "column" && (node.of.kind === "schema" || node.of.kind === "assoc"))
    return node.type?.redact === true || node.of.info.field(node.field)?.type.redact === true;
  const known = told.get(node);
  if (known !== undefined) return known;
  const secret = new Walk().settle(node);
  told.set(node, secret);
  return secret;
}

/** What is known of expressions: one that grows by a step at a time is not walked anew with each. */
const told = slot<boolean>();

class Walk {
  readonly values = new Set<Node>();
  touched = false;
  /** The queries around the place of the walk, the innermost last. */
  readonly #queries: QueryState[] = [];
  readonly #asked = new Set<QueryState>();

  /** Looks through every clause of a query, each expression by itself. */
  query(query: QueryState): void {
    this.within(query, () => {
      eachClause({
        source: this.#source(query.source),
        as: null,
        prefix: null,
        ctes: query.ctes.map((cte) => this.#cte(cte)),
        joins: query.joins.map((join) => this.#join(join)),
        select: query.select && this.#select(query.select),
        distinct: query.distinct !== true && this.#orders(query.distinct ?? []),
        where: this.#each([query.where]),
        groupBy: this.#each(query.groupBy),
        having: this.#each([query.having]),
        windows: query.windows.map(([, window]) => this.#window(window)),
        combinations: query.combinations.map((one) => this.query(one.query)),
        orderBy: this.#orders(query.orderBy),
        limit: this.#each([query.limit]),
        offset: this.#each([query.offset]),
        withTies: null,
        lock: this.#each([query.lock]),
        update: query.update.map((one) => this.#update(query.source, one)),
        limitPer: query.limitPer && this.#each([query.limitPer.count, ...query.limitPer.by]),
        hints: this.#each(query.hints),
        // Walked by whoever knows that they belong to the statement.
        preloads: null,
      });
    });
  }

  /** Rows of preloads that the same statement reads. */
  preloads(preloads: readonly Preload[], owner: SchemaInfo): void {
    for (const { association, query, nested } of preloads) {
      const { related } = owner.associationOrThrow(association);
      if (related.sensitive) this.touched = true;
      if (query) this.query(query);
      this.preloads(nested, related);
    }
  }

  #each(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) if (node) this.settle(node);
  }

  #orders(orders: readonly Order[]): void {
    for (const { node } of orders) this.settle(node);
  }

  within<T>(query: QueryState, fn: () => T): T {
    this.#queries.push(query);
    try {
      return fn();
    } finally {
      this.#queries.pop();
    }
  }

  /** One whole expression: where some part of it is secret, all its values are. @returns whether it is */
  settle(node: Node): boolean {
    let secret = false;
    // Conditions stand in each other as deeply as a program nests them.
    const left = [node];
    for (let one = left.pop(); one; one = left.pop()) {
      if (one.kind === "not") left.push(one.arg);
      else if (isLogical(one)) for (const arg of one.args) left.push(arg);
      else if (this.#whole(one)) secret = true;
    }
    return secret;
  }

  #whole(node: Node): boolean {
    const beside: Node[] = [];
    const secret = this.#expression(node, beside);
    if (secret) for (const value of beside) this.values.add(value);
    return secret;
  }

  /** @param beside takes the values that stand in this expression */
  #expression(node: Node, beside: Node[]): boolean {
    // Outside of a query, where no value is asked for, the answer is always the same.
    return (this.#queries.length === 0 ? told.get(node) : undefined) ?? this.#parts(node, beside);
  }

  #parts(node: Node, beside: Node[]): boolean {
    const each = (nodes: readonly (Node | null | undefined)[]) => any(nodes, (one) => one && this.#expression(one, beside));
    switch (node.kind) {
      case "param":
      case "list":
        beside.push(node);
        if (node.type?.redact) this.values.add(node);
        return node.type?.redact === true;
      case "column":
        return node.type?.redact === true || this.#column(node.of, node.field);
      case "binding":
        return this.#info(node.of)?.sensitive ?? false;
      case "literal":
      case "constant":
      case "identifier":
      case "now":
        return false;
      case "op":
        // Conditions side by side say nothing of one another.
        return isLogical(node) ? this.settle(node) : each(operandsOf(node));
      case "not":
        return this.settle(node);
      case "negate":
      case "isNull":
      case "cast":
      case "selectedAs":
        return each([node.arg]);
      case "between":
        return each([node.arg, node.low, node.high]);
      case "in":
        return each([node.left, node.right]);
      case "dateAdd":
        return each([node.arg, node.count]);
      case "tuple":
      case "splice":
        return each(node.items);
      case "fragment":
        return any(node.parts, (part) => (typeof part === "string" ? this.#namesSecret(part) : each([part])));
      case "json": {
        const steps = each(node.path.filter((step) => typeof step === "object"));
        return this.#json(node) ?? (each([node.arg]) || steps);
      }
      case "case": {
        const when = any(node.branches, (branch) => this.settle(branch.when));
        return each([...node.branches.map((branch) => branch.then), node.otherwise]) || when;
      }
      case "call":
        if (node.filter) this.settle(node.filter);
        if (node.over) this.#window(node.over);
        return each([...node.args, ...(node.orderBy ?? []).map((order) => order.node)]);
      case "subquery":
      case "quantified":
        this.query(node.query);
        return this.#outputs(node.query);
      case "exists":
        this.query(node.query);
        return false;
      case "alias":
        return any(this.#queries, (query) => query.select !== null && this.#named(query.select, node.name));
      default:
        return node satisfies never;
    }
  }

  /** Of a path through an embed, what it leads to; null where it is none, or leads to some JSON. */
  #json({ arg, path }: Node & { kind: "json" }): boolean | null {
    if (arg.kind !== "column") return null;
    let field = this.#info(arg.of)?.field(arg.field);
    for (const step of path) {
      if (field?.redact) return true;
      if (typeof step !== "string" || !field?.embed) continue;
      field = [...field.embed.related.allFields()].find(({ column }) => column === step);
    }
    return field ? field.type.redact === true : null;
  }

  #namesSecret(text: string): boolean {
    const words = new Set(text.match(/[\p{L}\p{N}_$]+/gu));
    const names = this.#queries.flatMap((query) => sourcesOf(query).flatMap((source) => this.#info(source)?.secretColumns ?? []));
    return names.some((name) => words.has(name));
  }

  #window({ partitionBy, orderBy, frame }: Window): void {
    this.#each([...partitionBy, frame]);
    this.#orders(orderBy);
  }

  #source(source: Source): void {
    for (const hint of source.hints) this.settle(hint);
    if (this.#info(source)?.sensitive) this.touched = true;
    if (source.kind === "subquery") this.query(source.query);
    if (source.kind === "fragment") this.settle(source.node);
    if (source.kind === "values" && source.columns.some(([, type]) => type.redact)) this.touched = true;
  }

  #join({ source, on }: Join): void {
    if (source.kind !== "assoc") this.#source(source);
    else if (source.info.sensitive) this.touched = true;
    if (on) this.settle(on);
  }

  #cte({ query, search, cycle }: Cte): void {
    if ("source" in query) this.query(query);
    else this.settle(query);
    this.#each([search ?? null, cycle ?? null]);
  }

  #update(source: Source, { field, value }: UpdateOp): void {
    if (!this.#column(source, field)) return void this.settle(value);
    const beside: Node[] = [];
    this.#expression(value, beside);
    for (const one of beside) this.values.add(one);
  }

  /** @returns whether anything of it is secret */
  #select(select: Select): boolean {
    switch (select.kind) {
      case "expr":
        return this.settle(select.node);
      case "source":
        return select.fields ? any(select.fields, (field) => this.#column(select.of, field)) : (this.#info(select.of)?.sensitive ?? false);
      case "struct":
        return any(select.entries, ([, node]) => this.settle(node));
      case "tuple":
        return any(select.items, (item) => this.#select(item));
      case "object":
        return any(select.entries, ([, item]) => this.#select(item));
      case "merge":
        return any([select.base, select.over], (item) => this.#select(item));
      case "constant":
        return false;
    }
  }

  /** Whether anything that a query gives is secret. */
  #outputs(query: QueryState): boolean {
    return this.within(query, () => {
      const own = query.select ? this.#select(query.select) : (this.#info(query.source)?.sensitive ?? this.#given(query.source));
      return any(query.combinations, (one) => this.#outputs(one.query)) || own;
    });
  }

  /** Whether a source without a schema gives something secret. */
  #given(source: Source): boolean {
    const query = this.#inner(source);
    // A recursive query reads itself.
    if (query === null || this.#asked.has(query)) return false;
    this.#asked.add(query);
    try {
      return this.#outputs(query);
    } finally {
      this.#asked.delete(query);
    }
  }

  /** The query that a source reads; a name may be that of a CTE. */
  #inner(source: Source | AssocSource): QueryState | null {
    if (source.kind === "subquery") return source.query;
    return source.kind === "cte" || source.kind === "table" ? this.#cteQuery(source.name) : null;
  }

  #column(of: BindingRef | AssocSource, field: string): boolean {
    const found = of.kind === "named" ? this.#lookup(of.name) : of;
    if (!found) return false;
    if (this.#info(found)?.field(field)?.type.redact) return true;
    if (found.kind === "values") return found.columns.some(([name, type]) => name === field && type.redact);
    const query = this.#inner(found);
    return query !== null && this.#output(query, field);
  }

  /** Whether one column that a query gives is secret. */
  #output(query: QueryState, name: string): boolean {
    // A recursive query reads itself.
    if (this.#asked.has(query)) return false;
    this.#asked.add(query);
    try {
      return query.combinations.length > 0 ? this.#outputs(query) : this.within(query, () => this.#selected(query, name));
    } finally {
      this.#asked.delete(query);
    }
  }

  #selected({ select, source }: QueryState, name: string): boolean {
    if (select === null) return this.#column(source, name);
    switch (select.kind) {
      case "source":
        return this.#column(select.of, name);
      case "object":
        return any(select.entries, ([key, item]) => key === name && this.#select(item));
      case "struct":
        return any(select.entries, ([key, node]) => key === name && this.settle(node));
      default:
        return this.#select(select);
    }
  }

  #cteQuery(name: string): QueryState | null {
    for (const query of this.#queries.toReversed()) {
      const found = query.ctes.find((cte) => cte.name === name);
      if (found) return "source" in found.query ? found.query : null;
    }
    return null;
  }

  /** A binding by its name, here or further out. */
  #lookup(name: string): Source | AssocSource | null {
    for (const query of this.#queries.toReversed()) {
      if (query.as === name) return query.source;
      const join = query.joins.find((one) => one.name === name);
      if (join) return join.source;
    }
    return null;
  }

  #info(of: BindingRef | AssocSource): SchemaInfo | null {
    const found = of.kind === "named" ? this.#lookup(of.name) : of;
    return found && "info" in found ? found.info : null;
  }

  /** Whether a select gives a secret expression that name. */
  #named(select: Select, name: string): boolean {
    let secret = false;
    const visit: Visitor = {
      ...LEAVES,
      node: (node) => {
        if (node.kind !== "selectedAs" || node.name !== name) return mapChildren(node, visit);
        if (this.settle(node.arg)) secret = true;
        return node;
      },
    };
    mapSelect(select, visit);
    return secret;
  }
}

function isLogical(node: Node): node is Node & { kind: "op" } {
  return node.kind === "op" && (node.op === "and" || node.op === "or");
}

/** The operands of operators that stand in each other: a chain of sums is as long as a program makes it. */
function operandsOf(node: Node & { kind: "op" }): readonly Node[] {
  const found: Node[] = [];
  const left: Node[] = [...node.args];
  for (let one = left.pop(); one; one = left.pop()) {
    if (one.kind !== "op" || isLogical(one)) found.push(one);
    else for (const arg of one.args) left.push(arg);
  }
  return found;
}

function sourcesOf(query: QueryState): (Source | AssocSource)[] {
  return [query.source, ...query.joins.map((join) => join.source)];
}

/** Whether the answer is yes for any; all are asked, for what the asking finds. */
function any<T>(list: readonly T[], ask: (one: T) => unknown): boolean {
  let found = false;
  for (const one of list) if (ask(one)) found = true;
  return found;
}
