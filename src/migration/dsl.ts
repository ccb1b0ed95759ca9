// The commands that a migration is written with: `m` of `change(m)`.
import { readFileSync } from "node:fs";
import { MigrationError, print } from "../core/base/index.ts";
import * as ddl from "../core/ddl/index.ts";
import type {
  Command,
  ConstraintOptions,
  CreateTableOptions,
  DropConstraintOptions,
  DropIndexOptions,
  DropOptions,
  ExecuteInput,
  IndexColumnInput,
  IndexOptions,
  RawSql,
  TableOptions,
} from "../core/ddl/index.ts";
import type { MigrationConfig } from "../core/ddl/index.ts";
import { TableBlock } from "./table.ts";
import type { NewTableCommands, TableCommands } from "./table.ts";

/** Columns of an index: names, `m.fragment(sql)`, or either with a direction. */
export type IndexColumns = string | RawSql | readonly IndexColumnInput[];
type CreateBlock = (t: NewTableCommands) => void;
type AlterBlock = (t: TableCommands) => void;
type Prefix = { readonly prefix?: string | null };

/** What the commands need of the run that they belong to. */
export interface MigrationRun {
  readonly repo: unknown;
  readonly direction: "up" | "down";
  readonly prefix: string | null;
  readonly config: MigrationConfig;
  push(command: Command): void;
  flush(): Promise<void>;
}

/**
 * The commands of a migration, the argument of `change`, `up` and `down`.
 * They are queued, and run when the function has ended, or at `await m.flush()`.
 * @see Ecto.Migration
 */
export class MigrationCommands {
  readonly #run: MigrationRun;
  #block: string | null = null;

  constructor(run: MigrationRun) {
    this.#run = run;
  }

  /** The repo that is migrated; its calls run at once, before the commands that are queued. */
  get repo(): unknown {
    return this.#run.repo;
  }

  /** Which way the migration runs. */
  get direction(): "up" | "down" {
    return this.#run.direction;
  }

  /** The prefix that the migration runs in. */
  get prefix(): string | null {
    return this.#run.prefix;
  }

  /**
   * A new table, with a primary key `id` unless told otherwise.
   * @throws MigrationError where the block is no synchronous function
   * @throws ArgumentError for an unknown option, and for what is no type
   * @example m.createTable("studios", (t) => { t.add("name", "string", { null: false }); t.timestamps(); });
   * @see Ecto.Migration.create/2
   */
  createTable(name: string, block?: CreateBlock | CreateTableOptions, options?: CreateTableOptions): void {
    const [columns, rest] = this.#newTable("createTable", name, block, options);
    this.#push(ddl.createTable(name, columns, rest));
  }

  /**
   * A new table, where there is none of that name.
   * @throws MigrationError where the block is no synchronous function
   * @throws ArgumentError for an unknown option, and for what is no type
   * @example m.createTableIfNotExists("movies", (t) => t.add("title", "string"));
   * @see Ecto.Migration.create_if_not_exists/2
   */
  createTableIfNotExists(name: string, block?: CreateBlock | CreateTableOptions, options?: CreateTableOptions): void {
    const [columns, rest] = this.#newTable("createTableIfNotExists", name, block, options);
    this.#push(ddl.createTableIfNotExists(name, columns, rest));
  }

  /**
   * Changes a table's columns.
   * @throws MigrationError where the block is no synchronous function
   * @throws ArgumentError for an unknown option, and for what is no type
   * @example m.alterTable("movies", (t) => { t.add("minutes", "integer"); t.remove("tagline", "string"); });
   * @see Ecto.Migration.alter/2
   */
  alterTable(name: string, block: AlterBlock, options: TableOptions = {}): void {
    const table = new TableBlock(`alterTable(${print(name)})`, false, this.#run.config);
    this.#inside(`alterTable(${print(name)})`, table, block);
    this.#push(ddl.alterTable(name, table.changes, this.#prefixed(options)));
  }

  /**
   * Drops a table; cannot be reversed.
   * @param options `mode: "cascade"` drops what depends on it, too, on PostgreSQL
   * @throws ArgumentError for an unknown option
   * @example m.dropTable("distributors");
   * @see Ecto.Migration.drop/2
   */
  dropTable(name: string, options: DropOptions = {}): void {
    this.#push(ddl.dropTable(name, this.#prefixed(options)));
  }

  /**
   * Drops a table where it is there; cannot be reversed.
   * @throws ArgumentError for an unknown option
   * @example m.dropTableIfExists("studios");
   * @see Ecto.Migration.drop_if_exists/2
   */
  dropTableIfExists(name: string, options: DropOptions = {}): void {
    this.#push(ddl.dropTableIfExists(name, this.#prefixed(options)));
  }

  /**
   * Gives a table another name.
   * @example m.renameTable("distributors", "publishers");
   * @see Ecto.Migration.rename/2
   */
  renameTable(name: string, to: string, options: Prefix = {}): void {
    this.#push(ddl.renameTable(name, to, this.#prefixed(options)));
  }

  /**
   * Gives a column another name.
   * @example m.renameColumn("movies", "tagline", "slogan");
   * @see Ecto.Migration.rename/3
   */
  renameColumn(table: string, column: string, to: string, options: Prefix = {}): void {
    this.#push(ddl.renameColumn(table, column, to, this.#prefixed(options)));
  }

  /**
   * A new index, `<table>_<columns>_index` unless named.
   * @param columns names, `m.fragment(sql)`, or either with a direction: `{ desc: "year" }`
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.createIndex("movies", ["title", { desc: "year" }]);
   * @see Ecto.Migration.index/3
   */
  createIndex(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createIndex(table, columns, this.#prefixed(options)));
  }

  /**
   * A new index, where there is none of that name.
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.createIndexIfNotExists("movies", "year");
   * @see Ecto.Migration.create_if_not_exists/2
   */
  createIndexIfNotExists(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createIndexIfNotExists(table, columns, this.#prefixed(options)));
  }

  /**
   * A new unique index: `uniqueConstraint` of changesets knows it by its name.
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.createUniqueIndex("distributors", "name");
   * @see Ecto.Migration.unique_index/3
   */
  createUniqueIndex(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createUniqueIndex(table, columns, this.#prefixed(options)));
  }

  /**
   * Drops an index.
   * @param columns those that it was made of, which give its name, unless `name` does
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.dropIndex("actors", "name");
   * @see Ecto.Migration.drop/2
   */
  dropIndex(table: string, columns: IndexColumns, options: DropIndexOptions = {}): void {
    this.#push(ddl.dropIndex(table, columns, this.#prefixed(options)));
  }

  /**
   * Drops an index where it is there.
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.dropIndexIfExists("movies", "year");
   * @see Ecto.Migration.drop_if_exists/2
   */
  dropIndexIfExists(table: string, columns: IndexColumns, options: DropIndexOptions = {}): void {
    this.#push(ddl.dropIndexIfExists(table, columns, this.#prefixed(options)));
  }

  /**
   * Gives the index of these columns another name. Not on SQLite.
   * @param options `name` is its name now, where it has one of its own
   * @throws ArgumentError for no columns, and an unknown option
   * @example m.renameIndex("actors", "name", "actors_by_name"); // PostgreSQL only
   * @see Ecto.Migration.rename/2
   */
  renameIndex(table: string, columns: IndexColumns, to: string, options: IndexOptions = {}): void {
    this.#push(ddl.renameIndex(table, columns, to, this.#prefixed(options)));
  }

  /**
   * A check or exclusion constraint on a table that is there. On SQLite, checks stand in `createTable`.
   * @param options `check` or `exclude` is its SQL
   * @throws ArgumentError without either
   * @example m.createConstraint("movies", "year_of_cinema", { check: "year > 1887" }); // PostgreSQL only
   * @see Ecto.Migration.constraint/3
   */
  createConstraint(table: string, name: string, options: ConstraintOptions): void {
    this.#push(ddl.createConstraint(table, name, this.#prefixed(options)));
  }

  /**
   * Drops a constraint; cannot be reversed. Not on SQLite.
   * @throws ArgumentError for an unknown option
   * @example m.createConstraint("movies", "year_of_cinema", { check: "year > 1887" }); // PostgreSQL only
   * m.dropConstraint("movies", "year_of_cinema");
   * @see Ecto.Migration.drop/2
   */
  dropConstraint(table: string, name: string, options: DropConstraintOptions = {}): void {
    this.#push(ddl.dropConstraint(table, name, this.#prefixed(options)));
  }

  /**
   * Drops a constraint where it is there; cannot be reversed. Not on SQLite.
   * @throws ArgumentError for an unknown option
   * @example m.dropConstraintIfExists("movies", "year_of_cinema"); // PostgreSQL only
   * @see Ecto.Migration.drop_if_exists/2
   */
  dropConstraintIfExists(table: string, name: string, options: DropConstraintOptions = {}): void {
    this.#push(ddl.dropConstraintIfExists(table, name, this.#prefixed(options)));
  }

  /**
   * Runs SQL or a function when its turn comes; a rollback runs the second argument.
   * @param up SQL, a list of it, or a function
   * @throws ArgumentError for what is neither SQL nor a function
   * @example m.execute("CREATE VIEW recent AS SELECT * FROM movies WHERE year > 2000", "DROP VIEW recent");
   * @see Ecto.Migration.execute/2
   */
  execute(up: ExecuteInput, down?: ExecuteInput): void {
    this.#push(ddl.execute(up, down));
  }

  /**
   * Runs the SQL of a file; a rollback runs the second.
   * @param up a path from the project's root
   * @throws MigrationError where the file cannot be read
   * @example m.executeFile("db/none.sql") // => throws MigrationError
   * @see Ecto.Migration.execute_file/2
   */
  executeFile(up: string, down?: string): void {
    this.#push(ddl.executeFile(readSql(up), down === undefined ? undefined : readSql(down)));
  }

  /**
   * Runs the commands so far; not in a `change` that is rolled back.
   * @throws MigrationError where a command cannot be run or reversed
   * @throws DatabaseError where the database refuses one
   * @example m.createTable("studios", (t) => t.add("name", "string"));
   * await m.flush();
   * await repo.aggregate("studios", "count") // => 0
   * @see Ecto.Migration.flush/0
   */
  flush(): Promise<void> {
    this.#refuseNested("flush");
    return this.#run.flush();
  }

  /**
   * SQL as it is: a default value, a type, an expression in an index.
   * @throws ArgumentError where it is not a text with something in it
   * @example m.createIndex("movies", [m.fragment("lower(title)")], { name: "movies_lower_title" });
   * @see Ecto.Migration.fragment/1
   */
  fragment(sql: string): RawSql {
    return ddl.fragment(sql);
  }

  #newTable(
    command: string,
    name: string,
    block: CreateBlock | CreateTableOptions | undefined,
    options: CreateTableOptions | undefined,
  ): [ddl.AddColumn[], CreateTableOptions] {
    const what = `${command}(${print(name)})`;
    const table = new TableBlock(what, true, this.#run.config);
    const given = options ?? (typeof block === "function" ? {} : (block ?? {}));
    this.#inside(what, table, typeof block === "function" ? block : () => {});
    return [table.columns, this.#prefixed({ ...given, primaryKey: this.#primaryKey(given.primaryKey) })];
  }

  /** The configured key, where the table asks for no other. */
  #primaryKey(given: CreateTableOptions["primaryKey"]): CreateTableOptions["primaryKey"] {
    if (given !== undefined && given !== true) return given;
    const configured = this.#run.config.migrationPrimaryKey;
    if (configured === undefined) return true;
    return configured === false ? given === true : { name: "id", type: "bigserial", ...configured };
  }

  #inside(what: string, table: TableBlock, block: (t: TableBlock) => unknown): void {
    this.#refuseNested(what);
    if (typeof block !== "function") throw new MigrationError(`${what} takes a function: (t) => { … }`);
    this.#block = what;
    try {
      const answer = block(table);
      if (answer instanceof Promise) {
        answer.catch(() => {});
        throw new MigrationError(`the block of ${what} must be synchronous: fetch what it needs before, and leave async away`);
      }
    } finally {
      this.#block = null;
      table.close();
    }
  }

  #push(command: Command): void {
    this.#refuseNested(ddl.commandText(command));
    this.#run.push(command);
  }

  #refuseNested(what: string): void {
    if (this.#block !== null) throw new MigrationError(`"${what}" stands inside the block of ${this.#block}. Move it after the block`);
  }

  /** The command's own prefix, else that of the run, else the configured one. */
  #prefixed<O extends Prefix>(options: O): O {
    const { prefix: running, config } = this.#run;
    const own = options?.prefix ?? null;
    if (own !== null && running !== null && own !== running) {
      throw new MigrationError(`the prefix "${own}" is not the one that the migrations run in, "${running}". Leave one of them away`);
    }
    return { ...options, prefix: own ?? running ?? config.migrationDefaultPrefix ?? null };
  }
}

function readSql(path: string): { path: string; sql: string } {
  try {
    return { path, sql: readFileSync(path, "utf8") };
  } catch (error) {
    throw new MigrationError(`executeFile cannot read ${print(path)}. Paths start at the project's root, ${process.cwd()}`, {
      cause: error,
    });
  }
}
