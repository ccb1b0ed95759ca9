import { as, assoc, count, cte, dynamic, exists, field, from, fn, max, parentAs, sql, subquery, values } from "ectype";
import { entry, type QueryCase } from "./case.ts";
import { Actor, Category, Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");
const title = (m: { title: unknown }) => m.title;
const noLateral = { refused: { sqlite: /does not support lateral joins/ } };

/** Where rows come from: schemas, fragments, values, subqueries, joins, CTEs, combinations. */
export const sources: readonly QueryCase[] = [
  entry("a schema", () => movies().select(title), ["Ready Player One", "Bright", "Alien"]),
  entry(
    "a table's name",
    () =>
      from("movies")
        .orderBy("id")
        .select((m) => [m.id, m.title])
        .limit(1),
    [[1, "Ready Player One"]],
  ),
  entry("another table with the rows of a schema", () => from(["actors", Distributor]).where({ id: 1 }).select(["id", "name"]), [
    { id: 1, name: "Tyler" },
  ]),
  entry("a query is a source to go on from", () => from(movies().where({ id: 2 })).select(title), ["Bright"]),
  entry("a fragment with columns", () => from(sql`(select 1 as n, 'a' as t)`, { columns: ["n", "t"] }), [{ n: 1, t: "a" }]),
  entry("a fragment with values", () => from(sql`(select ${"x"} as t)`, { columns: ["t"] }).select((f) => f.t), ["x"]),
  entry("a fragment with the rows of a schema", () => from([sql`(select id, name, movie_id from distributors)`, Distributor]), [
    { id: 1, name: "Netflix", movieId: 2 },
  ]),
  entry(
    "a list of values",
    () =>
      from(
        values(
          [
            { id: 1, label: "a" },
            { id: 2, label: null },
          ],
          { id: field.integer(), label: field.string() },
        ),
      ),
    [
      { id: 1, label: "a" },
      { id: 2, label: null },
    ],
  ),
  entry(
    "a list of values in a join",
    () =>
      movies()
        .join("v", values([{ id: "2", label: "b" }], { id: field.integer(), label: field.string() }), (m, { v }) => v.id.eq(m.id))
        .select((m, { v }) => [m.title, v.label]),
    [["Bright", "b"]],
  ),
  entry(
    "a missing row of values is null",
    () =>
      movies()
        .leftJoin("v", values([{ id: 2 }], { id: field.integer() }), (m, { v }) => v.id.eq(m.id))
        .select((_, { v }) => v),
    [null, { id: 2 }, null],
  ),
  entry(
    "a subquery",
    () =>
      from(subquery(from(Movie).where((m) => m.id.gt(1))))
        .orderBy("id")
        .select((m) => m.title),
    ["Bright", "Alien"],
  ),
  entry("a subquery of whole rows gives structs", () => from(subquery(from(Character).where({ id: 5 }))), [
    { id: 5, name: "Nobody", hero: null, movieId: null },
  ]),
  entry(
    "a subquery's columns keep their types",
    () =>
      from(subquery(from(Movie).select((m) => ({ key: m.id, on: m.releasedOn, seen: m.seenAt, rating: m.rating })))).where((s) =>
        s.key.eq(1),
      ),
    [{ key: 1, on: "2018-03-29", seen: "2026-01-02T10:00:00.000Z", rating: "7.5" }],
  ),
  entry(
    "a virtual field may come out of a subquery",
    () =>
      from(
        subquery(
          from(Movie)
            .where({ id: 2 })
            .select(["id", "title"])
            .selectMerge((m) => ({ shout: sql<string>`upper(${m.title})` })),
        ),
      ),
    [{ id: 2, title: "Bright", shout: "BRIGHT" }],
  ),
  entry(
    "a subquery in a join",
    () =>
      movies()
        .join(
          "c",
          subquery(
            from(Character)
              .groupBy("movieId")
              .select((c) => ({ movieId: c.movieId, cast: count(c.id) })),
          ),
          (m, { c }) => c.movieId.eq(m.id),
        )
        .select((m, { c }) => [m.title, c.cast]),
    [
      ["Ready Player One", 2],
      ["Bright", 1],
      ["Alien", 1],
    ],
  ),
  entry(
    "as and parentAs",
    () =>
      from(Movie)
        .as("movie")
        .where(() => exists(from(Distributor).where((d) => d.movieId.eq(parentAs("movie", Movie).id))))
        .select(title),
    ["Bright"],
  ),
  entry(
    "parentAs reaches through two levels",
    () =>
      from(Movie)
        .as("movie")
        .where(() => exists(from(Character).where(() => exists(from(Distributor).where((d) => d.movieId.eq(parentAs("movie", Movie).id))))))
        .select(title),
    ["Bright"],
  ),
  entry(
    "as names a binding that is found late",
    () =>
      from(Movie)
        .join("characters")
        .where(() => as("characters", Character).name.eq("Ward"))
        .select(title),
    ["Bright"],
  ),

  entry(
    "a join of an association",
    () =>
      from(Character)
        .orderBy("id")
        .join("movie")
        .select((c, { movie }) => [c.name, movie.title]),
    [
      ["Wade", "Ready Player One"],
      ["Art3mis", "Ready Player One"],
      ["Ward", "Bright"],
      ["Ripley", "Alien"],
    ],
  ),
  entry(
    "a join of an association of a join",
    () =>
      from(Distributor)
        .join("movie")
        .join("c", (_, { movie }) => assoc(movie, "characters"))
        .select((d, { c }) => [d.name, c.name]),
    [["Netflix", "Ward"]],
  ),
  entry(
    "a join through a join table",
    () =>
      movies()
        .join("actors")
        .orderBy((_, { actors }) => actors.id)
        .select((m, { actors }) => [m.id, actors.name]),
    [
      [1, "Tyler"],
      [2, "Tyler"],
      [2, "Will"],
      [3, "Sigourney"],
    ],
  ),
  entry(
    "a join through associations",
    () =>
      from(Character)
        .where({ name: "Ward" })
        .join("movieActors")
        .orderBy((_, { movieActors: a }) => a.id)
        .select((_, { movieActors: a }) => a.name),
    ["Tyler", "Will"],
  ),
  entry(
    "a join of an association with a filter",
    () =>
      movies()
        .join("heroes")
        .select((_, { heroes: h }) => h.name),
    ["Wade", "Art3mis"],
  ),
  entry(
    "another condition beside the association's",
    () =>
      movies()
        .join("characters", { on: (_, { characters: c }) => c.name.like("W%") })
        .select((_, { characters: c }) => c.name),
    ["Wade", "Ward"],
  ),
  entry(
    "another condition as an object, about what is joined",
    () =>
      movies()
        .leftJoin("characters", { on: { name: "Wade" } })
        .select((m, { characters: c }) => [m.id, c.name]),
    [
      [1, "Wade"],
      [2, null],
      [3, null],
    ],
  ),
  entry(
    "a condition as an object",
    () =>
      movies()
        .limit(1)
        .join("a", Actor, { name: "Will" })
        .select((m, { a }) => [m.id, a.name]),
    [[1, "Will"]],
  ),
  entry(
    "a condition as a dynamic",
    () =>
      movies()
        .join(
          "d",
          Distributor,
          dynamic<Movie, { d: Distributor }>((m, { d }) => d.movieId.eq(m.id)),
        )
        .select((_, { d }) => d.name),
    ["Netflix"],
  ),
  entry(
    "leftJoin leaves null for what is missing",
    () =>
      movies()
        .leftJoin("distributor")
        .select((m, { distributor: d }) => [m.id, d.name, d]),
    [
      [1, null, null],
      [2, "Netflix", { id: 1, name: "Netflix", movieId: 2 }],
      [3, null, null],
    ],
  ),
  entry(
    "rightJoin makes the root null",
    () =>
      from(Distributor)
        .rightJoin("movie")
        .orderBy((_, { movie }) => movie.id)
        .select((d, { movie }) => [d, movie.title]),
    [
      [null, "Ready Player One"],
      [{ id: 1, name: "Netflix", movieId: 2 }, "Bright"],
      [null, "Alien"],
    ],
  ),
  entry(
    "fullJoin makes both sides null",
    () =>
      from(Character)
        .fullJoin("d", Distributor, (c, { d }) => c.movieId.eq(d.movieId))
        .where((c, { d }) => c.movieId.isNull().or(d.id.isNotNull()))
        .orderBy((c) => c.id)
        .select((c, { d }) => [c.name, d]),
    [
      ["Ward", { id: 1, name: "Netflix", movieId: 2 }],
      ["Nobody", null],
    ],
  ),
  entry(
    "crossJoin",
    () =>
      movies()
        .crossJoin("a", Actor)
        .where((_, { a }) => a.id.eq(4))
        .select((m, { a }) => [m.id, a.id]),
    [
      [1, 4],
      [2, 4],
      [3, 4],
    ],
  ),
  entry(
    "innerLateralJoin",
    () =>
      movies()
        .innerLateralJoin("c", (m) =>
          from(Character)
            .where((c) => c.movieId.eq(m.id))
            .orderBy({ id: "desc" })
            .limit(1),
        )
        .select((m, { c }) => [m.id, c.name]),
    [
      [1, "Art3mis"],
      [2, "Ward"],
      [3, "Ripley"],
    ],
    noLateral,
  ),
  entry(
    "leftLateralJoin on the same schema",
    () =>
      movies()
        .leftLateralJoin("next", (m) =>
          from(Movie)
            .where((n) => n.id.gt(m.id))
            .orderBy("id")
            .limit(1),
        )
        .select((m, { next }) => [m.id, next.title]),
    [
      [1, "Bright"],
      [2, "Alien"],
      [3, null],
    ],
    noLateral,
  ),
  entry(
    "crossLateralJoin",
    () =>
      movies()
        .crossLateralJoin("c", (m) =>
          from(Character)
            .where((c) => c.movieId.eq(m.id))
            .select((c) => ({ total: count(c.id) })),
        )
        .select((m, { c }) => [m.id, c.total]),
    [
      [1, 2],
      [2, 1],
      [3, 1],
    ],
    noLateral,
  ),
  entry(
    "a join with a fragment",
    () =>
      movies()
        .join("f", sql`(select 2 as id, ${"x"} as label)`, (m, { f }) => m.id.eq(f.id))
        .select((m, { f }) => [m.id, f.label]),
    [[2, "x"]],
  ),
  entry(
    "a join with a table, and with a fragment, whose rows are a schema's",
    () =>
      movies()
        .leftJoin("a", ["actors", Distributor], (m, { a }) => m.id.eq(a.id))
        .join("f", [sql`(select id, name, movie_id from distributors)`, Distributor], (m, { f }) => m.id.eq(f.movieId))
        .select((m, { a, f }) => [m.id, a.name, f]),
    [[2, "Will", { id: 1, name: "Netflix", movieId: 2 }]],
  ),
  entry(
    "a crossJoin with a table's name and a fragment",
    () =>
      movies()
        .limit(1)
        .crossJoin("t", "distributors")
        .crossJoin("f", sql`(select 1 as n)`)
        .select((m, { t, f }) => [m.id, t.name, f.n]),
    [[1, "Netflix", 1]],
  ),
  entry(
    "a join with a table's name",
    () =>
      movies()
        .join("d", "distributors", (m, { d }) => d.movie_id.eq(m.id))
        .select((m, { d }) => [m.id, d.name]),
    [[2, "Netflix"]],
  ),
  entry(
    "a join with a query that filters",
    () =>
      movies()
        .join("c", from(Character).where({ hero: true }), (m, { c }) => c.movieId.eq(m.id))
        .select((_, { c }) => c.name),
    ["Wade", "Art3mis"],
  ),
  entry("a join of a query with itself", () => {
    const query = movies().where((m) => m.id.lt(3));
    return query.join("other", query.exclude("orderBy"), (m, { other }) => other.id.gt(m.id)).select((m, { other }) => [m.id, other.id]);
  }, [[1, 2]]),
  entry(
    "the same schema twice",
    () =>
      from(Category)
        .join("p", Category, (c, { p }) => c.parentId.eq(p.id))
        .orderBy("id")
        .select((c, { p }) => [c.name, p.name]),
    [
      ["books", "all"],
      ["films", "all"],
      ["comics", "books"],
    ],
  ),
  entry(
    "a self reference as an association",
    () =>
      from(Category)
        .join("parent")
        .join("children")
        .orderBy("id")
        .select((c, { parent, children }) => [parent.name, c.name, children.name]),
    [["all", "books", "comics"]],
  ),

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
  entry(
    "a recursive CTE in the order and without the circles that SQL's own words say",
    () => {
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
    },
    [
      [1, false],
      [2, false],
      [4, false],
      [3, false],
    ],
    { refused: { sqlite: /does not support SEARCH and CYCLE of a CTE \("tree"\)/ } },
  ),
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
    { refused: { sqlite: /exceptAll/ } },
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
