// What commands are made with: their options, and how they find repos.
import { Command, InvalidArgumentError, Option } from "commander";
import type { CliRepo, Project, RepoEntry } from "./load.ts";
import { loadProject } from "./load.ts";
import type { Output } from "./output.ts";

/** What every command gets. */
export interface Cli {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that the command was started in. */
  readonly cwd: string;
  /** Finds and loads the project, and goes to its folder: the paths in its settings count from there. */
  project(): Promise<Project>;
}

export function createCli(out: Output, env: NodeJS.ProcessEnv, cwd: string): Cli {
  return {
    out,
    env,
    cwd,
    async project() {
      const project = await loadProject(cwd);
      process.chdir(project.root);
      return project;
    },
  };
}

/** A command with its description, the option of all, and examples below its help. */
export function command(name: string, description: string, examples: readonly string[] = []): Command {
  const made = new Command(name).description(description).option("--verbose", "show the stack of an error");
  if (examples.length > 0) made.addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`);
  return made;
}

/** `-r NAME`, which may stand there several times. */
export function reposOption(): Option {
  return new Option("-r, --repo <name>", "the repo, where there are several; may be given more than once").argParser(collect);
}

/** `-r NAME`, for a command that works on one repo. */
export function repoOption(): Option {
  return new Option("-r, --repo <name>", "the repo, where there are several");
}

/** `--migrations-path DIR`, which may stand there several times. */
export function pathsOption(): Option {
  return new Option("--migrations-path <dir>", "the folder of the migrations; may be given more than once").argParser(collect);
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Reads an argument as a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,15}$/.test(text) || Number(text) < least) throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
    return Number(text);
  };
}

/** Calls `fn` with each of the repos in turn and closes it afterwards, whatever happens. */
export async function eachRepo(
  project: Project,
  names: readonly string[] | undefined,
  fn: (repo: CliRepo, entry: RepoEntry) => Promise<void>,
): Promise<void> {
  for (const entry of project.reposNamed(names)) await withRepo(project, entry, (repo) => fn(repo, entry));
}

export async function withRepo<T>(project: Project, entry: RepoEntry, fn: (repo: CliRepo) => Promise<T>): Promise<T> {
  const repo = await project.loadRepo(entry);
  try {
    return await fn(repo);
  } finally {
    await repo.close();
  }
}
