#!/usr/bin/env node
// Runs the cases in every way in which a repo can work: node scripts/modes.mjs [options of vitest, or files of the cases].
// Preloads within the rows and by queries, without code that is made at run time, without pipelining, and SQLite over node:sqlite.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const options = process.argv.slice(2);
const paths = options.some((option) => !option.startsWith("-")) ? [] : ["test/cases"];

/** What each mode says to test/support/repo.ts and vitest.config.ts. */
const MODES = {
  "preloads within the rows": { ECTYPE_PRELOADS: "json" },
  "preloads by queries": { ECTYPE_PRELOADS: "queries" },
  "no code made at run time": { ECTYPE_CODE: "off" },
  "no pipelining": { ECTYPE_PIPELINE: "off", ECTYPE_DATABASES: "postgres" },
};

const vitest = [join(root, "node_modules", "vitest", "vitest.mjs"), "run"];
const args = ["--reporter=dot", ...paths, ...options];
const passes = (/** @type {string[]} */ command, /** @type {Record<string, string>} */ env) =>
  spawnSync(process.execPath, [...command, ...args], { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status === 0;

/** @type {string[]} */
const failed = [];
for (const [mode, env] of Object.entries(MODES)) {
  console.log(`\n${mode}\n`);
  if (!passes(vitest, env)) failed.push(mode);
}
// Where this Node has it, the modes above ran on it.
if (process.getBuiltinModule("node:sqlite") === undefined) {
  const mode = "SQLite over node:sqlite";
  console.log(`\n${mode}\n`);
  if (!passes([join(root, "scripts", "node.mjs"), "24"], {})) failed.push(mode);
}
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
