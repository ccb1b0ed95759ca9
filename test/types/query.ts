import {
  and,
  any,
  avg,
  belongsTo,
  caseWhen,
  coalesce,
  count,
  cte,
  type Decimal,
  type Dynamic,
  dynamic,
  exists,
  type Expr,
  field,
  fn,
  from,
  hasMany,
  hasOne,
  manyToMany,
  map,
  max,
  merge,
  min,
  not,
  parentAs,
  type Query,
  rowNumber,
  schema,
  type SelectValue,
  sql,
  struct,
  subquery,
  sum,
  type,
  values,
} from "../../src/index.ts";
import type { Repo } from "../../src/index.ts";
import type { ColumnsOf } from "../../src/core/query/index.ts";
import type { InstanceOf } from "../../src/core/schema/index.ts";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
class Person extends schema("people", { name: field.string(), parent: () => belongsTo(Person) }) {}

// What each query's results are, exactly.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Row<Q> = Q extends { all: unknown } ? never : Q extends Query<infer _R, infer _J, infer O> ? O : never;
declare function is<A, B>(same: Same<A, B>): void;
declare const repo: Repo;

const whole = from(Movie);
is<Row<typeof whole>, Movie>(true);
const one = from(Movie).select((m) => m.title);
is<Row<typeof one>, string>(true);
const nullable = from(Movie).select((m) => m.tagline);
is<Row<typeof nullable>, string | null>(true);
const pair = from(Movie).select((m) => [m.id, m.tagline]);
is<Row<typeof pair>, [number, string | null]>(true);
const nested = from(Movie).select((m) => ({ id: m.id, deep: { pair: [m.title, 1] }, at: new Date(), none: null }));
is<Row<typeof nested>["deep"], { pair: [string, 1] }>(true);
is<Row<typeof nested>["at"], Date>(true);
is<Row<typeof nested>["none"], null>(true);

// Nullability through joins.
const left = from(Movie)
  .leftJoin("distributor")
  .select((m, { distributor: d }) => ({ name: d.name, id: d.id, d, m: m.id }));
is<Row<typeof left>["id"], number | null>(true);
is<Row<typeof left>["m"], number>(true);
is<Row<typeof left>["d"], Distributor | null>(true);
const inner = from(Character)
  .join("movie")
  .select((_, { movie }) => movie.title);
is<Row<typeof inner>, string>(true);
const right = from(Character)
  .rightJoin("movie")
  .select((c, { movie }) => [c.id, movie.title, c]);
is<Row<typeof right>, [number | null, string, Character | null]>(true);
const rightWhole = from(Character).rightJoin("m", Movie, (c, { m }) => c.movieId.eq(m.id));
is<Row<typeof rightWhole>, Character | null>(true);
const afterRight = from(Character)
  .join("movie")
  .rightJoin("d", Distributor, (c, { d }) => c.movieId.eq(d.movieId))
  .select((c, { movie, d }) => [movie.id, d.id]);
is<Row<typeof afterRight>, [number | null, number]>(true);
const full = from(Character)
  .fullJoin("d", Distributor, (c, { d }) => c.movieId.eq(d.movieId))
  .select((c, { d }) => [c.id, d.id]);
is<Row<typeof full>, [number | null, number | null]>(true);
const lateral = from(Movie)
  .leftLateralJoin("c", (m) => from(Character).where((c) => c.movieId.eq(m.id)))
  .select((_, { c }) => c.name);
is<Row<typeof lateral>, string | null>(true);

// Aggregates, coalesce, case.
const totals = from(Movie).select((m) => ({
  n: count(),
  s: sum(m.id),
  a: avg(m.id),
  lo: min(m.title),
  hi: max(m.tagline),
  filtered: sum(m.id).filter(m.id.gt(1)),
  over: rowNumber().over({ orderBy: m.id }),
}));
is<Row<typeof totals>["n"], number>(true);
is<Row<typeof totals>["s"], number | null>(true);
is<Row<typeof totals>["a"], number | Decimal | null>(true);
is<Row<typeof totals>["lo"], string | null>(true);
is<Row<typeof totals>["hi"], string | null>(true);
is<Row<typeof totals>["filtered"], number | null>(true);
is<Row<typeof totals>["over"], number>(true);
const filled = from(Movie).select((m) => [coalesce(m.tagline, m.title), coalesce(m.tagline, "none"), coalesce(m.tagline, m.tagline)]);
is<Row<typeof filled>, [string, string, string | null]>(true);
const cases = from(Movie).select((m) => [
  caseWhen(m.id.lt(2), "a").else("b"),
  caseWhen(m.id.lt(2), m.title),
  caseWhen(m.id.lt(2), 1).when(m.id.lt(3), m.tagline).else(null),
]);
is<Row<typeof cases>, [string, string | null, number | string | null]>(true);
const typed = from(Movie).select((m) => [type(m.id, field.string()), sql<number>`length(${m.title})`]);
is<Row<typeof typed>, [string, number]>(true);

// Merges and parts.
const merged = from(Movie).selectMerge((m) => ({ tagline: coalesce(m.tagline, "") }));
const tagline: string = (null as never as Row<typeof merged>).tagline;
const mergedObject = from(Movie)
  .select((m) => ({ a: m.id, b: m.title }))
  .selectMerge((m) => ({ b: m.id }));
is<Row<typeof mergedObject>["b"], number>(true);
const onNothing = from(Movie)
  .leftJoin("distributor")
  .select((_, { distributor: d }) => merge(d, { name: "x" }));
const gone: Row<typeof onNothing> = null;
const parts = from(Movie).select((m) => [struct(m, ["title"]), map(m, ["id", "tagline"]), struct(Distributor, { name: m.title })]);
is<Row<typeof parts>[1], { id: number; tagline: string | null }>(true);
is<[Row<typeof parts>[2]["id"], Row<typeof parts>[2]["name"]], [number | null, string | null]>(true);

// Subqueries, CTEs, values, combinations.
const inside = from(subquery(from(Movie).select((m) => ({ key: m.id, label: m.tagline })))).select((s) => [s.key, s.label]);
is<Row<typeof inside>, [number, string | null]>(true);
const recursive = from(cte("tree", Person)).select((t) => t.parentId);
is<Row<typeof recursive>, number | null>(true);
const listed = from(values([{ id: 1, label: "a" }], { id: field.integer(), label: field.string() })).select((v) => v.label);
const label: string | null = null as never as Row<typeof listed>;
const withNull = from(
  values(
    [
      { id: 1, label: "a" },
      { id: 2, label: null },
    ],
    { id: field.integer(), label: field.string() },
  ),
);
is<Row<typeof withNull>, { id: number; label: string | null }>(true);
const someColumns = from(values([{ title: "a" }], Movie));
is<Row<typeof someColumns>, { title: string }>(true);
// @ts-expect-error the rows have no such column
someColumns.select((v) => v.id);
const union = from(Movie)
  .select((m) => ({ kind: "movie", name: m.title }))
  .union(from(Actor).select((a) => ({ kind: "actor", name: a.name })));
is<Row<typeof union>["kind"], "movie" | "actor">(true);
is<Row<typeof union>["name"], string | null>(true);

// A query as a value: null where it has no row, and an expression like others.
const named = (m: { id: Expr<number> }) =>
  subquery(
    from(Character)
      .where((c) => c.movieId.eq(m.id))
      .select((c) => c.id),
  );
const scalars = from(Movie)
  .where((m) => named(m).gt(1))
  .orderBy((m) => named(m).desc())
  .groupBy((m) => [named(m)])
  .update((m) => ({ set: { tagline: subquery(from(Actor).select((a) => max(a.name))) } }))
  .limit(subquery(from(Actor).select(() => count())))
  .select((m) => ({
    plain: named(m),
    query: from(Movie).select((o) => o.title),
    sum: named(m).add(1),
    filled: coalesce(named(m), 0),
  }));
is<Row<typeof scalars>, { plain: number | null; query: string | null; sum: number | null; filled: number }>(true);

// Aggregates by name, rows of functions, locks, the words of recursive queries.
const lists = from(Character).select((c) => [
  fn<string | null>("string_agg", c.name, ", ").distinct().orderBy(c.name, c.id.desc()).filter(c.id.gt(1)),
  fn<number | null>("percentile_cont", 0.5).withinGroup(c.id),
]);
is<Row<typeof lists>, [string | null, number | null]>(true);
const each = from(Movie)
  .crossLateralJoin("each", (m) => sql<{ key: string; value: number }>`json_each(${m.title})`)
  .leftLateralJoin("any", (m) => sql`json_each(${m.title})`)
  .leftJoin("n", sql<{ n: number }>`generate_series(1, 2)`, (m, { n }) => n.n.eq(m.id))
  .lock((m, { each: one }) => sql`FOR UPDATE OF ${m}, ${one}`)
  .lock("FOR SHARE NOWAIT")
  .select((_, { each: one, any: other, n }) => ({ key: one.key, value: one.value, other: other.whatever, n: n.n }));
is<Row<typeof each>["value"], number>(true);
is<Row<typeof each>["n"], number | null>(true);
const fromRows = from(sql<{ n: number }>`generate_series(1, 2)`).select((g) => g.n);
is<Row<typeof fromRows>, number>(true);
const anyRows = from(sql`generate_series(1, 2)`).select((g) => ({ n: sql<number>`${g}` }));
is<Row<typeof anyRows>, { n: number }>(true);
const searched = from(cte("tree", Person)).withCte("tree", from(Person), {
  search: sql`DEPTH FIRST BY id SET place`,
  cycle: sql`id SET again USING path`,
});
// What an insert gives back.
const back = repo.insertAll(Movie, from(Movie), { returning: (m) => ({ id: m.id, tagline: m.tagline, n: 1 }) });
is<Awaited<typeof back>["rows"][number], { id: number; tagline: string | null; n: 1 }>(true);
const backStructs = repo.insertAll(Movie, [], { returning: ["id"], onConflict: "nothing" });
is<Awaited<typeof backStructs>["rows"][number], Pick<Movie, "id">>(true);
// @ts-expect-error no such field to give back
repo.insertAll(Movie, [], { returning: (m) => m.titel });
// @ts-expect-error no such lock
from(Movie).lock("FOR UPDATE SOMETIME");
// @ts-expect-error a subquery of another type in an update
from(Movie).update(() => ({ set: { tagline: subquery(from(Actor).select((a) => a.id)) } }));
// @ts-expect-error no such column of a function's rows
from(sql<{ n: number }>`generate_series(1, 2)`).select((g) => g.m);

// A query that is built step by step keeps its type.
let steps = from(Movie);
if (Math.random() > 0.5)
  steps = steps
    .where((m) => m.title.eq("x"))
    .where({ id: 1 })
    .orderBy("id")
    .limit(1)
    .offset(1);
if (Math.random() > 0.5)
  steps = steps
    .where(dynamic<Movie>((m) => and(m.title.like("x"), m.id.gt(1))))
    .distinct(true)
    .groupBy("id");
if (Math.random() > 0.5)
  steps = steps
    .orWhere((m) => exists(from(Character).where((c) => c.movieId.eq(m.id))))
    .lock("FOR UPDATE")
    .first();
is<Row<typeof steps>, Movie>(true);
const found: Promise<Movie[]> = repo.all(steps);

declare const some: boolean;
declare const untold: Dynamic;
declare const ids: Set<number>;
const needsJoin = dynamic<Movie, { characters: Character }>((_, { characters }) => characters.name.eq("x"));
const ofMovie = dynamic<Movie>((m) => m.title.eq("x"));
const ofAny = dynamic((m, { characters }) => m.anything.eq(characters.other));
let grown = dynamic.and([]);
for (const title of ["a", "b"]) grown = dynamic.and([grown, dynamic<Movie>((m) => m.title.ne(title))]);
const collected: Dynamic[] = [ofMovie, ofAny];
const fine = [
  // values and expressions in one list
  from(Movie).where((m) => m.id.in([m.id.add(1), 3, m.id]).and(m.title.notIn(new Set([m.tagline, "x"])))),
  from(Movie).where((m) => m.id.in([from(Movie).select((o) => max(o.id)), 3]).or(m.id.in(ids))),
  // conditions that name nothing of the query
  from(Movie)
    .where(exists(from(Character)))
    .orWhere(not(exists(from(Actor))))
    .having(sql<boolean>`true`),
  from(Movie, { where: exists(from(Character)) }).join("c", Character, exists(from(Actor))),
  // dynamics where they fit
  from(Movie).where(ofMovie).orderBy(ofMovie).groupBy(ofMovie).distinct(ofMovie),
  from(Movie)
    .join("characters")
    .where(needsJoin)
    .orWhere(dynamic.and([ofMovie, needsJoin, null])),
  from(Movie).leftJoin("characters").where(needsJoin),
  from(Movie).rightJoin("characters").where(ofMovie),
  from(Character).join("movie").where(ofAny).where(untold).where(grown),
  from(Movie).where(dynamic.and(collected)),
  from(Movie)
    .where(dynamic((m) => m.whatever.eq(1)))
    .orderBy(dynamic((m) => m.other)),
  from(Movie).where(dynamic.or([ofMovie, ofAny, exists(from(Actor)), some ? ofMovie : null])),
  from(Movie).where(dynamic<{ title: string }>((m) => m.title.eq("x"))),
  from("movies").where(ofMovie).join("characters", "characters", needsJoin),
  from(Movie).join("characters", { on: needsJoin }),
  from(Movie).where((m) => m.id.in(from(Character).select((c) => c.movieId))),
  from(Movie).where((m) => m.id.eq(any(from(Character).select((c) => c.movieId)))),
  from(Movie).where((m) => m.id.eq(from(Movie).select((o) => max(o.id)))),
  from(Movie)
    .as("m")
    .where(() => exists(from(Character).where((c) => c.movieId.eq(parentAs("m", Movie).id)))),
];
export type Used = [
  typeof tagline,
  typeof gone,
  typeof label,
  typeof found,
  typeof fine,
  typeof searched,
  typeof back,
  typeof backStructs,
  SelectValue<1>,
  ColumnsOf<Movie>,
  InstanceOf<typeof Movie>,
];

// @ts-expect-error a column of another type
from(Movie).where((m) => m.id.eq(m.title));
// @ts-expect-error undefined is no value
from(Movie).where((m) => m.id.eq(undefined));
// @ts-expect-error a list of another type
from(Movie).where((m) => m.id.in(["a"]));
// @ts-expect-error an expression of another type in a list
from(Movie).where((m) => m.id.in([m.id, m.title]));
// @ts-expect-error null in a list
from(Movie).where((m) => m.id.in([m.id, null]));
// @ts-expect-error a direct condition must be one
from(Movie).where(sql<string>`'x'`);
// @ts-expect-error a JavaScript value is none
from(Movie).where(true);
// @ts-expect-error a dynamic on another root
from(Character).where(ofMovie);
// @ts-expect-error the same for an order
from(Character).orderBy(ofMovie);
// @ts-expect-error the same for a grouping
from(Character).groupBy(ofMovie);
// @ts-expect-error the same in the query's options
from(Character, { where: ofMovie });
// @ts-expect-error a dynamic that needs a join which is not there
from(Movie).where(needsJoin);
// @ts-expect-error a join of that name, but of another schema
from(Movie).join("characters", Actor, needsJoin);
// @ts-expect-error parts of a combination need what they need
from(Character).where(dynamic.and([ofAny, ofMovie]));
// @ts-expect-error the same, deeper
from(Character).where(dynamic.or([dynamic.and([ofMovie, untold]), exists(from(Actor))]));
// @ts-expect-error no query is both
from(Movie).where(dynamic.and([ofMovie, dynamic<Character>((c) => c.name.eq("x"))]));
// @ts-expect-error a subquery of another type
from(Movie).where((m) => m.id.in(from(Character).select((c) => c.name)));
// @ts-expect-error null in an object of conditions
from(Movie).where({ tagline: null });
// @ts-expect-error an unknown field in an object of conditions
from(Movie).where({ titel: "x" });
// @ts-expect-error like belongs to text
from(Movie).where((m) => m.id.like("x"));
// @ts-expect-error a JavaScript condition
from(Movie).where((m) => m.id.gt(1) && true);
// @ts-expect-error no such join
from(Movie).where((_, { characters }) => characters.id.eq(1));
// @ts-expect-error no such field to order by
from(Movie).orderBy("titel");
// @ts-expect-error no such direction
from(Movie).orderBy({ id: "down" });
// @ts-expect-error no such field to select
from(Movie).select(["titel"]);
// @ts-expect-error no such association to join
from(Movie).join("actor");
from(Movie)
  .select((m) => ({ a: m.id }))
  // @ts-expect-error a union of other columns
  .union(from(Movie).select((m) => ({ b: m.id })));
// @ts-expect-error an update of another type
from(Movie).update({ set: { title: 1 } });
// @ts-expect-error an update of an unknown field
from(Movie).update({ set: { titel: "x" } });
// @ts-expect-error an unknown clause
from(Movie).exclude("wehre");
// @ts-expect-error a query that selects something else is another type
steps = from(Movie).select((m) => m.id);
// @ts-expect-error no such column of a subquery
from(subquery(from(Movie).select((m) => ({ key: m.id })))).select((s) => s.id);

// Beside a decimal stand plain numbers, whatever made the expression.
class Price extends schema("prices", {
  amount: field.decimal(),
  cost: field.decimal({ null: false }),
  count: field.integer(),
  names: field.array(field.string({ null: true })),
  plain: field.array(field.string()),
  rates: field.map(field.decimal({ null: true })),
}) {}
from(Price).where((p) => p.amount.eq(1).and(p.cost.mul(2).gt("1.5")).and(sum(p.amount).lt(3n)).and(p.cost.between(0, 9.5)));
from(Price).where((p) => p.amount.in([p.amount, p.count, 1, "2.5"]));
from(Price).where((p) => p.amount.in([1, "2"]).and(p.amount.eq(p.count)));
const decimals = from(Price).select((p) => [p.amount.add(1), coalesce(p.amount, 0), avg(p.count), type(p.count, "decimal")] as const);
is<Row<typeof decimals>, [Decimal | null, Decimal, number | Decimal | null, Decimal]>(true);
const castNames = from(Price).select((p) => [type(p.amount, "integer"), type("1", "utcDatetime"), type(p.count, field.string())] as const);
is<Row<typeof castNames>, [number, Date, string]>(true);
from(Price)
  .where({ cost: 1, amount: "2.5" })
  .orWhere({ cost: 3n })
  .update({ set: { cost: 1, amount: "2" }, inc: { amount: 1 } });
// @ts-expect-error any text is no number
from(Price).where({ cost: "one" });
// @ts-expect-error a number is none of text
from(Price).where({ plain: 1 });
// @ts-expect-error nor is a boolean a decimal
from(Price).update({ set: { cost: true } });
// @ts-expect-error a number stands for no text of a list
from(Price).update({ inc: { plain: 1 } });
// @ts-expect-error any text is no number
from(Price).where((p) => p.amount.eq("one"));
// @ts-expect-error nor is a boolean
from(Price).where((p) => p.cost.mul(true));
// @ts-expect-error a number stands beside decimals alone
from(Price).where((p) => coalesce(p.names, 0).isNull());
// @ts-expect-error no such type
type(1, "integr");
// Nulls in a list or a map, where its field says so.
is<Price["names"], (string | null)[] | null>(true);
is<Price["plain"], string[] | null>(true);
is<Price["rates"], Record<string, Decimal | null> | null>(true);
Price.build({ names: ["a", null] });
from(Price).where((p) => p.names.eq(["a", null]));
