import { expect, test } from "vitest";
import { isLoaded, meta } from "../../../../../src/core/schema/index.ts";
import { deleteOne, insertOne, updateOne } from "../../../../../src/core/repo/write/write.ts";
import { Author, Comment, Group, Post, Profile, tables } from "../schemas.ts";
import { changeOf, onEveryDatabase, refusal, value } from "../support.ts";

onEveryDatabase(tables, (bench, name) => {
  const insert = async (source: unknown, options = {}) => await insertOne(bench.writer, source, options);
  const update = async (source: unknown, options = {}) => await updateOne(bench.writer, source, options);

  test("a struct is inserted with the whole tree that it holds", async () => {
    const author = value(
      await insert(
        Author.build({
          name: "Ada",
          posts: [
            Post.build({ title: "one", comments: [Comment.build({ text: "a" }), Comment.build({ text: "b" })] }),
            Post.build({ title: "two" }),
          ],
          profile: Profile.build({ bio: "b" }),
          groups: [Group.build({ name: "g" })],
          teams: [Group.build({ name: "t" })],
        }),
      ),
    );
    expect(author.posts.map((post: Post) => [post.title, post.authorId])).toEqual([
      ["one", author.id],
      ["two", author.id],
    ]);
    expect(author.posts[0].comments.map((comment: Comment) => [comment.text, comment.postId])).toEqual([
      ["a", author.posts[0].id],
      ["b", author.posts[0].id],
    ]);
    expect(author.profile.authorId).toBe(author.id);
    expect(author.profile.id).toMatch(/^[0-9a-f-]{36}$/);
    expect([meta(author).state, meta(author.posts[0]).state, meta(author.groups[0]).state]).toEqual(["loaded", "loaded", "loaded"]);
    expect(await bench.sql("SELECT count(*) FROM authors_groups")).toHaveLength(1);
    expect(await bench.sql("SELECT role FROM memberships")).toEqual([["member"]]);
    expect(isLoaded(author.posts[1] as Post, "comments")).toBe(false);
  });

  test("a thousand children are a handful of statements, with their ids in order", async () => {
    const posts = Array.from({ length: 1000 }, (_, i) => Post.build({ title: `t${i}` }));
    const author = value(await insert(Author.build({ name: "Ada", posts })));
    expect(bench.log.length).toBeLessThan(name === "sqlite" ? 20 : 5);
    const ids = author.posts.map((post: Post) => post.id);
    expect(await bench.sql("SELECT id, title FROM posts ORDER BY id")).toHaveLength(1000);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(author.posts[999].title).toBe("t999");
  });

  test("a violated constraint of a child lands on that child, and nothing stays in the database", async () => {
    const post = (title: string) => changeOf(Post.build(), { title }).uniqueConstraint("title");
    const error = refusal(await insert(changeOf(Author.build({ name: "Ada" })).putAssoc("posts", [post("a"), post("b"), post("a")])));
    expect(error.traverseErrors()).toEqual({ posts: [{}, {}, { title: ["has already been taken"] }] });
    expect(error.changes.posts[2].changes).toEqual({ title: "a" });
    expect(meta(error.data).state).toBe("built");
    expect(await bench.sql("SELECT id FROM authors")).toEqual([]);
  });

  test("a belongsTo is written first, and its key taken over", async () => {
    const post = value(await insert(changeOf(Post.build({ title: "p" })).putAssoc("author", Author.build({ name: "Ada" }))));
    expect(post.authorId).toBe(post.author.id);
    expect(await bench.sql("SELECT author_id FROM posts")).toEqual(
      [[Number(post.author.id)]].map(([id]) => [bench.adapter.name === "postgres" ? expect.anything() : id]),
    );
    const changed = value(await update(changeOf(post).putAssoc("author", null)));
    expect([changed.author, changed.authorId]).toEqual([null, null]);
  });

  test("entries that are left out are deleted, untied or only untied from the join table", async () => {
    const author = value(
      await insert(
        Author.build({
          posts: [Post.build({ title: "a" }), Post.build({ title: "b" })],
          notes: [Post.build({ title: "n" })],
          groups: [Group.build({ name: "g" })],
        }),
      ),
    );
    const after = value(
      await update(
        changeOf(author)
          .putAssoc("posts", [author.posts[1], { title: "c" }])
          .putAssoc("notes", [])
          .putAssoc("groups", []),
      ),
    );
    expect(after.posts.map((post: Post) => post.title)).toEqual(["b", "c"]);
    expect(after.notes).toEqual([]);
    expect(await bench.sql("SELECT title FROM posts ORDER BY title")).toEqual([["b"], ["c"], ["n"]]);
    expect(await bench.sql("SELECT editor_id FROM posts WHERE title = 'n'")).toEqual([[null]]);
    expect(await bench.sql("SELECT * FROM authors_groups")).toEqual([]);
    expect(await bench.sql("SELECT name FROM groups")).toEqual([["g"]]);
    expect(author.posts).toHaveLength(2);
  });

  test("a deleted row is gone, and its struct says so", async () => {
    const author = value(await insert(Author.build({ name: "Ada" })));
    const gone = value(await deleteOne(bench.writer, author));
    expect([meta(gone).state, meta(author).state]).toEqual(["deleted", "loaded"]);
    expect(await bench.sql("SELECT id FROM authors")).toEqual([]);
  });
});
