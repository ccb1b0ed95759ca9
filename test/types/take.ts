// Lists of fields with lists for associations: ["id", { characters: ["id", "name"] }]
import {
  belongsTo,
  type Binding,
  field,
  from,
  hasMany,
  hasOne,
  manyToMany,
  map,
  merge,
  type Query,
  schema,
  sql,
  struct,
  subquery,
} from "../../src/index.ts";
import type { Repo } from "../../src/index.ts";
import type { Limited, Preloadable } from "../../src/core/query/take-types.ts";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  colleagues: () => hasMany.through(["actors", "movies"]),
}) {}
class Character extends schema("characters", { name: field.string(), hero: field.boolean(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Row<Q> = Q extends Query<infer _R, infer _J, infer O> ? O : never;
declare function is<A, B>(same: Same<A, B>): void;
declare function row<Q>(query: Q): Row<Q>;
declare const repo: Repo;

// Without lists: the fields, and associations that can be preloaded.
const plain = row(from(Movie).select((m) => struct(m, ["id", "tagline"])));
is<(typeof plain)["id"], number>(true);
is<(typeof plain)["tagline"], string | null>(true);
// @ts-expect-error not among the fields
plain.title;
// @ts-expect-error not loaded
plain.characters.length;
const loaded = row(
  from(Movie)
    .select((m) => struct(m, ["id"]))
    .preload({ characters: "movie" }),
);
is<(typeof loaded)["characters"][number]["movie"], Movie | null>(true);
// @ts-expect-error not among the fields
loaded.title;

// With lists: the rows of the preload have the named fields only.
const listed = row(
  from(Movie)
    .select((m) => struct(m, ["id", "title", { characters: ["id", "name"], actors: ["id"] }]))
    .preload("characters"),
);
const character = listed.characters[0];
is<NonNullable<typeof character>["name"], string | null>(true);
// @ts-expect-error not in the list
character?.hero;
// @ts-expect-error in a list, and not preloaded
listed.actors.length;
// @ts-expect-error neither in a list nor preloaded
listed.distributor.name;

// Below each other, along a tree.
const deep = row(
  from(Movie)
    .select((m) => struct(m, ["id", { actors: ["id", { movies: ["id", { distributor: ["name"] }] }] }]))
    .preload({ actors: { movies: ["distributor", "characters"] } }),
);
const movie = deep.actors[0]?.movies[0];
is<NonNullable<NonNullable<typeof movie>["distributor"]>["name"], string | null>(true);
is<NonNullable<typeof movie>["characters"], Character[]>(true);
// @ts-expect-error not in the list
deep.actors[0]?.name;
// @ts-expect-error not in the list
movie?.title;
// @ts-expect-error not in the list
movie?.distributor?.movieId;

// Two lists for one association, a through association, a preload out of a join, a function of a binding, a merge.
const twice = row(
  from(Movie)
    .select((m) => struct(m, ["id", { characters: ["id"] }, { characters: ["name"] }]))
    .preload("characters"),
);
is<[(typeof twice)["characters"][number]["id"], (typeof twice)["characters"][number]["name"]], [number, string | null]>(true);
const through = row(
  from(Movie)
    .select((m) => struct(m, ["id", { colleagues: ["id"] }]))
    .preload("colleagues"),
);
is<(typeof through)["colleagues"][number]["id"], number>(true);
// @ts-expect-error not in the list
through.colleagues[0]?.title;
const joined = row(
  from(Movie)
    .join("distributor")
    .select((m) => struct(m, ["id", { distributor: ["id", "name"] }]))
    .preload({ distributor: "distributor" }),
);
is<NonNullable<(typeof joined)["distributor"]>["name"], string | null>(true);
// @ts-expect-error not in the list
joined.distributor?.movieId;
const brief = (m: Binding<Movie>) => struct(m, ["id", { characters: ["name"] }]);
const merged = row(
  from(Movie)
    .select((m) => merge(brief(m), { tagline: m.title }))
    .preload("characters"),
);
is<[(typeof merged)["tagline"], (typeof merged)["characters"][number]["name"]], [string, string | null]>(true);

// `map`: plain objects of what is named, all the way down.
const mapped = row(from(Movie).select((m) => map(m, ["id", "tagline"])));
is<typeof mapped, { id: number; tagline: string | null }>(true);
const objects = row(
  from(Movie)
    .select((m) => map(m, ["id", { characters: ["name", { movie: ["title"] }] }]))
    .preload({ characters: "movie" }),
);
is<NonNullable<(typeof objects)["characters"][number]["movie"]>["title"], string>(true);
// @ts-expect-error not in the list
objects.characters[0]?.hero;
// @ts-expect-error not in the list
objects.characters[0]?.movie?.tagline;
const unloaded = row(from(Movie).select((m) => map(m, ["id", { characters: ["name"] }])));
is<(typeof unloaded)["characters"], undefined>(true);
const naming = from(Movie).select((m) => map(m, ["id", { characters: ["id"] }]));
// @ts-expect-error map does not name it
naming.preload("distributor");

// Beside an outer join: a struct may be null, a map has nulls.
const outer = row(
  from(Movie)
    .leftJoin("distributor")
    .select((_, { distributor: d }) => [struct(d, ["id"]), map(d, ["id", "name"])]),
);
is<(typeof outer)[1], { id: number | null; name: string | null }>(true);
is<NonNullable<(typeof outer)[0]>["id"], number>(true);
// @ts-expect-error it may be null
outer[0].id;

// The short form, a subquery, a table, names in a variable.
const short = row(from(Movie, { select: ["id", { characters: ["name"] }] }).preload("characters"));
is<(typeof short)["characters"][number]["name"], string | null>(true);
// @ts-expect-error not in the list
short.characters[0]?.id;
is<Row<ReturnType<typeof shortPlain>>, Pick<Movie, "id" | "title">>(true);
const shortPlain = () => from(Movie, { select: ["id", "title"] });
const inner = row(from(subquery(from(Movie).select((m) => struct(m, ["id", "title"])))).select((s) => [s.id, s.title]));
is<typeof inner, [number, string]>(true);
const renamed = row(from(subquery(from(Movie).select((m) => ({ key: m.id, label: m.tagline })))).select((s) => map(s, ["label"])));
is<typeof renamed, { label: string | null }>(true);
const table = row(from("movies").select((m) => map(m, ["id", "any"])));
const anything: string = table.any;
declare const names: readonly ("id" | "title")[];
is<Row<ReturnType<typeof dynamicNames>>["title"], string>(true);
const dynamicNames = () => from(Movie).select((m) => struct(m, names));

// Structs with some fields are structs.
const again = await repo.preload(listed, "actors");
is<(typeof again)["actors"][number]["id"], number>(true);

// Wrong names.
const wrong = [
  // @ts-expect-error an unknown field
  from(Movie).select((m) => struct(m, ["titel"])),
  // @ts-expect-error an unknown association
  from(Movie).select((m) => struct(m, ["id", { charactrs: ["id"] }])),
  // @ts-expect-error an unknown association beside one that is known
  from(Movie).select((m) => struct(m, ["id", { characters: ["id"], actor: ["id"] }])),
  // @ts-expect-error an unknown field below
  from(Movie).select((m) => struct(m, ["id", { characters: ["titel"] }])),
  // @ts-expect-error an unknown field further below
  from(Movie).select((m) => struct(m, ["id", { characters: ["id", { movie: ["name"] }] }])),
  // @ts-expect-error an unknown association further below, beside one that is known
  from(Movie).select((m) => struct(m, ["id", { actors: ["id", { movies: ["id", { actors: ["id"], actor: ["id"] }] }] }])),
  // @ts-expect-error a list is needed
  from(Movie).select((m) => struct(m, ["id", { characters: "id" }])),
  // @ts-expect-error a field has no list
  from(Movie).select((m) => struct(m, ["id", { title: ["id"] }])),
  // @ts-expect-error an association is no field
  from(Movie).select((m) => struct(m, ["id", "characters"])),
  // @ts-expect-error an unknown field below
  from(Movie).select((m) => map(m, ["id", { characters: ["titel"] }])),
  // @ts-expect-error an unknown association
  from(Movie).select((m) => map(m, ["id", { actor: ["id"] }])),
  // @ts-expect-error an unknown field below
  from(Movie, { select: ["id", { characters: ["titel"] }] }),
];

const partial = from(Movie).select((m) => struct(m, ["id"]));
// @ts-expect-error no such association
partial.preload("actor");

// What a preload's own query gives below a list, and what a select's list can have preloaded.
const orderedBy = from(Character).orderBy("name").preload("movie");
type Below = Limited<(typeof listed)["characters"][number], Row<typeof orderedBy>>;
is<[Below["name"], Below["movie"]], [string | null, Movie | null]>(true);
is<"hero" extends keyof Below ? true : false, false>(true);
is<Limited<(typeof listed)["characters"][number], { x: boolean }>, { x: boolean }>(true);
is<Limited<Character, Character>, Character>(true);
is<Preloadable<Movie, Pick<Movie, "id">>["id"], number>(true);
is<"characters" extends keyof Preloadable<Movie, Pick<Movie, "id">> ? true : false, true>(true);
is<Preloadable<Movie, Movie>, Movie>(true);
is<Preloadable<Movie, string>, string>(true);

export { again, anything, wrong };

// ---- lists in select itself, and what preloads make of them
const inSelect = from(Movie)
  .select(["id", { characters: ["name"] }])
  .preload("characters");
is<Row<typeof inSelect>["characters"][number]["name"], string | null>(true);
// @ts-expect-error not among the character's fields
export type NotRead = Row<typeof inSelect>["characters"][number]["movieId"];
const plainList = from(Movie).select(["id", "title"]);
is<Row<typeof plainList>, Pick<Movie, "id" | "title">>(true);
const plainPreload = plainList.preload("characters");
is<Row<typeof plainPreload>["characters"][number]["id"], number>(true);
// @ts-expect-error no such association
plainList.preload("charcters");
// @ts-expect-error no such field
from(Movie).select(["titel"]);
// @ts-expect-error no such association in the list
from(Movie).select(["id", { charcters: ["name"] }]);
from(Movie)
  .select((m) => map(m, ["id"]))
  // @ts-expect-error map names no association, so none can be preloaded
  .preload("anything");

// ---- conditions of joins
from(Movie).join("characters", { on: { name: "Wade" } });
// @ts-expect-error what is joined has no such field
from(Movie).join("characters", { on: { title: "x" } });
from(Movie).join("f", sql`(select 1 as n)`, (m, { f }) => m.id.eq(f.n));
const asMovies = from(Movie)
  .leftJoin("old", ["old_movies", Movie], (m, { old }) => m.id.eq(old.id))
  .select((_, { old }) => old.title);
is<Row<typeof asMovies>, string | null>(true);
