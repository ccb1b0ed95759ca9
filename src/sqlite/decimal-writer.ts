// SQL of decimals, which SQLite has as text: comparisons, arithmetic, aggregates.
import type { ColumnRef, PlannedExpr, PlannedQuery, PlannedUpdate } from "../core/plan/index.ts";
import { type PlannedExprOf, SqlWriter } from "../sql/index.ts";
import {
  asDigits,
  digitsOf,
  formOf,
  givesDigits,
  isComputed,
  isDecimal,
  isNumber,
  OF_NUMBERS,
  realDigits,
  remainder,
  rounded,
  storageOf,
} from "./decimals.ts";

const ARITHMETIC = new Set(["+", "-", "*", "/", "%"]);
const COMPARISONS: Readonly<Record<string, string>> = {
  "=": " = ",
  "<>": " <> ",
  "<": " < ",
  "<=": " <= ",
  ">": " > ",
  ">=": " >= ",
  "is distinct from": " IS NOT ",
  "is not distinct from": " IS ",
};
/** Operators that answer the same for two texts of digits as for their numbers. */
const EQUALITIES = new Set(["=", "<>", "is distinct from", "is not distinct from"]);

/** Writes what SQLite must be told about decimals: where digits have to become numbers, and numbers digits. */
export abstract class DecimalWriter extends SqlWriter {
  /** Queries whose rows are told apart or stored, so that equal decimals among them must be equal texts. */
  protected readonly exact = new Map<PlannedQuery, ReadonlySet<number>>();

  protected override op(expr: PlannedExprOf<"op">): string {
    const { op, args } = expr;
    if (args.some(isDecimal)) {
      if (ARITHMETIC.has(op)) return this.arithmetic(op, args);
      if (op in COMPARISONS) return this.compared(args, EQUALITIES.has(op)).join(COMPARISONS[op]);
    }
    if (op === "%" && args.some((arg) => storageOf(arg) === "float")) return this.arithmetic(op, args);
    return op.startsWith("is ") ? this.operands(args).join(COMPARISONS[op]) : super.op(expr);
  }

  /** Operands one after the other; what is divided is no integer, which would lose its fraction. */
  private arithmetic(op: string, args: readonly PlannedExpr[]): string {
    const [first, ...others] = args as readonly [PlannedExpr, ...PlannedExpr[]];
    return others.reduce(
      (left, arg) => {
        const right = () => this.number(arg);
        if (op === "%") return () => remainder(left, right);
        return () => (op === "/" ? `CAST(${left()} AS REAL) / ${right()}` : `${left()} ${op} ${right()}`);
      },
      () => this.number(first),
    )();
  }

  /** Decimals side by side: as the digits that they are, where all are, or as numbers. */
  private compared(args: readonly PlannedExpr[], byDigits: boolean): string[] {
    if (byDigits && args.every((arg) => formOf(arg) === "digits")) return args.map((arg) => this.operand(arg));
    const round = args.some(isComputed);
    return args.map((arg) => (round ? rounded(() => this.number(arg)) : this.number(arg)));
  }

  /** An expression beside a decimal as a number. */
  private number(expr: PlannedExpr): string {
    return isNumber(expr) ? this.operand(expr) : `CAST(${this.expr(expr)} AS NUMERIC)`;
  }

  protected override between(expr: PlannedExprOf<"between">): string {
    if (![expr.arg, expr.low, expr.high].some(isDecimal)) return super.between(expr);
    const [value, low, high] = this.compared([expr.arg, expr.low, expr.high], false);
    return `${value} ${expr.negated ? "NOT " : ""}BETWEEN ${low} AND ${high}`;
  }

  /** A decimal as a number; what SQLite has computed to the digits that can be trusted, so that equal numbers have one rank. */
  protected override sortKey(expr: PlannedExpr): string {
    if (!isDecimal(expr)) return super.sortKey(expr);
    return isComputed(expr) ? rounded(() => this.number(expr)) : this.number(expr);
  }

  protected override groupBy({ groupBy }: PlannedQuery): string {
    return groupBy.length === 0 ? "" : ` GROUP BY ${this.grouping(groupBy)}`;
  }

  protected override grouping(items: readonly PlannedExpr[]): string {
    return items.map((expr) => this.stable(expr)).join(", ");
  }

  /** A decimal as digits, whatever computed it: as other queries, sets of rows and columns compare it. */
  protected stable(expr: PlannedExpr, decimal = isDecimal(expr)): string {
    const asRead = expr.kind === "cast" && (expr.arg.kind === "json" || isDecimal(expr.arg));
    return !decimal || asRead || givesDigits(expr) ? this.output(expr) : digitsOf(() => this.expr(asDigits(expr)));
  }

  protected override argument(arg: PlannedExpr, call: PlannedExprOf<"call">): string {
    if (call.name === "count" && call.distinct === true && isDecimal(arg)) return this.stable(arg);
    return OF_NUMBERS.has(call.name) && isDecimal(arg) ? this.number(arg) : super.argument(arg, call);
  }

  protected override in(expr: PlannedExprOf<"in">): string {
    const { left, right, negated } = expr;
    const word = `${negated ? " NOT" : ""} IN `;
    if (right.kind === "subquery" && isDecimal(left) && !(formOf(left) === "digits" && formOf(right) === "digits")) {
      const column = (): string => `CAST(${this.quote(right.query.select[0]?.as ?? "value")} AS NUMERIC)`;
      return `${rounded(() => this.number(left))}${word}(SELECT ${rounded(column)} FROM ${this.subquery(right.query)})`;
    }
    if (right.kind !== "tuple") return super.in(expr);
    if (left.kind === "tuple") return `${this.expr(left)}${word}(VALUES ${this.list(right.items)})`;
    if (![left, ...right.items].some(isDecimal)) return super.in(expr);
    const [value, ...items] = this.compared([left, ...right.items], true);
    return `${value}${word}(${items.join(", ")})`;
  }

  /** A list is bound as one JSON text, so that the statement is the same whatever its length. */
  protected inList({ left, right, negated }: PlannedExprOf<"in">): string {
    const type = right.kind === "param" ? right.type : null;
    const numbers = type?.storage === "decimal" && formOf(left) !== "digits";
    const number = (): string => "CAST(value AS NUMERIC)";
    const item = type?.storage === "binary" ? "unhex(value)" : !numbers ? "value" : isComputed(left) ? rounded(number) : number();
    const value = numbers ? this.compared([left], false)[0] : this.typedOperand(left);
    return `${value}${negated ? " NOT" : ""} IN (SELECT ${item} FROM json_each(${this.expr(right)}))`;
  }

  // Clauses

  /** Branches of a combination, and rows that are distinct: a decimal column of one is a decimal column of all. */
  override select(query: PlannedQuery): string {
    const members = [query, ...query.combinations.map((one) => one.query)];
    if (members.length > 1 || query.distinct === true) {
      const found = query.select.flatMap((_, at) => (members.some((one) => decimalAt(one, at)) ? [at] : []));
      const decimals = new Set([...found, ...(this.exact.get(query) ?? [])]);
      for (const member of members) this.exact.set(member, decimals);
      if (members.length > 1 && query.orderBy.some(({ expr }) => isDecimal(expr))) return this.ordered(query);
    }
    return super.select(query);
  }

  protected override selectClause(query: PlannedQuery): string {
    const exact = this.exact.get(query);
    if (exact === undefined || exact.size === 0) return super.selectClause(query);
    const columns = query.select.map(({ expr, as }, at) => {
      const text = exact.has(at) ? this.stable(expr, true) : this.output(expr);
      return as === null ? text : `${text} AS ${this.quote(as)}`;
    });
    return `SELECT ${query.distinct === true ? "DISTINCT " : ""}${columns.join(", ")}`;
  }

  /** A combination is ordered by its columns alone, and a decimal is no column any more once it is a number: it is ordered from around it. */
  private ordered(query: PlannedQuery): string {
    const named = query.select.map(({ expr, as }, at) => ({ expr, as: as ?? `c${at}` }));
    const inner: PlannedQuery = { ...query, select: named, ctes: [], orderBy: [], limit: null, offset: null };
    const orders = query.orderBy.map((order) => {
      const at = query.select.findIndex(({ expr }) => sameColumn(expr, order.expr));
      const name = order.expr.kind === "alias" ? order.expr.name : named[at]?.as;
      if (name === undefined)
        this.refuse("an order by an expression in a combination", "Wrap the combination in subquery(), and order that");
      return this.order(isDecimal(order.expr) ? `CAST(${this.quote(name)} AS NUMERIC)` : this.quote(name), order);
    });
    return `${this.ctes(query)}SELECT * FROM (${this.select(inner)}) ORDER BY ${orders.join(", ")}${this.limits(query)}`;
  }

  /** The rows of a query go into these columns: what is computed of decimals as digits. */
  protected storesExactly(query: PlannedQuery, columns: readonly ColumnRef[]): void {
    this.exact.set(query, new Set(columns.flatMap(({ type }, at) => (type?.storage === "decimal" ? [at] : []))));
  }

  protected override assigned(update: PlannedUpdate, column: string): string {
    if (update.op !== "inc" || update.type?.storage !== "decimal") return super.assigned(update, column);
    return `CAST(${column} AS NUMERIC) + ${this.number(update.value)}`;
  }

  /** A decimal that is computed becomes digits again, the 15 that can be trusted, so that equal numbers stay equal texts. */
  protected override stored({ op, type, value }: PlannedUpdate, text: string): string {
    if (type?.storage !== "decimal" || (op === "set" && (formOf(value) === "digits" || value.kind === "literal"))) return text;
    return `(SELECT CASE typeof(n) WHEN 'real' THEN ${realDigits("n")} ELSE CAST(n AS TEXT) END FROM (SELECT ${text} AS n))`;
  }
}

function decimalAt({ select }: PlannedQuery, at: number): boolean {
  const column = select[at];
  return column !== undefined && isDecimal(column.expr);
}

function sameColumn(one: PlannedExpr, other: PlannedExpr): boolean {
  return one.kind === "column" && other.kind === "column" && one.column === other.column && one.source.alias === other.source.alias;
}
