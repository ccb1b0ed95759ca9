import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, repoOption, withRepo } from "../cli.ts";
import type { CliRepo, Project } from "../load.ts";

/** `ectype seed`: runs the project's script of first data, as `mix run priv/repo/seeds.exs` does. */
export function seedCommand(cli: Cli): Command {
  return command("seed", "run the seeds, db/seeds.ts unless ectype.config.ts names another file", ["ectype seed"])
    .addOption(repoOption())
    .action(async ({ repo: name }: { repo?: string }) => {
      const project = await cli.project();
      await withRepo(project, project.oneRepo(name), (repo) => runSeeds(project, repo));
    });
}

export function seedsPath(project: Project): string {
  return project.path(project.config.seeds ?? `db/seeds.${project.extension}`);
}

/** Loads the seeds, and calls their default export where it is a function. */
export async function runSeeds(project: Project, repo: CliRepo): Promise<void> {
  const { default: seed } = await project.load(seedsPath(project));
  if (typeof seed === "function") await (seed as (repo: CliRepo) => unknown)(repo);
}
