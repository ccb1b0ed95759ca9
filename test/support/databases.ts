import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresDriver } from "ectype/postgres";
import type { SqliteDriver as SqliteDriverObject } from "ectype/sqlite";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { loadDriver } from "../../src/sqlite/drivers/load.ts";
import { asynchronous } from "./drivers.ts";
import { loadPglite } from "./pglite.ts";

/** A fresh, empty database; it is removed when the test file that opened it ends. */
export type OpenDatabase =
  | { name: "sqlite"; options: { database: string; driver: SqliteDriver | SqliteDriverObject } }
  | { name: "postgres"; options: { url: string } | { url?: never; driver: PostgresDriver } };

export type SqliteDriver = "node" | "better-sqlite3" | "bun";

export interface TestDatabase {
  /** The dialect. */
  name: "sqlite" | "postgres";
  /** The dialect and its driver, for `describe.each`. */
  label: string;
  /** Makes a fresh, empty database; `options` is what the adapter's function takes. */
  open(): Promise<OpenDatabase>;
}

/** The SQLite drivers that this Node can load: `node:sqlite` is there from 22.13 on, better-sqlite3 where it was built for this version. */
export const sqliteDrivers: readonly SqliteDriver[] = (["node", "better-sqlite3", "bun"] as const).filter(loads);

/** Every database and driver that the cases can run on, by the names that ECTYPE_DATABASES takes. */
const known: Readonly<Record<string, () => readonly TestDatabase[]>> = {
  sqlite: () => sqliteDrivers.map((driver) => ({ name: "sqlite", label: `sqlite (${driver})`, open: () => openSqlite(driver) })),
  postgres: () => [{ name: "postgres", label: "postgres (pg)", open: openPostgres }],
  pglite: () => [{ name: "postgres", label: "postgres (pglite)", open: openPglite }],
  bun: () => [{ name: "sqlite", label: "sqlite (bun)", open: () => openSqlite("bun") }],
  asynchronous: () => [
    { name: "sqlite", label: "sqlite (asynchronous)", open: () => openSqlite(asynchronous(loadDriver(sqliteDrivers[0]))) },
  ],
};

/** The databases and drivers that the cases run on: those of ECTYPE_DATABASES, such as "asynchronous,postgres", else the usual ones. */
export const databases: readonly TestDatabase[] = (process.env["ECTYPE_DATABASES"] ?? "sqlite,postgres").split(",").flatMap((name) => {
  const make = known[name.trim()];
  if (make === undefined) throw new Error(`ECTYPE_DATABASES names "${name}"; there are ${Object.keys(known).join(", ")}.`);
  return make();
});

/** The path of an SQLite file that does not exist yet, in a folder that goes when the test file ends. */
export function freshSqliteFile(): string {
  return join(freshFolder(), "test.db");
}

/** An empty folder that goes when the test file ends. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ectype-test-"));
  cleanups.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Whether this run has a PostgreSQL server: one on a database inside the process has none. */
export const hasServer = inject("postgresUrl") !== "";

/** The URL of a new, empty PostgreSQL database that is dropped, whoever is still connected, when the test file ends. */
export async function freshPostgresUrl(): Promise<string> {
  const name = `ectype_${randomBytes(8).toString("hex")}`;
  await onServer(`create database "${name}" template template0 encoding 'UTF8'`);
  cleanups.push(() => onServer(`drop database if exists "${name}" with (force)`));
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

const cleanups: Array<() => Promise<unknown>> = [];

afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openSqlite(driver: SqliteDriver | SqliteDriverObject): Promise<OpenDatabase> {
  return { name: "sqlite", options: { database: freshSqliteFile(), driver } };
}

async function openPostgres(): Promise<OpenDatabase> {
  return { name: "postgres", options: { url: await freshPostgresUrl() } };
}

async function openPglite(): Promise<OpenDatabase> {
  const PGlite = await loadPglite();
  const { pglite } = await import("ectype/postgres/pglite");
  const database = await PGlite.create({
    // Loading what another one made is several times as fast as making it anew.
    loadDataDir: new Blob([readFileSync(inject("pgliteData"))]),
    // A file of tests opens dozens, each of which would take 128 MB for it.
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB"],
  });
  cleanups.push(() => database.close());
  return { name: "postgres", options: { driver: pglite(database) } };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function loads(driver: SqliteDriver): boolean {
  const require = createRequire(import.meta.url);
  try {
    if (driver === "bun") return process.versions["bun"] !== undefined;
    if (driver === "node") {
      require("node:sqlite");
      return true;
    }
    // The native part is loaded by the first connection, not by the import.
    const Database = require("better-sqlite3") as new (path: string) => { close(): void };
    new Database(":memory:").close();
    return true;
  } catch {
    return false;
  }
}
