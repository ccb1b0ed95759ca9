import { assoc, count, dynamic, from, sql } from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Actor, Category, Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id");

/** Joins of every kind: of associations, with conditions, sideways. */
export const joins: readonly QueryCase[] = [
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
];
