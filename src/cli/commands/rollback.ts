import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, eachRepo } from "../cli.ts";
import { addMigrationFlags, runMigrations } from "./run-migrations.ts";
import type { MigrationFlags } from "./run-migrations.ts";

/** `ectype rollback` (mix ecto.rollback). */
export function rollbackCommand(cli: Cli): Command {
  return addMigrationFlags(
    command("rollback", "undo migrations, the last one unless told otherwise", [
      "ectype rollback",
      "ectype rollback --step 3",
      "ectype rollback --to 20261122203000",
      "ectype rollback --all",
    ]),
  ).action(async (flags: MigrationFlags) => {
    const project = await cli.project();
    await eachRepo(project, flags.repo, async (repo, entry) => {
      await runMigrations(cli, "rollback", project, repo, entry, flags);
    });
  });
}
