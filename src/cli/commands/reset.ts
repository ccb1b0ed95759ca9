import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, eachRepo, reposOption } from "../cli.ts";
import { createDatabase } from "./create.ts";
import { dropDatabase } from "./drop.ts";
import type { DropOptions } from "./drop.ts";
import { runMigrations } from "./run-migrations.ts";
import { runSeeds, seedsPath } from "./seed.ts";

/** `ectype reset`: drop, create, migrate, seed (the alias ecto.reset of mix's projects). */
export function resetCommand(cli: Cli): Command {
  return command("reset", "drop the database, create it again, migrate it and run the seeds", ["ectype reset"])
    .addOption(reposOption())
    .option("-q, --quiet", "say nothing of what runs")
    .option("-f, --force", "do not ask")
    .option("--force-drop", "end the connections that others have to the database")
    .action(async (options: DropOptions) => {
      const project = await cli.project();
      await eachRepo(project, options.repo, async (repo, entry) => {
        await dropDatabase(cli, repo, entry, options);
        await createDatabase(cli, repo, entry, options.quiet);
        await runMigrations(cli, "migrate", project, repo, entry, { quiet: options.quiet ?? false });
        if (existsSync(seedsPath(project))) await runSeeds(project, repo);
      });
    });
}
