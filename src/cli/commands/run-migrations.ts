// What `ectype migrate` and `ectype rollback` have in common.
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { ArgumentError } from "../../core/base/index.ts";
import type { RunOptions } from "../../migration/index.ts";
import type { Cli } from "../cli.ts";
import { pathsOption, reposOption, wholeNumber } from "../cli.ts";
import type { CliRepo, Project, RepoEntry } from "../load.ts";

/** The flags that migrate and rollback share. */
export interface MigrationFlags {
  readonly repo?: readonly string[];
  readonly all?: boolean;
  readonly step?: number;
  readonly to?: string;
  readonly toExclusive?: string;
  readonly quiet?: boolean;
  readonly prefix?: string;
  readonly logMigrationsSql?: boolean;
  readonly logSql?: boolean;
  readonly strictVersionOrder?: boolean;
  readonly migrationsPath?: readonly string[];
}

const STRATEGIES = ["all", "step", "to", "toExclusive"] as const;

export function addMigrationFlags(command: Command): Command {
  return command
    .addOption(reposOption())
    .option("--all", "all migrations")
    .option("-n, --step <count>", "so many migrations", wholeNumber(0))
    .option("--to <version>", "up to this version, itself included", version)
    .option("--to-exclusive <version>", "up to this version, itself left out", version)
    .option("-q, --quiet", "say nothing of what runs")
    .option("--prefix <name>", "the prefix (schema) that the migrations run in")
    .option("--log-migrations-sql", "show the SQL of the migrations")
    .addOption(new Option("--log-sql").hideHelp())
    .addOption(pathsOption());
}

function version(text: string): string {
  if (!/^\d+$/.test(text))
    throw new ArgumentError(`A version is a number such as 20261122203000, got: "${text}". See them with: ectype migrations.`);
  return text;
}

/** Runs or undoes migrations of one repo. */
export async function runMigrations(
  cli: Cli,
  direction: "migrate" | "rollback",
  project: Project,
  repo: CliRepo,
  entry: RepoEntry,
  flags: MigrationFlags,
): Promise<number[]> {
  const given = STRATEGIES.filter((key) => flags[key] !== undefined);
  if (given.length > 1) {
    const names = given.map((key) => `--${key.replace("toExclusive", "to-exclusive")}`);
    throw new ArgumentError(`Give one of --all, --step, --to and --to-exclusive, not several: ${names.join(", ")}.`);
  }
  const { all, step, to, toExclusive, quiet, prefix, strictVersionOrder } = flags;
  const options: RunOptions = {
    all,
    step,
    to,
    toExclusive,
    quiet,
    prefix,
    strictVersionOrder,
    dir: migrationDirs(cli, entry, flags.migrationsPath),
    logSql: flags.logMigrationsSql === true || flags.logSql === true,
    load: project.import,
    log: (line) => cli.out.line(line),
  };
  const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as RunOptions;
  const run = (await import("../../migration/index.ts"))[direction];
  return run(repo, known);
}

/** The folders of a repo's migrations; those of flags count from where the command was started. */
export function migrationDirs(cli: Cli, entry: RepoEntry, paths: readonly string[] | undefined): readonly string[] {
  return paths === undefined ? [entry.migrations] : paths.map((path) => resolve(cli.cwd, path));
}
