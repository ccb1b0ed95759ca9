import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, field, from, QueryError, type Repo, schema } from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Album extends schema("albums", { name: field.string(), year: field.integer(), price: field.integer() }) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Album]);
    await repo.insertAll(Album, [
      { id: 1, name: "a", year: 1990, price: 5 },
      { id: 2, name: "b", year: 1990, price: 7 },
      { id: 3, name: "b", year: 2000, price: 9 },
      { id: 4, name: "c", year: null, price: null },
    ]);
  });
  const albums = () => from(Album).orderBy("id");

  test("distinct is about the values of the field", async () => {
    const distinct = from(Album).distinct(true);
    expect(await repo.aggregate(distinct, "count", "year")).toBe(2);
    expect(await repo.aggregate(distinct, "sum", "year")).toBe(3990);
    expect(Number(await repo.aggregate(distinct, "avg", "year"))).toBe(1995);
    expect(await repo.aggregate(distinct.orderBy("name"), "count", "year")).toBe(2);
    expect(await repo.aggregate(distinct, "count")).toBe(4);
    expect(
      await repo.aggregate(
        distinct.select((a) => ({ year: a.year, name: a.name })),
        "count",
        "year",
      ),
    ).toBe(2);
  });

  test("a limit counts rows, whatever the query selects", async () => {
    const selects = {
      none: albums(),
      column: albums().select((a) => a.name),
      object: albums().select((a) => ({ title: a.name, deep: { price: a.price } })),
      tuple: albums().select((a) => [a.name, a] as const),
      fields: albums().select(["name"]),
      named: albums()
        .select((a) => ({ title: a.name.as("title") }))
        .orderBy("id"),
    };
    for (const query of Object.values(selects)) {
      expect(await repo.aggregate(query.limit(2), "count")).toBe(2);
      expect(await repo.aggregate(query.limit(3), "sum", "price")).toBe(21);
      expect(await repo.aggregate(query.limit(2).offset(1), "max", "year")).toBe(2000);
      expect(await repo.aggregate(query.limit(9), "count", "year")).toBe(3);
      expect(await repo.aggregate(query.limitPer(1, "name"), "count")).toBe(3);
    }
  });

  test("distinct and combinations of composite selects count rows that differ", async () => {
    const pairs = from(Album).select((a) => [a.name, { was: a.year }] as const);
    expect(await repo.aggregate(pairs.distinct(true), "count")).toBe(4);
    expect(
      await repo.aggregate(
        from(Album)
          .select((a) => [a.name] as const)
          .distinct(true),
        "count",
      ),
    ).toBe(3);
    expect(await repo.aggregate(pairs.union(pairs), "count")).toBe(4);
    expect(await repo.aggregate(pairs.unionAll(pairs), "count")).toBe(8);
    expect(
      await repo.aggregate(
        from(Album)
          .where({ id: 1 })
          .union(from(Album).where({ id: 2 })),
        "sum",
        "year",
      ),
    ).toBe(3980);
  });

  test("what the select gives can be aggregated, and an order goes by its names", async () => {
    const query = from(Album).select((a) => ({ double: a.price.mul(2).as("double") }));
    expect(await repo.aggregate(query, "max", "double")).toBe(18);
    expect(await repo.aggregate(query.orderBy("id").limit(2), "sum", "double")).toBe(24);
    const named = from("albums")
      .select((a: any) => ({ double: a.price }))
      .limit(9);
    expect(Number(await repo.aggregate(named, "sum", "double"))).toBe(21);
  });

  test("misuse is told before the database is asked", async () => {
    const any = repo.aggregate.bind(repo) as (...args: unknown[]) => Promise<unknown>;
    for (const args of [[Album, 1n], [Album, null], [Album, Symbol("x")], [Album, "total"], [Album], [Album, {}]])
      await expect(any(...args)).rejects.toThrow(/^aggregate takes "count", "avg", "sum", "min" or "max", not /);
    for (const wrong of [1n, 1, null, "", Symbol("x"), true]) {
      await expect(any(Album, "sum", wrong)).rejects.toThrow(ArgumentError);
      await expect(any(Album, "count", wrong)).rejects.toThrow(/^aggregate "count" takes the name of a field, not /);
    }
    await expect(any(Album, "sum")).rejects.toThrow('aggregate "sum" needs the field');
    await expect(any(Album, "sum", "yeer")).rejects.toThrow(/no field "yeer".*"year"/);
    await expect(any(from(Album).limit(1), "sum", "yeer")).rejects.toThrow(/no field "yeer".*"year"/);
    await expect(any(from(Album).groupBy("name"), "count")).rejects.toThrow(QueryError);
  });
});
