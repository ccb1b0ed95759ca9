#!/usr/bin/env node
// Uses the package as a stranger would: packs it, installs the tarball in a new project without @types/node, imports every
// entry point, and compiles test/consumer under each TypeScript that is promised. Leaves dist alone, so that runs don't disturb each other.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, run, withFolder } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const TYPESCRIPTS = ["typescript-5.9", "typescript", "typescript-7"];

/** @param {string} name @param {string[]} args @param {string} cwd */
const tsc = (name, args, cwd) => run(process.execPath, [join(root, "node_modules", name, "bin", "tsc"), ...args], { cwd });

/** The tarball that `npm pack` would make of the sources as they are. @param {string} folder @returns {string} its path */
function pack(folder) {
  const staging = join(folder, "package");
  mkdirSync(staging);
  run(process.execPath, [join(root, "scripts/build.mjs"), join(staging, "dist")], { cwd: root });
  for (const file of ["package.json", ...manifest.files]) {
    if (file !== "dist" && existsSync(join(root, file))) cpSync(join(root, file), join(staging, file), { recursive: true });
  }
  npm(["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], staging);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (!tarball) throw new Error("npm pack made no tarball");
  return join(folder, tarball);
}

/** A new project that has the tarball and nothing else. @param {string} folder @param {string} tarball @returns {string} its path */
function install(folder, tarball) {
  const project = join(folder, "project");
  cpSync(join(root, "test", "consumer"), project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(["install", tarball, "--ignore-scripts", "--omit=optional", "--prefer-offline"], project);
  return project;
}

/** Every entry point has its code and its types in the package, and can be imported without any driver. @param {string} project */
function checkEntryPoints(project) {
  const entries = Object.entries(/** @type {Record<string, string>} */ (manifest.exports)).filter(([, target]) => target.endsWith(".js"));
  const targets = [...entries.flatMap(([, target]) => [target, target.replace(/\.js$/, ".d.ts")]), ...Object.values(manifest.bin ?? {})];
  const missing = targets.filter((target) => !existsSync(join(project, "node_modules", manifest.name, String(target))));
  if (missing.length > 0) throw new Error(`package.json promises files that the package does not have: ${missing.join(", ")}`);
  const imports = entries.map(([entry]) => `await import(${JSON.stringify(entry.replace(/^\./, manifest.name))});`);
  run(process.execPath, ["--input-type=module", "--eval", imports.join("\n")], { cwd: project });
}

try {
  withFolder((folder) => {
    const project = install(folder, pack(folder));
    for (const typescript of TYPESCRIPTS) {
      tsc(typescript, ["--version"], project);
      tsc(typescript, ["-p", "."], project);
    }
    checkEntryPoints(project);
  });
  console.log("consumer: the package installs, imports and compiles");
} catch (error) {
  console.error(`consumer: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
