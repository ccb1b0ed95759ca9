import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, eachRepo, reposOption } from "../cli.ts";
import type { CliRepo, RepoEntry } from "../load.ts";

interface Options {
  readonly repo?: readonly string[];
  readonly quiet?: boolean;
}

/** `ectype create` (mix ecto.create). */
export function createCommand(cli: Cli): Command {
  return command("create", "create the database of the repo", ["ectype create", "ectype create --repo replica"])
    .addOption(reposOption())
    .option("-q, --quiet", "say nothing")
    .action(async (options: Options) => {
      await eachRepo(await cli.project(), options.repo, (repo, entry) => createDatabase(cli, repo, entry, options.quiet));
    });
}

export async function createDatabase(cli: Cli, { adapter }: CliRepo, { name }: RepoEntry, quiet = false): Promise<void> {
  const outcome = await adapter.storage.create();
  const done = outcome === "created" ? "has been created" : "has already been created";
  if (!quiet) cli.out.line(`The database for ${name} ${done}: ${adapter.storage.description}`);
}
