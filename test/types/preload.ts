// Preloads of queries: what is loaded is typed as loaded, wherever the root stands in the results, and nothing else is.
import {
  assoc,
  belongsTo,
  type Decimal,
  field,
  from,
  hasMany,
  isLoaded,
  manyToMany,
  map,
  merge,
  type Preloaded,
  type Query,
  type Repo,
  schema,
  struct,
} from "../../src/index.ts";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  cost: field.decimal({ null: false }),
  characters: () => hasMany(Character),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
class Person extends schema("people", {
  name: field.string(),
  parent: () => belongsTo(Person),
  children: () => hasMany(Person, { foreignKey: "parentId" }),
}) {}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Row<Q> = Q extends Query<infer _R, infer _J, infer O> ? O : never;
declare function is<A, B>(same: Same<A, B>): void;
declare function row<Q>(query: Q): Row<Q>;
declare const repo: Repo;

// Beside other things that are selected, before the preload or after it.
const pair = row(
  from(Movie)
    .select((m) => [m, m.title, m.cost])
    .preload("actors"),
);
is<(typeof pair)[0]["actors"], Actor[]>(true);
is<[(typeof pair)[1], (typeof pair)[2]], [string, Decimal]>(true);
// @ts-expect-error not preloaded
pair[0].characters.length;
const object = row(
  from(Movie)
    .select((m) => ({ deep: { movie: m }, title: m.title }))
    .preload({ characters: "movie" }),
);
is<(typeof object)["deep"]["movie"]["characters"][number]["movie"], Movie | null>(true);
const before = row(
  from(Movie)
    .preload("actors")
    .select((m) => [m, { again: m, title: m.title }]),
);
is<[(typeof before)[0]["actors"], (typeof before)[1]["again"]["actors"]], [Actor[], Actor[]]>(true);
const named = row(from(Movie).preload("actors").select(["id", "title"]));
is<[(typeof named)["title"], (typeof named)["actors"]], [string, Actor[]]>(true);
// @ts-expect-error not among the fields
named.tagline;
// @ts-expect-error not preloaded
named.characters.length;
const some = row(
  from(Movie)
    .select((m) => ({ m: struct(m, ["id"]), map: map(m, ["id"]), merged: merge(m, { tagline: m.title }) }))
    .preload("actors"),
);
is<[(typeof some)["m"]["actors"], (typeof some)["map"], (typeof some)["merged"]["actors"]], [Actor[], { id: number }, Actor[]]>(true);
const both = row(
  from(Movie)
    .preload("actors")
    .select((m) => [m])
    .preload("characters"),
);
is<[(typeof both)[0]["actors"], (typeof both)[0]["characters"]], [Actor[], Character[]]>(true);
// A key that is a field's name is no field.
const sameName = row(
  from(Movie)
    .select((m) => ({ title: m }))
    .preload("actors"),
);
is<(typeof sameName)["title"]["actors"], Actor[]>(true);
from(Movie)
  .select((m) => [m])
  // @ts-expect-error no such association
  .preload("actor");
from(Movie)
  .select((m) => m.title)
  // @ts-expect-error nothing is selected that could be filled
  .preload("actors");

// Other rows of the root's schema are not the root.
const two = row(
  from(Person)
    .preload("children")
    .join("parent")
    .select((p, { parent }) => [p, parent]),
);
is<[(typeof two)[0]["children"], (typeof two)[1]], [Person[], Person]>(true);
const other = row(
  from(Person)
    .join("parent")
    .select((p, { parent }) => [p, parent])
    .preload("children"),
);
// @ts-expect-error which of them is the root is not known any more
other[0].children.length;
// @ts-expect-error not loaded
other[1].children.length;
const character = row(
  from(Movie)
    .join("characters")
    .select((m, { characters }) => [m, characters])
    .preload("characters"),
);
is<[(typeof character)[0]["characters"], (typeof character)[1]], [Character[], Character]>(true);

// After joins in which the root may be missing.
const right = row(from(Character).rightJoin("movie").preload("movie"));
is<NonNullable<typeof right>["movie"], Movie | null>(true);
// @ts-expect-error it may be null
right.movie;
const rightPair = row(
  from(Character)
    .preload("movie")
    .rightJoin("m", Movie, (c, { m }) => c.movieId.eq(m.id))
    .select((c, { m }) => [c, m.title]),
);
is<NonNullable<(typeof rightPair)[0]>["movie"], Movie | null>(true);
// @ts-expect-error it may be null
rightPair[0].movie;
const rightNamed = row(from(Character).rightJoin("movie").select(["name"]));
is<typeof rightNamed, Pick<Character, "name"> | null>(true);
const rightNamedLater = row(from(Character).rightJoin("movie").select(["name", "movieId"]).preload("movie"));
is<NonNullable<typeof rightNamedLater>["movie"], Movie | null>(true);
// @ts-expect-error it may be null
rightNamedLater.movie;
const selectedFirst = row(
  from(Character)
    .select((c) => [c.id, { c }])
    .fullJoin("movie"),
);
is<[(typeof selectedFirst)[0], NonNullable<(typeof selectedFirst)[1]>["c"]], [number | null, Character | null]>(true);

// Names of joins.
const children = row(
  from(Person)
    .join("children")
    .preload({ children: ["children", "parent"] }),
);
is<(typeof children)["children"][number]["parent"], Person | null>(true);
// @ts-expect-error "children" is the join here
children.children[0]?.children.length;
const list = row(from(Person).preload({ children: ["children", "parent"] }));
is<(typeof list)["children"][number]["children"], Person[]>(true);
const joined = row(from(Person).join("children").preload({ children: "children" }));
// @ts-expect-error "children" is the join here
joined.children[0]?.children.length;
const back = row(
  from(Movie)
    .join("characters")
    .preload({ characters: { movie: "characters" } }),
);
is<NonNullable<(typeof back)["characters"][number]["movie"]>["characters"], Character[]>(true);
const below = row(
  from(Movie)
    .join("characters")
    .join("film", (_, { characters }) => assoc(characters, "movie"))
    .preload({ characters: ["characters", { movie: "film" }] })
    .select((m) => [m]),
);
is<(typeof below)[0]["characters"][number]["movie"], Movie | null>(true);

// Merges with what may be missing.
const merged = row(
  from(Character)
    .leftJoin("movie")
    .select((c, { movie }) => merge({ id: c.id, title: 1 }, movie)),
);
const without: typeof merged = { id: 1, title: 1 };
// @ts-expect-error the movie may be missing
merged.tagline;
const mergedLater = row(
  from(Character)
    .leftJoin("movie")
    .select((c) => ({ id: c.id }))
    .selectMerge((_, { movie }) => movie),
);
const withoutLater: typeof mergedLater = { id: 1 };
const mergedNames = row(
  from(Character)
    .rightJoin("movie")
    .select((_, { movie }) => ({ movieTitle: movie.title }))
    .selectMerge(["name"]),
);
const withoutNames: typeof mergedNames = { movieTitle: "x" };
const replaced = row(
  from(Movie)
    .select((m) => ({ title: m.id, n: m.id }))
    .selectMerge(["title"]),
);
is<(typeof replaced)["title"], string>(true);
const whole = row(from(Character).rightJoin("movie").selectMerge(["name"]));
// @ts-expect-error the root may be missing
whole.name;

// The clauses after a preload are those of the root.
const filtered = from(Movie)
  .preload("actors")
  .where((m) => m.title.eq("x"))
  .where({ id: 1 })
  .orderBy("title");
export const loaded: Promise<Preloaded<Movie, "actors">[]> = repo.all(filtered);
export type Used = [typeof without, typeof withoutLater, typeof withoutNames];

// Functions: the keys of the owners, and the rows, or pairs of a manyToMany.
const characters = (ids: number[]) => repo.all(from(Character).where((c) => c.movieId.in(ids)));
from(Movie).preload({ characters });
from(Movie).preload({ characters: (ids) => repo.all(from(Character).where((c) => c.movieId.in(ids))) });
from(Movie).preload({ characters: (ids: readonly unknown[]) => [Character.build({ id: ids.length }) as Character] });
from(Movie).preload({ actors: async (ids) => (await repo.all(Actor)).flatMap((actor) => ids.map((id) => [id, actor] as const)) });
from(Movie).preload({ actors: async (ids) => (await repo.all(Actor)).map((actor) => [ids[0] ?? 0, actor] as const) });
from(Character).preload({ movie: async (ids) => repo.all(from(Movie).where((m) => m.id.in(ids))) });
repo.preload(pair[0], { characters: async () => repo.all(from(Character).preload("movie")) });
// @ts-expect-error rows of another schema
from(Movie).preload({ characters: () => repo.all(Actor) });
// @ts-expect-error one row is no list
from(Movie).preload({ characters: async () => repo.getOrThrow(Character, 1) });
// @ts-expect-error the pair begins with the key
repo.preload(pair[0], { actors: async () => (await repo.all(Actor)).map((actor) => [actor, 1] as const) });

// What a function gets is typed by the key that its association goes by, and what it gives by the association's kind.
class Country extends schema("countries", {
  code: field.string({ null: false }),
  cities: () => hasMany(City),
  towns: () => hasMany(City, { foreignKey: "countryCode", references: "code" }),
  streets: () => hasMany.through(["cities", "streets"]),
  sisters: () => manyToMany(Country, { joinThrough: "sisters", joinKeys: { countryCode: "code", sisterId: "id" } }),
  flowers: () => hasMany.through(["cities", "flowers"]),
}) {}
class City extends schema(
  "cities",
  {
    country: () => belongsTo(Country, { references: "code", foreignKey: "countryCode" }),
    streets: () => hasMany(Street),
    flowers: () => manyToMany(Flower, { joinThrough: "cities_flowers" }),
  },
  { primaryKey: { uid: field.uuid() } },
) {}
class Street extends schema("streets", { city: () => belongsTo(City, { foreignKey: "cityUid" }) }) {}
class Flower extends schema("flowers", { name: field.string() }, { primaryKey: { name: field.string() } }) {}
declare function giving<A, B>(same: Same<A, B>): <T>(rows: T) => T;
declare const given: unknown[];
declare const cities: City[];
declare const streets: Street[];
declare const flowers: Flower[];
from(City).preload({ country: (codes) => giving<typeof codes, string[]>(true)([]) });
from(City).preload({ streets: (ids) => giving<typeof ids, string[]>(true)(streets) });
from(Street).preload({ city: (uids) => giving<typeof uids, string[]>(true)(cities) });
from(Country).preload({ towns: (codes) => giving<typeof codes, string[]>(true)(cities) });
// The key is that of the association which leads back, where there is one: the compiler says either.
from(Country).preload({ cities: (ids) => giving<typeof ids, (string | number)[]>(true)(cities) });
from(Country).preload({ sisters: (keys) => giving<typeof keys, (string | number)[]>(true)([]) });
from(Country).preload({ streets: (uids) => giving<typeof uids, string[]>(true)(streets) });
from(Country).preload({
  flowers: (uids) => giving<typeof uids, string[]>(true)(flowers.map((flower) => [uids[0] ?? "", flower] as const)),
});
from(Country).preload({ cities: { flowers: (uids) => flowers.map((flower) => [uids[0] ?? "", flower] as const) } });
from(City)
  .select(["uid", { streets: ["cityUid"] }])
  .preload({ streets: (uids) => giving<typeof uids, string[]>(true)(streets) });
repo.preload(cities, { streets: (uids) => giving<typeof uids, string[]>(true)(streets) });
// @ts-expect-error the keys are texts
from(City).preload({ streets: (ids: number[]) => streets.slice(ids[0]) });
// @ts-expect-error pairs, where the rows tell themselves whose they are
from(City).preload({ streets: (uids) => streets.map((street) => [uids[0] ?? "", street] as const) });
// @ts-expect-error rows, where a join table says whose they are
from(City).preload({ flowers: () => flowers });
// @ts-expect-error the last step has a join table
from(Country).preload({ flowers: () => flowers });
// @ts-expect-error an owner's key is a text
from(City).preload({ flowers: () => flowers.map((flower) => [1, flower] as const) });
// @ts-expect-error a key may not be missing
from(City).preload({ flowers: (uids) => flowers.map((flower) => [uids[0], flower] as const) });
// @ts-expect-error not an array
from(City).preload({ streets: () => null });
// @ts-expect-error rows of any type
from(City).preload({ streets: () => given });

// A struct that the select makes is not loaded, whatever its schema; what it does not name are defaults.
const made = row(
  from(Movie)
    .select((m) => [m, struct(Movie, { title: m.title })])
    .preload("actors"),
);
is<[(typeof made)[0]["actors"], (typeof made)[1]["title"], (typeof made)[1]["id"]], [Actor[], string, number | null]>(true);
// @ts-expect-error not loaded
made[1].actors.length;
// @ts-expect-error no such field
from(Movie).select((m) => struct(Movie, { titel: m.title }));

// Without the clause, without what it says.
const preloaded = from(Movie).preload("actors");
is<Row<ReturnType<typeof preloaded.exclude<["preload"]>>>, Movie>(true);
const unloaded = row(preloaded.select((m) => [m, { m, title: m.title }]).exclude("where", ["preload"]));
is<[(typeof unloaded)[0], (typeof unloaded)[1]["m"], (typeof unloaded)[1]["title"]], [Movie, Movie, string]>(true);
// @ts-expect-error not loaded any more
unloaded[0].actors.length;
// @ts-expect-error what is selected later neither
row(preloaded.exclude("preload").select((m) => ({ m }))).m.actors.length;
const unlisted = row(from(Movie).preload("actors").select(["id"]).exclude("preload"));
is<(typeof unlisted)["id"], number>(true);
// @ts-expect-error not loaded any more
unlisted.actors.length;
const unselected = row(
  from(Movie)
    .select((m) => m.title)
    .exclude("select"),
);
is<typeof unselected, Movie>(true);
is<Row<ReturnType<typeof kept>>, string>(true);
const kept = () =>
  from(Movie)
    .select((m) => m.title)
    .exclude("where", "preload", { windows: ["w"] });
declare const clause: "select" | "where";
const perhaps = row(
  from(Movie)
    .select((m) => m.title)
    .exclude(clause),
);
is<typeof perhaps, string | Movie>(true);
// @ts-expect-error the join is gone
from(Movie).join("characters").exclude("joins").where((_, { characters }) => characters.id.eq(1)); // biome-ignore format: one line

// Under a condition: what is certain either way.
declare const flag: boolean;
const either = row(from(Movie).when(flag, (q) => q.preload("actors")));
is<typeof either, Movie>(true);
// @ts-expect-error it may not be loaded
either.actors.length;
const fewer = row(from(Movie).preload("actors").when(flag, (q) => q.exclude("preload"))); // biome-ignore format: one line
is<typeof fewer, Movie>(true);
const chosen = row(from(Movie).when(flag, (q) => q.select((m) => m.title)));
is<typeof chosen, string | Movie>(true);
const outer = row(from(Character).when(flag, (q) => q.rightJoin("movie")));
is<typeof outer, Character | null>(true);
const outerLater = row(from(Character).when(flag, (q) => q.rightJoin("movie")).select((c) => c.name)); // biome-ignore format: one line
is<typeof outerLater, string | null>(true);
const same = row(from(Movie).join("characters").when(flag, (q) => q.where((_, { characters }) => characters.id.eq(1)).orderBy("id"))); // biome-ignore format: one line
is<typeof same, Movie>(true);
// @ts-expect-error the join may not be there
from(Movie).when(flag, (q) => q.join("characters")).where((_, { characters }) => characters.id.eq(1)); // biome-ignore format: one line

// The steps of a through association are loaded with it, and so are those by which they are found themselves.
class Album extends schema("albums", {
  title: field.string(),
  songs: () => hasMany(Song),
  singers: () => hasMany.through(["songs", "singer"]),
  bands: () => hasMany.through(["singers", "band"]),
}) {}
class Song extends schema("songs", { name: field.string(), album: () => belongsTo(Album), singer: () => belongsTo(Singer) }) {}
class Singer extends schema("singers", { name: field.string(), band: () => belongsTo(Band), songs: () => hasMany(Song) }) {}
class Band extends schema("bands", { name: field.string() }) {}
const stepped = row(from(Album).preload("singers"));
is<[(typeof stepped)["singers"], (typeof stepped)["songs"][number]["singer"]], [Singer[], Singer | null]>(true);
// @ts-expect-error no step
stepped.songs[0]?.album?.title;
// @ts-expect-error no step
stepped.bands.length;
const farther = row(from(Album).preload({ bands: true }));
is<[(typeof farther)["bands"], (typeof farther)["singers"][number]["band"]], [Band[], Band | null]>(true);
is<NonNullable<(typeof farther)["songs"][number]["singer"]>["band"], Band | null>(true);
const lower = row(from(Album).preload({ singers: { songs: "album" } }));
is<NonNullable<(typeof lower)["songs"][number]["singer"]>["songs"][number]["album"], Album | null>(true);
is<(typeof lower)["singers"][number]["songs"][number]["album"], Album | null>(true);
const steppedTwice = row(from(Album).preload(["songs", "singers", "bands"]));
is<(typeof steppedTwice)["songs"][number]["singer"] extends Singer | null ? true : false, true>(true);
const steppedLater = row(from(Album).preload({ songs: "album" }).preload("singers"));
is<(typeof steppedLater)["songs"][number]["singer"], Singer | null>(true);
is<(typeof steppedLater)["songs"][number]["album"], Album | null>(true);
const steppedQuery = row(from(Album).preload({ singers: from(Singer).preload("band") }));
is<NonNullable<(typeof steppedQuery)["songs"][number]["singer"]>["band"], Band | null>(true);
const steppedBelow = row(from(Song).preload({ album: "singers" }));
is<NonNullable<(typeof steppedBelow)["album"]>["songs"][number]["singer"], Singer | null>(true);
const steppedBeside = row(
  from(Album)
    .select((a) => [a.title, { a }])
    .preload("singers"),
);
is<(typeof steppedBeside)[1]["a"]["songs"][number]["singer"], Singer | null>(true);
const steppedJoin = row(from(Album).join("singers").preload({ singers: "singers" }));
is<(typeof steppedJoin)["singers"], Singer[]>(true);
// @ts-expect-error out of a join it goes by no steps
steppedJoin.songs.length;
declare const album: Album;
export const steppedStruct: Promise<Preloaded<Album, "singers">> = repo.preload(album, "singers");
const withSongs: Promise<Preloaded<Album, { songs: "singer" }>> = repo.preload(album, "singers");

// Of another binding's struct, or one that the select makes, nothing is preloaded: the root must be selected.
from(Song)
  .join("album")
  .select((_, { album: one }) => one)
  // @ts-expect-error the root is not selected
  .preload("songs");
from(Song)
  .select((s) => struct(Song, { name: s.name }))
  // @ts-expect-error the root is not selected
  .preload("album");
from(Song)
  .preload("singer")
  .select((s) => merge(s, { name: "x" }))
  .preload("album");
from(Song).rightJoin("album").select(["id", "albumId"]).preload("album");
from(Song)
  .select((s) => struct(s, ["id", "albumId"]))
  .preload("album");

// Where the binding is there, the function does not run.
const bound = from(Song).join("album");
is<ReturnType<typeof bindingThere>, typeof bound>(true);
const bindingThere = () => bound.withNamedBinding("album", (q) => q.select((s) => s.name));
const bindingAdded = row(
  bound.withNamedBinding("singer", (q) => q.leftJoin("singer").select((_, { album: a, singer: s }) => [a.title, s.name])),
);
is<typeof bindingAdded, [string | null, string | null]>(true);

// Without the joins of a kind no join is certain.
// @ts-expect-error it may be gone
bound.exclude("leftJoin").where((_, { album: a }) => a.id.eq(1)); // biome-ignore format: one line
// @ts-expect-error it may be gone
bound.exclude(["where", "innerJoin"]).where((_, { album: a }) => a.id.eq(1)); // biome-ignore format: one line
declare const anyClause: "joins" | "where";
// @ts-expect-error it may be gone
bound.exclude(anyClause).where((_, { album: a }) => a.id.eq(1)); // biome-ignore format: one line
bound.exclude("where", "orderBy").where((_, { album: a }) => a.id.eq(1));
export type UsedToo = [typeof withSongs];

// The steps go with what is excluded or perhaps not there, and are kept where they are loaded already.
// @ts-expect-error not loaded any more
row(from(Album).preload("singers").exclude("preload")).songs.length;
// @ts-expect-error perhaps not loaded
row(from(Album).when(flag, (query) => query.preload("singers"))).songs.length;
const reread = async (one: Preloaded<Album, "singers">) => {
  // @ts-expect-error not loaded any more
  (await repo.reloadOrThrow(one)).songs.length;
};
const narrowed = async (one: Album) => (isLoaded(one, "songs") ? (await repo.preload(one, "singers")).songs[0]?.singer?.name : null);
const listOf = async (some: (Album | null)[]) => (await repo.preload(some, ["singers"]))[0]?.songs[0]?.singer?.name;
const anyJoins = <J>(query: Query<Song, J>) => query.withNamedBinding("singer", (one) => one.join("singer"));
anyJoins(from(Song)).where((_, { singer }) => singer.name.eq("x"));
export type UsedLast = [typeof reread, typeof narrowed, typeof listOf];
