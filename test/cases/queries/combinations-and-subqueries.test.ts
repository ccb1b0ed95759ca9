import { count, exists, from, max, parentAs, type Repo, subquery } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { Category, clearItems, Item, openItems, seedItems } from "../../support/items.ts";

describe.each(databases)("combinations and subqueries on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await seedItems(repo);
  });

  test("combinations take a query or a function; subqueries stand everywhere", async () => {
    const skus = from(Item).select((i) => i.sku);
    expect(
      await repo.all(
        skus.where({ kind: "y" }).union(
          from(Item)
            .where({ sku: "a" })
            .select((i) => i.sku),
        ),
      ),
    ).toHaveLength(2);
    expect(await repo.all(skus.union((q) => q))).toHaveLength(3);
    expect(
      await repo
        .all(
          skus.intersectAll(
            from(Item)
              .where({ sku: "a" })
              .select((i) => i.sku),
          ),
        )
        .catch((error: Error) => error.message),
    ).toEqual(pg ? ["a"] : expect.stringMatching(/intersectAll/));
    expect(await repo.all(skus.where((i) => i.stock.eq(subquery(from(Item).select((o) => max(o.stock))))))).toEqual(["b"]);
    expect(
      await repo.all(
        skus.where((i) =>
          i.id.in(
            subquery(
              from(Item)
                .where({ kind: "y" })
                .select((o) => o.id),
            ),
          ),
        ),
      ),
    ).toEqual(["c"]);
    expect(
      await repo.all(
        from(Category)
          .as("p")
          .where(() => exists(from(Category).where((c) => c.parentId.eq(parentAs("p", Category).id))))
          .orderBy("id")
          .select((c) => c.name),
      ),
    ).toEqual(["root", "child"]);
    expect(
      await repo.all(
        from(Category)
          .orderBy("id")
          .limit(1)
          .select((c) => ({ name: c.name, all: subquery(from(Category).select(() => count())) })),
      ),
    ).toEqual([{ name: "root", all: 3 }]);
    expect(
      await repo.all(
        from(
          subquery(
            from(Item)
              .groupBy("kind")
              .select((i) => ({ kind: i.kind, n: count() })),
          ),
        )
          .where((s) => s.n.gt(1))
          .select((s) => s.kind),
      ),
    ).toEqual(["x"]);
  });
});
