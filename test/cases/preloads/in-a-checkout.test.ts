import { belongsTo, createRepo, field, from, hasMany, type Repo, schema } from "ectype";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Shelf extends schema("shelves", { name: field.string(), books: () => hasMany(Book) }) {}
class Book extends schema("books", { title: field.string(), shelf: () => belongsTo(Shelf) }) {}

describe.each(databases)("A nested read in a checkout on $label", (database) => {
  let repo: Repo;
  let logged: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    logged = createRepo({ adapter: repo.adapter, log: () => {} });
    const id = database.name === "sqlite" ? "integer primary key" : "bigserial primary key";
    await repo.query(`create table shelves (id ${id}, name text)`);
    await repo.query(`create table books (id ${id}, title text, shelf_id bigint references shelves)`);
    await repo.insertOrThrow(Shelf.build({ name: "a", books: [Book.build({ title: "x" })] }));
  });
  afterAll(() => logged.close());

  test.each(["with a log", "without one"])(
    "and what else runs in it meanwhile, %s, wait for each other",
    async (which) => {
      const used = which === "with a log" ? logged : repo;
      const shelves = from(Shelf).preload("books");
      await used.checkout(async () => {
        const [read, written, told, again] = await Promise.all([
          used.all(shelves),
          used.transaction(async () => await used.insertOrThrow(Shelf.build({ name: "b", books: [Book.build({ title: "y" })] }))),
          used.query("select 1"),
          used.all(shelves),
        ]);
        expect(read.length).toBeGreaterThan(0);
        expect(written.name).toBe("b");
        expect(told.rows).toHaveLength(1);
        expect(again.every(({ books }) => books.length === 1)).toBe(true);
      });
    },
    20_000,
  );
});
