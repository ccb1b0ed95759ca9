#!/usr/bin/env node
// `npm run bench`: what Node cannot run as it is, TypeScript, is bundled into bench/.build, then bench/main.ts takes over. The libraries
// beside ectype are installed here when they are asked for and are not there.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { npm } from "../scripts/npm.mjs";
import { generatePrisma } from "./prisma/generate.mjs";

const bench = dirname(fileURLToPath(import.meta.url));
const options = process.argv.slice(2);
const out = join(bench, ".build");
const named = namesOf("--contenders") ?? (options.includes("--smoke") ? ["raw", "ectype"] : null);
/** The names of contenders that may run; null for all. */
const contenders = named?.includes("all") ? null : named;
const measures = !options.includes("--help") && !(options.includes("--report") && !options.includes("--all"));
const own = contenders?.every((name) => ["raw", "ectype"].includes(name)) ?? false;

if (measures && !own && !existsSync(join(bench, "node_modules"))) {
  console.log("Installing the libraries that ectype is measured beside into bench/node_modules: once, some minutes.");
  npm(["ci"], bench);
}

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
if (measures && (contenders?.includes("prisma") ?? true))
  // Without its client Prisma cannot be opened, which is told there; the others go on.
  await generatePrisma(out).catch((error) => console.error(`Prisma's client could not be made: ${error.message}`));
const { main } = await import(pathToFileURL(join(out, "main.js")).href);
process.exitCode = await main(options);

/** @param {string} option @returns {string[] | null} */
function namesOf(option) {
  const at = options.findIndex((text) => text === option || text.startsWith(`${option}=`));
  if (at < 0) return null;
  const text = options[at]?.includes("=") ? options[at].slice(option.length + 1) : options[at + 1];
  return (text ?? "").split(",").map((name) => name.trim());
}
