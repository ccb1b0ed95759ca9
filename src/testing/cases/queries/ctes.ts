import { count, cte, from, fn, max, sql, subquery } from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Actor, Category, Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");

/** CTEs, and queries put together: union, intersect, except. */
export const ctes: readonly QueryCase[] = [
  entry(
    "a CTE by its name",
    () =>
      from("old")
        .withCte(
          "old",
          from(Movie)
            .where((m) => m.id.lt(3))
            .select((m) => ({ id: m.id, title: m.title })),
        )
        .orderBy("id")
        .select((m) => m.title),
    ["Ready Player One", "Bright"],
  ),
  entry(
    "a CTE with the rows of a schema",
    () =>
      from(cte("old", Movie))
        .withCte("old", from(Movie).where({ id: 1 }))
        .select((m) => [m.title, m.releasedOn]),
    [["Ready Player One", "2018-03-29"]],
  ),
  entry(
    "a CTE joined",
    () =>
      movies()
        .withCte(
          "cast",
          from(Character)
            .groupBy("movieId")
            .select((c) => ({ movieId: c.movieId, total: count() })),
        )
        .join("c", "cast", (m, { c }) => c.movieId.eq(m.id))
        .select((m, { c }) => [m.id, c.total]),
    [
      [1, 2],
      [2, 1],
      [3, 1],
    ],
  ),
  entry(
    "a CTE of a fragment",
    () =>
      from("numbers")
        .withCte("numbers", sql`select 7 as n`)
        .select((n) => n.n),
    [7],
  ),
  entry(
    "a CTE by the name of its own table reads the table",
    () =>
      from("movies")
        .withCte(
          "movies",
          from(Movie)
            .where({ id: 3 })
            .select((m) => ({ id: m.id })),
        )
        .select((m) => m.id),
    [3],
  ),
  entry("a recursive CTE in the order and without the circles that SQL's own words say", () => {
    const tree = cte<{ id: number; again: boolean; place: unknown }>("tree");
    const start = from(Category)
      .where({ id: 1 })
      .select((c) => ({ id: c.id }));
    const below = from(Category)
      .join("t", cte<{ id: number }>("tree"), (c, { t }) => c.parentId.eq(t.id))
      .select((c) => ({ id: c.id }));
    return from(tree)
      .withCte("tree", start.unionAll(below), { search: sql`DEPTH FIRST BY id SET place`, cycle: sql`id SET again USING path` })
      .orderBy("place")
      .select((t) => [t.id, t.again]);
  }, [
    [1, false],
    [2, false],
    [4, false],
    [3, false],
  ]),
  entry(
    "materialized",
    () =>
      from("m")
        .withCte(
          "m",
          from(Movie).select((m) => ({ top: max(m.id) })),
          { materialized: true },
        )
        .select((m) => m.top),
    [3],
  ),
  entry(
    "not materialized",
    () =>
      from("m")
        .withCte(
          "m",
          from(Movie).select((m) => ({ top: max(m.id) })),
          { materialized: false },
        )
        .select((m) => m.top),
    [3],
  ),
  entry("a recursive CTE", () => {
    const roots = from(Category)
      .where((c) => c.parentId.isNull())
      .select((c) => ({ id: c.id, name: c.name, depth: sql.typed<number>("integer", sql`0`) }));
    const below = from(Category)
      .join("tree", cte<{ id: number; name: string; depth: number }>("tree"), (c, { tree }) => c.parentId.eq(tree.id))
      .select((c, { tree }) => ({ id: c.id, name: c.name, depth: tree.depth.add(1) }));
    return from(cte<{ id: number; name: string; depth: number }>("tree"))
      .withCte("tree", roots.unionAll(below))
      .orderBy("id")
      .select((t) => [t.name, t.depth]);
  }, [
    ["all", 0],
    ["books", 1],
    ["films", 1],
    ["comics", 2],
  ]),
  entry("a recursive CTE with the rows of a schema", () => {
    const tree = cte("tree", Category);
    return from(tree)
      .withCte(
        "tree",
        from(Category)
          .where({ id: 2 })
          .unionAll(from(Category).join("t", tree, (c, { t }) => c.parentId.eq(t.id))),
        { recursive: true },
      )
      .orderBy("id")
      .select((t) => t.name);
  }, ["books", "comics"]),
  entry(
    "one CTE reads another",
    () =>
      from("b")
        .withCte(
          "a",
          from(Movie).select((m) => ({ id: m.id })),
        )
        .withCte(
          "b",
          from("a")
            .where((a) => a.id.gt(2))
            .select((a) => ({ id: a.id })),
        )
        .select((b) => b.id),
    [3],
  ),

  entry(
    "union leaves duplicates out",
    () =>
      from(Movie)
        .select((m) => m.title)
        .union(from(Movie).select((m) => m.title))
        .orderBy("title"),
    ["Alien", "Bright", "Ready Player One"],
  ),
  entry(
    "unionAll of two schemas",
    () =>
      from(Actor)
        .where({ id: 1 })
        .select((a) => ({ kind: "actor", name: a.name }))
        .unionAll(from(Distributor).select((d) => ({ kind: "distributor", name: d.name }))),
    [
      { kind: "actor", name: "Tyler" },
      { kind: "distributor", name: "Netflix" },
    ],
    { unordered: true },
  ),
  entry(
    "columns line up by their names",
    () =>
      from(Actor)
        .where({ id: 1 })
        .select((a) => ({ name: a.name, id: a.id }))
        .unionAll(from(Distributor).select((d) => ({ id: d.id, name: d.name }))),
    [
      { name: "Tyler", id: 1 },
      { name: "Netflix", id: 1 },
    ],
    { unordered: true },
  ),
  entry(
    "the same column twice in a union",
    () =>
      from(Actor)
        .where({ id: 1 })
        .select((a) => ({ a: a.name, b: a.name }))
        .unionAll(
          from(Movie)
            .where({ id: 2 })
            .select((m) => ({ a: m.title, b: m.tagline })),
        ),
    [
      { a: "Tyler", b: "Tyler" },
      { a: "Bright", b: null },
    ],
    { unordered: true },
  ),
  entry(
    "tuples in a union",
    () =>
      from(Actor)
        .where({ id: 1 })
        .select((a) => [a.id, a.name] as const)
        .unionAll(
          from(Movie)
            .where({ id: 2 })
            .select((m) => [m.id, m.title] as const),
        ),
    [
      [1, "Tyler"],
      [2, "Bright"],
    ],
    { unordered: true },
  ),
  entry("whole structs in a union", () => from(Distributor).union(from(Distributor)), [{ id: 1, name: "Netflix", movieId: 2 }]),
  entry(
    "intersect and except",
    () =>
      from(Movie)
        .select((m) => m.id)
        .except(
          from(Character)
            .where((c) => c.hero.eq(true))
            .select((c) => c.movieId),
        )
        .intersect(
          from(Movie)
            .where((m) => m.id.lt(3))
            .select((m) => m.id),
        ),
    [2],
  ),
  entry(
    "the order and limit of the first query are those of the whole",
    () =>
      from(Movie)
        .where({ id: 1 })
        .select((m) => m.id)
        .union(
          from(Movie)
            .where((m) => m.id.gt(1))
            .orderBy({ id: "desc" })
            .limit(1)
            .select((m) => m.id),
        )
        .orderBy({ id: "desc" })
        .limit(5),
    [3, 1],
  ),
  entry(
    "exceptAll",
    () =>
      from(Movie)
        .select((m) => m.id)
        .exceptAll(
          from(Movie)
            .where({ id: 1 })
            .select((m) => m.id),
        )
        .orderBy("id"),
    [2, 3],
  ),
  entry(
    "a union in a subquery",
    () =>
      from(
        subquery(
          from(Actor)
            .select((a) => ({ name: a.name }))
            .union(from(Distributor).select((d) => ({ name: d.name }))),
        ),
      ).where((s) => s.name.like("N%")),
    [{ name: "Netflix" }],
  ),
  entry(
    "a subquery in a select on the same schema",
    () =>
      movies().select((m) => [
        m.id,
        subquery(
          from(Movie)
            .where((o) => o.id.lt(m.id))
            .select((o) => fn<number>("count", o.id)),
        ),
      ]),
    [
      [1, 0],
      [2, 1],
      [3, 2],
    ],
  ),
];
