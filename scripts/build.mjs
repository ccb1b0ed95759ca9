// Builds the package: declarations file by file, and the code in a few chunks, since a program that imports one of the entry points
// should not have to open some hundred files. Usage: node scripts/build.mjs [folder [options of tsc]], `dist` unless said otherwise.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { run } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [folder = join(root, "dist"), ...options] = process.argv.slice(2);
const out = resolve(folder);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The entry points, as package.json names them: "./dist/sqlite/index.js" is built from src/sqlite/index.ts. */
const targets = [...Object.values(manifest.exports), ...Object.values(manifest.bin)].filter((target) => target.endsWith(".js"));
const input = Object.fromEntries(
  targets.map((target) => {
    const name = target.replace(/^\.\/dist\/|\.js$/g, "");
    return [name, join(root, "src", `${name}.ts`)];
  }),
);
// The cases for adapters are read by machines, and by few: they are small, and leave the package's own files as they would be without them.
const CASES = "testing/cases";
const { [`${CASES}/index`]: cases, ...entries } = input;

rmSync(out, { recursive: true, force: true });
run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", out, ...options], {
  cwd: root,
});
const bundle = await rolldown({
  input: entries,
  cwd: root,
  platform: "node",
  transform: { target: "es2022" },
  // Only our own code: packages stay what package.json says they are.
  external: (id) => !id.startsWith(".") && !id.startsWith(root),
});
// Comments stand in the declarations, where editors look for them. What bundlers read, such as /* @__PURE__ */, stays.
const comments = { legal: true, annotation: true, jsdoc: false };
await bundle.write({ dir: out, format: "esm", chunkFileNames: "chunks/[name].js", comments });
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
// The types of the cases themselves are nobody's: what they are given and give stands in their index.
for (const { name, parentPath } of readdirSync(join(out, CASES), { recursive: true, withFileTypes: true })) {
  if (name.endsWith(".d.ts") && name !== "index.d.ts") rmSync(join(parentPath, name));
}
rmSync(join(out, CASES, "queries"), { recursive: true });

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
