import { isKnownType, isReference, referenceName } from "../core/ddl/index.ts";
import type {
  AddColumn,
  ColumnChange,
  ColumnOptions,
  ColumnType,
  CommandOf,
  Constraint,
  Index,
  KnownType,
  ModifyColumn,
  Reference,
  RemoveColumn,
  Table,
} from "../core/ddl/index.ts";
import { DdlDialect, isJson, primaryKeyColumns } from "../sql/index.ts";

const TYPES: Readonly<Record<KnownType, string>> = {
  id: "bigint",
  serial: "serial",
  bigserial: "bigserial",
  identity: "bigint",
  integer: "integer",
  bigint: "bigint",
  float: "float",
  decimal: "decimal",
  boolean: "boolean",
  string: "varchar",
  text: "text",
  binary: "bytea",
  bitstring: "varbit",
  uuid: "uuid",
  binaryId: "uuid",
  json: "jsonb",
  map: "jsonb",
  vector: "vector",
  date: "date",
  time: "time",
  timeUsec: "time",
  naiveDatetime: "timestamp",
  naiveDatetimeUsec: "timestamp",
  utcDatetime: "timestamp",
  utcDatetimeUsec: "timestamp",
  duration: "interval",
};
/** Digits of a second where the column does not say them; null for all that the server has. */
const SECOND_DIGITS: Readonly<Record<string, number | null>> = {
  time: 0,
  naiveDatetime: 0,
  utcDatetime: 3,
  timeUsec: null,
  naiveDatetimeUsec: null,
  utcDatetimeUsec: null,
};

class PostgresDdl extends DdlDialect {
  readonly name = "PostgreSQL";

  // Types

  protected typeName(type: ColumnType, options: ColumnOptions): string {
    if (typeof type !== "string") {
      if ("raw" in type) return type.raw;
      return "array" in type ? `${this.typeName(type.array, options)}[]` : "jsonb";
    }
    const name = type === "id" && options.primaryKey === true ? "bigserial" : isKnownType(type) ? TYPES[type] : type;
    const { size, precision, scale } = options;
    if (type === "identity") return name + identity(options);
    if (Object.hasOwn(SECOND_DIGITS, type)) {
      const digits = precision ?? SECOND_DIGITS[type] ?? null;
      return digits === null ? name : `${name}(${digits})`;
    }
    if (type === "duration")
      return name + (options.fields === undefined ? "" : ` ${options.fields}`) + (precision === undefined ? "" : `(${precision})`);
    if (size !== undefined) return `${name}(${size})`;
    if (precision !== undefined) return `${name}(${precision},${scale ?? 0})`;
    return type === "string" ? `${name}(255)` : name;
  }

  /** With a backslash in it, the E form means the same whatever the server's standard_conforming_strings. */
  override literal(text: string): string {
    const quoted = super.literal(text);
    return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
  }

  protected binaryLiteral(bytes: Uint8Array): string {
    return `'\\x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}'::bytea`;
  }

  protected override jsonLiteral(value: unknown, type: ColumnType): string {
    if (Array.isArray(value) && !isJson(type) && typeof type === "object" && "array" in type) {
      const inner = type.array;
      return `ARRAY[${value.map((one) => this.defaultLiteral(one, inner)).join(",")}]::${this.typeName(inner, {}).replace("(255)", "")}[]`;
    }
    return super.jsonLiteral(value, type);
  }

  // Tables

  protected override columnDefinition(table: Table, column: AddColumn, columns: readonly ColumnChange[]): string {
    const definition = super.columnDefinition(table, column, columns);
    return isReference(column.type) ? `${definition}, ${this.foreignKey(table, column.name, column.type)}` : definition;
  }

  protected tableConstraints(_table: Table, columns: readonly AddColumn[]): string[] {
    const key = primaryKeyColumns(columns);
    return key.length === 0 ? [] : [`PRIMARY KEY (${this.quoteAll(key)})`];
  }

  protected alterTable({ table, changes }: CommandOf<"alterTable">): string[] {
    const key = primaryKeyColumns(changes);
    const parts = changes.flatMap((change) => this.columnChange(table, change));
    if (key.length > 0) parts.push(`ADD PRIMARY KEY (${this.quoteAll(key)})`);
    const alter = parts.length === 0 ? [] : [`ALTER TABLE ${this.tableName(table)} ${parts.join(", ")}`];
    return [...alter, ...this.tableComments(table, changes)];
  }

  private columnChange(table: Table, change: ColumnChange): string[] {
    switch (change.op) {
      case "add":
      case "addIfNotExists":
        return this.addColumn(table, change);
      case "modify":
        return this.modifyColumn(table, change);
      case "remove":
      case "removeIfExists":
        return this.removeColumn(table, change);
    }
  }

  private addColumn(table: Table, column: AddColumn): string[] {
    const add = `ADD COLUMN ${column.op === "addIfNotExists" ? "IF NOT EXISTS " : ""}${super.columnDefinition(table, column, [])}`;
    return isReference(column.type) ? [add, `ADD ${this.foreignKey(table, column.name, column.type)}`] : [add];
  }

  private modifyColumn(table: Table, { name, type, options, from }: ModifyColumn): string[] {
    const column = `ALTER COLUMN ${this.quote(name)}`;
    const parts: string[] = [];
    if (isReference(from?.type)) parts.push(this.dropForeignKey(table, name, from.type, false));
    parts.push(`${column} TYPE ${this.columnType(type, options)}${this.collation(options)}`);
    if (isReference(type)) parts.push(`ADD ${this.foreignKey(table, name, type)}`);
    if (options.null !== undefined) parts.push(`${column} ${options.null ? "DROP" : "SET"} NOT NULL`);
    if (options.default !== undefined) parts.push(`${column} SET${this.defaultValue(this.storedType(type), options)}`);
    return parts;
  }

  private removeColumn(table: Table, { op, name, type }: RemoveColumn): string[] {
    const lenient = op === "removeIfExists";
    const drop = `DROP COLUMN ${lenient ? "IF EXISTS " : ""}${this.quote(name)}`;
    return isReference(type) ? [this.dropForeignKey(table, name, type, lenient), drop] : [drop];
  }

  private dropForeignKey(table: Table, column: string, reference: Reference, lenient: boolean): string {
    return `DROP CONSTRAINT ${lenient ? "IF EXISTS " : ""}${this.quote(referenceName(reference, table.name, column))}`;
  }

  protected override foreignKey(table: Table, column: string, reference: Reference): string {
    return super.foreignKey(table, column, reference) + (reference.validate ? "" : " NOT VALID");
  }

  // Comments

  protected override tableComments(table: Table, columns: readonly ColumnChange[]): string[] {
    const name = this.tableName(table);
    const comments = this.comment("TABLE", name, table.comment);
    for (const column of columns) {
      if (column.op === "remove" || column.op === "removeIfExists") continue;
      comments.push(...this.comment("COLUMN", `${name}.${this.quote(column.name)}`, column.options.comment ?? null));
    }
    return comments;
  }

  private comment(kind: string, name: string, text: string | null): string[] {
    return text === null ? [] : [`COMMENT ON ${kind} ${name} IS ${this.literal(text)}`];
  }

  // Indexes and constraints

  protected override createIndex({ index, ifNotExists }: CommandOf<"createIndex">): string[] {
    const pieces = [
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX`,
      index.concurrently ? " CONCURRENTLY" : "",
      ifNotExists ? " IF NOT EXISTS" : "",
      ` ${this.quote(index.name)} ON `,
      index.only ? "ONLY " : "",
      this.indexTable(index),
      index.using === null ? "" : ` USING ${index.using}`,
      ` (${index.columns.map((column) => this.indexColumn(column)).join(", ")})`,
      this.include(index),
      index.nullsDistinct === null ? "" : ` NULLS ${index.nullsDistinct ? "" : "NOT "}DISTINCT`,
      index.options === null ? "" : ` WITH (${index.options})`,
      index.where === null ? "" : ` WHERE ${index.where}`,
    ];
    return [pieces.join(""), ...this.comment("INDEX", this.tableName(index), index.comment)];
  }

  private include({ include }: Index): string {
    if (include.length === 0) return "";
    return ` INCLUDE (${include.map((one) => (typeof one === "string" ? this.quote(one) : one.raw)).join(", ")})`;
  }

  protected override dropIndex(command: CommandOf<"dropIndex">): string[] {
    const [drop = ""] = super.dropIndex(command);
    return [command.index.concurrently ? drop.replace("DROP INDEX", "DROP INDEX CONCURRENTLY") : drop];
  }

  protected renameIndex({ index, to }: CommandOf<"renameIndex">): string[] {
    return [`ALTER INDEX ${this.tableName(index)} RENAME TO ${this.quote(to)}`];
  }

  protected createConstraint(constraint: Constraint): string[] {
    const table = this.tableName({ name: constraint.table, prefix: constraint.prefix });
    const name = this.quote(constraint.name);
    const body = constraint.check === null ? `EXCLUDE USING ${String(constraint.exclude)}` : `CHECK (${constraint.check})`;
    return [
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${body}${constraint.validate ? "" : " NOT VALID"}`,
      ...this.comment("CONSTRAINT", `${name} ON ${table}`, constraint.comment),
    ];
  }

  protected dropConstraint({ constraint, ifExists, mode }: CommandOf<"dropConstraint">): string[] {
    const table = this.tableName({ name: constraint.table, prefix: constraint.prefix });
    return [`ALTER TABLE ${table} DROP CONSTRAINT ${ifExists ? "IF EXISTS " : ""}${this.quote(constraint.name)}${this.dropMode(mode)}`];
  }
}

/** An id counts up where it is the key, and holds another row's id where it is not. */
function identity({ generated, startValue, increment }: ColumnOptions): string {
  if (generated !== undefined) return "";
  const sequence = [startValue === undefined ? "" : `START WITH ${startValue}`, increment === undefined ? "" : `INCREMENT BY ${increment}`];
  const text = sequence.filter((part) => part !== "").join(" ");
  return ` GENERATED BY DEFAULT AS IDENTITY${text === "" ? "" : ` (${text})`}`;
}

/** How PostgreSQL writes commands. */
export const postgresDdl: DdlDialect = new PostgresDdl();
