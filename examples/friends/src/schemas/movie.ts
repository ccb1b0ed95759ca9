import { field, hasMany, hasOne, manyToMany, schema } from "ectype";
import { Actor } from "./actor.ts";
import { Character } from "./character.ts";
import { Distributor } from "./distributor.ts";

export class Movie extends schema("movies", {
  title: field.string(),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {}
