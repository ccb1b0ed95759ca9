import { Command, CommanderError } from "commander";
import { EctypeError } from "../core/base/index.ts";
import { createCli } from "./cli.ts";
import type { Cli } from "./cli.ts";
import { consoleCommand } from "./commands/console.ts";
import { createCommand } from "./commands/create.ts";
import { dropCommand } from "./commands/drop.ts";
import { genCommand } from "./commands/gen.ts";
import { initCommand } from "./commands/init.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { migrationsCommand } from "./commands/migrations.ts";
import { newCommand } from "./commands/new.ts";
import { queryCommand } from "./commands/query.ts";
import { resetCommand } from "./commands/reset.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { seedCommand } from "./commands/seed.ts";
import { Output } from "./output.ts";
import type { Streams } from "./output.ts";
import { ectypeVersion } from "./package.ts";

const COMMANDS: readonly ((cli: Cli) => Command)[] = [
  newCommand,
  initCommand,
  createCommand,
  dropCommand,
  genCommand,
  migrateCommand,
  rollbackCommand,
  migrationsCommand,
  queryCommand,
  consoleCommand,
  seedCommand,
  resetCommand,
];

/**
 * Runs the command line.
 * @param argv the arguments, without those of Node
 * @param streams where it reads and writes
 * @returns the exit code: 0, or 1 where something failed
 */
export async function run(argv: readonly string[], streams: Streams = process, env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const out = new Output(streams, env);
  try {
    await program(createCli(out, env, process.cwd())).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const verbose = argv.includes("--verbose") || /(^|,)(ectype|\*)(,|$)/.test(env.DEBUG ?? "");
    out.error(`${out.style("red", "error:", streams.stderr)} ${errorText(error, verbose)}`);
    return 1;
  }
}

function program(cli: Cli): Command {
  const { stdout, stderr } = cli.out.streams;
  const root = new Command("ectype")
    .description("Ecto for TypeScript: migrations, queries and a console for your repo.")
    .version(ectypeVersion(), "--version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) })
    .showHelpAfterError("(add --help for usage and examples)")
    .addHelpText(
      "after",
      "\nCommands that work on a project read its .env, below what the environment has already.\n\nExamples:\n  $ ectype new friends\n  $ ectype gen migration create_movies\n  $ ectype migrate\n  $ ectype console",
    );
  for (const make of COMMANDS) adopt(root, make(cli));
  return root;
}

function adopt(parent: Command, child: Command): void {
  child.copyInheritedSettings(parent);
  for (const grandchild of child.commands) grandchild.copyInheritedSettings(parent);
  parent.addCommand(child);
}

function errorText(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (verbose) return `${error.stack ?? error.message}${causes(error)}`;
  const name = error instanceof EctypeError || error.name === "Error" ? "" : `${error.name}: `;
  return `${name}${error.message}`;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `\ncaused by: ${error.cause.stack ?? error.cause.message}${causes(error.cause)}` : "";
}
