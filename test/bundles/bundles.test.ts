import { spawn } from "node:child_process";
import { realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as esbuild } from "esbuild";
import { rolldown } from "rolldown";
import { build as vite } from "vite";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { databases, freshFolder } from "../support/databases.ts";
import { buildPackage } from "../cli/support.ts";

vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "test", "bundles", "program.ts");
// What is native cannot be put into a file of JavaScript.
const external = ["better-sqlite3"];
// The packages of pg ask for Node's modules by require, which a bundle in ES modules has not by itself.
const banner = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** One file of everything, pg included, with every name shortened. */
const bundlers: Record<string, (entries: Record<string, string>, out: string) => Promise<unknown>> = {
  "esbuild, ES modules": (alias, outfile) =>
    esbuild({
      entryPoints: [program],
      outfile: `${outfile}.mjs`,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      alias,
      external,
      banner: { js: banner },
      logLevel: "error",
    }),
  "esbuild, CommonJS": (alias, outfile) =>
    esbuild({
      entryPoints: [program],
      outfile: `${outfile}.cjs`,
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      alias,
      external,
      logLevel: "error",
      // That there is no import.meta in CommonJS is what the package knows.
      logOverride: { "empty-import-meta": "silent" },
    }),
  rolldown: async (alias, outfile) => {
    const bundle = await rolldown({ input: program, platform: "node", resolve: { alias }, external, logLevel: "silent" });
    await bundle.write({ file: `${outfile}.mjs`, format: "esm", minify: true, codeSplitting: false });
    await bundle.close();
  },
  vite: (alias, outfile) =>
    vite({
      root: join(root, "test", "bundles"),
      configFile: false,
      logLevel: "error",
      resolve: { alias: Object.entries(alias).map(([find, replacement]) => ({ find: new RegExp(`^${find}$`), replacement })) },
      ssr: { noExternal: true, external },
      build: {
        ssr: program,
        minify: true,
        outDir: join(outfile, ".."),
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: "program.mjs", codeSplitting: false } },
      },
    }),
};

const EXPECTED = [
  {
    id: 1,
    title: "Ready Player One",
    characters: [{ id: 1, name: "Wade Watts", movieId: 1 }],
    distributor: { id: 1, name: "Netflix", movieId: 1 },
    actors: [{ id: 1, name: "Tyler Sheridan" }],
  },
  { title: ["has already been taken"] },
  "NoResultsError",
];

describe.each(Object.keys(bundlers))("bundled and minified by %s", (name) => {
  let file: string;

  beforeAll(async () => {
    const dist = join(buildPackage(), "dist");
    const folder = realpathSync(freshFolder());
    const alias = {
      "ectype/sqlite": join(dist, "sqlite/index.js"),
      "ectype/postgres": join(dist, "postgres/index.js"),
      "ectype/migration": join(dist, "migration/index.js"),
      ectype: join(dist, "index.js"),
    };
    await bundlers[name]?.(alias, join(folder, "program"));
    // Only the native driver may be found beside the file.
    writeFileSync(join(folder, "package.json"), "{}");
    symlinkSync(join(root, "node_modules", "better-sqlite3"), await moduleFolder(folder), "junction");
    file = join(folder, name.endsWith("CommonJS") ? "program.cjs" : "program.mjs");
  });

  it.each(databases.map(({ label }) => label))("runs on %s", async (label) => {
    const database = databases.find((one) => one.label === label) as (typeof databases)[number];
    const opened = await database.open();
    const url = opened.name === "postgres" ? (opened.options.url as string) : opened.options.database;
    expect(JSON.parse(await run(file, url))).toEqual(EXPECTED);
  });
});

async function moduleFolder(folder: string): Promise<string> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(folder, "node_modules"));
  return join(folder, "node_modules", "better-sqlite3");
}

function run(file: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { cwd: join(file, ".."), env: { ...process.env, DATABASE_URL: url } });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject).once("close", (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${stdout}${stderr}`))));
  });
}
