import {
  avg,
  count,
  cumeDist,
  denseRank,
  firstValue,
  fn,
  from,
  lag,
  lastValue,
  lead,
  max,
  min,
  nthValue,
  ntile,
  percentRank,
  rank,
  rowNumber,
  sql,
  sum,
} from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Character, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");
const cast = () => from(Character).orderBy("id");

/** Aggregates and windows. */
export const aggregates: readonly QueryCase[] = [
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
];
