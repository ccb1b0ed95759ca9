import { join } from "node:path";
import type { Command } from "commander";
import { ArgumentError, snakeCase } from "../../core/base/index.ts";
import { parseAttribute } from "../attributes.ts";
import type { Cli } from "../cli.ts";
import { command, repoOption } from "../cli.ts";
import { writeMigration, writeNew } from "../files.ts";
import { fixedPart } from "../glob.ts";
import type { Project } from "../load.ts";
import { migrationTemplate } from "../templates/migration.ts";
import { createTableBody, schemaTemplate } from "../templates/schema.ts";
import type { SchemaSource } from "../templates/schema.ts";

interface Options {
  readonly repo?: string;
  readonly migration: boolean;
  readonly timestamps?: boolean;
}

/** `ectype gen schema NAME table field:type…` (mix phx.gen.schema). */
export function genSchemaCommand(cli: Cli): Command {
  return command("schema", "write a new schema and the migration that creates its table", [
    "ectype gen schema Movie movies title:string tagline:text",
    "ectype gen schema Character characters name movie:references:movies",
    "ectype gen schema User users email:string:unique role:enum:admin:guest tags:array:string",
  ])
    .argument("<name>", "the schema's class, as in Movie")
    .argument("<table>", "its table, as in movies")
    .argument("[fields...]", "its fields, as name:type with :unique or :redact behind it")
    .option("--timestamps", "with insertedAt and updatedAt")
    .option("--no-migration", "without a migration")
    .addOption(repoOption())
    .action(async (name: string, table: string, fields: readonly string[], options: Options) => {
      if (!/^[A-Z]\w*$/.test(name)) throw new ArgumentError(`A schema is a class, with a capital letter, as in Movie; got: "${name}".`);
      if (!/^\w+$/.test(table)) throw new ArgumentError(`"${table}" is not a table's name. Use letters, digits and _, as in movies.`);
      const project = await cli.project();
      const attributes = fields.map(parseAttribute);
      const source: SchemaSource = { name, table, attributes, timestamps: options.timestamps === true, extension: project.extension };
      writeSchema(cli, project, source, options);
    });
}

function writeSchema({ out }: Cli, project: Project, source: SchemaSource, options: Options): void {
  const [pattern = ""] = [project.config.schemas ?? "./src/schemas/*.ts"].flat();
  const path = join(fixedPart(pattern), `${snakeCase(source.name)}.${source.extension}`);
  if (!writeNew(out, project.root, path, schemaTemplate(source))) {
    throw new ArgumentError(`The schema ${source.name} is there already, in ${path}. Nothing was written.`);
  }
  if (!options.migration) return;
  const { migrations } = project.oneRepo(options.repo);
  const text = migrationTemplate(createTableBody(source));
  writeMigration(out, project.root, migrations, `create_${source.table}`, project.extension, text);
  out.line("\nNow create the table with: ectype migrate");
}
