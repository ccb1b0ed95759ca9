// The user's project: its configuration, repos, schemas and migrations.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { EctypeConfig } from "../config.ts";
import { defineConfig } from "../config.ts";
import type { Adapter } from "../core/adapter/index.ts";
import { ConfigError, didYouMean, print } from "../core/base/index.ts";
import type { MigrationRepo } from "../migration/index.ts";
import { adapterModules } from "./adapters.ts";
import { glob } from "./glob.ts";
import { findUp } from "./package.ts";
import { importEnding } from "./tsconfig.ts";

/** What the commands need of a repo. */
export interface CliRepo extends Pick<MigrationRepo, "pool" | "runOn" | "migrationConfig"> {
  readonly adapter: Adapter;
  close(): Promise<void>;
}

/** A repo of the project: its name, where it is, and its migrations. */
export interface RepoEntry {
  readonly name: string;
  readonly path: string;
  readonly migrations: string;
}

const CONFIG_FILES = ["ts", "mts", "js", "mjs"].map((ext) => `ectype.config.${ext}`);

/** The user's project: its settings, and the loading of its files. */
export class Project {
  readonly root: string;
  readonly config: EctypeConfig;
  /** How new files end: "ts", or "js" where the settings are JavaScript. */
  readonly extension: "ts" | "js";
  /** Imports a module of the project, TypeScript too, with the errors as they are. */
  readonly import: (path: string) => Promise<unknown>;

  constructor(path: string, config: EctypeConfig, load: (path: string) => Promise<unknown>) {
    this.root = dirname(path);
    this.config = config;
    this.extension = extname(path).endsWith("ts") ? "ts" : "js";
    this.import = load;
  }

  get repos(): RepoEntry[] {
    const { repo, migrations = "db/migrations" } = this.config;
    const several = typeof repo !== "string";
    return Object.entries(several ? repo : { repo }).map(([name, path]) => {
      const folder = typeof migrations === "string" ? (several ? join(migrations, name) : migrations) : migrations[name];
      return { name, path: this.path(path), migrations: this.path(folder ?? join("db/migrations", name)) };
    });
  }

  /** The repos of these names, all of them where none is given. @throws ConfigError on an unknown name */
  reposNamed(names: readonly string[] = []): RepoEntry[] {
    const { repos } = this;
    if (names.length === 0) return repos;
    return names.map((name) => {
      const found = repos.find((one) => one.name === name || one.path === this.path(name));
      if (found !== undefined) return found;
      throw new ConfigError(
        `There is no repo "${name}". ${didYouMean(
          name,
          repos.map((one) => one.name),
        )}`,
      );
    });
  }

  /** The one repo of a command that takes no more. @throws ConfigError where there are several and none is named */
  oneRepo(name: string | undefined): RepoEntry {
    const [first, second] = this.reposNamed(name === undefined ? [] : [name]);
    if (first !== undefined && second === undefined) return first;
    const names = this.repos.map((one) => one.name);
    throw new ConfigError(`This command works on one repo, and there are several: ${names.join(", ")}. Name one with --repo.`);
  }

  /** An absolute path out of one in the settings. */
  path(relative: string): string {
    return resolve(this.root, relative);
  }

  /** Loads a module of the project, TypeScript too. @throws ConfigError where it is not there or cannot be loaded */
  async load(path: string): Promise<Record<string, unknown>> {
    return loadFile(this.import, path);
  }

  /** Loads the repo that a module exports as `repo`, by its name, or as its default. */
  async loadRepo({ name, path }: RepoEntry): Promise<CliRepo> {
    const module = await this.load(path);
    for (const key of [name, "repo", "default"]) {
      if (isRepo(module[key])) return module[key];
    }
    throw new ConfigError(`${path} exports no repo. It needs: export const repo = createRepo({ adapter: … });`);
  }

  /** The files of the schemas. */
  schemaFiles(): string[] {
    const { schemas = "./src/schemas/*.{ts,js}" } = this.config;
    const files = [schemas].flat().flatMap((pattern) => glob(this.root, pattern));
    return [...new Set(files)].filter((file) => !file.endsWith(".d.ts"));
  }

  /** The modules of the schemas, loaded one after the other: they import each other in circles. */
  async loadSchemas(): Promise<Record<string, unknown>[]> {
    const modules: Record<string, unknown>[] = [];
    for (const file of this.schemaFiles()) modules.push(await this.load(file));
    return modules;
  }

  /** How an import of a project's file ends: as the file does where the compiler takes that, else as its kind of resolution wants it. */
  importEnding(extension: string): string {
    return importEnding(this.root, extension);
  }
}

/**
 * Finds ectype.config.ts from a folder upwards and loads it.
 * @throws ConfigError where there is none, or it is wrong
 */
export async function loadProject(folder: string): Promise<Project> {
  const path = findUp(folder, CONFIG_FILES);
  if (path === null) {
    throw new ConfigError(
      `There is no ectype.config.ts in ${resolve(folder)} or above it. Go to your project's folder, or start there with: ectype init.`,
    );
  }
  loadEnv(join(dirname(path), ".env"));
  const load = await fileLoader(path);
  const exported = (await loadFile(load, path)).default;
  if (exported === undefined)
    throw new ConfigError(`${path} has no default export. It needs: export default defineConfig({ repo: "./src/repo.ts" });`);
  try {
    return new Project(path, defineConfig(exported as EctypeConfig), load);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${basename(path)}: ${error.message}`);
    throw error;
  }
}

/** Puts what stands in a project's .env into the environment; what is set there already stays. */
function loadEnv(path: string): void {
  if (!existsSync(path)) return;
  try {
    for (const [name, value] of Object.entries(parseEnv(readFileSync(path, "utf8")))) process.env[name] ??= value;
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${error instanceof Error ? error.message : print(error)}`, { cause: error });
  }
}

/**
 * A loader of TypeScript and JavaScript files for any Node. To them, "ectype" is this very copy of the package: two copies would
 * each have schemas, errors and printing of their own.
 */
async function fileLoader(configPath: string): Promise<(path: string) => Promise<unknown>> {
  const [{ createJiti }, ectype, adapters, migration, config] = await Promise.all([
    import("jiti"),
    import("../index.ts"),
    adapterModules(),
    import("../migration/index.ts"),
    import("../config.ts"),
  ]);
  const jiti = createJiti(configPath, {
    interopDefault: false,
    tsconfigPaths: true,
    virtualModules: {
      ectype,
      ...adapters,
      "ectype/migration": migration,
      "ectype/config": config,
    },
  });
  return (path) => jiti.import(path);
}

async function loadFile(load: (path: string) => Promise<unknown>, path: string): Promise<Record<string, unknown>> {
  if (!existsSync(path)) throw new ConfigError(`There is no file ${path}, which ectype.config.ts names or a command needs.`);
  try {
    return (await load(path)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : print(error);
    throw new ConfigError(`${path} cannot be loaded: ${reason}`, { cause: error });
  }
}

function isRepo(value: unknown): value is CliRepo {
  const { adapter } = (typeof value === "object" && value !== null ? value : {}) as { adapter?: Partial<Adapter> };
  return adapter?.storage !== undefined && adapter.migrationPort !== undefined;
}
