import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pages } from "./page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const shipped = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] }).files;

test.each(pages())("every link of %s leads to a file of the package", (page) => {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => join(dirname(page), match[1] as string));
  expect(targets.filter((target) => !existsSync(join(root, target)) || !shipped.includes(target.split(sep)[0] as string))).toEqual([]);
});
