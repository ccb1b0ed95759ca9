import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s", (page) => {
  test("names paths that are there", () => {
    const paths = [...read(page).matchAll(/`((?:src|test|docs|scripts|examples)\/[\w./-]+|[\w-]+\.json)`/g)].map(
      ([, path]) => path as string,
    );
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("names commands that are there", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/`(?:npm run )?((?:test|check):\w+)`|`npm run (\w+)/g)].map(([, one, other]) => one ?? other);
    expect(named.filter((name) => !Object.hasOwn(scripts, name as string))).toEqual([]);
  });

  test("has links to files that are there", () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path as string);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("the map of ARCHITECTURE.md", () => {
  const text = read("ARCHITECTURE.md");

  test("has every folder of the floors", () => {
    const floors = Object.keys(JSON.parse(read("floors.json")) as Record<string, number>).filter(
      (path) => !path.endsWith(".ts") && existsSync(join(root, path)) && path !== dirname("src/testing/cases"),
    );
    expect(floors.filter((path) => !text.includes(`\`${path}\``))).toEqual([]);
  });

  test("has every folder of the tests", () => {
    const folders = readdirSync(join(root, "test"), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== "support",
    );
    expect(folders.map(({ name }) => `test/${name}`).filter((path) => !text.includes(`\`${path}\``))).toEqual([]);
  });

  test("explains each word once", () => {
    const words = [...text.slice(text.indexOf("## Words")).matchAll(/^\| ([\w, ]+) \| /gm)].flatMap(([, names = ""]) => names.split(", "));
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });
});
