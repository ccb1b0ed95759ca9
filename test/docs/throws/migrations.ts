import { fragment, migrate, migratedVersions, migrateDown, migrateUp, migration, type MigrationCommands, migrations, references, rollback } from "ectype/migration"; // biome-ignore format: one line
import type { NewTableCommands, TableCommands } from "ectype/migration";
import type { Context } from "../docstring-prelude.ts";
import { odd, type Tries } from "./tries.ts";

/** What a migration throws, where it is its own error; of one that wraps it, the cause. */
async function within(context: Context, step: (m: MigrationCommands) => unknown): Promise<void> {
  let own: unknown;
  const up = async (m: MigrationCommands) => {
    try {
      await step(m);
    } catch (error) {
      own = error;
      throw error;
    }
  };
  await migrateUp(context.repo, 1, migration({ up }), { quiet: true }).catch((error) => {
    throw own ?? error;
  });
}
const command = (error: string, step: (m: MigrationCommands) => unknown) => ({ [error]: (context: Context) => within(context, step) });
const alter = (step: (t: TableCommands) => unknown) => command("ArgumentError", (m) => m.alterTable("movies", (t) => void step(t)));
/** A command of a table's block, outside of it. */
const outside = (step: (t: TableCommands) => unknown) =>
  command("MigrationError", (m) => {
    let kept: TableCommands | undefined;
    m.alterTable("movies", (t) => {
      kept = t;
      t.add("a", "string");
    });
    step(kept as TableCommands);
  });
const failing = migration({ up: (m) => m.execute("nonsense"), down: (m) => m.execute("nonsense") });
const unknown = odd({ odd: 1 });
const noType = odd(1);

export const migrationTries: Tries = {
  fragment: { ArgumentError: () => fragment("") },
  references: { ArgumentError: () => references("movies", unknown) },
  migration: { MigrationError: () => migration({}) },
  migrate: {
    MigrationError: ({ repo }) => migrate(repo, { migrations: [[2, failing]], quiet: true }),
    ArgumentError: ({ repo }) => migrate(repo, unknown),
  },
  rollback: {
    MigrationError: async ({ repo }) => {
      await migrate(repo, { migrations: [[3, migration({ up: () => {} })]], quiet: true });
      await rollback(repo, { migrations: [[3, migration({ up: () => {} })]], quiet: true });
    },
    ArgumentError: ({ repo }) => rollback(repo, unknown),
  },
  migrateUp: { MigrationError: ({ repo }) => migrateUp(repo, 4, failing, { quiet: true }) },
  migrateDown: {
    MigrationError: async ({ repo }) => {
      await migrateUp(repo, 5, migration({ up: () => {} }), { quiet: true });
      await migrateDown(repo, 5, failing, { quiet: true });
    },
  },
  migratedVersions: { ArgumentError: ({ repo }) => migratedVersions(repo, unknown) },
  migrations: {
    MigrationError: ({ repo }) =>
      migrations(repo, {
        migrations: [
          [6, failing],
          [6, failing],
        ],
      }),
  },
  "MigrationCommands.createTable": {
    ...command("MigrationError", (m) =>
      m.createTable(
        "a",
        odd(async () => {}),
      ),
    ),
    ...command("ArgumentError", (m) => m.createTable("a", (t) => t.add("a", noType))),
  },
  "MigrationCommands.createTableIfNotExists": {
    ...command("MigrationError", (m) =>
      m.createTableIfNotExists(
        "a",
        odd(async () => {}),
      ),
    ),
    ...command("ArgumentError", (m) => m.createTableIfNotExists("a", (t) => t.add("a", noType))),
  },
  "MigrationCommands.alterTable": {
    ...command("MigrationError", (m) =>
      m.alterTable(
        "movies",
        odd(async () => {}),
      ),
    ),
    ...command("ArgumentError", (m) => m.alterTable("movies", (t) => t.add("a", noType))),
  },
  "MigrationCommands.dropTable": command("ArgumentError", (m) => m.dropTable("movies", unknown)),
  "MigrationCommands.dropTableIfExists": command("ArgumentError", (m) => m.dropTableIfExists("movies", unknown)),
  "MigrationCommands.createIndex": command("ArgumentError", (m) => m.createIndex("movies", [])),
  "MigrationCommands.createIndexIfNotExists": command("ArgumentError", (m) => m.createIndexIfNotExists("movies", [])),
  "MigrationCommands.createUniqueIndex": command("ArgumentError", (m) => m.createUniqueIndex("movies", [])),
  "MigrationCommands.dropIndex": command("ArgumentError", (m) => m.dropIndex("movies", "title", unknown)),
  "MigrationCommands.dropIndexIfExists": command("ArgumentError", (m) => m.dropIndexIfExists("movies", "title", unknown)),
  "MigrationCommands.renameIndex": command("ArgumentError", (m) => m.renameIndex("movies", "title", "a", unknown)),
  "MigrationCommands.createConstraint": command("ArgumentError", (m) => m.createConstraint("movies", "a", {})),
  "MigrationCommands.dropConstraint": command("ArgumentError", (m) => m.dropConstraint("movies", "a", unknown)),
  "MigrationCommands.dropConstraintIfExists": command("ArgumentError", (m) => m.dropConstraintIfExists("movies", "a", unknown)),
  "MigrationCommands.execute": command("ArgumentError", (m) => m.execute(odd(1))),
  "MigrationCommands.executeFile": command("MigrationError", (m) => m.executeFile("no/such/file.sql")),
  "MigrationCommands.flush": {
    ...command("MigrationError", async (m) => {
      m.alterTable("movies", (t) => t.modify("title", "text"));
      await m.flush();
    }),
    ...command("DatabaseError", async (m) => {
      m.execute("nonsense");
      await m.flush();
    }),
  },
  "MigrationCommands.fragment": command("ArgumentError", (m) => m.fragment("")),
  "NewTableCommands.add": { ...alter((t) => t.add("a", noType)), ...outside((t) => t.add("b", "string")) },
  "NewTableCommands.timestamps": {
    ...alter((t: NewTableCommands) => t.timestamps(unknown)),
    ...outside((t) => t.timestamps()),
  },
  "TableCommands.addIfNotExists": { ...alter((t) => t.addIfNotExists("a", noType)), ...outside((t) => t.addIfNotExists("b", "string")) },
  "TableCommands.modify": { ...alter((t) => t.modify("title", noType)), ...outside((t) => t.modify("title", "text")) },
  "TableCommands.remove": { ...alter((t) => t.remove("title", noType)), ...outside((t) => t.remove("title")) },
  "TableCommands.removeIfExists": { ...alter((t) => t.removeIfExists("title", noType)), ...outside((t) => t.removeIfExists("title")) },
};
