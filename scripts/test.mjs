#!/usr/bin/env node
// `npm test`: every check there is, one after the other, all of them even when one fails. The last line counts the vitest tests
// and, as one each, the other checks.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withFolder } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} command @param {string[]} args @returns {boolean} whether it went well */
function succeeds(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Runs a script of package.json. @param {string} name @returns {Count} */
function script(name) {
  const self = process.env.npm_execpath;
  const args = ["run", "--silent", name];
  const passed = self ? succeeds(process.execPath, [self, ...args]) : succeeds("npm", args);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

/** Runs vitest and counts its tests. @returns {Count} */
function vitest() {
  return withFolder((folder) => {
    const output = join(folder, "vitest.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const good = succeeds(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...reporters]);
    const count = existsSync(output) ? countTests(JSON.parse(readFileSync(output, "utf8"))) : { passed: 0, failed: 0 };
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

/** @type {Array<[name: string, check: () => Count]>} */
const CHECKS = [
  ...["typecheck", "lint", "floors", "test:types", "check:types"].map(
    (name) => /** @type {[string, () => Count]} */ ([name, () => script(name)]),
  ),
  ["vitest", vitest],
  ["test:consumer", () => script("test:consumer")],
];

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const summary = [];
for (const [name, check] of CHECKS) {
  console.log(`\n> ${name}`);
  const begin = performance.now();
  const { passed, failed } = check();
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? "ok    " : "FAILED"}  ${name} (${seconds} s)`);
}
console.log(`\n${summary.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
