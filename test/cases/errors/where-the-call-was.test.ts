import { change, field, from, hasMany, belongsTo, type Repo, schema, sql } from "ectype";
import { describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Shelf extends schema("shelves", { name: field.string({ null: false }), boxes: () => hasMany(Box) }) {}
class Box extends schema("boxes", { label: field.string({ null: false }), shelf: () => belongsTo(Shelf) }) {}

const wrong = () => sql<boolean>`no_such_column = 1`;
const nameless = () => Shelf.build({ name: null as never });

/** What fails in the database, each called by a function whose name the stack must have. */
const callers: Record<string, (repo: Repo) => Promise<unknown>> = {
  query: async (repo) => void (await repo.query("select nothing from nowhere")),
  all: async (repo) => void (await repo.all(from(Shelf).where(wrong))),
  one: async (repo) => void (await repo.one(from(Shelf).where(wrong))),
  getByOrThrow: async (repo) => void (await repo.getByOrThrow(from(Shelf).where(wrong), { name: "x" })),
  exists: async (repo) => void (await repo.exists(from(Shelf).where(wrong))),
  aggregate: async (repo) => void (await repo.aggregate(from(Shelf).where(wrong), "count")),
  stream: async (repo) => {
    for await (const _ of repo.stream(from(Shelf).where(wrong))) void _;
  },
  insert: async (repo) => void (await repo.insert(nameless())),
  insertOrThrow: async (repo) => void (await repo.insertOrThrow(nameless())),
  nested: async (repo) => void (await repo.insert(change(Shelf.build({ name: "x" }), { boxes: [{ label: null }] } as never))),
  update: async (repo) => void (await repo.update(change(await repo.insertOrThrow(Shelf.build({ name: "x" })), { name: null as never }))),
  delete: async (repo) => void (await repo.delete(Shelf.build({ id: 0, name: "x" }))),
  insertAll: async (repo) => void (await repo.insertAll(Shelf, [{ name: null as never }])),
  updateAll: async (repo) => void (await repo.updateAll(from(Shelf).where(wrong), { set: { name: "y" } })),
  deleteAll: async (repo) => void (await repo.deleteAll(from(Shelf).where(wrong))),
  preload: async (repo) =>
    void (await repo.preload(await repo.insertOrThrow(Shelf.build({ name: "x" })), { boxes: from(Box).where(wrong) } as never)),
  transaction: async (repo) => void (await repo.transaction(() => repo.insert(nameless()))),
};

describe.each(databases)("an error on $label", (database) => {
  test("says which call of the program it came from", async () => {
    const repo = await openRepo(database);
    await createTables(repo, [Shelf, Box]);
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 40;
    const lost: string[] = [];
    for (const [name, call] of Object.entries(callers)) {
      const error = await call(repo).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, name).toBeInstanceOf(Error);
      const { stack } = error as Error;
      if (!new RegExp(`at (async )?([\\w.]+\\.)?${name} \\(.*where-the-call-was`).test(String(stack))) lost.push(`${name}: ${stack}`);
    }
    Error.stackTraceLimit = limit;
    expect(lost).toEqual([]);
  });
});
