import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";

export interface Environment {
  readonly node: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** What it was measured on. @param folders where packages are looked for, in this order */
export function environment(packages: readonly string[], folders: readonly string[]): Environment {
  const versions: Record<string, string> = {};
  for (const name of packages) {
    const file = folders.map((folder) => join(folder, "node_modules", name, "package.json")).find((path) => existsSync(path));
    if (file !== undefined) versions[name] = (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  }
  const model = cpus()[0]?.model.trim() || "an unknown processor";
  const machine = `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return { node: process.versions.node, machine, versions, lines: [`Node ${process.versions.node} on ${machine}`, list.join(", ")] };
}
