import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import type { Place } from "../contender.ts";

/** A connection of the harness itself, beside those of the contender. */
export interface Admin {
  /** Rows as arrays. */
  query(sql: string, params?: readonly unknown[]): Promise<unknown[][]>;
  exec(sql: string): Promise<void>;
  close(): Promise<void>;
}

interface NodeStatement {
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): unknown;
  setReturnArrays(on: boolean): void;
}
export interface NodeDatabase {
  prepare(sql: string): NodeStatement;
  exec(sql: string): void;
  close(): void;
}
export type NodeDatabaseClass = new (path: string) => NodeDatabase;

const require = createRequire(import.meta.url);

/** The settings of every connection to SQLite, whoever opens it: they are ectype's own defaults. */
export const PRAGMAS: readonly string[] = [
  "journal_mode = wal",
  "synchronous = normal",
  "foreign_keys = on",
  "cache_size = -64000",
  "temp_store = memory",
];

export const POOL_SIZE = 10;

export function loadBetterSqlite(): typeof Database {
  return require("better-sqlite3") as typeof Database;
}

export function openBetterSqlite(path: string): Database.Database {
  const db = new (loadBetterSqlite())(path);
  for (const pragma of PRAGMAS) db.pragma(pragma);
  return db;
}

export function openNodeSqlite(path: string): NodeDatabase {
  const { DatabaseSync } = require("node:sqlite") as { DatabaseSync: NodeDatabaseClass };
  const db = new DatabaseSync(path);
  for (const pragma of PRAGMAS) db.exec(`pragma ${pragma}`);
  return db;
}

/** Whether this Node has a node:sqlite with all that is needed: rows as arrays came later than the module itself. */
export function hasNodeSqlite(): boolean {
  try {
    const { StatementSync } = require("node:sqlite") as { StatementSync: { prototype: object } };
    return "setReturnArrays" in StatementSync.prototype;
  } catch {
    return false;
  }
}

export async function openAdmin({ target, at }: Place): Promise<Admin> {
  if (target === "pg") {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: at });
    await client.connect();
    return {
      query: async (sql, params = []) => (await client.query({ text: sql, values: [...params], rowMode: "array" })).rows,
      exec: async (sql) => void (await client.query(sql)),
      close: () => client.end(),
    };
  }
  // The file is the same whichever driver opens it, and this process may be of a Node that has no node:sqlite.
  if (target === "node-sqlite" && hasNodeSqlite()) {
    const db = openNodeSqlite(at);
    return {
      async query(sql, params = []) {
        const statement = db.prepare(sql);
        statement.setReturnArrays(true);
        return statement.all(...params) as unknown[][];
      },
      exec: async (sql) => db.exec(sql),
      close: async () => db.close(),
    };
  }
  const db = openBetterSqlite(at);
  return {
    async query(sql, params = []) {
      const statement = db.prepare(sql);
      if (statement.reader) return statement.raw().all(...params) as unknown[][];
      statement.run(...params);
      return [];
    },
    exec: async (sql) => void db.exec(sql),
    close: async () => void db.close(),
  };
}
