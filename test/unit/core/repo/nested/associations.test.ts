// biome-ignore-all lint/suspicious/noExplicitAny: the tests read whatever fields they wrote
import { expect, test, vi } from "vitest";
import { ArgumentError, ConstraintError, StaleEntryError } from "../../../../../src/core/base/index.ts";
import { belongsTo, field, hasMany, hasOne, manyToMany, meta, schema } from "../../../../../src/core/schema/index.ts";
import { transaction } from "../../../../../src/core/repo/engine/index.ts";
import { deleteOne, insertOne, updateOne } from "../../../../../src/core/repo/write/write.ts";
import { Author, Comment, Group, Membership, Post, Profile, tables } from "../schemas.ts";
import { changeOf, onEveryDatabase, refusal, value } from "../support.ts";

class Holder extends schema("authors", {
  name: field.string(),
  email: field.string(),
  ifExists: () => hasMany(Post, { foreignKey: "authorId", onReplace: "deleteIfExists" }),
  one: () => hasOne(Post, { foreignKey: "authorId", onReplace: "update" }),
  nilifiedOne: () => hasOne(Post, { foreignKey: "editorId", onReplace: "nilify" }),
  cascading: () => hasMany(Post, { foreignKey: "authorId", onDelete: "deleteAll" }),
  forgetting: () => hasMany(Post, { foreignKey: "editorId", onDelete: "nilifyAll" }),
  joined: () =>
    manyToMany(Group, {
      joinThrough: "authors_groups",
      joinKeys: { authorId: "id", groupId: "id" },
      onDelete: "deleteAll",
      onReplace: "delete",
      onJoinThroughConflict: "nothing",
    }),
  teams: () =>
    manyToMany(Group, {
      joinThrough: Membership,
      joinKeys: { authorId: "id", groupId: "id" },
      joinWhere: { role: "lead" },
      joinDefaults: { role: "lead" },
      onReplace: "delete",
    }),
}) {}
class Article extends schema("posts", {
  title: field.string(),
  author: () => belongsTo(Author, { onReplace: "update" }),
  editor: () => belongsTo(Author, { onReplace: "delete" }),
}) {}

onEveryDatabase(tables, (bench, database) => {
  const insert = async (source: unknown, options = {}) => await insertOne(bench.writer, source, options);
  const update = async (source: unknown, options = {}) => await updateOne(bench.writer, source, options);
  const remove = async (source: unknown, options = {}) => await deleteOne(bench.writer, source, options);
  const kinds = () => bench.log.map(({ sql }) => sql.replace(/^(\w+)(?: INTO| FROM)? "(\w+)".*$/s, "$1 $2"));
  const titles = async () => (await bench.sql("SELECT title FROM posts ORDER BY id")).map(([title]) => title);

  test("parents come first, then the row, then the children in the order of the schema", async () => {
    value(
      await insert(
        Post.build({
          title: "p",
          comments: [Comment.build({ text: "c" })],
          author: Author.build({ name: "a", groups: [Group.build({ name: "g" })], profile: Profile.build({}) }),
        }),
      ),
    );
    expect(kinds()).toEqual([
      "INSERT authors",
      "INSERT profiles",
      "INSERT groups",
      "INSERT authors_groups",
      "INSERT posts",
      "INSERT comments",
    ]);
  });

  test("replaced entries go before new ones come, so that a unique value can be used again", async () => {
    const author = value(await insert(Author.build({ posts: [Post.build({ title: "same" })] })));
    const after = value(await update(changeOf(author).putAssoc("posts", [{ title: "same" }])));
    expect(after.posts[0].id).not.toBe(author.posts[0].id);
    expect(await titles()).toEqual(["same"]);
  });

  test("after the first refusal nothing more is sent, and the siblings keep their places", async () => {
    value(await insert(Post.build({ title: "taken" })));
    bench.log.length = 0;
    const posts = ["taken", "free"].map((title) =>
      changeOf(Post.build(), { title })
        .uniqueConstraint("title")
        .putAssoc("comments", [{ text: title }]),
    );
    const error = refusal(
      await insert(
        changeOf(Author.build({ tags: [] }))
          .putAssoc("posts", posts)
          .putAssoc("profile", { bio: "b" }),
      ),
    );
    // Both together, and then the first by itself, which tells whose the error is.
    expect(kinds()).toEqual(["INSERT authors", "INSERT posts", "INSERT posts"]);
    expect(error.traverseErrors()).toEqual({ posts: [{ title: ["has already been taken"] }, {}] });
    expect(error.changes.posts.map((post: any) => [post.changes.title, post.valid, "authorId" in post.changes])).toEqual([
      ["taken", false, false],
      ["free", true, false],
    ]);
    expect(error.changes.profile.changes).toEqual({ bio: "b" });
    expect([error.valid, error.action, await bench.sql("SELECT id FROM authors")]).toEqual([false, "insert", []]);
  });

  test("a refused parent keeps the owner from being written", async () => {
    value(await insert(Author.build({ email: "a@x" })));
    const author = changeOf(Author.build(), { email: "a@x" }).uniqueConstraint("email");
    const error = refusal(await insert(changeOf(Post.build({ title: "t" })).putAssoc("author", author)));
    expect(error.traverseErrors()).toEqual({ author: { email: ["has already been taken"] } });
    expect(await titles()).toEqual([]);
  });

  test("a refused group of a larger list names the right entry, also in a transaction that goes on", async () => {
    value(await insert(Post.build({ title: "t7" })));
    const posts = Array.from({ length: 10 }, (_, i) => changeOf(Post.build(), { title: `t${i}` }).uniqueConstraint("title"));
    const write = () => insert(changeOf(Author.build({ name: "x" })).putAssoc("posts", posts));
    expect(
      refusal(await write())
        .traverseErrors()
        .posts.findIndex((errors: any) => errors.title),
    ).toBe(7);
    expect(await titles()).toEqual(["t7"]);
    if (database === "sqlite") {
      await transaction(bench.engine, async () => {
        refusal(await write());
        value(await insert(Group.build({ name: "goes on" })));
      });
      expect(await bench.sql("SELECT name FROM groups")).toEqual([["goes on"]]);
    }
  });

  test("an undeclared constraint of a child is thrown, and everything rolled back", async () => {
    await expect(insert(Author.build({ posts: [Post.build({ title: "a" }), Post.build({ title: "a" })] }))).rejects.toThrow(
      ConstraintError,
    );
    expect(await bench.sql("SELECT id FROM authors")).toEqual([]);
  });

  test("children of different columns keep their order and ids", async () => {
    const author = value(
      await insert(
        Author.build({
          posts: [
            Post.build({ title: "a" }),
            Post.build({}),
            Post.build({ title: "c", editorId: 5 }),
            Post.build({ title: "d", editorId: 6 }),
          ],
        }),
      ),
    );
    const rows = await bench.sql("SELECT id, title FROM posts ORDER BY id");
    expect(rows.map(([id, title]) => [Number(id), title])).toEqual(author.posts.map((post: Post) => [post.id, post.title]));
    expect(author.posts.map((post: Post) => post.title)).toEqual(["a", null, "c", "d"]);
  });

  test("a thousand tied rows with a thousand join rows are a handful of statements", async () => {
    const groups = Array.from({ length: 1000 }, (_, i) => Group.build({ name: `g${i}` }));
    const author = value(await insert(Author.build({ groups })));
    expect(bench.log.length).toBeLessThan(database === "sqlite" ? 35 : 5);
    bench.log.length = 0;
    value(await update(changeOf(author).putAssoc("groups", [])));
    expect(kinds()).toEqual([expect.stringMatching(/^DELETE/)]);
    expect(await bench.sql("SELECT * FROM authors_groups")).toEqual([]);
  });

  test("loaded rows are tied as they are, and tied ones not again", async () => {
    const [a, b] = [value(await insert(Group.build({ name: "a" }))), value(await insert(Group.build({ name: "b" })))];
    const author = value(await insert(changeOf(Author.build()).putAssoc("groups", [a])));
    bench.log.length = 0;
    const after = value(await update(changeOf(author).putAssoc("groups", [changeOf(author.groups[0], { name: "A" }), b])));
    expect(kinds()).toEqual([expect.stringMatching(/^UPDATE groups/), "INSERT authors_groups"]);
    expect(after.groups.map((group: Group) => group.name)).toEqual(["A", "b"]);
    expect(await bench.sql("SELECT group_id FROM authors_groups")).toHaveLength(2);
  });

  test("join rows of a schema have its defaults and timestamps; their violations land on the child by the owner's declarations", async () => {
    const group = value(await insert(Group.build({ name: "g" })));
    const holder = value(await insert(changeOf(Holder.build()).putAssoc("teams", [group])));
    expect((await bench.sql("SELECT role, inserted_at FROM memberships"))[0]).toEqual(["lead", expect.anything()]);
    const unaware = { ...holder, teams: [] };
    const again = changeOf(Object.assign(Object.create(Holder.prototype), unaware)).putAssoc("teams", [
      value(await insert(Group.build({ name: "h" }))),
      group,
    ]);
    const error = refusal(await update(again.uniqueConstraint("name", { name: "memberships_author_id_group_id_index" })));
    expect(error.traverseErrors()).toEqual({ teams: [{}, { name: ["has already been taken"] }] });
    await expect(update(again)).rejects.toThrow(ConstraintError);
    expect(await bench.sql("SELECT role FROM memberships")).toHaveLength(1);
  });

  test("join rows that are there already are let be, or thrown", async () => {
    const group = value(await insert(Group.build({ name: "g" })));
    for (const name of ["joined", "groups"]) {
      const cls: any = name === "joined" ? Holder : Author;
      const owner = value(await insert(changeOf(cls.build()).putAssoc(name, [group])));
      const unaware = Object.assign(Object.create(cls.prototype), { ...owner, [name]: [] });
      const write = update(changeOf(unaware).putAssoc(name, [group]));
      if (name === "joined") value(await write);
      else await expect(write).rejects.toThrow(/onJoinThroughConflict/);
    }
  });

  test("joinWhere limits which join rows are removed", async () => {
    const group = value(await insert(Group.build({ name: "g" })));
    const holder = value(await insert(changeOf(Holder.build()).putAssoc("teams", [group])));
    await bench.sql("UPDATE memberships SET role = 'member'");
    value(await update(changeOf(holder).putAssoc("teams", [])));
    expect(await bench.sql("SELECT role FROM memberships")).toEqual([["member"]]);
  });

  test("onReplace update puts an object upon the current entry, and null unties it", async () => {
    const holder = value(await insert(Holder.build({ one: Post.build({ title: "a" }) })));
    const after = value(await update(changeOf(holder).putAssoc("one", { title: "b" })));
    expect([after.one.id === holder.one.id, await titles()]).toEqual([true, ["b"]]);
    expect(value(await update(changeOf(after).putAssoc("one", null))).one).toBeNull();
    expect(await bench.sql("SELECT title, author_id FROM posts")).toEqual([["b", null]]);
  });

  test("a hasOne that is replaced is untied before the new one comes", async () => {
    const holder = value(await insert(Holder.build({ nilifiedOne: Post.build({ title: "a" }) })));
    const after = value(await update(changeOf(holder).putAssoc("nilifiedOne", { title: "b" })));
    expect(after.nilifiedOne.title).toBe("b");
    expect((await bench.sql("SELECT title, editor_id FROM posts ORDER BY id")).map(([title, key]) => [title, key === null])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    const author = value(await insert(Author.build({ profile: Profile.build({ bio: "a" }) })));
    value(await update(changeOf(author).putAssoc("profile", { bio: "b" })));
    expect(await bench.sql("SELECT bio FROM profiles")).toEqual([["b"]]);
  });

  test("a replaced entry that is gone already is stale, unless the policy allows for it", async () => {
    const author = value(await insert(Author.build({ posts: [Post.build({ title: "a" })] })));
    const holder = value(await insert(Holder.build({ ifExists: [Post.build({ title: "b" })] })));
    await bench.sql("DELETE FROM posts");
    await expect(update(changeOf(author).putAssoc("posts", []))).rejects.toThrow(StaleEntryError);
    expect(value(await update(changeOf(holder).putAssoc("ifExists", []))).ifExists).toEqual([]);
    expect(value(await update(changeOf(author).putAssoc("posts", []), { allowStale: true })).posts).toEqual([]);
  });

  test("a belongsTo is updated, untied, or deleted as its policy says", async () => {
    const article = value(
      await insert(Article.build({ title: "t", author: Author.build({ name: "a" }), editor: Author.build({ name: "e" }) })),
    );
    const after = value(await update(changeOf(article).putAssoc("author", { name: "A" }).putAssoc("editor", { name: "E" })));
    expect([after.author.id === article.author.id, after.editorId === article.editorId, after.editorId]).toEqual([
      true,
      false,
      after.editor.id,
    ]);
    expect((await bench.sql("SELECT name FROM authors ORDER BY id")).map(([name]) => name)).toEqual(["A", "E"]);
  });

  test("a foreign key that is changed directly unloads the parent, and may not contradict one that is put", async () => {
    const other = value(await insert(Author.build({ name: "o" })));
    const post = value(await insert(Post.build({ title: "t", author: Author.build({ name: "a" }) })));
    const moved = value(await update(changeOf(post, { authorId: other.id })));
    expect([Object.hasOwn(moved, "author"), post.author.name]).toEqual([false, "a"]);
    await expect(update(changeOf(post, { authorId: other.id }).putAssoc("author", { name: "x" }))).rejects.toThrow(
      /foreign key "authorId"/,
    );
  });

  test("children alone do not touch the owner's row when put, and the owner's transaction is one", async () => {
    const author = value(await insert(Author.build({ posts: [], updatedAt: new Date("2001-01-01T00:00:00Z") })));
    bench.log.length = 0;
    const after = value(await update(changeOf(author).putAssoc("posts", [{ title: "a" }])));
    expect([kinds(), after.updatedAt]).toEqual([["INSERT posts"], new Date("2001-01-01T00:00:00Z")]);
  });

  test("an entry to delete under an owner to insert is refused", async () => {
    const post = value(await insert(Post.build({ title: "t" })));
    await expect(insert(changeOf(Author.build()).putAssoc("posts", [changeOf(post).withAction("delete")]))).rejects.toThrow(ArgumentError);
  });

  test("onDelete deletes, unties or leaves rows before the owner goes, in one transaction", async () => {
    const holder = value(
      await insert(
        Holder.build({
          cascading: [Post.build({ title: "gone" })],
          forgetting: [Post.build({ title: "kept" })],
          joined: [Group.build({ name: "g" })],
        }),
      ),
    );
    expect(meta(value(await remove(holder))).state).toBe("deleted");
    expect(await bench.sql("SELECT title, editor_id FROM posts")).toEqual([["kept", null]]);
    expect([await bench.sql("SELECT * FROM authors_groups"), await bench.sql("SELECT name FROM groups")]).toEqual([[], [["g"]]]);
  });

  test("a delete that fails leaves what onDelete did undone", async () => {
    const holder = value(await insert(Holder.build({ cascading: [Post.build({ title: "t", comments: [Comment.build({ text: "c" })] })] })));
    await expect(remove(holder)).rejects.toThrow(ConstraintError);
    expect(await titles()).toEqual(["t"]);
  });

  test("prepare functions of nested changesets run in the one transaction", async () => {
    const prepare = vi.fn((cs: any) => cs.putChange("title", `${cs.changes.title}!`));
    const post = changeOf(Post.build(), { title: "a" }).prepareChanges(prepare);
    const author = value(await insert(changeOf(Author.build()).putAssoc("posts", [post, { title: "b" }])));
    expect(author.posts.map((one: Post) => one.title)).toEqual(["a!", "b"]);
    expect(prepare).toHaveBeenCalledOnce();
  });

  test("inside an open transaction a refused write leaves nothing, and the transaction is the caller's to commit", async () => {
    value(await insert(Post.build({ title: "taken" })));
    const posts = [changeOf(Post.build(), { title: "taken" }).uniqueConstraint("title")];
    const write = () => insert(changeOf(Author.build({ name: "inside" })).putAssoc("posts", posts));
    await transaction(bench.engine, async () => void refusal(await write()));
    expect(await bench.sql("SELECT name FROM authors")).toEqual([]);
  });
});
