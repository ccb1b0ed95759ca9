import {
  and,
  any,
  avg,
  caseWhen,
  coalesce,
  count,
  cte,
  Decimal,
  EctypeError,
  type Expr,
  field,
  firstValue,
  fn,
  from,
  lag,
  max,
  type Query,
  type Repo,
  schema,
  selectedAs,
  sql,
  subquery,
  sum,
  tuple,
  type,
  values,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Item extends schema("items", {
  name: field.string({ null: false }),
  cost: field.decimal(),
  extra: field.decimal(),
  count: field.integer({ null: false }),
  ratio: field.float({ null: false }),
  data: field.json<{ price: string }>(),
}) {}
class Copy extends schema("copies", { cost: field.decimal(), name: field.string() }) {}

const d = (text: string | number): Decimal => new Decimal(text);
const rows = [
  { name: "a", cost: d(3), extra: d(2), count: 2, ratio: 0.5, data: { price: "3" } },
  { name: "b", cost: d("5.5"), extra: d(2), count: 3, ratio: 2, data: { price: "5.5" } },
  { name: "c", cost: d(10), extra: null, count: 4, ratio: 1.5, data: { price: "10" } },
  { name: "d", cost: d("0.1"), extra: d("0.2"), count: 1, ratio: 1, data: { price: "0.1" } },
  { name: "e", cost: d(-7), extra: d(2), count: 1, ratio: 1, data: { price: "-7" } },
];
type I = { readonly [K in "cost" | "extra"]: Expr<any> } & { readonly name: Expr<string>; readonly id: Expr<number> };

describe.each(databases)("expressions of decimals on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Item, Copy]);
    await repo.insertAll(Item, rows);
  });

  /** The value of an expression over one row, as plain text without zeros at the end. */
  const one = async (name: string, expr: (i: any) => unknown): Promise<string | null> => {
    const value = await repo.one(
      from(Item)
        .where({ name })
        .select((i) => expr(i) as Expr<Decimal | number | null>),
    );
    return value === null ? null : d(String(value)).toDecimalPlaces(12).toFixed();
  };
  const found = async (where: (i: any) => any, query: Query<any> = from(Item)): Promise<string> =>
    (
      await repo.all(
        query
          .where(where as never)
          .orderBy("name")
          .select((i: any) => i.name),
      )
    ).join("");

  const computed: readonly (readonly [string, string, (i: any) => unknown, string | null])[] = [
    ["div", "a", (i) => i.cost.div(d(2)), "1.5"],
    ["div by a column", "a", (i) => i.cost.div(i.extra), "1.5"],
    ["div by a number", "a", (i) => i.cost.div(2), "1.5"],
    ["div of a sum", "a", (i) => i.cost.add(1).div(8), "0.5"],
    ["div of a div", "a", (i) => i.cost.div(2).div(2), "0.75"],
    ["div by a quotient", "a", (i) => i.cost.div(i.extra.div(d(4))), "6"],
    ["div below zero", "e", (i) => i.cost.div(2), "-3.5"],
    ["div by a count", "a", (i) => i.cost.div(i.count), "1.5"],
    ["div of null", "c", (i) => i.extra.div(2), null],
    ["div of a constant", "a", (i) => type(d(3), "decimal").div(i.extra), "1.5"],
    ["div of a cast", "a", (i) => type(i.count, "decimal").div(4), "0.5"],
    ["div of coalesce", "c", (i) => coalesce(i.extra, d(5)).div(d(2)), "2.5"],
    ["div of a column in coalesce", "a", (i) => coalesce(i.cost, i.extra).div(2), "1.5"],
    ["div of case", "a", (i) => caseWhen(i.count.gt(1), i.cost).else(d(1)).div(2), "1.5"],
    ["div of negate", "a", (i) => i.cost.negate().div(2), "-1.5"],
    ["div of JSON", "a", (i) => type(i.data.path("price"), "decimal").div(2), "1.5"],
    [
      "div of a subquery",
      "a",
      (i) =>
        coalesce(
          subquery(
            from(Item)
              .where({ name: "a" })
              .select((o) => o.cost),
          ),
          i.cost,
        ).div(2),
      "1.5",
    ],
    ["div of sums", "a", (i) => sum(i.cost).div(sum(i.extra)) as never, "1.5"],
    ["div of a maximum", "a", (i) => max(i.cost).div(2), "1.5"],
    ["div of a mean", "a", (i) => avg(i.cost).div(2), "1.5"],
    [
      "div of a window",
      "a",
      (i) =>
        firstValue(i.cost as Expr<Decimal>)
          .over({ orderBy: i.id })
          .div(2),
      "1.5",
    ],
    ["mod", "b", (i) => i.cost.mod(2), "1.5"],
    ["mod of integral values", "a", (i) => i.cost.mod(i.extra), "1"],
    ["mod below zero", "e", (i) => i.cost.mod(i.extra), "-1"],
    ["mod by a fraction", "d", (i) => i.cost.add("5.2").mod("0.1"), "0"],
    ["mod by a bigger fraction", "b", (i) => i.cost.mod("0.75"), "0.25"],
    ["mod of null", "c", (i) => i.extra.mod(2), null],
    ["mul", "b", (i) => i.cost.mul(2), "11"],
    ["mul and div", "a", (i) => i.cost.mul(d("1.5")).div(3), "1.5"],
    ["sub", "b", (i) => i.cost.sub(i.extra), "3.5"],
    ["add", "d", (i) => i.cost.add(i.extra), "0.3"],
    ["negate", "a", (i) => i.cost.negate(), "-3"],
    ["a mean of whole numbers", "a", (i) => avg(i.count), "2"],
    [
      "lag",
      "a",
      (i) =>
        lag(i.cost as Expr<Decimal>, 1, d(4))
          .over({ orderBy: i.id })
          .div(8),
      "0.5",
    ],
    ["a function", "e", (i) => fn<number>("abs", i.cost), "7"],
  ];
  test.each(computed)("%s", async (_, name, expr, expected) => {
    expect(await one(name, expr)).toBe(expected);
  });

  const filters: readonly (readonly [string, (i: any) => any, string])[] = [
    ["a quotient", (i) => i.cost.div(2).eq("1.5"), "a"],
    ["a sum that binary fractions miss", (i) => i.cost.add(i.extra).eq("0.3"), "d"],
    ["that sum at its limit", (i) => i.cost.add(i.extra).lte("0.3"), "de"],
    ["that sum in a list", (i) => i.cost.add(i.extra).in([d("0.3"), d(5)]), "ad"],
    ["that sum in expressions", (i) => i.cost.add(i.extra).in([type("0.3", "decimal"), i.cost]), "d"],
    ["that sum between", (i) => i.cost.add(i.extra).between("0.3", "0.3"), "d"],
    ["a rest", (i) => i.cost.mod(2).eq("1.5"), "b"],
    ["coalesce, by value", (i) => coalesce(i.extra, d(9)).lt(d(5)), "abde"],
    ["coalesce, equal", (i) => coalesce(i.extra, d(9)).eq(9), "c"],
    ["coalesce, in a list", (i) => coalesce(i.extra, d(9)).in([9, "0.2"]), "cd"],
    ["coalesce, between", (i) => coalesce(i.cost, d(0)).between(4, 10), "bc"],
    ["a column between computed values", (i) => i.cost.between(i.extra.div(4), i.extra.add(2)), "ad"],
    ["case, by value", (i) => caseWhen(i.count.gt(1), i.cost).else(d(0)).gt(9), "c"],
    ["case, equal to a column", (i) => caseWhen(i.count.gt(1), i.cost).else(d(0)).eq(i.cost), "abc"],
    ["a column and a quotient", (i) => i.extra.eq(type(i.count, "decimal").mul(2).div(2)), "a"],
    ["a maximum", (i) => i.cost.eq(from(Item).select((o) => max(o.cost))), "c"],
    [
      "a query's quotient",
      (i) =>
        i.extra.eq(
          from(Item)
            .where({ name: "c" })
            .select((o) => o.cost.div(5)),
        ),
      "abe",
    ],
    ["below a query's mean", (i) => i.cost.lt(from(Item).select((o) => avg(o.cost))), "de"],
    ["in a query of quotients", (i) => i.extra.in(from(Item).select((o) => o.cost.div(5))), "abe"],
    ["a quotient in a query", (i) => i.cost.div(5).in(from(Item).select((o) => o.extra)), "c"],
    [
      "is distinct from a quotient",
      (i) =>
        i.extra.isDistinctFrom(
          from(Item)
            .where({ name: "c" })
            .select((o) => o.cost.div(5)),
        ),
      "cd",
    ],
    ["is not distinct from null", (i) => i.extra.div(2).isNotDistinctFrom(i.extra), "c"],
    ["negated", (i) => i.cost.negate().eq(7), "e"],
    ["beside a count", (i) => i.extra.eq(i.count), "a"],
    ["beside a float", (i) => i.cost.gt(i.count.add(5)), "c"],
    ["beside JSON", (i) => i.cost.eq(type(i.data.path("price"), "decimal")), "abcde"],
    ["a fragment with a type", (i) => sql.typed("decimal", sql`coalesce(${i.extra}, ${i.cost})`).gt(d(9)), "c"],
    ["a fragment of digits, equal", (i) => (sql.typed("decimal", sql`coalesce(${i.extra}, ${i.cost})`) as Expr<Decimal>).eq(d(10)), "c"],
    ["a tuple", (i) => tuple(i.cost, i.count).eq(tuple(d(3), 2)), "a"],
  ];
  test.each(filters)("rows are found by %s", async (_, where, expected) => {
    expect(await found(where)).toBe(expected);
  });

  test("any of a query of quotients", async () => {
    if (database.name === "sqlite") return;
    expect(await found((i) => i.extra.eq(any(from(Item).select((o) => o.cost.div(5)))))).toBe("abe");
  });

  const text = (list: readonly unknown[]): string =>
    list.map((one) => (one === null ? "null" : d(String(one)).toDecimalPlaces(12).toFixed())).join(" ");

  test("orders are by value", async () => {
    const by = async (order: (i: any) => any) =>
      (
        await repo.all(
          from(Item)
            .orderBy(order as never)
            .select((i) => i.name),
        )
      ).join("");
    expect(await by((i) => coalesce(i.cost, d(0)))).toBe("edabc");
    expect(await by((i) => [coalesce(i.extra, i.cost).desc(), i.name])).toBe("cabed");
    expect(await by((i) => caseWhen(i.count.gt(0), i.cost).else(d(0)))).toBe("edabc");
    expect(await by((i) => i.cost.div(2).desc())).toBe("cbade");
    const named = from(Item)
      .select((i) => ({ name: i.name, price: i.cost.as("price") }))
      .orderBy(() => selectedAs("price"));
    expect((await repo.all(named)).map((row) => row.name).join("")).toBe("edabc");
    const per = from(Item)
      .orderBy((i) => i.cost.asc())
      .limitPer(9, (i) => i.cost.isNull());
    expect((await repo.all(per)).map((row) => row.name).join("")).toBe("edabc");
  });

  test("groups and distinct values are those of numbers", async () => {
    const halves = from(Item)
      .where((i) => i.name.in(["a", "d"]))
      .join("o", Item, (_, { o }) => o.name.in(["a", "d"]));
    // 0.1 + 0.2 and 0.3, 3 + 2 and 5
    const total = (i: I, factor: Decimal) => caseWhen(i.name.eq("d"), i.cost.add(i.extra)).else(i.cost.div(d(3)).mul(factor));
    const grouped = from(Item)
      .groupBy((i) => i.cost.sub(i.cost).add("0.3").mul(1))
      .select(() => count());
    expect(await repo.all(grouped)).toEqual([5]);
    expect(
      await repo.all(from(subquery(halves.distinct(true).select((i) => ({ t: total(i, d("0.3")) }))) as never).select(() => count())),
    ).toEqual([1]);
    expect(text(await repo.all(halves.distinct(true).select((i) => total(i, d("0.3")) as Expr<Decimal>)))).toBe("0.3");
    const byTotal = from(subquery(halves.select((i) => ({ t: total(i as never, d("0.3")) as Expr<Decimal> }))));
    expect(text(await repo.all(byTotal.groupBy("t").select((s) => s.t)))).toBe("0.3");
  });

  test("columns of inner queries and CTEs are decimals like others", async () => {
    const inner = () => subquery(from(Item).select((i) => ({ name: i.name, half: i.cost.div(2), total: i.cost.add(i.extra) })));
    const names = async (where: (s: any) => any) =>
      (
        await repo.all(
          from(inner())
            .where(where)
            .orderBy("name")
            .select((s) => s.name),
        )
      ).join("");
    expect(await names((s) => s.half.eq("1.5"))).toBe("a");
    expect(await names((s) => s.half.eq(5))).toBe("c");
    expect(await names((s) => s.half.in([5, "1.5"]))).toBe("ac");
    expect(await names((s) => s.half.gt(1).and(s.half.lt(5)))).toBe("ab");
    expect(await names((s) => s.total.eq("0.3"))).toBe("d");
    expect(await names((s) => s.half.mul(2).eq(3))).toBe("a");
    const joined = from(Item)
      .join("s", inner(), (i, { s }) => i.extra.eq(s.half.sub(3)))
      .select((i) => i.name)
      .orderBy("name");
    expect(await repo.all(joined)).toEqual(["a", "b", "e"]);
    const same = from(Item).join(
      "s",
      subquery(
        from(Item)
          .groupBy("extra")
          .select((i) => ({ extra: i.extra, top: max(i.cost) })),
      ),
      (i, { s }) => and(i.extra.eq(s.extra), i.cost.eq(s.top as never)),
    );
    expect((await repo.all(same.orderBy("name").select((i) => i.name))).join("")).toBe("bd");
    const halves = from(cte("halves"))
      .withCte(
        "halves",
        from(Item).select((i) => ({ name: i.name, half: i.cost.div(2) })),
      )
      .where((h) => h.half!.eq(d("1.5")))
      .select((h) => h.name);
    expect(await repo.all(halves as never)).toEqual(["a"]);
    const listed = from(values([{ v: d(3) }, { v: d(2) }], { v: field.decimal() })).where((v) => v.v.div(2).eq("1.5"));
    expect(text((await repo.all(listed)).map((row) => row.v))).toBe("3");
  });

  test("combinations take equal decimals as equal, and order them by value", async () => {
    const ten = from(Item).where({ name: "c" });
    const two = ten.select((i) => i.cost.div(5));
    const extras = from(Item).select((i) => i.extra);
    expect(text(await repo.all(extras.union(two).orderBy((i) => i.extra.asc())))).toMatch(/^(null )?0\.2 2( null)?$/);
    expect(text(await repo.all(extras.intersect(two)))).toBe("2");
    expect(text((await repo.all(extras.except(two))).filter((one) => one !== null))).toBe("0.2");
    expect(text(await repo.all(two.union(extras.where((i) => i.name.eq("a")))))).toBe("2");
    const costs = from(Item).select((i) => i.cost);
    expect(text(await repo.all(costs.unionAll(ten.select((i) => i.cost.div(3))).orderBy((i) => i.cost.asc())))).toBe(
      "-7 0.1 3 3.333333333333 5.5 10",
    );
    expect(
      text(
        await repo.all(
          costs
            .unionAll(ten.select((i) => i.cost.mul(2)))
            .orderBy((i) => i.cost.desc())
            .limit(2)
            .offset(1),
        ),
      ),
    ).toBe("10 5.5");
    const named = from(Item).select((i) => ({ n: i.name, c: i.cost }));
    const both = named
      .where((i) => i.cost.gt(4))
      .union(named.where((i) => i.cost.lt(0)))
      .orderBy((i) => [i.cost.desc(), i.name]);
    expect((await repo.all(both)).map((row) => row.n).join("")).toBe("cbe");
    const counts = from(Item).where({ name: "a" });
    expect(text(await repo.all(counts.select((i) => i.extra).union(counts.select((i) => type(i.count, "decimal")))))).toBe("2");
  });

  test("updates and inserts store what is computed as the same number", async () => {
    const write = async (set: (c: any) => unknown): Promise<void> => {
      await repo.deleteAll(Copy);
      await repo.insertAll(Copy, [{ cost: d(3), name: "x" }]);
      await repo.updateAll(from(Copy).update((c) => ({ set: { cost: set(c) as never } })));
    };
    const stored = (value: string) => repo.aggregate(from(Copy).where({ cost: d(value) }), "count");
    await write((c) => c.cost.div(2));
    expect(await stored("1.5")).toBe(1);
    await write((c) => c.cost.div(2).mul(4));
    expect(await stored("6")).toBe(1);
    await write((c) => coalesce(c.cost, d(1)));
    expect(await stored("3")).toBe(1);
    await write((c) => caseWhen(c.name.eq("x"), c.cost.div(2)).else(d(1)));
    expect(await stored("1.5")).toBe(1);
    await write((c) => c.cost.mod(2).add("0.5"));
    expect(await stored("1.5")).toBe(1);
    await write(() => from(Item).select((i) => max(i.cost).div(4)));
    expect(await stored("2.5")).toBe(1);
    await repo.updateAll(from(Copy).update((c) => ({ inc: { cost: c.cost.div(2) as never } })));
    expect(await stored("3.75")).toBe(1);
    await repo.deleteAll(Copy);
    await repo.insertAll(
      Copy,
      from(Item)
        .where((i) => i.name.in(["a", "c"]))
        .select((i) => ({ name: i.name, cost: i.cost.div(2) })),
    );
    expect(await stored("1.5")).toBe(1);
    expect(await stored("5")).toBe(1);
    await repo.insertAll(
      Copy,
      from(Item)
        .groupBy("extra")
        .having((i) => i.extra.eq(2))
        .select((i) => ({ cost: sum(i.cost).add(sum(i.extra)) })),
    );
    expect(await stored("7.5")).toBe(1);
  });

  test("digits beyond those that SQLite computes with are found by what was read", async () => {
    await repo.deleteAll(Copy);
    const long = d("12345678901234567.12345");
    await repo.insertAll(Copy, [
      { cost: long, name: "x" },
      { cost: d(1), name: "y" },
    ]);
    const names = async (where: (c: any) => any) =>
      (
        await repo.all(
          from(Copy)
            .where(where)
            .select((c) => c.name),
        )
      ).join("");
    expect(await names((c) => c.cost.eq(long))).toBe("x");
    expect(await names((c) => c.cost.eq(from(Copy).select((o) => max(o.cost))))).toBe("x");
    expect(await names((c) => c.cost.in(from(Copy).select((o) => max(o.cost))))).toBe("x");
    expect(await names((c) => coalesce(c.cost, d(0)).eq(long))).toBe("x");
    expect(await names((c) => c.cost.mul(1).eq(long))).toBe("x");
    const top = subquery(from(Copy).select((c) => ({ top: max(c.cost) })));
    expect(
      await repo.all(
        from(Copy)
          .join("t", top, (c, { t }) => c.cost.eq(t.top as never))
          .select((c) => c.name),
      ),
    ).toEqual(["x"]);
    const same = subquery(from(Copy).select((c) => ({ cost: c.cost })));
    expect(
      await repo.all(
        from(Copy)
          .join("t", same, (c, { t }) => c.cost.eq(t.cost as never).and(c.cost.gt(2)))
          .select((c) => c.name),
      ),
    ).toEqual(["x"]);
  });

  test("whole decimals of up to 18 digits stay exact where they are computed with whole numbers", async () => {
    await repo.deleteAll(Copy);
    await repo.insertAll(Copy, [{ cost: d("900719925474099301"), name: "x" }]);
    expect(
      await repo.aggregate(
        from(Copy).where((c) => c.cost.add(1).eq(d("900719925474099302"))),
        "count",
      ),
    ).toBe(1);
    expect(
      await repo.aggregate(
        from(Copy).where((c) => c.cost.mod(d(100)).eq(d(1))),
        "count",
      ),
    ).toBe(1);
    expect(
      await repo.aggregate(
        from(Copy).where((c) => c.cost.add(1).eq(d("900719925474099303"))),
        "count",
      ),
    ).toBe(0);
  });

  test("a number stands for a decimal in equalities and in what an update writes", async () => {
    await repo.insertAll(Copy, [{ name: "plain", cost: d("1.5") }]);
    const plain = from(Copy).where({ name: "plain" });
    const costs = async (cost: number | bigint | `${number}`) =>
      [(await repo.all(plain.where({ cost }))).length, (await repo.getBy(Copy, { name: "plain", cost }))?.cost?.toString()] as const;
    expect(await costs(1.5)).toEqual([1, "1.5"]);
    await repo.updateAll(plain, { set: { cost: 4 } });
    expect(await costs(4n)).toEqual([1, "4"]);
    await repo.updateAll(plain, { inc: { cost: 0.25 } });
    expect(await costs("4.25")).toEqual([1, "4.25"]);
    expect(await costs(4)).toEqual([0, undefined]);
    await expect(repo.updateAll(plain, { set: { cost: "x" as never } })).rejects.toThrow(EctypeError);
    await repo.deleteAll(plain);
  });
});
