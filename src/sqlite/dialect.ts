import { ArgumentError, QueryError } from "../core/base/index.ts";
import type {
  CombinationOp,
  ConflictTarget,
  InsertCell,
  InsertCommand,
  PlannedColumn,
  PlannedExpr,
  PlannedJoin,
  PlannedQuery,
  PlannedReturning,
  PlannedUpdate,
  TableRef,
} from "../core/plan/index.ts";
import type { Storage, Type } from "../core/type/index.ts";
import type { ManyRows, PlannedExprOf, SourceOf, SqlDialect } from "../sql/index.ts";
import { ClockWriter } from "./clock-writer.ts";
import { asDigits, formOf, isCoalesce } from "./decimals.ts";
import { jsonSql } from "./json.ts";

/** How a bound value becomes an item of a stored list, where the two are not the same: see the codec of arrays. */
const ITEMS: { readonly [S in Storage]?: (value: string) => string } = {
  boolean: (value) => `json(iif(${value}, 'true', 'false'))`,
  bigint: (value) => `CAST(${value} AS TEXT)`,
  binary: (value) => `lower(hex(${value}))`,
  json: (value) => `json(${value})`,
  array: (value) => `json(${value})`,
};

const CASTS: Readonly<Record<Storage, string | null>> = {
  integer: "INTEGER",
  bigint: "INTEGER",
  boolean: "INTEGER",
  float: "REAL",
  decimal: "NUMERIC",
  binary: "BLOB",
  string: "TEXT",
  uuid: "TEXT",
  date: "TEXT",
  time: "TEXT",
  naiveDatetime: "TEXT",
  utcDatetime: "TEXT",
  utcDatetimeUsec: "TEXT",
  duration: "TEXT",
  bitstring: "TEXT",
  json: "TEXT",
  array: "TEXT",
  vector: "TEXT",
  any: null,
};

class SqliteWriter extends ClockWriter {
  protected readonly database = "SQLite";
  /** While RETURNING is written: the changed table's alias, which does not exist there, and the other sources. */
  private bare: string | null = null;
  private hidden: string | null = null;
  private unreachable: ReadonlySet<string> = new Set();

  // Where no column beside it tells otherwise, a decimal is computed with.
  protected override typedParam(placeholder: string, type: Type | null): string {
    return type?.storage === "decimal" ? `CAST(${placeholder} AS NUMERIC)` : placeholder;
  }

  protected override outputParam(placeholder: string): string {
    return placeholder;
  }

  protected override booleanLiteral(value: boolean): string {
    return value ? "1" : "0";
  }

  // Rows within rows

  protected jsonRows(values: readonly string[], orderBy: string): string {
    return `json_group_array(json_array(${values.join(", ")})${orderBy})`;
  }

  protected inJson(expr: PlannedExpr): string {
    return jsonSql(this.expr(expr), expr.kind === "column" ? expr.type : null);
  }

  // Expressions

  override expr(expr: PlannedExpr): string {
    if ((expr.kind !== "column" && expr.kind !== "binding") || this.bare === null) return super.expr(expr);
    const { source } = expr;
    if (this.unreachable.has(source.alias))
      this.refuse(
        `returning ${expr.kind === "column" ? `a column of a joined source ("${expr.column}")` : "a joined source"}`,
        "Select columns of the changed table, and read the others by a query",
      );
    if (source.alias !== this.bare) return super.expr(expr);
    return this.quote(expr.kind === "column" ? expr.column : (source as SourceOf<"table">).name);
  }

  /** A column of a subquery that is called true or false loses its name here, quoted or not. */
  protected override columns(columns: readonly PlannedColumn[]): string {
    const lost = columns.find(({ as }) => as !== null && /^(true|false)$/i.test(as));
    if (lost) this.refuse(`a column named "${String(lost.as)}"`, "Give it another name");
    return super.columns(columns);
  }

  /** A JSON value that is read must stay JSON; to compare and to order, it is the value that it holds. */
  protected override output(expr: PlannedExpr): string {
    if (expr.kind === "cast" && expr.type.storage === "decimal") return this.digits(expr);
    if (expr.kind === "case" || isCoalesce(expr)) return super.output(asDigits(expr));
    if (expr.kind !== "json") return super.output(expr);
    // JSON's null in a value is NULL, as json_extract has it.
    return expr.asText ? this.exactText(expr) : `NULLIF(${this.jsonOf(expr)}, 'null')`;
  }

  private jsonOf({ arg, path }: PlannedExprOf<"json">): string {
    return `${this.operand(arg)} -> ${this.jsonPath(path)}`;
  }

  /** The text of a JSON value, in which numbers have the digits that the JSON has, and booleans their names, as on PostgreSQL. */
  private exactText(expr: PlannedExprOf<"json">): string {
    const type = `json_type(${this.expr(expr.arg)}, ${this.jsonPath(expr.path)})`;
    return `CASE WHEN ${type} IN ('integer', 'real', 'true', 'false') THEN ${this.jsonOf(expr)} ELSE ${this.json(expr)} END`;
  }

  /** A decimal that is read and not computed with keeps all of its digits. */
  private digits(expr: PlannedExprOf<"cast">): string {
    if (formOf(expr.arg) === "digits") return super.output(expr.arg);
    return expr.arg.kind === "json" ? this.exactText({ ...expr.arg, asText: true }) : super.output(expr);
  }

  protected json({ arg, path, asText }: PlannedExprOf<"json">): string {
    const value = `json_extract(${this.expr(arg)}, ${this.jsonPath(path)})`;
    return asText ? `CAST(${value} AS TEXT)` : value;
  }

  private jsonPath(path: PlannedExprOf<"json">["path"]): string {
    const pieces: string[] = [];
    let text = "$";
    for (const item of path) {
      if (typeof item === "number") text += item < 0 ? `[#${this.literal(item)}]` : `[${this.literal(item)}]`;
      else if (typeof item === "string") text += `.${JSON.stringify(item)}`;
      else {
        if (item.kind === "param" && item.type === null) {
          // Whether the parameter is an index of a list or a key of an object is known when it is bound.
          const value = (): string => this.expr(item);
          pieces.push(this.textLiteral(text));
          pieces.push(
            `iif(typeof(${value()}) = 'integer', iif(${value()} < 0, '[#', '[') || ${value()} || ']', '.' || json_quote(${value()}))`,
          );
          text = "";
          continue;
        }
        const index = "type" in item && (item.type?.storage === "integer" || item.type?.storage === "bigint");
        pieces.push(this.textLiteral(index ? `${text}[` : `${text}.`), index ? this.operand(item) : `json_quote(${this.expr(item)})`);
        text = index ? "]" : "";
      }
    }
    if (text !== "") pieces.push(this.textLiteral(text));
    return pieces.length === 1 ? pieces[0]! : `(${pieces.join(" || ")})`;
  }

  protected override op(expr: PlannedExprOf<"op">): string {
    const { op, args } = expr;
    // LIKE ignores the case of ASCII letters already, unless a pragma makes it exact.
    if (op === "ilike") return `${args.map((arg) => `lower(${this.expr(arg)})`).join(" LIKE ")} ESCAPE '\\'`;
    // PostgreSQL's escape character, which SQLite has only where it is named.
    if (op === "like") return `${super.op(expr)} ESCAPE '\\'`;
    return super.op(expr);
  }

  protected override call(expr: PlannedExprOf<"call">): string {
    if (expr.withinGroup === true)
      this.refuse(`${expr.name} with withinGroup`, "Number the rows with a window function, and take the one at that place");
    return super.call(expr);
  }

  protected override quantified({ quantifier }: PlannedExprOf<"quantified">): never {
    this.refuse(
      `${quantifier}(subquery)`,
      quantifier === "any" ? "Use in(subquery), or exists" : "Compare with a subquery of max or min, or use not(exists(…))",
    );
  }

  protected cast(expr: PlannedExprOf<"cast">): string {
    const { arg, type } = expr;
    const clock = this.clockCast(expr);
    if (clock !== null) return clock;
    const name = CASTS[type.storage];
    // As JSON, the text "1" is no number.
    if (type.storage === "json" && arg.kind === "json" && !arg.asText) return this.output(arg);
    return name === null ? this.expr(arg) : `CAST(${this.expr(arg)} AS ${name})`;
  }

  // Clauses

  protected values(source: SourceOf<"values">): string {
    if (source.packed) return this.packedValues(source, source.packed[0] as PlannedExprOf<"param">);
    const columns = source.columns.map(({ name }, i) => `column${i + 1} AS ${this.quote(name)}`);
    return `(SELECT ${columns.join(", ")} FROM ${this.valueRows(source)}) AS ${source.alias}`;
  }

  // Columns of decimals hold digits.
  protected override valueParam(placeholder: string): string {
    return placeholder;
  }

  /** The casts change no value: columns of a known type can be looked up by an index that SQLite makes of them, once LIMIT keeps them together. */
  private packedValues({ columns, alias }: SourceOf<"values">, { index }: PlannedExprOf<"param">): string {
    const cells = columns.map(({ name, type }, at) => {
      const stored = type.storage === "decimal" ? "TEXT" : CASTS[type.storage];
      const value = type.storage === "binary" ? `unhex(value ->> ${at})` : `CAST(value ->> ${at} AS ${stored})`;
      return `${value} AS ${this.quote(name)}`;
    });
    return `(SELECT ${cells.join(", ")} FROM json_each(${this.placeholder(index)}) LIMIT -1) AS ${alias}`;
  }

  protected override join(join: PlannedJoin): string {
    // A function that returns rows names what stands before it in any join.
    if (join.kind.endsWith("Lateral") && join.source.kind === "fragment")
      return super.join({ ...join, kind: join.kind.slice(0, -"Lateral".length) as PlannedJoin["kind"] });
    if (join.kind.endsWith("Lateral"))
      this.refuse(
        `lateral joins (${join.kind})`,
        "Select the value by a correlated subquery, or number the rows with a window function and join on the number",
      );
    return super.join(join);
  }

  protected distinctOn(): never {
    this.refuse("distinct on expressions", "Use distinct: true, a groupBy, or a window function that numbers the rows");
  }

  protected override combinationOp(op: CombinationOp): string {
    if (op === "intersectAll" || op === "exceptAll") this.refuse(op, `Use ${op.slice(0, -3)}, which leaves duplicates out`);
    return super.combinationOp(op);
  }

  /** No parentheses are allowed around the members of a union, so what has clauses of its own goes one level down. */
  protected member(query: PlannedQuery): string {
    const plain =
      query.ctes.length + query.combinations.length + query.orderBy.length === 0 && query.limit === null && query.offset === null;
    return plain ? this.select(query) : `SELECT * FROM (${this.select(query)})`;
  }

  protected override limits(query: PlannedQuery): string {
    if (query.withTies) this.refuse("withTies", "Number the rows with the window function rank, and take those up to the limit");
    return query.limit === null && query.offset !== null ? ` LIMIT -1${super.limits(query)}` : super.limits(query);
  }

  protected override lock({ lock }: PlannedQuery): string {
    if (lock !== null) this.refuse("lock", "A transaction of mode immediate holds the whole database against other writers");
    return "";
  }

  // Writes

  protected push({ type, value }: PlannedUpdate, column: string): string {
    const item = this.expr(value);
    return `json_insert(coalesce(${column}, '[]'), '$[#]', ${ITEMS[type?.inner?.storage ?? "any"]?.(item) ?? item})`;
  }

  protected pull({ type, value }: PlannedUpdate, column: string): string {
    const storage = type?.inner?.storage ?? "any";
    const item = this.expr(value);
    // A boolean reads as 0 or 1 here, as it is bound.
    const other = storage === "boolean" ? item : (ITEMS[storage]?.(item) ?? item);
    const kept = "CASE WHEN type IN ('true', 'false') THEN json(type) WHEN type IN ('array', 'object') THEN json(value) ELSE value END";
    return `iif(${column} IS NULL, NULL, (SELECT json_group_array(${kept}) FROM json_each(${column}) WHERE value IS NOT ${other}))`;
  }

  /** A delete cannot join: it finds its rows by a query that can. */
  protected deleteAll(query: PlannedQuery): string {
    const target = this.target(query);
    const { alias } = query.from;
    const text = `${this.ctes(query)}DELETE FROM ${target}`;
    if (query.joins.length === 0) return text + this.conditions("WHERE", [query.where]) + this.returned(query);
    const joined = `SELECT ${alias}.rowid FROM ${this.source(query.from)}${this.joins(query.joins)}${this.conditions("WHERE", [query.where])}`;
    return `${text} WHERE ${alias}.rowid IN (${joined})${this.returned(query)}`;
  }

  protected override cte(cte: PlannedQuery["ctes"][number]): string {
    if ("ctes" in cte.query && cte.query.operation !== "all")
      this.refuse(`${cte.query.operation} in a CTE ("${cte.name}")`, "Run it as a query of its own, in a transaction");
    if (cte.search !== undefined || cte.cycle !== undefined)
      this.refuse(
        `SEARCH and CYCLE of a CTE ("${cte.name}")`,
        "Order the query of the CTE for the one, and combine it by union for the other, or select the path and look into it",
      );
    // Here the name of a CTE hides a table of that name in its own body too, unless the database is named.
    const hidden = this.hidden;
    this.hidden = cte.name;
    const text = super.cte(cte);
    this.hidden = hidden;
    return text;
  }

  protected override tableName(table: TableRef): string {
    return super.tableName(table.prefix === null && table.name === this.hidden ? { ...table, prefix: "main" } : table);
  }

  protected override returned(query: PlannedReturning): string {
    this.bare = query.from.alias;
    this.unreachable = new Set(query.joins.map(({ source }) => source.alias));
    const text = super.returned(query);
    this.bare = null;
    return text;
  }

  protected defaultRows(count: number): string {
    if (count !== 1) this.refuse("an insert of several rows without columns", "Insert them one by one, or name a column");
    return "DEFAULT VALUES";
  }

  /** DEFAULT is not a value here: a column that has it in every row is left out. */
  protected override withoutDefaults(
    command: InsertCommand,
    rows: readonly (readonly InsertCell[])[],
  ): { command: ManyRows; rows: readonly (readonly InsertCell[])[] } {
    const keep = command.columns.map((column, i) => {
      const defaults = rows.filter((row) => row[i]!.kind === "default").length;
      if (defaults > 0 && defaults < rows.length) {
        throw new ArgumentError(
          `SQLite cannot insert the default of "${column.name}" into some rows and a value into others of "${command.table.name}". Give every row the same keys, or insert them in two goes`,
        );
      }
      return defaults === 0;
    });
    if (!keep.includes(false)) return { command, rows };
    const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => keep[i]);
    return { command: { ...command, columns: kept(command.columns) }, rows: rows.map(kept) };
  }

  /** After FROM the parser takes ON for a join's, unless a WHERE comes between. */
  protected override insertedQuery(given: PlannedQuery, { columns, onConflict }: ManyRows): string {
    const query = this.storedTimes(given, columns);
    this.storesExactly(query, columns);
    const ends = query.where !== null && query.combinations.length === 0;
    return onConflict.kind === "raise" || ends ? this.select(query) : `SELECT * FROM (${this.select(query)}) WHERE 1`;
  }

  protected override conflictTarget(target: ConflictTarget): string {
    if (target.kind === "constraint")
      throw new QueryError(`SQLite does not know constraints by their name ("${target.name}"). Name the columns in conflictTarget`);
    return super.conflictTarget(target);
  }
}

/** How SQLite says queries and writes. */
export const sqliteDialect: SqlDialect = { maxParams: 32_766, chunkRows: 64, writer: () => new SqliteWriter() };
