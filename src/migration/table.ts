// What stands in the block of `createTable` and `alterTable`: `t`.
import { MigrationError, snakeCase } from "../core/base/index.ts";
import { addColumn, addColumnIfNotExists, isReference, modifyColumn, removeColumn, removeColumnIfExists } from "../core/ddl/index.ts";
import type { AddColumn, ColumnChange, ColumnOptions, ModifyOptions, TypeInput } from "../core/ddl/index.ts";
import type { MigrationConfig, TimestampsOptions } from "../core/ddl/index.ts";

/** The commands inside the block of `createTable`. */
export interface NewTableCommands {
  /**
   * A column.
   * @param type a name such as "string", `fragment(sql)`, or `references(table)`
   * @throws ArgumentError for an unknown option, and for what is no type
   * @throws MigrationError outside of the block
   * @example m.createTable("studios", (t) => t.add("name", "string", { null: false, default: "Untitled" }));
   * @see Ecto.Migration.add/3
   */
  add(name: string, type: TypeInput, options?: ColumnOptions): void;
  /**
   * The columns `inserted_at` and `updated_at`, never null.
   * @throws ArgumentError for an unknown option
   * @throws MigrationError outside of the block
   * @example m.createTable("studios", (t) => t.timestamps());
   * @see Ecto.Migration.timestamps/1
   */
  timestamps(options?: TimestampsOptions): void;
}

/** The commands inside the block of `alterTable`. */
export interface TableCommands extends NewTableCommands {
  /**
   * A column, where there is none of that name; cannot be reversed. Not on SQLite.
   * @throws ArgumentError for an unknown option, and for what is no type
   * @throws MigrationError outside of the block of alterTable
   * @example m.alterTable("movies", (t) => t.addIfNotExists("year", "integer")); // PostgreSQL only
   * @see Ecto.Migration.add_if_not_exists/3
   */
  addIfNotExists(name: string, type: TypeInput, options?: ColumnOptions): void;
  /**
   * A column's new type and options; reversible with `from`. Not on SQLite.
   * @throws ArgumentError for an unknown option, and for what is no type
   * @throws MigrationError outside of the block of alterTable
   * @example m.alterTable("movies", (t) => t.modify("title", "text", { from: "string" })); // PostgreSQL only
   * @see Ecto.Migration.modify/3
   */
  modify(name: string, type: TypeInput, options?: ModifyOptions): void;
  /**
   * Removes a column; reversible with its type.
   * @throws ArgumentError for an unknown option, and for what is no type
   * @throws MigrationError outside of the block of alterTable
   * @example m.alterTable("movies", (t) => t.remove("tagline", "string"));
   * @see Ecto.Migration.remove/3
   */
  remove(name: string, type?: TypeInput, options?: ColumnOptions): void;
  /**
   * Removes a column where it is there; cannot be reversed. Not on SQLite.
   * @throws ArgumentError for what is no type
   * @throws MigrationError outside of the block of alterTable
   * @example m.alterTable("movies", (t) => t.removeIfExists("slogan", "string")); // PostgreSQL only
   * @see Ecto.Migration.remove_if_exists/2
   */
  removeIfExists(name: string, type?: TypeInput): void;
}

/** Collects the commands of one block; once that has ended it takes no more. */
export class TableBlock implements TableCommands {
  readonly changes: ColumnChange[] = [];
  readonly #command: string;
  readonly #creates: boolean;
  readonly #config: MigrationConfig;
  #open = true;

  constructor(command: string, creates: boolean, config: MigrationConfig) {
    this.#command = command;
    this.#creates = creates;
    this.#config = config;
  }

  close(): void {
    this.#open = false;
  }

  add(name: string, type: TypeInput, options: ColumnOptions = {}): void {
    this.#push("add", addColumn(name, this.#type(type), options));
  }

  timestamps(options: TimestampsOptions = {}): void {
    const { insertedAt, updatedAt, type, ...rest } = { ...this.#config.migrationTimestamps, ...options };
    const column = { null: false, ...rest };
    if (insertedAt !== false) this.add(insertedAt ?? "inserted_at", type ?? "utcDatetime", column);
    if (updatedAt !== false) this.add(updatedAt ?? "updated_at", type ?? "utcDatetime", column);
  }

  addIfNotExists(name: string, type: TypeInput, options: ColumnOptions = {}): void {
    this.#altering("addIfNotExists");
    this.#push("addIfNotExists", addColumnIfNotExists(name, this.#type(type), options));
  }

  modify(name: string, type: TypeInput, options: ModifyOptions = {}): void {
    this.#altering("modify");
    const { from } = options;
    const given = isReference(from) ? { ...options, from: this.#type(from) } : options;
    this.#push("modify", modifyColumn(name, this.#type(type), given));
  }

  remove(name: string, type?: TypeInput, options: ColumnOptions = {}): void {
    this.#altering("remove");
    this.#push("remove", removeColumn(name, type === undefined ? undefined : this.#type(type), options));
  }

  removeIfExists(name: string, type?: TypeInput): void {
    this.#altering("removeIfExists");
    this.#push("removeIfExists", removeColumnIfExists(name, type === undefined ? undefined : this.#type(type)));
  }

  /** The columns of a new table; `#altering` has refused all else. */
  get columns(): AddColumn[] {
    return this.changes as AddColumn[];
  }

  #push(command: string, change: ColumnChange): void {
    if (!this.#open) {
      throw new MigrationError(
        `t.${command}("${change.name}") stands outside the block of ${this.#command}. Move it inside, and keep the block synchronous`,
      );
    }
    this.changes.push(change);
  }

  #altering(command: string): void {
    if (this.#creates) throw new MigrationError(`t.${command} is for alterTable; inside ${this.#command} there are t.add and t.timestamps`);
  }

  /** A reference has the type and column of the configured keys, unless it says otherwise. */
  #type(type: TypeInput): TypeInput {
    if (!isReference(type)) return type;
    const { migrationForeignKey: foreign, migrationPrimaryKey: primary } = this.#config;
    const keyType = foreign?.type ?? (primary ? primary.type : undefined);
    const column = type.column ?? foreign?.column ?? null;
    // The configured type is checked as any other, by way of a column.
    const resolved = type.type ?? (keyType === undefined ? null : addColumn(snakeCase(type.table), keyType).type);
    if (isReference(resolved)) throw new MigrationError("migrationForeignKey: type cannot be a reference itself");
    return Object.freeze({ ...type, column, type: resolved });
  }
}
