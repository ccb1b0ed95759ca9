// From the flags of `ectype console` to one of its ways to run.
import { EctypeError } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import type { CliRepo } from "../load.ts";
import { ectypeVersion } from "../package.ts";
import { interact } from "./interactive.ts";
import { fillScope } from "./scope.ts";
import { ScriptSession } from "./script.ts";

export interface ConsoleOptions {
  readonly repo?: string;
  readonly eval?: string;
}

/** Opens the project's repos and runs the console on one of them: at a prompt, or through what is given. */
export async function runConsole(cli: Cli, options: ConsoleOptions): Promise<void> {
  const { out, env } = cli;
  const project = await cli.project();
  const repos: Record<string, CliRepo> = {};
  for (const entry of project.repos) repos[entry.name] = await project.loadRepo(entry);
  const [chosen] = project.reposNamed(options.repo === undefined ? [] : [options.repo]);
  const repo = repos[chosen?.name ?? ""];
  if (chosen === undefined || repo === undefined) throw new EctypeError("CONFIG", "ectype.config.ts names no repo.");
  try {
    const schemas = await fillScope(project, repos, repo);
    if (options.eval === undefined && out.streams.stdin.isTTY === true) {
      out.line(
        `ectype ${ectypeVersion()} on Node ${process.versions.node}. In scope: ${["repo", ...schemas].join(", ")}, and all of ectype.`,
      );
      out.line("Leave with .exit or Ctrl-D.");
      await interact(out, env, project.root);
      return;
    }
    const session = new ScriptSession(out, project.root);
    const stray = (error: unknown): void => session.fail(error);
    process.on("uncaughtException", stray).on("unhandledRejection", stray);
    try {
      await (options.eval === undefined ? session.runStream(out.streams.stdin) : session.runText(options.eval));
    } finally {
      process.off("uncaughtException", stray).off("unhandledRejection", stray);
    }
    if (session.failures > 0)
      throw new EctypeError("ARGUMENT", `The console met ${session.failures} ${session.failures === 1 ? "error" : "errors"}.`);
  } finally {
    for (const one of Object.values(repos)) await one.close();
  }
}
