// The promises that the types of the lesson make, as a user's program: it is compiled by every supported TypeScript.
import {
  and,
  assoc,
  type Built,
  belongsTo,
  buildAssoc,
  cast,
  change,
  count,
  createRepo,
  field,
  from,
  hasMany,
  hasOne,
  type InstanceOf,
  isLoaded,
  type JoinSource,
  manyToMany,
  Multi,
  type Params,
  type Preloaded,
  schema,
  sql,
} from "ectype";
import { sqlite } from "ectype/sqlite";

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {
  shout() {
    return `${this.title}!`;
  }
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title", "tagline"]).validateRequired(["title"]);
  }
  static withCast(movie: Built<Movie> | Preloaded<Movie, "actors">, params: Params) {
    return cast(movie, params, ["title"]);
  }
}
export class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
export class Person extends schema("people", {
  name: field.string(),
  parent: () => belongsTo(Person),
  children: () => hasMany(Person, { foreignKey: "parentId" }),
}) {}
export class Token extends schema(
  "tokens",
  { value: field.string({ null: false }) },
  { primaryKey: { key: field.uuid({ autogenerate: true }) }, timestamps: { type: "utcDatetime" } },
) {}
export class Holder extends schema("holders", {
  token: () => belongsTo(Token, { references: "key" }),
  far: () => hasMany.through(["token", "holders"]),
}) {}

const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
const all = <T>(query: JoinSource<T>): T[] => [query] as never;

const built = Movie.build({ title: "Ready Player One", tagline: "x" });
const bid: number | null = built.id;
const b2: Built<Movie> = built;
declare const movie: Movie;
const id: number = movie.id;
const t: string = movie.title;
const tg: string | null = movie.tagline;
const ch = buildAssoc(movie, "characters", { name: "Wade Watts" });
const mid: number | null = ch.movieId;
declare const holder: Holder;
const tid: string | null = holder.tokenId;
declare const token: Token;
const at: Date = token.insertedAt;
const rows = all(
  from(Movie)
    .join("c", Character, (m, { c }) => m.id.eq(c.movieId))
    .where((_, { c }) => c.name.eq("Wade Watts"))
    .select((m, { c }) => [m.title, c.name]),
);
const r0: [string, string | null] = rows[0]!;
const r2 = all(
  from(Movie)
    .join("characters")
    .where((_, { characters }) => characters.name.eq("x"))
    .preload({ characters: "characters", actors: ["movies"] }),
);
const nm: string | null = r2[0]!.characters[0]!.name;
const mm: number = r2[0]!.actors[0]!.movies.length;
const left = all(
  from(Movie)
    .leftJoin("distributor")
    .select((m, { distributor: d }) => ({ m, d: d.name, whole: d })),
);
const dn: string | null = left[0]!.d;
const sh: string = left[0]!.m.shout();
const wh: Distributor | null = left[0]!.whole;
const part = all(from(Movie, { where: { title: "x" }, select: ["title", "tagline"] }));
const pt: string = part[0]!.title;
const custom = all(
  from(Movie).preload({ characters: from(Character).orderBy("name").preload("movie"), actors: [from(Actor), { movies: true }] }),
);
const cm: Movie | null = custom[0]!.characters[0]!.movie;
const am: Movie = custom[0]!.actors[0]!.movies[0]!;
export const used = [bid, b2, id, t, tg, mid, tid, at, r0, nm, mm, dn, sh, wh, pt, cm, am];
export type I = InstanceOf<typeof Movie>;

// @ts-expect-error not loaded
movie.actors.length.toFixed();
// @ts-expect-error not loaded
movie.actors.map((a) => a);
// @ts-expect-error not loaded
movie.distributor.name;
// @ts-expect-error no such column
from(Movie).where((m) => m.titel.eq("x"));
// @ts-expect-error null is for isNull()
from(Movie).where((m) => m.id.eq(null));
// @ts-expect-error a number is asked for
from(Movie).where((m) => m.id.eq("a"));
// @ts-expect-error no such association
from(Movie).preload({ actors: { nope: true } });
// @ts-expect-error a JavaScript boolean
from(Movie).where((m) => m.title === "x");
// @ts-expect-error structs are built
new Movie();
// @ts-expect-error no such attribute
Movie.build({ titel: "x" });
// @ts-expect-error wrong type
Movie.build({ title: 1 });
// @ts-expect-error no such association
buildAssoc(movie, "nope");
// @ts-expect-error the part has no id
part[0]!.id;

export async function lesson() {
  const inserted = await repo.insertOrThrow(Movie.build({ title: "Ready Player One", tagline: "Something about video games" }));
  const insertedId: number = inserted.id;
  const found = await repo.getOrThrow(Movie, "1");
  const loaded = await repo.preload(found, ["distributor", "characters", "actors"]);
  const names: (string | null)[] = loaded.actors.map((a) => a.name);
  const maybe: string | null | undefined = loaded.distributor?.name;
  const nested = await repo.preload(found, { actors: { movies: ["characters"] } });
  const deep: number[][] = nested.actors.map((a) => a.movies.map((m) => m.characters.length));
  const takesMovie = (m: Movie) => m.title;
  takesMovie(loaded);
  takesMovie(nested);
  loaded.shout();
  Movie.changeset(loaded, {});
  const saved = await repo.updateOrThrow(change(loaded).putAssoc("actors", [Actor.build({ name: "Gary" }), { name: "x" }]));
  saved.actors.map((a) => a.name);
  saved.characters.map((c) => c.name);
  change(Movie.build()).putAssoc("actors", [{ name: "Gary" }]);
  const kept = await repo.updateOrThrow(Movie.changeset(loaded, {}).putAssoc("actors", [{ name: "x" }]));
  kept.actors.map((a) => a.name);
  Movie.withCast(loaded, {});
  Movie.withCast(Movie.build({ title: "x" }), {});
  const graph = await repo.insertOrThrow(change(Movie.build({ title: "x" })).putAssoc("characters", [{ name: "y" }]));
  graph.characters.map((c) => c.name);
  if (isLoaded(found, "actors")) found.actors.map((a) => a.name);
  const counted = await repo.all(
    from(Movie)
      .leftJoin("a", (m) => assoc(m, "actors"))
      .where((m, { a }) => and(m.title.like("%x"), a.name.isNotNull()))
      .groupBy((m) => m.id)
      .select((m, { a }) => ({ movie: m.title, cast: count(a.id), low: sql<string>`lower(${m.title})` })),
  );
  const cast_: number | undefined = counted[0]?.cast;
  const done = await repo.transact(
    new Multi().insert("movie", Movie.build({ title: "x" })).insert("who", ({ movie }) => buildAssoc(movie, "characters", { name: "y" })),
  );
  const who: number | null = done.ok ? done.value.who.movieId : null;
  const result = await repo.insert(Movie.changeset(Movie.build(), {}));
  const messages: string[] | undefined = result.ok ? undefined : result.error.traverseErrors().title;

  // @ts-expect-error the actors are not loaded
  change(found).putAssoc("actors", []);
  // @ts-expect-error the actors are not loaded
  Movie.changeset(found, {}).putAssoc("actors", []);
  // @ts-expect-error the actors are not loaded
  Movie.withCast(found, {});
  // @ts-expect-error no such field
  cast(found, {}, ["titel"]);
  // @ts-expect-error no such association
  await repo.preload(found, "actor");
  // @ts-expect-error a wrong type
  await repo.getBy(Movie, { title: 1 });
  // @ts-expect-error null is for isNull()
  await repo.getBy(Movie, { title: null });
  // @ts-expect-error a wrong type
  change(found, { title: 1 });
  return [insertedId, names, maybe, deep, cast_, who, messages];
}
