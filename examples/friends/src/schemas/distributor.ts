import { belongsTo, field, schema } from "ectype";
import { Movie } from "./movie.ts";

export class Distributor extends schema("distributors", {
  name: field.string(),
  movie: () => belongsTo(Movie),
}) {}
