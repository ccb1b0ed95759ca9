import {
  ago,
  type Binding,
  coalesce,
  column,
  dateAdd,
  datetimeAdd,
  exists,
  field,
  fn,
  from,
  fromNow,
  max,
  sql,
  subquery,
  type,
  types,
} from "../../../index.ts";
import { Decimal } from "decimal.js";
import { entry, type QueryCase } from "./case.ts";
import { Character, Distributor, Movie, Odd } from "./schemas.ts";

const ids = (build: Parameters<ReturnType<typeof movies>["where"]>[0]) => () =>
  movies()
    .where(build)
    .select((m) => m.id);
const movies = () => from(Movie).orderBy("id");

/** What is computed: dates, fragments, casts, JSON, functions. */
export const expressions: readonly QueryCase[] = [
  entry(
    "dateAdd",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => [dateAdd(m.releasedOn, 1, "month"), dateAdd(m.releasedOn, -2, "day"), dateAdd(m.releasedOn, 1, "week")]),
    [["2018-01-22", "2017-12-20", "2017-12-29"]],
  ),
  entry(
    "the end of a month stays in the month",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => dateAdd(dateAdd(m.releasedOn, 2, "day"), 1, "month")),
    ["2018-04-30"],
  ),
  entry(
    "datetimeAdd",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => [datetimeAdd(m.seenAt, 90, "minute"), datetimeAdd(m.seenAt, 1, "year"), datetimeAdd(m.seenAt, -1, "second")]),
    [["2026-01-02T11:30:00.000Z", "2027-01-02T10:00:00.000Z", "2026-01-02T09:59:59.000Z"]],
  ),
  entry(
    "the count may be a column",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => dateAdd(m.releasedOn, m.visits as never, "day")),
    ["2017-12-25"],
  ),
  entry(
    "ago and fromNow",
    ids((m) => m.seenAt.gt(ago(200, "year")).and(m.seenAt.lt(fromNow(200, "year")))),
    [1, 2],
  ),
  entry(
    "a fragment inlines columns and binds values",
    ids((m) => sql<boolean>`lower(${m.title}) = ${"bright"}`),
    [2],
  ),
  entry(
    "a question mark and a dollar in a fragment are text",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => sql<string>`'a?b$1' || ${m.title}`),
    ["a?b$1Ready Player One"],
  ),
  entry(
    "a binding in a fragment is its name",
    () =>
      movies()
        .leftJoin("distributor")
        .where((_, { distributor: d }) => sql<boolean>`${d}.name is not null`)
        .select((m, { distributor: d }) => [sql<string>`${m}.title`, sql<string>`upper(${d}.name)`]),
    [["Bright", "NETFLIX"]],
  ),
  entry(
    "a binding of the query around in a fragment",
    ids((m) => exists(from(Distributor).where((d) => sql<boolean>`${d}.movie_id = ${m}.id`))),
    [2],
  ),
  entry(
    "a query of several columns in a fragment",
    ids(
      (m) =>
        sql<boolean>`(${m.id}, ${m.title}) in ${from(Movie)
          .where({ id: 3 })
          .select((o) => [o.id, o.title])}`,
    ),
    [3],
  ),
  entry(
    "sql.identifier",
    () =>
      from(Odd)
        .orderBy("id")
        .select((o) => sql<string>`${sql.identifier("select")} || ${o.select}`),
    ["aa", "bb"],
  ),
  entry(
    "sql.constant",
    () =>
      movies()
        .where({ id: 1 })
        .select(() => sql<string>`upper(${sql.constant("it's \\ me")})`),
    ["IT'S \\ ME"],
  ),
  entry(
    "sql.splice",
    ids((m) => sql<boolean>`${m.id} in (${sql.splice([1, 3])})`),
    [1, 3],
  ),
  entry(
    "a column by a name at run time",
    () =>
      movies()
        .select((m) => column<string>(m, "title"))
        .limit(1),
    ["Ready Player One"],
  ),
  entry(
    "type casts in SQL and loads as that type",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => [
          type(m.id, field.string()),
          type("7", field.integer()),
          type(m.visits, types.float()),
          type(null, field.integer()),
        ]),
    [["1", 7, 10, null]],
  ),
  entry(
    "a path into JSON",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => [m.meta.path("k"), m.meta.path("list", 0, "b"), m.meta.path("list", -1), m.meta.path("none"), m.meta.pathText("n")]),
    [["v", 1, "x", null, "5"]],
  ),
  entry(
    "quotes in a path",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => m.meta.path("it's", '"q"')),
    [true],
  ),
  entry(
    "a JSON value is compared with text",
    ids((m) => m.meta.path("k").eq("w")),
    [2],
  ),
  entry(
    "and with numbers",
    ids((m) => m.meta.path("n").gt(5)),
    [2],
  ),
  entry(
    "a JSON value among others",
    ids((m) => m.meta.path("k").in(["v", "q"])),
    [1],
  ),
  entry(
    "a JSON value as a number",
    ids((m) => type(m.meta.path("n"), field.integer()).add(1).eq(8)),
    [2],
  ),
  entry(
    "a step that is a column",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => m.meta.path("list", m.id)),
    ["x"],
  ),
  entry(
    "a path through embeds names fields",
    () =>
      movies()
        .where((m) => m.studio.path("foundedOn").eq("1981-01-01"))
        .select((m) => [m.studio.path("name"), m.owners.path(1, "name")]),
    [["Amblin", "Sony"]],
  ),
  entry(
    "conditions on null are written with isNull",
    ids((m) => m.visits.isNull()),
    [3],
  ),
  entry(
    "functions of any number of values of any type",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => [fn<string>("concat", m.title, "!", 1), fn<string>("concat_ws", "-", m.title, 2.5, m.id)]),
    [["Bright!1", "Bright-2.5-2"]],
  ),
  entry(
    "functions by name of expressions, with values beside them",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => [
          fn<string>("substr", fn<string>("upper", m.title), 1, 3),
          fn<string>("replace", m.title.concat("!"), "!", "?"),
          fn<string>("substr", subquery(from(Distributor).select((d) => d.name)), 4),
        ]),
    [["BRI", "Bright?", "flix"]],
  ),
  entry("functions by name", () => movies().select((m) => fn<number>("length", m.title)), [16, 6, 5]),
  entry(
    "a column called select of a table with a quote",
    () =>
      from(Odd)
        .where((o) => o.select.eq("b"))
        .select((o) => [o.select, o.group]),
    [["b", 2]],
  ),
  entry(
    "concat",
    () =>
      movies()
        .where({ id: 2 })
        .select((m) => m.title.concat("!", m.title)),
    ["Bright!Bright"],
  ),
  entry(
    "values of every kind are constants of a select",
    () =>
      movies()
        .where({ id: 1 })
        .select((m) => ({
          t: "it's",
          n: 1,
          f: 1.5,
          b: false,
          big: 9007199254740993n,
          d: new Decimal("1.10"),
          at: new Date("2026-01-01T00:00:00.123Z"),
          z: null,
          id: m.id,
        })),
    [{ t: "it's", n: 1, f: 1.5, b: false, big: "9007199254740993", d: "1.1", at: "2026-01-01T00:00:00.123Z", z: null, id: 1 }],
  ),
  entry("a subquery is an expression", () => {
    const cast = (m: Binding<Movie>) =>
      subquery(
        from(Character)
          .where((c) => c.movieId.eq(m.id))
          .select((c) => max(c.id)),
      );
    return from(Movie)
      .where((m) => cast(m).gt(1).and(cast(m).between(2, 3)))
      .orderBy((m) => [cast(m).desc(), m.id])
      .select((m) => [
        m.id,
        cast(m).add(1),
        coalesce(
          subquery(
            from(Distributor)
              .where((d) => d.movieId.eq(m.id))
              .select((d) => d.name),
          ),
          "none",
        ),
      ]);
  }, [
    [2, 4, "Netflix"],
    [1, 3, "none"],
  ]),
  entry(
    "a subquery in select, orderBy and where at once",
    () =>
      movies()
        .exclude("orderBy")
        .orderBy((m) =>
          sql`${from(Character)
            .where((c) => c.movieId.eq(m.id))
            .select((c) => fn<number>("count", c.id))}`.desc(),
        )
        .orderBy("id")
        .select((m) => ({
          id: m.id,
          cast: subquery(
            from(Character)
              .where((c) => c.movieId.eq(m.id))
              .select((c) => fn<number>("count", c.id)),
          ),
        })),
    [
      { id: 1, cast: 2 },
      { id: 2, cast: 1 },
      { id: 3, cast: 1 },
    ],
  ),
];
