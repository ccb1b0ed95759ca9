// Schemas, associations and preloads: what must compile, and what must not.
import {
  assoc,
  belongsTo,
  type Built,
  buildAssoc,
  change,
  type Decimal,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  from,
  hasMany,
  hasOne,
  type InstanceOf,
  isLoaded,
  manyToMany,
  type NotLoaded,
  type Persisted,
  type Preloaded,
  type Repo,
  schema,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | undefined => undefined;

class Address extends embeddedSchema({ street: field.string({ null: false }), zip: field.string() }) {}
class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  year: field.integer(),
  gross: field.bigint(),
  price: field.decimal(),
  seen: field.boolean({ null: false, default: false }),
  poster: field.binary(),
  code: field.uuid(),
  released: field.date(),
  at: field.utcDatetime(),
  tags: field.array(field.string(), { null: false, default: () => [] }),
  status: field.enum(["draft", "public"]),
  level: field.enum({ low: 1, high: 2 }, { null: false }),
  extra: field.json<{ stars: number }>(),
  by: field.map(field.integer()),
  home: embedsOne(() => Address),
  others: embedsMany(() => Address),
  inline: embedsOne({ city: field.string() }, { primaryKey: false }),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  homes: () => hasMany.through(["characters", "home"]),
}) {
  shout() {
    return `${this.title}!`;
  }
}
class Character extends schema(
  "characters",
  { name: field.string(), movie: () => belongsTo(Movie), home: () => belongsTo(City, { null: false }) },
  { timestamps: true },
) {}
class City extends schema("cities", { name: field.string() }, { primaryKey: { key: field.uuid({ autogenerate: true }) } }) {}
class Distributor extends schema("distributors", { movie: () => belongsTo(Movie, { foreignKey: "filmId", references: "code" }) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
class Hall extends schema(
  "halls",
  { seats: () => hasMany(Seat, { foreignKey: ["house", "no"] }) },
  { primaryKey: { house: field.string(), no: field.integer() } },
) {}
class Seat extends schema("seats", { hall: () => belongsTo(Hall, { foreignKey: ["house", "no"], references: ["house", "no"] }) }) {}
class Person extends schema("people", { parent: () => belongsTo(Person), children: () => hasMany(Person, { foreignKey: "parentId" }) }) {}
class Log extends schema("logs", { text: field.string() }, { primaryKey: false }) {}
class Stamped extends schema("s", {}, { timestamps: { type: "utcDatetime", updatedAt: "changedAt" } }) {}
class Detail extends schema("details", { city: () => belongsTo(City, { primaryKey: true }) }, { primaryKey: false }) {}

declare const movie: Movie;
declare const built: Built<Movie>;
declare const repo: Repo;

// ---- the values of fields
is<Equal<Movie["title"], string>>();
is<Equal<Movie["tagline"], string | null>>();
is<Equal<Movie["gross"], bigint | null>>();
is<Equal<Movie["price"], Decimal | null>>();
is<Equal<Movie["seen"], boolean>>();
is<Equal<Movie["poster"], Uint8Array | null>>();
is<Equal<Movie["released"], string | null>>();
is<Equal<Movie["at"], Date | null>>();
is<Equal<Movie["tags"], string[]>>();
is<Equal<Movie["status"], "draft" | "public" | null>>();
is<Equal<Movie["level"], "low" | "high">>();
is<Equal<Movie["extra"], { stars: number } | null>>();
is<Equal<Movie["by"], Record<string, number> | null>>();
is<Equal<Movie["id"], number>>();
is<Equal<Movie["home"], Address | null>>();
is<Equal<Movie["others"], Address[]>>();
is<Equal<Address["id"], string>>();
const city: string | null | undefined = movie.inline?.city;

// ---- keys, foreign keys, timestamps
is<Equal<Character["movieId"], number | null>>();
is<Equal<Character["homeId"], string>>();
is<Equal<Distributor["filmId"], string | null>>();
is<Equal<Seat["house"], string | null>>();
is<Equal<Seat["no"], number | null>>();
is<Equal<Person["parentId"], number | null>>();
is<Equal<Detail["cityId"], string>>();
is<Equal<City["key"], string>>();
is<Equal<Character["insertedAt"], Date>>();
is<Equal<Stamped["changedAt"], Date>>();
// @ts-expect-error there is no key
type NoId = Log["id"];
// @ts-expect-error the key has another name
type OtherKey = City["id"];
// @ts-expect-error the timestamp has another name
type OtherStamp = Stamped["updatedAt"];

// ---- structs that are not inserted yet
is<Equal<Built<Movie>["title"], string | null>>();
is<Equal<Built<Movie>["id"], number | null>>();
is<Equal<Built<Movie>["others"], Address[]>>();
is<Equal<Persisted<Built<Movie>>, Movie>>();
built.shout();
Movie.build({
  title: "x",
  home: Address.build({ street: "s" }),
  others: [Address.build()],
  characters: [Character.build()],
  distributor: null,
});
// @ts-expect-error not a movie yet: its id may be null
const early: Movie = built;
// @ts-expect-error structs are built
new Movie();
// @ts-expect-error unknown attribute
Movie.build({ titel: "x" });
// @ts-expect-error wrong type
Movie.build({ year: "1999" });
// @ts-expect-error not a name of the enum
Movie.build({ status: "gone" });
// @ts-expect-error a struct of another schema
Movie.build({ characters: [Actor.build()] });
// @ts-expect-error attributes are no struct
Movie.build({ distributor: {} });

// ---- what is not loaded
is<Equal<Movie["actors"], NotLoaded<"actors"> | Actor[]>>();
// @ts-expect-error not loaded
movie.actors.length;
// @ts-expect-error not loaded
movie.actors.map((one) => one);
// @ts-expect-error not loaded
movie.actors[0];
// @ts-expect-error not loaded
for (const actor of movie.actors) void actor;
// @ts-expect-error not loaded
movie.distributor?.filmId;
if (isLoaded(movie, "actors")) movie.actors.map((actor) => actor.name);
// @ts-expect-error no such association
isLoaded(movie, "actor");

// ---- preloads
export async function preloads() {
  const one = await repo.preload(movie, ["characters", "distributor", "homes"]);
  // "homes" goes by the characters, and their homes
  is<Equal<(typeof one)["characters"][number]["name"], string | null>>();
  is<Equal<(typeof one)["characters"][number]["home"], City | null>>();
  is<Equal<(typeof one)["distributor"], Distributor | null>>();
  is<Equal<(typeof one)["homes"], City[]>>();
  one.shout();
  takes(one);
  const list = await repo.preload([movie], { actors: { movies: "characters" } });
  const name: string | null | undefined = list[0]?.actors[0]?.movies[0]?.characters[0]?.name;
  const queried = await repo.all(from(Movie).preload({ characters: from(Character).preload("home") }));
  const cityName: string | null | undefined = queried[0]?.characters[0]?.home?.name;
  // @ts-expect-error what hangs below was not loaded
  list[0]?.actors[0]?.movies[0]?.actors.length;
  // @ts-expect-error no such association
  await repo.preload(movie, "actor");
  // @ts-expect-error no such association below
  await repo.preload(movie, { actors: "nope" });
  // @ts-expect-error a field is no association
  await repo.preload(movie, "title");
  // @ts-expect-error not preloaded
  demands(movie);
  demands(one);
  return [name, cityName];
}
declare function takes(movie: Movie): void;
declare function demands(movie: Preloaded<Movie, "characters">): void;

// ---- building and walking associations
const character: Built<Character> = buildAssoc(movie, "characters", { name: "x" });
const homesOf = assoc(movie, ["actors", "movies"]);
export async function walks() {
  const title: string | undefined = (await repo.all(homesOf))[0]?.title;
  const actor: string | null | undefined = (await repo.all(assoc([movie], "actors")))[0]?.name;
  return [title, actor];
}
// @ts-expect-error no such association
buildAssoc(movie, "character");
// @ts-expect-error no such attribute
buildAssoc(movie, "characters", { nam: "x" });
// @ts-expect-error a through association is read-only
buildAssoc(movie, "homes", {});

// ---- putAssoc wants what is loaded
change(built).putAssoc("actors", []);
// @ts-expect-error not loaded
change(movie).putAssoc("actors", []);

// ---- declarations
// @ts-expect-error no such option
schema("x", { a: field.string({ nul: false }) });
// @ts-expect-error a default of another type
schema("x", { a: field.integer({ default: "x" }) });
// @ts-expect-error a definition holds fields, not names of types
schema("x", { a: "string" });
// @ts-expect-error the join table is needed
manyToMany(Actor, {});
// @ts-expect-error one step is no path
hasMany.through(["actors"]);
// @ts-expect-error no such policy
hasMany(Character, { onReplace: "explode" });
// @ts-expect-error no such option of a schema
schema("x", {}, { primarykey: false });

export const used = [city, early, character];
export type Used = [NoId, OtherKey, OtherStamp, Hall];

// ---- a schema that no class extends is one, too
const Bare = schema("bares", { title: field.string({ null: false }), movie: () => belongsTo(Movie) });
declare const bare: InstanceOf<typeof Bare>;
export const bareRow: [string, number | null, number] = [bare.title, bare.movieId, bare.id];
export const bareQuery = from(Bare).where((b) => b.movieId.eq(1).and(b.title.eq("x")));
// @ts-expect-error no such field
from(Bare).where((b) => b.titel.eq("x"));
class OfBare extends schema("of_bares", { bare: () => belongsTo(Bare), bares: () => hasMany(Bare) }) {}
declare const ofBare: Preloaded<OfBare, ["bare", "bares"]>;
export const throughBare: [string | undefined, string[], number | null] = [
  ofBare.bare?.title,
  ofBare.bares.map((b) => b.title),
  ofBare.bareId,
];

// ---- keys: named, of several parts, of another type, not a field
class Code extends schema(
  "codes",
  { area: field.string({ null: false }), no: field.integer({ null: false }) },
  { primaryKey: { key: field.uuid() } },
) {}
class Uses extends schema("uses", {
  plain: () => belongsTo(Code),
  named: () => belongsTo(Code, { foreignKey: "theCode", null: false }),
  parts: () => belongsTo(Code, { foreignKey: ["partArea", "partNo"], references: ["area", "no"] }),
  byNo: () => belongsTo(Code, { references: "no" }),
  typed: () => belongsTo(Code, { type: field.bigint() }),
  own: () => belongsTo(Code, { foreignKey: "ownKey", defineField: false }),
  ownKey: field.string({ null: false }),
}) {}
declare const uses: Uses;
export const keys: [string | null, string, string | null, number | null, number | null, bigint | null, string] = [
  uses.plainId,
  uses.theCode,
  uses.partArea,
  uses.partNo,
  uses.byNoId,
  uses.typedId,
  uses.ownKey,
];
// @ts-expect-error the key is a text
export const wrongKey: number | null = uses.plainId;
// @ts-expect-error not a field: the key has a name of its own
uses.namedId;
// @ts-expect-error not a field: the key has parts
uses.partsId;
// @ts-expect-error the key of this part is a number
export const wrongPart: string | null = uses.partNo;

// ---- preloads below embeds
class Quote extends embeddedSchema({ text: field.string(), movie: () => belongsTo(Movie) }) {}
class Page extends schema("pages", { quotes: embedsMany(() => Quote), main: embedsOne(() => Quote), author: () => belongsTo(Actor) }) {}
declare const page: Preloaded<Page, { quotes: "movie"; main: { movie: "actors" }; author: true }>;
export const quoted: [(string | undefined)[], (string | null)[] | undefined, string | null | undefined] = [
  page.quotes.map((q) => q.movie?.title),
  page.main?.movie?.actors.map((a) => a.name),
  page.author?.name,
];
from(Page).preload({ quotes: "movie", author: "movies" });
// @ts-expect-error the embed has no such association
from(Page).preload({ quotes: "actors" });
// @ts-expect-error an embed is there already: only what lies below it can be preloaded
from(Page).preload({ quotes: true });
// @ts-expect-error an embed is no association
from(Page).preload("quotes");
// @ts-expect-error a field is none
from(Page).preload({ id: true });
// @ts-expect-error no such association
export type Typo = Preloaded<Movie, "actorz">;
// @ts-expect-error no such association below
export type TypoBelow = Preloaded<Movie, { actors: "moviez" }>;

// ---- preloads below each other, out of joins, and in a list that begins with a tree
const outOfJoins = from(Movie)
  .join("characters")
  .join("h", (_, { characters }) => assoc(characters, "home"))
  .preload({ characters: ["characters", { home: "h" }] });
export const joinedHomes = async () => (await repo.all(outOfJoins))[0]?.characters[0]?.home?.name;
const treeFirst = from(Movie).preload({ characters: [{ movie: "actors" }, "home"] });
export const treesAndNames = async () => {
  const [first] = await repo.all(treeFirst);
  return [first?.characters[0]?.movie?.actors.length, first?.characters[0]?.home?.name] as const;
};
