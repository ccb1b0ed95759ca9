import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";

const src = fileURLToPath(new URL("../../../../src", import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(join(src, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith(".ts") ? [readFileSync(join(src, path), "utf8")] : [];
  });
}

const outside = readdirSync(src).flatMap((entry) =>
  entry.endsWith(".ts") ? [readFileSync(join(src, entry), "utf8")] : existsSync(join(src, entry, "dialect.ts")) ? [] : sources(entry),
);
/** An adapter's name that is read, or a name of a database that something is compared with; messages may say the name of a port. */
const ASKED =
  /[aA]dapter(?:\(\))?!?\??\.name\b|\{[^{}]*\bname\b[^{}]*\} = [\w.#]*(?:[aA]dapter|[pP]ort)\b|[pP]ort\.name\b(?!\})|["'`](?:postgres|postgresql|PostgreSQL|sqlite|SQLite)["'`]/;
const code = (text: string) => text.replaceAll(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, "");
const adapters = [sqlite({ database: ":memory:" }), postgres({})];

describe("the features of an adapter", () => {
  test("are the same flags for every database", () => {
    const [one, two] = adapters.map(({ features }) => Object.keys(features).toSorted());
    expect(one).toEqual(two);
  });

  test.each(Object.keys(adapters[0]?.features ?? {}))("%s is read outside of the adapters' folders", (flag) => {
    const reads = new RegExp(`features\\??\\.${flag}\\b|\\{[^{}]*\\b${flag}\\b[^{}]*\\} = [\\w.#]*features\\b`);
    expect(outside.some((text) => reads.test(text))).toBe(true);
  });

  test("stand for the adapter's name, which nobody asks for outside of its folder", () => {
    const asked = outside.flatMap((text) => code(text).match(ASKED) ?? []);
    expect(asked).toEqual([]);
  });

  test.each([
    ['if (repo.adapter.name === "mine")', true],
    ["const { name } = engine.adapter;", true],
    ["const { features, name: database } = this.#adapter;", true],
    ['lexis === "postgres"', true],
    ["switch (port.name) {", true],
    ["const { name } = field;", false],
    ["`${port.name} has no transactions`", false],
    ["// ask for adapter.name", false],
  ])("a test that finds %j: %s", (text, found) => expect(ASKED.test(code(text))).toBe(found));
});
