import { cte, from, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { Category, clearItems, Item, openItems, seedItems } from "../../support/items.ts";

describe.each(databases)("CTEs on $label", (database) => {
  const pg = database.name === "postgres";
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await seedItems(repo);
  });

  test("CTEs: by name, typed, recursive, on joins, for writes", async () => {
    expect(
      await repo.all(
        from("x")
          .withCte("x", from(Item).where({ kind: "x" }))
          .orderBy((x) => x.sku)
          .select((x) => x.sku),
      ),
    ).toEqual(["a", "b"]);
    const typed = await repo.all(
      from(cte("x", Item))
        .withCte("x", from(Item).where({ kind: "x" }))
        .orderBy("sku"),
    );
    expectTypeOf(typed).toEqualTypeOf<Item[]>();
    expect(typed.map((one) => one.sku)).toEqual(["a", "b"]);
    expect(
      await repo.all(
        from(Item)
          .withCte("x", from(Item).where({ sku: "b" }), { materialized: false })
          .join("x", cte("x", Item), (i, { x }) => x.id.eq(i.id))
          .select((i) => i.sku),
      ),
    ).toEqual(["b"]);
    const up = from(Category)
      .where({ id: 3 })
      .unionAll(from(Category).join("tree", cte("tree", Category), (c, { tree }) => c.id.eq(tree.parentId)));
    expect(
      (await repo.all(from(cte("tree", Category)).withCte("tree", up, { recursive: true }).orderBy("id"))).map((one) => one.name),
    ).toEqual(["root", "child", "leaf"]);
    if (pg) {
      const moved = await repo.all(
        from("gone")
          .withCte(
            "gone",
            from(Item)
              .where({ sku: "c" })
              .select((i) => ({ sku: i.sku })),
            { operation: "deleteAll" },
          )
          .select((g) => g.sku),
      );
      expect(moved).toEqual(["c"]);
      expect(await repo.aggregate(Item, "count")).toBe(2);
    }
    expect(
      await repo.deleteAll(
        from(Item)
          .withCte("x", from(Item).where({ kind: "x" }))
          .where((i) => i.id.in(from(cte("x", Item)).select((x) => x.id))),
      ),
    ).toMatchObject({ count: 2 });
  });
});
