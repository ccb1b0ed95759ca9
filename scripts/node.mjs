#!/usr/bin/env node
// Runs the tests on another Node: `npm run test:node -- 24`, and what vitest should be told after that.
import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, run, withFolder } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [version, ...args] = process.argv.slice(2);

if (!version || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error("Which Node? For instance: npm run test:node -- 24");
  process.exit(2);
}

try {
  withFolder((folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
    npm(["install", `node@${version}`], folder);
    const bin = join(folder, "node_modules", ".bin");
    const node = join(bin, process.platform === "win32" ? "node.cmd" : "node");
    run(node, ["--version"], { cwd: folder });
    // Tests that start "node" themselves must get this one too.
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };
    run(node, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...args], { cwd: root, env });
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
