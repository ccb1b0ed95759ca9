import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { buildPackage } from "../cli/support.ts";

vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

const moduleOf = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
// Names each module that is loaded on a line of standard error.
const WATCH = moduleOf(`
  import { writeSync } from "node:fs";
  export async function load(url, context, next) {
    writeSync(2, "loads " + url + "\\n");
    return next(url, context);
  }
`);
const WATCHED = moduleOf(`import { register } from "node:module"; register(${JSON.stringify(WATCH)});`);

describe("what is loaded", () => {
  let folder: string;

  beforeAll(() => {
    folder = buildPackage();
  });

  /** The files of dist and the packages that a run of Node loads, in the order of the alphabet. */
  function loads(args: readonly string[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", WATCHED, ...args], { encoding: "utf8", cwd: folder });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const urls = [...stderr.matchAll(/^loads (file:.*)$/gm)].map(([, url]) => url as string);
    const dist = `${pathToFileURL(join(folder, "dist"))}/`;
    const files = urls.flatMap((url) => (url.startsWith(dist) ? url.slice(dist.length) : []));
    const packages = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1] ?? []);
    return { files: files.sort(), packages: [...new Set(packages)].sort(), stdout };
  }
  const imports = (entry: string) => loads(["--input-type=module", "--eval", `await import(${JSON.stringify(entry)});`]);

  it.each([
    ["ectype", ["chunks/base.js", "chunks/core.js", "index.js"], ["decimal.js"]],
    ["ectype/sqlite", ["chunks/base.js", "chunks/core.js", "chunks/sql.js", "sqlite/index.js"], ["decimal.js"]],
    ["ectype/postgres", ["chunks/base.js", "chunks/core.js", "chunks/sql.js", "postgres/index.js"], ["decimal.js"]],
    ["ectype/migration", ["chunks/base.js", "chunks/core.js", "migration/index.js"], ["decimal.js"]],
    ["ectype/config", ["chunks/base.js", "chunks/config.js", "config.js"], []],
  ])("by the import of %s is a few files, and no driver", (entry, files, packages) => {
    expect(imports(entry)).toEqual({ files, packages, stdout: "" });
  });

  it("by the command line for its help is no compiler, no parser and nothing of the library but errors and printing", () => {
    const { files, packages, stdout } = loads([join(folder, "dist", "cli", "bin.js"), "--help"]);
    expect(stdout).toContain("Usage: ectype");
    expect(packages).toEqual(["commander"]);
    expect(files).toEqual(["chunks/base.js", "chunks/config.js", "chunks/main.js", "chunks/package.js", "cli/bin.js"]);
  });
});
