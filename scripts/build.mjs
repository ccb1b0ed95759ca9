// Builds the package: declarations file by file, and the code in a few chunks, since a program that imports one of the entry points
// should not have to open some hundred files. Usage: node scripts/build.mjs [folder [options of tsc]], `dist` unless said otherwise.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { pruneDeclarations } from "./declarations.mjs";
import { run } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [folder = join(root, "dist"), ...options] = process.argv.slice(2);
const out = resolve(folder);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The entry points, as package.json names them: "./dist/sqlite/index.js" is built from src/sqlite/index.ts. */
const targets = [...Object.values(manifest.exports), ...Object.values(manifest.bin)].filter((target) => target.endsWith(".js"));
const input = Object.fromEntries(targets.map((target) => [nameOf(target), join(root, "src", `${nameOf(target)}.ts`)]));
// The cases for adapters are read by machines, and by few: they are small, and leave the package's own files as they would be without them.
const CASES = "testing/cases";
const { [`${CASES}/index`]: cases, ...entries } = input;
// A package that is put into ours: Node takes longer to find and read one in CommonJS than it needs for all of what it does.
const INSIDE = "pluralize";

rmSync(out, { recursive: true, force: true });
run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", out, ...options], {
  cwd: root,
});
const bundle = await rolldown({
  input: entries,
  cwd: root,
  platform: "node",
  transform: { target: "es2022" },
  // Our own code and what is part of it; other packages stay what package.json says they are.
  external: (id) => id !== INSIDE && !id.startsWith(".") && !id.startsWith(root),
  plugins: [{ name: "evaluated-late", transform: { filter: { id: /pluralize\.js$/ }, handler: evaluatedLate } }],
});
// Comments stand in the declarations, where editors look for them. What bundlers read, such as /* @__PURE__ */, stays.
const comments = { legal: true, annotation: true, jsdoc: false };
await bundle.write({
  dir: out,
  format: "esm",
  chunkFileNames: "chunks/[name].js",
  comments,
  // A file with one letter beyond ASCII takes Node twice the memory.
  charset: "ascii",
  codeSplitting: { groups: [{ name: sharedChunk, debugName: "shared" }] },
});
await bundle.close();

const apart = await rolldown({
  input: cases,
  cwd: root,
  platform: "node",
  transform: { target: "es2022" },
  external: (id) => !id.startsWith(".") && !id.startsWith(root),
  plugins: [{ name: "the-package", resolveId: ownEntry }],
});
await apart.write({ file: join(out, CASES, "index.js"), format: "esm", minify: true });
await apart.close();
pruneDeclarations(
  out,
  Object.values(manifest.exports).flatMap((target) => (target.endsWith(".js") ? join(out, `${nameOf(target)}.d.ts`) : [])),
);

/** @param {string} target */
function nameOf(target) {
  return target.replace(/^\.\/dist\/|\.js$/g, "");
}

/**
 * The package in CommonJS as a module that evaluates it at its first use.
 * @param {string} code
 */
function evaluatedLate(code) {
  return `
    let loaded;
    export default { singular: (word) => (loaded ??= load()).singular(word) };
    function load() {
      const module = { exports: {} };
      ((require, exports, module) => { ${code} })(() => {}, module.exports, module);
      return module.exports;
    }`;
}

/**
 * The chunk of a module that several entry points share. Few and larger files open faster than many small ones.
 * @param {string} id
 * @param {import("rolldown").ChunkingContext} context
 */
function sharedChunk(id, context) {
  const by = entriesOf(id, context);
  if (by.size < 2) return null;
  if (by.has("index")) return by.has("config") ? "base" : "core";
  return by.has("postgres/index") ? "sql" : null;
}

/**
 * The entry points that load a module.
 * @param {string} id
 * @param {import("rolldown").ChunkingContext} context
 */
function entriesOf(id, context) {
  const seen = new Set([id]);
  for (const one of seen) for (const importer of context.getModuleInfo(one)?.importers ?? []) seen.add(importer);
  return new Set(Object.entries(entries).flatMap(([name, file]) => (seen.has(file) ? [name] : [])));
}

/**
 * The package itself, by its name, where a module imports one of its entry points.
 * @param {string} source
 * @param {string | undefined} importer
 */
function ownEntry(source, importer) {
  if (!importer || !source.startsWith(".")) return null;
  const path = resolve(dirname(importer), source);
  if (path === input.index) return { id: manifest.name, external: true };
  return path === input["migration/index"] ? { id: `${manifest.name}/migration`, external: true } : null;
}
