import type { Command } from "commander";
import { migrations } from "../../migration/index.ts";
import type { MigrationStatus } from "../../migration/index.ts";
import type { Cli } from "../cli.ts";
import { command, eachRepo, pathsOption, reposOption } from "../cli.ts";
import { migrationDirs } from "./run-migrations.ts";

interface Options {
  readonly repo?: readonly string[];
  readonly migrationsPath?: readonly string[];
  readonly prefix?: string;
}

/** `ectype migrations` (mix ecto.migrations). */
export function migrationsCommand(cli: Cli): Command {
  return command("migrations", "show which migrations have run", ["ectype migrations"])
    .addOption(reposOption())
    .addOption(pathsOption())
    .option("--prefix <name>", "the prefix (schema) that the migrations run in")
    .action(async (options: Options) => {
      const project = await cli.project();
      await eachRepo(project, options.repo, async (repo, entry) => {
        const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
        const list = await migrations(repo, { dir: migrationDirs(cli, entry, options.migrationsPath), ...prefix });
        writeStatus(cli, entry.name, list);
      });
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
