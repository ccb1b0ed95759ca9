import { ConfigError } from "../../core/base/index.ts";
import { betterSqlite3 } from "./better-sqlite3.ts";
import { bunSqlite } from "./bun.ts";
import type { SqliteDriver } from "./driver.ts";
import { nodeSqlite } from "./node.ts";

/** The drivers that have a name. */
export const DRIVER_NAMES = ["node", "better-sqlite3", "bun"] as const;
export type SqliteDriverName = (typeof DRIVER_NAMES)[number];

const loaded = new Map<string, SqliteDriver>();

/**
 * The driver that was asked for, by its name or itself, or the best that is there.
 * @throws ConfigError that says what to install
 */
export function loadDriver(given: SqliteDriverName | SqliteDriver | undefined): SqliteDriver {
  if (typeof given === "object") return given;
  const key = given ?? "any";
  let driver = loaded.get(key);
  if (driver === undefined) {
    driver = given === undefined ? (bunSqlite() ?? nodeSqlite() ?? requireBetter(true)) : byName(given);
    loaded.set(key, driver);
  }
  return driver;
}

function byName(name: SqliteDriverName): SqliteDriver {
  switch (name) {
    case "better-sqlite3":
      return requireBetter(false);
    case "bun":
      return bunSqlite() ?? missing("This runtime is not Bun, or one without bun:sqlite: leave the option driver away.");
    case "node":
      return (
        nodeSqlite() ??
        missing(
          `This Node (${process.version}) has no node:sqlite that ectype can use: take Node 22.16 or newer, or leave the option driver away and run "npm install better-sqlite3".`,
        )
      );
  }
}

function missing(message: string): never {
  throw new ConfigError(message);
}

function requireBetter(fallback: boolean): SqliteDriver {
  const answer = betterSqlite3();
  if ("open" in answer) return answer;
  const absent = (answer.error as { code?: unknown } | null)?.code === "MODULE_NOT_FOUND";
  const instead = fallback ? " Or use Node 22.16 or newer, which has SQLite built in." : "";
  throw new ConfigError(
    absent
      ? `SQLite needs a driver: run "npm install better-sqlite3".${instead}`
      : `the driver better-sqlite3 is installed but does not load: run "npm rebuild better-sqlite3".${instead}`,
    { cause: answer.error },
  );
}
