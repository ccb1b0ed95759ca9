import { assoc, from, struct, subquery } from "../../../index.ts";
import { entry, type QueryCase } from "./case.ts";
import { Actor, Category, Character, Distributor, Movie } from "./schemas.ts";

const movies = () => from(Movie).orderBy("id").select(["id", "title"]);
const names = (character: string, movieId: number, id: number, hero: boolean | null = true) => ({ id, name: character, hero, movieId });
const wade = names("Wade", 1, 1);
const art = names("Art3mis", 1, 2);
const ward = names("Ward", 2, 3, false);
const ripley = names("Ripley", 3, 4, null);
const rpo = { id: 1, title: "Ready Player One" };
const bright = { id: 2, title: "Bright" };
const alien = { id: 3, title: "Alien" };

const brightFields = {
  ...bright,
  tagline: null,
  rating: "6.3",
  visits: 3,
  releasedOn: "2017-12-22",
  seenAt: "2026-01-03T11:30:00.000Z",
  meta: { k: "w", n: 7 },
  tags: [],
  studio: null,
  owners: [],
  shout: null,
  secret: null,
};
const brightWhole = { ...brightFields, distributor: { id: 1, name: "Netflix", movieId: 2, movie: brightFields } };

/** Associations with the rows of a query: by name, out of joins, by queries and functions. */
export const preloads: readonly QueryCase[] = [
  entry("by name", () => movies().preload("characters"), [
    { ...rpo, characters: [wade, art] },
    { ...bright, characters: [ward] },
    { ...alien, characters: [ripley] },
  ]),
  entry(
    "a list and a tree of names",
    () =>
      from(Character)
        .where({ id: 3 })
        .preload(["movie", { movie: "distributor" }] as never)
        .preload({ movie: { distributor: { movie: true } } })
        .select((c) => c)
        .selectMerge((c) => ({ name: c.name }))
        .exclude("select"),
    [{ ...ward, movie: brightWhole }],
  ),
  entry(
    "out of a join",
    () =>
      from(Movie)
        .select(["id", "title"])
        .join("characters")
        .orderBy((m, { characters: c }) => [m.id, c.id.desc()])
        .preload({ characters: "characters" }),
    [
      { ...rpo, characters: [art, wade] },
      { ...bright, characters: [ward] },
      { ...alien, characters: [ripley] },
    ],
  ),
  entry("out of a left join", () => movies().leftJoin("distributor").preload({ distributor: "distributor" }), [
    { ...rpo, distributor: null },
    { ...bright, distributor: { id: 1, name: "Netflix", movieId: 2 } },
    { ...alien, distributor: null },
  ]),
  entry(
    "a preload below one out of a join",
    () =>
      from(Category)
        .where({ id: 2 })
        .join("parent")
        .preload({ parent: ["parent", { children: true }] }),
    [
      {
        id: 2,
        name: "books",
        parentId: 1,
        parent: {
          id: 1,
          name: "all",
          parentId: null,
          children: [
            { id: 2, name: "books", parentId: 1 },
            { id: 3, name: "films", parentId: 1 },
          ],
        },
      },
    ],
  ),
  entry(
    "joins below joins",
    () =>
      from(Category)
        .where({ id: 4 })
        .join("parent")
        .join("top", (_, { parent }) => assoc(parent, "parent"))
        .preload({ parent: ["parent", { parent: "top" }] }),
    [{ id: 4, name: "comics", parentId: 2, parent: { id: 2, name: "books", parentId: 1, parent: { id: 1, name: "all", parentId: null } } }],
  ),
  entry("with a query", () => movies().preload({ characters: from(Character).where({ hero: true }).orderBy({ id: "desc" }) }), [
    { ...rpo, characters: [art, wade] },
    { ...bright, characters: [] },
    { ...alien, characters: [] },
  ]),
  entry(
    "with a query that selects",
    () =>
      movies()
        .where({ id: 1 })
        .preload({
          characters: from(Character)
            .orderBy("id")
            .select((c) => ({ n: c.name })) as never,
        }),
    [{ ...rpo, characters: [{ n: "Wade" }, { n: "Art3mis" }] }],
  ),
  entry("the limit of the query is over all parents", () => movies().preload({ characters: from(Character).orderBy("id").limit(2) }), [
    { ...rpo, characters: [wade, art] },
    { ...bright, characters: [] },
    { ...alien, characters: [] },
  ]),
  entry(
    "limitPer in a preload of hasMany is per parent",
    () => movies().preload({ characters: from(Character).orderBy({ id: "desc" }).limitPer(1) }),
    [
      { ...rpo, characters: [art] },
      { ...bright, characters: [ward] },
      { ...alien, characters: [ripley] },
    ],
  ),
  entry(
    "limitPer in a preload of manyToMany is per parent",
    () => movies().preload({ actors: from(Actor).orderBy({ id: "desc" }).limitPer(1) }),
    [
      { ...rpo, actors: [{ id: 1, name: "Tyler" }] },
      { ...bright, actors: [{ id: 2, name: "Will" }] },
      { ...alien, actors: [{ id: 3, name: "Sigourney" }] },
    ],
  ),
  entry(
    "a query and what is below it",
    () => from(Distributor).preload({ movie: [from(Movie).select(["id", "title"]), { actors: from(Actor).orderBy("id") }] }),
    [
      {
        id: 1,
        name: "Netflix",
        movieId: 2,
        movie: {
          ...bright,
          actors: [
            { id: 1, name: "Tyler" },
            { id: 2, name: "Will" },
          ],
        },
      },
    ],
  ),
  entry(
    "with a function",
    () =>
      movies()
        .where({ id: 1 })
        .preload({ distributor: (ids: unknown[]) => ids.map((id) => ({ id: 7, name: `of ${String(id)}`, movieId: id })) as never }),
    [{ ...rpo, distributor: { id: 7, name: "of 1", movieId: 1 } }],
  ),
  entry(
    "with a function for manyToMany, which gives pairs",
    () =>
      movies()
        .where({ id: 1 })
        .preload({ actors: async (ids: unknown[]) => ids.map((id) => [id, { id: 9, name: "new" }]) as never }),
    [{ ...rpo, actors: [{ id: 9, name: "new" }] }],
  ),
  entry(
    "through loads each step and each row once",
    () =>
      from(Movie)
        .where({ id: 1 })
        .select(["id", "title"])
        .preload({ colleagues: from(Movie).select(["id", "title"]).orderBy("id") }),
    [{ ...rpo, actors: [{ id: 1, name: "Tyler", movies: [rpo, bright] }], colleagues: [rpo, bright] }],
  ),
  entry(
    "through out of a join fills only itself",
    () =>
      from(Character)
        .where({ id: 3 })
        .join("movieActors")
        .orderBy((_, { movieActors: a }) => a.id)
        .preload({ movieActors: "movieActors" }),
    [
      {
        ...ward,
        movieActors: [
          { id: 1, name: "Tyler" },
          { id: 2, name: "Will" },
        ],
      },
    ],
  ),
  entry("preloadOrder orders a preload", () => movies().where({ id: 1 }).preload("byName"), [{ ...rpo, byName: [wade, art] }]),
  entry(
    "the query's own order goes before preloadOrder",
    () =>
      movies()
        .where({ id: 1 })
        .preload({ byName: from(Character).orderBy("name") }),
    [{ ...rpo, byName: [art, wade] }],
  ),
  entry(
    "the root inside an object and a tuple",
    () =>
      from(Distributor)
        .select((d) => ({ pair: [d.name, d] }))
        .preload("movie" as never),
    [{ pair: ["Netflix", { id: 1, name: "Netflix", movieId: 2, movie: brightFields }] }],
  ),
  entry(
    "the root inside a tuple, with a preload out of a join",
    () =>
      from(Movie)
        .join("characters")
        .where({ id: 1 })
        .orderBy((_, { characters: c }) => c.id)
        .select((m) => [m.id, struct(m, ["id", "title"])])
        .preload({ characters: "characters" } as never),
    [[1, { ...rpo, characters: [wade, art] }]],
  ),
  entry(
    "an association with a filter",
    () =>
      movies()
        .where((m) => m.id.lt(3))
        .preload("heroes"),
    [
      { ...rpo, heroes: [wade, art] },
      { ...bright, heroes: [] },
    ],
  ),
  entry(
    "a union in a subquery is preloaded",
    () =>
      movies()
        .where({ id: 1 })
        .preload({
          characters: from(
            subquery(
              from(Character)
                .where({ id: 1 })
                .union(from(Character).where({ id: 2 })),
            ),
          ).orderBy("id") as never,
        }),
    [{ ...rpo, characters: [wade, art] }],
  ),
  entry("a preload of nothing to load is an empty list", () => from(Movie).where({ id: 99 }).preload("characters"), []),
];
