import type { Command } from "commander";
import { MigrationError } from "../../core/base/index.ts";
import type { MigrationStatus } from "../../migration/index.ts";
import type { Cli } from "../cli.ts";
import { command, eachRepo, pathsOption, reposOption } from "../cli.ts";
import { migrationDirs } from "./run-migrations.ts";

interface Options {
  readonly repo?: readonly string[];
  readonly migrationsPath?: readonly string[];
  readonly prefix?: string;
  readonly pending?: boolean;
}

/** `ectype migrations` (mix ecto.migrations). */
export function migrationsCommand(cli: Cli): Command {
  return command("migrations", "show which migrations have run", ["ectype migrations", "ectype migrations --pending"])
    .addOption(reposOption())
    .addOption(pathsOption())
    .option("--prefix <name>", "the prefix (schema) that the migrations run in")
    .option("--pending", "show those that have not run, and fail where there are any: for a deployment to check")
    .action(async (options: Options) => {
      const [project, { migrations }] = await Promise.all([cli.project(), import("../../migration/index.ts")]);
      let pending = 0;
      await eachRepo(project, options.repo, async (repo, entry) => {
        const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
        const list = await migrations(repo, { dir: migrationDirs(cli, entry, options.migrationsPath), ...prefix });
        const down = list.filter(({ status }) => status === "down");
        pending += down.length;
        if (!options.pending || down.length > 0) writeStatus(cli, entry.name, options.pending ? down : list);
      });
      if (options.pending !== true) return;
      if (pending > 0)
        throw new MigrationError(
          `${pending} ${pending === 1 ? "migration has" : "migrations have"} not run yet. Run with: ectype migrate.`,
        );
      cli.out.line("Every migration has run.");
    });
}

function writeStatus({ out }: Cli, repo: string, list: readonly MigrationStatus[]): void {
  out.line(`\nRepo: ${repo}\n`);
  out.line("  Status    Migration ID    Migration Name");
  out.line("-".repeat(50));
  for (const { status, version, name } of list) {
    out.line(`  ${out.style(status === "up" ? "green" : "yellow", status.padEnd(10))}${String(version).padEnd(16)}${name}`);
  }
  out.line();
}
