import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and the examples of the docs import the package by its name, as its users do, and get the sources.
    alias: [
      { find: /^ectype$/, replacement: `${src}/index.ts` },
      { find: /^ectype\/config$/, replacement: `${src}/config.ts` },
      { find: /^ectype\/postgres\/(\w+)$/, replacement: `${src}/postgres/drivers/$1.ts` },
      { find: /^ectype\/([\w/]+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    include: ["test/{unit,types,golden,cases,docs,cli,bundles}/**/*.test.ts"],
    setupFiles: ["test/support/deviations.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    // Some runtimes forbid code that is made at run time: `npm run test:modes`.
    execArgv: process.env["ECTYPE_CODE"] === "off" ? ["--disallow-code-generation-from-strings"] : [],
    // So long that only a test that hangs gets there: none may depend on how fast the machine is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
    restoreMocks: true,
  },
});
