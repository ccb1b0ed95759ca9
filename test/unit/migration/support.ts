import Database from "better-sqlite3";
import pg from "pg";
import type { MigrationConnection, MigrationPool } from "../../../src/core/adapter/index.ts";
import type { MigrationRepo } from "../../../src/migration/index.ts";
import { postgresMigrationPort } from "../../../src/postgres/migration-port.ts";
import { sqliteMigrationPort } from "../../../src/sqlite/migration-port.ts";
import { freshPostgresUrl, freshSqliteFile, sqliteDrivers } from "../../support/databases.ts";

/** A database to migrate, reached through its driver and nothing else. */
export interface Target {
  repo: MigrationRepo;
  rows(sql: string): Promise<unknown[][]>;
  tables(): Promise<string[]>;
}

export const targets: readonly { name: "sqlite" | "postgres"; make(): Promise<Target> }[] = [
  ...(sqliteDrivers.includes("better-sqlite3") ? [{ name: "sqlite" as const, make: async () => sqliteTarget() }] : []),
  { name: "postgres" as const, make: postgresTarget },
];

function sqliteTarget(): Target {
  const file = freshSqliteFile();
  const rows = async (sql: string) => {
    const db = new Database(file);
    try {
      return db.prepare(sql).raw().all() as unknown[][];
    } finally {
      db.close();
    }
  };
  return {
    repo: {
      adapter: {
        migrationPort: sqliteMigrationPort(() => sqliteConnection(`${file}-migrating`)),
        open: () => pool(() => sqliteConnection(file)),
      },
    },
    rows,
    tables: async () =>
      (await rows("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")).map(String),
  };
}

function sqliteConnection(file: string): MigrationConnection {
  const db = new Database(file);
  db.pragma("foreign_keys = on");
  return {
    run(statement, params) {
      if (statement.returnsRows) return { rows: db.prepare(statement.sql).raw().all(params) as unknown[][] };
      db.exec(statement.sql);
      return { rows: [] };
    },
    begin: (options) => void db.exec(`BEGIN ${options?.mode ?? ""}`),
    commit: () => void db.exec("COMMIT"),
    rollback: () => void db.exec("ROLLBACK"),
    release: () => void db.close(),
  };
}

async function postgresTarget(): Promise<Target> {
  const url = await freshPostgresUrl();
  const rows = async (sql: string) => {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: "array" })).rows as unknown[][];
    } finally {
      await client.end();
    }
  };
  return {
    repo: { adapter: { migrationPort: postgresMigrationPort, open: () => pool(() => postgresConnection(url)) } },
    rows,
    tables: async () =>
      (await rows("select table_name from information_schema.tables where table_schema = 'public' order by 1")).map(String),
  };
}

async function postgresConnection(url: string): Promise<MigrationConnection> {
  const client = new pg.Client(url);
  await client.connect();
  const run = async (sql: string) => void (await client.query(sql));
  return {
    async run({ sql, returnsRows }) {
      const answer = await client.query({ text: sql, rowMode: "array" });
      return { rows: returnsRows ? (answer.rows as unknown[][]) : [] };
    },
    begin: () => run("BEGIN"),
    commit: () => run("COMMIT"),
    rollback: () => run("ROLLBACK"),
    release: () => void client.end(),
  };
}

function pool(connect: () => MigrationConnection | Promise<MigrationConnection>): MigrationPool {
  return { checkout: connect, close: async () => {} };
}
