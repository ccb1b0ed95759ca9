import { and, type Condition, dynamic, field, from, or, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../support/databases.ts";
import { openRepo } from "../support/repo.ts";
import { createTables } from "../support/tables.ts";

class Point extends schema("points", { x: field.integer({ null: false }), name: field.string({ null: false }) }) {}

const MANY = 10_000;
const numbers = Array.from({ length: MANY }, (_, at) => at);

describe.each(databases)("very many conditions on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Point]);
    await repo.insertAll(
      Point,
      [-1, 0, 5_000, MANY - 1, MANY].map((x) => ({ x, name: `p${x}` })),
    );
  });
  const found = async (query: any): Promise<unknown> => repo.all(query.orderBy("x").select((p: any) => p.x));
  const inside = [0, 5_000, MANY - 1];

  test("a chain of orWhere", async () => {
    let query: any = from(Point);
    for (const x of numbers) query = query.orWhere({ x });
    expect(await found(query)).toEqual(inside);
    expect(String(query)).toContain("p0.x == ^0");
    expect(await repo.updateAll(query, { inc: { x: 0 } } as never)).toMatchObject({ count: 3 });
  });

  test("a chain of where", async () => {
    let query: any = from(Point);
    for (const x of numbers) query = query.where((p: any) => p.x.ne(x));
    expect(await found(query)).toEqual([-1, MANY]);
  });

  test("lists of conditions, and chains of methods", async () => {
    expect(await found(from(Point).where((p) => or(...numbers.map((x) => p.x.eq(x)))))).toEqual(inside);
    expect(await found(from(Point).where((p) => and(...numbers.map((x) => p.x.ne(x)))))).toEqual([-1, MANY]);
    const chain = from(Point).where((p) => {
      let all: Condition = p.x.eq(0);
      for (const x of numbers) all = all.or(p.x.eq(x));
      return all;
    });
    expect(await found(chain)).toEqual(inside);
  });

  test("dynamics in a list, and in each other from either side", async () => {
    const one = (x: number) => dynamic<Point>((p) => p.x.eq(x));
    expect(await found(from(Point).where(dynamic.or(numbers.map(one))))).toEqual(inside);
    expect(await found(from(Point).where(dynamic.or(numbers.map((x) => ({ x })).map(({ x }) => one(x)))))).toEqual(inside);
    let left = one(0);
    let right = one(0);
    for (const x of numbers) {
      left = dynamic.or([left, one(x)]);
      right = dynamic.or([one(x), right]);
    }
    expect(await found(from(Point).where(left))).toEqual(inside);
    expect(await found(from(Point).where(right))).toEqual(inside);
    let none = dynamic.and([]);
    for (const x of numbers) none = dynamic.and([none, dynamic<Point>((p) => p.x.ne(x))]);
    expect(await found(from(Point).where(none))).toEqual([-1, MANY]);
  });

  test("an or in an and, and in the condition of a join and of a group", async () => {
    const any = (p: any) => or(...numbers.slice(0, 5_000).map((x) => p.x.eq(x)));
    expect(await found(from(Point).where((p) => and(p.name.ne("x"), any(p), p.x.gte(0))))).toEqual([0]);
    expect(await found(from(Point).join("o", Point, (p, { o }) => and(p.id.eq(o.id), any(o))))).toEqual([0]);
    expect(
      await found(
        from(Point)
          .groupBy("x")
          .having((p) => any(p)),
      ),
    ).toEqual([0]);
  });

  test("a text of many parts", async () => {
    const parts = numbers.slice(0, 2_000).map(() => "x");
    const [text] = await repo.all(
      from(Point)
        .where({ x: 0 })
        .select((p) => p.name.concat(...parts)),
    );
    expect(text).toBe(`p0${"x".repeat(2_000)}`);
  });
});
