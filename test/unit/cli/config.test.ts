import { expect, test } from "vitest";
import { defineConfig } from "../../../src/config.ts";
import { ConfigError } from "../../../src/core/base/index.ts";

test("settings come back as they were given", () => {
  expect(defineConfig({ repo: "./src/repo.ts", schemas: ["a", "b"] })).toEqual({ repo: "./src/repo.ts", schemas: ["a", "b"] });
  expect(defineConfig({ repo: { main: "./a.ts", log: "./b.ts" }, migrations: { main: "x" } }).repo).toEqual({
    main: "./a.ts",
    log: "./b.ts",
  });
});

test.each([
  [{}, 'needs "repo"'],
  [{ repo: 1 }, '"repo" is the path of a module'],
  [{ repo: {} }, '"repo" is the path of a module'],
  [{ repo: "x", migration: "y" }, 'no setting "migration". Did you mean "migrations"?'],
  [{ repo: "x", schemas: [1] }, '"schemas" is a pattern'],
  [null, "takes an object"],
])("%j is refused", (config, message) => {
  expect(() => defineConfig(config as never)).toThrow(ConfigError);
  expect(() => defineConfig(config as never)).toThrow(message);
});
