import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkFloors, codeLines } from "../../../scripts/floors.mjs";
import { freshFolder } from "../../support/databases.ts";

const FLOORS = { "src/base": 0, "src/left": 1, "src/right": 1, "src/top.ts": 2 };

/** The problems of a made-up tree of files. */
function check(files: Record<string, string>, floors: Readonly<Record<string, number>> = FLOORS): string[] {
  const root = freshFolder();
  for (const [path, text] of Object.entries({ "src/base/index.ts": "export const base = 1;\n", ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkFloors(root, floors);
}

describe("the floors", () => {
  test("a file may import its own folder, lower floors through their index, and packages", () => {
    const problems = check({
      "src/left/index.ts":
        'import { base } from "../base/index.ts";\nimport { deep } from "./deep/deep.ts";\nimport { join } from "node:path";\nimport pg from "pg";\n',
      "src/left/deep/deep.ts": 'import { near } from "../near.ts";\nexport const deep = near;\n',
      "src/left/near.ts": "export const near = 1;\n",
      "src/top.ts": 'export * from "./left/index.ts";\nexport * from "./base/index.ts";\n',
    });
    expect(problems).toEqual([]);
  });

  test("a folder that is not named stands on the floor of src/*, beside its like", () => {
    const floors = { "src/base": 0, "src/*": 3, "src/top/room": 4 };
    const files = {
      "src/mysql/index.ts": 'export * from "../base/index.ts";\n',
      "src/mysql/drivers/driver.ts": "export const driver = 1;\n",
      "src/top/room/index.ts": 'export * from "../../mysql/index.ts";\n',
    };
    expect(check(files, floors)).toEqual([]);
    const beside = check({ ...files, "src/oracle/index.ts": 'export * from "../mysql/index.ts";\n' }, floors);
    expect(beside).toEqual([expect.stringContaining("src/oracle is on floor 3 and src/mysql on floor 3")]);
    expect(check({ ...files, "src/top/index.ts": "export const x = 1;\n" }, floors)).toEqual([
      expect.stringContaining("stands on no floor"),
    ]);
  });

  test("a higher floor is out of reach, and the message names both floors and the line", () => {
    const problems = check({ "src/base/up.ts": '\nimport { x } from "../left/index.ts";\n', "src/left/index.ts": "export const x = 1;\n" });
    expect(problems).toEqual([
      expect.stringMatching(/^src\/base\/up\.ts:2: imports "\.\.\/left\/index\.ts", but src\/base is on floor 0 and src\/left on floor 1/),
    ]);
  });

  test("folders on one floor never import each other", () => {
    const problems = check({ "src/left/index.ts": 'export * from "../right/index.ts";\n', "src/right/index.ts": "export const x = 1;\n" });
    expect(problems).toEqual([expect.stringContaining("src/left is on floor 1 and src/right on floor 1")]);
  });

  test.each([
    ["import type", 'import type { x } from "../left/index.ts";'],
    ["import with a type modifier", 'import { type x } from "../left/index.ts";'],
    ["export from", 'export { x } from "../left/index.ts";'],
    ["export type from", 'export type { x } from "../left/index.ts";'],
    ["import for its effect", 'import "../left/index.ts";'],
    ["dynamic import", 'export const load = () => import("../left/index.ts");'],
    ["the type of an import", 'export type T = import("../left/index.ts").x;'],
  ])("%s counts as an import", (_kind, statement) => {
    const problems = check({ "src/base/up.ts": `${statement}\n`, "src/left/index.ts": "export const x = 1;\n" });
    expect(problems).toHaveLength(1);
  });

  test("an import in a comment or a string does not count", () => {
    const text =
      '// import { x } from "../left/index.ts";\n/** import "../left/index.ts" */\nexport const s = `import "../left/index.ts"`;\n';
    expect(check({ "src/base/up.ts": text, "src/left/index.ts": "export const x = 1;\n" })).toEqual([]);
  });

  test("another folder is imported through its index.ts alone", () => {
    const problems = check({
      "src/left/index.ts": 'import { x } from "../base/inner.ts";\n',
      "src/base/inner.ts": "export const x = 1;\n",
    });
    expect(problems).toEqual(['src/left/index.ts:1: imports "../base/inner.ts"; import src/base through its index.ts']);
  });

  describe("a house with rooms", () => {
    const floors = { "src/base": 0, "src/house/cellar": 1, "src/house/kitchen": 2, "src/house": 3, "src/houseboat": 4, "src/top.ts": 4 };
    const rooms = {
      "src/house/cellar/index.ts": "export const wine = 1;\n",
      "src/house/kitchen/index.ts": 'export * from "../cellar/index.ts";\n',
      "src/house/index.ts": 'export * from "./kitchen/index.ts";\nexport * from "./cellar/index.ts";\n',
    };

    test("its rooms import each other, and it them, through their own doors", () => {
      expect(check(rooms, floors)).toEqual([]);
      const past = {
        ...rooms,
        "src/house/cellar/barrel.ts": "export const b = 1;\n",
        "src/house/hall.ts": 'import "./cellar/barrel.ts";\n',
      };
      expect(check(past, floors)).toEqual([
        'src/house/hall.ts:1: imports "./cellar/barrel.ts"; import src/house/cellar through its index.ts',
      ]);
    });

    test("outside of it only its own door is there", () => {
      expect(check({ ...rooms, "src/top.ts": 'import "./house/index.ts";\n' }, floors)).toEqual([]);
      expect(check({ ...rooms, "src/top.ts": 'import type { wine } from "./house/cellar/index.ts";\n' }, floors)).toEqual([
        'src/top.ts:1: imports "./house/cellar/index.ts", a room of src/house; import src/house through its index.ts',
      ]);
    });

    test("a neighbour whose name begins alike is outside", () => {
      const problems = check({ ...rooms, "src/houseboat/index.ts": 'import "../house/cellar/index.ts";\n' }, floors);
      expect(problems).toEqual([expect.stringContaining("a room of src/house; import src/house through its index.ts")]);
    });

    test("a room of a higher floor is out of reach of a lower one", () => {
      const problems = check({ ...rooms, "src/house/cellar/up.ts": 'import "../kitchen/index.ts";\n' }, floors);
      expect(problems).toEqual([expect.stringContaining("src/house/cellar is on floor 1 and src/house/kitchen on floor 2")]);
    });
  });

  test("a circle inside a folder is found, through type imports too", () => {
    const problems = check({
      "src/left/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "src/left/b.ts": 'import type { C } from "./c.ts";\nexport type B = C;\n',
      "src/left/c.ts": 'import type { A } from "./a.ts";\nexport type C = A;\n',
    });
    expect(problems).toEqual([
      "src/left/a.ts: imports itself in a circle: src/left/a.ts -> src/left/b.ts -> src/left/c.ts -> src/left/a.ts",
    ]);
  });

  test("a folder that floors.json does not know is a problem", () => {
    expect(check({ "src/new/index.ts": "export const x = 1;\n" })).toEqual([
      "src/new/index.ts: stands on no floor; add its folder to floors.json",
    ]);
  });

  test("a relative import names a file that exists, with its .ts, inside src", () => {
    const problems = check({
      "src/base/a.ts": 'import "./b.js";\nimport "./gone.ts";\nimport "../../test/x.ts";\n',
      "test/x.ts": "export {};\n",
    });
    expect(problems).toEqual([
      'src/base/a.ts:1: imports "./b.js"; a relative import ends in .ts',
      'src/base/a.ts:2: imports "./gone.ts", but there is no src/base/gone.ts',
      'src/base/a.ts:3: imports "../../test/x.ts", which is outside src',
    ]);
  });

  test("src does not import the package by its own name", () => {
    expect(check({ "src/base/a.ts": 'import "ectype/sqlite";\n' })).toEqual([expect.stringContaining("the package itself")]);
  });
});

describe("the length of files", () => {
  test("401 lines of code are too many, 400 are not", () => {
    const lines = (count: number) => "f();\n".repeat(count);
    expect(check({ "src/base/long.ts": lines(400) })).toEqual([]);
    expect(check({ "src/base/long.ts": lines(401) })).toEqual([expect.stringMatching(/^src\/base\/long\.ts: has 401 lines of code/)]);
  });

  test("comments and blank lines are free, lines inside a template are not", () => {
    expect(codeLines("// one\n\n/**\n * two\n */\nf(); // three\n/* four */\n")).toBe(1);
    expect(codeLines("const text = `\n// not a comment\n\n`;\n")).toBe(4);
    expect(codeLines("function f() {\n  return 1;\n}\n")).toBe(3);
  });
});
