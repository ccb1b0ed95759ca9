import { belongsTo, change, createRepo, field, from, hasMany, meta, putMeta, type Repo, schema } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";

const shard = { name: "eu" };
class Order extends schema("orders", { code: field.string(), items: () => hasMany(Item) }, { context: shard }) {}
class Item extends schema("items", { name: field.string(), order: () => belongsTo(Order) }, { context: "us" }) {}

interface Seen {
  readonly call: string;
  readonly schema: unknown;
  readonly context: unknown;
}

describe.each(databases)("the context of a schema on $label", (database) => {
  let repo: Repo;
  let seen: Seen[] = [];
  /** Each command that the adapter is asked to write, with what it is told of the schema. */
  const told = (call: string, command: any): void => {
    const tables = command.table ? [command.table] : [command.from, ...command.joins.map(({ source }: any) => source)];
    for (const { schema, context } of tables) seen.push({ call, schema, context });
  };

  beforeAll(async () => {
    const opened = await database.open();
    const own = opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options);
    const adapter = new Proxy(own, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const call = String(name);
        if (!call.endsWith("Sql") && call !== "bulkInsert") return value.bind(target);
        return (...args: unknown[]) => {
          told(call, args[0]);
          return value.apply(target, args);
        };
      },
    });
    repo = createRepo({ adapter });
    await createTables(repo, [Order, Item]);
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => repo.close());

  const eu = { schema: Order, context: shard };

  test("goes to the adapter with what is written and read", async () => {
    const order = await repo.insertOrThrow(Order.build({ code: "a" }));
    const changed = await repo.updateOrThrow(change(order, { code: "b" }));
    await repo.all(from(Order).join("items"));
    await repo.insertAll(Item, [{ name: "x", orderId: order.id }]);
    await repo.updateAll(from(Item), { set: { name: "y" } });
    await repo.deleteAll(Item);
    await repo.deleteOrThrow(changed);
    expect(seen).toEqual([
      { call: "insertSql", ...eu },
      { call: "updateSql", ...eu },
      { call: "querySql", ...eu },
      { call: "querySql", schema: Item, context: "us" },
      { call: "bulkInsert", schema: Item, context: "us" },
      { call: "querySql", schema: Item, context: "us" },
      { call: "querySql", schema: Item, context: "us" },
      { call: "deleteSql", ...eu },
    ]);
    for (const one of seen) if (one.schema === Order) expect(one.context).toBe(shard);
  });

  test("of a struct goes before that of its schema, for each that is another", async () => {
    const contexts = [{ name: "us" }, { name: "us" }, "us", 1, "1", null, undefined];
    for (const context of contexts) {
      const order = await repo.insertOrThrow(putMeta(Order.build({ code: "c" }), { context }));
      expect(meta(order).context).toBe(context);
      await repo.updateOrThrow(change(order, { code: "d" }));
      await repo.deleteOrThrow(order);
    }
    expect(seen.map(({ call }) => call)).toEqual(contexts.flatMap(() => ["insertSql", "updateSql", "deleteSql"]));
    for (const [at, context] of contexts.entries()) for (const one of seen.slice(at * 3, at * 3 + 3)) expect(one.context).toBe(context);
    // What is written for one context is written for it once.
    seen = [];
    await repo.insertOrThrow(putMeta(Order.build({ code: "c" }), { context: contexts[0] }));
    expect(seen).toEqual([]);
  });

  test("is not there of a table without a schema", async () => {
    await repo.all(from("orders").select((o) => o.code));
    await repo.insertAll("orders", [{ code: "e" }]);
    expect(seen).toEqual([
      { call: "querySql", schema: undefined, context: undefined },
      { call: "bulkInsert", schema: undefined, context: undefined },
    ]);
  });
});
