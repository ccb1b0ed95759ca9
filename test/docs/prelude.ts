// What the pages of the docs may use without saying where it comes from.
import { belongsTo, type Built, cast, field, hasMany, hasOne, manyToMany, type Params, schema } from "ectype";

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline", "year"]).validateRequired(["title"]);
  }
}
export class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {
  static changeset<C extends Character | Built<Character>>(character: C, params: Params) {
    return cast(character, params, ["name"]).validateRequired(["name"]);
  }
}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {
  static changeset<A extends Actor | Built<Actor>>(actor: A, params: Params) {
    return cast(actor, params, ["name"]).validateRequired(["name"]);
  }
}
