import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "./contender.ts";
import { runtimeOf, type Runtime } from "./harness/runtime.ts";
import { entriesOf, type Folders, measure } from "./measure.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { environment, linesOf } from "./report/environment.ts";
import { reportOf, writeReport } from "./report/write.ts";
import { table } from "./report/table.ts";
import { measureSide } from "./side/side.ts";
import { type Results, readResults, writeResults } from "./store.ts";

const build = dirname(fileURLToPath(import.meta.url));
const bench = join(build, "..");
const folders: Folders = { build, bench, root: join(bench, "..") };

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const known = readdirSync(join(bench, "contenders"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !name.startsWith("raw-"))
    .sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b));
  let options: Options;
  try {
    options = readOptions(args, known);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const begin = performance.now();
  const file = fileOf(options);
  if (options.report && file === null) {
    console.error("A report is made of results that are kept: say where with --out, or measure all rows of all contenders.");
    return 2;
  }
  const failures: string[] = [];
  let results: Results = file === null ? { targets: {} } : readResults(file);
  const keep = (more: Partial<Results>) => {
    results = { ...results, ...more };
    if (file !== null) writeResults(file, results);
  };
  if (options.rows || options.side) {
    const { entries, packages } = await entriesOf(options, folders, failures);
    const about = (node?: string) => environment(packages, [bench, folders.root], node);
    console.log(`${linesOf(about()).join("\n")}\n`);
    if (options.rows) {
      let ran = 0;
      for (const target of options.targets) {
        const runtime = runtimeFor(target, options);
        if (runtime === null) continue;
        try {
          const result = await measure(target, entries, options, runtime, folders.root);
          ran++;
          failures.push(...result.failures);
          console.log(`\n${table(result)}\n`);
          const { rounds, time } = options;
          keep({ targets: { ...results.targets, [target]: { environment: about(runtime.node), rounds, time, result } } });
        } catch (error) {
          failures.push(`${target}: ${messageOf(error)}`);
        }
      }
      // A smoke test keeps nothing, and makes of what it has all but the files.
      if (options.smoke && ran > 0) console.log(`A report would have ${reportOf(results).length.toLocaleString("en")} characters.\n`);
      if (ran === 0) failures.push("Nothing was run: none of the databases is to be had here.");
    }
    if (options.side) keep({ side: { environment: about(), side: await measureSide(entries, options, folders, failures) } });
    if (file !== null) console.log(`Written: ${file}`);
    console.log(`It took ${Math.round((performance.now() - begin) / 1000)} s.`);
  }
  if (options.report)
    try {
      for (const written of writeReport(results, folders.root)) console.log(`Written: ${written}`);
    } catch (error) {
      failures.push(`the report: ${messageOf(error)}`);
    }
  for (const failure of failures) console.error(failure);
  return failures.length > 0 ? 1 : 0;
}

/** The driver by hand first, by which all are measured, then ectype, then the others. */
function placeOf(contender: string): number {
  const at = ["raw", "ectype"].indexOf(contender);
  return at < 0 ? 2 : at;
}

/** Where results are kept: of all rows and contenders in the repository, of a part where somebody says. */
function fileOf({ out, only, contenders, ectype, smoke, everybody, report, rows, side }: Options): string | null {
  if (out !== null) return resolve(out);
  const whole = only.length === 0 && contenders.length > 0 && everybody && ectype.length === 0 && !smoke;
  return whole || (report && !rows && !side) ? join(bench, "results", "results.json") : null;
}

/** What runs a target; null, and a word of it, where it cannot be had. In a smoke test nothing is installed. */
function runtimeFor(target: Target, { smoke }: Options): Runtime | null {
  try {
    return runtimeOf(target, join(bench, ".node"), !smoke);
  } catch (error) {
    console.log(`Skipped: ${target}. ${messageOf(error).split("\n")[0]}.\n`);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
