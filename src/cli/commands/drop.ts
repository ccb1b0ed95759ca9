import type { Command } from "commander";
import { EctypeError } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import { command, eachRepo, reposOption } from "../cli.ts";
import type { CliRepo, RepoEntry } from "../load.ts";

export interface DropOptions {
  readonly repo?: readonly string[];
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly forceDrop?: boolean;
}

/** `ectype drop` (mix ecto.drop). */
export function dropCommand(cli: Cli): Command {
  return command("drop", "drop the database of the repo; asks first where NODE_ENV is production", ["ectype drop", "ectype drop --force"])
    .addOption(reposOption())
    .option("-q, --quiet", "say nothing")
    .option("-f, --force", "do not ask")
    .option("--force-drop", "end the connections that others have to the database")
    .action(async (options: DropOptions) => {
      await eachRepo(await cli.project(), options.repo, (repo, entry) => dropDatabase(cli, repo, entry, options));
    });
}

/** @throws EctypeError where the answer is no */
export async function dropDatabase(cli: Cli, { adapter }: CliRepo, { name }: RepoEntry, options: DropOptions): Promise<void> {
  const { storage } = adapter;
  if (cli.env.NODE_ENV === "production" && options.force !== true) {
    const sure = await cli.out.confirm(`NODE_ENV is production. Drop the database of ${name}, ${storage.description}?`);
    if (!sure) throw new EctypeError("ARGUMENT", "The database was not dropped: nobody said yes. With --force nobody is asked.");
  }
  const outcome = await storage.drop({ force: options.forceDrop === true });
  const done = outcome === "dropped" ? "has been dropped" : "has already been dropped";
  if (options.quiet !== true) cli.out.line(`The database for ${name} ${done}: ${storage.description}`);
}
