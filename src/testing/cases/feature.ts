import type { Repo } from "../../index.ts";
import { migrateUp, migration, type MigrationCommands } from "../../migration/index.ts";

/** Cases that share a database. */
export interface Feature {
  readonly name: string;
  /** Makes the tables and rows that its cases need. */
  setUp(repo: Repo): Promise<void>;
  readonly cases: readonly FeatureCase[];
}
export interface FeatureCase {
  readonly name: string;
  /** Throws where the database gives something else. */
  run(repo: Repo): Promise<void>;
}

/** A value as JSON has it: structs without what is not loaded, dates, decimals and bigints as text. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part)));
}

/** Runs commands of a migration, through the adapter's own DDL. */
export async function define(repo: Repo, version: number, change: (m: MigrationCommands) => void): Promise<void> {
  await migrateUp(repo, version, migration({ change }), { quiet: true });
}

/** Runs a function in a transaction that is taken back, so that the next case meets the same rows. */
export async function undone<T>(repo: Repo, fn: () => Promise<T>): Promise<T> {
  const undo = new Error("undo");
  const found: T[] = [];
  try {
    await repo.transaction(async () => {
      found.push(await fn());
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return found[0] as T;
}
