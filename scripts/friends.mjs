// Runs examples/friends from nothing: its database, its migrations, its lesson.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "examples/friends");
const ectype = join(root, "dist/cli/bin.js");
const jiti = join(root, "node_modules/jiti/lib/jiti-cli.mjs");

if (!process.env.DATABASE_URL) for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, `friends.db${end}`), { force: true });

// A server's database may hold other things: only what the five migrations made is undone.
const steps = [
  [ectype, "create", "--quiet"],
  [ectype, "rollback", "--all", "--quiet"],
  [ectype, "migrate"],
  [jiti, "src/lesson.ts"],
];
for (const args of steps) {
  const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
