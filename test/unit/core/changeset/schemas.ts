import { cast, type Params } from "../../../../src/core/changeset/index.ts";
import {
  belongsTo,
  type Built,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  hasMany,
  hasOne,
  manyToMany,
  schema,
} from "../../../../src/core/schema/index.ts";

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  rating: field.decimal(),
  price: field.float({ default: 9.5 }),
  seen: field.bigint(),
  tags: field.array(field.string()),
  labels: field.array(field.string(), { default: ["new"] }),
  status: field.enum(["draft", "public"], { default: "draft" }),
  secret: field.string({ redact: true }),
  data: field.map(),
  bytes: field.binary(),
  note: field.string({ virtual: true }),
  releasedOn: field.date(),
  lockVersion: field.integer({ default: 1 }),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  critics: () => hasMany.through(["characters", "movie"]),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline"]).validateRequired(["title"]);
  }
}
export class Character extends schema("characters", {
  name: field.string(),
  movie: () => belongsTo(Movie, { onReplace: "nilify" }),
}) {
  static changeset<M extends Character | Built<Character>>(character: M, params: Params) {
    return cast(character, params, ["name"]).validateRequired(["name"]);
  }
}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", {
  name: field.string({ source: "full_name" }),
  movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }),
}) {
  static changeset<M extends Actor | Built<Actor>>(actor: M, params: Params) {
    return cast(actor, params, ["name"]).validateRequired("name");
  }
}

/** One association for each policy. */
export class Studio extends schema("studios", {
  name: field.string(),
  raising: () => hasMany(Film, { foreignKey: "studioId" }),
  marking: () => hasMany(Film, { foreignKey: "studioId", onReplace: "markAsInvalid" }),
  nilifying: () => hasMany(Film, { foreignKey: "studioId", onReplace: "nilify" }),
  deleting: () => hasMany(Film, { foreignKey: "studioId", onReplace: "delete" }),
  ifExists: () => hasMany(Film, { foreignKey: "studioId", onReplace: "deleteIfExists" }),
  oneRaising: () => hasOne(Film, { foreignKey: "studioId" }),
  oneMarking: () => hasOne(Film, { foreignKey: "studioId", onReplace: "markAsInvalid" }),
  oneUpdating: () => hasOne(Film, { foreignKey: "studioId", onReplace: "update" }),
  oneDeleting: () => hasOne(Film, { foreignKey: "studioId", onReplace: "delete" }),
  joined: () => manyToMany(Actor, { joinThrough: "studios_actors", onReplace: "delete" }),
  uniquely: () => manyToMany(Actor, { joinThrough: "studios_actors", onReplace: "delete", unique: true }),
  classics: () => hasMany(Film, { foreignKey: "studioId", onReplace: "delete", source: "classics", defaults: { kind: "classic" } }),
  plain: () => hasMany(Plain, { foreignKey: "studioId", onReplace: "delete" }),
}) {}
export class Film extends schema("films", { title: field.string(), kind: field.string(), studioId: field.integer() }) {
  static changeset<M extends Film | Built<Film>>(film: M, params: Params) {
    return cast(film, params, ["title"]);
  }
}
/** No function `changeset`. */
export class Plain extends schema("plains", { name: field.string(), studioId: field.integer() }) {}

export class Address extends embeddedSchema({ street: field.string(), zip: field.string() }) {
  static changeset<M extends Address | Built<Address>>(address: M, params: Params) {
    return cast(address, params, ["street", "zip"]).validateRequired("street");
  }
}
export class Person extends schema("people", {
  name: field.string(),
  home: embedsOne(() => Address),
  second: embedsOne(() => Address, { onReplace: "update" }),
  others: embedsMany(() => Address, { onReplace: "delete" }),
  strict: embedsMany(() => Address),
  children: () => hasMany(Person, { foreignKey: "parentId" }),
  parent: () => belongsTo(Person),
}) {}
