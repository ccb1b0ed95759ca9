// UPDATE and DELETE.
import { QueryError } from "../core/base/index.ts";
import {
  type ColumnRef,
  type DeleteCommand,
  mapPlannedExpr,
  mapPlannedJoins,
  mapPlannedQuery,
  mapPlannedSource,
  type PlannedJoin,
  type PlannedQuery,
  type PlannedReturning,
  type PlannedUpdate,
  type PlannedVisitor,
  type UpdateCommand,
} from "../core/plan/index.ts";
import { SelectWriter } from "./select.ts";

/** Writes updates and deletes: of many rows by a query, and of one by its key. */
export abstract class ChangeWriter extends SelectWriter {
  protected abstract push(update: PlannedUpdate, column: string): string;
  protected abstract pull(update: PlannedUpdate, column: string): string;
  protected abstract deleteAll(query: PlannedQuery): string;

  query(query: PlannedQuery): string {
    return this.statement(query);
  }

  protected statement(query: PlannedQuery): string {
    switch (query.operation) {
      case "all":
        return this.select(query);
      case "updateAll":
        return this.updateAll(query);
      case "deleteAll":
        return this.deleteAll(query);
    }
  }

  protected updateAll(query: PlannedQuery): string {
    const target = this.target(query);
    const { first, rest } = splitJoins(query.joins);
    if (first.length === 0 && rest.length > 0) {
      this.refuse(
        `a ${rest[0]!.kind} join as the first join of an update`,
        "Begin with an inner join, or put the condition into a subquery",
      );
    }
    for (const join of rest) {
      if (names(join, query.from.alias)) {
        this.refuse(
          `a ${join.kind} join in an update that names the changed table (${join.source.alias})`,
          "Join it to another joined source, or select the value by a subquery",
        );
      }
    }
    return (
      this.ctes(query) +
      `UPDATE ${target} SET ${this.assignments(query.update, query.from.alias)}` +
      (first.length === 0 ? "" : ` FROM ${this.firstSources(first, rest.length > 0)}${this.joins(rest)}`) +
      this.conditions("WHERE", [...first.map(({ on }) => on), query.where]) +
      this.returned(query)
    );
  }

  protected target({ operation, from, hints }: PlannedQuery): string {
    if (from.kind === "table") return this.source(from) + this.hints([...from.hints, ...hints]);
    throw new QueryError(
      `${operation} changes the rows of a table, but its source is a ${from.kind}. Begin the query with a schema or a table's name, and join the rest`,
    );
  }

  /** Joined sources stand in a list, unless other joins follow, whose conditions could not see a list's members. */
  protected firstSources(joins: readonly PlannedJoin[], followed: boolean): string {
    return joins
      .map(({ source }) => {
        if (source.hints.length > 0) this.refuse(`hints on a join (${source.alias})`, "Leave the hint out");
        return this.source(source);
      })
      .join(followed ? " CROSS JOIN " : ", ");
  }

  protected assignments(updates: readonly PlannedUpdate[], alias: string): string {
    if (updates.length === 0) throw new QueryError("an update without a field to set: give it set, inc, push or pull");
    return updates
      .map(
        (update) => `${this.quote(update.column)} = ${this.stored(update, this.assigned(update, `${alias}.${this.quote(update.column)}`))}`,
      )
      .join(", ");
  }

  /** The text of an update's new value, as the column is to hold it. */
  protected stored(_update: PlannedUpdate, text: string): string {
    return text;
  }

  protected assigned(update: PlannedUpdate, column: string): string {
    switch (update.op) {
      case "set":
        return this.expr(update.value);
      case "inc":
        return `${column} + ${this.operand(update.value)}`;
      case "push":
        return this.push(update, column);
      case "pull":
        return this.pull(update, column);
    }
  }

  /** What a query that changes rows selects. */
  protected returned({ select }: PlannedReturning): string {
    return select.length === 0 ? "" : ` RETURNING ${this.columns(select)}`;
  }

  // One row

  update({ table, set, where, returning }: UpdateCommand): string {
    const sets = set.map(({ name }, i) => `${this.quote(name)} = ${this.placeholder(i)}`).join(", ");
    return `UPDATE ${this.tableName(table)} SET ${sets}${this.keys(where, set.length)}${this.returning(returning)}`;
  }

  delete({ table, where, returning }: DeleteCommand): string {
    return `DELETE FROM ${this.tableName(table)}${this.keys(where, 0)}${this.returning(returning)}`;
  }

  private keys(where: readonly ColumnRef[], offset: number): string {
    if (where.length === 0) throw new QueryError("a write to one row needs at least one column to find it by");
    return ` WHERE ${where.map((column, i) => this.keyEquals(column, offset + i)).join(" AND ")}`;
  }

  /** The condition that a column has the value of a parameter. */
  protected keyEquals({ name }: ColumnRef, index: number): string {
    return `${this.quote(name)} = ${this.placeholder(index)}`;
  }

  protected returning(columns: readonly string[]): string {
    return columns.length === 0 ? "" : ` RETURNING ${this.quoteAll(columns)}`;
  }
}

/** The joins at the beginning that are plain sources with a condition, and those that follow. */
export function splitJoins(joins: readonly PlannedJoin[]): { first: readonly PlannedJoin[]; rest: readonly PlannedJoin[] } {
  const end = joins.findIndex(({ kind }) => kind !== "inner" && kind !== "cross");
  return end < 0 ? { first: joins, rest: [] } : { first: joins.slice(0, end), rest: joins.slice(end) };
}

/** Whether a join names a source or a column of it, in its subqueries too. */
function names(join: PlannedJoin, alias: string): boolean {
  let found = false;
  const visitor: PlannedVisitor = {
    expr(expr) {
      if ((expr.kind === "column" || expr.kind === "binding") && expr.source.alias === alias) found = true;
      return expr.kind === "column" || expr.kind === "binding" ? expr : mapPlannedExpr(expr, visitor);
    },
    source: (source) => mapPlannedSource(source, visitor),
    query: (query) => mapPlannedQuery(query, visitor),
  };
  mapPlannedJoins([join], visitor);
  return found;
}
