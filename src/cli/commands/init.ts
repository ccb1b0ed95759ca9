import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { ConfigError } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import { command } from "../cli.ts";
import { writeNew } from "../files.ts";
import { readManifest } from "../package.ts";
import { compilerOptions, importEnding, isBundled, isOldResolution } from "../tsconfig.ts";
import type { ProjectChoices } from "../templates/project.ts";
import { allowedScripts, dependencies, devDependencies, ectypeFiles, projectFiles } from "../templates/project.ts";
import { adapterOption, choose, install } from "./new.ts";
import type { NewOptions } from "./new.ts";

/** `ectype init`: what `ectype new` writes, in a project that is there already; no file is overwritten. */
export function initCommand(cli: Cli): Command {
  return command("init", "add ectype to the project in this folder, without overwriting anything", [
    "ectype init",
    "ectype init --adapter postgres",
  ])
    .addOption(adapterOption())
    .option("--no-install", "without running npm install")
    .action((options: NewOptions) => {
      const { cwd, out } = cli;
      const manifest = readManifest(cwd);
      if (manifest === null) throw new ConfigError(`There is no package.json in ${cwd}. Make a new project with: ectype new NAME.`);
      const compiler = compilerOptions(cwd);
      const modules = manifest.type === "module" || (compiler !== null && isBundled(compiler));
      const choices = { ...choose(projectName(manifest.name, cwd), options), modules, ending: importEnding(cwd, ".ts") };
      const { "tsconfig.json": tsconfig = "" } = projectFiles(choices);
      for (const [file, text] of Object.entries({ ...ectypeFiles(choices), "tsconfig.json": tsconfig })) writeNew(out, cwd, file, text);
      const changed = addDependencies(cli, choices);
      if (changed && options.install) install(cli, cwd);
      if (compiler !== null && isOldResolution(compiler))
        out.line(
          '\nYour tsconfig.json resolves packages as old Node did, which does not find "ectype/sqlite": set "module": "nodenext" there, or "moduleResolution": "bundler" where a bundler builds your program.',
        );
      out.line("\nectype is set up. The database is named in src/repo.ts; create it with: npx ectype create");
    });
}

function projectName(name: string | undefined, folder: string): string {
  const short = (name ?? basename(folder)).replace(/^@[^/]*\//, "").toLowerCase();
  return short.replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "") || "app";
}

/** Adds what is missing to package.json and leaves what is there. */
function addDependencies({ cwd, out }: Cli, choices: ProjectChoices): boolean {
  const manifest = readManifest(cwd) ?? {};
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const isMissing = ([name]: [string, string]) => !(name in known);
  const added = Object.fromEntries(Object.entries(dependencies(choices)).filter(isMissing));
  const addedDev = Object.fromEntries(Object.entries(devDependencies()).filter(isMissing));
  if (Object.keys(added).length + Object.keys(addedDev).length === 0) {
    out.file("keeping", "package.json");
    return false;
  }
  manifest.dependencies = { ...manifest.dependencies, ...added };
  const { allowScripts } = allowedScripts(Object.keys(added), choices.adapter);
  if (allowScripts) manifest.allowScripts = { ...(manifest.allowScripts as object | undefined), ...allowScripts };
  if (Object.keys(addedDev).length > 0) manifest.devDependencies = { ...manifest.devDependencies, ...addedDev };
  writeFileSync(join(cwd, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  out.file("changing", "package.json");
  return true;
}
