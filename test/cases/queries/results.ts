import {
  avg,
  caseWhen,
  count,
  cumeDist,
  denseRank,
  firstValue,
  fn,
  from,
  lag,
  lastValue,
  lead,
  map,
  max,
  merge,
  min,
  nthValue,
  ntile,
  percentRank,
  rank,
  rowNumber,
  selectedAs,
  sql,
  struct,
  sum,
} from "ectype";
import { entry, type QueryCase } from "./case.ts";
import { Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");
const cast = () => from(Character).orderBy("id");

/** What a query gives, and in what order: selects, aggregates, windows, order, limits. */
export const results: readonly QueryCase[] = [
  entry(
    "a field, a tuple, an object, a nested mix",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => ({ id: m.id, pair: [m.title, { deep: m.visits }], none: null })),
    [{ id: 1, pair: ["Ready Player One", { deep: 10 }], none: null }],
  ),
  entry("a list of fields gives structs with these alone", () => movies().select(["id", "title"]).limit(1), [
    { id: 1, title: "Ready Player One" },
  ]),
  entry(
    "struct and map",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => [struct(m, ["title"]), map(m, ["id", "tagline"])]),
    [[{ title: "Ready Player One" }, { id: 1, tagline: "A better reality" }]],
  ),
  entry("merge replaces fields of a struct", () => from(Distributor).select((d) => merge(d, { name: sql<string>`upper(${d.name})` })), [
    { id: 1, name: "NETFLIX", movieId: 2 },
  ]),
  entry(
    "a merge into a missing row is null",
    () =>
      movies()
        .leftJoin("distributor")
        .select((_, { distributor: d }) => merge(d, { name: "x" })),
    [null, { id: 1, name: "x", movieId: 2 }, null],
  ),
  entry(
    "a struct made of expressions",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => struct(Distributor, { name: m.title, movieId: m.id })),
    [{ id: null, name: "Bright", movieId: 2 }],
  ),
  entry(
    "selectMerge onto nothing keeps the whole struct",
    () => from(Distributor).selectMerge((d) => ({ name: sql<string>`lower(${d.name})` })),
    [{ id: 1, name: "netflix", movieId: 2 }],
  ),
  entry(
    "selectMerge of a virtual field",
    () =>
      from(Movie)
        .where({ id: 2 })
        .select(["id"])
        .selectMerge((m) => ({ shout: sql<string>`upper(${m.title})` })),
    [{ id: 2, shout: "BRIGHT" }],
  ),
  entry(
    "selectMerge of objects: the right wins",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => ({ a: m.id, b: m.title }))
        .selectMerge((m) => ({ b: m.visits, c: m.id })),
    [{ a: 2, b: 3, c: 2 }],
  ),
  entry("takes are combined", () => movies().where({ id: 2 }).select(["id", "title"]).selectMerge(["title", "visits"]), [
    { id: 2, title: "Bright", visits: 3 },
  ]),
  entry("a field that is not loaded by itself is added", () => from(Movie).where({ id: 2 }).select(["id"]).selectMerge(["secret"]), [
    { id: 2, secret: "s2" },
  ]),
  entry(
    "an object with a binding on top",
    () =>
      movies()
        .where({ id: 2 })
        .join("distributor")
        .select((m) => ({ title: m.title }))
        .selectMerge((_, { distributor: d }) => map(d, ["name"])),
    [{ title: "Bright", name: "Netflix" }],
  ),
  entry(
    "a missing right side keeps the left",
    () =>
      movies()
        .where({ id: 1 })
        .leftJoin("distributor")
        .select((m) => ({ title: m.title }))
        .selectMerge((_, { distributor: d }) => d as never),
    [{ title: "Ready Player One" }],
  ),
  entry(
    "map of a missing row is a map of nulls",
    () =>
      movies()
        .where({ id: 1 })
        .leftJoin("distributor")
        .select((_, { distributor: d }) => map(d as never, ["id", "name"] as never)),
    [{ id: null, name: null }],
  ),
  entry(
    "a field with loadInQuery: false is left out",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => m)
        .selectMerge((m) => ({ shout: m.secret })),
    [
      {
        id: 1,
        title: "Ready Player One",
        tagline: "A better reality",
        rating: "7.5",
        visits: 10,
        releasedOn: "2018-03-29",
        seenAt: "2026-01-02T10:00:00.000Z",
        meta: { k: "v", n: 5, list: [{ b: 1 }, "x"], "it's": { '"q"': true } },
        tags: ["sf", "game"],
        studio: { name: "Amblin", foundedOn: "1981-01-01" },
        owners: [
          { name: "WB", foundedOn: null },
          { name: "Sony", foundedOn: null },
        ],
        shout: "s1",
        secret: null,
      },
    ],
  ),
  entry(
    "a named expression in groupBy and orderBy",
    () =>
      from(Character)
        .select((c) => ({ hero: caseWhen(c.hero.eq(true), "yes").else("no").as("group"), total: count().as("total") }))
        .groupBy(() => selectedAs("group"))
        .orderBy(() => selectedAs("total").desc()),
    [
      { hero: "no", total: 3 },
      { hero: "yes", total: 2 },
    ],
  ),
  entry(
    "distinct",
    () =>
      from(Character)
        .where((c) => c.movieId.isNotNull())
        .distinct(true)
        .select((c) => c.movieId)
        .orderBy("movieId"),
    [1, 2, 3],
  ),
  entry(
    "distinct on",
    () =>
      from(Character)
        .where((c) => c.movieId.isNotNull())
        .distinct("movieId")
        .orderBy({ id: "desc" })
        .select((c) => c.name),
    ["Art3mis", "Ward", "Ripley"],
    { refused: { sqlite: /does not support distinct on expressions/ } },
  ),
  entry(
    "order by names, directions and expressions",
    () =>
      from(Movie)
        .orderBy({ visits: "descNullsLast" })
        .orderBy((m) => [m.title.asc(), sql`${m.id}`.desc()])
        .select((m) => m.id),
    [1, 2, 3],
  ),
  entry(
    "nulls first",
    () =>
      from(Movie)
        .orderBy((m) => m.visits.ascNullsFirst())
        .select((m) => m.id),
    [3, 2, 1],
  ),
  entry(
    "prependOrderBy",
    () =>
      from(Character)
        .orderBy("id")
        .prependOrderBy({ movieId: "descNullsLast" })
        .select((c) => c.id),
    [4, 3, 1, 2, 5],
  ),
  entry(
    "groupBy and having",
    () =>
      from(Character)
        .groupBy("movieId")
        .having((c) => count(c.id).gt(1))
        .orHaving((c) => c.movieId.eq(3))
        .orderBy("movieId")
        .select((c) => [c.movieId, count()]),
    [
      [1, 2],
      [3, 1],
    ],
  ),
  entry(
    "limit and offset",
    () =>
      movies()
        .limit(1)
        .offset(1)
        .select((m) => m.id),
    [2],
  ),
  entry(
    "the last limit wins",
    () =>
      movies()
        .limit(1)
        .limit(2)
        .select((m) => m.id),
    [1, 2],
  ),
  entry(
    "offset without limit",
    () =>
      movies()
        .offset(2)
        .select((m) => m.id),
    [3],
  ),
  entry(
    "withTies",
    () =>
      from(Character)
        .where((c) => c.movieId.isNotNull())
        .orderBy("movieId")
        .limit(1)
        .withTies()
        .select((c) => c.name),
    ["Wade", "Art3mis"],
    { refused: { sqlite: /does not support withTies/ }, unordered: true },
  ),
  entry(
    "lock",
    () =>
      movies()
        .where({ id: 1 })
        .lock("FOR UPDATE")
        .select((m) => m.id),
    [1],
    { refused: { sqlite: /does not support lock/ } },
  ),
  entry(
    "lock, but skip what others hold",
    () =>
      movies()
        .lock("FOR NO KEY UPDATE SKIP LOCKED")
        .select((m) => m.id)
        .limit(1),
    [1],
    { refused: { sqlite: /does not support lock/ } },
  ),
  entry(
    "lock of one source's rows",
    () =>
      movies()
        .leftJoin("distributor")
        .lock((m) => sql`FOR UPDATE OF ${m} NOWAIT`)
        .select((m, { distributor: d }) => [m.id, d.name]),
    [
      [1, null],
      [2, "Netflix"],
      [3, null],
    ],
    { refused: { sqlite: /does not support lock/ } },
  ),
  entry(
    "lock with a fragment",
    () =>
      movies()
        .where({ id: 1 })
        .lock(sql`FOR SHARE SKIP LOCKED`)
        .select((m) => m.id),
    [1],
    { refused: { sqlite: /does not support lock/ } },
  ),

  entry(
    "aggregates and their types",
    () =>
      from(Movie).select((m) => ({
        all: count(),
        some: count(m.tagline),
        kinds: count(m.tagline, "distinct"),
        sum: sum(m.visits),
        min: min(m.title),
        max: max(m.releasedOn),
        top: max(m.seenAt),
        rating: sum(m.rating),
      })),
    [{ all: 3, some: 2, kinds: 2, sum: 13, min: "Alien", max: "2018-03-29", top: "2026-01-03T11:30:00.000Z", rating: "22.3" }],
  ),
  entry("avg", () => from(Movie).select((m) => sql.typed<boolean>("boolean", sql`${avg(m.visits)} = 6.5`)), [true]),
  entry(
    "aggregates of nothing are null, a count is zero",
    () =>
      from(Movie)
        .where({ id: 99 })
        .select((m) => [count(), sum(m.visits), avg(m.visits), max(m.title)]),
    [[0, null, null, null]],
  ),
  entry("filter", () => from(Character).select((c) => [count(c.id).filter(c.hero.eq(true)), max(c.name).filter(c.movieId.eq(2))]), [
    [2, "Ward"],
  ]),
  entry(
    "an aggregate with an order of its own, each value once",
    () =>
      from(Character)
        .where((c) => c.movieId.isNotNull())
        .select((c) => [count(c.movieId).distinct(), max(c.name).orderBy(c.id.desc(), c.name).filter(c.hero.eq(true))]),
    [[3, "Wade"]],
  ),
  entry(
    "a list of texts in an order",
    () => from(Character).select((c) => fn<string | null>("string_agg", c.name, ", ").orderBy(c.name.desc()).filter(c.movieId.isNotNull())),
    ["Ward, Wade, Ripley, Art3mis"],
  ),
  entry(
    "a list of texts in an order, over a window",
    () =>
      cast()
        .where((c) => c.movieId.eq(1))
        .select((c) => [c.name, fn<string | null>("string_agg", c.name, ", ").over({ orderBy: c.name })]),
    [
      ["Wade", "Art3mis, Wade"],
      ["Art3mis", "Art3mis"],
    ],
  ),
  entry(
    "aggregates of an ordered group",
    () =>
      from(Movie).select((m) => [
        fn<number | null>("percentile_cont", 0.5).withinGroup(m.visits),
        fn<string | null>("mode").withinGroup(m.title.desc()).filter(m.id.gt(1)),
      ]),
    [[6.5, "Bright"]],
    { refused: { sqlite: /does not support percentile_cont with withinGroup/ } },
  ),
  entry(
    "windows by name, extended and inline",
    () =>
      cast()
        .where((c) => c.movieId.isNotNull())
        .windows((c) => ({ w: { partitionBy: c.movieId, orderBy: c.id } }))
        .select((c) => [
          c.id,
          rowNumber().over("w"),
          count(c.id).over({ partitionBy: c.movieId }),
          count().over(),
          sum(c.id).over({ base: "w" }),
        ]),
    [
      [1, 1, 2, 4, 1],
      [2, 2, 2, 4, 3],
      [3, 1, 1, 4, 3],
      [4, 1, 1, 4, 4],
    ],
  ),
  entry(
    "a frame",
    () =>
      cast()
        .where((c) => c.id.lt(4))
        .select((c) => sum(c.id).over({ orderBy: c.id, frame: sql`ROWS BETWEEN 1 PRECEDING AND CURRENT ROW` })),
    [1, 3, 5],
  ),
  entry(
    "window functions",
    () =>
      movies()
        .windows((m) => ({ w: { orderBy: m.id } }))
        .select((m) => [
          rank().over("w"),
          denseRank().over("w"),
          ntile(2).over("w"),
          percentRank().over("w"),
          lag(m.title).over("w"),
          lead(m.id, 1, 0).over("w"),
          firstValue(m.id).over("w"),
          nthValue(m.id, 2).over("w"),
        ]),
    [
      [1, 1, 1, 0, null, 2, 1, null],
      [2, 2, 1, 0.5, "Ready Player One", 3, 1, 2],
      [3, 3, 2, 1, "Bright", 0, 1, 2],
    ],
  ),
  entry(
    "cumeDist and lastValue",
    () =>
      movies()
        .select((m) => [cumeDist().over({ orderBy: m.id }), lastValue(m.id).over({ orderBy: m.id })])
        .limit(1)
        .offset(2),
    [[1, 3]],
  ),
  entry(
    "an aggregate with filter over a window",
    () => movies().select((m) => count().filter(m.id.gt(1)).over({ orderBy: m.id })),
    [0, 1, 2],
  ),

  entry(
    "exclude",
    () =>
      movies()
        .where({ id: 9 })
        .limit(1)
        .select(["id"])
        .exclude("where", "limit")
        .exclude(["orderBy", "select"])
        .select(() => count()),
    [3],
  ),
  entry(
    "first and last",
    () =>
      from(Movie)
        .first()
        .select((m) => m.id)
        .union(
          from(Movie)
            .last()
            .select((m) => m.id),
        )
        .exclude("orderBy", "limit"),
    [1, 2, 3],
    { unordered: true },
  ),
  entry(
    "last by the order it has",
    () =>
      from(Movie)
        .orderBy("title")
        .last()
        .select((m) => m.title),
    ["Ready Player One"],
  ),
  entry(
    "reverseOrder flips directions and nulls",
    () =>
      from(Movie)
        .orderBy({ visits: "descNullsLast" })
        .reverseOrder()
        .select((m) => m.id),
    [3, 2, 1],
  ),
  entry(
    "limitPer on a query",
    () =>
      from(Character)
        .where((c) => c.movieId.isNotNull())
        .orderBy({ id: "desc" })
        .limitPer(1, "movieId")
        .select((c) => [c.movieId, c.name]),
    [
      [3, "Ripley"],
      [2, "Ward"],
      [1, "Art3mis"],
    ],
  ),
  entry(
    "limitPer with a join and whole structs",
    () =>
      from(Character)
        .join("movie")
        .orderBy("id")
        .limitPer(1, (_, { movie }) => movie.id)
        .select((c, { movie }) => ({ name: c.name, movie: movie.title })),
    [
      { name: "Wade", movie: "Ready Player One" },
      { name: "Ward", movie: "Bright" },
      { name: "Ripley", movie: "Alien" },
    ],
  ),
];
