import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs a program to its end and throws if it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
export function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed with code ${status}`);
}

/**
 * Runs npm in a folder: the npm that runs this script where there is one, as Windows cannot spawn "npm" without a shell.
 * @param {string[]} args
 * @param {string} cwd
 */
export function npm(args, cwd) {
  const self = process.env.npm_execpath;
  const quiet = [...args, "--no-audit", "--no-fund", "--loglevel=error"];
  if (self) run(process.execPath, [self, ...quiet], { cwd });
  else run("npm", quiet, { cwd, shell: process.platform === "win32" });
}

/**
 * Calls `fn` with a new temporary folder and removes it afterwards, whatever happens.
 * @template T
 * @param {(folder: string) => T} fn
 * @returns {T}
 */
export function withFolder(fn) {
  const folder = mkdtempSync(join(tmpdir(), "ectype-scratch-"));
  try {
    return fn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
