import { from, max, placeholder, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, Item, Listed, openItems, stored } from "../../support/items.ts";

describe.each(databases)("insertAll and updateAll on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
  });

  test("insertAll takes placeholders, queries in cells, and rows of different keys", async () => {
    const at = new Date("2026-01-01T00:00:00Z");
    await repo.insertAll(
      Item,
      [
        { sku: "a", name: placeholder("name"), insertedAt: placeholder("at"), updatedAt: placeholder("at") },
        { sku: "b", stock: 2, name: placeholder("name"), insertedAt: at, updatedAt: at },
      ],
      { placeholders: { name: "shared", at } },
    );
    await repo.insertAll(Item, [{ sku: "c", stock: from(Item).select((i) => max(i.stock)), insertedAt: at, updatedAt: at }]);
    expect(await stored(repo)).toEqual([
      ["a", "shared", null],
      ["b", "shared", 2],
      ["c", null, 2],
    ]);
    await expect((async () => repo.insertAll(Item, [{ name: placeholder("nme") }], { placeholders: { name: "x" } }))()).rejects.toThrow(
      /nme/,
    );
    await repo.insertAll(Item, [{ sku: "d", tags: ["x"], insertedAt: at, updatedAt: at }]);
    expect(await repo.updateAll(from(Item).where({ sku: "d" }), { push: { tags: "y" } })).toEqual({ count: 1, rows: null });
    await repo.updateAll(from(Item).where({ sku: "d" }), { pull: { tags: "x" } });
    expect((await repo.getByOrThrow(Item, { sku: "d" })).tags).toEqual(["y"]);
    for (const [kind, [before, item, other]] of Object.entries({
      flags: [[true], false, true],
      big: [[1n], 2n ** 60n, 1n],
      at: [["2026-01-01"], "2026-01-02", "2026-01-01"],
      many: [[[1]], [2, 3], [1]],
      none: [null, 5, 6],
    }) as [keyof Listed & string, [never, never, never]][]) {
      await repo.deleteAll(Listed);
      await repo.insertOrThrow(Listed.build({ [kind]: before }));
      if (pg && kind === "many") continue;
      await repo.updateAll(Listed, { push: { [kind]: item } });
      expect([kind, (await repo.oneOrThrow(Listed))[kind]]).toEqual([kind, [...((before as unknown[] | null) ?? []), item]]);
      await repo.updateAll(Listed, { pull: { [kind]: other } });
      expect([kind, (await repo.oneOrThrow(Listed))[kind]]).toEqual([kind, [item]]);
    }
    await repo.updateAll(Item, { set: { stock: 1 } });
    await repo.updateAll(Item, { inc: { stock: 4 } });
    expect(await repo.aggregate(Item, "sum", "stock")).toBe(20);
  });
});
