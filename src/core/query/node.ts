import { zipWith } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import { type Type, types } from "../type/index.ts";

// A query as it is built: frozen data. Names and values stand as they were given; `core/plan` resolves them.

export type JoinKind = "inner" | "left" | "right" | "full" | "cross" | "innerLateral" | "leftLateral" | "crossLateral";
export type CombinationOp = "union" | "unionAll" | "intersect" | "intersectAll" | "except" | "exceptAll";
export type OrderDirection = "asc" | "desc" | "ascNullsFirst" | "ascNullsLast" | "descNullsFirst" | "descNullsLast";
/** A unit of time. */
export type IntervalUnit = "year" | "month" | "week" | "day" | "hour" | "minute" | "second" | "millisecond" | "microsecond";
/** What a query is run for: to read, or to change or delete the rows that it finds. */
export type QueryOperation = "all" | "updateAll" | "deleteAll";

/** Where rows come from. The object itself is the identity of a binding: expressions hold it, and so can name a source of a query around theirs. */
export type Source = {
  readonly prefix: string | null | undefined;
  readonly hints: readonly Node[];
  /** The prefix of the whole query that stood here, which the schema's own goes before. */
  readonly queryPrefix?: string;
} & (
  | { readonly kind: "schema"; readonly info: SchemaInfo; readonly table: string }
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "cte"; readonly name: string; readonly info: SchemaInfo | null }
  | { readonly kind: "subquery"; readonly query: QueryState }
  | { readonly kind: "fragment"; readonly node: Node; readonly info: SchemaInfo | null; readonly columns: readonly string[] | null }
  | {
      readonly kind: "values";
      readonly columns: readonly (readonly [string, Type])[];
      readonly rows: readonly (readonly unknown[])[];
      readonly info: SchemaInfo | null;
    }
);

/** A binding by its name, found when the query is planned: in the query itself, or in those around it. */
export interface NamedBinding {
  readonly kind: "named";
  readonly name: string;
  readonly scope: "own" | "parent";
}
export type BindingRef = Source | NamedBinding;

export interface Join {
  readonly kind: JoinKind;
  readonly name: string;
  /** Another name, which the query that is joined gave to its root. */
  readonly as?: string;
  /** The rows that are joined: a source, or an association of another binding. */
  readonly source: Source | AssocSource;
  readonly on: Node | null;
}
/** An association as a join's source. The object is the identity of the binding, as a `Source` is. */
export interface AssocSource {
  readonly kind: "assoc";
  readonly of: BindingRef | AssocSource;
  readonly association: string;
  /** The related schema, where it is known when the query is built. */
  readonly info: SchemaInfo;
  readonly prefix: string | null | undefined;
  readonly hints: readonly Node[];
}

export interface Order {
  readonly node: Node;
  readonly direction: OrderDirection;
}
export interface Window {
  readonly base: string | null;
  readonly partitionBy: readonly Node[];
  readonly orderBy: readonly Order[];
  readonly frame: Node | null;
}
export interface Cte {
  readonly name: string;
  readonly query: QueryState | Node;
  readonly operation: QueryOperation;
  readonly materialized: boolean | null;
  /** Whether it reads itself; null where that shows by itself. */
  readonly recursive: boolean | null;
  /** What follows the query in the words of SQL, SEARCH and CYCLE. */
  readonly search?: Node;
  readonly cycle?: Node;
}
export interface UpdateOp {
  readonly op: "set" | "inc" | "push" | "pull";
  readonly field: string;
  readonly value: Node;
}

/** What a query answers with, as the shape of each result. */
export type Select =
  | { readonly kind: "expr"; readonly node: Node }
  /** A whole source, or some of its fields; as its struct, or as a plain object. */
  | {
      readonly kind: "source";
      readonly of: BindingRef | AssocSource;
      readonly fields: readonly string[] | null;
      readonly as: "struct" | "map";
      /** Of the root: what is read of its associations where they are preloaded. */
      readonly below?: readonly Take[];
    }
  /** A struct of a schema that the select makes of expressions. */
  | { readonly kind: "struct"; readonly info: SchemaInfo; readonly entries: readonly (readonly [string, Node])[] }
  | { readonly kind: "tuple"; readonly items: readonly Select[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Select])[] }
  /** Fields of `over` on top of those of `base`. */
  | { readonly kind: "merge"; readonly base: Select; readonly over: Select }
  /** Null: every other constant is a parameter. */
  | { readonly kind: "constant"; readonly value: null };

/** The fields of an association that a list of fields names, and those of associations below it. */
export interface Take {
  readonly association: string;
  readonly fields: readonly string[];
  readonly below: readonly Take[];
}

/** One entry of a preload: what is loaded, by which query or function, or out of which join, and what below it. */
export interface Preload {
  readonly association: string;
  readonly query: QueryState | null;
  readonly fn: PreloadFn | null;
  /** The name of the join whose rows are used. */
  readonly join: string | null;
  readonly nested: readonly Preload[];
  /** The fields that are read; null for all of them, and undefined where nobody says. */
  readonly take?: Take | null;
}
export type PreloadFn = (ids: unknown[], association: unknown) => unknown;

/** Everything a query says. A new clause does not compile before it is handled wherever `eachClause` and `clausesThat` stand, and in the tables of parts.ts and exclude.ts. */
export interface QueryState {
  readonly source: Source;
  /** The root binding's name. */
  readonly as: string | null;
  /** The whole query's prefix, below those of its sources. */
  readonly prefix: string | null;
  readonly ctes: readonly Cte[];
  readonly distinct: true | readonly Order[] | null;
  readonly select: Select | null;
  readonly joins: readonly Join[];
  readonly where: Node | null;
  readonly groupBy: readonly Node[];
  readonly having: Node | null;
  readonly windows: readonly (readonly [string, Window])[];
  readonly combinations: readonly { readonly op: CombinationOp; readonly query: QueryState }[];
  readonly orderBy: readonly Order[];
  readonly limit: Node | null;
  readonly offset: Node | null;
  readonly withTies: boolean;
  readonly lock: Node | null;
  readonly update: readonly UpdateOp[];
  readonly preloads: readonly Preload[];
  /** At most this many rows per value of `by`. */
  readonly limitPer: { readonly count: Node; readonly by: readonly Node[] } | null;
  /** Hints of the root source. */
  readonly hints: readonly Node[];
}

/** An expression. A new kind must be handled by the planner and the printer: their switches are exhaustive. */
export type Node =
  | { readonly kind: "column"; readonly of: BindingRef | AssocSource; readonly field: string; readonly type: Type | null }
  /** A binding itself, inside a fragment: its name in the SQL. */
  | { readonly kind: "binding"; readonly of: BindingRef | AssocSource }
  | { readonly kind: "param"; readonly value: unknown; readonly type: Type | null }
  /** A whole list, on the right of `in`. */
  | { readonly kind: "list"; readonly values: readonly unknown[]; readonly type: Type | null }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "op"; readonly op: string; readonly args: readonly Node[]; readonly type: Type | null }
  | { readonly kind: "not"; readonly arg: Node }
  | { readonly kind: "negate"; readonly arg: Node }
  | { readonly kind: "isNull"; readonly arg: Node; readonly negated: boolean }
  | { readonly kind: "between"; readonly arg: Node; readonly low: Node; readonly high: Node; readonly negated: boolean }
  | { readonly kind: "in"; readonly left: Node; readonly right: Node; readonly negated: boolean }
  | Call
  | { readonly kind: "fragment"; readonly parts: readonly (string | Node)[]; readonly type: Type | null }
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "constant"; readonly value: string | number }
  | { readonly kind: "splice"; readonly items: readonly Node[] }
  | { readonly kind: "cast"; readonly arg: Node; readonly type: Type }
  | {
      readonly kind: "case";
      readonly branches: readonly { readonly when: Node; readonly then: Node }[];
      readonly otherwise: Node | null;
      readonly type: Type | null;
    }
  | { readonly kind: "tuple"; readonly items: readonly Node[] }
  | {
      readonly kind: "json";
      readonly arg: Node;
      readonly path: readonly (string | number | Node)[];
      readonly asText: boolean;
      readonly type: Type | null;
    }
  | {
      readonly kind: "dateAdd";
      readonly result: "date" | "datetime";
      readonly arg: Node;
      readonly count: Node;
      readonly unit: IntervalUnit;
      readonly type: Type | null;
    }
  | { readonly kind: "now"; readonly type: Type | null }
  | { readonly kind: "subquery"; readonly query: QueryState }
  | { readonly kind: "exists"; readonly query: QueryState }
  | { readonly kind: "quantified"; readonly quantifier: "any" | "all"; readonly query: QueryState }
  | { readonly kind: "selectedAs"; readonly name: string; readonly arg: Node }
  | { readonly kind: "alias"; readonly name: string };

export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Node[];
  readonly type: Type | null;
  readonly aggregate: boolean;
  readonly distinct?: boolean;
  readonly orderBy?: readonly Order[];
  /** The order stands in WITHIN GROUP. */
  readonly withinGroup?: boolean;
  readonly filter?: Node;
  readonly over?: Window;
}

const NONE: readonly never[] = [];

/** The state of a query that reads a source and says nothing else. Written out: to spread it into each query would take as long as all the rest. */
export function emptyState(source: Source): QueryState {
  return {
    source,
    as: null,
    prefix: null,
    ctes: NONE,
    distinct: null,
    select: null,
    joins: NONE,
    where: null,
    groupBy: NONE,
    having: null,
    windows: NONE,
    combinations: NONE,
    orderBy: NONE,
    limit: null,
    offset: null,
    withTies: false,
    lock: null,
    update: NONE,
    preloads: NONE,
    limitPer: null,
    hints: NONE,
  };
}

/** What a query says that says nothing: the value of each clause that is not there. */
export const EMPTY: Omit<QueryState, "source"> = (({ source: _, ...clauses }) => clauses)(
  emptyState({ kind: "table", name: "", prefix: undefined, hints: NONE }),
);

export type ClauseName = Exclude<keyof QueryState, "source">;
export const CLAUSES = Object.keys(EMPTY) as readonly ClauseName[];

/** The clauses that a query has, beside its source. */
export function clausesIn(query: QueryState): readonly ClauseName[] {
  return CLAUSES.filter((clause) => hasClause(query, clause));
}

/** Whether a query has one of the clauses. */
export function hasAny(query: QueryState, clauses: readonly ClauseName[]): boolean {
  return clauses.some((clause) => hasClause(query, clause));
}

function hasClause(query: QueryState, clause: ClauseName): boolean {
  const value = query[clause];
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
}

/** The clauses of which a table says true. It has all of them: without one that is new, it does not compile. */
export function clausesThat(table: Readonly<Record<ClauseName, boolean>>): readonly ClauseName[] {
  return CLAUSES.filter((clause) => table[clause]);
}

/**
 * Stands where each clause of a query must be handled: with one that nobody thought of, it does not compile.
 * It does nothing; what it is given was done in the order in which it is written.
 */
export function eachClause(_handled: Readonly<Record<keyof QueryState, unknown>>): void {}

export type ColumnNode = Extract<Node, { kind: "column" }>;

/** A column of a binding. */
export function columnNode(of: BindingRef | AssocSource, field: string, type: Type | null): ColumnNode {
  return { kind: "column", of, field, type };
}

/** A field of a binding's schema; without a schema, a column whose type is not known. */
export function fieldColumn(of: BindingRef | AssocSource, info: SchemaInfo | null, field: string): ColumnNode {
  return { kind: "column", of, field, type: info?.types[field] ?? null };
}

export function fieldColumns(of: BindingRef | AssocSource, info: SchemaInfo | null, fields: readonly string[]): ColumnNode[] {
  return fields.map((field) => fieldColumn(of, info, field));
}

export function equal(left: Node, right: Node): Node {
  return { kind: "op", op: "=", args: [left, right], type: null };
}

/** Each of the nodes equal to the one at its place in the other list. */
export function allEqual(left: readonly Node[], right: readonly Node[]): Node[] {
  return zipWith(left, right, equal);
}

export function isNull(arg: Node, negated = false): Node {
  return { kind: "isNull", arg, negated };
}

/** Among the values of a list, which travels as one. */
export function inList(left: Node, values: readonly unknown[], type: Type | null): Node {
  return { kind: "in", left, right: { kind: "list", values, type }, negated: false };
}

/** Among the rows of a query. */
export function inQuery(left: Node, query: QueryState): Node {
  return { kind: "in", left, right: { kind: "subquery", query }, negated: false };
}

/** A table as the rows of a schema. */
export function schemaSource(info: SchemaInfo, table: string, prefix?: string | null): Source {
  return { kind: "schema", info, table, prefix, hints: [] };
}

/** Joins nodes by `and` or `or`, flattening those that are joined by it already. */
export function joinNodes(op: "and" | "or", nodes: readonly Node[]): Node {
  // "and true" and "or false" say nothing; without them, queries that say the same have the same text.
  const [first] = nodes;
  // A chain grows by one condition at a time: those that are there are copied in one go.
  const chain = first?.kind === "op" && first.op === op;
  const args = chain ? first.args.slice() : [];
  for (const node of chain ? nodes.slice(1) : nodes) {
    if (node.kind === "op" && node.op === op) for (const arg of node.args) args.push(arg);
    else if (node.kind !== "literal" || node.value !== (op === "and")) args.push(node);
  }
  const [only] = args;
  if (only === undefined) return { kind: "literal", value: op === "and" };
  return args.length === 1 ? only : { kind: "op", op, args, type: types.boolean() };
}

/** An expression's name for messages. */
export function nameOf(node: Node | undefined): string {
  return node?.kind === "column" ? `"${node.field}"` : "the expression";
}
