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
 * The commands of a migration, the argument of `change`, `up` and `down` (Ecto.Migration).
 * They are queued, and run when the function has ended, or at `await m.flush()`.
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
   * A new table, with a primary key `id` unless told otherwise (Ecto's `create table(…)`).
   * @example m.createTable("movies", (t) => { t.add("title", "string"); t.timestamps(); })
   */
  createTable(name: string, block?: CreateBlock | CreateTableOptions, options?: CreateTableOptions): void {
    const [columns, rest] = this.#newTable("createTable", name, block, options);
    this.#push(ddl.createTable(name, columns, rest));
  }

  /** A new table, where there is none of that name (Ecto's `create_if_not_exists table(…)`). */
  createTableIfNotExists(name: string, block?: CreateBlock | CreateTableOptions, options?: CreateTableOptions): void {
    const [columns, rest] = this.#newTable("createTableIfNotExists", name, block, options);
    this.#push(ddl.createTableIfNotExists(name, columns, rest));
  }

  /**
   * Changes a table's columns (Ecto's `alter table(…)`).
   * @example m.alterTable("movies", (t) => { t.add("year", "integer"); t.remove("tagline", "string"); })
   */
  alterTable(name: string, block: AlterBlock, options: TableOptions = {}): void {
    const table = new TableBlock(`alterTable(${print(name)})`, false, this.#run.config);
    this.#inside(`alterTable(${print(name)})`, table, block);
    this.#push(ddl.alterTable(name, table.changes, this.#prefixed(options)));
  }

  /** Drops a table; cannot be reversed (Ecto's `drop table(…)`). */
  dropTable(name: string, options: DropOptions = {}): void {
    this.#push(ddl.dropTable(name, this.#prefixed(options)));
  }

  /** Drops a table where it is there; cannot be reversed (Ecto's `drop_if_exists table(…)`). */
  dropTableIfExists(name: string, options: DropOptions = {}): void {
    this.#push(ddl.dropTableIfExists(name, this.#prefixed(options)));
  }

  /** Gives a table another name (Ecto's `rename table(…), to: …`). */
  renameTable(name: string, to: string, options: Prefix = {}): void {
    this.#push(ddl.renameTable(name, to, this.#prefixed(options)));
  }

  /** Gives a column another name (Ecto's `rename table(…), :column, to: …`). */
  renameColumn(table: string, column: string, to: string, options: Prefix = {}): void {
    this.#push(ddl.renameColumn(table, column, to, this.#prefixed(options)));
  }

  /** A new index, `table_column_index` unless named (Ecto's `create index(…)`). */
  createIndex(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createIndex(table, columns, this.#prefixed(options)));
  }

  /** A new index, where there is none of that name (Ecto's `create_if_not_exists index(…)`). */
  createIndexIfNotExists(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createIndexIfNotExists(table, columns, this.#prefixed(options)));
  }

  /** A new unique index (Ecto's `create unique_index(…)`). */
  createUniqueIndex(table: string, columns: IndexColumns, options: IndexOptions = {}): void {
    this.#push(ddl.createUniqueIndex(table, columns, this.#prefixed(options)));
  }

  /** Drops an index (Ecto's `drop index(…)`). */
  dropIndex(table: string, columns: IndexColumns, options: DropIndexOptions = {}): void {
    this.#push(ddl.dropIndex(table, columns, this.#prefixed(options)));
  }

  /** Drops an index where it is there (Ecto's `drop_if_exists index(…)`). */
  dropIndexIfExists(table: string, columns: IndexColumns, options: DropIndexOptions = {}): void {
    this.#push(ddl.dropIndexIfExists(table, columns, this.#prefixed(options)));
  }

  /** Gives the index of these columns another name; `options.name` is its name now, where it has one of its own (Ecto's `rename index(…)`). */
  renameIndex(table: string, columns: IndexColumns, to: string, options: IndexOptions = {}): void {
    this.#push(ddl.renameIndex(table, columns, to, this.#prefixed(options)));
  }

  /**
   * A check or exclusion constraint (Ecto's `create constraint(…)`).
   * @example m.createConstraint("products", "price_positive", { check: "price > 0" })
   */
  createConstraint(table: string, name: string, options: ConstraintOptions): void {
    this.#push(ddl.createConstraint(table, name, this.#prefixed(options)));
  }

  /** Drops a constraint; cannot be reversed (Ecto's `drop constraint(…)`). */
  dropConstraint(table: string, name: string, options: DropConstraintOptions = {}): void {
    this.#push(ddl.dropConstraint(table, name, this.#prefixed(options)));
  }

  /** Drops a constraint where it is there; cannot be reversed (Ecto's `drop_if_exists constraint(…)`). */
  dropConstraintIfExists(table: string, name: string, options: DropConstraintOptions = {}): void {
    this.#push(ddl.dropConstraintIfExists(table, name, this.#prefixed(options)));
  }

  /**
   * Runs SQL or a function when its turn comes; a rollback runs the second argument (Ecto's `execute/2`).
   * @example m.execute("CREATE EXTENSION citext", "DROP EXTENSION citext")
   */
  execute(up: ExecuteInput, down?: ExecuteInput): void {
    this.#push(ddl.execute(up, down));
  }

  /** Runs the SQL of a file, with a path from the project's root; a rollback runs the second (Ecto's `execute_file/2`). */
  executeFile(up: string, down?: string): void {
    this.#push(ddl.executeFile(readSql(up), down === undefined ? undefined : readSql(down)));
  }

  /** Runs the commands so far; not in a `change` that is rolled back (Ecto's `flush/0`). */
  flush(): Promise<void> {
    this.#refuseNested("flush");
    return this.#run.flush();
  }

  /** SQL as it is: a default value, a type, an expression in an index (Ecto's `fragment/1`). */
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
    if (typeof block !== "function") throw new MigrationError(`${what} takes a function: (t) => { … }.`);
    this.#block = what;
    try {
      const answer = block(table);
      if (answer instanceof Promise) {
        answer.catch(() => {});
        throw new MigrationError(`The block of ${what} must be synchronous: fetch what it needs before, and leave async away.`);
      }
    } finally {
      this.#block = null;
      table.close();
    }
  }

  #push(command: Command): void {
    this.#refuseNested(ddl.describe(command));
    this.#run.push(command);
  }

  #refuseNested(what: string): void {
    if (this.#block !== null) throw new MigrationError(`"${what}" stands inside the block of ${this.#block}. Move it after the block.`);
  }

  /** The command's own prefix, else that of the run, else the configured one. */
  #prefixed<O extends Prefix>(options: O): O {
    const { prefix: running, config } = this.#run;
    const own = options?.prefix ?? null;
    if (own !== null && running !== null && own !== running) {
      throw new MigrationError(`The prefix "${own}" is not the one that the migrations run in, "${running}". Leave one of them away.`);
    }
    return { ...options, prefix: own ?? running ?? config.migrationDefaultPrefix ?? null };
  }
}

function readSql(path: string): { path: string; sql: string } {
  try {
    return { path, sql: readFileSync(path, "utf8") };
  } catch (error) {
    throw new MigrationError(`executeFile cannot read ${print(path)}. Paths start at the project's root, ${process.cwd()}.`, {
      cause: error,
    });
  }
}
