import { ConstraintError, EctypeError, from, type Repo, sql } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { Movie } from "../../support/movies.ts";
import { clearItems, item, Item, openItems, Plain, stored } from "../../support/items.ts";

describe.each(databases)("onConflict on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await repo.insertOrThrow(item({}));
  });

  test("raise is the default", async () => {
    const error = await repo.insert(item({ name: "two" })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConstraintError);
    await expect((async () => repo.insert(item({}), { onConflict: "raise", conflictTarget: "sku" }))()).rejects.toThrow(EctypeError);
  });

  test("nothing leaves the row, and gives ok", async () => {
    const result = await repo.insert(item({ name: "two" }), { onConflict: "nothing" });
    expect(result).toMatchObject({ ok: true, value: { id: null, name: "two" } });
    expect((await repo.insert(item({ name: "two" }), { onConflict: "nothing", conflictTarget: ["sku"] })).ok).toBe(true);
    expect(await stored(repo)).toEqual([["a", "one", 1]]);
  });

  test("replaceAll, replace and replaceAllExcept", async () => {
    await repo.insertOrThrow(item({ name: "two", stock: 2 }), { onConflict: { replace: ["name"] }, conflictTarget: "sku" });
    expect(await stored(repo)).toEqual([["a", "two", 1]]);
    await repo.insertOrThrow(item({ name: "three", stock: 3 }), {
      onConflict: { replaceAllExcept: ["id", "name"] },
      conflictTarget: "sku",
    });
    expect(await stored(repo)).toEqual([["a", "two", 3]]);
    await repo.insertOrThrow(Plain.build({ sku: "p", name: "one", stock: 1 }));
    await repo.insertOrThrow(Plain.build({ sku: "p", name: "two" }), { onConflict: "replaceAll", conflictTarget: "sku" });
    expect(await repo.all(Plain)).toMatchObject([{ sku: "p", name: "two", stock: null }]);
  });

  test("set, inc and a query", async () => {
    await repo.insertOrThrow(item({ stock: 9 }), { onConflict: { set: { name: "seen" }, inc: { stock: 5 } }, conflictTarget: "sku" });
    expect(await stored(repo)).toEqual([["a", "seen", 6]]);
    await repo.insertOrThrow(item({ stock: 9 }), {
      onConflict: from(Item).update((i) => ({ set: { stock: i.stock.add(10) } })),
      conflictTarget: "sku",
    });
    expect(await stored(repo)).toEqual([["a", "seen", 16]]);
    const back = await repo.insertOrThrow(item({ stock: 9 }), {
      onConflict: { inc: { stock: 1 } },
      conflictTarget: "sku",
      returning: ["id", "stock", "name"],
    });
    expect([back.stock, back.name]).toEqual([17, "seen"]);
    const all = await repo.insertAll(
      Item,
      [
        { sku: "a", name: "x", stock: 1, insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") },
        { sku: "b", name: "y", stock: 1, insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") },
      ],
      { onConflict: { replace: ["name"] }, conflictTarget: ["sku"], returning: ["sku", "name"] },
    );
    expect([all.count, all.rows?.map(({ sku, name }) => [sku, name])]).toEqual([
      2,
      [
        ["a", "x"],
        ["b", "y"],
      ],
    ]);
  });

  test("targets: a field, fields, a constraint, a fragment", async () => {
    for (const conflictTarget of ["sku", ["sku"], sql.unsafe("(sku)")] as const)
      await repo.insertOrThrow(item({ stock: 5 }), { onConflict: { replace: ["stock"] }, conflictTarget });
    expect(await stored(repo)).toEqual([["a", "one", 5]]);
    if (pg) {
      await repo.query("alter table items add constraint items_sku_key unique (sku)");
      await repo.insertOrThrow(item({ stock: 6 }), {
        onConflict: { replace: ["stock"] },
        conflictTarget: { constraint: "items_sku_key" },
      });
      expect(await stored(repo)).toEqual([["a", "one", 6]]);
    } else
      await expect((async () => repo.insert(item({}), { onConflict: "nothing", conflictTarget: { constraint: "x" } }))()).rejects.toThrow(
        /constraint/,
      );
    for (const options of [
      { onConflict: { replace: ["stok"] }, conflictTarget: "sku" },
      { onConflict: { replace: ["stock"] }, conflictTarget: "skuu" },
      { onConflict: "ignore" },
      { onConflict: { sett: { name: "x" } }, conflictTarget: "sku" },
      { onConflict: from(Movie).update({ set: { title: "x" } }), conflictTarget: "sku" },
    ]) {
      const error = await (async () => repo.insert(item({}), options as never))().catch((reason: unknown) => reason);
      expect([JSON.stringify(options), error instanceof EctypeError && !(error instanceof ConstraintError)]).toEqual([
        JSON.stringify(options),
        true,
      ]);
    }
  });
});
