import { avg, count, Decimal, field, from, max, min, type Repo, schema, sum } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../support/databases.ts";
import { openRepo } from "../support/repo.ts";
import { createTables } from "../support/tables.ts";

class Price extends schema("prices", { amount: field.decimal() }) {}

describe.each(databases)("decimals on $label", (database) => {
  let repo: Repo;
  const long = "12345678901234567890123456.789012345678";
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Price]);
    await repo.insertAll(
      Price,
      ["1.10", "2.10", "3.10", "10.5", "-0.25"].map((amount) => ({ amount: new Decimal(amount) })),
    );
  });

  test("sums and means are those of the decimals, not of the binary fractions nearest to them", async () => {
    const [row] = await repo.all(
      from(Price).select((p) => ({ sum: sum(p.amount), avg: avg(p.amount), min: min(p.amount), max: max(p.amount), n: count() })),
    );
    expect([row?.sum, row?.avg, row?.min, row?.max].map(String)).toEqual(["16.55", "3.31", "-0.25", "10.5"]);
    expect(row?.sum).toBeInstanceOf(Decimal);
    expect(
      String(
        await repo.aggregate(
          from(Price).where((p) => p.amount.lt(new Decimal("3"))),
          "sum",
          "amount",
        ),
      ),
    ).toBe("2.95");
  });

  test("they compare and order by value, whatever their digits", async () => {
    const amounts = (rows: Price[]) => rows.map((row) => String(row.amount));
    expect(amounts(await repo.all(from(Price).orderBy("amount")))).toEqual(["-0.25", "1.1", "2.1", "3.1", "10.5"]);
    expect(amounts(await repo.all(from(Price).where((p) => p.amount.gt(new Decimal("9")))))).toEqual(["10.5"]);
    expect(
      amounts(
        await repo.all(
          from(Price)
            .where((p) => p.amount.between(new Decimal("1"), new Decimal("2.5")))
            .orderBy("id"),
        ),
      ),
    ).toEqual(["1.1", "2.1"]);
    expect(amounts(await repo.all(from(Price).where({ amount: new Decimal("1.100") })))).toEqual(["1.1"]);
    expect(amounts(await repo.all(from(Price).where((p) => p.amount.in([new Decimal("2.100"), new Decimal("7")]))))).toEqual(["2.1"]);
  });

  test("38 digits survive", async () => {
    const saved = await repo.insertOrThrow(Price.build({ amount: new Decimal(long) }));
    expect((await repo.getOrThrow(Price, saved.id)).amount?.toFixed()).toBe(long);
    expect(await repo.exists(from(Price).where({ amount: new Decimal(long) }))).toBe(true);
    await repo.deleteOrThrow(saved);
  });
});
