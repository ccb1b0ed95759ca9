import type { CombinationOp, PlannedColumn, PlannedCte, PlannedExpr, PlannedOrder, PlannedQuery } from "../core/plan/index.ts";
import { SourceWriter } from "./sources.ts";

const COMBINATIONS: Readonly<Record<CombinationOp, string>> = {
  union: "UNION",
  unionAll: "UNION ALL",
  intersect: "INTERSECT",
  intersectAll: "INTERSECT ALL",
  except: "EXCEPT",
  exceptAll: "EXCEPT ALL",
};

/** Writes reading queries: the clauses in their order. */
export abstract class SelectWriter extends SourceWriter {
  /** A query of any kind, as it stands in a CTE that may change data. */
  protected abstract statement(query: PlannedQuery): string;
  protected abstract distinctOn(exprs: readonly PlannedExpr[]): string;
  /** An aggregate of JSON lists of the values, in an order. */
  protected abstract jsonRows(values: readonly string[], orderBy: string): string;
  /** A value as it goes into JSON, so that it can be told exactly when it is read. */
  protected abstract inJson(expr: PlannedExpr): string;
  /** The second query of a union and the like. */
  protected abstract member(query: PlannedQuery): string;

  protected subquery(query: PlannedQuery): string {
    return `(${this.select(query)})`;
  }

  protected rowsInJson(query: PlannedQuery): string {
    const list = this.jsonRows(
      query.select.map(({ expr }) => (expr.kind === "rows" ? this.rowsInJson(expr.query) : this.inJson(expr))),
      this.orderBy(query.orderBy),
    );
    return `(SELECT ${list}${this.from(query)}${this.joins(query.joins)}${this.conditions("WHERE", [query.where])})`;
  }

  select(query: PlannedQuery): string {
    // Written in the order of their placeholders. Empty are clauses that stand in the text of another.
    const ctes = { ctes: this.ctes(query), recursive: "" };
    const first = {
      select: this.selectClause(query),
      distinct: "",
      from: this.from(query),
      hints: "",
      joins: this.joins(query.joins),
      where: this.conditions("WHERE", [query.where]),
      groupBy: this.groupBy(query),
      having: this.conditions("HAVING", [query.having]),
      windows: this.windows(query),
    };
    const all = {
      ...ctes,
      combinations: this.combined(query, Object.values(first).join("")),
      orderBy: this.orderByClause(query),
      limit: this.limits(query),
      offset: "",
      withTies: "",
      lock: this.lock(query),
    };
    every({ ...first, ...all, operation: "", update: "" });
    return Object.values(all).join("");
  }

  protected ctes({ ctes, recursive }: PlannedQuery): string {
    if (ctes.length === 0) return "";
    return `WITH ${recursive ? "RECURSIVE " : ""}${ctes.map((cte) => this.cte(cte)).join(", ")} `;
  }

  protected cte({ name, query, materialized, search, cycle }: PlannedCte): string {
    const hint = materialized === null ? "" : materialized ? "MATERIALIZED " : "NOT MATERIALIZED ";
    const body = `${this.quote(name)} AS ${hint}(${"ctes" in query ? this.statement(query) : this.expr(query)})`;
    return body + (search === undefined ? "" : ` SEARCH ${this.expr(search)}`) + (cycle === undefined ? "" : ` CYCLE ${this.expr(cycle)}`);
  }

  protected selectClause({ distinct, select }: PlannedQuery): string {
    let text = "SELECT ";
    if (distinct === true) text += "DISTINCT ";
    else if (distinct !== null && distinct.length > 0) text += `${this.distinctOn(distinct)} `;
    return text + (select.length === 0 ? this.booleanLiteral(true) : this.columns(select));
  }

  protected columns(columns: readonly PlannedColumn[]): string {
    return columns.map(({ expr, as }) => (as === null ? this.output(expr) : `${this.output(expr)} AS ${this.quote(as)}`)).join(", ");
  }

  protected groupBy({ groupBy }: PlannedQuery): string {
    return groupBy.length === 0 ? "" : ` GROUP BY ${this.list(groupBy)}`;
  }

  protected windows({ windows }: PlannedQuery): string {
    return windows.length === 0
      ? ""
      : ` WINDOW ${windows.map(({ name, window }) => `${this.quote(name)} AS ${this.window(window)}`).join(", ")}`;
  }

  /** The first query of a union and the like, and those combined with it, one after the other. */
  protected combined({ combinations }: PlannedQuery, first: string): string {
    return combinations.reduce((text, { op, query }) => `${text} ${this.combinationOp(op)} ${this.member(query)}`, first);
  }

  protected combinationOp(op: CombinationOp): string {
    return COMBINATIONS[op];
  }

  protected orderByClause(query: PlannedQuery): string {
    if (query.combinations.length === 0) return this.orderBy(query.orderBy);
    // The whole of a union has output columns only, which are named by their number.
    const key = (order: PlannedOrder): string => {
      const column = outputNumber(order.expr, query.select);
      return this.order(column === 0 ? this.expr(order.expr) : String(column), order);
    };
    return query.orderBy.length === 0 ? "" : ` ORDER BY ${query.orderBy.map(key).join(", ")}`;
  }

  protected limits({ limit, offset }: PlannedQuery): string {
    return (limit === null ? "" : ` LIMIT ${this.expr(limit)}`) + (offset === null ? "" : ` OFFSET ${this.expr(offset)}`);
  }

  protected lock({ lock }: PlannedQuery): string {
    return lock === null ? "" : ` ${this.expr(lock)}`;
  }
}

/** Stands where each clause of a select must be written: with one that nobody thought of, it does not compile. */
function every(_written: Readonly<Record<keyof PlannedQuery, string>>): void {}

/** The number of the output column that is the same source's column, from 1; 0 where there is none. */
function outputNumber(expr: PlannedExpr, select: readonly PlannedColumn[]): number {
  if (expr.kind !== "column") return 0;
  return (
    select.findIndex(({ expr: one }) => one.kind === "column" && one.column === expr.column && one.source.alias === expr.source.alias) + 1
  );
}
