import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, eachRepo } from "../cli.ts";
import { addMigrationFlags, runMigrations } from "./run-migrations.ts";
import type { MigrationFlags } from "./run-migrations.ts";

/** `ectype migrate` (mix ecto.migrate). */
export function migrateCommand(cli: Cli): Command {
  return addMigrationFlags(
    command("migrate", "run the migrations that have not run yet, all of them unless told otherwise", [
      "ectype migrate",
      "ectype migrate --step 1",
      "ectype migrate --to 20261122203000",
    ]),
  )
    .option("--strict-version-order", "refuse a migration that is older than one that has run")
    .action(async (flags: MigrationFlags) => {
      const project = await cli.project();
      await eachRepo(project, flags.repo, async (repo, entry) => {
        await runMigrations(cli, "migrate", project, repo, entry, flags);
      });
    });
}
