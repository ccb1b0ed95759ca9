import { from } from "../../src/core/query/index.ts";
import { type Built, belongsTo, buildAssoc, field, hasMany, hasOne, manyToMany, schema, type InstanceOf } from "../../src/core/schema/index.ts";

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
}
export class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
export class Person extends schema("people", { name: field.string(), parent: () => belongsTo(Person), children: () => hasMany(Person, { foreignKey: "parentId" }) }) {}
export class Token extends schema("tokens", { value: field.string({ null: false }) }, { primaryKey: { key: field.uuid({ autogenerate: true }) }, timestamps: { type: "utcDatetime" } }) {}
export class Holder extends schema("holders", { token: () => belongsTo(Token, { references: "key" }), far: () => hasMany.through(["token", "holders"]) }) {}

declare function all<T>(q: { readonly [VALUE]: T }): T[];
import type { VALUE } from "../../src/core/schema/index.ts";

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
const left = all(from(Movie).leftJoin("distributor").select((m, { distributor: d }) => ({ m, d: d.name, whole: d })));
const dn: string | null = left[0]!.d;
const sh: string = left[0]!.m.shout();
const wh: Distributor | null = left[0]!.whole;
const part = all(from(Movie, { where: { title: "x" }, select: ["title", "tagline"] }));
const pt: string = part[0]!.title;
const custom = all(from(Movie).preload({ characters: from(Character).orderBy("name").preload("movie"), actors: [from(Actor), { movies: true }] }));
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
