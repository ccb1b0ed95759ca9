import { ArgumentError } from "../../base/index.ts";

/** A value of the option `placeholders`, by its name. */
export class Placeholder {
  /** The name of the value. */
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Stands in a row of insertAll for a value of the option `placeholders`, which many rows share and which is sent once.
 * @throws ArgumentError where the name is no text
 * @example const seen = { premiere: "2018-03-29" };
 * await repo.insertAll(Movie, [{ title: "Dune", premiere: placeholder("premiere") }], { placeholders: seen }) // => { count: 1, rows: null }
 * @see Ecto.Repo.insert_all/3
 */
export function placeholder(name: string): Placeholder {
  if (typeof name !== "string") throw new ArgumentError("placeholder takes the name of a value in the option placeholders");
  return new Placeholder(name);
}
