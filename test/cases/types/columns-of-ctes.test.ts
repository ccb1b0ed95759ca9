import { avg, coalesce, cte, Decimal, field, firstValue, from, max, min, type Query, type Repo, schema, subquery, sum } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

const AT = new Date("2026-01-02T03:04:05.678Z");
const BIG = 9_007_199_254_740_993n;

class Bill extends schema("bills", {
  net: field.decimal(),
  at: field.utcDatetime(),
  day: field.date(),
  naive: field.naiveDatetime(),
  state: field.enum({ open: 1, paid: 2 }),
  big: field.bigint(),
}) {}

describe.each(databases)("columns of a CTE that is read by its name alone, on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Bill]);
    const same = { at: AT, day: "2026-01-02", naive: "2026-01-02T03:04:05", state: "paid", big: BIG } as const;
    await repo.insertAll(Bill, [
      { net: new Decimal("0.1"), ...same },
      { net: new Decimal("0.2"), ...same },
    ]);
  });

  const bills = from(Bill).select((b) => ({ id: b.id, net: b.net, at: b.at, day: b.day, naive: b.naive, state: b.state, big: b.big }));
  /** What an expression over the CTE's columns gives, whose types nothing says while the query is built. */
  const read = (of: (c: any) => any): Promise<unknown[]> =>
    repo.all(
      from(cte("b"))
        .withCte("b", bills)
        .orderBy((c: any) => c.id)
        .select(of as never) as never,
    );
  const one = async (of: (c: any) => any) =>
    (
      await repo.all(
        from(cte("b"))
          .withCte("b", bills)
          .select(of as never) as never,
      )
    )[0];

  test("are computed with as what they are", async () => {
    const decimals = (...values: string[]) => values.map((value) => new Decimal(value));
    expect(await read((c) => c.net.add(new Decimal("0.2")))).toEqual(decimals("0.3", "0.4"));
    expect(await read((c) => c.net.mul(3))).toEqual(decimals("0.3", "0.6"));
    expect(await read((c) => c.net.negate())).toEqual(decimals("-0.1", "-0.2"));
    expect(await read((c) => coalesce(c.net, new Decimal(0)).add(c.net))).toEqual(decimals("0.2", "0.4"));
    expect(await read((c) => firstValue(c.net).over({ orderBy: c.id }))).toEqual(decimals("0.1", "0.1"));
    expect(await read((c) => c.big.add(1n))).toEqual([BIG + 1n, BIG + 1n]);
  });

  test("are aggregated as what they are", async () => {
    expect(await one((c) => [min(c.net), max(c.net), sum(c.net), avg(c.net)])).toEqual(
      ["0.1", "0.2", "0.3", "0.15"].map((value) => new Decimal(value)),
    );
    expect(await one((c) => [max(c.at), max(c.day), max(c.naive), max(c.state), max(c.big)])).toEqual([
      AT,
      "2026-01-02",
      "2026-01-02T03:04:05",
      "paid",
      BIG,
    ]);
  });

  test("stay what they are through further queries", async () => {
    const inner = from(cte("b"))
      .withCte("b", bills)
      .select((c: any) => ({ twice: c.net.add(c.net) })) as unknown as Query<any>;
    expect(await repo.all(from(subquery(inner) as never).select((s: any) => max(s.twice)) as never)).toEqual([new Decimal("0.4")]);
    expect(
      await repo.all(
        from(Bill)
          .orderBy("id")
          .withCte("b", bills)
          .select(() => from(cte("b")).select((c: any) => max(c.net) as any) as any) as never,
      ),
    ).toEqual([new Decimal("0.2"), new Decimal("0.2")]);
  });
});
