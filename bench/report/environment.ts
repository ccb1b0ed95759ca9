import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

/** What something was measured on, and when. */
export interface Environment {
  /** As 2026-11-25. */
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** How many programs wanted a processor in the minute before. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** @param folders where packages are looked for, in this order; the last one is the repository */
export function environment(packages: readonly string[], folders: readonly string[], node = process.versions.node): Environment {
  const versions: Record<string, string> = {};
  const root = folders.at(-1) as string;
  versions["ectype"] = `${versionIn(join(root, "package.json"))}${commitOf(root)}`;
  for (const name of packages) {
    const file = folders.map((folder) => join(folder, "node_modules", name, "package.json")).find((path) => existsSync(path));
    if (file !== undefined) versions[name] = versionIn(file);
  }
  const model = cpus()[0]?.model.trim() || "an unknown processor";
  return {
    date: new Date().toISOString().slice(0, 10),
    node,
    machine: `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    load: Math.round((loadavg()[0] as number) * 10) / 10,
    versions,
  };
}

export function linesOf({ date, node, machine, load, versions }: Environment): string[] {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [`${date}, Node ${node} on ${machine}, load ${load}`, list.join(", ")];
}

function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function commitOf(root: string): string {
  const { stdout, status } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" });
  return status === 0 ? ` (${stdout.trim()})` : "";
}
