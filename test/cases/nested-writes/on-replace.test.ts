import {
  belongsTo,
  cast,
  change,
  type Changeset,
  field,
  from,
  hasMany,
  hasOne,
  manyToMany,
  meta,
  putMeta,
  type Repo,
  schema,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Parent extends schema("parents", {
  name: field.string(),
  deleted: () => hasMany(Child, { foreignKey: "parentId", onReplace: "delete", preloadOrder: "id" }),
  ifExists: () => hasMany(Child, { foreignKey: "parentId", onReplace: "deleteIfExists", preloadOrder: "id" }),
  nilified: () => hasMany(Child, { foreignKey: "parentId", onReplace: "nilify", preloadOrder: "id" }),
  oneDeleted: () => hasOne(Child, { foreignKey: "parentId", onReplace: "delete" }),
  oneNilified: () => hasOne(Child, { foreignKey: "parentId", onReplace: "nilify" }),
  oneUpdated: () => hasOne(Child, { foreignKey: "parentId", onReplace: "update" }),
  tags: () => manyToMany(Tag, { joinThrough: "parents_tags", onReplace: "delete", preloadOrder: "id" }),
  archived: () => hasMany(Child, { foreignKey: "parentId", source: "archived_children", onReplace: "delete", preloadOrder: "id" }),
}) {}
class Child extends schema("children", {
  name: field.string(),
  parent: () => belongsTo(Parent, { onReplace: "delete" }),
  ifExists: () => belongsTo(Parent, { foreignKey: "parentId", defineField: false, onReplace: "deleteIfExists" }),
  nilified: () => belongsTo(Parent, { foreignKey: "parentId", defineField: false, onReplace: "nilify" }),
  updated: () => belongsTo(Parent, { foreignKey: "parentId", defineField: false, onReplace: "update" }),
}) {
  static changeset(child: Child, params: object): Changeset<Child> {
    const { gone, ...rest } = params as { gone?: boolean };
    const cs = cast(child, rest, ["name"]).validateRequired("name").uniqueConstraint("name");
    return gone ? cs.withAction("delete") : cs;
  }
}
class Tag extends schema("tags", { word: field.string() }) {}

// Every policy with foreign keys that are there and hold.
describe.each(databases)("onReplace with foreign keys on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    const [id, key] = database.name === "sqlite" ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    await repo.query(`create table parents (id ${id}, name text)`);
    for (const table of ["children", "archived_children"])
      await repo.query(`create table ${table} (id ${id}, name text, parent_id ${key} references parents)`);
    await repo.query("create unique index children_name_index on children (name)");
    await repo.query(`create table tags (id ${id}, word text)`);
    await repo.query(`create table parents_tags (parent_id ${key} not null references parents, tag_id ${key} not null references tags)`);
  });
  beforeEach(async () => {
    for (const table of ["parents_tags", "tags", "children", "archived_children", "parents"]) await repo.query(`delete from ${table}`);
  });
  const parents = async () => (await repo.all(from(Parent).orderBy("id"))).map(({ name }) => name);
  const children = async () =>
    (await repo.all(from(Child).orderBy("id"))).map(({ name, parentId }) => `${name}${parentId === null ? "" : "+"}`);
  const family = async (...names: string[]) => {
    const parent = await repo.insertOrThrow(Parent.build({ name: "old" }));
    for (const name of names) await repo.insertOrThrow(Child.build({ name, parentId: parent.id }));
    return parent;
  };

  test.each(["parent", "ifExists"] as const)("belongsTo %s: the parent goes once its child has let go of it", async (name) => {
    await family("c");
    const child = await repo.preload(await repo.oneOrThrow(Child), name);
    const moved = await repo.updateOrThrow(change(child).putAssoc(name, { name: "new" }));
    expect([await parents(), moved[name]?.name]).toEqual([["new"], "new"]);
    const alone = await repo.updateOrThrow(change(moved).putAssoc(name, null));
    expect([await parents(), await children(), alone[name], alone.parentId]).toEqual([[], ["c"], null, null]);
  });

  test.each(["nilified", "updated"] as const)("belongsTo %s: the parent stays", async (name) => {
    await family("c");
    const child = await repo.preload(await repo.oneOrThrow(Child), name);
    const changed = await repo.updateOrThrow(change(child).putAssoc(name, { name: "new" }));
    expect(await parents()).toEqual(name === "updated" ? ["new"] : ["old", "new"]);
    await repo.updateOrThrow(change(changed).putAssoc(name, null));
    expect([(await parents()).length, await children()]).toEqual([name === "updated" ? 1 : 2, ["c"]]);
  });

  test("belongsTo: a parent whose changeset says delete goes after its child's update, and not while others need it", async () => {
    await family("c");
    const child = await repo.preload(await repo.oneOrThrow(Child), "parent");
    const gone = change(child.parent as Parent).withAction("delete");
    await repo.updateOrThrow(change(child).putAssoc("parent", gone));
    expect([await parents(), await children()]).toEqual([[], ["c"]]);

    await family("d", "e");
    const d = await repo.preload(await repo.getByOrThrow(Child, { name: "d" }), "parent");
    await expect(repo.update(change(d, { name: "x" }).putAssoc("parent", null))).rejects.toThrow(/children_parent_id_fkey|foreign key/);
    const declared = change(d.parent as Parent)
      .noAssocConstraint("deleted")
      .withAction("delete");
    const refused = await repo.update(change(d, { name: "x" }).putAssoc("parent", declared));
    expect(refused.ok ? null : refused.error.traverseErrors()).toEqual({ parent: { deleted: ["are still associated with this entry"] } });
    expect([await parents(), await children()]).toEqual([["old"], ["c", "d+", "e+"]]);
  });

  test.each(["deleted", "ifExists", "nilified"] as const)("hasMany %s", async (name) => {
    const parent = await repo.preload(await family("a", "b"), name);
    const [, b] = parent[name];
    const updated = await repo.updateOrThrow(change(parent).putAssoc(name, [{ name: "c" }, b as Child]));
    expect(updated[name].map((one) => one.name)).toEqual(["c", "b"]);
    expect(await children()).toEqual(name === "nilified" ? ["a", "b+", "c+"] : ["b+", "c+"]);
  });

  test.each(["oneDeleted", "oneNilified", "oneUpdated"] as const)("hasOne %s", async (name) => {
    const parent = await repo.preload(await family("a"), name);
    const updated = await repo.updateOrThrow(change(parent).putAssoc(name, { name: "b" }));
    expect(await children()).toEqual({ oneDeleted: ["b+"], oneNilified: ["a", "b+"], oneUpdated: ["b+"] }[name]);
    if (name === "oneUpdated") return;
    await repo.updateOrThrow(change(updated).putAssoc(name, null));
    expect(await children()).toEqual({ oneDeleted: [], oneNilified: ["a", "b"] }[name]);
  });

  test("manyToMany: the join row goes, the other side stays", async () => {
    const parent = await repo.insertOrThrow(change(Parent.build({ name: "p" })).putAssoc("tags", [{ word: "a" }, { word: "b" }]));
    const updated = await repo.updateOrThrow(change(parent).putAssoc("tags", [{ word: "c" }, parent.tags[1] as Tag]));
    expect(updated.tags.map(({ word }) => word)).toEqual(["c", "b"]);
    expect(await repo.aggregate(Tag, "count")).toBe(3);
  });

  test("an association of another table writes structs where it reads them", async () => {
    const parent = await repo.insertOrThrow(Parent.build({ name: "p", archived: [Child.build({ name: "built" })] }));
    expect([(parent.archived as Child[]).map((one) => meta(one).source), await children()]).toEqual([["archived_children"], []]);
    const loaded = await repo.preload(await repo.getOrThrow(Parent, parent.id), "archived");
    const [built] = loaded.archived;
    const put = [
      change(built as Child, { name: "changed" }),
      Child.build({ name: "struct" }),
      change(Child.build({ name: "cs" })),
      { name: "attrs" },
    ];
    const updated = await repo.updateOrThrow(change(loaded).putAssoc("archived", put));
    const names = ["changed", "struct", "cs", "attrs"];
    expect(updated.archived.map(({ name }) => name)).toEqual(names);
    const again = await repo.preload(await repo.getOrThrow(Parent, parent.id), "archived");
    expect([again.archived.map(({ name }) => name), await children()]).toEqual([names, []]);
    const empty = await repo.updateOrThrow(change(again).putAssoc("archived", []));
    expect((await repo.preload(await repo.getOrThrow(Parent, parent.id), "archived")).archived).toEqual([]);
    const elsewhere = await repo.insertOrThrow(Child.build({ name: "elsewhere" }));
    await expect(repo.update(change(empty).putAssoc("archived", [elsewhere]))).rejects.toThrow(/reads the table "archived_children"/);
    // Whoever names a table is taken at the word.
    await repo.updateOrThrow(
      change(empty).putAssoc("archived", [putMeta(Child.build({ name: "named" }), { source: "archived_children" })]),
    );
    expect((await repo.query("select name from archived_children")).rows).toEqual([["named"]]);
  });

  test("entries and their errors stand where their params stood, whatever was left out", async () => {
    const parent = await repo.preload(await family("a", "b", "c"), "deleted");
    const [a, b, c] = parent.deleted as [Child, Child, Child];
    const params = { deleted: [{ name: "new" }, { id: c.id, name: "" }, { name: "" }] };
    const cs = cast(parent, params, []).castAssoc("deleted");
    expect(cs.traverseErrors()).toEqual({ deleted: [{}, { name: ["can't be blank"] }, { name: ["can't be blank"] }] });
    expect(cs.getAssoc("deleted").map((one) => one.data.id ?? one.getField("name"))).toEqual(["new", c.id, null, a.id, b.id]);
    const sorted = { deleted: { 0: { name: "x" }, 1: { id: b.id, name: "" }, 2: { name: "y" } }, order: ["2", "1", "0"], drop: ["0"] };
    const form = cast(parent, sorted, []).castAssoc("deleted", { sortParam: "order", dropParam: "drop" });
    expect(form.traverseErrors()).toEqual({ deleted: [{}, { name: ["can't be blank"] }] });
    const put = change(parent).putAssoc("deleted", [{ name: "n" }, Child.changeset(b, { name: "" })]);
    expect(put.traverseErrors()).toEqual({ deleted: [{}, { name: ["can't be blank"] }] });

    // An error of the database too; what is left out is written first, so that its unique name is free.
    await repo.insertOrThrow(Child.build({ name: "taken" }));
    const swap = { deleted: [{ name: "a" }, { id: b.id, name: "taken" }] };
    const refused = await repo.update(cast(parent, swap, []).castAssoc("deleted"));
    expect(refused.ok ? null : refused.error.traverseErrors()).toEqual({ deleted: [{}, { name: ["has already been taken"] }] });
    const fine = await repo.updateOrThrow(cast(parent, { deleted: [{ name: "a" }, { id: b.id, name: "c" }] }, []).castAssoc("deleted"));
    expect(fine.deleted.map(({ name }) => name)).toEqual(["a", "c"]);
    expect(fine.deleted[0]?.id).not.toBe(a.id);
  });

  test("reorderAssoc is the order of the writes", async () => {
    const parent = await repo.preload(await family("a"), "deleted");
    const kept = change(parent).putAssoc("deleted", [Child.changeset(Child.build() as never, { name: "a" })]);
    // The new one first: it meets the old one's name.
    const reordered = kept.reorderAssoc("deleted", (x, y) => (x.action === "insert" ? -1 : y.action === "insert" ? 1 : 0));
    expect((await repo.update(reordered)).ok).toBe(false);
    expect((await repo.update(reordered.reorderAssoc("deleted"))).ok).toBe(true);
    const gone = cast(await repo.preload(parent, "deleted", { force: true }), { deleted: [{ name: "b" }] }, []).castAssoc("deleted");
    await repo.updateOrThrow(gone);
    expect(await children()).toEqual(["b+"]);
  });
});
