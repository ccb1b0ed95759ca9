import { beforeAll, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  buildAssoc,
  change,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  hasMany,
  meta,
  putMeta,
  type Repo,
  schema,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Author extends schema("authors", { name: field.string(), books: () => hasMany(Book, { onReplace: "delete" }) }) {}
class Book extends schema("books", { title: field.string(), author: () => belongsTo(Author) }) {}
class Quote extends embeddedSchema({ text: field.string(), book: () => belongsTo(Book) }) {}
class Page extends schema("pages", { quotes: embedsMany(() => Quote), main: embedsOne(() => Quote) }) {}

describe.each(databases)("at the edges of schemas on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Author, Book, Page]);
  });

  test("associations of embedded structs are preloaded, with one query, and never stored", async () => {
    const author = await repo.insertOrThrow(
      Author.build({ name: "Cline", books: [Book.build({ title: "RPO" }), Book.build({ title: "Armada" })] }),
    );
    const [rpo, armada] = author.books as Book[];
    const { id } = await repo.insertOrThrow(
      Page.build({
        quotes: [Quote.build({ text: "a", bookId: rpo?.id }), Quote.build({ text: "b", bookId: armada?.id }), Quote.build({ text: "c" })],
        main: Quote.build({ bookId: rpo?.id }),
      }),
    );
    const statements: string[] = [];
    const { quotes, main } = await repo.preload(
      (await repo.get(Page, id)) as Page,
      { quotes: "book", main: { book: "author" } },
      { log: ({ sql }) => statements.push(sql) },
    );
    expect(quotes.map(({ book }) => book?.title ?? null)).toEqual(["RPO", "Armada", null]);
    expect(main?.book?.author?.name).toBe("Cline");
    expect(statements).toHaveLength(3);
  });

  test("a struct that contains itself is an error that says so, not an endless write", async () => {
    const author = Author.build({ name: "x" });
    const book = Book.build({ title: "y", author });
    (author as { books: unknown }).books = [book];
    await expect(async () => repo.insert(author)).rejects.toThrow(/contains itself|circle|cycl/i);
  });

  test.runIf(database.name === "postgres")("a prefix goes on to children, preloads and assoc queries", async () => {
    await repo.query("create schema shelf");
    await repo.query("create table shelf.authors (like authors including all)");
    await repo.query("create table shelf.books (like books including all)");
    const inserted = await repo.insertOrThrow(
      putMeta(Author.build({ name: "p", books: [Book.build({ title: "in shelf" })] }), { prefix: "shelf" }),
    );
    expect(meta((inserted.books as Book[])[0] as Book).prefix).toBe("shelf");
    const [author] = await repo.all(from(Author).prefix("shelf"));
    expect(meta(author as Author).prefix).toBe("shelf");
    const loaded = await repo.preload(author as Author, "books");
    expect(loaded.books.map(({ title }) => title)).toEqual(["in shelf"]);
    expect((await repo.all(assoc(loaded, "books"))).map(({ title }) => title)).toEqual(["in shelf"]);
    expect(await repo.all(assoc(putMeta(loaded, { prefix: "public" }), "books"))).not.toEqual(loaded.books);
    const updated = await repo.updateOrThrow(change(loaded).putAssoc("books", [{ title: "new" }]));
    expect((await repo.all(from(Book).prefix("shelf"))).map(({ title }) => title)).toEqual(["new"]);
    expect(meta(updated.books[0] as Book).prefix).toBe("shelf");
    const built = await repo.insertOrThrow(buildAssoc(loaded, "books", { title: "own" }), { prefix: "shelf" });
    expect(meta(built).prefix).toBe("shelf");
  });
});
