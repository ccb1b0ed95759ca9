import { count, dynamic, from, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, Item, openItems, seedItems, stored } from "../../support/items.ts";

describe.each(databases)("dynamic clauses on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await seedItems(repo);
  });

  test("dynamic builds conditions, orders and updates apart", async () => {
    const condition = dynamic.and([dynamic((i) => i.kind.eq("x")), dynamic.or([dynamic((i) => i.stock.eq(1)), null])]);
    expect(
      await repo.all(
        from(Item)
          .where(condition)
          .select((i) => i.sku),
      ),
    ).toEqual(["a"]);
    expect(
      await repo.all(
        from(Item)
          .orderBy(dynamic((i) => i.sku))
          .select((i) => i.sku),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(
      await repo.all(
        from(Item)
          .groupBy(dynamic((i) => i.kind))
          .orderBy("kind")
          .select((i) => i.kind),
      ),
    ).toEqual(["x", "y"]);
    expect(
      await repo.all(
        from(Item)
          .groupBy("kind")
          .having(dynamic((i) => count(i.id).gt(1)))
          .select((i) => i.kind),
      ),
    ).toEqual(["x"]);
  });

  test("one throws on more than one, update clauses stand in queries", async () => {
    await expect(repo.one(Item)).rejects.toMatchObject({ code: "MULTIPLE_RESULTS" });
    await repo.updateAll(
      from(Item)
        .where({ sku: "a" })
        .update((i) => ({ set: { name: i.sku }, inc: { stock: 2 } })),
    );
    expect((await stored(repo))[0]).toEqual(["a", "a", 3]);
  });
});
