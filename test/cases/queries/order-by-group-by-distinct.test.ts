import { count, from, type Repo, selectedAs, sum } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, Item, openItems, seedItems } from "../../support/items.ts";

describe.each(databases)("orderBy, groupBy and distinct on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await seedItems(repo);
  });

  test("orderBy, groupBy and distinct take a callback, names, or directions", async () => {
    expect(
      await repo.all(
        from(Item)
          .orderBy({ kind: "desc", stock: "ascNullsLast" })
          .select((i) => i.sku),
      ),
    ).toEqual(["c", "a", "b"]);
    expect(
      await repo.all(
        from(Item)
          .orderBy((i) => [i.stock.descNullsLast(), i.sku.asc()])
          .select((i) => i.sku),
      ),
    ).toEqual(["b", "a", "c"]);
    expect(
      await repo.all(
        from(Item)
          .orderBy((i) => i.stock.ascNullsFirst())
          .select((i) => i.sku),
      ),
    ).toEqual(["c", "a", "b"]);
    expect(
      await repo.all(
        from(Item)
          .orderBy(["kind", "sku"])
          .select((i) => i.sku),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(
      await repo.all(
        from(Item)
          .groupBy("kind")
          .orderBy("kind")
          .select((i) => [i.kind, count(), sum(i.stock)]),
      ),
    ).toEqual([
      ["x", 2, 3],
      ["y", 1, null],
    ]);
    expect(
      await repo.all(
        from(Item)
          .groupBy((i) => [i.kind])
          .orderBy("kind")
          .select((i) => i.kind),
      ),
    ).toEqual(["x", "y"]);
    expect(
      await repo.all(
        from(Item)
          .groupBy(["kind", "sku"])
          .orderBy("sku")
          .select((i) => i.sku),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(
      await repo.all(
        from(Item)
          .select((i) => ({ kind: i.kind.as("k") }))
          .groupBy(() => selectedAs("k"))
          .orderBy(() => selectedAs("k")),
      ),
    ).toEqual([{ kind: "x" }, { kind: "y" }]);
    if (pg)
      expect(
        await repo.all(
          from(Item)
            .distinct((i) => i.kind)
            .orderBy({ sku: "desc" })
            .select((i) => i.sku),
        ),
      ).toEqual(["b", "c"]);
    expect(() => from(Item).orderBy({ sku: "up" as never })).toThrow(/up/);
    expect(() => from(Item).orderBy("skuu" as never)).toThrow(/skuu/);
    expect(() => from(Item).groupBy("skuu" as never)).toThrow(/skuu/);
  });
});
