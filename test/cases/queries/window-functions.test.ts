import {
  avg,
  count,
  cumeDist,
  denseRank,
  firstValue,
  from,
  lag,
  lastValue,
  lead,
  max,
  min,
  nthValue,
  ntile,
  percentRank,
  rank,
  type Repo,
  rowNumber,
  sql,
  sum,
} from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, Item, openItems, seedItems } from "../../support/items.ts";

describe.each(databases)("window functions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
    await seedItems(repo);
  });

  test("aggregates with filter and over; window functions", async () => {
    expect(
      await repo.one(
        from(Item).select((i) => [
          count(),
          count(i.stock),
          count(i.kind, "distinct"),
          min(i.stock),
          max(i.stock),
          count().filter(i.kind.eq("y")),
        ]),
      ),
    ).toEqual([3, 2, 2, 1, 2, 1]);
    expect(Number(await repo.one(from(Item).select((i) => avg(i.stock))))).toBe(1.5);
    const rows = await repo.all(
      from(Item)
        .windows((i) => ({ w: { partitionBy: i.kind, orderBy: i.sku } }))
        .orderBy("sku")
        .select((i) => [
          i.sku,
          rowNumber().over("w"),
          rank().over("w"),
          denseRank().over("w"),
          percentRank().over("w"),
          cumeDist().over("w"),
          ntile(1).over("w"),
          lag(i.sku).over("w"),
          lead(i.sku).over("w"),
          firstValue(i.sku).over("w"),
          lastValue(i.sku).over("w"),
          nthValue(i.sku, 1).over("w"),
        ]),
    );
    expect(rows).toEqual([
      ["a", 1, 1, 1, 0, 0.5, 1, null, "b", "a", "a", "a"],
      ["b", 2, 2, 2, 1, 1, 1, "a", null, "a", "b", "a"],
      ["c", 1, 1, 1, 0, 1, 1, null, null, "c", "c", "c"],
    ]);
    expect(
      await repo.all(
        from(Item)
          .orderBy("sku")
          .select((i) => sum(i.stock).over({ partitionBy: [i.kind], orderBy: [i.sku], frame: sql`ROWS UNBOUNDED PRECEDING` })),
      ),
    ).toEqual([1, 3, null]);
    expect(
      await repo.all(
        from(Item)
          .orderBy("sku")
          .select(() => count().over()),
      ),
    ).toEqual([3, 3, 3]);
  });
});
