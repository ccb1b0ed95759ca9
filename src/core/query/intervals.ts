import { kindOf, QueryError } from "../base/index.ts";
import type { VALUE } from "../schema/index.ts";
import { Decimal, exactType, type Instant, type PlainDate, type PlainDateTime, redactedType, type Type, types } from "../type/index.ts";
import { Expr, type Operand } from "./expr.ts";
import { isQueryLike, type QueryLike } from "./query-like.ts";
import { type IntervalUnit, nameOf, type Node } from "./node.ts";
import { operand } from "./operand.ts";
import { param } from "./param.ts";
import { typeOfNode } from "./node-type.ts";
import { isSlot, typedSlot } from "./slot.ts";

/** Microseconds, of the units that are less than a whole number of seconds. */
const SMALL: Partial<Record<IntervalUnit, number>> = { millisecond: 1000, microsecond: 1 };
const UNITS: readonly IntervalUnit[] = ["year", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"];

/** How many units: a number with or without a fraction, or an expression of one. */
export type IntervalCount =
  | number
  | bigint
  | Decimal
  | Expr<number | bigint | Decimal | null>
  | (QueryLike & { readonly [VALUE]: number | bigint | Decimal | null });
type NullOf<A> = A extends Expr<infer N> ? Extract<N, null> : A extends QueryLike ? null : never;
type DateTimeOf<T> = T extends string ? string : T extends PlainDate ? PlainDateTime : T;
type DateOf<T> = T extends null ? null : T extends PlainDate | PlainDateTime | Instant ? PlainDate : string;

/**
 * A date-time moved by a number of units. The end of a longer month becomes the end of a shorter one.
 * A Date or a Temporal value gives one, a text a text without a zone, a column what it holds; a date becomes a date-time, its midnight moved.
 * @param amount how many units; less than 0 goes back
 * @param unit "year", "month", "week", "day", "hour", "minute", "second", "millisecond" or "microsecond"
 * @throws QueryError for an unknown unit, and for what is no date-time
 * @example datetimeAdd(m.shownAt, 90, "minute") // PostgreSQL: (m0."shown_at"::timestamp + $1::numeric * interval '1 minute')::timestamp
 * @see Ecto.Query.API.datetime_add/3
 */
export function datetimeAdd<T, const A extends IntervalCount>(
  value: Operand<T> | Expr<T>,
  amount: A,
  unit: IntervalUnit,
): Expr<DateTimeOf<T> | NullOf<A>> {
  const arg = momentNode(value, "datetimeAdd");
  const whole = isWhole(amount);
  return moved("datetime", arg, amountNode(amount, "datetimeAdd"), unit, dateTimeType(arg, unit, whole));
}

/**
 * A date moved by a number of units, or the date of a date-time that is. It is a text, and a `Temporal.PlainDate` where the value is of Temporal.
 * @param amount how many units; less than 0 goes back
 * @param unit "year", "month", "week", "day" and smaller ones
 * @throws QueryError for an unknown unit, and for what is no date
 * @example dateAdd(m.premiere, 1, "week")
 * // SQLite: date(m0."premiere", (? * 7) || ' day')
 * // PostgreSQL: (m0."premiere"::date + $1::numeric * interval '1 week')::date
 * @see Ecto.Query.API.date_add/3
 */
export function dateAdd<T, const A extends IntervalCount>(
  value: Operand<T> | Expr<T>,
  amount: A,
  unit: IntervalUnit,
): Expr<DateOf<T> | NullOf<A>> {
  const arg = momentNode(value, "dateAdd");
  const given = typeOfNode(arg);
  const type = given?.params?.["as"] === "temporal" ? types.date({ as: "temporal" }) : types.date();
  return moved("date", arg, amountNode(amount, "dateAdd"), unit, given?.redact ? redactedType(type) : type);
}

/**
 * The moment that lies an interval before now, in UTC.
 * @param unit "year", "month", "week", "day", "hour", "minute", "second", "millisecond" or "microsecond"
 * @throws QueryError for an unknown unit
 * @example from(Movie).where((m) => m.shownAt.gt(ago(3, "month")))
 * // PostgreSQL: … WHERE (m0."shown_at" > ((now() AT TIME ZONE 'UTC')::timestamp + $1::numeric * interval '1 month')::timestamp)
 * @see Ecto.Query.API.ago/2
 */
export function ago<const A extends IntervalCount>(amount: A, unit: IntervalUnit): Expr<Date | NullOf<A>> {
  const { node, type } = nowNode();
  return moved("datetime", node, negated(amount), unit, type);
}

/**
 * The moment that lies an interval after now, in UTC.
 * @param unit "year", "month", "week", "day", "hour", "minute", "second", "millisecond" or "microsecond"
 * @throws QueryError for an unknown unit
 * @example fromNow(90, "minute") // PostgreSQL: ((now() AT TIME ZONE 'UTC')::timestamp + $1::numeric * interval '1 minute')::timestamp
 * @see Ecto.Query.API.from_now/2
 */
export function fromNow<const A extends IntervalCount>(amount: A, unit: IntervalUnit): Expr<Date | NullOf<A>> {
  const { node, type } = nowNode();
  return moved("datetime", node, amountNode(amount, "fromNow"), unit, type);
}

/**
 * The database's current time, in UTC, with all the digits of a second that its clock has.
 * @example now()
 * // SQLite: strftime('%Y-%m-%d %H:%M:%f', 'now')
 * // PostgreSQL: (now() AT TIME ZONE 'UTC')
 * @see SQL: CURRENT_TIMESTAMP
 */
export function now(): Expr<Date> {
  return new Expr(nowNode().node);
}

function nowNode(): { node: Node; type: Type } {
  const type = types.utcDatetime({ precision: 6 });
  return { node: { kind: "now", type }, type };
}

function moved(result: "date" | "datetime", arg: Node, count: Node, unit: IntervalUnit, type: Type | null): Expr<never> {
  if (!UNITS.includes(unit)) throw new QueryError(`"${String(unit)}" is no unit of time; use one of ${UNITS.join(", ")}`);
  return new Expr({ kind: "dateAdd", result, arg, count, unit, type });
}

/** What is moved. A value says by itself of which type it is. */
function momentNode(value: unknown, call: string): Node {
  if (value instanceof Expr || isQueryLike(value)) {
    const node =
      value instanceof Expr
        ? typedSlot(value.node, call === "dateAdd" ? types.date() : types.utcDatetime({ precision: 6 }))
        : operand(value, null);
    const type = typeOfNode(node);
    if (type === null || /^(date|naiveDatetime|utcDatetime|utcDatetimeUsec)$/.test(type.storage)) return node;
    throw new QueryError(
      `${call} moves a date or a date-time, and ${nameOf(node)} is of type ${type.name}. A text becomes one by type(…, "utcDatetime")`,
    );
  }
  return param(value, typeOfValue(value, call));
}

function typeOfValue(value: unknown, call: string): Type {
  if (value instanceof Date) return types.utcDatetime({ precision: 6 });
  if (typeof value === "string") {
    if (/^\d{4}-\d\d-\d\d$/.test(value)) return types.date();
    const fraction = /\.(\d+)/.exec(value)?.[1]?.replace(/0+$/, "").length ?? 0;
    return types.naiveDatetime({ precision: fraction === 0 ? 0 : fraction <= 3 ? 3 : 6 });
  }
  switch (kindOf(value).replace(/^an? /, "")) {
    case "Temporal.PlainDate":
      return types.date({ as: "temporal" });
    case "Temporal.PlainDateTime":
      return types.naiveDatetime({ as: "temporal", precision: 6 });
    case "Temporal.Instant":
      return types.utcDatetime({ as: "temporal", precision: 6 });
    default:
      throw new QueryError(`${call} moves a date or a date-time, not ${kindOf(value)}`);
  }
}

/** The type of a moved date-time: that of what is moved, or where the move may give more digits of a second, the one that holds them. */
function dateTimeType(arg: Node, unit: IntervalUnit, whole: boolean): Type | null {
  const given = typeOfNode(arg);
  if (given === null) return null;
  const type = given.storage === "date" ? midnightType(given) : given;
  const digits = (type.params?.["precision"] as number | undefined) ?? 6;
  const fits = whole && (SMALL[unit] ?? 1_000_000) % 10 ** (6 - digits) === 0;
  return fits ? type : exactType(type);
}

function midnightType(date: Type): Type {
  const as = date.params?.["as"] === "temporal" ? "temporal" : "string";
  const type = types.naiveDatetime({ as });
  return date.redact ? redactedType(type) : type;
}

function isWhole(amount: unknown): boolean {
  if (typeof amount === "number") return Number.isInteger(amount);
  if (Decimal.isDecimal(amount)) return amount.isInteger();
  if (amount instanceof Expr) return /^(integer|bigint)$/.test(typeOfNode(amount.node)?.storage ?? "");
  return typeof amount === "bigint";
}

function amountNode(amount: unknown, call: string): Node {
  if (amount instanceof Expr) return isSlot(amount.node) ? typedSlot(amount.node, types.decimal()) : amount.node;
  if (typeof amount === "number" && Number.isFinite(amount))
    return param(amount, Number.isSafeInteger(amount) ? types.integer() : types.float());
  if (typeof amount === "bigint") return param(amount, types.bigint());
  if (Decimal.isDecimal(amount)) return param(amount, types.decimal());
  if (isQueryLike(amount)) return operand(amount, null);
  throw new QueryError(`${call} moves a time by a number of units, not by ${typeof amount === "number" ? String(amount) : kindOf(amount)}`);
}

function negated(amount: unknown): Node {
  if (typeof amount === "number" || typeof amount === "bigint") return amountNode(-amount, "ago");
  if (Decimal.isDecimal(amount)) return amountNode(amount.negated(), "ago");
  return { kind: "negate", arg: amountNode(amount, "ago") };
}
