#!/usr/bin/env node
// Runs the cases in every way in which a repo can work: node scripts/modes.mjs [options of vitest, or files of the cases].
// Preloads within the rows and by queries, without code that is made at run time, without pipelining. SQLite's drivers are those that this
// Node has: `npm run test:node -- 24` runs them on node:sqlite.
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

const failed = Object.entries(MODES).filter(([mode, env]) => {
  console.log(`\n${mode}\n`);
  const args = [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--reporter=dot", ...paths, ...options];
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status !== 0;
});
if (failed.length > 0) console.log(`Failed: ${failed.map(([mode]) => mode).join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
