#!/usr/bin/env node
// `npm run bench`: what Node cannot run as it is, TypeScript, is bundled into bench/.build, then bench/main.ts takes over. The libraries
// beside ectype are installed here when they are asked for and are not there.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { npm } from "../scripts/npm.mjs";

const bench = dirname(fileURLToPath(import.meta.url));
const options = process.argv.slice(2);
const contenders = options[options.indexOf("--contenders") + 1];
const own = options.includes("--contenders")
  ? (contenders ?? "").split(",").every((name) => ["raw", "ectype"].includes(name))
  : options.includes("--smoke");

if (!own && !options.includes("--help") && !existsSync(join(bench, "node_modules"))) {
  console.log("Installing the libraries that ectype is measured beside into bench/node_modules: once, some minutes.");
  npm(["ci"], bench);
}

const out = join(bench, ".build");
rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: bench,
  entryPoints: ["main.ts", "harness/worker.ts", ...readdirSync(join(bench, "contenders")).map((file) => `contenders/${file}`)],
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  packages: "external",
  logLevel: "warning",
});
const { main } = await import(pathToFileURL(join(out, "main.js")).href);
process.exitCode = await main(options);
