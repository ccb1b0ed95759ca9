import { belongsTo, change, field, hasMany, type Repo, schema, StaleEntryError } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Shelf extends schema("shelves", { name: field.string(), books: () => hasMany(Book) }) {}
class Book extends schema("books", { title: field.string(), shelf: () => belongsTo(Shelf) }) {}

describe.each(databases)("Rows that a trigger leaves out on $label", (database) => {
  let repo: Repo;
  const written = async () => (await repo.query("select title from books order by title")).rows.flat();

  beforeAll(async () => {
    repo = await openRepo(database);
    const sqlite = database.name === "sqlite";
    const [id, key] = sqlite ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    await repo.query(`create table shelves (id ${id}, name text)`);
    await repo.query(`create table books (id ${id}, title text, shelf_id ${key} references shelves)`);
    await repo.query("create unique index books_title_index on books (title)");
    if (sqlite) {
      await repo.query("create trigger skip before insert on books when new.title = 'skip' begin select raise(ignore); end");
    } else {
      await repo.query(
        "create function skip() returns trigger language plpgsql as $$ begin if new.title = 'skip' then return null; end if; return new; end $$",
      );
      await repo.query("create trigger skip before insert on books for each row execute function skip()");
    }
  });
  beforeEach(async () => {
    await repo.query("delete from books");
    await repo.query("delete from shelves");
  });

  test("a single one is an error that says so", async () => {
    await expect(repo.insert(Book.build({ title: "skip" }))).rejects.toThrow(
      new StaleEntryError(
        change(Book.build()),
        'cannot insert Book: the database inserted no row. A trigger or a rule of its table has left it out: change that, or take the failure as an error: { staleErrorField: "id" }',
      ),
    );
  });

  test.each<[string, (title: string, i: number) => unknown]>([
    ["of which the database gives the keys", (title: string) => Book.build({ title })],
    ["whose keys are given", (title: string, i: number) => Book.build({ id: i + 1, title })],
    ["that declare a constraint", (title: string) => change(Book.build({ title })).uniqueConstraint("title")],
  ])("among rows %s, no struct gets the key of another, and nothing is written", async (_, book) => {
    const shelf = change(Shelf.build({ name: "s" })).putAssoc("books", ["a", "skip", "c"].map(book) as never);
    await expect(repo.insert(shelf)).rejects.toThrow(StaleEntryError);
    await expect(repo.insert(shelf)).rejects.toThrow("cannot insert 3 rows of Book together: the database inserted 2 of them");
    expect(await written()).toEqual([]);
  });

  test("where they may be stale, each of the others gets its own key", async () => {
    const books = ["a", "skip", "c"].map((title) => Book.build({ title }));
    const shelf: any = await repo.insertOrThrow(Shelf.build({ name: "s", books }), { allowStale: true });
    expect(await written()).toEqual(["a", "c"]);
    const keys = new Map((await repo.all(Book)).map(({ id, title }) => [title, id]));
    expect(shelf.books.map(({ id, title }: Book) => [title, id])).toEqual([
      ["a", keys.get("a")],
      ["skip", null],
      ["c", keys.get("c")],
    ]);
  });
});
