import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { DATABASES, type Database, type Program } from "./programs.ts";

export interface Bytes {
  readonly name: string;
  /** Of the library's own packages, as npm packs them; not their dependencies. */
  readonly packed: number;
  readonly unpacked: number;
  /** Of them and all that they depend on, without the drivers. */
  readonly installed: number;
  /** Of the smallest program, minified and compressed by gzip, without the driver. */
  readonly bundled: Readonly<Record<Database, number>>;
}

const DRIVERS = ["better-sqlite3", "pg", "pg-native", "pg-query-stream"];

/** @param folders where packages are looked for, in this order; the last one is the repository */
export async function measureBytes(program: Program, folders: readonly string[], work: string): Promise<Bytes> {
  const root = folders.at(-1) as string;
  const own = program.packages.map((name) => (name === "ectype" ? root : folderOf(name, folders)));
  const sizes = own.map((folder) => pack(folder));
  const installed = new Set<string>();
  for (const folder of own) close(folder, installed);
  const bundled = {} as Record<Database, number>;
  for (const database of DATABASES) bundled[database] = await bundle(program, database, work);
  return {
    name: program.name,
    packed: sum(sizes.map(({ size }) => size)),
    unpacked: sum(sizes.map(({ unpackedSize }) => unpackedSize)),
    installed: sum([...installed].map((folder) => (folder === root ? pack(root).unpackedSize : sizeOf(folder)))),
    bundled,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

function folderOf(name: string, folders: readonly string[]): string {
  const found = folders.map((folder) => join(folder, "node_modules", name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

const packs = new Map<string, { size: number; unpackedSize: number }>();

/** What npm makes of a folder, which is what the registry has. */
function pack(folder: string): { size: number; unpackedSize: number } {
  let found = packs.get(folder);
  if (found === undefined) {
    const { stdout, stderr, status } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      shell: process.platform === "win32",
    });
    if (status !== 0) throw new Error(`npm pack fails in ${folder}: ${stderr}`);
    const [answer] = Object.values(JSON.parse(stdout) as Record<string, { size: number; unpackedSize: number }>);
    found = answer as { size: number; unpackedSize: number };
    packs.set(folder, found);
  }
  return found;
}

/** A package and what it depends on, each folder once. */
function close(folder: string, seen: Set<string>): void {
  if (seen.has(folder)) return;
  seen.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { dependencies?: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    if (DRIVERS.includes(name)) continue;
    const found = lookUp(folder, name);
    if (found !== null) close(found, seen);
  }
}

/** Where Node would find a package from another's folder. */
function lookUp(from: string, name: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const path = join(at, "node_modules", name);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}

/** The files of a package, without the packages inside of it. */
function sizeOf(folder: string): number {
  return sum(
    readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "node_modules" ? 0 : sizeOf(path);
      return entry.isFile() ? statSync(path).size : 0;
    }),
  );
}

/** What is not installed is what a library loads where somebody has it. */
const absentStaysOutside: Plugin = {
  name: "absent-stays-outside",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === "asked" || path.startsWith("file:")) return undefined;
      if (DRIVERS.some((name) => path === name || path.startsWith(`${name}/`))) return { path, external: true };
      const found = await resolve(path, { resolveDir, kind, pluginData: "asked" });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
    // Found by esbuild itself, which then knows what its package says of side effects.
    onResolve({ filter: /^file:/ }, ({ path, resolveDir, kind }) =>
      resolve(fileURLToPath(path), { resolveDir, kind, pluginData: "asked" }),
    );
  },
};

async function bundle(program: Program, database: Database, work: string): Promise<number> {
  mkdirSync(work, { recursive: true });
  const file = join(work, `bundle-${program.contender}-${database}.mjs`);
  writeFileSync(file, program.imports(database) + program.body(database));
  const { outputFiles } = await build({
    entryPoints: [file],
    outfile: join(work, "bundle.js"),
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    plugins: [absentStaysOutside],
    logLevel: "error",
  });
  return sum(outputFiles.map(({ contents }) => gzipSync(contents, { level: 9 }).length));
}
