import {
  avg,
  CastError,
  coalesce,
  count,
  Decimal,
  type Expr,
  field,
  from,
  lag,
  max,
  min,
  type Query,
  type Repo,
  schema,
  sql,
  sum,
  type,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

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

  test("what an update computes is equal to the same number", async () => {
    class Rate extends schema("rates", { amount: field.decimal(), other: field.decimal() }) {}
    await createTables(repo, [Rate]);
    const one = async (before: string | null, update: (r: never) => object, after: string | null) => {
      await repo.deleteAll(Rate);
      await repo.insertAll(Rate, [{ amount: before === null ? null : new Decimal(before), other: new Decimal("0.5") }]);
      await repo.updateAll(from(Rate).update(update as never) as never);
      const [row] = await repo.all(from(Rate));
      expect(row?.amount?.toFixed() ?? null).toBe(after);
      if (after !== null) expect(await repo.aggregate(from(Rate).where({ amount: new Decimal(after) }), "count")).toBe(1);
    };
    type R = { amount: Expr<Decimal>; other: Expr<Decimal> };
    await one("7.5", () => ({ inc: { amount: "-0.5" } }), "7");
    await one("0.1", () => ({ inc: { amount: new Decimal("0.2") } }), "0.3");
    await one("-0.4", () => ({ inc: { amount: "0.1" } }), "-0.3");
    await one("100", () => ({ inc: { amount: "900" } }), "1000");
    await one("0.000001", () => ({ inc: { amount: "0.000001" } }), "0.000002");
    await one("9007199254740990", () => ({ inc: { amount: "1" } }), "9007199254740991");
    await one("1.5", () => ({ inc: { amount: "-1.5" } }), "0");
    await one(null, () => ({ inc: { amount: "1" } }), null);
    await one("1.5", (r: R) => ({ inc: { amount: r.other } }), "2");
    await one("1.5", (r: R) => ({ set: { amount: r.other.mul(new Decimal("3")).add(r.amount) } }), "3");
    await one("1.5", (r: R) => ({ set: { amount: r.other } }), "0.5");
    await one("1.5", () => ({ set: { amount: null } }), null);
    await one("1.5", () => ({ set: { amount: from(Rate).select((r) => sum(r.other)) } }), "0.5");
    await one("1.5", (r: R) => ({ set: { amount: sql<Decimal>`${r.amount} + 1` } }), "2.5");

    await repo.query("create unique index rates_other on rates (other)");
    const again = { amount: new Decimal("1"), other: new Decimal("0.5") };
    await repo.insertAll(Rate, [again], { onConflict: { inc: { amount: new Decimal("0.5") } }, conflictTarget: "other" } as never);
    expect((await repo.all(from(Rate).where({ amount: new Decimal("3") }))).length).toBe(1);
    const joined = from(Rate).join("r", Rate, (r, { r: other }) => other.id.eq(r.id));
    await repo.updateAll(joined.update((r, { r: other }) => ({ set: { amount: r.amount.add(other.other) as never } })));
    expect((await repo.all(from(Rate).where({ amount: new Decimal("3.5") }))).length).toBe(1);
  });

  test("plain numbers and texts of numbers stand beside decimals", async () => {
    const found = async (where: Parameters<Query<Price>["where"]>[0]): Promise<string[]> =>
      (await repo.all(from(Price).where(where).orderBy("amount"))).map((price) => String(price.amount));
    expect(await found((p) => p.amount.eq(2.1))).toEqual(["2.1"]);
    expect(await found((p) => p.amount.eq("2.10"))).toEqual(["2.1"]);
    expect(await found((p) => p.amount.ne(2.1).and(p.amount.lt(3)))).toEqual(["-0.25", "1.1"]);
    expect(await found((p) => p.amount.gte(3.1).and(p.amount.lte(10.5)).and(p.amount.gt(0)))).toEqual(["3.1", "10.5"]);
    expect(await found((p) => p.amount.in([1.1, "3.10", new Decimal("10.5"), 7n]))).toEqual(["1.1", "3.1", "10.5"]);
    expect(await found((p) => p.amount.notIn([1.1, 2.1]))).toEqual(["-0.25", "3.1", "10.5"]);
    expect(await found((p) => p.amount.between(1, "2.1"))).toEqual(["1.1", "2.1"]);
    expect(await found((p) => p.amount.mul(2).eq(4.2))).toEqual(["2.1"]);
    expect(await found((p) => p.amount.add(1).sub(0.5).eq(11))).toEqual(["10.5"]);
    expect(await found((p) => p.amount.eq(p.id))).toEqual([]);
    expect(await found((p) => coalesce(p.amount, 0).gt(10))).toEqual(["10.5"]);
    const query = from(Price)
      .where((p) => p.amount.gt(3))
      .orderBy("amount");
    const [row] = await repo.all(
      query.select(
        (p) =>
          [
            p.amount.mul(2),
            coalesce(p.amount, 0),
            lag(p.amount, 1, 0).over({ orderBy: p.amount }),
            type(p.amount, "decimal").add(1),
          ] as const,
      ),
    );
    expect(row?.map(String)).toEqual(["6.2", "3.1", "0", "4.1"]);
    expect(
      await repo.all(
        query
          .exclude("orderBy")
          .groupBy(["id", "amount"])
          .having((p) => sum(p.amount).gt(4).and(max(p.amount).lt("11")))
          .select((p) => p.amount),
      ),
    ).toEqual([new Decimal("10.5")]);
    expect(row?.[3]).toBeInstanceOf(Decimal);
  });

  test("a number that is not exact is refused, and so is what is none", () => {
    expect(() => from(Price).where((p) => p.amount.eq(2 ** 53))).toThrow(
      /9007199254740992 cannot be cast to decimal, the type of "amount": it is a number beyond 2\^53/,
    );
    expect(() => from(Price).where((p) => p.amount.mul(1e21).gt(0))).toThrow(CastError);
    expect(() => from(Price).where((p) => p.amount.gt(Number.NaN))).toThrow(CastError);
    expect(() => from(Price).where((p) => p.amount.in([1, "two" as never]))).toThrow(CastError);
    expect(() => from(Price).where((p) => p.amount.eq(("1" + "e999999") as never))).toThrow(CastError);
  });

  test("38 digits survive", async () => {
    const saved = await repo.insertOrThrow(Price.build({ amount: new Decimal(long) }));
    expect((await repo.getOrThrow(Price, saved.id)).amount?.toFixed()).toBe(long);
    expect(await repo.exists(from(Price).where({ amount: new Decimal(long) }))).toBe(true);
    await repo.deleteOrThrow(saved);
  });
});
