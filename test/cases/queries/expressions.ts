import {
  ago,
  all,
  and,
  any,
  type Binding,
  caseWhen,
  coalesce,
  column,
  dateAdd,
  datetimeAdd,
  dynamic,
  exists,
  field,
  fn,
  from,
  fromNow,
  max,
  not,
  or,
  sql,
  subquery,
  tuple,
  type,
  types,
} from "ectype";
import { Decimal } from "decimal.js";
import { entry, type QueryCase } from "./case.ts";
import { Character, Distributor, Movie, Odd } from "./schemas.ts";

const ids = (build: Parameters<ReturnType<typeof movies>["where"]>[0]) => () =>
  movies()
    .where(build)
    .select((m) => m.id);
const movies = () => from(Movie).orderBy("id");

export const expressions: readonly QueryCase[] = [
  entry(
    "where: callback, object and dynamic are joined by and",
    () =>
      movies()
        .where((m) => m.id.lt(3))
        .where({ title: "Bright" })
        .where(dynamic((m) => m.visits.eq(3)))
        .select((m) => m.id),
    [2],
  ),
  entry(
    "orWhere joins to all before it",
    () =>
      movies()
        .where((m) => m.id.eq(1))
        .where((m) => m.title.eq("x"))
        .orWhere((m) => m.id.eq(3))
        .select((m) => m.id),
    [3],
  ),
  entry(
    "comparisons",
    ids((m) => m.id.ne(2).and(m.id.gte(1), m.id.lte(3), m.id.gt(0), m.id.lt(9))),
    [1, 3],
  ),
  entry(
    "arithmetic with precedence kept",
    () =>
      movies()
        .where((m) => m.id.eq(2))
        .select((m) => [m.id.add(1).mul(10), m.id.mul(m.id.add(3)), m.visits.sub(1), m.id.negate(), m.visits.mod(2)]),
    [[30, 10, 2, -2, 1]],
  ),
  entry(
    "columns with columns",
    ids((m) => m.visits.gt(m.id)),
    [1, 2],
  ),
  entry(
    "tuples are compared as rows",
    ids((m) => tuple(m.id, m.title).eq(tuple(2, "Bright"))),
    [2],
  ),
  entry(
    "a tuple among tuples",
    ids((m) => tuple(m.id, m.title).in([tuple(1, "Ready Player One"), tuple(3, "no")])),
    [1],
  ),
  entry(
    "a tuple less than another",
    ids((m) => tuple(m.id, m.title).lt(tuple(2, "Z"))),
    [1, 2],
  ),
  entry(
    "a tuple among the rows of a query",
    ids((m) =>
      tuple(m.id, m.title).in(
        from(Movie)
          .where((o) => o.id.gt(1))
          .select((o) => [o.id, o.title]),
      ),
    ),
    [2, 3],
  ),
  entry(
    "a tuple is not among the rows of a query that selects an object",
    ids((m) =>
      tuple(m.id, m.title).notIn(
        from(Movie)
          .where({ id: 2 })
          .select((o) => ({ id: o.id, title: o.title })),
      ),
    ),
    [1, 3],
  ),
  entry(
    "a tuple among the rows of a union",
    ids((m) => {
      const one = (id: number) =>
        from(Movie)
          .where({ id })
          .select((o) => [o.id, o.title]);
      return tuple(m.id, m.title).in(one(1).union(one(3)));
    }),
    [1, 3],
  ),
  entry(
    "a tuple is compared with the row of a query",
    ids((m) =>
      tuple(m.visits, m.id).gte(
        from(Movie)
          .where({ id: 2 })
          .select((o) => [o.visits, o.id]),
      ),
    ),
    [1, 2],
  ),
  entry(
    "and, or, not",
    ids((m) => and(or(m.id.eq(1), m.id.eq(2)), not(m.id.eq(2)))),
    [1],
  ),
  entry(
    "and() of none is true, or() of none is false",
    () =>
      movies()
        .where(() => and())
        .where((m) => or(m.id.eq(1), or()))
        .select((m) => m.id),
    [1],
  ),
  entry(
    "isNull and isNotNull",
    () =>
      movies()
        .where((m) => m.tagline.isNull())
        .select((m) => [m.id, m.rating.isNotNull()]),
    [[2, true]],
  ),
  entry(
    "isDistinctFrom sees null as a value",
    ids((m) => m.tagline.isDistinctFrom("In space")),
    [1, 2],
  ),
  entry(
    "isNotDistinctFrom",
    ids((m) => m.tagline.isNotDistinctFrom("In space")),
    [3],
  ),
  entry(
    "between",
    ids((m) => m.visits.between(3, 5)),
    [2],
  ),
  entry(
    "in a list",
    ids((m) => m.id.in([1, 3, 9])),
    [1, 3],
  ),
  entry(
    "in an empty list is false",
    ids((m) => m.id.in([])),
    [],
  ),
  entry(
    "in a set",
    ids((m) => m.title.in(new Set(["Bright"]))),
    [2],
  ),
  entry(
    "a null in the list is only bound",
    ids((m) => m.id.in([1, null as never])),
    [1],
  ),
  entry(
    "in a list with a column in it",
    ids((m) => m.id.in([m.visits as never, 2])),
    [2],
  ),
  entry(
    "in a subquery",
    ids((m) =>
      m.id.in(
        from(Character)
          .where((c) => c.hero.eq(true))
          .select((c) => c.movieId),
      ),
    ),
    [1],
  ),
  entry(
    "a value in an array column",
    () =>
      movies()
        .where((m) => type("sf", field.string()).in(m.tags as never))
        .select((m) => m.id),
    [1],
    {},
  ),
  entry(
    "notIn a list",
    ids((m) => m.id.notIn([1, 3])),
    [2],
  ),
  entry(
    "notIn an empty list is true",
    ids((m) => m.id.notIn([])),
    [1, 2, 3],
  ),
  entry(
    "notIn a subquery",
    ids((m) =>
      m.id.notIn(
        from(Character)
          .where((c) => c.movieId.isNotNull().and(c.id.lt(4)))
          .select((c) => c.movieId),
      ),
    ),
    [3],
  ),
  entry(
    "in a list of decimals",
    ids((m) => m.rating.in([new Decimal("7.50"), new Decimal("8.5")])),
    [1, 3],
  ),
  entry(
    "in a list of dates",
    ids((m) => m.releasedOn.in(["2018-03-29"])),
    [1],
  ),
  entry(
    "like",
    ids((m) => m.title.like("%right")),
    [2],
  ),
  entry(
    "a backslash escapes a wildcard on every database",
    ids((m) => m.title.concat("%").like("Bright\\%")),
    [2],
  ),
  entry(
    "an escaped wildcard matches only itself",
    ids((m) => m.title.like("B\\%t")),
    [],
  ),
  entry(
    "ilike",
    ids((m) => m.title.ilike("BRI%")),
    [2],
  ),
  entry(
    "exists with the outer binding by closure",
    ids((m) => exists(from(Character).where((c) => c.movieId.eq(m.id).and(c.hero.eq(true))))),
    [1],
  ),
  entry(
    "exists on the same schema inside and outside",
    ids((m) => exists(from(Movie).where((other) => other.id.gt(m.id).and(other.title.lt(m.title))))),
    [1, 2],
  ),
  entry("the same query inside its own callback has bindings of its own", () => {
    const query = from(Movie).orderBy("id");
    return query.where((m) => exists(query.exclude("orderBy").where((other) => other.id.eq(m.id.add(1))))).select((m) => m.id);
  }, [1, 2]),
  entry(
    "any",
    ids((m) =>
      m.id.eq(
        any(
          from(Character)
            .where((c) => c.movieId.isNotNull())
            .select((c) => c.movieId),
        ),
      ),
    ),
    [1, 2, 3],
    { refused: { sqlite: /does not support any\(subquery\)/ } },
  ),
  entry(
    "all",
    ids((m) =>
      m.id.gte(
        all(
          from(Character)
            .where((c) => c.movieId.isNotNull())
            .select((c) => c.movieId),
        ),
      ),
    ),
    [3],
    { refused: { sqlite: /does not support all\(subquery\)/ } },
  ),
  entry(
    "comparison with a subquery of one value",
    ids((m) =>
      m.visits.eq(
        from(Movie)
          .where({ id: 2 })
          .select((o) => o.visits),
      ),
    ),
    [2],
  ),
  entry("coalesce", () => movies().select((m) => coalesce(m.tagline, m.title, "none")), ["A better reality", "Bright", "In space"]),
  entry("coalesce with a value", () => movies().select((m) => coalesce(m.visits, 0)), [10, 3, 0]),
  entry("caseWhen", () => movies().select((m) => caseWhen(m.id.lt(2), "first").when(m.id.lt(3), m.title).else("later")), [
    "first",
    "Bright",
    "later",
  ]),
  entry("caseWhen without else is null", () => movies().select((m) => caseWhen(m.id.eq(1), 1)), [1, null, null]),
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
