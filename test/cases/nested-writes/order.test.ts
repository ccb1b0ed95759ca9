import { belongsTo, change, field, hasMany, hasOne, manyToMany, type Repo, schema } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Order extends schema("orders", {
  name: field.string(),
  discounts: () => hasMany(Discount, { onReplace: "delete" }),
  items: () => hasMany(Item, { onReplace: "delete" }),
  box: () => hasOne(Box, { onReplace: "delete" }),
  labels: () => manyToMany(Label, { joinThrough: "labels_orders", onReplace: "delete" }),
  parcels: () => hasMany(Parcel),
}) {}
class Discount extends schema("discounts", { itemId: field.integer(), order: () => belongsTo(Order) }) {}
class Item extends schema("items", {
  name: field.string(),
  note: field.string(),
  order: () => belongsTo(Order),
  parts: () => hasMany(Part),
}) {}
class Part extends schema("parts", { name: field.string(), item: () => belongsTo(Item) }) {}
class Box extends schema("boxes", { name: field.string(), order: () => belongsTo(Order) }) {}
class Label extends schema("labels", { word: field.string() }) {}
class Parcel extends schema("parcels", {
  itemId: field.integer(),
  partId: field.integer(),
  boxId: field.integer(),
  order: () => belongsTo(Order),
}) {}

const TABLES = ["parcels", "labels_orders", "labels", "boxes", "parts", "discounts", "items", "orders"];

describe.each(databases)("Siblings of which one refers to the other by keys of its own, on $label", (database) => {
  let repo: Repo;
  let sent: string[] = [];
  const count = async (table: string) => Number((await repo.query<[number | string]>(`select count(*) from ${table}`)).rows[0]?.[0]);

  beforeAll(async () => {
    repo = await openRepo(database, { log: ({ sql }) => void sent.push(sql.replaceAll('"', "").split(" ").slice(0, 3).join(" ")) });
    const [id, key] = database.name === "sqlite" ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    await repo.query(`create table orders (id ${id}, name text)`);
    await repo.query(`create table items (id ${id}, name text, note text, order_id ${key} references orders)`);
    await repo.query(`create table discounts (id ${id}, item_id ${key} references items, order_id ${key} references orders)`);
    await repo.query(`create table parts (id ${id}, name text, item_id ${key} references items)`);
    await repo.query(`create table boxes (id ${id}, name text, order_id ${key} references orders)`);
    await repo.query("create unique index boxes_order_id_index on boxes (order_id)");
    await repo.query(`create table labels (id ${id}, word text)`);
    await repo.query(`create table labels_orders (order_id ${key} references orders, label_id ${key} references labels)`);
    await repo.query(
      `create table parcels (id ${id}, item_id ${key} references items, part_id ${key} references parts, box_id ${key} references boxes, order_id ${key} references orders)`,
    );
  });
  beforeEach(async () => {
    for (const table of TABLES) await repo.query(`delete from ${table}`);
    sent = [];
  });

  test("to rows of several statements", async () => {
    const items = [Item.build({ id: 1, name: "a" }), Item.build({ id: 2, name: "b", note: "fragile" })];
    await repo.insertOrThrow(Order.build({ items, parcels: [Parcel.build({ itemId: 2 })] }));
    expect(await count("parcels")).toBe(1);
  });

  test("to rows below", async () => {
    const items = [Item.build({ id: 1, parts: [Part.build({ id: 7, name: "p" })] })];
    await repo.insertOrThrow(Order.build({ items, parcels: [Parcel.build({ partId: 7 })] }));
    expect(await count("parcels")).toBe(1);
  });

  test("to a row that takes the place of another", async () => {
    const order: any = await repo.insertOrThrow(Order.build({ box: Box.build({ name: "old" }), labels: [], parcels: [] }));
    const after = (change(order) as any)
      .putAssoc("box", Box.build({ id: 9, name: "new" }))
      .putAssoc("labels", [{ word: "x" }])
      .putAssoc("parcels", [Parcel.build({ boxId: 9 })]);
    await repo.updateOrThrow(after);
    expect([await count("boxes"), await count("parcels")]).toEqual([1, 1]);
  });

  test("when all of them are deleted", async () => {
    const { id } = await repo.insertOrThrow(Order.build({ items: [Item.build({ id: 1 }), Item.build({ id: 2 })] }));
    for (const itemId of [2, 1, 1]) await repo.insertOrThrow(Discount.build({ itemId, orderId: id }));
    const order = await repo.preload(await repo.getOrThrow(Order, id), ["discounts", "items"]);
    await repo.updateOrThrow(change(order).putAssoc("discounts", []).putAssoc("items", []));
    expect([await count("discounts"), await count("items")]).toEqual([0, 0]);
  });

  test("the statements are sent in the order of the schema", async () => {
    const items = [Item.build({ name: "a" }), Item.build({ note: "b" }), Item.build({ name: "c" })];
    const box = Box.build({ name: "b" });
    sent = [];
    await repo.insertOrThrow(Order.build({ items, box, labels: [Label.build({ word: "x" })], parcels: [Parcel.build()] }));
    expect(sent.slice(1, -1)).toEqual(
      ["orders", "items", "items", "items", "boxes", "labels", "labels_orders", "parcels"].map((table) => `INSERT INTO ${table}`),
    );
  });
});
