import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { buildPackage } from "../cli/support.ts";

vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("a driver that does not load", () => {
  let folder: string;

  beforeAll(() => {
    folder = buildPackage();
    const modules = join(folder, "node_modules");
    rmSync(modules);
    mkdirSync(join(modules, "pg"), { recursive: true });
    symlinkSync(join(root, "node_modules", "decimal.js"), join(modules, "decimal.js"), "junction");
  });

  /** What a first query ends with, where pg is what its files say. */
  function messageWith(files: Record<string, string>): string {
    const pg = join(folder, "node_modules", "pg");
    rmSync(pg, { recursive: true, force: true });
    if (Object.keys(files).length > 0) mkdirSync(pg);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(pg, name), text);
    const script = `
      import { createRepo } from ${JSON.stringify(join(folder, "dist/index.js"))};
      import { postgres } from ${JSON.stringify(join(folder, "dist/postgres/index.js"))};
      const repo = createRepo({ adapter: postgres({ url: "postgres://nobody@127.0.0.1:1/none" }) });
      await repo.query("SELECT 1").catch((error) => console.log(error.code + ": " + error.message));
    `;
    return spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }).stdout;
  }

  it("is said to be missing where it is", () => {
    expect(messageWith({})).toBe('CONFIG: PostgreSQL needs a driver: run "npm install pg"\n');
  });

  it("tells its own error where it is there", () => {
    expect(messageWith({ "index.js": 'throw new Error("the native part is broken")' })).toBe(
      "CONFIG: the driver pg is there but does not load: the native part is broken\n",
    );
    expect(messageWith({ "index.js": 'require("pg-protocol")' })).toContain("does not load: Cannot find module 'pg-protocol'");
  });
});
