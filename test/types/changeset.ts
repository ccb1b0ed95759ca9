import { cast, change, type Changeset, type Params, toStandardSchema } from "../../src/core/changeset/index.ts";
import type { Preloaded } from "../../src/core/query/index.ts";
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
} from "../../src/core/schema/index.ts";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  poster: embedsOne(() => Poster),
  stills: embedsMany(() => Poster),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  costars: () => hasMany.through(["actors", "movies"]),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline"]).validateRequired(["title"]);
  }
  static withCast(movie: Built<Movie> | Preloaded<Movie, "actors">, params: Params) {
    return cast(movie, params, ["title"]).castAssoc("actors");
  }
  static kept<M extends Built<Movie> | Preloaded<Movie, "actors">>(movie: M, params: Params) {
    return cast(movie, params, ["title"]).castAssoc("actors", { required: true });
  }
}
class Poster extends embeddedSchema({ url: field.string() }) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {
  static changeset<A extends Actor | Built<Actor>>(actor: A, params: Params) {
    return cast(actor, params, ["name"]);
  }
}

declare const movie: Movie;
declare const preloaded: Preloaded<Movie, ["actors"]>;
declare const actor: Actor;
declare const character: Character;
declare const known: Preloaded<Actor, "movies">;
declare const params: Params;
const built = Movie.build({ title: "Bright" });

// cast permits the fields of the schema, keys and foreign keys among them
cast(movie, params, ["title", "id"]);
cast(built, params, ["title"]);
cast(character, params, ["movieId"]);
// @ts-expect-error no such field
cast(movie, params, ["titel"]);
// @ts-expect-error an association is cast by castAssoc
cast(movie, params, ["actors"]);
// @ts-expect-error params are no text
cast(movie, "title=Bright", ["title"]);
// @ts-expect-error no such field on a changeset either
cast(change(movie), params, ["titel"]);
// @ts-expect-error nor in the method
change(movie).cast(params, ["titel"]);

// a changeset function keeps what its caller has loaded
Movie.changeset(preloaded, params).putAssoc("actors", [{ name: "Gary" }]);
Movie.changeset(built, params).putAssoc("actors", [actor]);
// @ts-expect-error the actors are not loaded
Movie.changeset(movie, params).putAssoc("actors", []);
Movie.withCast(preloaded, params);
Movie.withCast(built, params);
Movie.kept(preloaded, params)
  .applyChanges()
  .actors.map((one) => one.name);
// @ts-expect-error the actors are not loaded
Movie.withCast(movie, params);
// @ts-expect-error a generic struct that may not be loaded
const unsafe = <M extends Movie | Built<Movie>>(one: M) => cast(one, params, ["title"]).castAssoc("actors");

// putAssoc: structs, changesets and attributes of the related schema
change(preloaded).putAssoc("actors", [actor, Actor.build({ name: "x" }), { name: "Gary" }, change(actor, { name: "y" })]);
change(built).putAssoc("actors", [known]);
change(built).putAssoc("distributor", { name: "Netflix" }).putAssoc("distributor", null);
// @ts-expect-error not preloaded
change(movie).putAssoc("actors", []);
// @ts-expect-error no such association
change(built).putAssoc("actor", []);
// @ts-expect-error a field is no association
change(built).putAssoc("title", "x");
// @ts-expect-error an unknown attribute
change(built).putAssoc("actors", [{ nmae: "Gary" }]);
// @ts-expect-error a struct of another schema
change(built).putAssoc("actors", [character]);
// @ts-expect-error a list belongs here
change(built).putAssoc("actors", actor);
// @ts-expect-error one belongs here
change(built).putAssoc("distributor", [{ name: "Netflix" }]);
// @ts-expect-error a through association is read-only
change(built).putAssoc("costars", []);
// @ts-expect-error not preloaded
cast(movie, params, []).castAssoc("actors");
// @ts-expect-error not preloaded
change(movie).getAssoc("actors");
cast(built, params, []).castAssoc("actors", { with: (one, given, at) => cast(one, given, ["name"]).addError("name", String(at)) });
// @ts-expect-error the function must return a changeset
cast(built, params, []).castAssoc("actors", { with: (one) => one });
// @ts-expect-error an unknown option
cast(built, params, []).castAssoc("actors", { requird: true });
const nested: Changeset<Actor>[] = change(preloaded).getAssoc("actors");
const structs: Actor[] = change(preloaded).getAssoc("actors", "struct");

// embeds
change(movie)
  .putEmbed("poster", { url: "x" })
  .putEmbed("stills", [{ url: "y" }, Poster.build()]);
// @ts-expect-error an unknown attribute
change(movie).putEmbed("poster", { uri: "x" });
// @ts-expect-error a list belongs here
change(movie).putEmbed("stills", { url: "x" });
// @ts-expect-error a plain field is no embed
change(movie).putEmbed("title", "x");
cast(movie, params, []).castEmbed("stills", { with: (still, given) => cast(still, given, ["url"]) });

// values are typed by field; of a struct that is not inserted yet they may be null
const title: string = change(movie).getField("title");
const maybe: string | null = change(built).getField("title");
// @ts-expect-error it may be null
const never: string = change(built).getField("title");
const actors: Actor[] = change(preloaded).getField("actors");
// @ts-expect-error not loaded
change(movie).getField("actors");
change(movie, { title: "Bright" }).putChange("year", 2017).putChange("year", null);
// @ts-expect-error a number belongs here
change(movie).putChange("year", "2017");
// @ts-expect-error the title is never null
change(movie).putChange("title", null);
// @ts-expect-error no such field
change(movie, { titel: "Bright" });
// @ts-expect-error a text belongs here
change(movie, { title: 1 });
change(preloaded, { actors: [{ name: "Gary" }], poster: { url: "x" } });
// @ts-expect-error not preloaded
change(movie, { actors: [] });
const changedTitle: string | undefined = change(movie).changes.title;
const changedYear: number | null | undefined = change(movie).getChange("year");
const changedActors: Changeset<Actor>[] | undefined = change(preloaded).changes.actors;
const still: string | null | undefined = change(movie).changes.stills?.[0]?.getField("url");
change(movie).updateChange("title", (text) => text.trim());
change(movie).validateChange("year", (_field: "year", year: number) => (year < 1888 ? [{ message: "is too early" }] : []));
// @ts-expect-error a year is no text
change(movie).validateChange("year", (_, year: string) => [year]);

// validations and constraints name fields
cast(movie, params, ["title"])
  .validateRequired("title")
  .validateLength("title", { max: 3 })
  .validateFormat("title", /x/)
  .uniqueConstraint(["title", "year"]).assocConstraint;
// @ts-expect-error no such field
change(movie).validateRequired(["titel"]);
// @ts-expect-error no such option
change(movie).validateLength("title", { maximum: 3 });
// @ts-expect-error no such option
change(movie).validateNumber("year", { moreThan: 3 });
// @ts-expect-error a year is a number
change(movie).validateInclusion("year", ["2017"]);
// @ts-expect-error no such field
change(movie).uniqueConstraint("titel");
// @ts-expect-error no such association
change(character).assocConstraint("movies");
// @ts-expect-error a check needs a name
change(movie).checkConstraint("year");

// errors name the fields, and others
const fieldOf: string = change(movie).addError("base", "is odd").errors[0]?.field ?? "";
const messages: string[] | undefined = change(movie).traverseErrors().title;
// @ts-expect-error messages are texts
const wrong: number[] | undefined = change(movie).traverseErrors().title;

// what is put or cast is loaded afterwards
const written = change(built).putAssoc("actors", []).applyChanges();
written.actors.map((one) => one.name);
// @ts-expect-error the characters are not
written.characters.map((one) => one.name);
const result = Movie.changeset(movie, params).applyAction("update");
const value: string | null = result.ok ? result.value.title : result.error.data.tagline;

// without a schema
const login = cast({ data: {}, types: { email: "string", age: "integer" } }, params, ["email"]).validateRequired("email");
const age: number | null | undefined = login.applyChanges().age;
const email: string | null | undefined = login.getField("email");
// @ts-expect-error no such field
cast({ data: {}, types: { email: "string" } }, params, ["mail"]);
// @ts-expect-error no such type
cast({ data: {}, types: { email: "strin" } }, params, ["email"]);
// @ts-expect-error a number belongs here
login.putChange("age", "12");

// functions of one's own, and Standard Schema
const piped: Changeset<Movie> = change(movie).pipe((cs) => cs.validateRequired("title"));
const standard = toStandardSchema((given) => Movie.changeset(Movie.build(), given));
const outcome = standard["~standard"].validate({});
if (!outcome.issues) outcome.value.title satisfies string | null;
