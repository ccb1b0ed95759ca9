import { ConfigError, didYouMean, print } from "./core/base/index.ts";

/** What `ectype.config.ts` says. Every path is relative to the folder of that file. */
export interface EctypeConfig {
  /** The module that exports the repo as `repo` or as its default; several repos by their names. */
  readonly repo: string | Readonly<Record<string, string>>;
  /** The folder of the migration files, `db/migrations` unless given; with several repos each has its own in it, or by its name here. */
  readonly migrations?: string | Readonly<Record<string, string>>;
  /** The script of `ectype seed`, `db/seeds.ts` unless given; where its default export is a function, that gets the repo. */
  readonly seeds?: string;
  /** The file that holds the database's structure as SQL, `db/structure.sql` unless given. */
  readonly structure?: string;
  /** The modules of the schemas, `./src/schemas/*.ts` unless given: the console has them in scope. */
  readonly schemas?: string | readonly string[];
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string" && value !== "";
const isTextByName: Check = (value) =>
  isText(value) ||
  (typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every(isText));
const isTextList: Check = (value) => isText(value) || (Array.isArray(value) && value.every(isText));

const CHECKS: Readonly<Record<keyof EctypeConfig, readonly [check: Check, wanted: string]>> = {
  repo: [isTextByName, 'the path of a module, as in "./src/repo.ts", or paths by the repos\' names'],
  migrations: [isTextByName, 'the path of a folder, as in "db/migrations", or paths by the repos\' names'],
  seeds: [isText, 'the path of a file, as in "db/seeds.ts"'],
  structure: [isText, 'the path of a file, as in "db/structure.sql"'],
  schemas: [isTextList, 'a pattern of paths, as in "./src/schemas/*.ts", or a list of them'],
};

/**
 * The settings of a project, the default export of `ectype.config.ts`.
 * @param config where the repo, the migrations, the seeds and the schemas are
 * @returns the same settings, checked
 * @throws ConfigError where a setting is unknown or of the wrong kind
 * @example export default defineConfig({ repo: "./src/repo.ts" });
 * @see Elixir: config/config.exs
 */
export function defineConfig(config: EctypeConfig): EctypeConfig {
  if (typeof config !== "object" || config === null) throw new ConfigError(`defineConfig() takes an object, not ${print(config)}`);
  for (const [key, value] of Object.entries(config)) {
    if (!Object.hasOwn(CHECKS, key))
      throw new ConfigError(`defineConfig() has no setting "${key}". ${didYouMean(key, Object.keys(CHECKS))}`);
    const [check, wanted] = CHECKS[key as keyof EctypeConfig];
    if (value !== undefined && !check(value)) throw new ConfigError(`defineConfig(): "${key}" is ${wanted}, not ${print(value)}`);
  }
  if (config.repo === undefined) throw new ConfigError('defineConfig() needs "repo", the path of the module that exports the repo');
  return Object.freeze({ ...config });
}
