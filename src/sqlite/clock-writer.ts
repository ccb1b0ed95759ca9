// SQL of times, which SQLite has as text: comparisons, functions, the digits of a second.
import type { ColumnRef, PlannedExpr, PlannedQuery, PlannedUpdate, PlannedWindow } from "../core/plan/index.ts";
import type { Storage, Type } from "../core/type/index.ts";
import type { ManyRows, PlannedExprOf } from "../sql/index.ts";
import { clockLength, firstLength, inOneForm, isCheap, isStoredText, longest, shortest } from "./clock.ts";
import { DecimalWriter } from "./decimal-writer.ts";
import { type Interval, keepsFraction, modifier, movedMicros, movedSeconds } from "./intervals.ts";
import { isClock } from "./times.ts";

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** Writes what has to do with times, which are texts here. */
export abstract class ClockWriter extends DecimalWriter {
  /** Queries of which rows that are the same are one. */
  private readonly united = new Set<PlannedQuery>();

  // Comparisons

  protected override op(expr: PlannedExprOf<"op">): string {
    return this.clockOp(expr) ?? super.op(expr);
  }

  /** A comparison of times; null where an operator does not compare any. */
  private clockOp({ op, args }: PlannedExprOf<"op">): string | null {
    const [left, right] = args as [PlannedExpr, PlannedExpr];
    if (args.length !== 2 || !(op in MIRRORED || op.startsWith("is "))) return null;
    if (left.kind === "tuple" && right.kind === "tuple") return this.tuples(op, left, right);
    const length = isStoredText(left) || isStoredText(right) ? 0 : firstLength(args);
    if (length === 0) return null;
    if (op.startsWith("is "))
      return `${this.operand(longest(left, length))} ${op === "is distinct from" ? "IS NOT" : "IS"} ${this.operand(longest(right, length))}`;
    // An index is used for a column on the left.
    if (left.kind !== "column" && right.kind === "column") return this.clockComparison(MIRRORED[op] as string, right, left, length);
    return this.clockComparison(op, left, right, length);
  }

  private clockComparison(op: string, left: PlannedExpr, right: PlannedExpr, length: number): string {
    if (op === "=" || op === "<>") return this.clockRange(left, right, right, op === "<>", length);
    const bound = op === "<" || op === ">=" ? shortest(right, length) : longest(right, length);
    return `${this.operand(left)} ${op} ${this.operand(bound)}`;
  }

  private clockRange(value: PlannedExpr, low: PlannedExpr, high: PlannedExpr, negated: boolean, length: number): string {
    const [from, to] = [shortest(low, length), longest(high, length)];
    return `${this.operand(value)} ${negated ? "NOT " : ""}BETWEEN ${this.operand(from)} AND ${this.operand(to)}`;
  }

  private tuples(op: string, left: PlannedExprOf<"tuple">, right: PlannedExprOf<"tuple">): string | null {
    const lengths = left.items.map((item, at) => firstLength([item, right.items[at] as PlannedExpr]));
    if (lengths.every((length) => length === 0)) return null;
    const row = ({ items }: PlannedExprOf<"tuple">): PlannedExprOf<"tuple"> => ({
      kind: "tuple",
      items: items.map((item, at) => (lengths[at] === 0 ? item : longest(item, lengths[at]))),
    });
    return this.op({ kind: "op", op, args: [row(left), row(right)] });
  }

  protected override between(expr: PlannedExprOf<"between">): string {
    const { arg, low, high, negated } = expr;
    const length = firstLength([arg, low, high]);
    return length === 0 ? super.between(expr) : this.clockRange(arg, low, high, negated, length);
  }

  protected override in(expr: PlannedExprOf<"in">): string {
    const { left, right } = expr;
    const length = firstLength(right.kind === "tuple" ? [left, ...right.items] : [left, right]);
    if (length === 0) return super.in(expr);
    const word = expr.negated ? " NOT IN " : " IN ";
    const value = (): string => this.operand(longest(left, length));
    const padded = `t || substr('.000000', length(t) - ${length - 1})`;
    if (right.kind === "tuple") return `${value()}${word}(${this.list(right.items.map((item) => longest(item, length)))})`;
    // The first of a union names its column.
    const named = (rows: string): string => `(SELECT NULL AS t WHERE 0 UNION ALL SELECT * FROM ${rows})`;
    if (right.kind === "subquery") return `${value()}${word}(SELECT ${padded} FROM ${named(this.subquery(right.query))})`;
    // A bound list holds every form of its times; an array column those that a repo has written.
    if (right.kind === "param") return super.in(expr);
    return `${value()}${word}(SELECT ${padded} FROM (SELECT value AS t FROM json_each(${this.expr(right)})))`;
  }

  protected override keyEquals(column: ColumnRef, index: number): string {
    const param: PlannedExprOf<"param"> = { kind: "param", index, type: column.type };
    const length = clockLength(param);
    if (length === 0) return super.keyEquals(column, index);
    return `${this.quote(column.name)} BETWEEN ${this.expr(param)} AND ${this.operand(longest(param, length))}`;
  }

  // Where rows that are the same become one

  protected override selectClause(query: PlannedQuery): string {
    const unites = query.distinct === true || this.united.has(query) || query.combinations.some(({ op }) => op !== "unionAll");
    if (!unites || !query.select.some(({ expr }) => clockLength(expr) > 0)) return super.selectClause(query);
    const same = { ...query, select: query.select.map((column) => ({ ...column, expr: inOneForm([column.expr])[0]! })) };
    const exact = this.exact.get(query);
    if (exact !== undefined) this.exact.set(same, exact);
    return super.selectClause(same);
  }

  protected override combined(query: PlannedQuery, first: string): string {
    const unites = this.united.has(query) || query.combinations.some(({ op }) => op !== "unionAll");
    if (unites) for (const { query: other } of query.combinations) this.united.add(other);
    return super.combined(query, first);
  }

  protected override groupBy(query: PlannedQuery): string {
    const named = (expr: PlannedExpr): PlannedExpr => {
      const output = expr.kind === "alias" ? query.select.find(({ as }) => as === expr.name)?.expr : undefined;
      return output !== undefined && clockLength(output) > 0 ? output : expr;
    };
    return super.groupBy({ ...query, groupBy: inOneForm(query.groupBy.map(named)) });
  }

  protected override window(window: PlannedWindow): string {
    const orderBy = window.orderBy.map((order) => ({ ...order, expr: inOneForm([order.expr])[0]! }));
    return super.window({ ...window, partitionBy: inOneForm(window.partitionBy), orderBy });
  }

  protected override call(expr: PlannedExprOf<"call">): string {
    return super.call(expr.distinct === true ? { ...expr, args: inOneForm(expr.args) } : expr);
  }

  // Values

  protected now(type: Type | null): string {
    if (type?.storage === "date") return "date('now')";
    return type?.storage === "time" ? "strftime('%H:%M:%f', 'now')" : "strftime('%Y-%m-%d %H:%M:%f', 'now')";
  }

  protected dateAdd(expr: PlannedExprOf<"dateAdd">): string {
    const { result, arg, count, unit } = expr;
    const interval = (): Interval => ({ count: this.typedOperand(count), unit, whole: isWhole(count) });
    if (result === "date") {
      const day =
        arg.kind === "now" ? "'now', 'start of day'" : this.typedOperand(arg) + (storageOf(arg) === "date" ? "" : ", 'start of day'");
      return `date(${day}, ${modifier(interval())})`;
    }
    // Its clock counts milliseconds, as its functions do.
    if (arg.kind === "now") return `strftime('%Y-%m-%d %H:%M:%f', 'now', ${modifier(interval())})`;
    const time = this.dateTime(arg);
    if (!keepsFraction({ count: "", unit, whole: isWhole(count) })) return movedMicros(this.operand(time), interval());
    if (isCheap(time)) {
      const text = this.operand(time);
      const by = modifier(interval());
      return movedSeconds(text, this.operand(time), by);
    }
    const moved = movedSeconds("t", "t", modifier(interval()));
    return `(SELECT ${moved} FROM (SELECT ${this.operand(time)} AS t))`;
  }

  /** What is moved as the text of a date-time. */
  private dateTime(arg: PlannedExpr): PlannedExpr {
    if (storageOf(arg) === "date") return { kind: "fragment", parts: ["", arg, " || ' 00:00:00'"] };
    return clockLength(arg) > 0 ? arg : { kind: "fragment", parts: ["strftime('%Y-%m-%d %H:%M:%f', ", arg, ")"] };
  }

  /** Another kind of time out of one, or one out of any text: ISO 8601 in UTC, as JSON has it, becomes what is stored. */
  protected clockCast({ arg, type }: PlannedExprOf<"cast">): string | null {
    const to = type.storage;
    if ((to !== "date" && !isClock(to)) || arg.kind === "param") return null;
    const text = this.expr(arg);
    const length = clockLength(arg);
    if (length === 0 && storageOf(arg) !== "date") return to === "date" ? null : `rtrim(replace(${text}, 'T', ' '), 'Z')`;
    if (storageOf(arg) === "date") return to === "date" || to === "time" ? null : `${text} || ' 00:00:00'`;
    if (to === "date") return `substr(${text}, 1, 10)`;
    return to === "time" && length === 19 ? `substr(${text}, 12)` : text;
  }

  // Writes

  /** A time that is computed becomes the text that a repo would write, with no more digits than the field has. */
  protected storedClock(type: Type | null, value: PlannedExpr): PlannedExpr {
    if (type === null || !isClock(type.storage) || value.kind === "param" || value.kind === "literal") return value;
    const digits = typeof type.params?.["precision"] === "number" ? type.params["precision"] : 6;
    return shortest(value, type.storage === "time" ? 8 : 19, digits);
  }

  protected override assigned(update: PlannedUpdate, column: string): string {
    return super.assigned(update.op === "set" ? { ...update, value: this.storedClock(update.type, update.value) } : update, column);
  }

  /** A query whose rows are inserted: the times that it computes become the texts of their columns. */
  protected storedTimes(query: PlannedQuery, columns: ManyRows["columns"]): PlannedQuery {
    // What is ordered as a whole is ordered by its own columns.
    if (query.combinations.length > 0 && query.orderBy.length > 0) return query;
    const select = query.select.map((one, at) => ({ ...one, expr: this.storedClock(columns[at]?.type ?? null, one.expr) }));
    return { ...query, select, combinations: query.combinations.map((one) => ({ ...one, query: this.storedTimes(one.query, columns) })) };
  }
}

/** Whether a count is known to be a whole number. */
function isWhole(count: PlannedExpr): boolean {
  if (count.kind === "negate") return isWhole(count.arg);
  return count.kind === "literal" ? Number.isInteger(count.value) : /^(integer|bigint)$/.test(storageOf(count) ?? "");
}

function storageOf(expr: PlannedExpr): Storage | null {
  return "type" in expr ? (expr.type?.storage ?? null) : null;
}
