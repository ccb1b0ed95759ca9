// What a person reads under a red line. The comment above each mistake is part of the compiler's message; the test compares them.
import {
  belongsTo,
  type Built,
  buildAssoc,
  cast,
  change,
  dynamic,
  field,
  from,
  hasMany,
  manyToMany,
  Multi,
  type Params,
  type Repo,
  schema,
} from "../../../src/index.ts";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  characters: () => hasMany(Character),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
declare const repo: Repo;
declare const movie: Movie;
declare const params: Params;

// Property 'titel' does not exist on type 'Columns<Movie>'. Did you mean 'title'?
from(Movie).where((m) => m.titel.eq("x"));
// Property 'nam' does not exist on type 'NullableColumns<Character>'. Did you mean 'name'?
from(Movie)
  .leftJoin("characters")
  .select((_, { characters }) => characters.nam);
// Argument of type 'string' is not assignable to parameter of type 'Operand<number | null>'.
from(Movie).where((m) => m.year.eq("x"));
// Argument of type 'null' is not assignable to parameter of type 'Operand<string>'.
from(Movie).where((m) => m.title.eq(null));
// Type 'boolean' is not assignable to type 'Condition'.
from(Movie).where((m) => m.title === "x");
// Type 'string' is not assignable to type 'number'.
from(Movie).where({ year: "x" });
// Argument of type '"charcters"' is not assignable to parameter of type '"characters" | "actors"'.
from(Movie).join("charcters");
// Argument of type '"actor"' is not assignable to parameter of type 'PreloadArg<Movie, {}>'.
from(Movie).preload("actor");
// Type '"movie"' is not assignable to type 'PreloadEntry<Movie, "actors", Actor, {}> | undefined'. Did you mean '"movies"'?
from(Movie).preload({ actors: "movie" });
// Did you mean '"actors"'?
repo.preload(movie, ["actor"]);
// Type '"movie"' is not assignable to type 'PreloadEntry<Movie, "actors", Actor, unknown> | undefined'. Did you mean '"movies"'?
repo.preload([movie, null], { actors: "movie" });
// 'a' does not exist in type 'AnyStruct | readonly (AnyStruct | null | undefined)[]'.
repo.preload({ a: 1 }, "actors");
// 'titel' does not exist in type 'Clauses<Movie>'. Did you mean to write 'title'?
repo.getBy(Movie, { titel: "x" });
// Type 'null' is not assignable to type 'string | undefined'.
repo.getBy(Movie, { title: null });
// Type 'string' is not assignable to type 'number'.
repo.getBy(Movie, { year: "x" });
// Argument of type 'Movie' is not assignable to parameter of type 'string | number'.
repo.get(Movie, movie);
// Argument of type 'Movie' is not assignable to parameter of type 'Changeset<AnyStruct, string>'.
repo.update(movie);
// Argument of type 'Built<Movie>' is not assignable to parameter of type 'Changeset<AnyStruct, string>'.
repo.updateOrThrow(Movie.build({ title: "x" }));
// Type '"titel"' is not assignable to type 'ConflictTargetOption<Movie> | undefined'. Did you mean '"title"'?
repo.insert(movie, { onConflict: "nothing", conflictTarget: "titel" });
// 'titel' does not exist in type 'InsertRow<Movie>'. Did you mean to write 'title'?
repo.insertAll(Movie, [{ titel: "x" }]);
// 'titel' does not exist in type 'SetValues<Movie>'. Did you mean to write 'title'?
repo.updateAll(from(Movie), { set: { titel: "x" } });
// Argument of type '"titel"' is not assignable to parameter of type '"title" | "tagline" | "year" | "id"'.
repo.aggregate(Movie, "max", "titel");
// Type 'Dynamic<Movie, any>' is not assignable to type 'DynamicFor<Character, {}>'.
from(Character).where(dynamic<Movie>((m) => m.title.eq("x")));
// Type 'Expr<string>' is not assignable to type 'Operand<number | null>'.
from(Movie).where((m) => m.year.in([m.year, m.title]));
// Type '"titel"' is not assignable to type 'ConflictTargetOption<Movie> | undefined'. Did you mean '"title"'?
new Multi().insert("a", movie, { conflictTarget: "titel" });
// Argument of type 'Movie' is not assignable to parameter of type 'OrFn<{}, Changeset<AnyStruct, string>>'.
new Multi().update("a", movie);
// Property 'gett' does not exist on type 'Repo'. Did you mean 'get'?
new Multi().run("a", (own) => own.gett(Movie, 1));
// Type 'number' is not assignable to type 'AnyResult | Promise<AnyResult>'.
new Multi().run("a", () => 1);
// Property 'map' does not exist on type 'NotLoaded<"characters"> | Character[]'.
movie.characters.map(String);
// Type 'NotLoaded<"actors">' is not assignable to type
change(movie).putAssoc("actors", []);
// Type '"titel"' is not assignable to type 'FieldKey<Movie>'. Did you mean '"title"'?
cast(movie, params, ["titel"]);
// 'titel' does not exist in type 'Attrs<Movie>'. Did you mean to write 'title'?
Movie.build({ titel: "x" });
// Argument of type '"character"' is not assignable to parameter of type '"characters" | "actors"'.
buildAssoc(movie, "character", {});

export function changesets<M extends Movie | Built<Movie>>(one: M) {
  const cs = cast(one, params, ["title"]);
  // Argument of type '"titel"' is not assignable to parameter of type 'FieldKey<Movie>'.
  cs.putChange("titel", "x");
  // Argument of type 'number' is not assignable to parameter of type 'string'.
  cs.putChange("title", 1);
  // Argument of type 'null' is not assignable to parameter of type 'string'.
  cs.putChange("title", null);
  // 'this' of type 'PreloadedOrBuilt<"actors"> & Upon<Movie>'.
  cs.putAssoc("actors", []);
  // Argument of type 'number' is not assignable to parameter of type 'string'.
  cs.prepareChanges((prepared) => prepared.putChange("title", 1));
  // Type 'number' is not assignable to type 'string'.
  change(cs, { title: 1 });
  // Type '"titel"' is not assignable to type '"id" | "title" | "tagline" | "year"'. Did you mean '"title"'?
  cast(one, params, ["titel"]);
}
// 'titel' does not exist in type 'ChangeInput<Movie, "titel">'.
change(movie, { titel: "x" });
// LoadedOrBuilt<"actors">
change(movie, { actors: [] });
// Type 'string' is not assignable to type 'number'.
change({ data: {}, types: { page: "integer" } }, { page: "1" });
// 'nam' does not exist in type 'Entry<Actor>'.
change(Movie.build()).putAssoc("actors", [{ nam: "x" }]);
