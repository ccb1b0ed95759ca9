import type { PlannedColumn, PlannedExpr, PlannedQuery, PlannedSource } from "../core/plan/index.ts";
import type { Type } from "../core/type/index.ts";

// Decimals are stored as their digits, each value in one way: equal texts are equal numbers, but to order and to compute they must become numbers.
// SQLite computes with integers of 64 bits and with REALs, of which 15 digits can be trusted.

/**
 * How a decimal stands in SQL: as the digits that columns hold and parameters bind, as the number that digits become, as one of the
 * two, as a number that SQLite has computed, or as nobody knows what.
 */
export type Form = "digits" | "number" | "either" | "computed" | "unknown";

const AGGREGATES = new Set(["sum", "avg", "total"]);
/** Functions that must be given numbers. */
export const OF_NUMBERS: ReadonlySet<string> = new Set([...AGGREGATES, "min", "max"]);

/** The form of a decimal; null for what is none. */
export function formOf(expr: PlannedExpr): Form | null {
  if (expr.kind === "negate") return formOf(expr.arg) === null ? null : "number";
  if (storageOf(expr) !== "decimal") return null;
  switch (expr.kind) {
    case "column":
      return columnForm(expr.source, expr.column);
    case "param":
      return expr.list === true ? null : "digits";
    case "subquery":
      return outputForm(expr.query, expr.query.select[0]);
    case "cast":
      return "number";
    case "op":
      return "computed";
    case "call":
      if (OF_NUMBERS.has(expr.name)) return AGGREGATES.has(expr.name) ? "computed" : "number";
      return eitherOf(expr.args);
    case "case":
      return eitherOf([...expr.branches.map(({ then }) => then), ...(expr.otherwise === null ? [] : [expr.otherwise])]);
    default:
      return "unknown";
  }
}

/** Of CTEs and fragments it is not known what their columns hold. */
function columnForm(source: PlannedSource, name: string): Form {
  if (source.kind === "subquery")
    return outputForm(
      source.query,
      source.query.select.find(({ as }) => as === name),
    );
  return source.kind === "table" || source.kind === "values" ? "digits" : "unknown";
}

function outputForm(query: PlannedQuery, column: PlannedColumn | undefined): Form {
  if (query.combinations.length > 0 || query.distinct === true) return "digits";
  return (column && formOf(column.expr)) ?? "unknown";
}

function eitherOf(parts: readonly PlannedExpr[]): Form {
  return parts.some(isComputed) ? "unknown" : "either";
}

export function isDecimal(expr: PlannedExpr): boolean {
  return formOf(expr) !== null;
}

/** What may hold more digits than can be trusted. */
export function isComputed(expr: PlannedExpr): boolean {
  const form = formOf(expr);
  return form === "computed" || form === "unknown";
}

/** What is known to be a number of SQLite, so that no text stands beside a number. */
export function isNumber(expr: PlannedExpr): boolean {
  const form = formOf(expr);
  if (form !== null) return form === "number" || form === "computed";
  if (expr.kind === "call" && AGGREGATES.has(expr.name)) return true;
  return expr.kind === "literal" || expr.kind === "constant" || expr.kind === "json" || storageOf(expr) !== undefined;
}

export function isCoalesce(expr: PlannedExpr): expr is Extract<PlannedExpr, { kind: "call" }> {
  return expr.kind === "call" && expr.name === "coalesce";
}

/** A choice of values that is read and not computed with: decimals among them keep their digits. */
export function asDigits(expr: PlannedExpr): PlannedExpr {
  if (expr.kind === "param" && isDecimal(expr)) return { ...expr, type: null };
  if (isCoalesce(expr)) return { ...expr, args: expr.args.map(asDigits) };
  if (expr.kind !== "case") return expr;
  const branches = expr.branches.map(({ when, then }) => ({ when, then: asDigits(then) }));
  return { ...expr, branches, otherwise: expr.otherwise && asDigits(expr.otherwise) };
}

/** Whether an expression that is read gives the digits of a decimal as they are stored. */
export function givesDigits(expr: PlannedExpr): boolean {
  if (expr.kind === "literal" && expr.value === null) return true;
  if (isCoalesce(expr)) return expr.args.every(givesDigits);
  if (expr.kind !== "case") return formOf(expr) === "digits";
  return [...expr.branches.map(({ then }) => then), ...(expr.otherwise ? [expr.otherwise] : [])].every(givesDigits);
}

export function storageOf(expr: PlannedExpr): Type["storage"] | undefined {
  return ("type" in expr ? expr.type : null)?.storage;
}

/** Writes an expression; once more each time it is called, since its parameters count wherever they stand. */
type Write = () => string;

/** What SQLite has computed, to the digits that can be trusted: the number that is compared. */
export function rounded(number: Write): string {
  return `iif(typeof(${number()}) = 'real', CAST(printf('%.15g', ${number()}) AS REAL), ${number()})`;
}

/** A number as the digits that a column holds. */
export function digitsOf(number: Write): string {
  return `CASE typeof(${number()}) WHEN 'real' THEN ${realDigits(number())} ELSE CAST(${number()} AS TEXT) END`;
}

export function realDigits(real: string): string {
  return `rtrim(rtrim(printf('%.30f', CAST(printf('%.15g', ${real}) AS REAL)), '0'), '.')`;
}

/** The rest of a division with the sign of what is divided. SQLite's own % cuts both sides to integers. */
export function remainder(left: Write, right: Write): string {
  const quotient = (): string => `CAST(CAST(printf('%.15g', ${left()} / CAST(${right()} AS REAL)) AS REAL) AS INTEGER)`;
  const places = (): string => `15 - length(CAST(abs(CAST(${left()} AS INTEGER)) AS TEXT))`;
  const whole = `typeof(${left()}) = 'integer' AND typeof(${right()}) = 'integer', ${left()} % ${right()}`;
  return `iif(${whole}, round(${left()} - ${right()} * ${quotient()}, ${places()}))`;
}
