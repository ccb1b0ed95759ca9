#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "./main.ts";

/** The project's own copy of this program, where it has one: its files must meet the copy that they import. */
function localBin(): string | null {
  try {
    const manifest = createRequire(join(process.cwd(), "project.js")).resolve("ectype/package.json");
    const local = realpathSync(join(dirname(manifest), "dist", "cli", "bin.js"));
    return local === realpathSync(fileURLToPath(import.meta.url)) ? null : local;
  } catch {
    return null;
  }
}

const local = process.env.ECTYPE_BIN === "own" ? null : localBin();
if (local === null) {
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.env.ECTYPE_BIN = "own";
  await import(pathToFileURL(local).href);
}
