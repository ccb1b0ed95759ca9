import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "../../scripts/npm.mjs";
import type { Target } from "../contender.ts";
import { hasNodeSqlite, openBetterSqlite } from "./admin.ts";

/** What the contenders of a target run on. */
export interface Runtime {
  readonly execPath: string;
  readonly node: string;
}

/** The Node that is taken for node:sqlite where the one that runs has none. */
export const NODE_WITH_SQLITE = "24.21.0";

const OWN: Runtime = { execPath: process.execPath, node: process.versions.node };

/**
 * @param folder where another Node is, or is installed
 * @param install whether it may be installed
 * @throws Error why the target cannot be had on this machine
 */
export function runtimeOf(target: Target, folder: string, install: boolean): Runtime {
  if (target === "better-sqlite3") openBetterSqlite(":memory:").close();
  if (target !== "node-sqlite" || hasNodeSqlite()) return OWN;
  return otherNode(folder, install);
}

function otherNode(folder: string, install: boolean): Runtime {
  const execPath = join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(execPath)) {
    if (!install) throw new Error(`Node ${OWN.node} has no node:sqlite with rows as arrays`);
    console.log(`Installing Node ${NODE_WITH_SQLITE} into ${folder}, for node:sqlite: once.`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
    npm(["install", `node@${NODE_WITH_SQLITE}`], folder);
  }
  const { stdout, error } = spawnSync(execPath, ["--version"], { encoding: "utf8" });
  if (error) throw error;
  return { execPath, node: stdout.trim().replace(/^v/, "") };
}

/** The version of SQLite inside of a driver. */
export function sqliteVersion(target: Target, { execPath }: Runtime): string {
  if (target === "better-sqlite3") {
    const db = openBetterSqlite(":memory:");
    const version = db.prepare("select sqlite_version()").pluck().get() as string;
    db.close();
    return version;
  }
  const { stdout, error } = spawnSync(execPath, ["-p", "process.versions.sqlite"], { encoding: "utf8" });
  if (error) throw error;
  return stdout.trim();
}
