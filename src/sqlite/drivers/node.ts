import type { SqliteChange, SqliteDatabase, SqliteDriver, SqliteStatement } from "./driver.ts";

// The part of node:sqlite that is used: the types of Node 20 do not have it.
interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => NodeDatabase;
  readonly StatementSync: { readonly prototype: object };
}
interface NodeDatabase {
  readonly isTransaction: boolean;
  prepare(sql: string): NodeStatement;
  exec(sql: string): void;
  close(): void;
}
interface NodeStatement {
  readonly sourceSQL: string;
  setReturnArrays(on: boolean): void;
  setReadBigInts(on: boolean): void;
  all(...params: readonly unknown[]): unknown[][];
  iterate(...params: readonly unknown[]): IterableIterator<unknown[]>;
  run(...params: readonly unknown[]): SqliteChange;
  columns(): readonly { readonly name: string }[];
}

// Before Node 24 a statement keeps the number of its columns even when the table gets another one.
const FORGETS_COLUMNS = Number.parseInt(process.versions.node, 10) < 24;
// `select *`, but not `count(*)`.
const STAR = /[^(]\*/;

/**
 * The driver over Node's own SQLite (`driver: "node"`); null where the runtime has none, or one that cannot give rows as arrays (before 22.16).
 *
 * Answers at once, and needs no package. Caveats: Node calls the module experimental, and before Node 24 a statement is compiled
 * anew for every `select *`. Not supported: extensions and functions of one's own.
 */
export function nodeSqlite(): SqliteDriver | null {
  const sqlite = quietly(() => (process as { getBuiltinModule?(id: string): unknown }).getBuiltinModule?.("node:sqlite")) as
    | NodeSqlite
    | undefined;
  // Rows as objects would lose all but one of the columns that share a name.
  if (sqlite === undefined || !("setReturnArrays" in sqlite.StatementSync.prototype)) return null;
  return { name: "node", open: (path) => new Native(new sqlite.DatabaseSync(path)) };
}

/** Loading node:sqlite prints a warning that it is experimental; other warnings pass. */
function quietly<T>(load: () => T): T {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: []) => {
    if (!String(warning).includes("SQLite")) emit.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return load();
  } finally {
    process.emitWarning = emit;
  }
}

class Native implements SqliteDatabase {
  readonly #db: NodeDatabase;
  constructor(db: NodeDatabase) {
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  prepare(sql: string, bigints: boolean): SqliteStatement {
    const compile = (): NodeStatement => {
      const statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      if (bigints) statement.setReadBigInts(true);
      return statement;
    };
    const statement = compile();
    if (hasMore(sql, statement.sourceSQL)) throw new RangeError("The supplied SQL string contains more than one statement");
    const fresh = FORGETS_COLUMNS && STAR.test(sql);
    return {
      returnsRows: statement.columns().length > 0,
      all: fresh ? (params) => compile().all(...bindable(params)) : (params) => statement.all(...bindable(params)),
      iterate: (params) => compile().iterate(...bindable(params)),
      run: (params) => statement.run(...bindable(params)),
      columns: () => (fresh ? compile() : statement).columns().map(({ name }) => name),
    };
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }
}

const NO_BYTES = new Uint8Array(1).subarray(1);

/** An empty list of bytes that has no memory of its own is bound as NULL. */
function bindable(params: readonly unknown[]): readonly unknown[] {
  return params.some(isEmpty) ? params.map((value) => (isEmpty(value) ? NO_BYTES : value)) : params;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && ArrayBuffer.isView(value) && value.byteLength === 0;
}

/** node:sqlite compiles the first statement and says nothing of the rest. */
function hasMore(sql: string, first: string): boolean {
  const start = sql.indexOf(first);
  const rest = start < 0 ? "" : sql.slice(start + first.length);
  return rest !== "" && rest.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").replace(/[\s;]+/g, "") !== "";
}
