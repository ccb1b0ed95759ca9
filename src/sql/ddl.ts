import { ArgumentError, print, snakeCase } from "../core/base/index.ts";
import { isFragment, isReference, referenceName } from "../core/ddl/index.ts";
import type {
  AddColumn,
  ColumnChange,
  ColumnOptions,
  ColumnType,
  Command,
  CommandOf,
  Constraint,
  DropMode,
  ExecuteStep,
  Index,
  IndexColumn,
  Reference,
  Table,
} from "../core/ddl/index.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";

/**
 * Writes commands as SQL: the base holds what databases share, each statement as an ordered list of pieces;
 * a dialect overrides the pieces that it says otherwise.
 */
export abstract class DdlDialect {
  /** As messages name the database: "PostgreSQL". */
  abstract readonly name: string;

  /** The database's name of a type, without the column's options. */
  protected abstract typeName(type: ColumnType, options: ColumnOptions): string;
  protected abstract binaryLiteral(bytes: Uint8Array): string;

  /** The statements of a command; none where there is nothing to do or the command runs a function. */
  write(command: Command): string[] {
    switch (command.kind) {
      case "createTable":
        return this.createTable(command);
      case "alterTable":
        return this.alterTable(command);
      case "dropTable":
        return [`DROP TABLE ${ifExists(command.ifExists)}${this.tableName(command.table)}${this.dropMode(command.mode)}`];
      case "renameTable":
        return [`ALTER TABLE ${this.tableName(command.table)} RENAME TO ${this.quote(command.to)}`];
      case "renameColumn":
        return [`ALTER TABLE ${this.tableName(command.table)} RENAME COLUMN ${this.quote(command.column)} TO ${this.quote(command.to)}`];
      case "createIndex":
        return this.createIndex(command);
      case "dropIndex":
        return this.dropIndex(command);
      case "renameIndex":
        return this.renameIndex(command);
      case "createConstraint":
        return this.createConstraint(command.constraint);
      case "dropConstraint":
        return this.dropConstraint(command);
      case "execute":
        return statements(command.up);
    }
  }

  quote(name: string): string {
    return quoteIdentifier(name);
  }

  literal(text: string): string {
    return quoteLiteral(text);
  }

  /** A table's name with its prefix. */
  tableName(table: { readonly name: string; readonly prefix: string | null }): string {
    return table.prefix === null ? this.quote(table.name) : `${this.quote(table.prefix)}.${this.quote(table.name)}`;
  }

  protected quoteAll(names: readonly string[]): string {
    return names.map((name) => this.quote(name)).join(", ");
  }

  // Tables

  protected createTable({ table, ifNotExists, columns }: CommandOf<"createTable">): string[] {
    const modifiers = table.modifiers === null ? "" : `${table.modifiers} `;
    const options = table.options === null ? "" : ` ${table.options}`;
    const parts = [...columns.map((column) => this.columnDefinition(table, column, columns)), ...this.tableConstraints(table, columns)];
    const create = `CREATE ${modifiers}TABLE ${ifNotExists ? "IF NOT EXISTS " : ""}${this.tableName(table)}`;
    return [`${create} (${parts.join(", ")})${options}`, ...this.tableComments(table, columns)];
  }

  protected abstract alterTable(command: CommandOf<"alterTable">): string[];
  /** What follows the columns inside CREATE TABLE: keys that are not written with their column. */
  protected abstract tableConstraints(table: Table, columns: readonly AddColumn[]): string[];

  protected tableComments(_table: Table, _columns: readonly ColumnChange[]): string[] {
    return [];
  }

  protected dropMode(mode: DropMode): string {
    return mode === "cascade" ? " CASCADE" : "";
  }

  // Columns

  /** A column as CREATE TABLE and ADD COLUMN have it; `columns` are all of the same command. */
  protected columnDefinition(table: Table, column: AddColumn, _columns: readonly ColumnChange[]): string {
    const { name, type, options } = column;
    return `${this.quote(name)} ${this.columnType(type, options)}${this.columnOptions(table, column)}`;
  }

  protected columnOptions(_table: Table, { type, options }: AddColumn): string {
    const stored = this.storedType(type);
    return this.collation(options) + this.defaultValue(stored, options) + this.nullability(options) + this.columnCheck(options);
  }

  /** The whole type of a column; a foreign key has the type of what it refers to, but counts up nothing itself. */
  protected columnType(type: ColumnType | Reference, options: ColumnOptions): string {
    const name = this.typeName(this.storedType(type), options);
    return options.generated === undefined ? name : `${name} GENERATED ${options.generated}`;
  }

  protected storedType(type: ColumnType | Reference): ColumnType {
    if (!isReference(type)) return type;
    const target = type.type ?? "bigserial";
    if (target === "serial") return "integer";
    return target === "bigserial" || target === "id" || target === "identity" ? "bigint" : target;
  }

  protected nullability({ null: nullable }: ColumnOptions): string {
    if (nullable === undefined) return "";
    return nullable ? " NULL" : " NOT NULL";
  }

  protected collation({ collation }: ColumnOptions): string {
    return collation === undefined ? "" : ` COLLATE ${this.quote(collation)}`;
  }

  protected columnCheck({ check }: ColumnOptions): string {
    if (check === undefined) return "";
    const name = check.name === undefined ? "" : ` CONSTRAINT ${this.quote(check.name)}`;
    return `${name} CHECK (${String(check.expr)})`;
  }

  protected defaultValue(type: ColumnType, options: ColumnOptions): string {
    return options.default === undefined ? "" : ` DEFAULT ${this.defaultLiteral(options.default, type)}`;
  }

  /** A default as a literal of the column's type. */
  protected defaultLiteral(value: unknown, type: ColumnType): string {
    if (value === null) return "NULL";
    if (isFragment(value)) return value.raw;
    if (value instanceof Uint8Array) return this.binaryLiteral(value);
    if (typeof value === "string") return this.literal(value);
    if (typeof value === "object" || (isJson(type) && typeof value !== "bigint")) return this.jsonLiteral(value, type);
    if (typeof value === "boolean") return this.booleanLiteral(value);
    if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) return String(value);
    throw badDefault(value);
  }

  protected booleanLiteral(value: boolean): string {
    return value ? "true" : "false";
  }

  protected jsonLiteral(value: unknown, _type: ColumnType): string {
    const json = value instanceof Date ? undefined : JSON.stringify(value);
    if (json === undefined) throw badDefault(value);
    return this.literal(json);
  }

  // Foreign keys

  protected foreignKeyTarget(table: Table, reference: Reference): string {
    const target = this.tableName({ name: reference.table, prefix: reference.prefix ?? table.prefix });
    const columns = this.quoteAll([reference.column ?? "id", ...Object.values(reference.with)]);
    const match = reference.match === null ? "" : ` MATCH ${reference.match.toUpperCase()}`;
    return `REFERENCES ${target} (${columns})${match}${this.onDelete(reference)}${this.onUpdate(reference)}`;
  }

  /** The whole constraint, as it stands on its own. */
  protected foreignKey(table: Table, column: string, reference: Reference): string {
    const columns = this.quoteAll([column, ...Object.keys(reference.with)]);
    return `${this.constraintName(table, column, reference)} FOREIGN KEY (${columns}) ${this.foreignKeyTarget(table, reference)}`;
  }

  protected constraintName(table: Table, column: string, reference: Reference): string {
    return `CONSTRAINT ${this.quote(referenceName(reference, table.name, column))}`;
  }

  protected onDelete({ onDelete }: Reference): string {
    if (typeof onDelete === "object") {
      return "nilify" in onDelete
        ? ` ON DELETE SET NULL (${this.quoteAll(onDelete.nilify)})`
        : ` ON DELETE SET DEFAULT (${this.quoteAll(onDelete.default)})`;
    }
    return action("DELETE", onDelete);
  }

  protected onUpdate({ onUpdate }: Reference): string {
    return action("UPDATE", onUpdate);
  }

  // Indexes and constraints

  protected createIndex({ index, ifNotExists }: CommandOf<"createIndex">): string[] {
    const columns = index.columns.map((column) => this.indexColumn(column)).join(", ");
    const where = index.where === null ? "" : ` WHERE ${index.where}`;
    return [
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${ifNotExists ? "IF NOT EXISTS " : ""}${this.quote(index.name)}` +
        ` ON ${this.indexTable(index)} (${columns})${where}`,
    ];
  }

  protected indexTable(index: Index): string {
    return this.tableName({ name: index.table, prefix: index.prefix });
  }

  protected indexColumn({ expr, direction }: IndexColumn): string {
    const text = typeof expr === "string" ? this.quote(expr) : expr.raw;
    return direction === null ? text : `${text} ${snakeCase(direction).replaceAll("_", " ").toUpperCase()}`;
  }

  protected dropIndex({ index, ifExists: lenient, mode }: CommandOf<"dropIndex">): string[] {
    return [`DROP INDEX ${ifExists(lenient)}${this.tableName(index)}${this.dropMode(mode)}`];
  }

  protected abstract renameIndex(command: CommandOf<"renameIndex">): string[];
  protected abstract createConstraint(constraint: Constraint): string[];
  protected abstract dropConstraint(command: CommandOf<"dropConstraint">): string[];
}

/**
 * The SQL of a command, a statement each.
 * @throws MigrationError where the database cannot do it, saying what to do instead
 * @example ddlToSql(postgresDdl, dropTable("movies")) // ['DROP TABLE "movies"']
 */
export function ddlToSql(dialect: DdlDialect, command: Command): string[] {
  return dialect.write(command);
}

/** The columns that the primary key of a command's table is made of. */
export function primaryKeyColumns(columns: readonly ColumnChange[]): string[] {
  return columns
    .filter(({ op, options }) => op !== "remove" && op !== "removeIfExists" && options.primaryKey === true)
    .map(({ name }) => name);
}

export function isJson(type: ColumnType): boolean {
  return type === "json" || type === "map" || (typeof type === "object" && "map" in type);
}

function statements(step: ExecuteStep): string[] {
  return typeof step === "function" ? [] : step.filter((sql) => sql.trim() !== "");
}

function ifExists(lenient: boolean): string {
  return lenient ? "IF EXISTS " : "";
}

const ACTIONS = {
  nothing: "",
  deleteAll: "CASCADE",
  updateAll: "CASCADE",
  nilifyAll: "SET NULL",
  defaultAll: "SET DEFAULT",
  restrict: "RESTRICT",
} as const;

function action(event: "DELETE" | "UPDATE", word: keyof typeof ACTIONS): string {
  return ACTIONS[word] === "" ? "" : ` ON ${event} ${ACTIONS[word]}`;
}

function badDefault(value: unknown): ArgumentError {
  return new ArgumentError(
    `a column's default cannot be ${print(value)}. It is a string, number, boolean, null, Uint8Array, a list or object for array and JSON columns, or fragment("…")`,
  );
}
