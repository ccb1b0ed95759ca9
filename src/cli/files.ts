import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ArgumentError } from "../core/base/index.ts";
import type { Output } from "./output.ts";

/** Writes a file unless it is there already, and says which of the two. */
export function writeNew(out: Output, root: string, path: string, text: string): boolean {
  const full = join(root, path);
  if (existsSync(full)) {
    out.file("keeping", path);
    return false;
  }
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  out.file("creating", path);
  return true;
}

/**
 * Writes a migration file with the next free version.
 * @param name in snake_case
 * @returns its path
 * @throws ArgumentError where a migration has that name already
 */
export function writeMigration(out: Output, root: string, folder: string, name: string, extension: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true }).map(String);
  const taken = files.find((file) => migrationName(file)?.name === name);
  if (taken !== undefined) {
    throw new ArgumentError(
      `There is a migration of the name "${name}" already: ${relative(root, join(folder, taken))}. Choose another name.`,
    );
  }
  const path = join(folder, `${freeVersion(files, new Date())}_${name}.${extension}`);
  writeFileSync(path, text, { flag: "wx" });
  out.file("creating", relative(root, path));
  return path;
}

function migrationName(file: string): { version: string; name: string } | null {
  const match = /(?:^|[\\/])(\d+)_(\w+)\.[mc]?[jt]s$/.exec(file);
  return match === null ? null : { version: match[1] ?? "", name: match[2] ?? "" };
}

/** The second's version, or the next that no other file has: two migrations of one second must not clash. */
function freeVersion(files: readonly string[], now: Date): string {
  const taken = new Set(files.map((file) => migrationName(file)?.version));
  for (let time = now.getTime(); ; time += 1000) {
    const version = new Date(time).toISOString().slice(0, 19).replace(/\D/g, "");
    if (!taken.has(version)) return version;
  }
}
