import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "../../../src/cli/main.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "src/cli/commands");
const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
const main = readFileSync(join(root, "src/cli/main.ts"), "utf8");

test("each command of the folder is one of the command line, or of another command", () => {
  const made = files.flatMap((text) => [...text.matchAll(/^export function (\w+Command)\(/gm)].map(([, name]) => name as string));
  const used = (name: string) => [main, ...files].some((text) => new RegExp(`(?<!function )\\b${name}\\b(?!.*from)`).test(text));
  expect(made.length).toBeGreaterThan(10);
  expect(made.filter((name) => !used(name))).toEqual([]);
});

test("the page about the command line has each command that the help has", async () => {
  const written: string[] = [];
  const stdout = { write: (text: string) => written.push(text), isTTY: false };
  await run(["--help"], { stdin: process.stdin, stdout, stderr: stdout } as never, {});
  const help = written.join("");
  const names = [...help.slice(help.indexOf("Commands:")).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name as string);
  expect(names).toContain("migrate");
  const page = readFileSync(join(root, "docs/command-line.md"), "utf8");
  expect(names.filter((name) => name !== "help" && !page.includes(`ectype ${name}`))).toEqual([]);
});
