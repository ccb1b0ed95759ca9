#!/usr/bin/env node
// `npm test`: every check there is, one after the other, all of them even when one fails. It says what each of them is for, and at the
// end how long it took. The last line counts the vitest tests and, as one each, the other checks.
// `npm run test:quick`: the part that serves while one works, in less than a minute and without PostgreSQL.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withFolder } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} command @param {string[]} args @param {Record<string, string>} env @returns {boolean} whether it went well */
function succeeds(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } }).status === 0;
}

/** Runs a script of package.json. @param {string} name @returns {Count} */
function script(name) {
  const self = process.env.npm_execpath;
  const args = ["run", "--silent", name];
  const passed = self ? succeeds(process.execPath, [self, ...args]) : succeeds("npm", args);
  return counted(passed);
}

/** Runs vitest and counts its tests. @param {string[]} filters options and files; all files unless given @param {Record<string, string>} env @returns {Count} */
function vitest(filters = [], env = {}) {
  return withFolder((folder) => {
    const output = join(folder, "vitest.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const good = succeeds(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...filters, ...reporters], env);
    const report = existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : null;
    if (report !== null) timesOf(report);
    const count = report === null ? { passed: 0, failed: 0 } : countTests(report);
    // An error outside of any test, or a run without a test, is a failure too.
    const unseen = count.failed === 0 && (!good || count.passed === 0);
    return { passed: count.passed, failed: count.failed + (unseen ? 1 : 0) };
  });
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, testResults: Array<{ status: string, assertionResults: Array<{ status: string }> }> }} report
 * @returns {Count}
 */
function countTests(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/** @typedef {{ name: string, startTime: number, endTime: number }} FileTime */

/** Prints where the time of vitest went: by folder, and the slowest files. Files run side by side, so the sum is more than the clock. @param {{ testResults: FileTime[] }} report */
function timesOf({ testResults }) {
  const files = testResults.map(({ name, startTime, endTime }) => ({
    name: name.split(/[/\\]test[/\\]/).at(-1) ?? name,
    time: endTime - startTime,
  }));
  /** @type {Map<string, number>} */
  const folders = new Map();
  for (const { name, time } of files) {
    const folder = name.split(/[/\\]/).slice(0, 2).join("/");
    folders.set(folder, (folders.get(folder) ?? 0) + time);
  }
  /** @param {Array<[string, number]>} entries */
  const lines = (entries) =>
    entries
      .sort(([, a], [, b]) => b - a)
      .slice(0, 10)
      .map(([name, time]) => `  ${seconds(time).padStart(8)}  ${name}`)
      .join("\n");
  console.log(`\nThe time of the folders:\n${lines([...folders])}`);
  console.log(`The slowest files:\n${lines(files.map(({ name, time }) => [name, time]))}`);
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** @typedef {{ name: string, what: string, check: () => Count }} Check */

/** @type {Check[]} */
const ALL = [
  { name: "typecheck", what: "the types of sources, tests and scripts, by TypeScript 6", check: () => script("typecheck") },
  { name: "lint", what: "style and format, by Biome", check: () => script("lint") },
  { name: "floors", what: "who imports whom, circles, the length of files", check: () => script("floors") },
  { name: "test:types", what: "what must compile, and what must not", check: () => script("test:types") },
  { name: "check:types", what: "how much work the types are for the compiler", check: () => script("check:types") },
  { name: "vitest", what: "units, cases on every database, golden SQL, the command line, the docs", check: () => vitest() },
  {
    name: "bench",
    what: "that ectype answers and writes as the drivers by hand do, in the harness that times them",
    check: () => counted(succeeds(process.execPath, [join(root, "bench/run.mjs"), "--smoke"])),
  },
  {
    name: "drivers",
    what: "a few cases on PGlite and on an asynchronous driver; npm run test:pglite and its like run all",
    check: () => both(vitest(DRIVER_TESTS, { ECTYPE_DATABASES: "pglite" }), vitest(DRIVER_TESTS, { ECTYPE_DATABASES: "asynchronous" })),
  },
  {
    name: "test:consumer",
    what: "the packed package: its size, and its use elsewhere under TypeScript 5.9, 6 and 7",
    check: () => script("test:consumer"),
  },
];

const DRIVER_TESTS = ["getting-started/movies", "preloads/typed", "changesets"].map((name) => `test/cases/${name}`);
const QUICK_TESTS = [
  ...["core", "sql", "sqlite", "scripts"].map((folder) => `test/unit/${folder}`),
  ...["adapter-cases", "changesets", "preloads", "prepared-queries/parameters", "pagination/paginate"].map((name) => `test/cases/${name}`),
  // Thousands of queries beside each other, which takes as long as the rest.
  ...["--exclude", "test/unit/core/plan/key-of-*.test.ts"],
];
/** @type {Check[]} */
const QUICK = [
  {
    name: "typecheck",
    what: "the types, by TypeScript 7",
    check: () => counted(succeeds(process.execPath, [join(root, "node_modules/typescript-7/bin/tsc"), "-p", root])),
  },
  { name: "vitest", what: "units and the core of the cases, on SQLite", check: () => vitest(QUICK_TESTS, { ECTYPE_DATABASES: "sqlite" }) },
];

/** @param {Count} one @param {Count} other @returns {Count} */
function both(one, other) {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}

/** A check that is no vitest counts as one. @param {boolean} passed @returns {Count} */
function counted(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

const checks = process.argv.includes("--quick") ? QUICK : ALL;
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const summary = [];
for (const [at, { name, what, check }] of checks.entries()) {
  console.log(`\n> ${at + 1} of ${checks.length}: ${name} (${what})`);
  const begin = performance.now();
  const { passed, failed } = check();
  total.passed += passed;
  total.failed += failed;
  const line = `${failed === 0 ? "ok    " : "FAILED"}  ${seconds(performance.now() - begin).padStart(8)}  ${name}: ${what}`;
  console.log(line);
  summary.push(line);
}
console.log(`\n${summary.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
