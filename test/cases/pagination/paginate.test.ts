import fc from "fast-check";
import { ArgumentError, belongsTo, field, from, paginate, type Query, QueryError, type Repo, schema, sql } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Item extends schema("items", {
  name: field.string({ null: false }),
  rank: field.integer(),
  price: field.decimal(),
  seenAt: field.utcDatetime({ usec: true }),
  parent: () => belongsTo(Item),
}) {}

async function walk(
  repo: Repo,
  query: Query<Item>,
  orderBy: Record<string, string>,
  size: number,
  way: "first" | "last",
): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | null = null;
  for (let turn = 0; turn < 50; turn++) {
    const page: Awaited<ReturnType<typeof paginate<Item, {}, Item>>> = await paginate(query, {
      repo,
      [way]: size,
      [way === "first" ? "after" : "before"]: cursor,
      orderBy: orderBy as never,
    });
    if (way === "first") ids.push(...page.entries.map((item) => item.id));
    else ids.unshift(...page.entries.map((item) => item.id));
    if (way === "first" ? !page.hasNextPage : !page.hasPreviousPage) return ids;
    cursor = way === "first" ? page.endCursor : page.startCursor;
  }
  throw new Error("the pages do not end");
}

describe.each(databases)("paginate on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    const pg = database.name === "postgres";
    await repo.query(
      `create table items (id ${pg ? "bigserial" : "integer"} primary key, name text not null, rank integer, price ${pg ? "numeric" : "decimal"}, seen_at ${pg ? "timestamp" : "text"}, parent_id integer)`,
    );
    // Times that differ in microseconds alone, which a Date cannot tell apart.
    const rows = Array.from(
      { length: 23 },
      (_, at) =>
        `(${at + 1}, '${["b", "a", "ü", "A", "'"][at % 5]?.replace("'", "''")}', ${at % 4 === 0 ? "null" : at % 3}, ${at % 5 === 0 ? "null" : `${at % 2}.50`}, ${at % 7 === 0 ? "null" : `'2026-01-01 00:00:00.00000${at % 3}'`}, null)`,
    );
    await repo.query(`insert into items (id, name, rank, price, seen_at, parent_id) values ${rows.join(", ")}`);
  });

  const fields = ["name", "rank", "price", "seenAt"] as const;
  const directions = ["asc", "desc", "ascNullsFirst", "ascNullsLast", "descNullsFirst", "descNullsLast"] as const;

  test("every order, mixed directions and nulls too, gives each row once, forwards and backwards", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...fields]),
        fc.array(fc.constantFrom(...directions), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (names, ways, size) => {
          const orderBy = Object.fromEntries(names.map((name, at) => [name, ways[at] as string]));
          const whole = await walk(repo, from(Item), orderBy, 100, "first");
          expect(whole).toHaveLength(23);
          expect(await walk(repo, from(Item), orderBy, size, "first")).toEqual(whole);
          expect(await walk(repo, from(Item), orderBy, size, "last")).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("the page's own order is that of the query, where nulls come as PostgreSQL has them", async () => {
    const { entries } = await paginate(
      from(Item)
        .where((item) => item.id.lt(6))
        .orderBy({ rank: "asc" }),
      { repo, first: 9 },
    );
    expect(entries.map((item) => item.rank)).toEqual([0, 1, 2, null, null]);
  });

  test("rows that are inserted meanwhile shift nothing", async () => {
    const query = from(Item).orderBy({ id: "desc" });
    const one = await paginate(query, { repo, first: 3 });
    await repo.query("insert into items (id, name) values (100, 'new')");
    const two = await paginate(query, { repo, first: 3, after: one.endCursor });
    await repo.query("delete from items where id = 100");
    expect([...one.entries, ...two.entries].map((item) => item.id)).toEqual([23, 22, 21, 20, 19, 18]);
    const back = await paginate(query, { repo, last: 3, before: two.startCursor });
    expect(back.entries.map((item) => item.id)).toEqual([23, 22, 21]);
    expect([one.hasPreviousPage, one.hasNextPage, two.hasPreviousPage, back.hasNextPage]).toEqual([false, true, true, true]);
  });

  test("a page may select anything, preload, and order by an expression", async () => {
    const page = await paginate(
      from(Item)
        .orderBy((item) => sql`length(${item.name})`.desc())
        .select((item) => ({ n: item.name, id: item.id })),
      { repo, first: 2 },
    );
    expect(Object.keys(page.entries[0] ?? {})).toEqual(["n", "id"]);
    const next = await paginate(
      from(Item)
        .orderBy((item) => sql`length(${item.name})`.desc())
        .select((item) => item.id),
      { repo, first: 2, after: page.endCursor },
    );
    expect(next.entries).toHaveLength(2);
    expect((await paginate(from(Item).preload("parent"), { repo, first: 1 })).entries[0]?.parent).toBe(null);
  });

  test("bad counts, cursors and queries are refused", async () => {
    const items = from(Item);
    await expect(paginate(items, { repo })).rejects.toThrow(ArgumentError);
    await expect(paginate(items, { repo, first: 0 })).rejects.toThrow(/from 1 on/);
    await expect(paginate(items, { repo, first: 1, last: 1 })).rejects.toThrow(/either first or last/);
    for (const cursor of ["", "x", "'; drop table items", "WzFd", "bm9uZQ"])
      await expect(paginate(items, { repo, first: 1, after: cursor })).rejects.toThrow(/cursor/);
    const { endCursor } = await paginate(items.orderBy("name"), { repo, first: 1 });
    await expect(paginate(items.orderBy("rank"), { repo, first: 1, after: endCursor })).rejects.toThrow(/another order/);
    await expect(paginate(items.limit(1), { repo, first: 1 })).rejects.toThrow(QueryError);
    await expect(paginate(items.union(items), { repo, first: 1 })).rejects.toThrow(/combination/);
    await expect(paginate(items.leftJoin("parent").preload({ parent: "parent" }), { repo, first: 1 })).rejects.toThrow(
      /preload out of a join/,
    );
  });
});
