// `migration()`, which marks what a file exports, and its options.
import { checkOptions, MigrationError, optionNames } from "../core/base/index.ts";
import type { MigrationCommands } from "./dsl.ts";

const MIGRATION: unique symbol = Symbol.for("ectype.migration") as never;

/** A function that gets the commands of a migration. */
export type MigrationStep = (m: MigrationCommands) => void | Promise<void>;

/** What a migration does, and how it runs. */
export interface MigrationDefinition {
  /** What the migration does; a rollback undoes it by itself. */
  readonly change?: MigrationStep;
  /** What the migration does, where `change` cannot say how to undo it. */
  readonly up?: MigrationStep;
  readonly down?: MigrationStep;
  /** `false`: not in a transaction, as CREATE INDEX CONCURRENTLY needs it. */
  readonly transaction?: boolean;
  /** `false`: other migrators may run meanwhile. */
  readonly lock?: boolean;
  /** As logs show it; made from the file's name unless given. */
  readonly name?: string;
  /** Runs first in the migration's transaction; not without one. */
  readonly afterBegin?: MigrationStep;
  /** Runs last in the migration's transaction; not without one. */
  readonly beforeCommit?: MigrationStep;
}
/** A migration, as `migration()` makes it. */
export type Migration = Readonly<MigrationDefinition>;

const KEYS = optionNames<MigrationDefinition>({
  change: true,
  up: true,
  down: true,
  transaction: true,
  lock: true,
  name: true,
  afterBegin: true,
  beforeCommit: true,
});
const STEPS = ["change", "up", "down", "afterBegin", "beforeCommit"] as const;

/**
 * A migration, the default export of its file.
 * @param definition `change`, which is reversed by itself on rollback, or `up` and `down`, which win where both are there
 * @returns the migration, for `migrate` and `rollback`
 * @throws MigrationError where there is neither `change` nor `up` nor `down`, or one of them is not a function
 * @example export default migration({
 *   change(m) {
 *     m.createTable("movies", (t) => t.add("title", "string"));
 *   },
 * });
 * @see Ecto.Migration
 */
export function migration(definition: MigrationDefinition): Migration {
  checkOptions("migration()", definition, KEYS);
  for (const step of STEPS) {
    if (definition[step] !== undefined && typeof definition[step] !== "function") {
      throw new MigrationError(`migration(): ${step} must be a function, as in { ${step}(m) { … } }`);
    }
  }
  if (definition.change === undefined && definition.up === undefined && definition.down === undefined) {
    throw new MigrationError("migration() needs change, or up and down: functions that get the commands as their argument");
  }
  const made = { ...definition };
  Object.defineProperty(made, MIGRATION, { value: true });
  return Object.freeze(made);
}

/**
 * Whether a value was made by `migration()`, also by another copy of this package.
 * @example isMigration(migration({ change: () => {} })) // => true
 * @see JavaScript: instanceof
 */
export function isMigration(value: unknown): value is Migration {
  return typeof value === "object" && value !== null && MIGRATION in value;
}
