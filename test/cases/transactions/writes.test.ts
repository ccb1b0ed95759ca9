import { belongsTo, change, embeddedSchema, embedsOne, err, field, from, hasMany, manyToMany, Multi, ok, type Repo, schema } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Seal extends embeddedSchema({ mark: field.string() }) {}
class Order extends schema("orders", {
  code: field.string(),
  version: field.integer({ default: 1 }),
  seal: embedsOne(() => Seal, { onReplace: "delete" }),
  lines: () => hasMany(Line, { onReplace: "delete", onDelete: "deleteAll", preloadOrder: "id" }),
  tags: () => manyToMany(Tag, { joinThrough: "orders_tags", onReplace: "delete", onDelete: "deleteAll" }),
}) {}
class Line extends schema("lines", { sku: field.string(), order: () => belongsTo(Order) }) {}
class Tag extends schema("tags", { word: field.string() }) {}

// A refused write of several statements leaves nothing of itself, and the transaction around it goes on.
describe.each(databases)("writes inside transactions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    const [id, key] = database.name === "sqlite" ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    const json = database.name === "sqlite" ? "text" : "jsonb";
    await repo.query(`create table orders (id ${id}, code text not null, version integer, seal ${json})`);
    await repo.query("create unique index orders_code_index on orders (code)");
    await repo.query(`create table lines (id ${id}, sku text, order_id ${key} references orders)`);
    await repo.query("create unique index lines_sku_index on lines (sku)");
    await repo.query(`create table tags (id ${id}, word text)`);
    await repo.query("create unique index tags_word_index on tags (word)");
    await repo.query(`create table orders_tags (order_id ${key} references orders, tag_id ${key} references tags)`);
  });
  beforeEach(async () => {
    await repo.query("delete from orders_tags");
    for (const one of [Line, Order, Tag]) await repo.deleteAll(one);
    await repo.insertOrThrow(Line.build({ sku: "taken" }));
  });

  const codes = async () => (await repo.all(from(Order).orderBy("id"))).map(({ code }) => code);
  const skus = async () => (await repo.all(from(Line).orderBy("id"))).map(({ sku }) => sku);
  const line = (sku: string) => change(Line.build({ sku })).uniqueConstraint("sku");
  const order = (code: string, ...lines: string[]) => change(Order.build({ code })).putAssoc("lines", lines.map(line));

  test("a nested insert whose second child is refused leaves no parent and no first child", async () => {
    const errors = await repo.transaction(async () => {
      await repo.insertOrThrow(order("before", "b"));
      const refused = await repo.insert(order("half", "first", "taken"));
      await repo.insertOrThrow(order("after", "a"));
      return refused.ok ? null : refused.error.traverseErrors();
    });
    expect(errors).toEqual({ lines: [{}, { sku: ["has already been taken"] }] });
    expect([await codes(), await skus()]).toEqual([
      ["before", "after"],
      ["taken", "b", "a"],
    ]);
  });

  test("so does an undeclared violation that is caught", async () => {
    await repo.transaction(async () => {
      await repo.insert(Order.build({ code: "half", lines: [Line.build({ sku: "first" }), Line.build({ sku: "taken" })] })).catch(() => {});
      await repo.insertOrThrow(order("after"));
    });
    expect([await codes(), await skus()]).toEqual([["after"], ["taken"]]);
  });

  test("errors that prepareChanges adds, and what it threw, take back what ran before", async () => {
    const prepared = (fail: "add" | "throw") =>
      change(Order.build({ code: "p" })).prepareChanges(async (cs) => {
        await repo.insertOrThrow(Line.build({ sku: "by prepare" }));
        if (fail === "throw") throw new Error("no");
        return cs.addError("code", "not now");
      });
    await repo.transaction(async () => {
      const refused = await repo.insert(prepared("add"));
      expect(refused.ok ? null : refused.error.traverseErrors()).toEqual({ code: ["not now"] });
      await expect(repo.insert(prepared("throw"))).rejects.toThrow("no");
      const child = change(Line.build({ sku: "x" })).prepareChanges((cs) => cs.addError("sku", "never"));
      const nested = await repo.insert(change(Order.build({ code: "n" })).putAssoc("lines", [line("y"), child]));
      expect(nested.ok ? null : nested.error.traverseErrors()).toEqual({ lines: [{}, { sku: ["never"] }] });
    });
    expect([await codes(), await skus()]).toEqual([[], ["taken"]]);
  });

  test("a write whose savepoint the database refuses takes nothing back that stands before the savepoint around it", async () => {
    const { failedTransactions } = repo.adapter.features;
    await repo.transaction(async () => {
      const outer = change(Order.build({ code: "outer" })).prepareChanges(async (cs) => {
        await repo.insertOrThrow(Order.build({ code: "inside" }));
        await repo.query("select nothing from nowhere").catch(() => {});
        await repo.insert(Order.build({ code: "inner" }), { savepoint: true }).catch(() => {});
        return cs;
      });
      const written = await repo.insertOrThrow(outer, { savepoint: true }).catch(() => null);
      expect(written?.code).toBe(failedTransactions ? undefined : "outer");
    });
    expect(await codes()).toEqual(failedTransactions ? [] : ["inside", "inner", "outer"]);
  });

  test("a changeset of another schema that prepareChanges gives back is refused, and nothing is written", async () => {
    const other = change(Order.build({ code: "p" })).prepareChanges((() => change(Line.build({ sku: "of a line" }))) as never);
    await expect(repo.insert(other)).rejects.toThrow(/prepareChanges of Order returned a changeset of Line/);
    expect([await codes(), await skus()]).toEqual([[], ["taken"]]);
  });

  test("updates with children, tags and embeds are all or nothing", async () => {
    const one = await repo.insertOrThrow(order("one", "kept"));
    const loaded = await repo.preload(one, ["lines", "tags"]);
    await repo.insertOrThrow(Tag.build({ word: "t" }));
    await repo.transaction(async () => {
      const refused = await repo.update(change(loaded, { code: "changed" }).putAssoc("lines", [line("new"), line("taken")]));
      expect(refused.ok).toBe(false);
      const tag = change(Tag.build({ word: "t" })).uniqueConstraint("word");
      const tagged = await repo.update(
        change(loaded, { code: "tagged", seal: Seal.build({ mark: "m" }) }).putAssoc("tags", [Tag.build({ word: "fresh" }), tag]),
      );
      expect(tagged.ok ? null : tagged.error.traverseErrors()).toEqual({ tags: [{}, { word: ["has already been taken"] }] });
      const sealed = change(Seal.build({ mark: "m" })).prepareChanges(async () => {
        await repo.insertOrThrow(Line.build({ sku: "by seal" }));
        throw new Error("unsealed");
      });
      await expect(repo.update(change(loaded, { code: "sealed" }).putEmbed("seal", sealed))).rejects.toThrow("unsealed");
    });
    expect(await repo.reload(one)).toMatchObject({ code: "one", seal: null });
    expect([await skus(), await repo.aggregate(Tag, "count")]).toEqual([["taken", "kept"], 1]);
  });

  test("stale refusals and onDelete leave everything as it was", async () => {
    const one = await repo.insertOrThrow(order("one", "kept"));
    const { version } = await repo.updateOrThrow(change(one, { code: "two" }).optimisticLock("version"));
    expect(version).toBe(2);
    await repo.transaction(async () => {
      const stale = await repo.delete(change(one).optimisticLock("version"), { staleErrorField: "version" });
      expect(stale.ok ? null : stale.error.traverseErrors()).toEqual({ version: ["is stale"] });
      await expect(repo.delete(change(one).optimisticLock("version"))).rejects.toThrow(/no row/);
    });
    expect([await codes(), await skus()]).toEqual([["two"], ["taken", "kept"]]);
  });

  test("insertAll of several statements is one", async () => {
    await repo
      .transaction(async () => {
        const rows = [...Array.from({ length: 40_000 }, (_, at) => ({ sku: `s${at}` })), { id: 1_000_000, sku: "taken" }];
        await expect(repo.insertAll(Line, rows)).rejects.toThrow(/lines_sku_index/);
        await repo.insertAll(Line, [{ sku: "after" }]);
      })
      .catch((error) => {
        // One statement on PostgreSQL, which spoils the transaction.
        if (database.name === "sqlite") throw error;
      });
    expect(await skus()).toEqual(database.name === "sqlite" ? ["taken", "after"] : ["taken"]);
  });

  test("a Multi inside a transaction is taken back as a whole, and the transaction goes on", async () => {
    const multi = (code: string, sku: string) => new Multi().insert("order", Order.build({ code })).insert("line", line(sku));
    const outcome = await repo.transact(async () => {
      await repo.insertOrThrow(order("before"));
      const refused = await repo.transact(multi("half", "taken"));
      expect(refused.ok ? null : refused.error.operation).toBe("line");
      expect((await repo.transact(new Multi().put("x", 1).run("no", () => err("reason")))).ok).toBe(false);
      const thrown = new Multi().insert("order", Order.build({ code: "thrown" })).run("boom", () => {
        throw new Error("boom");
      });
      await expect(repo.transact(thrown)).rejects.toThrow("boom");
      expect((await repo.transact(multi("whole", "w"))).ok).toBe(true);
      return ok("done");
    });
    expect(outcome).toEqual({ ok: true, value: "done" });
    expect([await codes(), await skus()]).toEqual([
      ["before", "whole"],
      ["taken", "w"],
    ]);
  });

  test("a refused write inside a write is taken back alone", async () => {
    const outer = change(Order.build({ code: "outer" })).prepareChanges(async (cs) => {
      expect((await repo.insert(order("inner", "first", "taken"))).ok).toBe(false);
      return cs;
    });
    await repo.transaction(() => repo.insertOrThrow(outer));
    expect([await codes(), await skus()]).toEqual([["outer"], ["taken"]]);
  });

  test("an inner transaction that was rolled back inside a write takes the write with it, and nothing else", async () => {
    const cs = change(Order.build({ code: "spoilt" })).prepareChanges(async (inside) => {
      await repo
        .transaction(async () => {
          await repo.insertOrThrow(Line.build({ sku: "inner" }));
          throw new Error("inner");
        })
        .catch(() => {});
      return inside;
    });
    await repo.transaction(async () => {
      await expect(repo.insert(cs)).rejects.toThrow(/inner one was rolled back/);
      await repo.insertOrThrow(order("after"));
    });
    expect([await codes(), await skus()]).toEqual([["after"], ["taken"]]);
  });

  test("writes at once in one transaction do not take each other back", async () => {
    await repo.transaction(async () => {
      const writes = Array.from({ length: 10 }, (_, at) => repo.insert(order(`o${at}`, `x${at}`, at % 2 === 0 ? "taken" : `y${at}`)));
      expect((await Promise.all(writes)).map(({ ok }) => ok)).toEqual(Array.from({ length: 10 }, (_, at) => at % 2 === 1));
    });
    expect(await codes()).toEqual(["o1", "o3", "o5", "o7", "o9"]);
    expect((await skus()).length).toBe(11);
  });

  test("savepoint: true keeps a transaction usable after a refused write of one statement", async () => {
    const taken = () => change(Line.build({ sku: "taken" })).uniqueConstraint("sku");
    await repo.transaction(async () => {
      expect((await repo.insert(taken(), { savepoint: true })).ok).toBe(false);
      await expect(repo.insert(Line.build({ sku: "taken" }), { savepoint: true })).rejects.toThrow(/lines_sku_index/);
      await expect(repo.insertAll(Line, [{ sku: "one" }, { sku: "taken" }], { savepoint: true })).rejects.toThrow(/lines_sku_index/);
      const [first, second] = await Promise.all(["p", "q"].map((sku) => repo.insertOrThrow(Line.build({ sku }))));
      const moved = change(first as Line, { sku: "q" }).uniqueConstraint("sku");
      expect((await repo.update(moved, { savepoint: true })).ok).toBe(false);
      await expect(repo.updateAll(Line, { set: { sku: "q" } }, { savepoint: true })).rejects.toThrow(/lines_sku_index/);
      const owner = await repo.insertOrThrow(Order.build({ code: "o" }));
      await repo.updateOrThrow(change(second as Line, { orderId: owner.id }));
      await expect(repo.deleteAll(Order, { savepoint: true })).rejects.toThrow(/lines_order_id_fkey|foreign/);
    });
    expect(await skus()).toEqual(["taken", "p", "q"]);
    // Outside of a transaction it says nothing.
    expect((await repo.insert(taken(), { savepoint: true })).ok).toBe(false);
  });
});
