import { print, REDACTED } from "../base/index.ts";
import {
  type AssocSource,
  type BindingRef,
  type Cte,
  eachClause,
  type Join,
  type JoinKind,
  type Node,
  type Order,
  type Preload,
  type QueryState,
  type Select,
  type Source,
  type Take,
  type UpdateOp,
  type Window,
} from "./node.ts";
import { secretsOf, secretValues } from "./secrets.ts";

/** A query as Ecto prints it: `#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>`. Outside values carry a `^`. */
export function inspectQuery(query: QueryState): string {
  return unlessTooDeep(
    () => queryText(new Inspector(null, null, secretsOf(query).values).clauses(query)),
    "#Query<… nested too deeply to print>",
  );
}

/** What is nested so deeply that it exhausts the stack must not hide the error that it is printed for. */
function unlessTooDeep<T>(print: () => T, instead: T): T {
  try {
    return print();
  } catch (error) {
    if (error instanceof RangeError) return instead;
    throw error;
  }
}

/** A part of a query: one of its objects, or the name of a clause. */
export type Part = object | string;

/** A clause as it prints. */
export interface Clause {
  readonly label: string;
  readonly text: string;
}

/**
 * The clauses of a query as they print, with `MARKS` around one part.
 * @param trail the part, behind those that it stands in; one that is not printed by itself finds no mark
 */
export function markedClauses(query: QueryState, trail: readonly Part[]): readonly Clause[] {
  return unlessTooDeep(() => new Inspector(null, { trail, depth: 0, made: false }, secretsOf(query).values).clauses(query), []);
}

/** An expression as it prints inside a query, with `MARKS` around one part of it. */
export function markedNode(query: QueryState, node: Node, part: Node): string {
  return new Inspector(null, { trail: [part], depth: 0, made: false }, secretValues(query, node)).expression(query, node);
}

/** Around a part that is marked: characters that the texts of queries do not hold. */
export const MARKS = { open: "\u0001", close: "\u0002" } as const;

interface Marking {
  readonly trail: readonly Part[];
  /** How many parts of the trail are being printed. */
  depth: number;
  made: boolean;
}

function queryText(clauses: readonly Clause[]): string {
  return `#Query<${clauses.map(({ label, text }) => label + text).join(", ")}>`;
}

const UPDATES = ["set", "inc", "push", "pull"] as const satisfies readonly UpdateOp["op"][];
const JOINS: Readonly<Record<JoinKind, string>> = {
  inner: "join",
  left: "leftJoin",
  right: "rightJoin",
  full: "fullJoin",
  cross: "crossJoin",
  innerLateral: "innerLateralJoin",
  leftLateral: "leftLateralJoin",
  crossLateral: "crossLateralJoin",
};

/** Expressions nested deeper than this are not printed. */
const MAX_DEPTH = 200;

class Inspector {
  readonly #names = new Map<Source | AssocSource, string>();
  readonly #parent: Inspector | null;
  readonly #marking: Marking | null;
  readonly #secrets: ReadonlySet<Node>;
  #depth: number;

  constructor(parent: Inspector | null, marking: Marking | null, secrets: ReadonlySet<Node>, depth = 0) {
    this.#parent = parent;
    this.#marking = marking;
    this.#secrets = secrets;
    this.#depth = depth;
  }

  expression(query: QueryState, node: Node): string {
    this.#nameAll(query);
    return this.#node(node);
  }

  clauses(query: QueryState): Clause[] {
    this.#nameAll(query);
    const clauses: Clause[] = [];
    const add = (name: string, text: () => string) => clauses.push({ label: `${name}: `, text: this.#part(name, text) });
    const as = query.as === null ? "" : `, as: ${print(query.as)}`;
    const from = () => `${this.#ref(query.source)} in ${this.#source(query.source)}${as}`;
    const joined = (join: Join) => clauses.push({ label: `${JOINS[join.kind]}: `, text: this.#part(join, () => this.#join(join)) });
    const { prefix, where, groupBy, having, windows, combinations, orderBy, limit, offset, limitPer, lock, distinct, select } = query;
    const updates = (op: UpdateOp["op"]) => query.update.filter((update) => update.op === op);
    const one = (name: string, node: Node | null) => node && add(name, () => this.#node(node));
    eachClause({
      source: clauses.push({ label: "from ", text: this.#part("from", from) }),
      as,
      hints: query.hints.length > 0 && add("hints", () => this.#list(query.hints)),
      ctes: query.ctes.map((cte) => add("withCte", () => this.#cte(cte))),
      joins: query.joins.map((join) => join.name !== "$join" && joined(join)),
      prefix: prefix !== null && add("prefix", () => print(prefix)),
      where: one("where", where),
      groupBy: groupBy.length > 0 && add("groupBy", () => this.#list(groupBy)),
      having: one("having", having),
      windows: windows.length > 0 && add("windows", () => this.#windows(windows)),
      combinations: combinations.map(({ op, query: other }) => add(op, () => this.#part(other, () => this.#combined(other)))),
      orderBy: orderBy.length > 0 && add("orderBy", () => this.#orders(orderBy)),
      limit: one("limit", limit),
      offset: one("offset", offset),
      withTies: query.withTies && add("withTies", () => "true"),
      limitPer: limitPer && add("limitPer", () => this.#limitPer(limitPer)),
      lock: one("lock", lock),
      distinct: distinct && add("distinct", () => (distinct === true ? "true" : this.#orders(distinct))),
      update: UPDATES.map(
        (op) =>
          updates(op).length > 0 &&
          add(
            "update",
            () =>
              `{${op}: {${updates(op)
                .map((update) => this.#update(update))
                .join(", ")}}}`,
          ),
      ),
      select: select && add("select", () => this.#select(select)),
      preloads: query.preloads.length > 0 && add("preload", () => preloadText(query.preloads)),
    });
    return clauses;
  }

  #windows(windows: QueryState["windows"]): string {
    return `{${windows.map(([name, window]) => `${name}: ${this.#window(window)}`).join(", ")}}`;
  }

  #combined(query: QueryState): string {
    return queryText(new Inspector(this.#parent, this.#marking, this.#secrets, this.#depth + 1).clauses(query));
  }

  #limitPer({ count, by }: NonNullable<QueryState["limitPer"]>): string {
    return `${this.#node(count)}${by.length > 0 ? ` by ${this.#list(by)}` : ""}`;
  }

  #cte(cte: Cte): string {
    return this.#part(cte, () => `${print(cte.name)} as ${"source" in cte.query ? this.#query(cte.query) : this.#node(cte.query)}`);
  }

  #join({ source, name, on }: Join): string {
    const rows =
      source.kind === "assoc"
        ? this.#part(source, () => `assoc(${this.#ref(source.of)}, ${print(source.association)})`)
        : this.#source(source);
    return `${this.#ref(source)} in ${rows}, as: ${print(name)}${on ? `, on: ${this.#node(on)}` : ""}`;
  }

  #update(one: UpdateOp): string {
    return this.#part(one, () => `${one.field}: ${this.#node(one.value)}`);
  }

  /** The text of a part, between marks where it is the one that is looked for. */
  #part(part: Part, text: () => string): string {
    const marking = this.#marking;
    if (marking === null || marking.trail[marking.depth] !== part) return text();
    marking.depth++;
    const inner = text();
    const found = marking.depth === marking.trail.length && !marking.made;
    marking.depth--;
    if (!found) return inner;
    marking.made = true;
    return MARKS.open + inner + MARKS.close;
  }

  #nameAll(query: QueryState): void {
    this.#name(query.source);
    for (const join of query.joins) this.#name(join.source);
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
    return this.#part(source, () => this.#sourceText(source));
  }

  #sourceText(source: Source): string {
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
    if (this.#depth > MAX_DEPTH) return "…";
    return queryText(new Inspector(this, this.#marking, this.#secrets, this.#depth + 1).clauses(query));
  }

  #select(select: Select): string {
    return this.#part(select, () => this.#selectText(select));
  }

  #selectText(select: Select): string {
    switch (select.kind) {
      case "expr":
        return this.#node(select.node);
      case "source":
        if (!select.fields) return this.#ref(select.of);
        return `${select.as}(${this.#ref(select.of)}, ${print(takeList(select.fields, select.below))})`;
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
    return this.#part(window, () => this.#windowText(window));
  }

  #windowText(window: Window): string {
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
    if (this.#depth > MAX_DEPTH) return "…";
    this.#depth++;
    const text = this.#part(node, () => this.#nodeText(node));
    this.#depth--;
    return text;
  }

  #nodeText(node: Node): string {
    switch (node.kind) {
      case "column":
        return `${this.#ref(node.of)}.${node.field}`;
      case "binding":
        return this.#ref(node.of);
      case "param":
        return `^${this.#secrets.has(node) ? REDACTED : print(node.value)}`;
      case "list":
        return `^${this.#secrets.has(node) ? REDACTED : print(node.values)}`;
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
        const order = node.orderBy ? `.${node.withinGroup ? "withinGroup" : "orderBy"}(${this.#orders(node.orderBy).slice(1, -1)})` : "";
        return `${node.name}(${args.join(", ")})${order}${filter}${over}`;
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

/** A list of fields as it was given. */
function takeList(fields: readonly string[], below: readonly Take[] = []): readonly unknown[] {
  return [...fields, ...below.map((take) => ({ [take.association]: takeList(take.fields, take.below) }))];
}

function preloadText(preloads: readonly Preload[]): string {
  const entries = preloads.map((preload) => {
    const own = preload.join !== null ? print(preload.join) : preload.query ? inspectQuery(preload.query) : preload.fn ? "function" : null;
    const nested = preload.nested.length > 0 ? preloadText(preload.nested) : null;
    if (own === null && nested === null) return print(preload.association);
    return `{${preload.association}: ${own !== null && nested !== null ? `[${own}, ${nested}]` : (own ?? nested)}}`;
  });
  const list = entries.join(", ");
  return entries.length === 1 ? list : `[${list}]`;
}
