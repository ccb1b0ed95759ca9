import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command, repoOption } from "../cli.ts";
import type { ConsoleOptions } from "../console/run.ts";

/** `ectype console`: the repo and the schemas at a prompt, as `iex -S mix` has them. */
export function consoleCommand(cli: Cli): Command {
  return command(
    "console",
    "try the repo and the schemas out at a prompt, in TypeScript or JavaScript; promises are awaited by themselves",
    ["ectype console", 'ectype console --eval "repo.all(from(Movie))"', "ectype console < script.ts"],
  )
    .addOption(repoOption())
    .option("-e, --eval <code>", "run this and show its value")
    .action(async (options: ConsoleOptions) => {
      // The console has parsers of its own, which no other command should wait for.
      const { runConsole } = await import("../console/run.ts");
      await runConsole(cli, options);
    });
}
