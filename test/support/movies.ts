import {
  belongsTo,
  type Built,
  cast,
  embedsMany,
  embedsOne,
  embeddedSchema,
  field,
  hasMany,
  hasOne,
  manyToMany,
  type Params,
  type Preloaded,
  type Repo,
  schema,
} from "ectype";
import { createTables } from "./tables.ts";

export class Movie extends schema("movies", {
  title: field.string(),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline"]).validateRequired(["title"]);
  }
  static withCast(movie: Built<Movie> | Preloaded<Movie, "actors">, params: Params) {
    return cast(movie, params, ["title"]).castAssoc("actors");
  }
}
export class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {
  static changeset<C extends Character | Built<Character>>(character: C, params: Params) {
    return cast(character, params, ["name"]).validateRequired("name");
  }
}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {
  static changeset<A extends Actor | Built<Actor>>(actor: A, params: Params) {
    return cast(actor, params, ["name"]).validateRequired("name");
  }
}

export class Address extends embeddedSchema({ street: field.string(), city: field.string() }) {
  static changeset<A extends Address | Built<Address>>(address: A, params: Params) {
    return cast(address, params, ["street", "city"]).validateRequired("city");
  }
}
export class User extends schema(
  "users",
  {
    email: field.string({ null: false }),
    password: field.string({ redact: true }),
    confirmed: field.boolean({ default: false }),
    visits: field.integer({ default: () => 1 }),
    score: field.float(),
    balance: field.decimal(),
    views: field.bigint(),
    avatar: field.binary(),
    born: field.date(),
    wakes: field.time(),
    seen: field.naiveDatetime(),
    loggedInAt: field.utcDatetime(),
    settings: field.json<{ theme: string }>(),
    tags: field.array(field.string()),
    role: field.enum(["admin", "user"]),
    nick: field.string({ source: "nick_name" }),
    temporary: field.string({ virtual: true }),
    address: embedsOne(() => Address, { onReplace: "update" }),
    places: embedsMany(() => Address, { onReplace: "delete" }),
  },
  { timestamps: true },
) {}

export const schemas = [Movie, Character, Distributor, Actor, User];

/** The tables of the schemas, empty. */
export async function setUp(repo: Repo): Promise<void> {
  await createTables(repo, schemas);
}

export async function clear(repo: Repo): Promise<void> {
  await repo.query("delete from movies_actors");
  for (const cls of [Character, Distributor, Actor, Movie, User]) await repo.deleteAll(cls);
}

/** The films of the lesson: one with a cast, one without. */
export async function films(repo: Repo) {
  const one = await repo.insertOrThrow(
    Movie.build({
      title: "Ready Player One",
      tagline: "A better reality",
      characters: [Character.build({ name: "Wade Watts" }), Character.build({ name: "Art3mis" })],
      distributor: Distributor.build({ name: "Warner" }),
      actors: [Actor.build({ name: "Tyler" })],
    }),
  );
  const two = await repo.insertOrThrow(Movie.build({ title: "Bright" }));
  return { one, two };
}
