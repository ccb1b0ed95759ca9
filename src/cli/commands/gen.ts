import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { command } from "../cli.ts";
import { genMigrationCommand } from "./gen-migration.ts";
import { genSchemaCommand } from "./gen-schema.ts";

/** `ectype gen`: the commands that write a file. */
export function genCommand(cli: Cli): Command {
  return command("gen", "write a new file: a migration or a schema", [
    "ectype gen migration create_movies",
    "ectype gen schema Movie movies title:string",
  ])
    .addCommand(genMigrationCommand(cli))
    .addCommand(genSchemaCommand(cli));
}
