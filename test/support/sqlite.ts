import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { sqliteDrivers } from "./databases.ts";

/** What golden tests need of SQLite to see that it takes their SQL. */
export interface MemoryDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): MemoryStatement;
  close(): unknown;
}
export interface MemoryStatement {
  /** Whether it answers with rows. */
  readonly reader: boolean;
  all(...params: unknown[]): unknown[];
  get(...params: unknown[]): unknown;
  run(...params: unknown[]): { readonly changes: number | bigint };
  /** Rows as arrays from now on. */
  raw(): MemoryStatement;
}

/** An empty database in memory, through whichever driver this Node can load. */
export function openMemory(): MemoryDatabase {
  const require = createRequire(import.meta.url);
  if (sqliteDrivers.includes("better-sqlite3")) return new (require("better-sqlite3") as typeof Database)(":memory:");
  const { DatabaseSync } = require("node:sqlite") as { DatabaseSync: new (path: string) => NodeDatabase };
  const db = new DatabaseSync(":memory:");
  return { exec: (sql) => db.exec(sql), prepare: (sql) => statementOf(db.prepare(sql)), close: () => db.close() };
}

interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}
interface NodeStatement extends Omit<MemoryStatement, "reader" | "raw"> {
  columns(): readonly unknown[];
  setReturnArrays(on: boolean): void;
}

function statementOf(statement: NodeStatement): MemoryStatement {
  const own: MemoryStatement = {
    reader: statement.columns().length > 0,
    all: (...params) => statement.all(...params),
    get: (...params) => statement.get(...params),
    run: (...params) => statement.run(...params),
    raw: () => {
      statement.setReturnArrays(true);
      return own;
    },
  };
  return own;
}
