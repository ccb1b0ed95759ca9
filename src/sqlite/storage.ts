import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { StorageAdmin } from "../core/adapter/index.ts";
import { loadDriver } from "./drivers/load.ts";
import type { SqliteConfig } from "./options.ts";
import { Session } from "./session.ts";

/** Creates and deletes the database's file. A database in memory exists as long as its repo. */
export function sqliteStorage(config: SqliteConfig): StorageAdmin {
  const { database: path, memory } = config;
  return {
    description: path,
    async create() {
      if (memory || existsSync(path)) return "exists";
      await mkdir(dirname(path), { recursive: true });
      await (await Session.open(loadDriver(config.driver), config, false)).close();
      return "created";
    },
    async drop() {
      if (memory || !existsSync(path)) return "missing";
      // The log goes first: beside a new database of the same name it would be taken for that one's.
      for (const suffix of ["-wal", "-shm", "-journal", ""]) await rm(path + suffix, { force: true });
      return "dropped";
    },
    async exists() {
      return !memory && existsSync(path);
    },
  };
}
