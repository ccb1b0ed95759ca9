#!/usr/bin/env node
// Uses the package as a stranger would: packs it, weighs it, installs the tarball in a new project without @types/node, imports every
// entry point, runs the cases for adapters, and compiles test/consumer and the examples of the docs and the docstrings under each TypeScript that is promised.
// Leaves dist alone, so that runs don't disturb each other.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { npm, run, withFolder } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const TYPESCRIPTS = ["typescript-5.9", "typescript", "typescript-7"];
// Bytes of the package as it is sent and as it is installed: a little above what there is, so that nothing grows unseen.
const CEILINGS = { packed: 490_000, unpacked: 1_800_000 };

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

/** The package is no larger than it may be. @param {string} project @param {string} tarball */
function checkSize(project, tarball) {
  const files = readdirSync(join(project, "node_modules", manifest.name), { recursive: true, withFileTypes: true });
  const sizes = files.map((file) => (file.isFile() ? statSync(join(file.parentPath, file.name)).size : 0));
  const size = { packed: statSync(tarball).size, unpacked: sizes.reduce((sum, one) => sum + one, 0) };
  for (const [kind, ceiling] of Object.entries(CEILINGS)) {
    const bytes = size[/** @type {keyof typeof CEILINGS} */ (kind)];
    const line = `${bytes.toLocaleString("en")} bytes ${kind} (ceiling ${ceiling.toLocaleString("en")})`;
    if (bytes > ceiling) throw new Error(`the package has grown: ${line}`);
    console.log(`ok    ${line}`);
  }
}

/** The cases for adapters run on the package as it is installed. @param {string} project */
function runAdapterCases(project) {
  // The driver of this repository, whose native part is built.
  symlinkSync(join(root, "node_modules", "better-sqlite3"), join(project, "node_modules", "better-sqlite3"), "junction");
  run(process.execPath, ["adapter.mjs"], { cwd: project });
}

const jiti = createJiti(import.meta.url, { alias: { ectype: join(root, "src/index.ts") } });
/** @type {typeof import("../test/docs/page.ts")} */
const docs = await jiti.import("../test/docs/page.ts");
/** @type {typeof import("../test/docs/docstrings.ts")} */
const { docstrings } = await jiti.import("../test/docs/docstrings.ts");
/** @type {typeof import("../test/docs/docstring-examples.ts")} */
const examples = await jiti.import("../test/docs/docstring-examples.ts");

/**
 * The examples of the README, of docs/ and of the docstrings as modules of the project, beside what they may use without saying where it comes from.
 * @param {string} project
 */
function writeExamples(project) {
  const folder = join(project, "docs");
  mkdirSync(folder);
  cpSync(docs.preludeFile, join(folder, "prelude.ts"));
  cpSync(examples.examplePreludeFile, join(folder, "docstring-prelude.ts"));
  const modules = [...docs.modulesOf(docs.pages(), "./prelude.ts"), ...examples.exampleModules(docstrings(), "./docstring-prelude.ts")];
  for (const { name, types } of modules) writeFileSync(join(folder, `${name}.mts`), types);
  const { compilerOptions } = JSON.parse(readFileSync(join(project, "tsconfig.json"), "utf8"));
  // Examples use what Node has, and show mistakes that exactOptionalPropertyTypes would find before they run.
  const options = {
    ...compilerOptions,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
    declaration: false,
    exactOptionalPropertyTypes: false,
    allowImportingTsExtensions: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.mts", "*.ts"] }));
  return modules;
}

/** Compiles the examples. @param {string} project @param {string} typescript @param {ReturnType<typeof writeExamples>} modules */
function checkExamples(project, typescript, modules) {
  const bin = join(root, "node_modules", typescript, "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [bin, "-p", "docs", "--pretty", "false"], { cwd: project, encoding: "utf8" });
  const found = [...stdout.matchAll(/^(?:docs\/)?(\w+)\.mts\((\d+),\d+\): (.*)$/gm)].map(([, name, line, text]) => ({
    name,
    line: Number(line),
    text,
  }));
  const other = stdout.split("\n").filter((line) => /^(?!(docs\/)?\w+\.mts\()\S*.*error TS/.test(line));
  const problems = modules.flatMap(({ name, page, refused }) => {
    const here = found.filter((one) => one.name === name);
    const wrong = here.filter(({ line }) => !refused.includes(line)).map(({ line, text }) => `${page}:${line}: ${text}`);
    const missed = refused.filter((line) => !here.some((one) => one.line === line));
    return [...wrong, ...missed.map((line) => `${page}:${line}: it compiles, and the page says that it does not`)];
  });
  if (problems.length + other.length > 0) throw new Error(`examples under ${typescript}:\n${[...problems, ...other].join("\n")}`);
}

try {
  withFolder((folder) => {
    const tarball = pack(folder);
    const project = install(folder, tarball);
    checkSize(project, tarball);
    const modules = writeExamples(project);
    for (const typescript of TYPESCRIPTS) {
      tsc(typescript, ["--version"], project);
      tsc(typescript, ["-p", "."], project);
      checkExamples(project, typescript, modules);
    }
    checkEntryPoints(project);
    runAdapterCases(project);
  });
  console.log("consumer: the package installs, imports and compiles, and so do the examples of the docs and the docstrings");
} catch (error) {
  console.error(`consumer: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
