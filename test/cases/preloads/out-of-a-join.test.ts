import { beforeAll, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  field,
  from,
  hasMany,
  hasOne,
  manyToMany,
  type Query,
  QueryError,
  type Repo,
  schema,
  struct,
  subquery,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Hut extends schema("huts", {
  name: field.string(),
  visits: () => hasMany(Visit),
  plaque: () => hasOne(Plaque),
}) {}
class Visit extends schema("visits", { note: field.string(), hut: () => belongsTo(Hut), guests: () => hasMany(Guest) }) {}
class Guest extends schema("guests", { name: field.string(), visit: () => belongsTo(Visit) }) {}
class Plaque extends schema("plaques", { text: field.string(), hut: () => belongsTo(Hut) }) {}
class Post extends schema("posts", { title: field.string(), tags: () => manyToMany(Tag, { joinThrough: "posts_tags" }) }) {}
class Tag extends schema("tags", { label: field.string(), owner: () => belongsTo(Owner), notes: () => hasMany(Note) }) {}
class Note extends schema("notes", { text: field.string(), tag: () => belongsTo(Tag) }) {}
class Owner extends schema("owners", { name: field.string() }) {}
class Blob extends schema(
  "blobs",
  { key: field.binary({ primaryKey: true }), parts: () => hasMany(Part, { references: "key", foreignKey: "blobKey" }) },
  { primaryKey: false },
) {}
class Part extends schema("parts", { blobKey: field.binary() }) {}

/** Of the table of visits, without a key. */
class Call extends schema("visits", { note: field.string(), hut: () => belongsTo(Hut) }, { primaryKey: false }) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Hut, Visit, Guest, Plaque, Post, Tag, Note, Owner, Blob, Part]);
    await repo.insertAll(Hut, [
      { id: 1, name: "Alp" },
      { id: 2, name: "Bay" },
    ]);
    await repo.insertAll(Plaque, [
      { id: 1, text: "p1", hutId: 1 },
      { id: 2, text: "p2", hutId: 2 },
    ]);
    await repo.insertAll(Visit, [
      { id: 1, note: "wet", hutId: 1 },
      { id: 2, note: "dry", hutId: 1 },
      { id: 3, note: "dry", hutId: 1 },
      { id: 4, note: null, hutId: 2 },
    ]);
    await repo.insertAll(Guest, [
      { id: 1, name: "Ann", visitId: 1 },
      { id: 2, name: "Bob", visitId: 1 },
      { id: 3, name: "Cid", visitId: 4 },
    ]);
    await repo.insertAll(Owner, [{ id: 1, name: "O" }]);
    await repo.insertAll(Tag, [
      { id: 1, label: "t", ownerId: 1 },
      { id: 2, label: "u", ownerId: 1 },
    ]);
    await repo.insertAll(Note, [
      { id: 1, text: "n1", tagId: 1 },
      { id: 2, text: "n2", tagId: 1 },
    ]);
    await repo.insertAll(Post, [
      { id: 1, title: "one" },
      { id: 2, title: "two" },
      { id: 3, title: "three" },
    ]);
    await repo.insertAll("posts_tags", [
      { post_id: 1, tag_id: 1 },
      { post_id: 2, tag_id: 1 },
      { post_id: 2, tag_id: 2 },
    ]);
  });
  const joined = () =>
    from(Hut)
      .join("visits")
      .join("plaque")
      .orderBy((h, { visits }) => [h.id, visits.id])
      .preload({ plaque: "plaque" });

  test("rows are one result where the root and all beside it are equal", async () => {
    const rows = await repo.all(joined().select((h, { visits }) => [h, visits.note] as const));
    expect(rows.map(([h, note]) => [h.id, note, (h as { plaque: Plaque }).plaque.text])).toEqual([
      [1, "wet", "p1"],
      [1, "dry", "p1"],
      [2, null, "p2"],
    ]);
    const objects = await repo.all(joined().select((h, { visits }) => ({ deep: { hut: h, id: visits.id }, note: visits.note })));
    expect(objects.map(({ deep, note }) => [deep.hut.id, deep.id, note])).toEqual([
      [1, 1, "wet"],
      [1, 2, "dry"],
      [1, 3, "dry"],
      [2, 4, null],
    ]);
    const structs = await repo.all(joined().select((h, { visits }) => [h, visits] as const));
    expect(structs.map(([h, visit]) => [h.id, visit.id])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 4],
    ]);
    expect((await repo.all(joined())).map((h) => h.id)).toEqual([1, 2]);
    expect((await repo.all(joined().select((h) => [h, h.name] as const))).length).toBe(2);
  });

  test("each result holds all that hangs on its root", async () => {
    const rows = await repo.all(
      from(Hut)
        .join("visits")
        .orderBy((_, { visits }) => visits.id)
        .preload({ visits: "visits" })
        .select((h, { visits }) => [h, visits.note] as const),
    );
    const lists = rows.map(([h, note]) => [note, (h as unknown as { visits: Visit[] }).visits.map(({ id }) => id)]);
    expect(lists).toEqual([
      ["wet", [1, 2, 3]],
      ["dry", [1, 2, 3]],
      [null, [4]],
    ]);
    const [first, second] = rows.map(([h]) => (h as unknown as { visits: Visit[] }).visits);
    expect(first).not.toBe(second);
  });

  test("a preload query with a join of its own gives every owner its rows", async () => {
    const tags = () => from(Tag).join("owner").orderBy("id").preload({ owner: "owner" });
    const posts = await repo.all(from(Post).orderBy("id").preload({ tags: tags() }));
    expect(posts.map((post) => post.tags.map((tag) => [tag.id, (tag as { owner: Owner }).owner.name]))).toEqual([
      [[1, "O"]],
      [
        [1, "O"],
        [2, "O"],
      ],
      [],
    ]);
    const loaded = await repo.preload(
      posts,
      { tags: from(Tag).leftJoin("notes").orderBy("id").preload({ notes: "notes" }) },
      { force: true },
    );
    expect(loaded.map((post) => post.tags.map((tag) => (tag as unknown as { notes: Note[] }).notes.length))).toEqual([[2], [2, 0], []]);
    const selected = await repo.all(
      from(Post)
        .orderBy("id")
        .preload({ tags: tags().select((t, { owner }) => ({ tag: t, by: owner.name })) } as never),
    );
    expect(selected.map((post) => (post.tags as unknown as { tag: Tag; by: string }[]).map(({ tag, by }) => [tag.id, by]))).toEqual([
      [[1, "O"]],
      [
        [1, "O"],
        [2, "O"],
      ],
      [],
    ]);
  });

  test("rows of a subquery are told apart by all that is read of them", async () => {
    const twice = subquery(
      from(Hut)
        .join("visits")
        .select((h, { visits }) => ({ id: h.id, name: visits.note })),
    );
    const rows = await repo.all(
      from(["huts", Hut])
        .join("v", twice, (h, { v }) => v.id.eq(h.id))
        .join("plaque")
        .preload({ plaque: "plaque" })
        .select((h, { v }) => ({ hut: struct(h, ["id"]), name: v.name }))
        .orderBy((h, { v }) => [h.id, v.name]),
    );
    expect(rows.map(({ hut, name }) => [hut.id, name]).sort()).toEqual([
      [1, "dry"],
      [1, "wet"],
      [2, null],
    ]);
  });

  test("rows without a primary key cannot be told apart, and are never merged", async () => {
    const query = from(Call).join("hut").orderBy("note");
    await expect(repo.all(query.preload({ hut: "hut" }))).rejects.toThrow(/Call has no primary key by which to tell its rows apart/);
    expect((await repo.all(query.preload("hut"))).map((call) => call.hut?.name).sort()).toEqual(["Alp", "Alp", "Alp", "Bay"]);
    const inner = from(subquery(from(Call).select((c) => ({ note: c.note, hutId: c.hutId }))));
    expect(await repo.all(inner)).toHaveLength(4);
  });

  test("binary keys are told apart byte by byte", async () => {
    const keys = [new Uint8Array([0xff]), new Uint8Array([0xfe]), new Uint8Array([0xff, 0xfe])];
    await repo.insertAll(
      Blob,
      keys.map((key) => ({ key })),
    );
    await repo.insertAll(
      Part,
      keys.map((blobKey, at) => ({ id: at + 1, blobKey })),
    );
    const query = from(Blob)
      .join("parts")
      .orderBy((_, { parts }) => parts.id)
      .preload({ parts: "parts" });
    expect((await repo.all(query)).map((blob) => blob.parts.map(({ id }) => id))).toEqual([[1], [2], [3]]);
  });

  test("a limit that would cut a list out of a join is refused", async () => {
    const lists = from(Hut).join("visits").orderBy("id").preload({ visits: "visits" });
    const refused: Query<any, any, any>[] = [
      lists.limit(2),
      lists.first(),
      lists.last(),
      lists.offset(1),
      lists.limitPer(1, "id"),
      lists.limit(0),
      from(Hut, { limit: 2 }).join("visits").preload({ visits: "visits" }),
      from(Plaque)
        .join("hut")
        .join("visits", (_, { hut }) => assoc(hut, "visits"))
        .preload({ hut: ["hut", { visits: "visits" }] })
        .limit(1),
    ];
    for (const query of refused)
      await expect(repo.all(query)).rejects.toThrow(/counts the rows of the join.*preload\("visits"\).*subquery/s);
    await expect(repo.one(lists.first())).rejects.toThrow(QueryError);
    expect(() => repo.toSql("all", lists.limit(1))).toThrow(QueryError);
    const preloaded = from(Tag).join("notes").preload({ notes: "notes" }).limit(5);
    await expect(repo.all(from(Post).preload({ tags: preloaded }))).rejects.toThrow(/limit counts the rows of the join/);
  });

  test("the ways out of it give whole lists", async () => {
    const limited = from(subquery(from(Hut).orderBy("id").limit(1)));
    const byJoin = await repo.all(limited.join("visits", Visit, (h, { visits }) => visits.hutId.eq(h.id)).preload({ visits: "visits" }));
    expect(byJoin.map((h) => [h.id, h.visits.length])).toEqual([[1, 3]]);
    expect((await repo.all(from(Hut).orderBy("id").limit(1).preload("visits"))).map((h) => h.visits.length)).toEqual([3]);
    const single = await repo.all(from(Hut).join("plaque").orderBy("id").limit(1).preload({ plaque: "plaque" }));
    expect(single.map((h) => (h.plaque as Plaque).text)).toEqual(["p1"]);
  });
});
