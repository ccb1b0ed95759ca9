import type { CombinationOp, IntervalUnit, JoinKind, OrderDirection, QueryOperation } from "../query/index.ts";
import type { AnySchema } from "../schema/index.ts";
import type { Type } from "../type/index.ts";

// A query as the SQL writer gets it: every name resolved to a source or a column, every value replaced by the index of its parameter.

export type { CombinationOp, IntervalUnit, JoinKind, OrderDirection } from "../query/index.ts";

/** A query as adapters turn it into SQL: every name is resolved. */
export interface PlannedQuery {
  readonly operation: QueryOperation;
  readonly ctes: readonly PlannedCte[];
  readonly recursive: boolean;
  readonly hints: readonly PlannedExpr[];
  readonly distinct: true | readonly PlannedExpr[] | null;
  /** What is read, in order; for updateAll and deleteAll what is returned, empty for nothing. */
  readonly select: readonly PlannedColumn[];
  readonly from: PlannedSource;
  readonly joins: readonly PlannedJoin[];
  readonly where: PlannedExpr | null;
  readonly groupBy: readonly PlannedExpr[];
  readonly having: PlannedExpr | null;
  readonly windows: readonly { readonly name: string; readonly window: PlannedWindow }[];
  readonly combinations: readonly { readonly op: CombinationOp; readonly query: PlannedQuery }[];
  readonly orderBy: readonly PlannedOrder[];
  readonly limit: PlannedExpr | null;
  readonly offset: PlannedExpr | null;
  readonly withTies: boolean;
  readonly lock: PlannedExpr | null;
  readonly update: readonly PlannedUpdate[];
}

/** What a write answers with: values of the rows of its table, which is called `from` there. */
export type PlannedReturning = Pick<PlannedQuery, "from" | "joins" | "select">;

/** A common table expression of a plan. */
export interface PlannedCte {
  readonly name: string;
  readonly query: PlannedQuery | PlannedExpr;
  readonly materialized: boolean | null;
  readonly search?: PlannedExpr;
  readonly cycle?: PlannedExpr;
}
/** One output column; `as` is set in subqueries and CTEs, where the outer query needs its name. */
export interface PlannedColumn {
  readonly expr: PlannedExpr;
  readonly as: string | null;
}
/** A source; `alias` is unique in the whole statement, so that a subquery can name a source of the query around it. */
export type PlannedSource = { readonly alias: string; readonly hints: readonly PlannedExpr[] } & (
  | ({ readonly kind: "table"; readonly prefix: string | null; readonly name: string } & SchemaMeta)
  | { readonly kind: "cte"; readonly name: string }
  | { readonly kind: "subquery"; readonly query: PlannedQuery }
  | { readonly kind: "fragment"; readonly expr: PlannedExpr; readonly columns: readonly string[] | null }
  | {
      readonly kind: "values";
      readonly columns: readonly { readonly name: string; readonly type: Type }[];
      readonly rows: readonly (readonly PlannedExpr[])[];
      /** Parameters in place of the rows: one for each column, or one for all. */
      readonly packed?: readonly PlannedExpr[];
    }
);
/** A join of a plan. */
export interface PlannedJoin {
  readonly kind: JoinKind;
  readonly source: PlannedSource;
  readonly on: PlannedExpr | null;
}
/** One term of a plan's order. */
export interface PlannedOrder {
  readonly expr: PlannedExpr;
  readonly direction: OrderDirection;
}
/** A window of a plan. */
export interface PlannedWindow {
  /** A named window that this one extends, or is. */
  readonly base: string | null;
  readonly partitionBy: readonly PlannedExpr[];
  readonly orderBy: readonly PlannedOrder[];
  readonly frame: PlannedExpr | null;
}
/** One assignment of a plan's update. */
export interface PlannedUpdate {
  readonly op: "set" | "inc" | "push" | "pull";
  readonly column: string;
  readonly type: Type | null;
  readonly value: PlannedExpr;
}

/**
 * An expression, all names resolved. `type` is the ectype type of the value where it is known.
 * A new kind must be handled by the SQL writer: its switch is exhaustive.
 */
export type PlannedExpr =
  | { readonly kind: "column"; readonly source: PlannedSource; readonly column: string; readonly type: Type | null }
  /** A bound value: `index` into the parameters as they were collected. `list` is bound as a whole: the right side of `in`. */
  | { readonly kind: "param"; readonly index: number; readonly type: Type | null; readonly list?: boolean }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Infix, two or more operands of one operator: `and` `or` `=` `<>` `<` `<=` `>` `>=` `+` `-` `*` `/` `%` `||` `like` `ilike` `is distinct from` `is not distinct from`. */
  | { readonly kind: "op"; readonly op: string; readonly args: readonly PlannedExpr[]; readonly type?: Type | null }
  | { readonly kind: "not"; readonly arg: PlannedExpr }
  | { readonly kind: "negate"; readonly arg: PlannedExpr }
  | { readonly kind: "isNull"; readonly arg: PlannedExpr; readonly negated: boolean }
  | {
      readonly kind: "between";
      readonly arg: PlannedExpr;
      readonly low: PlannedExpr;
      readonly high: PlannedExpr;
      readonly negated: boolean;
    }
  /** `right` is a `param` with `list`, a `subquery`, a `tuple` of expressions (never empty), or an array column. */
  | { readonly kind: "in"; readonly left: PlannedExpr; readonly right: PlannedExpr; readonly negated: boolean }
  /** A function or an aggregate by its SQL name, lower case; `count` without args is `count(*)`. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly PlannedExpr[];
      readonly type?: Type | null;
      readonly distinct?: boolean;
      readonly orderBy?: readonly PlannedOrder[];
      /** The order stands in WITHIN GROUP. */
      readonly withinGroup?: boolean;
      readonly filter?: PlannedExpr;
      readonly over?: PlannedWindow;
    }
  /** Raw text with expressions in between; the text comes from a template literal or `sql.unsafe` only. */
  | { readonly kind: "fragment"; readonly parts: readonly (string | PlannedExpr)[]; readonly type?: Type | null }
  /** A source by its name, inside a fragment. */
  | { readonly kind: "binding"; readonly source: PlannedSource }
  /** A quoted name inside a fragment. */
  | { readonly kind: "identifier"; readonly name: string }
  /** A literal inlined into a fragment, escaped by the writer. */
  | { readonly kind: "constant"; readonly value: string | number }
  /** A list spread into comma-separated items inside a fragment. */
  | { readonly kind: "splice"; readonly items: readonly PlannedExpr[] }
  | { readonly kind: "cast"; readonly arg: PlannedExpr; readonly type: Type }
  | {
      readonly kind: "case";
      readonly branches: readonly { readonly when: PlannedExpr; readonly then: PlannedExpr }[];
      readonly otherwise: PlannedExpr | null;
      readonly type?: Type | null;
    }
  | { readonly kind: "tuple"; readonly items: readonly PlannedExpr[] }
  /** A JSON value inside a JSON column; `asText` reads it as SQL text instead of JSON. */
  | {
      readonly kind: "json";
      readonly arg: PlannedExpr;
      readonly path: readonly (string | number | PlannedExpr)[];
      readonly asText: boolean;
    }
  /** `arg` plus `count` units, as a date-time or a date. */
  | {
      readonly kind: "dateAdd";
      readonly result: "date" | "datetime";
      readonly arg: PlannedExpr;
      readonly count: PlannedExpr;
      readonly unit: IntervalUnit;
      readonly type: Type | null;
    }
  | { readonly kind: "now"; readonly type: Type | null }
  | { readonly kind: "subquery"; readonly query: PlannedQuery; readonly type?: Type | null }
  | { readonly kind: "exists"; readonly query: PlannedQuery }
  /** The rows of a query as one JSON list of lists, in the query's order. It has columns, sources, conditions and an order only. */
  | { readonly kind: "rows"; readonly query: PlannedQuery }
  | { readonly kind: "quantified"; readonly quantifier: "any" | "all"; readonly query: PlannedQuery }
  /** An output column's name, used in group by, order by or having. */
  | { readonly kind: "alias"; readonly name: string; readonly type?: Type | null };

// ---- writes

/** What an adapter is told of the schema that a table is read or written by; nothing of a table without one. */
export interface SchemaMeta {
  readonly schema?: AnySchema;
  /** What the schema's option `context` says, or `putMeta` of the struct that is written. Ecto's `@schema_context`. */
  readonly context?: unknown;
}
/** A table, with its prefix. */
export interface TableRef extends SchemaMeta {
  readonly prefix: string | null;
  readonly name: string;
}
/** A column of a source of the query. */
export interface ColumnRef {
  readonly name: string;
  readonly type: Type | null;
}
/** An INSERT of rows of the same columns. */
export interface InsertCommand {
  readonly table: TableRef;
  readonly columns: readonly ColumnRef[];
  /** What stands in each column of each row: a parameter, the column's default, or a query of one cell. A query instead of rows inserts what it selects. */
  readonly rows: readonly (readonly InsertCell[])[] | PlannedQuery;
  readonly onConflict: ConflictClause;
  readonly returning: readonly string[];
  /** What is returned where it is more than columns. */
  readonly select?: PlannedReturning;
}
/** What stands in one cell of an insert's rows. */
export type InsertCell =
  | { readonly kind: "param"; readonly index: number; readonly type: Type | null }
  | { readonly kind: "default" }
  | { readonly kind: "subquery"; readonly query: PlannedQuery };
/** What an insert does where a row is there already. */
export type ConflictClause =
  | { readonly kind: "raise" }
  | { readonly kind: "nothing"; readonly target: ConflictTarget }
  /** Columns that take the value of the row that was to be inserted. */
  | { readonly kind: "replace"; readonly target: ConflictTarget; readonly columns: readonly string[] }
  /** Updates and a condition, as a planned updateAll whose `from` is the table itself. */
  | { readonly kind: "update"; readonly target: ConflictTarget; readonly query: PlannedQuery };
export type ConflictTarget =
  | { readonly kind: "none" }
  | { readonly kind: "columns"; readonly columns: readonly string[] }
  | { readonly kind: "constraint"; readonly name: string }
  | { readonly kind: "fragment"; readonly expr: PlannedExpr };
/** Sets `set` where every column of `where` equals its parameter: parameters are those of `set`, then those of `where`. */
export interface UpdateCommand {
  readonly table: TableRef;
  readonly set: readonly ColumnRef[];
  readonly where: readonly ColumnRef[];
  readonly returning: readonly string[];
}
/** A DELETE of one row by its key. */
export interface DeleteCommand {
  readonly table: TableRef;
  readonly where: readonly ColumnRef[];
  readonly returning: readonly string[];
}
