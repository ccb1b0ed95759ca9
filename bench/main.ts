import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Contender, Target } from "./contender.ts";
import { FULL, SMALL } from "./data.ts";
import { missing } from "./harness/admin.ts";
import { openDatabases } from "./harness/databases.ts";
import { Racer } from "./harness/racer.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { environment } from "./report/environment.ts";
import { table } from "./report/table.ts";
import { race, type TargetResult } from "./race.ts";
import { rowsOf } from "./rows.ts";

const build = dirname(fileURLToPath(import.meta.url));
const bench = join(build, "..");
const root = join(bench, "..");

interface Entry {
  readonly name: string;
  readonly contender: string;
  readonly form: string;
  readonly targets: readonly Target[];
  readonly ectype: string;
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const known = readdirSync(join(bench, "contenders"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !name.startsWith("raw-"));
  let options: Options;
  try {
    options = readOptions(args, known);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { entries, packages } = await entriesOf(options);
  const about = environment(packages, [bench, root]);
  console.log(`${about.lines.join("\n")}\n`);
  const results: TargetResult[] = [];
  let wrong = 0;
  for (const target of options.targets) {
    const reason = missing(target);
    if (reason !== null) {
      console.log(`Skipped: ${target}. ${reason}.\n`);
      continue;
    }
    const result = await runTarget(target, entries, options);
    results.push(result);
    wrong += result.failures.length;
    console.log(`\n${table(result)}\n`);
    for (const failure of result.failures) console.error(failure);
  }
  if (results.length === 0) console.error("Nothing was run: none of the databases is to be had here.");
  const whole = options.only.length === 0 && !options.smoke && args.length === 0;
  const file = options.out === null ? (whole ? join(bench, "results", "results.json") : null) : resolve(options.out);
  if (file !== null) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ environment: about, targets: results }, null, 2)}\n`);
    writeFileSync(file.replace(/(\.json)?$/, ".md"), `${results.map(table).join("\n\n")}\n`);
    console.log(`Written: ${file}`);
  }
  return wrong > 0 || results.length === 0 ? 1 : 0;
}

async function entriesOf(options: Options): Promise<{ entries: Entry[]; packages: string[] }> {
  const builds = options.ectype.length > 0 ? options.ectype : [{ label: "", folder: ownBuild(options) }];
  const entries: Entry[] = [];
  const packages: string[] = [];
  for (const name of options.contenders) {
    const { contender } = (await import(pathToFileURL(join(build, `${name}.js`)).href)) as { contender: Contender };
    packages.push(...contender.packages);
    for (const form of contender.forms)
      for (const { label, folder } of name === "ectype" ? builds : builds.slice(0, 1)) {
        const found = [folder, join(folder, "dist")].map((path) => resolve(path)).find((path) => existsSync(join(path, "index.js")));
        if (found === undefined) throw new Error(`--ectype: there is no index.js in ${folder}`);
        const suffix = name === "ectype" && label !== "" ? ` [${label}]` : "";
        entries.push({ name: form.name + suffix, contender: name, form: form.name, targets: form.targets, ectype: found });
      }
  }
  return { entries, packages: [...new Set(packages)] };
}

/** The package as it is built for its users. */
function ownBuild({ contenders }: Options): string {
  const dist = join(root, "dist");
  if (!contenders.includes("ectype") && existsSync(dist)) return dist;
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("ectype does not build");
  return dist;
}

async function runTarget(target: Target, entries: readonly Entry[], options: Options): Promise<TargetResult> {
  const data = options.smoke ? SMALL : FULL;
  const databases = await openDatabases(target, data, root);
  const racers: Racer[] = [];
  const failures: string[] = [];
  try {
    for (const { name, contender, form, targets, ectype } of entries) {
      if (!targets.includes(target)) continue;
      const { at } = await databases.make();
      try {
        racers.push(await Racer.start(name, { contender, form, target, at, data, ectype }));
      } catch (error) {
        failures.push(`${target}: ${name} cannot be opened: ${error instanceof Error ? error.message : error}`);
      }
    }
    const rows = rowsOf(target).filter(({ name }) => options.only.length === 0 || options.only.includes(name));
    const result = await race(racers, rows, options);
    return {
      target,
      version: databases.version,
      ...result,
      failures: [...failures, ...result.failures.map((text) => `${target}: ${text}`)],
    };
  } finally {
    for (const racer of racers) await racer.close();
    await databases.close();
  }
}
