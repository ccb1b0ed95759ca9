// biome-ignore-all lint/suspicious/noExplicitAny: the tests read whatever fields they wrote
import { expect, test } from "vitest";
import { cast } from "../../../../../src/core/changeset/index.ts";
import { insertAll, placeholder } from "../../../../../src/core/repo/bulk/index.ts";
import { deleteOne, insertOne, updateOne } from "../../../../../src/core/repo/write/write.ts";
import { belongsTo, field, hasMany, manyToMany, meta, schema } from "../../../../../src/core/schema/index.ts";
import { buildOf, changeOf, idColumn, onEveryDatabase, refusal, value } from "../support.ts";

class Order extends schema(
  'order"s',
  {
    select: field.string(),
    total: field.bigint({ default: 7n }),
    price: field.decimal(),
    labels: field.array(field.string()),
    data: field.json(),
    at: field.utcDatetime(),
    bytes: field.binary(),
    kind: field.enum(["small", "large"]),
    items: () => hasMany(Item, { onReplace: "delete" }),
    tags: () => manyToMany(Tag, { joinThrough: "orders_tags", joinKeys: { orderId: "id", tagWord: "word" }, onReplace: "delete" }),
  },
  { timestamps: true },
) {}
class Item extends schema("items", {
  name: field.string(),
  weight: field.bigint({ readAfterWrites: true }),
  order: () => belongsTo(Order),
}) {
  static changeset(item: any, params: any) {
    return cast(item, params, ["name"] as never);
  }
}
class Tag extends schema("tags", { word: field.string({ primaryKey: true }) }, { primaryKey: false }) {}

function tables(name: "sqlite" | "postgres"): string[] {
  const lite = name === "sqlite";
  const moment = lite ? "TEXT" : "timestamp";
  return [
    `CREATE TABLE tags (word text PRIMARY KEY)`,
    `CREATE TABLE "order""s" (${idColumn(name)}, "select" text, total bigint, price ${lite ? "TEXT" : "numeric"}, labels ${lite ? "TEXT" : "text[]"}, data ${lite ? "TEXT" : "jsonb"}, at ${moment}, bytes ${lite ? "BLOB" : "bytea"}, kind text, inserted_at ${moment}, updated_at ${moment})`,
    `CREATE TABLE items (${idColumn(name)}, name text UNIQUE, weight bigint DEFAULT 9007199254740993, order_id bigint)`,
    `CREATE TABLE orders_tags (order_id bigint, tag_word text REFERENCES tags)`,
  ];
}

onEveryDatabase(tables, (bench) => {
  const insert = async (source: unknown, options = {}) => await insertOne(bench.writer, source, options);
  const update = async (source: unknown, options = {}) => await updateOne(bench.writer, source, options);
  const all = {
    labels: ["a", 'b"'],
    data: { deep: [1, null] },
    at: new Date("2026-11-22T13:00:00Z"),
    bytes: new Uint8Array([1, 2]),
    kind: "large" as const,
  };

  test("awkward names are quoted, and every type comes back as it went", async () => {
    const order = value(await insert(buildOf(Order, { select: "from", total: 9007199254740993n, ...all }), { returning: true }));
    expect(order).toMatchObject({ select: "from", total: 9007199254740993n, ...all });
    expect(order.id).toBeTypeOf("number");
    const after = value(await update(changeOf(order, { select: "where", total: 1n, labels: [] }), { returning: ["total", "labels"] }));
    expect([after.select, after.total, after.labels]).toEqual(["where", 1n, []]);
    expect(meta(value(await deleteOne(bench.writer, after))).state).toBe("deleted");
  });

  test("many rows come back with large numbers exact, alone and in groups", async () => {
    const { rows } = await insertAll(
      bench.writer,
      Order,
      [
        { select: "a", total: 9007199254740993n, ...all },
        { select: "b", total: 2n, ...all },
      ],
      { returning: true },
    );
    expect((rows as any[]).map(({ id, total, kind, labels }) => [typeof id, total, kind, labels])).toEqual([
      ["number", 9007199254740993n, "large", all.labels],
      ["number", 2n, "large", all.labels],
    ]);
    const order = value(await insert(buildOf(Order, { items: [buildOf(Item, { name: "a" }), buildOf(Item, { name: "b" })] })));
    expect(order.items.map((item: any) => [typeof item.id, item.weight])).toEqual([
      ["number", 9007199254740993n],
      ["number", 9007199254740993n],
    ]);
  });

  test("a cast of children moves updatedAt of the owner, unless it is told not to", async () => {
    const old = new Date("2001-01-01T00:00:00Z");
    const order = value(await insert(buildOf(Order, { updatedAt: old, items: [buildOf(Item, { name: "a" })] })));
    const params = { items: [{ id: order.items[0].id, name: "b" }] };
    const still = value(await update((cast as any)(order, params, []).castAssoc("items", { forceUpdateOnChange: false })));
    expect([still.updatedAt, still.items[0].name]).toEqual([old, "b"]);
    const moved = value(await update((cast as any)(order, { items: [{ id: order.items[0].id, name: "c" }] }, []).castAssoc("items")));
    expect([moved.updatedAt.getTime() === old.getTime(), moved.items[0].name]).toEqual([false, "c"]);
  });

  test("join tables tie rows by keys of any type", async () => {
    const order = value(await insert(buildOf(Order, { tags: [buildOf(Tag, { word: "x" }), buildOf(Tag, { word: "y" })] })));
    expect(await bench.sql("SELECT tag_word FROM orders_tags ORDER BY tag_word")).toEqual([["x"], ["y"]]);
    value(await update(changeOf(order).putAssoc("tags", [order.tags[1]])));
    expect(await bench.sql("SELECT tag_word FROM orders_tags")).toEqual([["y"]]);
    const keyless = changeOf(buildOf(Order, {})).putAssoc("tags", [{}]);
    await expect(insert(keyless)).rejects.toThrow(/"word" of (the )?Tag is null|null/);
  });

  test("a refused write can be mended and sent again", async () => {
    value(await insert(buildOf(Item, { name: "taken" })));
    const items = ["taken", "free"].map((name) => changeOf(buildOf(Item, {}), { name }).uniqueConstraint("name", { name: /name/ }));
    const error = refusal(await insert(changeOf(buildOf(Order, { select: "s" })).putAssoc("items", items)));
    const mended = error.changes.items.map((item: any) => changeOf(buildOf(Item, {}), { name: `${item.changes.name}!` }));
    const order = value(await insert(changeOf(error.data, { select: "s" }).putAssoc("items", mended)));
    expect(order.items.map((item: any) => item.name)).toEqual(["taken!", "free!"]);
  });

  test("a write in a transaction of its own waits for none that is open, and none stays open", async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        insert(buildOf(Order, { select: `s${i}`, items: [buildOf(Item, { name: `i${i}` }), buildOf(Item, { name: `j${i}` })] })).then(
          value,
        ),
      ),
    );
    expect(await bench.sql("SELECT name FROM items")).toHaveLength(16);
    expect(bench.engine.held()).toBeNull();
  });

  test("a signal that is aborted already stops a write before it is sent", async () => {
    await expect(insert(buildOf(Item, { name: "a" }), { signal: AbortSignal.abort("enough") })).rejects.toMatchObject({ code: "ABORTED" });
    expect(await bench.sql("SELECT name FROM items")).toEqual([]);
  });

  test("a placeholder may stand in several columns of one composite type", async () => {
    const rows = [
      { select: "a", labels: placeholder("l") },
      { select: "b", labels: placeholder("l") },
    ];
    await insertAll(bench.writer, Order, rows, { placeholders: { l: ["x"] } });
    const { rows: found } = await insertAll(bench.writer, Order, [{ labels: ["y"] }], { returning: ["labels"] });
    expect(found).toMatchObject([{ labels: ["y"] }]);
    expect(await bench.sql(`SELECT count(*) FROM "order""s"`)).toHaveLength(1);
  });
});
