// How times that are stored as text are compared: a time may end with zeros or without, as whoever stamped it has written it.
// The shortest text of a time sorts before its others, and the one with six digits behind them, so that a range holds them all.
import type { PlannedExpr, PlannedQuery } from "../core/plan/index.ts";
import type { PlannedExprOf } from "../sql/index.ts";
import { isClock } from "./times.ts";

const SAME_KIND = new Set(["min", "max", "coalesce", "ifnull", "nullif", "lag", "lead", "first_value", "last_value", "nth_value"]);

/** The length of such a text without its fraction: 19 for a date-time, 8 for a time; 0 where an expression is none. */
export function clockLength(expr: PlannedExpr): number {
  switch (expr.kind) {
    case "column":
    case "now":
    case "dateAdd":
    case "cast":
      return lengthOf(expr);
    case "param":
      return expr.list === true ? 0 : lengthOf(expr);
    case "call":
      return SAME_KIND.has(expr.name) ? firstLength(expr.args) : 0;
    case "case":
      return firstLength([...expr.branches.map(({ then }) => then), ...(expr.otherwise === null ? [] : [expr.otherwise])]);
    case "subquery":
      return outputLength(expr.query);
    case "binding":
    case "literal":
    case "op":
    case "not":
    case "negate":
    case "isNull":
    case "between":
    case "in":
    case "fragment":
    case "identifier":
    case "constant":
    case "splice":
    case "tuple":
    case "json":
    case "exists":
    case "rows":
    case "quantified":
    case "alias":
      return 0;
  }
}

/** The length for the one column of a query; 0 where it has several. */
function outputLength({ select }: PlannedQuery): number {
  return select.length === 1 ? clockLength((select[0] as PlannedQuery["select"][number]).expr) : 0;
}

/** The length for the first of the expressions that is a text of a time; 0 where none is. */
export function firstLength(exprs: readonly PlannedExpr[]): number {
  for (const expr of exprs) {
    const length = clockLength(expr);
    if (length > 0) return length;
  }
  return 0;
}

function lengthOf({ type }: PlannedExprOf<"column" | "now" | "dateAdd" | "cast" | "param">): number {
  if (type === null || !isClock(type.storage)) return 0;
  return type.storage === "time" ? 8 : 19;
}

/** A cursor holds the very text that is stored; it is compared as it is. */
export function isStoredText(expr: PlannedExpr): boolean {
  return expr.kind === "param" && expr.type?.params?.["stored"] === true;
}

/** The longest text of the time that an expression stands for. */
export function longest(expr: PlannedExpr, length = clockLength(expr)): PlannedExpr {
  const pad = (text: string): string => `substr('.000000', length(${text}`;
  if (isCheap(expr)) return { kind: "fragment", parts: ["", expr, ` || ${pad("")}`, expr, `) - ${length - 1})`] };
  return { kind: "fragment", parts: ["(SELECT t || ", `${pad("t")}) - ${length - 1}) FROM (SELECT `, expr, " AS t))"] };
}

/** The shortest one, which is how values are bound. @param digits how many digits of a second there may be; the rest is cut off */
export function shortest(expr: PlannedExpr, length = clockLength(expr), digits: number | null = null): PlannedExpr {
  if (expr.kind === "param" && digits === null) return expr;
  const text = digits === null ? "t" : `substr(t, 1, ${digits === 0 ? length : length + 1 + digits})`;
  return {
    kind: "fragment",
    parts: [`(SELECT iif(length(t) > ${length}, rtrim(rtrim(${text}, '0'), '.'), t) FROM (SELECT `, expr, " AS t))"],
  };
}

/** Whether an expression may stand in a text twice. */
export function isCheap({ kind }: PlannedExpr): boolean {
  return kind === "column" || kind === "param";
}

/** Items of such texts in one form, which is the same where the time is. */
export function inOneForm(exprs: readonly PlannedExpr[]): PlannedExpr[] {
  return exprs.map((expr) => (clockLength(expr) === 0 ? expr : longest(expr)));
}
