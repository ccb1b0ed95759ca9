import assert from "node:assert/strict";
import { ConstraintError, type Repo } from "../../index.ts";
import {
  migrate,
  migratedVersions,
  type Migration,
  migration,
  type MigrationCommands,
  references,
  rollback,
} from "../../migration/index.ts";
import type { Feature } from "./feature.ts";

const quiet = { quiet: true } as const;
let version = 100;

async function up(repo: Repo, change: (m: MigrationCommands) => void): Promise<[number, Migration]> {
  const entry: [number, Migration] = [++version, migration({ change })];
  await migrate(repo, { migrations: [entry], ...quiet });
  return entry;
}
const columns = async (repo: Repo, table: string) => (await repo.query(`select * from ${table} where 1 = 0`)).columns;

/** The structure of the database is changed, and changed back. */
export const migrationCases: Feature = {
  name: "migrations",
  setUp: async () => {},
  cases: [
    {
      name: "a table is made, and is gone when its migration goes back",
      run: async (repo) => {
        const entry = await up(repo, (m) =>
          m.createTable("made", (t) => {
            t.add("name", "string", { null: false });
            t.timestamps();
          }),
        );
        assert.deepEqual(await columns(repo, "made"), ["id", "name", "inserted_at", "updated_at"]);
        assert.ok((await migratedVersions(repo)).includes(entry[0]));
        assert.deepEqual(await rollback(repo, { migrations: [entry], ...quiet }), [entry[0]]);
        await assert.rejects(columns(repo, "made"));
        assert.ok(!(await migratedVersions(repo)).includes(entry[0]));
      },
    },
    {
      name: "columns are added, renamed and removed, with the rows in their places",
      run: async (repo) => {
        await up(repo, (m) => m.createTable("altered", (t) => t.add("a", "integer")));
        await repo.insertAll("altered", [{ a: 1 }, { a: 2 }]);
        const entry = await up(repo, (m) => {
          m.alterTable("altered", (t) => t.add("b", "integer", { default: 7 }));
          m.renameColumn("altered", "a", "c");
        });
        assert.deepEqual(
          (await repo.query("select c, b from altered order by c")).rows.map((row) => row.map(Number)),
          [
            [1, 7],
            [2, 7],
          ],
        );
        await rollback(repo, { migrations: [entry], ...quiet });
        assert.deepEqual(await columns(repo, "altered"), ["id", "a"]);
      },
    },
    {
      name: "a unique index is kept to",
      run: async (repo) => {
        await up(repo, (m) => {
          m.createTable("indexed", (t) => t.add("a", "integer"));
          m.createUniqueIndex("indexed", ["a"]);
        });
        await assert.rejects(repo.insertAll("indexed", [{ a: 1 }, { a: 1 }]), ConstraintError);
      },
    },
    {
      name: "rows go with the row that they refer to where onDelete says so",
      run: async (repo) => {
        await up(repo, (m) => {
          m.createTable("owners", (t) => t.add("a", "integer"));
          m.createTable("owned", (t) => t.add("owner_id", references("owners", { onDelete: "deleteAll" })));
        });
        await repo.insertAll("owners", [{ id: 1, a: 1 }]);
        await repo.insertAll("owned", [{ owner_id: 1 }, { owner_id: 1 }]);
        assert.equal((await repo.deleteAll("owners")).count, 1);
        assert.equal(await repo.aggregate("owned", "count"), 0);
      },
    },
    {
      name: "a migration runs once",
      run: async (repo) => {
        let times = 0;
        const entry: [number, Migration] = [++version, migration({ up: () => void times++, down: () => {} })];
        await migrate(repo, { migrations: [entry], ...quiet });
        assert.deepEqual(await migrate(repo, { migrations: [entry], ...quiet }), []);
        assert.equal(times, 1);
      },
    },
  ],
};
