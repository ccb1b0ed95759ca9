#!/usr/bin/env node
import { realpathSync } from "node:fs";
import * as modules from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The project's own copy of this program, where it has one: its files must meet the copy that they import. */
function localBin(): string | null {
  try {
    const manifest = modules.createRequire(join(process.cwd(), "project.js")).resolve("ectype/package.json");
    const local = realpathSync(join(dirname(manifest), "dist", "cli", "bin.js"));
    return local === realpathSync(fileURLToPath(import.meta.url)) ? null : local;
  } catch {
    return null;
  }
}

// From Node 22.1 on, the second run finds the code compiled. Hence nothing of ours is imported before.
(modules as { enableCompileCache?(): unknown }).enableCompileCache?.();
const local = process.env.ECTYPE_BIN === "own" ? null : localBin();
if (local === null) {
  const { run } = await import("./main.ts");
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.env.ECTYPE_BIN = "own";
  await import(pathToFileURL(local).href);
}
