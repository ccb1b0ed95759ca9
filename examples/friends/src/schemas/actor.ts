import { field, manyToMany, schema } from "ectype";
import { Movie } from "./movie.ts";

export class Actor extends schema("actors", {
  name: field.string(),
  movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }),
}) {}
