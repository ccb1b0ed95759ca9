import { and, type Condition, dynamic, field, from, not, or, QueryError, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

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

  test("a dynamic in lists of one", async () => {
    let nested = dynamic<Point>((p) => p.x.eq(0));
    for (const x of numbers) nested = dynamic.or([dynamic<Point>((p) => p.x.eq(x)), dynamic.and([nested])]);
    expect(await found(from(Point).where(nested))).toEqual(inside);
  });

  test("conditions that no list can hold run where the database takes them", async () => {
    const turns = numbers.slice(0, 800);
    const query = from(Point).where((p) => {
      let all: Condition = p.x.eq(0);
      for (const x of turns) all = x % 2 ? all.and(p.x.ne(x)) : all.or(p.x.eq(x + 1));
      return all;
    });
    expect(await found(query)).toEqual([0]);
    expect(String(query)).toContain("…");
  });

  test("what is nested too deeply prints, and says so when it runs", async () => {
    const deep: readonly (() => any)[] = [
      () => from(Point).where((p) => numbers.reduce((all: any) => not(all), p.x.eq(0))),
      () => from(Point).where((p) => numbers.reduce((all: any, x) => (x % 2 ? all.or(p.x.eq(x)) : all.and(p.x.ne(x))), p.x.eq(0))),
      () => from(Point).where((p) => numbers.reduce((all: any) => all.add(1), p.x).gt(3)),
      () => numbers.reduce((query: any, x) => (x % 2 ? query.orWhere({ x }) : query.where((p: any) => p.x.ne(x))), from(Point)),
    ];
    for (const query of deep) {
      expect(String(query())).toMatch(/^#Query<from p0 in Point, where: .*…/);
      const error = await repo.all(query()).catch((one: unknown) => one);
      expect(error).toBeInstanceOf(QueryError);
      expect((error as Error).message).toMatch(/nested too deeply[\s\S]*in query: #Query<from p0 in Point, where: /);
    }
    let turns = dynamic<Point>((p) => p.x.eq(0));
    for (const x of numbers) turns = dynamic[x % 2 ? "and" : "or"]([dynamic<Point>((p) => p.x.eq(x)), turns]);
    expect(() => from(Point).where(turns)).toThrow(QueryError);
    expect(() => from(Point).where(turns)).toThrow("nested too deeply");
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
