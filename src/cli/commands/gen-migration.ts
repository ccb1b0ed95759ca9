import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import type { Command } from "commander";
import { ArgumentError, EctypeError, snakeCase } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import { command, repoOption } from "../cli.ts";
import { writeMigration } from "../files.ts";
import { EMPTY_CHANGE, migrationTemplate } from "../templates/migration.ts";

interface Options {
  readonly repo?: string;
  readonly change?: string;
  readonly migrationsPath?: string;
}

/** `ectype gen migration NAME` (mix ecto.gen.migration). */
export function genMigrationCommand(cli: Cli): Command {
  return command("migration", "write a new migration; the program that ECTYPE_EDITOR names opens it", [
    "ectype gen migration create_movies",
    'ectype gen migration add_year --change \'m.alterTable("movies", (t) => t.add("year", "integer"));\'',
  ])
    .argument("<name>", "what it does, as in create_movies")
    .option("--change <code>", "the body of its change function")
    .option("--migrations-path <dir>", "the folder of the migrations")
    .addOption(repoOption())
    .action(async (name: string, options: Options) => {
      const project = await cli.project();
      const entry = project.oneRepo(options.repo);
      const folder = options.migrationsPath === undefined ? entry.migrations : resolve(cli.cwd, options.migrationsPath);
      const text = migrationTemplate(options.change ?? EMPTY_CHANGE);
      const path = writeMigration(cli.out, project.root, folder, migrationName(name), project.extension, text);
      openEditor(cli, path);
    });
}

function migrationName(given: string): string {
  const name = snakeCase(given.replace(/[\s-]+/g, "_"));
  if (!/^[a-z_]\w*$/.test(name))
    throw new ArgumentError(`"${given}" is not a migration's name. Use letters, digits and _, as in create_movies.`);
  return name;
}

function openEditor({ env }: Cli, path: string): void {
  const editor = env.ECTYPE_EDITOR;
  if (!editor) return;
  const { status } = spawnSync(`${editor} ${JSON.stringify(path)}`, { shell: true, stdio: "inherit" });
  if (status !== 0) throw new EctypeError("ARGUMENT", `The editor of ECTYPE_EDITOR failed: ${editor}. The migration has been written.`);
}
