import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Target } from "./contender.ts";
import type { TargetResult } from "./race.ts";
import type { Environment } from "./report/environment.ts";
import { table } from "./report/table.ts";
import type { Side } from "./side/side.ts";

/** What a run has measured of a target. */
export interface TargetRun {
  readonly environment: Environment;
  readonly rounds: number;
  readonly time: number;
  readonly result: TargetResult;
}
export interface SideRun {
  readonly environment: Environment;
  readonly side: Side;
}

/** All that was measured, each part by the last run that measured it. */
export interface Results {
  readonly targets: { readonly [K in Target]?: TargetRun };
  readonly side?: SideRun;
}

export function readResults(file: string): Results {
  if (!existsSync(file)) return { targets: {} };
  const found = JSON.parse(readFileSync(file, "utf8")) as Partial<Results>;
  if (typeof found.targets !== "object" || Array.isArray(found.targets))
    throw new Error(`${file} is not what a run of the benchmarks has written`);
  return found as Results;
}

/** Beside the JSON, which holds everything, all tables in Markdown. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, rounded, 1)}\n`);
  const tables = Object.values(results.targets).map(({ result }) => table(result));
  writeFileSync(file.replace(/(\.json)?$/, ".md"), `${tables.join("\n\n")}\n`);
}

/** What is behind the third digit is noise. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}
