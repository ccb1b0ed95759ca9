// Changes of many rows, what they return, and CTEs that write.
import { cte, exists, from, map, max, sql, subquery } from "../../../index.ts";
import { Actor, Category, Character, Distributor, Movie } from "./schemas.ts";
import { type ChangeCase, read, remove, update } from "./change-case.ts";
import { updates } from "./updates.ts";

const movies = from(Movie);
const of = (id: number) => from(Movie).where((m) => m.id.eq(id));
const heroes = from(Character).where({ hero: true });

const returned: readonly ChangeCase[] = [
  update(
    "select of a column",
    () =>
      of(1)
        .update({ set: { title: "x" } })
        .select((m) => m.title),
    ["x"],
  ),
  update(
    "select of fields",
    () =>
      from(Distributor)
        .update({ set: { name: "N" } })
        .select(["id", "name"]),
    [{ id: 1, name: "N" }],
  ),
  update(
    "select of whole rows",
    () =>
      from(Distributor)
        .update({ set: { name: "N" } })
        .select((d) => d),
    [{ id: 1, name: "N", movieId: 2 }],
  ),
  update(
    "select of a shape",
    () =>
      of(1)
        .update({ inc: { visits: 1 } })
        .select((m) => ({ ids: [m.id, m.visits], row: map(m, ["title"]), fixed: "f" })),
    [{ ids: [1, 11], row: { title: "Ready Player One" }, fixed: "f" }],
  ),
  update(
    "select of expressions",
    () =>
      of(1)
        .update({ set: { title: "x" } })
        .select((m) => [m.title.concat("!"), sql<number>`${m.id} + ${2}`, m.visits.gt(5)]),
    [["x!", 3, true]],
  ),
  update(
    "select of a subquery",
    () =>
      of(2)
        .update({ set: { title: "x" } })
        .select((m) => ({ id: m.id, last: from(Actor).select((a) => max(a.name)) })),
    [{ id: 2, last: "Will" }],
  ),
  update(
    "select beside a join",
    () =>
      movies
        .join("distributor")
        .update((_, { distributor: d }) => ({ set: { tagline: d.name } }))
        .select((m) => m.tagline),
    ["Netflix"],
  ),
  update(
    "select of a joined column",
    () =>
      movies
        .join("distributor")
        .update({ set: { title: "x" } })
        .select((m, { distributor: d }) => [m.title, d.name]),
    [["x", "Netflix"]],
  ),
  remove("select of fields", () => from(Distributor).select(["id", "name"]), [{ id: 1, name: "Netflix" }]),
  remove("select of whole rows", () => from(Distributor).select((d) => d), [{ id: 1, name: "Netflix", movieId: 2 }]),
  remove(
    "select beside a join",
    () =>
      from(Character)
        .join("movie")
        .where((_, { movie }) => movie.title.eq("Alien"))
        .select((c) => c.name),
    ["Ripley"],
  ),
  remove(
    "select of a joined column",
    () =>
      from(Character)
        .join("movie")
        .where((_, { movie }) => movie.title.eq("Alien"))
        .select((c, { movie }) => [c.name, movie.title]),
    [["Ripley", "Alien"]],
  ),
];

const deletes: readonly ChangeCase[] = [
  remove("every row", () => from(Character), 5),
  remove("where", () => heroes.where((c) => c.name.like("W%")), 1),
  remove("where with a list", () => from(Character).where((c) => c.id.in([1, 2, 9])), 2),
  remove(
    "where with a subquery",
    () => from(Character).where((c) => c.movieId.in(movies.where((m) => m.visits.gt(5)).select((m) => m.id))),
    2,
  ),
  remove(
    "where with exists",
    () => from(Character).where((c) => exists(movies.where((m) => m.id.eq(c.movieId).and(m.title.eq("Alien"))))),
    1,
  ),
  remove(
    "a join",
    () =>
      from(Character)
        .join("m", Movie, (c, { m }) => c.movieId.eq(m.id))
        .where((_, { m }) => m.visits.lt(5)),
    1,
  ),
  remove("a join with an association", () => from(Character).join("movie", { on: (_, { movie }) => movie.title.eq("Bright") }), 1),
  remove(
    "joins through a join table",
    () =>
      from(Character)
        .join("movieActors")
        .where((_, { movieActors: a }) => a.name.eq("Will")),
    1,
  ),
  remove(
    "a cross join",
    () =>
      from(Character)
        .crossJoin("m", Movie)
        .where((c, { m }) => c.movieId.eq(m.id).and(m.id.eq(1))),
    2,
  ),
  remove("a join with a subquery", () => from(Character).join("m", subquery(of(1).select(["id"])), (c, { m }) => c.movieId.eq(m.id)), 2),
  remove(
    "a left join",
    () =>
      from(Character)
        .leftJoin("movie")
        .where((_, { movie }) => movie.id.isNull()),
    1,
  ),
  remove("a table without a schema", () => from("characters").where((c) => c.id.eq(1)), 1),
  remove("prefix of the query", () => from(Character).where({ id: 99 }).prefix("main"), 0),
  remove("hints of the source", () => from(Character, { hints: sql`/* by hand */` }).where({ id: 1 }), 1),
];

const gone = from(Distributor).select((d) => ({ id: d.id, name: d.name, movieId: d.movieId }));
const titled = of(1)
  .update({ set: { title: "x" } })
  .select((m) => ({ id: m.id, title: m.title }));

const ctes: readonly ChangeCase[] = [
  update(
    "an update that reads a CTE",
    () =>
      movies
        .withCte(
          "c",
          from(Character)
            .where({ name: "Ward" })
            .select((c) => ({ movieId: c.movieId, name: c.name })),
        )
        .join("c", cte<{ movieId: number; name: string }>("c"), (m, { c }) => c.movieId.eq(m.id))
        .update((_, { c }) => ({ set: { title: c.name } })),
    1,
  ),
  update(
    "an update whose condition reads a CTE",
    () =>
      movies
        .withCte(
          "c",
          heroes.select((c) => ({ movieId: c.movieId })),
          { materialized: true },
        )
        .where((m) => m.id.in(from("c").select((c) => c.movieId)))
        .update({ set: { title: "x" } }),
    1,
  ),
  remove(
    "a delete that reads a CTE",
    () =>
      from(Character)
        .withCte(
          "m",
          movies.where({ title: "Alien" }).select((m) => ({ id: m.id })),
        )
        .where((c) => c.movieId.in(from("m").select((m) => m.id))),
    1,
  ),
  remove(
    "a delete that joins a CTE",
    () =>
      from(Character)
        .withCte(
          "m",
          movies.where({ title: "Alien" }).select((m) => ({ id: m.id })),
        )
        .join("m", cte<{ id: number }>("m"), (c, { m }) => c.movieId.eq(m.id)),
    1,
  ),
  remove(
    "a delete of a tree",
    () => {
      const children = from(Category)
        .join("tree", cte<{ id: number }>("tree"), (c, { tree }) => c.parentId.eq(tree.id))
        .select((c) => ({ id: c.id }));
      return from(Category)
        .withCte(
          "tree",
          from(Category)
            .where({ name: "books" })
            .select((c) => ({ id: c.id }))
            .unionAll(children),
        )
        .where((c) => c.id.in(from("tree").select((t) => t.id)));
    },
    2,
  ),
  read(
    "a CTE that deletes",
    () =>
      from("gone")
        .withCte("gone", gone, { operation: "deleteAll" })
        .select((g) => g.name),
    ["Netflix"],
  ),
  read(
    "a CTE that updates",
    () =>
      from("new")
        .withCte("new", titled, { operation: "updateAll" })
        .select((n) => n.title),
    ["x"],
  ),
  read(
    "a CTE that updates and returns nothing",
    () =>
      of(2)
        .withCte("quiet", of(1).update({ inc: { visits: 1 } }), { operation: "updateAll" })
        .select((m) => m.id),
    [2],
  ),
  read(
    "two CTEs that write, joined to a read",
    () =>
      movies
        .withCte("gone", gone, { operation: "deleteAll" })
        .withCte("new", titled, { operation: "updateAll", materialized: true })
        .leftJoin("gone", cte<{ name: string; movieId: number }>("gone"), (m, { gone }) => gone.movieId.eq(m.id))
        .leftJoin("new", cte<{ id: number; title: string }>("new"), (m, { new: n }) => n.id.eq(m.id))
        .where((m) => m.id.lt(3))
        .select((m, { gone, new: n }) => [m.id, gone.name, n.title]),
    [
      [1, null, "x"],
      [2, "Netflix", null],
    ],
  ),
  read(
    "a CTE that updates what another deletes",
    () =>
      from("new")
        .withCte("gone", gone, { operation: "deleteAll" })
        .withCte(
          "new",
          movies
            .join("gone", cte<{ name: string; movieId: number }>("gone"), (m, { gone }) => gone.movieId.eq(m.id))
            .update((_, { gone }) => ({ set: { tagline: gone.name } }))
            .select((m) => ({ tagline: m.tagline })),
          { operation: "updateAll" },
        )
        .select((n) => n.tagline),
    ["Netflix"],
  ),
  update(
    "an update that reads a CTE that deletes",
    () =>
      movies
        .withCte("gone", gone, { operation: "deleteAll" })
        .join("gone", cte<{ name: string; movieId: number }>("gone"), (m, { gone }) => gone.movieId.eq(m.id))
        .update((_, { gone }) => ({ set: { tagline: gone.name } }))
        .select((m) => [m.id, m.tagline]),
    [[2, "Netflix"]],
  ),
  remove(
    "a delete that reads a CTE that updates",
    () =>
      from(Character)
        .withCte("new", titled, { operation: "updateAll" })
        .where((c) => c.movieId.in(from("new").select((n) => n.id)))
        .select((c) => c.name),
    ["Wade", "Art3mis"],
  ),
];

const parameters: readonly ChangeCase[] = [
  update(
    "parameters of an update: CTE, set, join, where, select",
    () =>
      movies
        .withCte(
          "c",
          from(Character)
            .where({ name: "Ward" })
            .select((c) => ({ movieId: c.movieId })),
        )
        .join("c", cte<{ movieId: number }>("c"), (m, { c }) => c.movieId.eq(m.id).and(c.movieId.lt(1001)))
        .where((m) => m.id.lt(1002))
        .update((m) => ({ set: { title: m.title.concat("first") }, inc: { visits: 7 } }))
        .select((m) => [m.title.concat("last"), sql<number>`${m.visits} + ${1003}`]),
    [["Brightfirstlast", 1013]],
  ),
  remove(
    "parameters of a delete: CTE, join, where, select",
    () =>
      from(Character)
        .withCte(
          "m",
          movies.where({ title: "Alien" }).select((m) => ({ id: m.id })),
        )
        .join("m", cte<{ id: number }>("m"), (c, { m }) => c.movieId.eq(m.id).and(m.id.lt(1001)))
        .where((c) => c.id.lt(1002))
        .select((c) => c.name.concat("last")),
    ["Ripleylast"],
  ),
];

/** Updates and deletes in every form, and reads whose CTEs write. */
export const changeCases: readonly ChangeCase[] = [...updates, ...returned, ...deletes, ...ctes, ...parameters];
