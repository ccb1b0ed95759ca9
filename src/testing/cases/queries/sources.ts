import { as, count, exists, field, from, parentAs, sql, subquery, values } from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");
const title = (m: { title: unknown }) => m.title;

/** Where rows come from: schemas, tables, fragments, values, subqueries, named bindings. */
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
];
