import { belongsTo, field, schema } from "ectype";
import { Movie } from "./movie.ts";

export class Character extends schema("characters", {
  name: field.string(),
  movie: () => belongsTo(Movie),
}) {}
