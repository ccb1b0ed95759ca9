import { assoc, dynamic, exists, field, from, type Repo, sql, subquery, values } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, fill, Movie } from "../../../src/testing/cases/queries/schemas.ts";

// What a query was built from may change afterwards, and what a callback was given may be kept: the query stays what it was.

type Any = any;

/** Every method of a query, with arguments for it. */
const METHODS: Record<string, (q: Any) => unknown> = {
  where: (q) => q.where({ id: 1 }),
  orWhere: (q) => q.orWhere({ id: 1 }),
  having: (q) => q.having((m: Any) => m.id.eq(1)),
  orHaving: (q) => q.orHaving((m: Any) => m.id.eq(1)),
  join: (q) => q.join("distributor"),
  innerJoin: (q) => q.innerJoin("x", Actor, { id: 1 }),
  leftJoin: (q) => q.leftJoin("x", from(Actor).where({ id: 1 }), { id: 1 }),
  rightJoin: (q) => q.rightJoin("x", Actor, { id: 1 }),
  fullJoin: (q) => q.fullJoin("x", Actor, { id: 1 }),
  crossJoin: (q) => q.crossJoin("x", Actor),
  innerLateralJoin: (q) => q.innerLateralJoin("x", () => from(Actor)),
  leftLateralJoin: (q) => q.leftLateralJoin("x", () => from(Actor)),
  crossLateralJoin: (q) => q.crossLateralJoin("x", () => from(Actor)),
  select: (q) => q.exclude("select").select(["id"]),
  selectMerge: (q) => q.selectMerge((m: Any) => ({ x: m.id })),
  distinct: (q) => q.distinct("id"),
  orderBy: (q) => q.orderBy("title"),
  prependOrderBy: (q) => q.prependOrderBy("title"),
  groupBy: (q) => q.groupBy("id"),
  limit: (q) => q.limit(9),
  offset: (q) => q.offset(9),
  withTies: (q) => q.withTies(),
  limitPer: (q) => q.limitPer(1, "id"),
  lock: (q) => q.lock("FOR UPDATE"),
  update: (q) => q.update({ set: { title: "x" } }),
  preload: (q) => q.preload("actors"),
  windows: (q) => q.windows((m: Any) => ({ x: { partitionBy: m.id } })),
  union: (q) => q.union(from(Movie)),
  unionAll: (q) => q.unionAll(from(Movie)),
  intersect: (q) => q.intersect(from(Movie)),
  intersectAll: (q) => q.intersectAll(from(Movie)),
  except: (q) => q.except(from(Movie)),
  exceptAll: (q) => q.exceptAll(from(Movie)),
  withCte: (q) => q.withCte("x", from(Movie)),
  as: (q) => q.as("root"),
  prefix: (q) => q.prefix("x"),
  hints: (q) => q.hints(sql`x`),
  exclude: (q) => q.exclude("where", "joins", "select", "orderBy", "limit", "preload"),
  first: (q) => q.first(),
  last: (q) => q.last(),
  reverseOrder: (q) => q.reverseOrder(),
  withNamedBinding: (q) => q.withNamedBinding("x", (one: Any) => one.join("x", Actor, { id: 1 })),
  pipe: (q) => q.pipe((one: Any) => one.limit(3)),
  when: (q) => q.when(true, (one: Any) => one.limit(3)),
};

const full = () =>
  (from(Movie) as Any)
    .join("characters")
    .where({ id: 1 })
    .select((m: Any) => ({ id: m.id, m }))
    .orderBy("id")
    .limit(2)
    .preload("byName");

function deepFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFrozen(item);
}

describe("no method changes its receiver", () => {
  test("every method is tried", () => {
    const proto = Object.getPrototypeOf(from(Movie)) as object;
    const names = Object.getOwnPropertyNames(proto).filter((name) => !["constructor", "toString", "hasNamedBinding"].includes(name));
    expect(Object.keys(METHODS).sort()).toEqual(names.sort());
  });
  test.each(Object.entries(METHODS))("%s", (name, run) => {
    const query = full();
    const before = String(query);
    // Writing to any part of it throws.
    for (const key of Object.getOwnPropertySymbols(query)) deepFrozen(query[key]);
    const next = run(query);
    expect(next).not.toBe(query);
    // Hints are not printed.
    if (name !== "hints") expect(String(next)).not.toBe(before);
    expect(String(query)).toBe(before);
    expect(String(run(query))).toBe(String(next));
  });
});

test("arrays and objects that a query was given may change afterwards", () => {
  const changed: [string, (given: Any) => unknown, given: () => Any, change: (given: Any) => void][] = [
    ["in", (g) => from(Movie).where((m) => m.id.in(g)), () => [1], (g) => g.push(2)],
    ["in, of a set", (g) => from(Movie).where((m) => m.id.in(g)), () => new Set([1]), (g) => g.add(2)],
    ["where", (g) => from(Movie).where(g), () => ({ id: 1 }), (g) => Object.assign(g, { id: 2, title: "x" })],
    ["where, a list", (g) => from(Movie).where({ tags: g }), () => ["a"], (g) => g.push("b")],
    ["where, a date", (g) => from(Movie).where({ seenAt: g }), () => new Date(0), (g) => g.setTime(1e12)],
    ["orderBy", (g) => from(Movie).orderBy(g), () => ["id"], (g) => g.push("title")],
    ["orderBy, an object", (g) => from(Movie).orderBy(g), () => ({ id: "desc" }), (g) => Object.assign(g, { id: "asc", title: "asc" })],
    ["groupBy", (g) => from(Movie).groupBy(g), () => ["id"], (g) => g.push("title")],
    ["distinct", (g) => from(Movie).distinct(g), () => ["id"], (g) => g.push("title")],
    ["select", (g) => from(Movie).select(g), () => ["id"], (g) => g.push("title")],
    ["select, below", (g) => from(Movie).select(["id", { characters: g }] as never), () => ["id"], (g) => g.push("name")],
    ["select, an object", (g) => from(Movie).select((m) => ({ ...g, id: m.id })), () => ({ a: 1 }), (g) => (g.a = 2)],
    [
      "preload",
      (g) => from(Movie).preload(g),
      () => ({ characters: ["movie"] }),
      (g) => {
        g.characters.push("movieActors");
        g.actors = true;
      },
    ],
    ["preload, a list", (g) => from(Movie).preload(g), () => ["actors"], (g) => g.push("characters")],
    [
      "update",
      (g) => from(Movie).update(g),
      () => ({ set: { title: "a" } }),
      (g) => {
        g.set.title = "b";
        g.inc = { visits: 1 };
      },
    ],
    ["hints", (g) => from(Movie, { hints: g }), () => [sql`a`], (g) => g.push(sql`b`)],
    ["columns", (g) => from(sql`f()`, { columns: g }).select((f: Any) => [f.a, f.b]), () => ["a", "b"], (g) => g.reverse()],
    [
      "values",
      (g) => from(values(g, { a: "integer", t: field.array(field.string()) })),
      () => [{ a: 1, t: ["x"] }],
      (g) => {
        g[0].a = 2;
        g[0].t.push("y");
        g.push(g[0]);
      },
    ],
    ["splice", (g) => from(Movie).where(() => sql<boolean>`1 in (${sql.splice(g)})`), () => [1], (g) => g.push(2)],
    ["path", (g) => from(Movie).select((m) => (m.meta as Any).path(...g)), () => ["a"], (g) => g.push("b")],
    [
      "windows",
      (g) => from(Movie).windows(g),
      () => ({ w: {} }),
      (g) => {
        g.v = {};
      },
    ],
    ["exclude", (g) => from(Movie).where({ id: 1 }).limit(1).exclude(g), () => ["limit"], (g) => g.push("where")],
    ["from", (g) => from(Movie, g), () => ({ limit: 1 }), (g) => Object.assign(g, { limit: 2, offset: 1 })],
  ];
  for (const [name, build, given, change] of changed) {
    const value = given();
    const query = build(value);
    change(value);
    expect({ name, query: String(query) }).toEqual({ name, query: String(build(given())) });
  }
});

test("JSON objects and bytes are held, and read when the query runs", () => {
  const meta = { k: 1 };
  const query = from(Movie).update({ set: { meta } });
  meta.k = 2;
  expect(String(query)).toContain("k: 2");
});

test("a dynamic keeps the conditions that it was made of", () => {
  const parts = [dynamic<Movie>((m) => m.id.eq(1))];
  const both = dynamic.and(parts as never);
  parts.push(dynamic<Movie>((m) => m.id.eq(2)));
  expect(String(from(Movie).where(both))).toBe(String(from(Movie).where({ id: 1 })));
});

describe.each(databases)("bindings on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await fill(repo);
  });

  test("one that is kept names the rows of its own query, and is an error in any other", () => {
    let m: Any;
    let c: Any;
    from(Movie)
      .join("characters")
      .where((movie, { characters }) => {
        m = movie;
        c = characters;
        return movie.id.eq(1);
      });
    const others: (() => Any)[] = [
      () => from(Movie).where(() => m.id.eq(1)),
      () => from(Movie).orWhere(m.id.eq(1)),
      () => from(Movie).select(() => m),
      () => from(Movie).select(() => ({ m: [m.id] })),
      () => from(Movie).orderBy(() => m.id),
      () => from(Movie).groupBy(() => m.id),
      () => from(Movie).having(() => m.id.eq(1)),
      () => from(Movie).distinct(() => m.id),
      () => from(Movie).windows(() => ({ w: { orderBy: m.id } })),
      () => from(Movie).join("x", () => assoc(m, "actors") as never),
      () => from(Movie).join("x", Character, () => m.id.eq(1)),
      () =>
        from(Movie)
          .join("characters")
          .where(() => c.id.eq(1)),
      () => from(Movie).where(() => exists(from(Actor).where(() => m.id.eq(1)))),
      () => from(Movie).union(from(Movie).where(() => m.id.eq(1))),
      () => from(subquery(from(Movie).where(() => c.id.eq(1)))),
      () =>
        from("x")
          .withCte(
            "x",
            from(Movie).where(() => m.id.eq(1)),
          )
          .select((x: Any) => x.id),
    ];
    for (const other of others) expect(() => repo.toSql("all", other())).toThrow(/is not part of this query, nor of one around it/);
    const update = from(Movie).update(() => ({ set: { title: m.title } }));
    expect(() => repo.toSql("updateAll", update)).toThrow(/is not part of this query/);
  });

  test("two joins of one assoc are two joins", async () => {
    let kept: Any;
    const query = from(Movie)
      .where({ id: 2 })
      .join("x", (m) => (kept = assoc(m, "actors")))
      .join("y", () => kept as never)
      .where((_: Any, { x, y }: Any) => x.id.lt(y.id))
      .select((_: Any, { x, y }: Any) => [x.id, y.id]);
    expect(await repo.all(query)).toEqual([[1, 2]]);
  });

  test("keys with dots, with $ and without a character are places of their own in a combination", async () => {
    const one = () =>
      from(Movie)
        .where({ id: 1 })
        .select((m) => ({ "a.b": m.id, a: { b: m.title }, "": { x: m.visits }, x: m.tagline, "a\\.b": m.rating, $a: m.id }));
    const [alone] = await repo.all(one());
    expect(await repo.all(one().unionAll(one()))).toEqual([alone, alone]);
    const other = () =>
      from(Movie)
        .where({ id: 1 })
        .select((m) => ({ $a: m.id, "a\\.b": m.rating, x: m.tagline, "": { x: m.visits }, a: { b: m.title }, "a.b": m.id }));
    expect(await repo.all(one().unionAll(other()))).toEqual([alone, alone]);
  });
});
