import { ArgumentError } from "../core/base/index.ts";
import type { ConflictClause, ConflictTarget, InsertCell, InsertCommand, PlannedQuery } from "../core/plan/index.ts";
import { ChangeWriter } from "./change.ts";

/** An insert whose values come as a table of rows, not one by one. */
export type ManyRows = Omit<InsertCommand, "rows">;

/** Writes inserts. */
export abstract class InsertWriter extends ChangeWriter {
  /** Rows of no column at all. */
  protected abstract defaultRows(count: number): string;
  /** How many such rows one statement can insert. */
  readonly maxDefaultRows: number = 1;

  insert(command: InsertCommand): string {
    const { rows } = command;
    if ("ctes" in rows) return this.insertInto(command, `${this.columnList(command)}${this.insertedQuery(rows, command)}`);
    if (rows.length === 0) throw new ArgumentError("an insert of no rows");
    const plain = this.withoutDefaults(command, rows);
    return this.insertInto(
      plain.command,
      plain.command.columns.length === 0 ? this.defaultRows(rows.length) : this.columnList(plain.command) + this.rows(plain.rows),
    );
  }

  /** Many rows; the parameter of row r and column c has the index -1 - (r * columns + c), so that it never meets one of the conflict clause. */
  insertMany(command: ManyRows, count: number): string {
    const width = command.columns.length;
    if (width === 0) return this.insertInto(command, this.defaultRows(count));
    const rows: string[] = new Array(count);
    for (let r = 0, index = -1; r < count; r++) {
      let row = "";
      for (let c = 0; c < width; c++) row += (c === 0 ? "(" : ", ") + this.placeholder(index--);
      rows[r] = `${row})`;
    }
    return this.insertInto(command, `${this.columnList(command)}VALUES ${rows.join(", ")}`);
  }

  /** Many rows as one parameter per column, whose index is -1 - column; null where the database or a column's type cannot. */
  insertArrays(_command: ManyRows): string | null {
    return null;
  }

  /** A column's values as the parameter of `insertArrays`. */
  arrayParam(values: readonly unknown[]): unknown {
    return values;
  }

  protected insertInto({ table, onConflict, returning, select }: ManyRows, body: string): string {
    // The conflict clause and the select are planned of the same table, under the same alias.
    const from = onConflict.kind === "update" ? onConflict.query.from : select?.from;
    const target = this.tableName(table) + (from === undefined ? "" : ` AS ${from.alias}`);
    const text = `INSERT INTO ${target} ${body}${this.onConflict(onConflict)}`;
    return text + (select === undefined ? this.returning(returning) : this.returned(select));
  }

  protected columnList({ columns }: ManyRows): string {
    return `(${columns.map(({ name }) => this.quote(name)).join(", ")}) `;
  }

  /** The command as the database can say it; here is the place to leave out columns that are all default. */
  protected withoutDefaults(
    command: InsertCommand,
    rows: readonly (readonly InsertCell[])[],
  ): { command: ManyRows; rows: readonly (readonly InsertCell[])[] } {
    return { command, rows };
  }

  protected rows(rows: readonly (readonly InsertCell[])[]): string {
    const repeated = repeatedParams(rows);
    return `VALUES ${rows.map((row) => `(${row.map((cell) => this.cell(cell, repeated)).join(", ")})`).join(", ")}`;
  }

  protected cell(cell: InsertCell, repeated: ReadonlySet<number>): string {
    switch (cell.kind) {
      case "param": {
        const placeholder = this.placeholder(cell.index);
        // In columns of different types the database would not know which of them a shared parameter has.
        return repeated.has(cell.index) ? this.outputParam(placeholder, cell.type) : placeholder;
      }
      case "default":
        return "DEFAULT";
      case "subquery":
        return this.subquery(cell.query);
    }
  }

  protected insertedQuery(query: PlannedQuery, _command: ManyRows): string {
    return this.select(query);
  }

  // Conflicts

  protected onConflict(clause: ConflictClause): string {
    switch (clause.kind) {
      case "raise":
        return "";
      case "nothing":
        return ` ON CONFLICT${this.conflictTarget(clause.target)} DO NOTHING`;
      case "replace": {
        const sets = clause.columns.map((column) => `${this.quote(column)} = EXCLUDED.${this.quote(column)}`).join(", ");
        return ` ON CONFLICT${this.updateTarget(clause.target)} DO UPDATE SET ${sets}`;
      }
      case "update": {
        const { query } = clause;
        if (query.joins.length > 0)
          this.refuse("a join in the query of onConflict", "Put it into a subquery of the condition or the value");
        const target = this.updateTarget(clause.target);
        return ` ON CONFLICT${target} DO UPDATE SET ${this.assignments(query.update, query.from.alias)}${this.conditions("WHERE", [query.where])}`;
      }
    }
  }

  protected updateTarget(target: ConflictTarget): string {
    return this.conflictTarget(target);
  }

  protected conflictTarget(target: ConflictTarget): string {
    switch (target.kind) {
      case "none":
        return "";
      case "columns":
        return ` (${this.quoteAll(target.columns)})`;
      case "constraint":
        return ` ON CONSTRAINT ${this.quote(target.name)}`;
      case "fragment":
        return ` ${this.expr(target.expr)}`;
    }
  }
}

/** The parameters that stand in more than one cell. */
function repeatedParams(rows: readonly (readonly InsertCell[])[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const repeated = new Set<number>();
  for (const row of rows) {
    for (const cell of row) {
      if (cell.kind !== "param") continue;
      if (seen.has(cell.index)) repeated.add(cell.index);
      else seen.add(cell.index);
    }
  }
  return repeated;
}
