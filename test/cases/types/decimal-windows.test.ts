import { coalesce, count, Decimal, field, firstValue, from, rank, type Repo, rowNumber, schema, selectedAs, subquery } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Price extends schema("prices", { net: field.decimal(), tax: field.decimal() }) {}

describe.each(databases)("windows over decimals on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Price]);
    const rows = [
      ["0.1", "0.2"],
      ["0.3", "0"],
      ["0.30", "0.0"],
    ] as const;
    await repo.insertAll(
      Price,
      rows.map(([net, tax]) => ({ net: new Decimal(net), tax: new Decimal(tax) })),
    );
  });

  test("put computed ones that are equal together", async () => {
    const numbered = from(Price)
      .orderBy("id")
      .select((p) => rowNumber().over({ partitionBy: p.net.add(p.tax), orderBy: p.id }));
    expect(await repo.all(numbered)).toEqual([1, 2, 3]);
    expect(await repo.one(from(Price).select((p) => count(p.net.add(p.tax), "distinct")))).toBe(1);
    expect(await repo.one(from(Price).select((p) => count(p.net, "distinct")))).toBe(2);
  });

  test("give computed ones that are equal one rank, and one place in an order", async () => {
    const numbers = (query: unknown) => repo.all(query as never) as Promise<unknown[]>;
    const total = (p: any) => p.net.add(p.tax);
    const ordered = from(Price).orderBy("id");
    expect(await numbers(ordered.select((p) => rank().over({ orderBy: total(p) })))).toEqual([1, 1, 1]);
    expect(await numbers(ordered.select((p) => rank().over({ orderBy: coalesce(total(p), p.net).desc() })))).toEqual([1, 1, 1]);
    expect(await numbers(ordered.windows((p) => ({ w: { orderBy: total(p) } })).select(() => count().over("w")))).toEqual([3, 3, 3]);
    expect(await numbers(ordered.select((p) => firstValue(p.id).over({ orderBy: [total(p), p.id.desc()] })))).toEqual([3, 3, 3]);
    expect(
      await numbers(
        from(Price)
          .orderBy((p) => [total(p), p.id.desc()])
          .select((p) => p.id),
      ),
    ).toEqual([3, 2, 1]);
    const named = from(Price).select((p) => ({ id: p.id, total: total(p).as("total") }));
    const byName = named.orderBy((p) => [selectedAs("total"), p.id.desc()]);
    expect(((await numbers(byName)) as { id: number }[]).map(({ id }) => id)).toEqual([3, 2, 1]);
    const inner = from(subquery(from(Price).select((p) => ({ id: p.id, total: total(p) })))).orderBy((s) => [s.total, s.id.desc()]);
    expect(await numbers(inner.select((s) => [s.id, rank().over({ orderBy: s.total })]))).toEqual([
      [3, 1],
      [2, 1],
      [1, 1],
    ]);
  });

  test("are ordered as numbers, not as texts", async () => {
    await repo.transaction(async () => {
      await repo.deleteAll(Price);
      const costs = ["9", "10", "1.50", "1.5", "-2", "-10"];
      await repo.insertAll(
        Price,
        costs.map((net) => ({ net: new Decimal(net), tax: new Decimal(0) })),
      );
      for (const of of [(p: any) => p.net, (p: any) => p.net.mul(2), (p: any) => p.net.mul("0.1")]) {
        const ranks = from(Price)
          .orderBy("id")
          .select((p) => rank().over({ orderBy: of(p) }));
        expect(await repo.all(ranks)).toEqual([5, 6, 3, 3, 2, 1]);
        expect(await repo.one(from(Price).select((p) => count(of(p), "distinct")))).toBe(5);
        const groups = from(subquery(from(Price).select((p) => ({ cost: of(p) }))))
          .groupBy((s) => s.cost)
          .orderBy((s) => s.cost);
        expect(await repo.all(groups.select(() => count()))).toEqual([1, 1, 2, 1, 1]);
      }
      const both = from(Price).select((p) => ({ cost: p.net.mul(2).as("cost") }));
      const union = both.union(from(Price).select((p) => ({ cost: p.net }))).orderBy(() => selectedAs("cost"));
      expect(((await repo.all(union)) as any[]).map(({ cost }) => cost.toString())).toEqual([
        "-20",
        "-10",
        "-4",
        "-2",
        "1.5",
        "3",
        "9",
        "10",
        "18",
        "20",
      ]);
    });
  });
});
