// The schemas and rows that the cases of queries are about.
import { Decimal } from "decimal.js";
import { belongsTo, embeddedSchema, embedsMany, embedsOne, field, hasMany, hasOne, manyToMany, type Repo, schema } from "../../../index.ts";
import { type MigrationCommands, references } from "../../../migration/index.ts";
import { define } from "../feature.ts";

class Studio extends embeddedSchema({ name: field.string(), foundedOn: field.date() }, { primaryKey: false }) {}

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  rating: field.decimal(),
  visits: field.integer(),
  releasedOn: field.date(),
  seenAt: field.utcDatetime(),
  meta: field.json<Record<string, unknown>>(),
  tags: field.array(field.string()),
  studio: embedsOne(() => Studio),
  owners: embedsMany(() => Studio),
  shout: field.string({ virtual: true }),
  secret: field.string({ loadInQuery: false }),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  heroes: () => hasMany(Character, { where: { hero: true } }),
  byName: () => hasMany(Character, { preloadOrder: { name: "desc" } }),
  colleagues: () => hasMany.through(["actors", "movies"]),
}) {}
export class Character extends schema("characters", {
  name: field.string(),
  hero: field.boolean(),
  movie: () => belongsTo(Movie),
  movieActors: () => hasMany.through(["movie", "actors"]),
}) {}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
export class Category extends schema("categories", {
  name: field.string({ null: false }),
  parent: () => belongsTo(Category),
  children: () => hasMany(Category, { foreignKey: "parentId" }),
}) {}
export class Odd extends schema('order"s', { select: field.string(), group: field.integer() }) {}

/** The tables of movies and of their characters, in a prefix where one is given. */
export function moviesTables(m: MigrationCommands, prefix?: string): void {
  const options = prefix === undefined ? {} : { prefix };
  m.createTable(
    "movies",
    (t) => {
      t.add("title", "text", { null: false });
      t.add("tagline", "text");
      t.add("rating", "decimal");
      t.add("visits", "bigint");
      t.add("released_on", "date");
      t.add("seen_at", "utcDatetime");
      t.add("meta", "json");
      t.add("tags", { array: "text" });
      t.add("studio", "json");
      t.add("owners", "json");
      t.add("secret", "text");
    },
    options,
  );
  m.createTable(
    "characters",
    (t) => {
      t.add("name", "text");
      t.add("hero", "boolean");
      t.add("movie_id", references("movies"));
    },
    options,
  );
}

/** Tables and rows for the cases of the query language. */
export async function fill(repo: Repo): Promise<void> {
  await define(repo, 1, (m) => {
    moviesTables(m);
    m.createTable("distributors", (t) => {
      t.add("name", "text");
      t.add("movie_id", references("movies"));
    });
    m.createTable("actors", (t) => t.add("name", "text"));
    m.createTable("movies_actors", (t) => {
      t.add("movie_id", references("movies"));
      t.add("actor_id", references("actors"));
    });
    m.createTable("categories", (t) => {
      t.add("name", "text", { null: false });
      t.add("parent_id", references("categories"));
    });
    m.createTable('order"s', (t) => {
      t.add("select", "text");
      t.add("group", "integer");
    });
  });
  await repo.insertAll(Movie, MOVIES);
  await repo.insertAll(Character, [
    { id: 1, name: "Wade", hero: true, movieId: 1 },
    { id: 2, name: "Art3mis", hero: true, movieId: 1 },
    { id: 3, name: "Ward", hero: false, movieId: 2 },
    { id: 4, name: "Ripley", movieId: 3 },
    { id: 5, name: "Nobody" },
  ]);
  await repo.insertAll(Distributor, [{ id: 1, name: "Netflix", movieId: 2 }]);
  await repo.insertAll(
    Actor,
    ["Tyler", "Will", "Sigourney", "Idle"].map((name, at) => ({ id: at + 1, name })),
  );
  const played = [
    [1, 1],
    [2, 2],
    [3, 3],
    [2, 1],
  ] as const;
  await repo.insertAll(
    "movies_actors",
    played.map(([movie_id, actor_id], at) => ({ id: at + 1, movie_id, actor_id })),
  );
  await repo.insertAll(Category, [
    { id: 1, name: "all" },
    { id: 2, name: "books", parentId: 1 },
    { id: 3, name: "films", parentId: 1 },
    { id: 4, name: "comics", parentId: 2 },
  ]);
  await repo.insertAll(Odd, [
    { id: 1, select: "a", group: 1 },
    { id: 2, select: "b", group: 2 },
  ]);
}

const MOVIES = [
  {
    id: 1,
    title: "Ready Player One",
    tagline: "A better reality",
    rating: new Decimal("7.5"),
    visits: 10,
    releasedOn: "2018-03-29",
    seenAt: new Date("2026-01-02T10:00:00Z"),
    meta: { k: "v", n: 5, list: [{ b: 1 }, "x"], "it's": { '"q"': true } },
    tags: ["sf", "game"],
    studio: Studio.build({ name: "Amblin", foundedOn: "1981-01-01" }),
    owners: [Studio.build({ name: "WB" }), Studio.build({ name: "Sony" })],
    secret: "s1",
  },
  {
    id: 2,
    title: "Bright",
    rating: new Decimal("6.3"),
    visits: 3,
    releasedOn: "2017-12-22",
    seenAt: new Date("2026-01-03T11:30:00Z"),
    meta: { k: "w", n: 7 },
    tags: [],
    secret: "s2",
  },
  { id: 3, title: "Alien", tagline: "In space", rating: new Decimal("8.5") },
];
