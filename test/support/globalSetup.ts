import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { loadPglite } from "./pglite.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A superuser's URL of the PostgreSQL server of this run; its path names the database "postgres" or DATABASE_URL_TEST's own. */
    postgresUrl: string;
    /** The file of an empty PGlite; where no test runs on one, the path of none. */
    pgliteData: string;
  }
}

/** Gives the tests a PostgreSQL server: the one that DATABASE_URL_TEST names, or one of their own that ends with the run. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const removeData = await providePglite(project);
  const given = process.env.DATABASE_URL_TEST;
  // A run that names databases, and PostgreSQL is none of them, needs no server.
  const named = process.env["ECTYPE_DATABASES"];
  if (given || (named && !named.includes("postgres") && !named.includes("asynchronous"))) {
    project.provide("postgresUrl", given ?? "");
    return async () => removeData();
  }
  const script = fileURLToPath(new URL("../../scripts/postgres.mjs", import.meta.url));
  // Detached, so that Ctrl-C does not end it under tests that still run; its closed stdin tells it that this process is gone.
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  project.provide("postgresUrl", await firstLine(child));
  return async () => {
    removeData();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.stdin?.end();
    await exit;
  };
}

/** @returns what removes the file */
async function providePglite(project: TestProject): Promise<() => void> {
  if (!process.env["ECTYPE_DATABASES"]?.includes("pglite")) {
    project.provide("pgliteData", "");
    return () => {};
  }
  const PGlite = await loadPglite();
  const database = await PGlite.create();
  const folder = mkdtempSync(join(tmpdir(), "ectype-pglite-"));
  const file = join(folder, "data.tar");
  writeFileSync(file, new Uint8Array(await (await database.dumpDataDir("none")).arrayBuffer()));
  await database.close();
  project.provide("pgliteData", file);
  return () => rmSync(folder, { recursive: true, force: true });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`scripts/postgres.mjs ended with code ${code} before PostgreSQL was ready.`)));
    child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
  });
}
