// FROM, JOIN and WHERE.
import { QueryError } from "../core/base/index.ts";
import type { JoinKind, PlannedExpr, PlannedJoin, PlannedQuery, PlannedSource } from "../core/plan/index.ts";
import type { Type } from "../core/type/index.ts";
import { chained, ExprWriter, type PlannedExprOf } from "./expr.ts";

export type SourceOf<K extends PlannedSource["kind"]> = Extract<PlannedSource, { kind: K }>;

const JOINS: Readonly<Record<JoinKind, string>> = {
  inner: "INNER JOIN",
  left: "LEFT OUTER JOIN",
  right: "RIGHT OUTER JOIN",
  full: "FULL OUTER JOIN",
  cross: "CROSS JOIN",
  innerLateral: "INNER JOIN LATERAL",
  leftLateral: "LEFT OUTER JOIN LATERAL",
  crossLateral: "CROSS JOIN LATERAL",
};

/** Writes what stands after FROM, and conditions. */
export abstract class SourceWriter extends ExprWriter {
  /** A list of rows of constants, with names for its columns. */
  protected abstract values(source: SourceOf<"values">): string;

  protected from(query: PlannedQuery): string {
    return ` FROM ${this.source(query.from)}${this.hints([...query.from.hints, ...query.hints])}`;
  }

  protected source(source: PlannedSource): string {
    switch (source.kind) {
      case "table":
        return `${this.tableName(source)} AS ${source.alias}`;
      case "cte":
        return `${this.quote(source.name)} AS ${source.alias}`;
      case "subquery":
        return `${this.subquery(source.query)} AS ${source.alias}`;
      case "fragment":
        return `${this.fragmentSource(source.expr)} AS ${source.alias}`;
      case "values":
        return this.values(source);
    }
  }

  // A query written as text needs parentheses, a function that returns rows must not have them.
  private fragmentSource(expr: PlannedExpr): string {
    const text = this.expr(expr);
    return /^\s*(select|with|values)\b/i.test(text) ? `(${text})` : text;
  }

  protected valueRows({ columns, rows }: SourceOf<"values">): string {
    const cell = (expr: PlannedExpr, i: number): string => {
      const type = columns[i]!.type;
      return expr.kind === "param" ? this.valueParam(this.placeholder(expr.index), type) : this.expr(expr);
    };
    return `(VALUES ${rows.map((row) => `(${row.map(cell).join(", ")})`).join(", ")})`;
  }

  /** A value in a list of them, whose column has the type. */
  protected valueParam(placeholder: string, type: Type): string {
    return this.typedParam(placeholder, type);
  }

  protected hints(hints: readonly PlannedExpr[]): string {
    return hints.map((hint) => ` ${this.expr(hint)}`).join("");
  }

  protected joins(joins: readonly PlannedJoin[]): string {
    return joins.map((join) => ` ${this.join(join)}`).join("");
  }

  protected join({ kind, source, on }: PlannedJoin): string {
    if (kind === "cross" || kind === "crossLateral") {
      if (on !== null && !(on.kind === "literal" && on.value === true))
        throw new QueryError(`a cross join (${source.alias}) has no condition. Put it into where, or use an inner join`);
      return `${JOINS[kind]} ${this.source(source)}${this.hints(source.hints)}`;
    }
    const text = `${JOINS[kind]} ${this.source(source)}${this.hints(source.hints)} ON `;
    return text + (on === null ? this.booleanLiteral(true) : this.expr(on));
  }

  /** ` WHERE (a) AND (b)`, each condition in parentheses, or nothing. */
  protected conditions(keyword: "WHERE" | "HAVING", conditions: readonly (PlannedExpr | null)[]): string {
    const parts: string[] = [];
    for (const condition of conditions) {
      if (condition === null) continue;
      const all = isAnd(condition) ? condition.args : [condition];
      for (const one of all) parts.push(`(${this.expr(one)})`);
    }
    return parts.length === 0 ? "" : ` ${keyword} ${chained(parts, " AND ")}`;
  }
}

function isAnd(expr: PlannedExpr): expr is PlannedExprOf<"op"> {
  return expr.kind === "op" && expr.op === "and";
}
