import { existsSync, readdirSync } from "node:fs";
import { join, resolve, sep } from "node:path";

/** The files that a pattern names, sorted: `*` stands for a part of a name, `**` for any folders, `{a,b}` for one of several. */
export function glob(folder: string, pattern: string): string[] {
  const base = resolve(folder, fixedPart(pattern));
  if (!existsSync(base)) return [];
  const root = resolve(folder);
  const wanted = toRegExp(resolve(root, pattern.replaceAll("\\", "/")).split(sep).join("/"));
  return filesBelow(base)
    .filter((file) => wanted.test(file.split(sep).join("/")))
    .sort();
}

/** The folder of a pattern, up to its first wildcard. */
export function fixedPart(pattern: string): string {
  const parts = pattern.split(/[\\/]/);
  const wild = parts.findIndex((part) => /[*?{]/.test(part));
  return parts.slice(0, wild < 0 ? -1 : wild).join("/") || ".";
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$+.()|[\]{}]/g, (token) => {
    if (token === "**/") return "(?:[^/]+/)*";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.length > 1)
      return `(?:${token
        .slice(1, -1)
        .split(",")
        .map((one) => one.replace(/[\\^$+.()|[\]*?]/g, "\\$&"))
        .join("|")})`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
