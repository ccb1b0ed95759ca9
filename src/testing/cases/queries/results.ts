import { caseWhen, count, from, map, merge, selectedAs, sql, struct } from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");

/** What a query gives, and in what order: selects, distinct, order, limits, locks. */
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
    { unordered: true },
  ),
  entry(
    "lock",
    () =>
      movies()
        .where({ id: 1 })
        .lock("FOR UPDATE")
        .select((m) => m.id),
    [1],
  ),
  entry(
    "lock, but skip what others hold",
    () =>
      movies()
        .lock("FOR NO KEY UPDATE SKIP LOCKED")
        .select((m) => m.id)
        .limit(1),
    [1],
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
  ),
  entry(
    "lock with a fragment",
    () =>
      movies()
        .where({ id: 1 })
        .lock(sql`FOR SHARE SKIP LOCKED`)
        .select((m) => m.id),
    [1],
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
