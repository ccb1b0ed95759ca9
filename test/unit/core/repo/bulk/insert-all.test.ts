import { expect, test } from "vitest";
import { ArgumentError, ChangeError, ConstraintError } from "../../../../../src/core/base/index.ts";
import { from, STATE, updatesOf } from "../../../../../src/core/query/index.ts";
import { meta } from "../../../../../src/core/schema/index.ts";
import { deleteAll, insertAll, updateAll, placeholder } from "../../../../../src/core/repo/bulk/index.ts";
import { transaction } from "../../../../../src/core/repo/engine/index.ts";
import { Address, Author, Group, Post, Profile, tables } from "../schemas.ts";
import { onEveryDatabase } from "../support.ts";

onEveryDatabase(tables, (bench, name) => {
  const all = (target: unknown, rows: unknown, options = {}) => insertAll(bench.writer, target, rows, options);
  const state = (query: unknown) => (query as { [STATE]: never })[STATE];

  test("rows are inserted in one statement, and only the count comes back", async () => {
    expect(await all(Group, [{ name: "a" }, { name: "b" }, { name: "c" }])).toEqual({ count: 3, rows: null });
    expect(bench.log).toHaveLength(1);
    expect(await bench.sql("SELECT name FROM groups ORDER BY id")).toEqual([["a"], ["b"], ["c"]]);
  });

  test("an empty list sends nothing", async () => {
    expect(await all(Group, [])).toEqual({ count: 0, rows: null });
    expect(await all(Group, [], { returning: true })).toEqual({ count: 0, rows: [] });
    expect(bench.log).toHaveLength(0);
  });

  test("returned rows are structs in the order of the rows", async () => {
    const { count, rows } = await all(Group, [{ name: "a" }, { name: "b" }], { returning: true });
    expect(count).toBe(2);
    const groups = rows as Group[];
    expect(groups.map((group) => [group instanceof Group, group.name, typeof group.id, meta(group).state])).toEqual([
      [true, "a", "number", "loaded"],
      [true, "b", "number", "loaded"],
    ]);
    const some = await all(Group, [{ name: "c" }], { returning: ["name"] });
    expect(Object.entries(some.rows?.[0] as object)).toEqual([["name", "c"]]);
  });

  test("a row without a key that others have gets the column's default, and rows keep their order", async () => {
    const { rows } = await all(
      Author,
      [{ name: "a", slug: "x" }, { name: "b" }, { slug: "z", name: "c" }, { name: "d", slug: undefined }],
      { returning: ["id", "name", "slug"] },
    );
    expect((rows as Author[]).map(({ name: title, slug }) => [title, slug])).toEqual([
      ["a", "x"],
      ["b", "made by the database"],
      ["c", "z"],
      ["d", "made by the database"],
    ]);
    expect(await bench.sql("SELECT name FROM authors ORDER BY id")).toEqual([["a"], ["b"], ["c"], ["d"]]);
  });

  test("no timestamps are made, and no ids but those of application-made keys", async () => {
    await all(Author, [{ name: "a" }]);
    expect(await bench.sql("SELECT inserted_at, updated_at FROM authors")).toEqual([[null, null]]);
    const { rows } = await all(Profile, [{ bio: "x" }, { bio: "y" }], { returning: ["id"] });
    expect(new Set((rows as Profile[]).map(({ id }) => id)).size).toBe(2);
  });

  test("thousands of rows are linear and stay together", async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ title: `t${i}`, authorId: null }));
    expect((await all(Post, rows)).count).toBe(20_000);
    // SQLite is sent few texts, each of which stays prepared.
    if (name === "sqlite") expect(new Set(bench.log.map(({ sql }) => sql)).size).toBe(2);
    else expect(bench.log.length).toBeLessThan(4);
    await expect(
      all(Post, [...rows.map(({ title }) => ({ title: `${title}x`, authorId: null })), { title: "t1", authorId: null }]),
    ).rejects.toThrow(ConstraintError);
    expect(Number((await bench.sql("SELECT count(*) FROM posts"))[0]?.[0])).toBe(20_000);
  });

  test("several statements inside a transaction stand or fall together, and leave it usable", async () => {
    const rows = Array.from({ length: 17_000 }, (_, i) => ({ title: `t${i}`, authorId: null }));
    const mixed = [...rows, { title: "other" }, { title: "t0", authorId: null }];
    await transaction(bench.engine, async () => {
      await all(Group, [{ name: "before" }]);
      if (name === "sqlite") await expect(all(Post, mixed)).rejects.toThrow(/unique/);
      await all(Group, [{ name: "after" }]);
    });
    expect(await bench.sql("SELECT name FROM groups ORDER BY id")).toEqual([["before"], ["after"]]);
    expect(await bench.sql("SELECT title FROM posts")).toEqual([]);
  });

  test("keys that are no columns of the schema are refused", async () => {
    await expect(all(Author, [{ nam: "a" }])).rejects.toThrow(/no field "nam".*Did you mean "name"/s);
    await expect(all(Author, [{ nickname: "a" }])).rejects.toThrow(/virtual/);
    await expect(all(Author, [{ computed: "a" }])).rejects.toThrow(/never written/);
    await expect(all(Author, [{ posts: [] }])).rejects.toThrow(/association/);
    await expect(all(Author, [Author.build()])).rejects.toThrow(ArgumentError);
    await expect(all(Author, "x")).rejects.toThrow(/list of rows or a query/);
    await expect(all(Address, [])).rejects.toThrow(/embedded schema/);
    await expect(all(42, [])).rejects.toThrow(ArgumentError);
    await expect(all(Author, [{ rank: "x" }])).rejects.toThrow(ChangeError);
    await expect(all(Author, [{ name: "a" }], { returning: [] })).rejects.toThrow(/at least one field/);
    await expect(all("groups", [{ name: "a" }], { returning: true })).rejects.toThrow(/schema/);
  });

  test("a table's name takes columns, and answers with plain objects", async () => {
    expect(await all("groups", [{ name: "a" }, { name: "b" }], { returning: ["name"] })).toEqual({
      count: 2,
      rows: [{ name: "a" }, { name: "b" }],
    });
    expect((await all(["groups", Group], [{ name: "c" }])).count).toBe(1);
  });

  test("placeholders are values that rows share", async () => {
    const rows = ["a", "b"].map((title) => ({ name: title, email: null, origin: placeholder("where") }));
    await all(Author, rows, { placeholders: { where: "there" } });
    expect(await bench.sql("SELECT name, origin FROM authors ORDER BY id")).toEqual([
      ["a", "there"],
      ["b", "there"],
    ]);
    expect(bench.log[0]?.params.filter((param) => param === "there")).toHaveLength(name === "sqlite" ? 2 : 1);
    await expect(all(Author, rows)).rejects.toThrow(/placeholder "where"/);
    await expect(all(Author, [{ rank: placeholder("one"), name: placeholder("one") }], { placeholders: { one: 1 } })).rejects.toThrow(
      /type/,
    );
  });

  test("a cell may be a query", async () => {
    await all(Group, [{ name: "source" }]);
    const name1 = from(Group)
      .where({ name: "source" })
      .select((g) => g.name);
    await all(Author, [
      { name: name1, rank: 1 },
      { name: "plain", rank: 2 },
    ] as never);
    expect(await bench.sql("SELECT name FROM authors ORDER BY id")).toEqual([["source"], ["plain"]]);
  });

  test("rows come out of a query", async () => {
    await all(Group, [{ name: "a" }, { name: "b" }]);
    const query = from(Group)
      .where((g) => g.name.ne("b"))
      .select((g) => ({ name: g.name, origin: "constant", rank: 7 }));
    expect(await all(Author, query, { returning: ["name", "origin", "rank"] })).toMatchObject({
      count: 1,
      rows: [{ name: "a", origin: "constant", rank: 7 }],
    });
    const twice = from(Group).select((g) => ({ name: g.name, slug: g.name, origin: g.name }));
    expect((await all(Author, twice.where({ name: "a" }), { returning: ["name", "slug", "origin"] })).rows).toMatchObject([
      { name: "a", slug: "a", origin: "a" },
    ]);
    expect((await all(Group, from(Group).select(["name"]))).count).toBe(2);
    await expect(
      all(
        Group,
        from(Group).select((g) => g.name),
      ),
    ).rejects.toThrow(/select an object/);
    await expect(
      all(
        Author,
        from(Group).select((g) => ({ computed: g.name })),
      ),
    ).rejects.toThrow(/never written/);
    await expect(all(Author, from(Group))).resolves.toMatchObject({ count: 4 });
  });

  test("conflicts are skipped, replaced or updated, and counted", async () => {
    await all(Author, [{ email: "a@x", name: "a", rank: 1 }]);
    const rows = [
      { email: "a@x", name: "A", rank: 5 },
      { email: "b@x", name: "B", rank: 6 },
    ];
    expect((await all(Author, rows, { onConflict: "nothing" })).count).toBe(1);
    expect((await all(Author, rows, { onConflict: { replace: ["name"] }, conflictTarget: "email" })).count).toBe(2);
    expect(await bench.sql("SELECT name, rank FROM authors ORDER BY id")).toEqual([
      ["A", 1],
      ["B", 6],
    ]);
    await expect(all(Author, rows, { onConflict: { set: { origin: "x" } }, conflictTarget: "email" })).rejects.toThrow(/origin/);
    const inc = {
      onConflict: from(Author)
        .where((a) => a.name.ne("B"))
        .update({ set: { slug: "again" }, inc: { rank: 10 } }),
      conflictTarget: ["email"],
    };
    expect((await all(Author, rows, inc)).count).toBe(1);
    expect(await bench.sql("SELECT slug, rank FROM authors ORDER BY id")).toEqual([
      ["again", 11],
      ["made by the database", 6],
    ]);
    const source = from(Author)
      .where({ name: "A" })
      .select((a) => ({ email: a.email, name: "from a query" }));
    expect((await all(Author, source, { onConflict: { set: { name: "set" } }, conflictTarget: "email" })).count).toBe(1);
    expect((await bench.sql("SELECT name FROM authors ORDER BY id"))[0]).toEqual(["set"]);
  });

  test("a violated constraint names itself and the way out", async () => {
    await all(Author, [{ email: "a@x" }]);
    await expect(all(Author, [{ email: "a@x" }])).rejects.toMatchObject({
      name: "ConstraintError",
      kind: "unique",
      message: expect.stringContaining("onConflict"),
    });
  });

  test("updateAll and deleteAll change what a query finds", async () => {
    await all(Author, [
      { name: "a", rank: 1 },
      { name: "b", rank: 2 },
    ]);
    const found = from(Author).where((a) => a.rank.gt(1));
    const update = { set: { name: "z", address: Address.build({ street: "s" }) }, inc: { rank: 1 } };
    const query = { ...(state(found.select((a) => a.name)) as object), update: updatesOf(state(found), update) };
    expect(await updateAll(bench.engine, query as never)).toEqual({ count: 1, rows: ["z"] });
    expect(await bench.sql("SELECT rank, updated_at FROM authors ORDER BY id")).toEqual([
      [1, null],
      [3, null],
    ]);
    expect(await deleteAll(bench.engine, state(found))).toEqual({ count: 1, rows: null });
    expect(await bench.sql("SELECT name FROM authors")).toEqual([["a"]]);
  });
});
