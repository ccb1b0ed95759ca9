import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contender, Form, Target } from "./contender.ts";
import { FULL, SMALL } from "./data.ts";
import { openDatabases } from "./harness/databases.ts";
import { Racer } from "./harness/racer.ts";
import { type Runtime, sqliteVersion } from "./harness/runtime.ts";
import type { Options } from "./options.ts";
import { race, type TargetResult } from "./race.ts";
import { type Row, rowsOf } from "./rows.ts";

/** A form of a contender; of ectype one for each build. */
export interface Entry {
  readonly name: string;
  readonly contender: string;
  readonly form: Form;
  readonly ectype: string;
}

export interface Folders {
  /** Where this code was bundled to. */
  readonly build: string;
  readonly bench: string;
  readonly root: string;
}

/** Who takes part, and the packages whose versions are told. A contender that cannot be loaded is a failure; the others go on. */
export async function entriesOf(
  options: Options,
  { build, root }: Folders,
  failures: string[],
): Promise<{ entries: Entry[]; packages: string[] }> {
  const builds = options.ectype.length > 0 ? options.ectype : [{ label: "", folder: ownBuild(options, root) }];
  const entries: Entry[] = [];
  const packages: string[] = [];
  for (const name of options.contenders) {
    let contender: Contender;
    try {
      ({ contender } = (await import(pathToFileURL(join(build, `${name}.js`)).href)) as { contender: Contender });
    } catch (error) {
      failures.push(`${name} cannot be loaded: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    packages.push(...contender.packages);
    for (const form of contender.forms)
      for (const { label, folder } of name === "ectype" ? builds : builds.slice(0, 1)) {
        const found = [folder, join(folder, "dist")].map((path) => resolve(path)).find((path) => existsSync(join(path, "index.js")));
        if (found === undefined) throw new Error(`--ectype: there is no index.js in ${folder}`);
        const suffix = name === "ectype" && label !== "" ? ` [${label}]` : "";
        entries.push({ name: form.name + suffix, contender: name, form, ectype: found });
      }
  }
  return { entries, packages: [...new Set(packages)] };
}

/** The package as it is built for its users. */
function ownBuild({ contenders }: Options, root: string): string {
  const dist = join(root, "dist");
  if (!contenders.includes("ectype") && existsSync(dist)) return dist;
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("ectype does not build");
  return dist;
}

export async function measure(
  target: Target,
  entries: readonly Entry[],
  options: Options,
  runtime: Runtime,
  root: string,
): Promise<TargetResult> {
  const data = options.smoke ? SMALL : FULL;
  const databases = await openDatabases(target, data, root);
  const rows = rowsOf(target).filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const racers: Racer[] = [];
  const failures: string[] = [];
  const lacks: Record<string, string> = {};
  const absent: Record<string, string> = {};
  try {
    for (const { name, contender, form, ectype } of entries) {
      if (form.lacks !== undefined) lacks[name] = form.lacks;
      if (!form.targets.includes(target)) {
        absent[name] = form.absent?.[target] ?? failed(failures, `${name} does not say why it is not there`);
        continue;
      }
      const { at } = await databases.make();
      try {
        const start = { contender, form: form.name, target, at, data, ectype };
        const racer = await Racer.start(name, start, { execPath: runtime.execPath });
        racers.push(racer);
        const missing = missingRows(racer, rows);
        if (missing.length > 0 && form.lacks === undefined) failed(failures, `${name} does not say why it has no "${missing[0]?.title}"`);
      } catch (error) {
        absent[name] = failed(failures, `${name} cannot be opened: ${error instanceof Error ? error.message : error}`);
      }
    }
    const result = await race(racers, rows, options);
    return {
      target,
      version: target === "pg" ? databases.version : `SQLite ${sqliteVersion(target, runtime)}`,
      ...result,
      lacks,
      absent,
      failures: [...failures, ...result.failures].map((text) => `${target}: ${text}`),
    };
  } finally {
    for (const racer of racers) await racer.close();
    await databases.close();
  }
}

function missingRows(racer: Racer, rows: readonly Row[]): Row[] {
  return rows.filter(({ name }) => !racer.rows.includes(name));
}

function failed(failures: string[], text: string): string {
  failures.push(text);
  return "it failed";
}
