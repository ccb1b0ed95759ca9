import { ConfigError } from "../core/base/index.ts";
import { betterSqlite3 } from "./better-sqlite3.ts";
import { nodeSqlite } from "./node-sqlite.ts";
import type { SqliteDriver } from "./handle.ts";

const loaded = new Map<string, SqliteDriver>();

/**
 * The driver that was asked for, or the best that is there.
 * @throws ConfigError that says what to install
 */
export function loadDriver(name: "node" | "better-sqlite3" | undefined): SqliteDriver {
  const key = name ?? "any";
  let driver = loaded.get(key);
  if (driver === undefined) {
    driver = name === undefined ? (nodeSqlite() ?? requireBetter(true)) : byName(name);
    loaded.set(key, driver);
  }
  return driver;
}

function byName(name: "node" | "better-sqlite3"): SqliteDriver {
  if (name === "better-sqlite3") return requireBetter(false);
  const driver = nodeSqlite();
  if (driver !== null) return driver;
  throw new ConfigError(
    `This Node (${process.version}) has no node:sqlite that ectype can use: take Node 22.16 or newer, or leave the option driver away and run "npm install better-sqlite3".`,
  );
}

function requireBetter(fallback: boolean): SqliteDriver {
  const answer = betterSqlite3();
  if ("open" in answer) return answer;
  const missing = (answer.error as { code?: unknown } | null)?.code === "MODULE_NOT_FOUND";
  const instead = fallback ? " Or use Node 22.16 or newer, which has SQLite built in." : "";
  throw new ConfigError(
    missing
      ? `SQLite needs a driver: run "npm install better-sqlite3".${instead}`
      : `The driver better-sqlite3 is installed but does not load: run "npm rebuild better-sqlite3".${instead}`,
    { cause: answer.error },
  );
}
