import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Command } from "commander";
import { ArgumentError, camelCase, snakeCase, upperFirst } from "../../core/base/index.ts";
import { type Attribute, parseAttribute } from "../attributes.ts";
import type { Cli } from "../cli.ts";
import { command, repoOption } from "../cli.ts";
import { writeMigration, writeNew } from "../files.ts";
import { fixedPart } from "../glob.ts";
import type { Project } from "../load.ts";
import { migrationTemplate } from "../templates/migration.ts";
import { createTableBody, schemaTemplate } from "../templates/schema.ts";
import type { SchemaSource, SchemaTarget } from "../templates/schema.ts";

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
      const { targets, missing } = findTargets(project, name, table, attributes);
      const source: SchemaSource = {
        name,
        table,
        attributes,
        timestamps: options.timestamps === true,
        extension: project.extension,
        targets,
      };
      writeSchema(cli, project, source, options);
      for (const [of, target] of missing)
        cli.out.line(
          `\nThere is no schema of the table "${of}" yet, which ${name} refers to: write it with: ectype gen schema ${target.name} ${of}`,
        );
    });
}

function schemaFolder(project: Project): string {
  const [pattern = ""] = [project.config.schemas ?? "./src/schemas/*.ts"].flat();
  return fixedPart(pattern);
}

const SCHEMA = /\bclass\s+([A-Za-z_$][\w$]*)\s+extends\s+[\w$.]+\(\s*["'`]([^"'`]+)["'`]/g;

/** The schemas that the references lead to: those that are there, and for the rest the names that they would have. */
function findTargets(project: Project, name: string, table: string, attributes: readonly Attribute[]) {
  const folder = project.path(schemaFolder(project));
  const known = new Map<string, SchemaTarget>();
  for (const file of project.schemaFiles()) {
    for (const [, found = "", of = ""] of readFileSync(file, "utf8").matchAll(SCHEMA))
      known.set(of, { name: found, module: importOf(project, relative(folder, file)) });
  }
  known.set(table, { name, module: "" });
  const targets = new Map<string, SchemaTarget>();
  const missing = new Map<string, SchemaTarget>();
  for (const { kind, table: of, association } of attributes) {
    if (kind !== "reference" || targets.has(of)) continue;
    const guessed = upperFirst(camelCase(singular(of, snakeCase(association))));
    const target = known.get(of) ?? { name: guessed, module: importOf(project, `${snakeCase(guessed)}.${project.extension}`) };
    targets.set(of, target);
    if (!known.has(of)) missing.set(of, target);
  }
  return { targets, missing };
}

function importOf(project: Project, file: string): string {
  const path = file
    .split(sep)
    .join("/")
    .replace(/\.[cm]?[jt]s$/, (extension) => project.importEnding(extension));
  return path.startsWith(".") ? path : `./${path}`;
}

/** One of what a table holds: the association's own name where the table is its plural. */
function singular(table: string, association: string): string {
  const plurals = [`${association}s`, `${association}es`, association.replace(/y$/, "ies")];
  if (table === association || plurals.includes(table)) return association;
  if (/(ss|x|ch|sh)es$/.test(table)) return table.slice(0, -2);
  if (/[^aeiou]ies$/.test(table)) return `${table.slice(0, -3)}y`;
  return table.replace(/([^s])s$/, "$1");
}

function writeSchema({ out }: Cli, project: Project, source: SchemaSource, options: Options): void {
  const path = join(schemaFolder(project), `${snakeCase(source.name)}.${source.extension}`);
  if (!writeNew(out, project.root, path, schemaTemplate(source))) {
    throw new ArgumentError(`The schema ${source.name} is there already, in ${path}. Nothing was written.`);
  }
  if (!options.migration) return;
  const { migrations } = project.oneRepo(options.repo);
  const text = migrationTemplate(createTableBody(source));
  writeMigration(out, project.root, migrations, `create_${source.table}`, project.extension, text);
  out.line("\nNow create the table with: ectype migrate");
}
