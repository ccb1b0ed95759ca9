// biome-ignore-all lint/suspicious/noExplicitAny: the tests read whatever fields they wrote
import { afterEach, expect, test, vi } from "vitest";
import {
  ArgumentError,
  ChangeError,
  ConstraintError,
  MultiplePrimaryKeyError,
  NoPrimaryKeyFieldError,
  NoPrimaryKeyValueError,
  StaleEntryError,
} from "../../../../../src/core/base/index.ts";
import { from, sql } from "../../../../../src/core/query/index.ts";
import { belongsTo, field, meta, putMeta, schema } from "../../../../../src/core/schema/index.ts";
import { deleteOne, insertOne, insertOrUpdateOne, updateOne } from "../../../../../src/core/repo/write/write.ts";
import { Address, Author, Comment, Post, tables } from "../schemas.ts";
import { changeOf, onEveryDatabase, refusal, value } from "../support.ts";

class Loose extends schema("groups", { name: field.string() }, { primaryKey: false }) {}
class Named extends schema("groups", { name: field.string({ primaryKey: true }) }, { primaryKey: false }) {}
class Renamed extends schema("authors", {
  title: field.string({ source: "name" }),
  email: field.string({ redact: true }),
  rank: field.integer(),
}) {}
class Unrefreshed extends schema(
  "authors",
  { name: field.string() },
  { timestamps: { insertedAt: false, autogenerate: () => new Date("2020-01-01T00:00:00Z") } },
) {}
class Answer extends schema("posts", { title: field.string(), author: () => belongsTo(Author) }) {}

const OLD = new Date("2001-01-01T00:00:00Z");

onEveryDatabase(tables, (bench, database) => {
  const insert = async (source: unknown, options = {}) => await insertOne(bench.writer, source, options);
  const update = async (source: unknown, options = {}) => await updateOne(bench.writer, source, options);
  const remove = async (source: unknown, options = {}) => await deleteOne(bench.writer, source, options);
  const statements = () => bench.log.map(({ sql: text }) => text);
  afterEach(() => vi.restoreAllMocks());

  test("an insert is one statement with the fields that are not null, and the struct that comes back is another, loaded", async () => {
    const built = Author.build({ name: "Ada", nickname: "A" });
    const author = value<Author>(await insert(built));
    expect(statements()).toHaveLength(1);
    expect(statements()[0]).toMatch(/^INSERT INTO "authors" \("name", "rank", "lock_version", "inserted_at", "updated_at"\)/);
    expect(statements()[0]).toMatch(/RETURNING "id", "slug"$/);
    expect(author).toMatchObject({ name: "Ada", rank: 3, slug: "made by the database", nickname: "A", email: null, lockVersion: 1 });
    expect(author.id).toBeTypeOf("number");
    expect(author).toBeInstanceOf(Author);
    expect([meta(author).state, meta(built).state, built.id, built.insertedAt]).toEqual(["loaded", "built", null, null]);
  });

  test("both timestamps of an insert are one value, and one that is given is kept", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a" })));
    expect(author.insertedAt).toBeInstanceOf(Date);
    expect(author.updatedAt).toBe(author.insertedAt);
    expect(value<Author>(await insert(Author.build({ insertedAt: OLD }))).insertedAt).toEqual(OLD);
  });

  test("a key of one's own is kept, and a null one is left to the database", async () => {
    expect(value<Author>(await insert(Author.build({ id: 4711 }))).id).toBe(4711);
    expect(statements()[0]).toContain('("id", ');
    expect(value<Author>(await insert(changeOf(Author.build()).forceChange("id", null))).id).toBeTypeOf("number");
  });

  test("a null that is a change is written, where the database has a default", async () => {
    const cs = changeOf(Author.build({ name: "a" }), { rank: null });
    expect(value<Author>(await insert(cs)).rank).toBeNull();
    expect(await bench.sql("SELECT rank FROM authors")).toEqual([[null]]);
  });

  test("statements are built once per shape", async () => {
    const built = vi.spyOn(bench.adapter, "insertSql");
    await insert(Author.build({ name: "warm", strict: "s" }));
    const before = built.mock.calls.length;
    await insert(Author.build({ name: "again", strict: "t" }));
    await insert(Author.build({ strict: "u", name: "once more" }));
    expect(built.mock.calls.length).toBe(before);
  });

  test("returning reads back what is asked for, over what was given", async () => {
    const cs = changeOf(Author.build(), { slug: "given" });
    expect(value<Author>(await insert(cs, { returning: ["name", "rank"] }))).toMatchObject({ slug: "given", rank: 3 });
    expect(value<Author>(await insert(Author.build(), { returning: true })).computed).toBeNull();
    await expect(insert(Author.build(), { returning: [] })).rejects.toThrow(/at least one field/);
    await expect(insert(Author.build(), { returning: ["nam"] })).rejects.toThrow(/Did you mean "name"/);
  });

  test("an update sends only what changed, and updatedAt", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a", insertedAt: OLD, updatedAt: OLD })));
    bench.log.length = 0;
    const after = value<Author>(await update(changeOf(author, { name: "b" })));
    expect(statements()).toEqual([
      expect.stringMatching(/^UPDATE "authors" SET "name" = \S+, "updated_at" = \S+ WHERE "id" = \S+ RETURNING "slug"$/),
    ]);
    expect([after.name, after.insertedAt, after.updatedAt === author.updatedAt]).toEqual(["b", OLD, false]);
    expect(author.name).toBe("a");
  });

  test("an update without changes sends nothing, unless it is forced", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a", updatedAt: OLD })));
    bench.log.length = 0;
    expect(value(await update(changeOf(author)))).toBe(author);
    const prepare = vi.fn((cs) => cs);
    value(await update(changeOf(author).prepareChanges(prepare)));
    expect([bench.log.length, prepare.mock.calls.length]).toEqual([0, 0]);
    expect(value<Author>(await update(changeOf(author), { force: true })).updatedAt).not.toEqual(OLD);
    expect(bench.log).toHaveLength(1);
  });

  test("only a generated field of its own kind is refreshed", async () => {
    const one = value<Unrefreshed>(await insert(Unrefreshed.build({ name: "a" })));
    expect(one.updatedAt).toEqual(new Date("2020-01-01T00:00:00Z"));
  });

  test("changes of a virtual field stay in memory", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a" })));
    bench.log.length = 0;
    expect(value<Author>(await update(changeOf(author, { nickname: "x" }))).nickname).toBe("x");
    expect(bench.log).toHaveLength(0);
  });

  test("fields that are not writable are left out, or refused where the field says so", async () => {
    const author = value<Author>(await insert(changeOf(Author.build({ origin: "o" }), { computed: "c" })));
    expect([author.origin, author.computed]).toEqual(["o", null]);
    expect(value<Author>(await update(changeOf(author, { origin: "p", name: "n" }))).origin).toBe("o");
    expect(await bench.sql("SELECT origin, computed FROM authors")).toEqual([["o", null]]);
    await expect(update(changeOf(author, { strict: "s" }))).rejects.toThrow(/"strict" of Author cannot be written by an update/);
  });

  test("an invalid changeset comes back with its action and the repo, and nothing is sent or prepared", async () => {
    const prepare = vi.fn((cs) => cs);
    const cs = changeOf(Author.build(), { name: "a" }).prepareChanges(prepare).addError("name", "is bad");
    for (const [action, write] of [
      ["insert", insert],
      ["update", update],
      ["delete", remove],
    ] as const) {
      const error = refusal(await write(cs));
      expect([error.action, error.repo, error.errors[0].message]).toEqual([action, bench.writer.repo, "is bad"]);
    }
    expect([prepare.mock.calls.length, bench.log.length]).toEqual([0, 0]);
  });

  test("what cannot be written at all is refused", async () => {
    await expect(update(Author.build())).rejects.toThrow(/takes a changeset.*change\(struct/s);
    await expect((async () => await insertOrUpdateOne(bench.writer, Author.build()))()).rejects.toThrow(ArgumentError);
    await expect(insert({ name: "x" })).rejects.toThrow(ArgumentError);
    await expect(insert(null)).rejects.toThrow(ArgumentError);
    await expect(insert(Address.build())).rejects.toThrow(/no table/);
    await expect(insert(changeOf({ data: {}, types: { a: "string" } }))).rejects.toThrow(/without a schema/);
    await expect(insert(changeOf(Author.build()).withAction("ignore"))).rejects.toThrow(/"ignore"/);
    await expect(insert(changeOf(Author.build()).withAction("delete"))).rejects.toThrow(/action "delete"/);
    await expect(update(changeOf(Author.build(), { name: "x" }))).rejects.toThrow(NoPrimaryKeyValueError);
    await expect(remove(Author.build())).rejects.toThrow(NoPrimaryKeyValueError);
    await expect(remove(Loose.build({ name: "x" }))).rejects.toThrow(NoPrimaryKeyFieldError);
  });

  test("a value of the wrong type names field and schema, and a redacted one is not shown", async () => {
    await expect(insert(changeOf(Author.build()).forceChange("rank", "many"))).rejects.toThrow(ChangeError);
    await expect(insert(changeOf(Author.build()).forceChange("rank", "many"))).rejects.toThrow(
      /value "many" for field "rank" of schema Author cannot be dumped to type integer/,
    );
    const error = await insert(changeOf(Author.build()).forceChange("secret", "hush")).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ChangeError);
    expect([error.message.includes("**redacted**"), JSON.stringify([error.message, String(error.cause)]).includes("hush")]).toEqual([
      true,
      false,
    ]);
  });

  test("a violated constraint becomes an error where it is declared", async () => {
    await insert(Author.build({ email: "a@x" }));
    const cs = changeOf(Author.build(), { email: "a@x" }).uniqueConstraint("email");
    const error = refusal(await insert(cs));
    expect(error.errors).toEqual([
      { field: "email", message: "has already been taken", constraint: "unique", constraintName: "authors_email_index" },
    ]);
    expect([error.action, error.valid, meta(error.data).state]).toEqual(["insert", false, "built"]);
    const key = refusal(await insert(changeOf(Post.build({ title: "t" }), { authorId: 99 }).foreignKeyConstraint("authorId")));
    expect(key.traverseErrors()).toEqual({ authorId: ["does not exist"] });
  });

  test("a violated constraint that is not declared is thrown, with the way to declare it", async () => {
    await insert(Author.build({ email: "a@x" }));
    const error = await insert(changeOf(Author.build(), { email: "a@x" }).uniqueConstraint("name")).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConstraintError);
    expect(error.message).toContain('.uniqueConstraint("email", { name: "authors_email_index" })');
    expect(error.message).toContain("authors_name_index");
    expect(error.kind).toBe("unique");
    await expect(insert(Post.build({ authorId: 99 }))).rejects.toThrow(/\.foreignKeyConstraint\("authorId"/);
    await expect(insert(Comment.build())).rejects.toMatchObject({
      kind: "notNull",
      message: expect.stringMatching(/"text" of Comment is null.*validateRequired\(\["text"\]\)/s),
    });
  });

  test("a delete that rows forbid becomes an error where it is declared", async () => {
    const author = value<Author>(await insert(Author.build()));
    value(await insert(Answer.build({ authorId: author.id })));
    const error = refusal(await remove(changeOf(author).noAssocConstraint("posts")));
    expect(error.traverseErrors()).toEqual({ posts: ["are still associated with this entry"] });
    await expect(remove(author)).rejects.toThrow(/\.noAssocConstraint\("posts"/);
  });

  test("a row that is gone is stale: thrown, told, or let be", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a" })));
    await bench.sql("DELETE FROM authors");
    await expect(remove(author)).rejects.toThrow(StaleEntryError);
    await expect(update(changeOf(author, { name: "b" }))).rejects.toThrow(new RegExp(`no row with \\{ id: ${author.id} \\}`));
    expect(refusal(await remove(author, { staleErrorField: "id" })).errors).toEqual([{ field: "id", message: "is stale", stale: true }]);
    expect(
      refusal(await update(changeOf(author, { name: "b" }), { staleErrorField: "name", staleErrorMessage: "gone" })).traverseErrors(),
    ).toEqual({ name: ["gone"] });
    expect(meta(value(await remove(author, { allowStale: true }))).state).toBe("deleted");
    expect(value<Author>(await update(changeOf(author, { name: "b" }), { allowStale: true })).name).toBe("b");
  });

  test("a lock lets only the first of two updates through", async () => {
    const author = value<Author>(await insert(Author.build({ name: "a" })));
    const lock = (name: string) => changeOf(author, { name }).optimisticLock("lockVersion");
    expect(value<Author>(await update(lock("b"))).lockVersion).toBe(2);
    await expect(update(lock("c"))).rejects.toThrow(StaleEntryError);
    await expect(remove(changeOf(author).optimisticLock("lockVersion"))).rejects.toThrow(StaleEntryError);
    expect(await bench.sql("SELECT name, lock_version FROM authors")).toEqual([["b", 2]]);
  });

  test("a key that several rows have is an error, and nothing is written where a transaction is there", async () => {
    value(await insert(Named.build({ name: "twin" })));
    value(await insert(Named.build({ name: "twin" })));
    const twin = putMeta(Named.build({ name: "twin" }), { state: "loaded" });
    await expect(remove(changeOf(twin).prepareChanges((cs: unknown) => cs))).rejects.toThrow(MultiplePrimaryKeyError);
    expect(await bench.sql("SELECT name FROM groups")).toHaveLength(2);
  });

  test("prepare functions run in order, with the repo, in the transaction of the write", async () => {
    const seen: unknown[] = [];
    const cs = changeOf(Author.build(), { name: "a" })
      .prepareChanges((one: any) => {
        seen.push([one.repo === bench.writer.repo, one.action, bench.engine.held()?.depth]);
        return one.putChange("name", "b");
      })
      .prepareChanges(async (two: any) => {
        seen.push(two.changes.name);
        await insertOne(bench.writer, Post.build({ title: "side" }));
        return two.putChange("computed", "dropped");
      });
    expect(value<Author>(await insert(cs)).name).toBe("b");
    expect(seen).toEqual([[true, "insert", 1], "b"]);
    const refused = refusal(
      await insert(
        changeOf(Author.build()).prepareChanges(async (one: any) => {
          await insertOne(bench.writer, Post.build({ title: "undone" }));
          return one.addError("name", "no");
        }),
      ),
    );
    expect(refused.traverseErrors()).toEqual({ name: ["no"] });
    expect(await bench.sql("SELECT title FROM posts")).toEqual([["side"]]);
    await expect(insert(changeOf(Author.build()).prepareChanges(() => null))).rejects.toThrow(/must return a changeset/);
  });

  test("insertOrUpdate goes by the state of the struct", async () => {
    const author = value<Author>(await insertOrUpdateOne(bench.writer, changeOf(Author.build(), { name: "a" })));
    expect(value<Author>(await insertOrUpdateOne(bench.writer, changeOf(author, { name: "b" }))).id).toBe(author.id);
    await expect((async () => await insertOrUpdateOne(bench.writer, changeOf(value<object>(await remove(author)))))()).rejects.toThrow(
      /deleted/,
    );
  });

  test("options that the changeset carries hold below those that are given", async () => {
    const author = value<Author>(await insert(Author.build()));
    await bench.sql("DELETE FROM authors");
    const cs = Object.assign(changeOf(author, { name: "b" }), { repoOpts: { staleErrorField: "id" } });
    expect(refusal(await update(cs)).errors[0].field).toBe("id");
    expect(refusal(await update(cs, { staleErrorField: "name" })).errors[0].field).toBe("name");
  });

  test("a conflict is left alone, with the struct as it was given", async () => {
    await insert(Author.build({ email: "a@x", name: "first" }));
    const author = value<Author>(await insert(Author.build({ email: "a@x", name: "second" }), { onConflict: "nothing" }));
    expect([author.id, author.name, meta(author).state]).toEqual([null, "second", "loaded"]);
    expect(await bench.sql("SELECT name FROM authors")).toEqual([["first"]]);
  });

  test("a conflict replaces the row, or parts of it", async () => {
    const first = value<Renamed>(await insert(Renamed.build({ email: "a@x", title: "first", rank: 1 })));
    const again = (title: string, options: object) =>
      insert(Renamed.build({ email: "a@x", title, rank: 2 }), { conflictTarget: "email", ...options });
    const row = async () => (await bench.sql("SELECT name, rank FROM authors"))[0];
    const replaced = value<Renamed>(await again("second", { onConflict: { replace: ["title"] } }));
    expect([replaced.id, replaced.rank, await row()]).toEqual([first.id, 2, ["second", 1]]);
    value(await again("third", { onConflict: { replaceAllExcept: ["id", "title"] } }));
    expect(await row()).toEqual(["second", 2]);
    value(await again("fourth", { onConflict: { set: { title: "set" }, inc: { rank: 5 } } }));
    expect(await row()).toEqual(["set", 7]);
    value(await again("fifth", { onConflict: from(Renamed).update((r: any) => ({ set: { title: sql`upper(${r.title})` } })) }));
    expect(await row()).toEqual(["SET", 7]);
    value(
      await insert(Renamed.build({ id: first.id, email: "a@x", title: "all", rank: 9 }), {
        onConflict: "replaceAll",
        conflictTarget: "email",
      }),
    );
    expect(await row()).toEqual(["all", 9]);
    value(await again("text", { onConflict: { replace: ["title"] }, conflictTarget: sql.unsafe("(email)") }));
    expect((await row())?.[0]).toBe("text");
    if (database === "postgres")
      await expect(again("x", { onConflict: { replace: ["title"] }, conflictTarget: { constraint: "nobody" } })).rejects.toThrow(/nobody/);
  });

  test("an upsert whose condition finds no row is stale", async () => {
    await insert(Renamed.build({ email: "a@x", title: "first" }));
    const options = {
      onConflict: from(Renamed)
        .where((r) => r.title.eq("other"))
        .update({ set: { title: "x" } }),
      conflictTarget: "email",
    };
    await expect(insert(Renamed.build({ email: "a@x" }), options)).rejects.toThrow(StaleEntryError);
    expect(refusal(await insert(Renamed.build({ email: "a@x" }), { ...options, staleErrorField: "title" })).errors[0].message).toBe(
      "is stale",
    );
  });

  test("conflict options that make no sense are refused", async () => {
    const bad = (options: object, message: RegExp) => expect(insert(Author.build(), options)).rejects.toThrow(message);
    await bad({ conflictTarget: "email" }, /"raise"/);
    await bad({ onConflict: "ignore" }, /onConflict is/);
    await bad({ onConflict: { replace: [] } }, /at least one/);
    await bad({ onConflict: { replace: ["nam"] } }, /Did you mean "name"/);
    await bad({ onConflict: { replace: ["origin"] }, conflictTarget: "email" }, /cannot be replaced/);
    await bad({ onConflict: "nothing", conflictTarget: "mail" }, /conflictTarget: Author has no field "mail"/);
    await bad({ onConflict: from(Post).update({ set: { title: "x" } }) }, /from\(Author\)/);
    await bad({ onConflict: from(Author) }, /nothing to update/);
    await expect(insert(Named.build({ name: "x" }), { onConflict: "replaceAll", conflictTarget: "name" })).rejects.toThrow(
      /leaves no field/,
    );
  });

  test.runIf(database === "postgres")("the prefix comes from the option, else from the struct, and stays with the result", async () => {
    await bench.sql("CREATE SCHEMA IF NOT EXISTS other");
    await bench.sql("CREATE TABLE IF NOT EXISTS other.posts (id bigserial PRIMARY KEY, title text, author_id bigint, editor_id bigint)");
    await bench.sql("CREATE TABLE IF NOT EXISTS other.comments (id bigserial PRIMARY KEY, text text, post_id bigint)");
    const post = value<Post>(await insert(Post.build({ title: "p", comments: [Comment.build({ text: "c" })] }), { prefix: "other" }));
    expect([meta(post).prefix, meta((post as any).comments[0]).prefix]).toEqual(["other", "other"]);
    expect(meta(value(await update(changeOf(post, { title: "q" })))).prefix).toBe("other");
    const own = value<Post>(
      await insert(putMeta(Post.build({ title: "r", comments: [Comment.build({ text: "d" })] }), { prefix: "other" })),
    );
    expect(meta((own as any).comments[0]).prefix).toBe("other");
    expect(await bench.sql("SELECT title FROM other.posts ORDER BY id")).toEqual([["q"], ["r"]]);
    value(await remove(own));
    expect(await bench.sql("SELECT title FROM other.posts")).toEqual([["q"]]);
  });
});
