import { ArgumentError } from "../core/base/index.ts";
import type { ConflictTarget, IntervalUnit, PlannedExpr, PlannedQuery, PlannedUpdate } from "../core/plan/index.ts";
import type { Storage, Type } from "../core/type/index.ts";
import { SqlWriter, quoteLiteral, splitJoins, type ManyRows, type PlannedExprOf, type SourceOf, type SqlDialect } from "../sql/index.ts";
import { jsonSql } from "./json.ts";

const TYPES: Readonly<Record<Exclude<Storage, "array" | "any">, string>> = {
  integer: "bigint",
  bigint: "bigint",
  float: "double precision",
  decimal: "numeric",
  boolean: "boolean",
  string: "text",
  binary: "bytea",
  uuid: "uuid",
  date: "date",
  time: "time",
  naiveDatetime: "timestamp",
  utcDatetime: "timestamp",
  utcDatetimeUsec: "timestamp",
  duration: "interval",
  bitstring: "varbit",
  json: "jsonb",
  vector: "vector",
};
// Text of another name may stand for a type of the database's own, such as an enum, which only a lone parameter becomes by itself.
const TEXT_TYPES = new Set(["string", "text"]);

/** The server's name of a type as a cast has it; null for a type that is whatever the database has. */
export function pgTypeName(type: Type): string | null {
  if (type.storage === "any") return null;
  if (type.storage !== "array") return TYPES[type.storage];
  const inner = type.inner === undefined ? null : pgTypeName(type.inner);
  return inner === null ? null : `${inner}[]`;
}

class PostgresWriter extends SqlWriter {
  protected readonly database = "PostgreSQL";
  protected override readonly numbered = true;
  override readonly maxDefaultRows = 10_000;

  protected override typedParam(placeholder: string, type: Type | null): string {
    const name = type === null ? null : pgTypeName(type);
    return name === null ? placeholder : `${placeholder}::${name}`;
  }

  /** Its text, since a driver would parse it as JSON of the user's. */
  protected override output(expr: PlannedExpr): string {
    return expr.kind === "rows" ? `${this.rowsInJson(expr.query)}::text` : super.output(expr);
  }

  protected override outputParam(placeholder: string, type: Type | null): string {
    return type?.storage === "string" && !TEXT_TYPES.has(type.name) ? placeholder : super.outputParam(placeholder, type);
  }

  /** With a backslash in it, the E form means the same whatever the server's standard_conforming_strings. */
  protected override textLiteral(text: string): string {
    const quoted = quoteLiteral(text);
    return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
  }

  // Rows within rows

  protected jsonRows(values: readonly string[], orderBy: string): string {
    return `coalesce(json_agg(json_build_array(${values.join(", ")})${orderBy}), '[]')`;
  }

  protected inJson(expr: PlannedExpr): string {
    return jsonSql(this.expr(expr), expr.kind === "column" ? expr.type : null);
  }

  // Expressions

  protected cast({ arg, type }: PlannedExprOf<"cast">): string {
    const name = pgTypeName(type);
    // The text of a JSON value becomes what the cast says; JSON itself is cast to numbers and booleans alone.
    if (arg.kind === "json" && !arg.asText && type.storage !== "json") return `${this.json({ ...arg, asText: true })}::${name ?? "text"}`;
    return name === null ? this.typedOperand(arg) : `${this.operand(arg)}::${name}`;
  }

  /** A function declared for any type learns nothing from its arguments; of all others the declaration says more than a value does. */
  protected override argument(arg: PlannedExpr, call: PlannedExprOf<"call">): string {
    if (OF_ANY.has(call.name)) return this.typed(arg);
    const own = arg.kind === "param" && (arg.type?.storage === "string" || arg.type?.storage === "integer");
    return own && call.name !== "coalesce" && call.args.some(isComputed) ? this.expr(arg) : super.argument(arg, call);
  }

  protected inList({ left, right, negated }: PlannedExprOf<"in">): string {
    if (isJson(left) && right.kind === "param" && right.type !== null && right.type.storage !== "json") {
      const items = `(SELECT to_jsonb(item) FROM unnest(${this.placeholder(right.index)}::${pgTypeName(right.type)}[]) AS item)`;
      return `${this.operand(left)} ${negated ? "NOT IN" : "IN"} ${items}`;
    }
    const value = this.operands([left, right])[0]!;
    const list = right.kind === "param" ? this.listParam(right, left) : this.expr(right);
    return negated ? `NOT (${value} = ANY(${list}))` : `${value} = ANY(${list})`;
  }

  private listParam({ index, type }: PlannedExprOf<"param">, left: PlannedExpr): string {
    const placeholder = this.placeholder(index);
    const name = type === null || left.kind === "column" ? null : pgTypeName(type);
    return name === null ? placeholder : `${placeholder}::${name}[]`;
  }

  protected json({ arg, path, asText }: PlannedExprOf<"json">): string {
    const operator = asText ? "#>>" : "#>";
    const value = `${this.typedOperand(arg)}${operator}${this.jsonPath(path)}`;
    // JSON's null in a value is NULL, as it is where the text is taken.
    return asText ? `(${value})` : `NULLIF(${value}, 'null')`;
  }

  private jsonPath(path: PlannedExprOf<"json">["path"]): string {
    const items: string[] = [];
    let fixed = true;
    for (const item of path) {
      if (typeof item === "object") fixed = false;
      else items.push(typeof item === "number" ? this.literal(item) : `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
    }
    if (fixed) return this.textLiteral(`{${items.join(",")}}`);
    const texts = path.map((item) => (typeof item === "object" ? `${this.operand(item)}::text` : this.textLiteral(String(item))));
    return `ARRAY[${texts.join(", ")}]::text[]`;
  }

  protected override op(expr: PlannedExprOf<"op">): string {
    const { op, args } = expr;
    if (COMPARISONS.has(op) && args.some(isJson)) return args.map((arg) => this.jsonOperand(arg)).join(` ${op.toUpperCase()} `);
    return super.op(expr);
  }

  /** Beside a JSON value another value becomes JSON, since the server compares only like with like. */
  private jsonOperand(expr: PlannedExpr): string {
    if (expr.kind === "literal" && expr.value !== null) return `${this.textLiteral(JSON.stringify(expr.value))}::jsonb`;
    if (expr.kind !== "param" || expr.type === null || expr.type.storage === "json") return this.typedOperand(expr);
    return `to_jsonb(${this.typed(expr)})`;
  }

  protected dateAdd({ result, arg, count, unit }: PlannedExprOf<"dateAdd">): string {
    const type = result === "date" ? "date" : "timestamp";
    return `(${this.operand(arg)}::${type} + ${this.interval(count, unit)})::${type}`;
  }

  private interval(count: PlannedExpr, unit: IntervalUnit): string {
    if (count.kind === "literal") return `interval ${this.textLiteral(`${String(count.value)} ${unit}`)}`;
    return `${this.operand(count)}::numeric * interval '1 ${unit}'`;
  }

  // Columns hold times in UTC, without a zone.
  protected now(type: Type | null): string {
    const now = "(now() AT TIME ZONE 'UTC')";
    if (type?.storage === "date" || type?.storage === "time") return `${now}::${type.storage}`;
    return now;
  }

  /** A column of fewer digits of a second rounds, up too: what is computed is cut before, as the field says. */
  private cut(type: Type | null, value: PlannedExpr): PlannedExpr {
    const digits = digitsOf(type);
    if (digits === null || digits >= 6 || value.kind === "param" || !isFiner(value, digits)) return value;
    const text = `date_trunc('${digits === 0 ? "second" : "milliseconds"}', `;
    return { kind: "fragment", parts: [text, value, type?.storage === "time" ? ")::time" : ")"] };
  }

  protected override assigned(update: PlannedUpdate, column: string): string {
    return super.assigned(update.op === "set" ? { ...update, value: this.cut(update.type, update.value) } : update, column);
  }

  protected override insertedQuery(query: PlannedQuery, command: ManyRows): string {
    if (query.combinations.length > 0) return super.insertedQuery(query, command);
    const select = query.select.map((one, at) => ({ ...one, expr: this.cut(command.columns[at]?.type ?? null, one.expr) }));
    return super.insertedQuery({ ...query, select }, command);
  }

  // Clauses

  protected values(source: SourceOf<"values">): string {
    const rows = source.packed ? this.packedValues(source, source.packed as readonly PlannedExprOf<"param">[]) : this.valueRows(source);
    return `${rows} AS ${source.alias} (${this.quoteAll(source.columns.map(({ name }) => name))})`;
  }

  /** Lists among them travel as texts, since an array of arrays would be flattened, and must have them of one length. */
  private packedValues({ columns }: SourceOf<"values">, packed: readonly PlannedExprOf<"param">[]): string {
    const isList = columns.map(({ type }) => type.storage === "array");
    const arrays = columns.map(({ type }, at) => `${this.placeholder(packed[at]!.index)}::${isList[at] ? "text" : pgTypeName(type)}[]`);
    const rows = `unnest(${arrays.join(", ")})`;
    if (!isList.includes(true)) return rows;
    const cells = columns.map(({ type }, at) => (isList[at] ? `c${at}::${pgTypeName(type)}` : `c${at}`));
    return `(SELECT ${cells.join(", ")} FROM ${rows} AS u (${columns.map((_, at) => `c${at}`).join(", ")}))`;
  }

  protected distinctOn(exprs: readonly PlannedExpr[]): string {
    return `DISTINCT ON (${this.list(exprs)})`;
  }

  /** The expressions of DISTINCT ON must lead the order; those that do already keep their direction. */
  protected override orderByClause(query: PlannedQuery): string {
    const { distinct, orderBy } = query;
    if (distinct === null || distinct === true || distinct.length === 0 || orderBy.length === 0) return super.orderByClause(query);
    const on = distinct.map((expr) => this.expr(expr));
    const orders = orderBy.map((order) => ({ key: this.expr(order.expr), order }));
    let led = 0;
    while (led < orders.length && on.includes(orders[led]!.key)) led++;
    const lead = orders.slice(0, led);
    const missing = on.filter((key) => !lead.some((one) => one.key === key));
    const text = ({ key, order }: { key: string; order: PlannedQuery["orderBy"][number] }): string => this.order(key, order);
    return ` ORDER BY ${[...lead.map(text), ...missing, ...orders.slice(led).map(text)].join(", ")}`;
  }

  protected member(query: PlannedQuery): string {
    return `(${this.select(query)})`;
  }

  /** INTERSECT binds closer than UNION and EXCEPT: what comes before it is put in parentheses, so that queries combine in their order. */
  protected override combined({ combinations }: PlannedQuery, first: string): string {
    return combinations.reduce((text, { op, query }, at) => {
      const loose = op.startsWith("intersect") && combinations.slice(0, at).some((one) => !one.op.startsWith("intersect"));
      return `${loose ? `(${text})` : text} ${this.combinationOp(op)} ${this.member(query)}`;
    }, first);
  }

  protected override limits(query: PlannedQuery): string {
    if (!query.withTies || query.limit === null) return super.limits(query);
    if (query.orderBy.length === 0) this.refuse("withTies without orderBy", "Order the query, so that it is known which rows tie");
    const offset = query.offset === null ? "" : ` OFFSET ${this.expr(query.offset)}`;
    return `${offset} FETCH FIRST ${this.operand(query.limit)} ROWS WITH TIES`;
  }

  // Writes

  protected push({ value }: PlannedUpdate, column: string): string {
    return `array_append(${column}, ${this.expr(value)})`;
  }

  protected pull({ value }: PlannedUpdate, column: string): string {
    return `array_remove(${column}, ${this.expr(value)})`;
  }

  protected deleteAll(query: PlannedQuery): string {
    const { first, rest } = splitJoins(query.joins);
    if (rest.length > 0) this.refuse(`a ${rest[0]!.kind} join in a delete`, "Use an inner join, or put the condition into a subquery");
    return (
      this.ctes(query) +
      `DELETE FROM ${this.target(query)}` +
      (first.length === 0 ? "" : ` USING ${this.firstSources(first, false)}`) +
      this.conditions("WHERE", [...first.map(({ on }) => on), query.where]) +
      this.returned(query)
    );
  }

  protected defaultRows(count: number): string {
    return count === 1 ? "DEFAULT VALUES" : `VALUES ${new Array<string>(count).fill("(DEFAULT)").join(", ")}`;
  }

  protected override updateTarget(target: ConflictTarget): string {
    if (target.kind === "none")
      throw new ArgumentError(
        "PostgreSQL updates on a conflict only with a conflictTarget: name the columns of the unique index, or the constraint",
      );
    return super.updateTarget(target);
  }

  /** One array per column, so that the text is the same whatever the number of rows. Arrays of arrays would be flattened. */
  override insertArrays(command: ManyRows): string | null {
    const arrays: string[] = [];
    for (const [i, { type }] of command.columns.entries()) {
      if (type === null || type.storage === "array" || type.storage === "any") return null;
      if (type.storage === "string" && !TEXT_TYPES.has(type.name)) return null;
      arrays.push(`${this.placeholder(-1 - i)}::${pgTypeName(type)}[]`);
    }
    return this.insertInto(command, `${this.columnList(command)}SELECT * FROM unnest(${arrays.join(", ")})`);
  }

  override arrayParam(values: readonly unknown[]): string {
    return arrayLiteral(values);
  }
}

/** Encoded values as the text of an array of one dimension. */
export function arrayLiteral(values: readonly unknown[]): string {
  const items: string[] = new Array(values.length);
  for (let i = 0; i < values.length; i++) items[i] = element(values[i]);
  return `{${items.join(",")}}`;
}

function element(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return `"\\\\x${hex(value)}"`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const plain = text.includes("\\") ? text.replaceAll("\\", "\\\\") : text;
  return `"${plain.includes('"') ? plain.replaceAll('"', '\\"') : plain}"`;
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** Functions of variadic "any". */
const OF_ANY = new Set([
  "concat",
  "concat_ws",
  "json_build_array",
  "json_build_object",
  "jsonb_build_array",
  "jsonb_build_object",
  "json_object_agg",
  "jsonb_object_agg",
  "num_nonnulls",
  "num_nulls",
]);

/** Digits of a second of a type of times; null of any other. */
function digitsOf(type: Type | null): number | null {
  if (type === null || !/^(time|naiveDatetime|utcDatetime)/.test(type.storage)) return null;
  return typeof type.params?.["precision"] === "number" ? type.params["precision"] : 6;
}

/** Whether a value may have more digits of a second; what a fragment gives is its own matter. */
function isFiner(expr: PlannedExpr, digits: number): boolean {
  switch (expr.kind) {
    case "now":
    case "dateAdd":
      return true;
    case "column":
    case "cast":
      return (digitsOf(expr.type) ?? 0) > digits;
    case "call":
      return expr.args.some((arg) => isFiner(arg, digits));
    case "case":
      return expr.branches.some(({ then }) => isFiner(then, digits)) || (expr.otherwise !== null && isFiner(expr.otherwise, digits));
    case "subquery":
      return expr.query.select.some((column) => isFiner(column.expr, digits));
    case "binding":
    case "param":
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
      return false;
  }
}

function isComputed(expr: PlannedExpr): boolean {
  return expr.kind !== "param" && expr.kind !== "literal";
}

const COMPARISONS = new Set(["=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]);

function isJson(expr: PlannedExpr): boolean {
  return expr.kind === "json" && !expr.asText;
}

/** How PostgreSQL says queries and writes. */
export const postgresDialect: SqlDialect = { maxParams: 65_535, writer: () => new PostgresWriter() };
