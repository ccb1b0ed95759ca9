import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** A superuser's URL of the PostgreSQL server of this run; its path names the database "postgres" or DATABASE_URL_TEST's own. */
    postgresUrl: string;
  }
}

/** Gives the tests a PostgreSQL server: the one that DATABASE_URL_TEST names, or one of their own that ends with the run. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.DATABASE_URL_TEST;
  if (given) {
    project.provide("postgresUrl", given);
    return undefined;
  }
  const script = fileURLToPath(new URL("../../scripts/postgres.mjs", import.meta.url));
  // Detached, so that Ctrl-C does not end it under tests that still run; its closed stdin tells it that this process is gone.
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  project.provide("postgresUrl", await firstLine(child));
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.stdin?.end();
    await exit;
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`scripts/postgres.mjs ended with code ${code} before PostgreSQL was ready.`)));
    child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
  });
}
