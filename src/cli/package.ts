// The package.json of this package and of the user's project.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The part of a package.json that is used. */
export interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [key: string]: unknown;
}

/** The folder of the package that this program is part of. */
const packageRoot = realpathSync(fileURLToPath(new URL("../..", import.meta.url)));

export function readManifest(folder: string): Manifest | null {
  const path = join(folder, "package.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Manifest) : null;
}

export function ectypeVersion(): string {
  return readManifest(packageRoot)?.version ?? "unknown";
}

/**
 * What a new project writes as its dependency on ectype, so that it gets the very package that made it: what the project says
 * that this program is installed in, with its path made absolute; otherwise the package's own folder.
 * @param root the package's folder
 */
export function dependencySpec(root: string = packageRoot): string {
  const end = `${root}${sep}`.indexOf(`${sep}node_modules${sep}`);
  if (end < 0) return fileSpec(root);
  const project = root.slice(0, end) || sep;
  const manifest = readManifest(project);
  const spec = manifest?.dependencies?.ectype ?? manifest?.devDependencies?.ectype ?? lockedSpec(project);
  if (spec === null) return fileSpec(root);
  return spec.startsWith("file:") ? fileSpec(resolve(project, spec.slice("file:".length))) : spec;
}

function lockedSpec(project: string): string | null {
  const path = join(project, "node_modules", ".package-lock.json");
  if (!existsSync(path)) return null;
  const lock = JSON.parse(readFileSync(path, "utf8")) as { packages?: Record<string, { resolved?: string }> };
  return lock.packages?.["node_modules/ectype"]?.resolved ?? null;
}

function fileSpec(path: string): string {
  return `file:${path.split(sep).join("/")}`;
}

/** Whether this Node has an SQLite of its own that ectype can use; where not, a project needs better-sqlite3. */
export function hasOwnSqlite(): boolean {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    const builtin = (process as { getBuiltinModule?(id: string): unknown }).getBuiltinModule?.("node:sqlite");
    const statement = (builtin as { StatementSync?: { prototype: object } } | undefined)?.StatementSync;
    return statement !== undefined && "setReturnArrays" in statement.prototype;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The nearest folder, from `start` upwards, that holds one of the files. */
export function findUp(start: string, names: readonly string[]): string | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder)) return null;
  }
}
