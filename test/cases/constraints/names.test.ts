import { belongsTo, cast, change, ConstraintError, field, from, hasMany, hasOne, Multi, type Params, type Repo, schema } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Author extends schema("authors", {
  name: field.string(),
  email: field.string(),
  handle: field.string(),
  code: field.string(),
  deletedAt: field.naiveDatetime(),
  books: () => hasMany(Book),
  edited: () => hasMany(Book, { foreignKey: "editorId" }),
  reviews: () => hasMany(Review),
}) {
  static changeset(author: object, params: Params) {
    return cast(author as Author, params, ["name", "email", "handle", "deletedAt"])
      .uniqueConstraint("email", { name: "authors_live_email" })
      .uniqueConstraint("handle", { name: "lower_handle" })
      .uniqueConstraint("name", { name: "authors_name_code_key" });
  }
}
class Book extends schema("books", {
  title: field.string(),
  price: field.integer(),
  stock: field.integer({ default: 0 }),
  shelf: field.string(),
  place: field.integer(),
  author: () => belongsTo(Author),
  editor: () => belongsTo(Author),
  series: () => belongsTo(Series, { foreignKey: ["seriesLang", "seriesNo"], references: ["lang", "no"] }),
}) {}
class Series extends schema("series", { title: field.string() }, { primaryKey: { lang: field.string(), no: field.integer() } }) {}
class Review extends schema("reviews", { text: field.string(), author: () => belongsTo(Author), vote: () => hasOne(Vote) }) {}
class Vote extends schema("votes", { review: () => belongsTo(Review) }) {}
class Odd extends schema('odd "table', {
  a: field.string({ source: 'a, "b' }),
  node: () => belongsTo(Odd, { foreignKey: "up" }),
}) {}

// The same names on every database, for the same tables.
describe.each(databases)("constraints by name on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    const [id, key] = database.name === "sqlite" ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    const moment = database.name === "sqlite" ? "text" : "timestamp";
    for (const sql of [
      `create table authors (id ${id}, name text, email text, handle text, code text, deleted_at ${moment}, unique (name, code))`,
      "create unique index authors_live_email on authors (email) where deleted_at is null",
      "create unique index lower_handle on authors (lower(handle))",
      "create unique index authors_code_index on authors (code) where code <> 'free'",
      "create table series (lang text, no bigint, title text, constraint series_key primary key (lang, no))",
      `create table books (
        id ${id}, -- a comment, with (brackets) and 'quotes'
        title text constraint title_is_there check (title <> ''),
        price bigint check (price >  0 ), stock bigint check (stock >= 0) check (stock < 100),
        shelf varchar(10) default 'a, b)', place bigint,
        author_id ${key} not null references authors, editor_id ${key} constraint books_edited_by references authors (id),
        series_lang text, series_no bigint,
        constraint one_per_place unique (shelf, place), check (price < 1000 or stock > 0),
        constraint in_series foreign key (series_lang, series_no) references series (lang, no)
      )`,
      `create table reviews (id ${id}, text text, author_id ${key} references authors on delete cascade)`,
      `create table votes (id ${id}, review_id ${key} references reviews on delete restrict on update restrict)`,
      `create table "odd ""table" (id ${id}, "a, ""b" text unique, up ${key} constraint "up ""key" references "odd ""table")`,
    ])
      await repo.query(sql);
  });
  beforeEach(async () => {
    for (const table of ["votes", "reviews", "books", "series", "authors", '"odd ""table"']) await repo.query(`delete from ${table}`);
  });

  const author = (attrs: object = {}) => repo.insertOrThrow(Author.build(attrs));
  const book = async (attrs: object = {}) => repo.insertOrThrow(Book.build({ authorId: (await author()).id, price: 1, ...attrs }));
  /** The constraint that a write met, and what its error advises. */
  const met = async (write: Promise<unknown>) => {
    const error = await write.then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(ConstraintError);
    const { kind, constraint, message } = error as ConstraintError;
    return [kind, constraint, /declare it: (\S.*)/.exec(message)?.[1]];
  };
  const errors = (result: { ok: boolean; error?: unknown }) =>
    result.ok ? null : (result.error as { traverseErrors(): unknown }).traverseErrors();

  test("unique indexes: of their own name, partial, of expressions, composite, of a table", async () => {
    await author({ name: "n", email: "e", handle: "H", code: "c" });
    expect(errors(await repo.insert(Author.changeset(Author.build(), { email: "e" })))).toEqual({ email: ["has already been taken"] });
    expect(errors(await repo.insert(Author.changeset(Author.build(), { handle: "h" })))).toEqual({ handle: ["has already been taken"] });
    await author({ name: "n", code: "free" });
    const same = Author.changeset(Author.build({ code: "free" }), { name: "n" });
    expect(errors(await repo.insert(same))).toEqual({ name: ["has already been taken"] });
    expect((await repo.insert(Author.changeset(Author.build(), { email: "e", deletedAt: "2026-01-01T00:00:00" }))).ok).toBe(true);
    expect(await met(repo.insert(Author.build({ email: "e" })))).toEqual([
      "unique",
      "authors_live_email",
      '.uniqueConstraint("email", { name: "authors_live_email" })',
    ]);
    expect((await met(repo.insert(Author.build({ handle: "h" }))))[1]).toBe("lower_handle");
    expect(await met(repo.insert(Author.build({ code: "c" })))).toEqual(["unique", "authors_code_index", expect.anything()]);
    expect(errors(await repo.insert(change(Author.build({ code: "c" })).uniqueConstraint("code")))).toEqual({
      code: ["has already been taken"],
    });
    // A wrong name is none, and the error says the right one.
    const wrong = change(Author.build({ email: "e" })).uniqueConstraint("email", { name: "authors_email" });
    expect(await met(repo.insert(wrong))).toEqual(["unique", "authors_live_email", expect.stringContaining("authors_live_email")]);

    await book({ shelf: "s", place: 1 });
    const placed = change(Book.build({ shelf: "s", place: 1, price: 1, authorId: (await author()).id }));
    expect(await met(repo.insert(placed))).toEqual([
      "unique",
      "one_per_place",
      '.uniqueConstraint(["shelf","place"], { name: "one_per_place" })',
    ]);
    for (const options of [
      { name: "one_per_place" },
      { name: "per_place", match: "suffix" },
      { name: "one_", match: "prefix" },
      { match: /^one_per/ },
    ] as const)
      expect(errors(await repo.insert(placed.uniqueConstraint("place", options)))).toEqual({ place: ["has already been taken"] });
    const second = await book({ shelf: "t" });
    const moved = change(second, { shelf: "s", place: 1 }).uniqueConstraint("place", { name: "one_per_place" });
    expect(errors(await repo.update(moved))).toEqual({ place: ["has already been taken"] });
  });

  test("primary keys", async () => {
    const { id } = await author();
    expect(await met(repo.insert(Author.build({ id })))).toEqual([
      "unique",
      "authors_pkey",
      '.uniqueConstraint("id", { name: "authors_pkey" })',
    ]);
    expect(errors(await repo.insert(change(Author.build({ id })).uniqueConstraint("id", { name: "authors_pkey" })))).toEqual({
      id: ["has already been taken"],
    });
    await repo.insertOrThrow(Series.build({ lang: "en", no: 1 }));
    const again = change(Series.build({ lang: "en", no: 1 }));
    expect((await met(repo.insert(again)))[1]).toBe("series_key");
    expect(errors(await repo.insert(again.uniqueConstraint("no", { name: "series_key" })))).toEqual({ no: ["has already been taken"] });
  });

  test("checks: with a name, and without one", async () => {
    const { id: authorId } = await author();
    const refused = async (attrs: object) => (await met(repo.insert(Book.build({ authorId, price: 1, ...attrs }))))[1];
    expect(await refused({ title: "" })).toBe("title_is_there");
    expect(await refused({ price: 0 })).toBe("books_price_check");
    expect(await refused({ stock: -1 })).toBe("books_stock_check");
    expect(await refused({ price: 2000 })).toBe("books_check");
    const declared = change(Book.build({ authorId, price: 0 })).checkConstraint("price", { name: "books_price_check" });
    expect(errors(await repo.insert(declared))).toEqual({ price: ["is invalid"] });
    const named = change(await book(), { title: "" }).checkConstraint("title", { name: "title_is_there" });
    expect(errors(await repo.update(named))).toEqual({ title: ["is invalid"] });
  });

  test("foreign keys of one table, told apart by the parent that is missing", async () => {
    const { id } = await author();
    const all = (attrs: object) =>
      change(Book.build({ authorId: id, price: 1, ...attrs }))
        .foreignKeyConstraint("authorId")
        .assocConstraint("editor", { name: "books_edited_by" })
        .foreignKeyConstraint("seriesNo", { name: "in_series" });
    const none = { seriesLang: "xx", seriesNo: 9 };
    for (const within of [(fn: () => Promise<void>) => fn(), (fn: () => Promise<void>) => repo.transaction(fn)]) {
      const option = { savepoint: true };
      await within(async () => {
        expect(errors(await repo.insert(all({ authorId: 99 }), option))).toEqual({ authorId: ["does not exist"] });
        expect(errors(await repo.insert(all({ editorId: 99 }), option))).toEqual({ editor: ["does not exist"] });
        expect(errors(await repo.insert(all(none), option))).toEqual({ seriesNo: ["does not exist"] });
        expect(errors(await repo.insert(all({ editorId: 99, authorId: 98 }), option))).toEqual({ authorId: ["does not exist"] });
      });
    }
    // A parent that the same transaction made is there.
    await repo.transaction(async () => {
      const made = await author();
      expect(errors(await repo.insert(all({ authorId: made.id, editorId: 99 }), { savepoint: true }))).toEqual({
        editor: ["does not exist"],
      });
    });
    expect(await met(repo.insert(Book.build({ authorId: id, editorId: 99 })))).toEqual([
      "foreignKey",
      "books_edited_by",
      '.foreignKeyConstraint("editorId", { name: "books_edited_by" })',
    ]);
    const there = await book();
    const moved = (attrs: object) => all({}).constraints.length && Object.assign(all({}), { data: there, changes: attrs });
    expect(errors(await repo.update(moved({ editorId: 99 }) as never))).toEqual({ editor: ["does not exist"] });
    expect(errors(await repo.update(moved({ authorId: 99, title: "t" }) as never))).toEqual({ authorId: ["does not exist"] });
    await repo.insertOrThrow(Series.build({ lang: "en", no: 1 }));
    const inSeries = await repo.updateOrThrow(change(there, { seriesLang: "en", seriesNo: 1 }));
    const half = change(inSeries, { seriesNo: 2 }).foreignKeyConstraint("authorId").foreignKeyConstraint("seriesNo", { name: "in_series" });
    expect(errors(await repo.update(half))).toEqual({ seriesNo: ["does not exist"] });
    // One that is declared is not blamed for another.
    const other = change(Book.build({ authorId: id, editorId: 99 })).foreignKeyConstraint("authorId");
    expect((await met(repo.insert(other)))[1]).toBe("books_edited_by");
  });

  test("deletes, told apart by the child that is there", async () => {
    const written = await book();
    const edited = await book({ editorId: (await author()).id });
    const declared = (struct: Author) => change(struct).noAssocConstraint("books").noAssocConstraint("edited", { name: "books_edited_by" });
    const [writer, editor] = await Promise.all([written.authorId, edited.editorId].map((id) => repo.getOrThrow(Author, id as number)));
    expect(errors(await repo.delete(declared(writer as Author)))).toEqual({ books: ["are still associated with this entry"] });
    expect(errors(await repo.delete(declared(editor as Author)))).toEqual({ edited: ["are still associated with this entry"] });
    expect(await met(repo.delete(editor as Author))).toEqual([
      "foreignKey",
      "books_edited_by",
      expect.stringMatching(/noAssocConstraint\("(books|edited)", \{ name: "books_edited_by" \}\)/),
    ]);
    // Behind a cascade, and by RESTRICT.
    const review = await repo.insertOrThrow(Review.build({ authorId: (await author()).id }));
    await repo.insertOrThrow(Vote.build({ reviewId: review.id }));
    expect((await met(repo.delete(await repo.getOrThrow(Author, review.authorId as number))))[1]).toBe("votes_review_id_fkey");
    expect(errors(await repo.delete(change(review).noAssocConstraint("vote")))).toEqual({ vote: ["is still associated with this entry"] });
    const renumbered = change(review, { id: review.id + 1000 }).noAssocConstraint("vote");
    expect(errors(await repo.update(renumbered))).toEqual({ vote: ["is still associated with this entry"] });
    // A row that refers to itself is no obstacle.
    const odd = await repo.insertOrThrow(Odd.build({ a: "x" }));
    const self = await repo.updateOrThrow(change(odd, { up: odd.id }));
    const below = await repo.insertOrThrow(Odd.build({ up: odd.id }));
    expect((await met(repo.delete(self)))[1]).toBe('up "key');
    await repo.deleteOrThrow(below);
    await repo.deleteOrThrow(self);
  });

  test("names with commas and quotes in them", async () => {
    await repo.insertOrThrow(Odd.build({ a: "x" }));
    const taken = change(Odd.build({ a: "x" }));
    const [kind, constraint] = await met(repo.insert(taken));
    expect([kind, constraint]).toEqual(["unique", 'odd "table_a, "b_key']);
    expect(errors(await repo.insert(taken.uniqueConstraint("a", { name: constraint as string })))).toEqual({
      a: ["has already been taken"],
    });
    const lost = change(Odd.build({ up: 99 })).assocConstraint("node", { name: 'up "key' });
    expect(errors(await repo.insert(lost))).toEqual({ node: ["does not exist"] });
  });

  test("in nested writes, Multi and bulk writes", async () => {
    await author({ email: "e" });
    const nested = change(Author.build()).putAssoc("books", [
      change(Book.build({ title: "fine" })),
      change(Book.build({ editorId: 99 }))
        .foreignKeyConstraint("authorId")
        .foreignKeyConstraint("editorId", { name: "books_edited_by" }),
    ]);
    expect(errors(await repo.insert(nested))).toEqual({ books: [{}, { editorId: ["does not exist"] }] });
    const plain = change(Author.build()).putAssoc("books", [Book.build({ title: "fine" }), Book.build({ editorId: 99 })]);
    expect((await met(repo.insert(plain)))[1]).toBe("books_edited_by");
    const multi = await repo.transact(new Multi().insert("author", Author.changeset(Author.build(), { email: "e" })));
    expect(multi.ok ? null : multi.error.value.traverseErrors()).toEqual({ email: ["has already been taken"] });
    const { id } = await author();
    const rows = Array.from({ length: 3000 }, (_, at) => ({ authorId: id, editorId: at === 2999 ? 99 : id }));
    expect((await met(repo.insertAll(Book, rows)))[1]).toBe("books_edited_by");
    expect(
      (
        await met(
          repo.insertAll(Book, [
            { authorId: id, shelf: "s", place: 1 },
            { authorId: id, title: "t" },
            { authorId: id, shelf: "s", place: 1 },
          ]),
        )
      )[1],
    ).toBe("one_per_place");
    expect((await met(repo.insertAll(Author, [{ email: "x" }, { email: "e" }])))[1]).toBe("authors_live_email");
    await repo.insertAll(Book, [{ authorId: id }, { authorId: id }]);
    expect((await met(repo.updateAll(from(Book), { set: { editorId: 99 } })))[1]).toBe("books_edited_by");
    expect((await met(repo.updateAll(Book, { set: { shelf: "s", place: 1 } })))[1]).toBe("one_per_place");
  });

  test("bulk writes of null say which column, and advise nothing that does not help", async () => {
    const writes = [() => repo.insertAll(Book, [{ title: "t" }]), () => repo.insertAll("books", [{ title: "t", author_id: null }])];
    for (const write of writes) {
      const error = (await write().catch((reason) => reason)) as ConstraintError;
      expect([error.kind, error.action]).toEqual(["notNull", "insertAll"]);
      expect(error.message).toMatch(/"author_id" of table "books" is null/);
      expect(error.message).not.toMatch(/onConflict/);
    }
    await book();
    await expect(repo.updateAll(Book, { set: { authorId: null } })).rejects.toThrow(/"author_id" of table "books" is null/);
    const { id } = await author();
    const checked = (await repo.insertAll(Book, [{ authorId: id, price: -1 }]).catch((reason) => reason)) as ConstraintError;
    expect([checked.constraint, checked.message.includes("onConflict")]).toEqual(["books_price_check", false]);
  });

  test.runIf(database.name === "sqlite")("the usual name is answered to, whatever the constraint is called", async () => {
    const { id } = await author({ email: "e" });
    expect(errors(await repo.insert(change(Author.build({ email: "e" })).uniqueConstraint("email")))).toEqual({
      email: ["has already been taken"],
    });
    const lost = change(Book.build({ authorId: id, editorId: 99 }))
      .assocConstraint("author")
      .assocConstraint("editor");
    expect(errors(await repo.insert(lost))).toEqual({ editor: ["does not exist"] });
  });

  test("an index made or dropped meanwhile is seen", async () => {
    await author({ name: "a" });
    await repo.query("create unique index by_name on authors (name)");
    expect((await met(repo.insert(Author.build({ name: "a" }))))[1]).toBe("by_name");
    await repo.query("drop index by_name");
    await repo.query("create unique index by_name_now on authors (name)");
    expect((await met(repo.insert(Author.build({ name: "a" }))))[1]).toBe("by_name_now");
    await repo.query("drop index by_name_now");
  });
});
