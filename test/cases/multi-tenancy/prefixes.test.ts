import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  buildAssoc,
  change,
  embeddedSchema,
  embedsMany,
  field,
  from,
  hasMany,
  manyToMany,
  meta,
  putMeta,
  type Repo,
  schema,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Shop extends schema("shops", {
  name: field.string(),
  items: () => hasMany(Item, { onReplace: "delete", onDelete: "deleteAll" }),
  tags: () => manyToMany(Tag, { joinThrough: "shops_tags", onReplace: "delete", onDelete: "deleteAll" }),
  labels: () => manyToMany(Tag, { joinThrough: Labelling, onReplace: "delete", onDelete: "deleteAll" }),
  picks: embedsMany(() => Pick),
}) {}
class Item extends schema("items", { name: field.string(), shop: () => belongsTo(Shop) }) {}
class Tag extends schema("tags", { name: field.string() }) {}
class Labelling extends schema("labellings", { shop: () => belongsTo(Shop), tag: () => belongsTo(Tag) }) {}
class Pick extends embeddedSchema({ item: () => belongsTo(Item) }) {}

const SCHEMAS = ["public", "t1", "t2"];

describe.each(databases)("$label", (database) => {
  // A schema of PostgreSQL is a tenant here; the databases of SQLite would have to be attached to each connection.
  if (database.name !== "postgres") return void test.skip("schemas of PostgreSQL");
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    for (const name of SCHEMAS) {
      await repo.query(`create schema if not exists ${name}`);
      await repo.query(`create table ${name}.shops (id bigserial primary key, name text, picks jsonb)`);
      await repo.query(`create table ${name}.items (id bigserial primary key, name text, shop_id bigint)`);
      await repo.query(`create table ${name}.tags (id bigserial primary key, name text)`);
      await repo.query(`create table ${name}.shops_tags (shop_id bigint, tag_id bigint)`);
      await repo.query(`create table ${name}.labellings (id bigserial primary key, shop_id bigint, tag_id bigint)`);
    }
  });
  beforeEach(async () => {
    for (const prefix of SCHEMAS) {
      for (const table of ["shops", "items", "tags", "shops_tags", "labellings"]) await repo.query(`truncate ${prefix}.${table}`);
      await repo.insertAll(Shop, [{ id: 1, name: prefix, picks: [Pick.build({ itemId: 1 })] }], { prefix });
      await repo.insertAll(Item, [{ id: 1, name: `item of ${prefix}`, shopId: 1 }], { prefix });
      await repo.insertAll(Tag, [{ id: 1, name: `tag of ${prefix}` }], { prefix });
      await repo.insertAll("shops_tags", [{ shop_id: 1, tag_id: 1 }], { prefix });
      await repo.insertAll(Labelling, [{ id: 100, shopId: 1, tagId: 1 }], { prefix });
    }
  });
  const shopOf = async (prefix: string) => (await repo.get(from(Shop).prefix(prefix), 1)) as Shop;
  const counts = (table: string) => Promise.all(SCHEMAS.map((prefix) => repo.aggregate(table, "count", { prefix })));

  test("buildAssoc stays with its owner", async () => {
    const shop = await shopOf("t1");
    const item = buildAssoc(shop, "items", { id: 9, name: "new" });
    expect(meta(item).prefix).toBe("t1");
    await repo.insertOrThrow(item);
    expect(await counts("items")).toEqual([1, 2, 1]);
    expect(meta(buildAssoc(item, "shop", { name: "x" })).prefix).toBe("t1");
    expect(meta(buildAssoc(Shop.build(), "items")).prefix).toBeNull();
  });

  test("nested writes, and their join rows, stay with their owner", async () => {
    const shop = await repo.preload(await shopOf("t1"), ["items", "tags", "labels"]);
    expect([shop.items[0]?.name, shop.tags[0]?.name, shop.labels[0]?.name]).toEqual(["item of t1", "tag of t1", "tag of t1"]);
    const more = change(shop)
      .putAssoc("items", [...shop.items, { id: 50, name: "second" }] as never)
      .putAssoc("tags", [...shop.tags, { id: 50, name: "second" }] as never)
      .putAssoc("labels", [...shop.labels, { id: 51, name: "third" }] as never);
    const updated = await repo.updateOrThrow(more);
    expect(await Promise.all(["items", "tags", "shops_tags", "labellings"].map(counts))).toEqual([
      [1, 2, 1],
      [1, 3, 1],
      [1, 2, 1],
      [1, 2, 1],
    ]);
    await repo.updateOrThrow(
      change(updated as never as typeof shop)
        .putAssoc("items", [])
        .putAssoc("tags", [])
        .putAssoc("labels", []),
    );
    expect(await Promise.all(["items", "shops_tags", "labellings"].map(counts))).toEqual([
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
    ]);
  });

  test("onDelete takes the rows of the owner's own prefix, and of the prefix that the call says", async () => {
    await repo.deleteOrThrow(await shopOf("t1"));
    expect(await Promise.all(["shops", "items", "shops_tags", "labellings"].map(counts))).toEqual(
      Array.from({ length: 4 }, () => [1, 0, 1]),
    );
    await repo.deleteOrThrow((await repo.get(Shop, 1)) as Shop, { prefix: "t2" });
    expect(await Promise.all(["shops", "items", "shops_tags", "labellings"].map(counts))).toEqual(
      Array.from({ length: 4 }, () => [1, 0, 0]),
    );
  });

  test("structs of several prefixes are preloaded and reloaded each from its own", async () => {
    const shops = await Promise.all(SCHEMAS.map(shopOf));
    const loaded = await repo.preload(shops, ["items", "tags", "labels", { picks: "item" }] as never);
    const names = (loaded as unknown as Record<string, { name: string }[]>[]).map(({ items, tags, labels, picks }) => [
      items?.[0]?.name,
      tags?.[0]?.name,
      labels?.[0]?.name,
      (picks as unknown as { item: Item }[] | undefined)?.[0]?.item.name,
    ]);
    expect(names).toEqual(SCHEMAS.map((prefix) => [`item of ${prefix}`, `tag of ${prefix}`, `tag of ${prefix}`, `item of ${prefix}`]));
    expect((await repo.reload(shops)).map((shop) => shop?.name)).toEqual(SCHEMAS);
    expect(() => assoc(shops, "items")).toThrow(/structs of one prefix.*"public".*"t1"/);
    expect((await repo.all(assoc(shops, "items", { prefix: "t2" }))).map(({ name }) => name)).toEqual(["item of t2"]);
    expect(putMeta(shops[0] as Shop, { prefix: "t1" })).toBeDefined();
  });

  test("a query as a join's source keeps its prefix", async () => {
    const read = async (query: { readonly select: (fn: never) => unknown }) =>
      await repo.all(query.select(((_: unknown, { k }: { k: { name: unknown } }) => k.name) as never) as never);
    const on = (s: any, { k }: any) => k.shopId.eq(s.id);
    expect(await read(from(Shop).join("k", from(Item).prefix("t2"), on) as never)).toEqual(["item of t2"]);
    expect(await read(from(Shop).join("k", from(Item, { prefix: "t2" }), on) as never)).toEqual(["item of t2"]);
    expect(await read(from(Shop).join("k", from(Item).where({ id: 1 }).prefix("t2"), on) as never)).toEqual(["item of t2"]);
    expect(await read(from(Shop).join("k", from(Item), on, { prefix: "t2" }) as never)).toEqual(["item of t2"]);
    expect(await read(from(Shop).join("k", from(Item).where({ id: 1 }).prefix("t1"), on, { prefix: "t2" }) as never)).toEqual([
      "item of t2",
    ]);
    expect(await read(from(Shop).prefix("t1").join("k", from(Item).prefix("t2"), on) as never)).toEqual(["item of t2"]);
    expect(await read(from(Shop).prefix("t1").join("k", from(Item), on) as never)).toEqual(["item of t1"]);
    expect(await read(from(Shop).leftJoin("k", from("items").prefix("t2"), (s: any, { k }: any) => k.shop_id.eq(s.id)) as never)).toEqual([
      "item of t2",
    ]);
    expect(await read(from(Shop).crossJoin("k", from(Item).prefix("t2")) as never)).toEqual(["item of t2"]);
    const twice = from(Item).prefix("t2");
    expect(
      await repo.all(
        from(Item)
          .join("k", twice, (i, { k }) => k.id.eq(i.id))
          .join("l", twice, (i, { l }) => l.id.eq(i.id), { prefix: "t1" })
          .select((i, { k, l }) => [i.name, k.name, l.name] as const),
      ),
    ).toEqual([["item of public", "item of t2", "item of t1"]]);
  });

  test("lateral joins take a prefix as well", async () => {
    const rows = await repo.all(
      from(Shop)
        .innerLateralJoin("k", (s) => from(Item).where((i) => i.shopId.eq(s.id)), undefined, { prefix: "t2" })
        .select((_, { k }) => k.name),
    );
    expect(rows).toEqual(["item of t2"]);
  });
});
