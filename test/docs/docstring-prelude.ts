// What the examples of docstrings may use without saying where it comes from: schemas, and the values of `Context` by their names.
import {
  belongsTo,
  type Built,
  cast,
  change,
  type Changeset,
  Decimal,
  embedsMany,
  field,
  hasMany,
  hasOne,
  manyToMany,
  type Params,
  type Preloaded,
  type Repo,
  schema,
} from "ectype";

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  rating: field.float(),
  price: field.decimal(),
  released: field.boolean(),
  premiere: field.date(),
  shownAt: field.utcDatetime(),
  genres: field.array(field.string()),
  info: field.json<{ studio: string; awards: { name: string }[] }>(),
  version: field.integer({ default: 1 }),
  reviews: embedsMany({ name: field.string(), stars: field.integer() }, { onReplace: "delete" }),
  characters: () => hasMany(Character, { onReplace: "delete" }),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors", onReplace: "delete" }),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline", "year"]).validateRequired(["title"]);
  }
}
export class Character extends schema("characters", { name: field.string(), age: field.integer(), movie: () => belongsTo(Movie) }) {
  static changeset<C extends Character | Built<Character>>(character: C, params: Params) {
    return cast(character, params, ["name", "age"]).validateRequired(["name"]);
  }
}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {
  static changeset<A extends Actor | Built<Actor>>(actor: A, params: Params) {
    return cast(actor, params, ["name"]).validateRequired(["name"]);
  }
}

export const schemas = [Movie, Character, Distributor, Actor] as const;

export interface Context {
  readonly repo: Repo;
  /** "Ready Player One" of 2018 with its characters and actors; "Bright" of 2017 is in the database, too. */
  readonly movie: Preloaded<Movie, ["characters", "actors"]>;
  readonly actor: Actor;
  /** Of the movie, without changes. */
  readonly changeset: Changeset<Movie>;
  readonly params: Record<string, unknown>;
}
export const contextNames = ["repo", "movie", "actor", "changeset", "params"] as const;

/** Fills empty tables. */
export async function seed(repo: Repo): Promise<void> {
  const info = { studio: "Amblin", awards: [{ name: "Saturn" }] };
  const common = {
    version: 1,
    rating: 7.4,
    price: new Decimal("9.50"),
    released: true,
    premiere: "2018-03-29",
    shownAt: new Date("2018-03-29T18:00:00Z"),
  };
  const { rows } = await repo.insertAll(
    Movie,
    [
      { ...common, title: "Ready Player One", tagline: "Something about video games", year: 2018, genres: ["adventure"], info },
      { ...common, title: "Bright", tagline: null, year: 2017, genres: ["crime", "fantasy"], info },
    ],
    { returning: ["id"] },
  );
  const [first, second] = rows.map(({ id }) => id);
  await repo.insertAll(Character, [
    { name: "Wade", age: 18, movieId: first },
    { name: "Samantha", age: 19, movieId: first },
    { name: "Daryl", age: 44, movieId: second },
  ]);
  await repo.insertAll(Distributor, [{ name: "Netflix", movieId: second }]);
  await repo.insertAll(Actor, [{ name: "Tye Sheridan" }, { name: "Gary" }]);
  await repo.insertAll("movies_actors", [{ movie_id: first, actor_id: 1 }]);
}

/** What the examples get. */
export async function contextOf(repo: Repo): Promise<Context> {
  const found = await repo.getOrThrow(Movie, 1);
  return {
    repo,
    movie: await repo.preload(found, ["characters", "actors"]),
    actor: await repo.getOrThrow(Actor, 1),
    changeset: change(found),
    params: { title: "Bright", year: "2017", sort: "year" },
  };
}
