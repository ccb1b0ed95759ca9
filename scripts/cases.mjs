#!/usr/bin/env node
// Runs the cases on one database or driver beside the usual ones: node scripts/cases.mjs pglite | asynchronous | bun [options of vitest].
// What is known to differ there, and why, stands in test/support/deviations.ts.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [name, ...options] = process.argv.slice(2);
if (name === undefined) throw new Error("Name a database: node scripts/cases.mjs pglite");

/** Bun is no dependency, since it is a hundred megabytes: BUN names it, or it is found on the PATH. */
const program = name === "bun" ? (process.env.BUN ?? "bun") : process.execPath;
if (name === "bun" && spawnSync(program, ["--version"]).status !== 0) {
  console.log('Skipped: there is no Bun. Install it ("npm install --global bun"), or name it: BUN=/path/to/bun npm run test:bun.');
  process.exit(0);
}
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const paths = options.some((option) => !option.startsWith("-")) ? [] : ["test/cases"];
const reporters = ["--reporter=default", `--reporter=${join(root, "scripts", "bounded.mjs")}`];
// A group of its own, which can be ended whole.
const run = spawn(program, [...(name === "bun" ? ["--bun"] : []), vitest, "run", ...reporters, ...paths, ...options], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ECTYPE_DATABASES: name },
  detached: true,
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => run.pid && process.kill(-run.pid, signal));
const [status] = await once(run, "exit");
process.exitCode = status ?? 1;
