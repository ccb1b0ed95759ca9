import { all, and, any, caseWhen, coalesce, dynamic, exists, field, from, not, or, tuple, type } from "../../../index.ts";
import { Decimal } from "decimal.js";
import { entry, type QueryCase } from "./case.ts";
import { Character, Movie } from "./schemas.ts";

const ids = (build: Parameters<ReturnType<typeof movies>["where"]>[0]) => () =>
  movies()
    .where(build)
    .select((m) => m.id);
const movies = () => from(Movie).orderBy("id");

/** Conditions: comparisons, lists, subqueries, texts. */
export const conditions: readonly QueryCase[] = [
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
];
