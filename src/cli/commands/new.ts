import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { ArgumentError, EctypeError } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import { command } from "../cli.ts";
import { writeNew } from "../files.ts";
import { ADAPTER_NAMES, ADAPTERS, type AdapterName } from "../adapters.ts";
import { dependencySpec } from "../package.ts";
import type { ProjectChoices } from "../templates/project.ts";
import { projectFiles } from "../templates/project.ts";

export interface NewOptions {
  readonly adapter: AdapterName;
  readonly install: boolean;
}

/** `ectype new NAME` (mix new, and mix ecto.gen.repo in it). */
export function newCommand(cli: Cli): Command {
  return command("new", "make a new project", [
    "ectype new friends",
    "ectype new friends --adapter postgres",
    "ectype new friends --no-install",
  ])
    .argument("<name>", "the project's name, or the path of its folder")
    .addOption(adapterOption())
    .option("--no-install", "without running npm install")
    .action((path: string, options: NewOptions) => {
      const root = resolve(cli.cwd, path);
      if (existsSync(root) && readdirSync(root).length > 0) {
        throw new ArgumentError(`The folder ${root} is there and not empty. Choose another name, or go there and run: ectype init.`);
      }
      const choices = choose(basename(root), options);
      for (const [file, text] of Object.entries(projectFiles(choices))) writeNew(cli.out, root, file, text);
      if (options.install) install(cli, root);
      const steps = [
        `cd ${path}`,
        ...(options.install ? [] : ["npm install"]),
        "npx ectype create",
        "npx ectype gen migration create_movies",
      ];
      cli.out.line(`\nYour project is ready. Next:\n\n${steps.map((step) => `  ${step}`).join("\n")}\n`);
    });
}

export function adapterOption(): Option {
  return new Option("--adapter <name>", "the database").choices(ADAPTER_NAMES).default(ADAPTER_NAMES[0]);
}

/** @throws ArgumentError where the name cannot be a package's */
export function choose(name: string, { adapter }: Pick<NewOptions, "adapter">): ProjectChoices {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new ArgumentError(`"${name}" is not a project's name. Use small letters, digits, - and _, as in friends.`);
  }
  return { name, adapter, ectype: dependencySpec(), packages: ADAPTERS[adapter].packages(), modules: true, ending: ".ts" };
}

export function install({ out, env }: Cli, root: string): void {
  out.line("\nRunning npm install …");
  // The npm that runs this program, where there is one: on Windows "npm" cannot be started without a shell.
  const self = env.npm_execpath;
  const args = ["install", "--no-audit", "--no-fund"];
  const viaNode = self !== undefined && /npm-cli\.[cm]?js$/.test(self);
  const { status } = viaNode
    ? spawnSync(process.execPath, [self, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) throw new EctypeError("CONFIG", `npm install failed in ${root}. The files are written: run npm install there again.`);
}
