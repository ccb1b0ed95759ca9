import { readdirSync, readFileSync } from "node:fs";
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

const outside = ["core", "sql", "migration"].flatMap(sources);
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

  test("stand for the adapter's name, which nobody asks for", () => {
    const asked = outside.filter((text) => /adapter\.name\b(?! \/\/)|port\.name [=!]==/.test(text));
    expect(asked).toEqual([]);
  });
});
