import {
  and,
  any,
  as,
  assoc,
  caseWhen,
  dynamic,
  exists,
  field,
  from,
  fromNow,
  max,
  sql,
  subquery,
  tuple,
  type,
  values,
} from "../../../index.ts";
import { Actor, Category, Character, Distributor, Movie, Odd } from "./schemas.ts";
import { type ChangeCase, update } from "./change-case.ts";

const movies = from(Movie);
const of = (id: number) => from(Movie).where((m) => m.id.eq(id));
const heroes = from(Character).where({ hero: true });

const writes: readonly ChangeCase[] = [
  update("set of a value", () => of(1).update({ set: { title: "x" } }), 1),
  update("set of null", () => of(1).update({ set: { tagline: null, visits: null } }), 1),
  update(
    "set of values of several types",
    () =>
      of(1).update({
        set: {
          rating: "9.50",
          releasedOn: "2026-02-03",
          seenAt: "2026-02-03T04:05:06Z",
          meta: { k: ["v"] },
          tags: ["a", "b"],
          studio: null,
          owners: [],
        } as never,
      }),
    1,
  ),
  update("set of a column", () => movies.update((m) => ({ set: { tagline: m.title } })), 3),
  update("set of an expression", () => of(1).update((m) => ({ set: { title: m.title.concat("!"), visits: m.visits.mul(2).add(1) } })), 1),
  update("set of a fragment", () => of(1).update((m) => ({ set: { title: sql<string>`upper(${m.title}) || ${"?"}` } })), 1),
  update("set of a cast", () => of(1).update((m) => ({ set: { tagline: type(m.visits, field.string()) } })), 1),
  update("set of a case", () => movies.update((m) => ({ set: { tagline: caseWhen(m.id.lt(2), "early").else("late") } })), 3),
  update("set of a time", () => of(1).update({ set: { seenAt: fromNow(1, "day") as never } }), 1),
  update("set of a subquery", () => of(1).update({ set: { tagline: heroes.select((c) => max(c.name)) as never } }), 1),
  update(
    "set of a subquery of the row",
    () =>
      of(2).update((m) => ({
        set: {
          tagline: from(Character)
            .where((c) => c.movieId.eq(m.id))
            .orderBy("id")
            .limit(1)
            .select((c) => c.name) as never,
        },
      })),
    1,
  ),
  update(
    "set of columns with quotes",
    () =>
      from(Odd)
        .where({ select: "a" })
        .update({ set: { select: "x" }, inc: { group: 2 } }),
    1,
  ),
  update("inc of a value", () => of(1).update({ inc: { visits: 2 } }), 1),
  update("inc of less than nothing", () => of(1).update({ inc: { visits: -2, rating: "-0.5" } as never }), 1),
  update("inc of an expression", () => of(1).update((m) => ({ inc: { visits: m.id.mul(10) as never } })), 1),
  update("push of a value", () => of(1).update({ push: { tags: "new" } }), 1),
  update("push of an expression", () => of(1).update((m) => ({ push: { tags: m.title as never } })), 1),
  update("pull of a value", () => of(1).update({ pull: { tags: "sf" } }), 1),
  update("pull of an expression", () => of(1).update((m) => ({ pull: { tags: m.title as never } })), 1),
  update(
    "several operations in one",
    () => of(1).update((m) => ({ set: { title: "x", tagline: m.title }, inc: { visits: 1 }, push: { tags: "new" } })),
    1,
  ),
  update(
    "several updates are merged",
    () =>
      of(1)
        .update({ set: { title: "x" } })
        .update({ inc: { visits: 1 } })
        .update((m) => ({ set: { tagline: m.title }, pull: { tags: "sf" } })),
    1,
  ),
  update(
    "a table without a schema",
    () =>
      from("movies")
        .where((m) => m.id.eq(1))
        .update({ set: { tagline: "x" }, inc: { visits: 1 } }),
    1,
  ),
  update(
    "another table with the rows of a schema",
    () =>
      from(["actors", Distributor])
        .where({ id: 1 })
        .update({ set: { name: "x" } }),
    1,
  ),
];

const conditions: readonly ChangeCase[] = [
  update("every row", () => from(Actor).update({ set: { name: "x" } }), 4),
  update("no row", () => movies.where((m) => m.id.in([])).update({ set: { title: "x" } }), 0),
  update(
    "where with orWhere",
    () =>
      of(1)
        .orWhere({ title: "Bright" })
        .update({ set: { title: "x" } }),
    2,
  ),
  update("where with a list", () => movies.where((m) => m.id.in([1, 3])).update({ set: { title: "x" } }), 2),
  update("where with a dynamic", () => movies.where(dynamic((m) => m.visits.gte(3))).update({ set: { title: "x" } }), 2),
  update("where with a tuple", () => movies.where((m) => tuple(m.id, m.title).eq(tuple(2, "Bright"))).update({ set: { title: "x" } }), 1),
  update("where with a subquery", () => movies.where((m) => m.id.in(heroes.select((c) => c.movieId))).update({ set: { title: "x" } }), 1),
  update(
    "where with any of a subquery",
    () => movies.where((m) => m.id.eq(any(heroes.select((c) => c.movieId)))).update({ set: { title: "x" } }),
    1,
  ),
  update(
    "where with exists",
    () =>
      from(Movie, { as: "movie" })
        .where((m) => exists(from(Distributor).where((d) => d.movieId.eq(m.id))))
        .where(() => as("movie", Movie).visits.lt(9))
        .update({ set: { title: "x" } }),
    1,
  ),
  update(
    "where with a subquery of the same table",
    () => movies.where((m) => m.rating.eq(from(Movie).select((o) => max(o.rating)))).update({ set: { title: "x" } }),
    1,
  ),
  update(
    "prefix of the query",
    () =>
      of(99)
        .prefix("main")
        .update({ set: { title: "x" } }),
    0,
  ),
  update(
    "prefix of the source",
    () =>
      from(Movie, { prefix: "main" })
        .where({ id: 99 })
        .update({ set: { title: "x" } }),
    0,
  ),
  update(
    "hints of the source",
    () =>
      from(Movie, { hints: sql`/* by hand */` })
        .where({ id: 1 })
        .update({ set: { title: "x" } }),
    1,
  ),
];

const joins: readonly ChangeCase[] = [
  update(
    "a join",
    () =>
      movies
        .join("c", Character, (m, { c }) => c.movieId.eq(m.id))
        .where((_, { c }) => c.name.eq("Ward"))
        .update((_, { c }) => ({ set: { title: c.name as never } })),
    1,
  ),
  update(
    "a join with an association",
    () => movies.join("distributor").update((_, { distributor: d }) => ({ set: { tagline: d.name } })),
    1,
  ),
  update(
    "a join through a join table",
    () =>
      movies
        .join("actors")
        .where((_, { actors: a }) => a.name.eq("Will"))
        .update((_, { actors: a }) => ({ set: { tagline: a.name } })),
    1,
  ),
  update(
    "a join with an association of a join",
    () =>
      from(Distributor)
        .join("movie")
        .join("c", (_, { movie }) => assoc(movie, "characters"))
        .update((_, { c }) => ({ set: { name: c.name } })),
    1,
  ),
  update(
    "a left join after an inner one",
    () =>
      movies
        .join("characters", { on: (_, { characters: c }) => c.name.eq("Ward") })
        .leftJoin("d", Distributor, (_, { characters: c, d }) => d.movieId.eq(c.movieId))
        .update((_, { d }) => ({ set: { tagline: d.name } })),
    1,
  ),
  update(
    "a left join that names the changed table",
    () =>
      movies
        .join("characters")
        .leftJoin("distributor")
        .update((_, { distributor: d }) => ({ set: { tagline: d.name } })),
    3,
  ),
  update(
    "a lateral join that names the changed table",
    () =>
      movies
        .join("distributor")
        .innerLateralJoin(
          "c",
          (m) => from(Character).where((c) => c.movieId.eq(m.id)),
          () => and(),
        )
        .update((_, { c }) => ({ set: { tagline: c.name } })),
    1,
  ),
  update("a left join at first", () => movies.leftJoin("distributor").update({ set: { tagline: "x" } }), 3),
  update(
    "a cross join",
    () =>
      movies
        .crossJoin("c", Character)
        .where((m, { c }) => c.movieId.eq(m.id).and(c.name.eq("Ripley")))
        .update({ set: { title: "x" } }),
    1,
  ),
  update(
    "a join with a subquery",
    () =>
      movies
        .join(
          "top",
          subquery(
            from(Character)
              .groupBy("movieId")
              .select((c) => ({ movieId: c.movieId, name: max(c.name) })),
          ),
          (m, { top }) => top.movieId.eq(m.id),
        )
        .update((_, { top }) => ({ set: { tagline: top.name } })),
    3,
  ),
  update(
    "a join with a list of values",
    () =>
      movies
        .join(
          "v",
          values(
            [
              { id: 1, title: "one" },
              { id: 2, title: "two" },
            ],
            { id: field.integer(), title: field.string() },
          ),
          (m, { v }) => v.id.eq(m.id),
        )
        .update((_, { v }) => ({ set: { title: v.title as never } })),
    2,
  ),
  update(
    "a join with a fragment",
    () =>
      movies
        .join("f", from(sql`(select ${"x"} as t)`, { columns: ["t"] }), (m) => m.id.eq(1))
        .update((_, { f }) => ({ set: { tagline: f.t } })),
    1,
  ),
  update(
    "a lateral join",
    () =>
      from(Distributor)
        .join("movie")
        .innerLateralJoin(
          "c",
          (_, { movie }) =>
            from(Character)
              .where((c) => c.movieId.eq(movie.id))
              .limit(1),
          () => and(),
        )
        .update((_, { c }) => ({ set: { name: c.name } })),
    1,
  ),
  update(
    "a join with its own table",
    () =>
      from(Category)
        .join("parent")
        .where((_, { parent }) => parent.name.eq("all"))
        .update((c, { parent }) => ({ set: { name: parent.name.concat("/", c.name) as never } })),
    2,
  ),
  update(
    "hints of a join",
    () => movies.join("c", Character, (m, { c }) => c.movieId.eq(m.id), { hints: sql`/* x */` }).update({ set: { title: "x" } }),
    3,
  ),
  update(
    "another prefix of a join",
    () =>
      of(1)
        .join("c", Character, (m, { c }) => c.movieId.eq(m.id).and(c.id.eq(99)), { prefix: "main" })
        .update({ set: { title: "x" } }),
    0,
  ),
];

/** What updates write, which rows, and what they join. */
export const updates: readonly ChangeCase[] = [...writes, ...conditions, ...joins];
