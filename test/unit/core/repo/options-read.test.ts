import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../../../../src", import.meta.url));
const LISTS = ["core/repo/engine/known-options.ts", "core/repo/engine/options.ts"];

function sources(folder: string): string[] {
  return readdirSync(join(src, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return LISTS.includes(path) ? [] : [readFileSync(join(src, path), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "")];
  });
}

const lists = readFileSync(join(src, "core/repo/engine/known-options.ts"), "utf8");
const options = [...new Set([...lists.matchAll(/(\w+): true/g)].map(([, name]) => name as string))];

test.each(options)("the option %s of the repo's calls is read", (name) => {
  const read = new RegExp(`\\.${name}\\b|[{,]\\s*${name}\\b(?!\\??: (true|"|string))`);
  expect([...sources("core"), ...sources("postgres"), ...sources("sqlite")].some((text) => read.test(text))).toBe(true);
});
