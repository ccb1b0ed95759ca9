import { MigrationError, didYouMean } from "../core/base/index.ts";
import { KNOWN_TYPES, commandText, dropIndex, isKnownType, isReference } from "../core/ddl/index.ts";
import type {
  AddColumn,
  ColumnChange,
  ColumnOptions,
  ColumnType,
  Command,
  CommandOf,
  Constraint,
  Direction,
  Index,
  IndexColumn,
  KnownType,
  Reference,
  Table,
} from "../core/ddl/index.ts";
import { DdlDialect, primaryKeyColumns } from "../sql/index.ts";

// SQLite keeps whatever is given: the names only choose how values are compared and converted.
const TYPES: Readonly<Record<KnownType, string>> = {
  id: "INTEGER",
  serial: "INTEGER",
  bigserial: "INTEGER",
  identity: "INTEGER",
  integer: "INTEGER",
  bigint: "INTEGER",
  boolean: "INTEGER",
  float: "REAL",
  // Its affinity is that of TEXT: a numeric one would round what has more than 15 digits.
  decimal: "DECIMAL_TEXT",
  binary: "BLOB",
  bitstring: "TEXT",
  json: "TEXT",
  map: "TEXT",
  string: "TEXT",
  text: "TEXT",
  uuid: "TEXT",
  binaryId: "TEXT",
  date: "TEXT",
  time: "TEXT",
  timeUsec: "TEXT",
  naiveDatetime: "TEXT",
  naiveDatetimeUsec: "TEXT",
  utcDatetime: "TEXT",
  utcDatetimeUsec: "TEXT",
  duration: "TEXT",
  vector: "TEXT",
};
const COUNTS_UP = new Set<unknown>(["id", "serial", "bigserial", "identity"]);
// Any other name would silently turn the text "007" into the number 7.
const AFFINITY = /INT|CHAR|CLOB|TEXT|BLOB|REAL|FLOA|DOUB|NUMERIC|DECIMAL|BOOL|DATE|TIME|JSON|UUID|^ANY$/;

class SqliteDdl extends DdlDialect {
  readonly name = "SQLite";

  override tableName(table: { readonly name: string; readonly prefix: string | null }): string {
    if (table.prefix !== null) {
      throw new MigrationError(
        `SQLite has no prefixes: leave "${table.prefix}" away from "${table.name}", or keep a database file per prefix`,
      );
    }
    return this.quote(table.name);
  }

  // Types

  protected typeName(type: ColumnType, options: ColumnOptions): string {
    if (typeof type !== "string") return "raw" in type ? type.raw : "TEXT";
    if (!isKnownType(type)) return nativeType(type);
    const known = TYPES[type];
    return type === "decimal" && options.precision !== undefined ? `${known}(${options.precision},${options.scale ?? 0})` : known;
  }

  protected binaryLiteral(bytes: Uint8Array): string {
    return `X'${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
  }

  protected override booleanLiteral(value: boolean): string {
    return value ? "1" : "0";
  }

  /** An expression has to stand in parentheses; a lone word, number or string must not when a column is added. */
  protected override defaultLiteral(value: unknown, type: ColumnType): string {
    const text = super.defaultLiteral(value, type);
    return /^([\w.+-]+|X?'([^']|'')*')$/.test(text) ? text : `(${text})`;
  }

  // Tables

  protected override createTable(command: CommandOf<"createTable">): string[] {
    if (command.columns.length === 0) {
      throw new MigrationError(`SQLite has no tables without columns: add one to "${command.table.name}", or leave primaryKey: false away`);
    }
    return super.createTable(command);
  }

  protected override columnDefinition(table: Table, column: AddColumn, columns: readonly ColumnChange[]): string {
    return super.columnDefinition(table, column, columns) + this.inlineKeys(table, column, columns);
  }

  private inlineKeys(table: Table, { name, type, options }: AddColumn, columns: readonly ColumnChange[]): string {
    const alone = options.primaryKey === true && primaryKeyColumns(columns).length === 1;
    const key = alone ? ` PRIMARY KEY${COUNTS_UP.has(type) ? " AUTOINCREMENT" : ""}` : "";
    if (!isReference(type) || isComposite(type)) return key;
    return `${key} ${this.constraintName(table, name, type)} ${this.foreignKeyTarget(table, type)}`;
  }

  protected tableConstraints(table: Table, columns: readonly AddColumn[]): string[] {
    const key = primaryKeyColumns(columns);
    const constraints = key.length > 1 ? [`PRIMARY KEY (${this.quoteAll(key)})`] : [];
    for (const { name, type } of columns) {
      if (isReference(type) && isComposite(type)) constraints.push(this.foreignKey(table, name, type));
    }
    return constraints;
  }

  protected override onDelete(reference: Reference): string {
    if (typeof reference.onDelete === "object") {
      throw new MigrationError(
        `SQLite cannot set some columns only when "${reference.table}" loses a row: use onDelete "nilifyAll" or "defaultAll", or a trigger`,
      );
    }
    return super.onDelete(reference);
  }

  protected alterTable(command: CommandOf<"alterTable">): string[] {
    const alter = `ALTER TABLE ${this.tableName(command.table)}`;
    return command.changes.map((change) => `${alter} ${this.columnChange(command, change)}`);
  }

  private columnChange(command: CommandOf<"alterTable">, change: ColumnChange): string {
    switch (change.op) {
      case "add":
        return `ADD COLUMN ${this.addedColumn(command, change)}`;
      case "remove":
        return `DROP COLUMN ${this.quote(change.name)}`;
      case "modify":
        throw refused(
          command,
          `modify the column "${change.name}"`,
          "create a table with the new columns, copy the rows, drop the old table and rename the new one; or add a new column",
        );
      case "addIfNotExists":
      case "removeIfExists":
        throw refused(command, `${change.op} "${change.name}"`, "use t.add or t.remove");
    }
  }

  private addedColumn(command: CommandOf<"alterTable">, column: AddColumn): string {
    if (column.options.primaryKey === true) {
      throw refused(
        command,
        `add the primary key "${column.name}"`,
        "create a table that has it, copy the rows, drop the old table and rename the new one",
      );
    }
    if (isReference(column.type) && isComposite(column.type)) {
      throw refused(command, `add a foreign key of several columns`, "define it when the table is created");
    }
    return this.columnDefinition(command.table, column, command.changes);
  }

  protected override dropMode(): string {
    return "";
  }

  // Indexes and constraints

  protected override createIndex(command: CommandOf<"createIndex">): string[] {
    this.checkIndex(command, command.index);
    return super.createIndex(command);
  }

  protected override indexColumn(column: IndexColumn): string {
    if (column.direction?.includes("Nulls")) {
      const fix: Direction = column.direction.startsWith("asc") ? "asc" : "desc";
      throw new MigrationError(`SQLite cannot place nulls in an index: write "${fix}" in place of "${column.direction}"`);
    }
    return super.indexColumn(column);
  }

  protected override dropIndex(command: CommandOf<"dropIndex">): string[] {
    if (command.index.concurrently) throw refused(command, "drop it concurrently", "leave the option concurrently away");
    return super.dropIndex(command);
  }

  private checkIndex(command: Command, index: Index): void {
    const given: Readonly<Record<string, boolean>> = {
      concurrently: index.concurrently,
      only: index.only,
      include: index.include.length > 0,
      using: index.using !== null,
      nullsDistinct: index.nullsDistinct !== null,
      options: index.options !== null,
    };
    const option = Object.keys(given).find((key) => given[key] === true);
    if (option !== undefined) throw refused(command, `do the index option ${option}`, `leave ${option} away`);
  }

  protected renameIndex(command: CommandOf<"renameIndex">): string[] {
    const { index, to } = command;
    if (index.columns.length === 0) throw refused(command, "rename an index", "name its columns too, so that it can be made anew");
    const [drop, create] = [dropIndex(index.table, "?", { name: index.name, prefix: index.prefix }), { ...index, name: to }];
    return [...this.dropIndex(drop), ...this.createIndex({ kind: "createIndex", index: create, ifNotExists: false })];
  }

  protected createConstraint(constraint: Constraint): string[] {
    const fix =
      constraint.check === null
        ? "use a trigger"
        : `give a column the option check: { name: "${constraint.name}", expr: "…" } when it is added`;
    throw refused({ kind: "createConstraint", constraint }, "add a constraint to a table that is there", fix);
  }

  protected dropConstraint(command: CommandOf<"dropConstraint">): string[] {
    throw refused(command, "drop a constraint", "create a table without it, copy the rows, drop the old table and rename the new one");
  }
}

function isComposite(reference: Reference): boolean {
  return Object.keys(reference.with).length > 0;
}

function nativeType(name: string): string {
  const type = name.toUpperCase();
  if (AFFINITY.test(type)) return type;
  throw new MigrationError(
    `SQLite would take the type "${name}" as numeric. ${didYouMean(name, KNOWN_TYPES)} To have it as it is, write fragment("${name}")`,
  );
}

function refused(command: Command, what: string, fix: string): MigrationError {
  return new MigrationError(`SQLite cannot ${what} (${commandText(command)}). Instead, ${fix}`);
}

/** How SQLite writes commands. */
export const sqliteDdl: DdlDialect = new SqliteDdl();
