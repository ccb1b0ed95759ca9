import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, MigrationError, print } from "../core/base/index.ts";
import { isMigration } from "./migration.ts";
import type { Migration } from "./migration.ts";
import { versionOf } from "./options.ts";
import type { MigrationEntry, SourceOptions } from "./options.ts";

/** A migration that is known but maybe not loaded yet. */
export interface MigrationSource {
  readonly version: number;
  readonly name: string;
  load(): Promise<Migration>;
}

const FILE = /^(\d+)_(.+)\.(?:ts|js|mts|mjs)$/;

/**
 * The folder of the migration files where none is given.
 * @example migrationsPath() // => "db/migrations"
 * @see Ecto.Migrator.migrations_path/2
 */
export function migrationsPath(): string {
  return "db/migrations";
}

/** All migrations, oldest first. */
export function findMigrations(options: SourceOptions): MigrationSource[] {
  if (options.migrations !== undefined && options.dir !== undefined) throw new ArgumentError("give dir or migrations, not both");
  const found = options.migrations === undefined ? filesOf(options) : options.migrations.map((entry) => entrySource(entry));
  found.sort((a, b) => a.version - b.version || (a.name < b.name ? -1 : 1));
  const twice = found.find((one, i) => found[i + 1]?.version === one.version);
  if (twice !== undefined) {
    const names = found.filter(({ version }) => version === twice.version).map(({ name }) => `${twice.version}_${name}`);
    throw new MigrationError(
      `the migration version ${twice.version} is there ${names.length} times: ${names.join(", ")}. Give each a version of its own`,
    );
  }
  return found;
}

/** Throws where two migrations that are to run have the same name. */
export function checkNames(pending: readonly MigrationSource[]): void {
  const seen = new Map<string, number>();
  for (const { version, name } of pending) {
    const other = seen.get(name);
    if (name !== "" && other !== undefined) {
      throw new MigrationError(`the migrations ${other} and ${version} have the same name, "${name}". Rename one of them`);
    }
    seen.set(name, version);
  }
}

function entrySource(entry: MigrationEntry): MigrationSource {
  if (typeof entry !== "object" || entry === null)
    throw new ArgumentError(`migrations are given as [version, migration] or { version, migration }, not ${print(entry)}`);
  const { version, name, migration } = "version" in entry ? entry : { version: entry[0], name: undefined, migration: entry[1] };
  versionOf("A migration's version", version);
  if (!isMigration(migration)) throw new MigrationError(`the migration ${version} was not made by migration(): ${print(migration)}`);
  return { version, name: name ?? migration.name ?? "", load: () => Promise.resolve(migration) };
}

function filesOf({ dir, load }: SourceOptions): MigrationSource[] {
  const dirs = typeof dir === "string" ? [dir] : (dir ?? [migrationsPath()]);
  const found: MigrationSource[] = [];
  for (const path of dirs.flatMap((one) => filesIn(one))) {
    const match = FILE.exec(basename(path));
    if (match === null || /\.d\.m?ts$/.test(path)) continue;
    const version = versionOf(`The version of ${path}`, match[1] ?? "");
    found.push({ version, name: match[2] ?? "", load: () => loadFile(path, load ?? importFile) });
  }
  return found;
}

function filesIn(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? filesIn(join(dir, entry.name)) : [join(dir, entry.name)]));
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    throw new MigrationError(`there is no folder of migrations at ${resolve(dir)}. Create the first with: ectype gen migration NAME`, {
      cause: error,
    });
  }
}

/** As this runtime imports it; TypeScript that it does not run itself, through jiti. */
async function importFile(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (!/\.[cm]?tsx?$/.test(path) || !UNTYPED.has((error as { code?: unknown }).code)) throw error;
    return importTypeScript(path);
  }
}

/** What Node says of TypeScript where it runs none, or not all of it: enums, files in packages, imports without an extension or by an alias. */
const UNTYPED = new Set<unknown>([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

// Not a literal, so that bundlers do not put a compiler into programs whose migrations are compiled with them.
const COMPILER = "jiti";

async function importTypeScript(path: string): Promise<unknown> {
  const { createJiti } = (await import(COMPILER)) as typeof import("jiti");
  return createJiti(path, { interopDefault: false, tsconfigPaths: true }).import(path);
}

async function loadFile(path: string, load: (path: string) => Promise<unknown>): Promise<Migration> {
  let loaded: unknown;
  try {
    loaded = await load(resolve(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`the migration ${path} cannot be loaded: ${reason}`, { cause: error });
  }
  // A loader may put a module's default export in another default.
  for (let value = loaded, depth = 0; typeof value === "object" && value !== null && depth < 3; depth++) {
    if (isMigration(value)) return value;
    value = (value as { default?: unknown }).default;
  }
  throw new MigrationError(`the migration ${path} has no migration as its default export. End it with: export default migration({ … });`);
}
