import {
  all,
  any,
  as,
  cte,
  dateAdd,
  datetimeAdd,
  denseRank,
  exists,
  field,
  from,
  map,
  max,
  merge,
  now,
  parentAs,
  rowNumber,
  schema,
  selectedAs,
  sql,
  struct,
  subquery,
  sum,
  type,
  values,
} from "ectype";
import { describe, expect, test } from "vitest";
import { Actor, Character, Movie } from "../../../../src/testing/cases/queries/schemas.ts";
import { type E, type M, Seen } from "./one-key-one-plan.ts";

/** A table with the columns of another, and other types. */
const Twin = (() => {
  class Movie extends schema("movies", {
    title: field.text({ null: false }),
    tagline: field.binary(),
    visits: field.string(),
    releasedOn: field.string(),
    hero: field.integer(),
  }) {}
  return Movie;
})();
/** The same declaration once more. */
const Again = (() => {
  class Actor extends schema("actors", { name: field.string() }) {}
  return Actor;
})();

/** Names that look like parts of a key, or like nothing at all. */
const NAMES = [
  "a",
  "b",
  "1",
  "0",
  "2:a",
  "1:a",
  ";",
  "",
  "e",
  "a.b",
  "$a",
  "\\",
  'q"q',
  "it's",
  "`",
  "[x]",
  "a,b",
  "?;",
  "(",
  "\n",
  "ünï😀",
  "x".repeat(300),
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
];

describe("two queries of one key have one plan", () => {
  test("one detail of a query changed", () => {
    const seen = new Seen();
    for (const query of variants()) {
      seen.add(query);
      seen.add(query, "all", "p");
      seen.add(query, "updateAll");
      seen.add(query, "deleteAll");
    }
    for (const [name, other] of NAMES.flatMap((one) => NAMES.map((two) => [one, two] as const)))
      for (const make of named(name, other)) {
        let query: unknown;
        try {
          query = make();
        } catch {
          continue; // names that are refused
        }
        seen.add(query);
      }
    expect(seen.compiled).toBeGreaterThan(5_000);
  });
});

/** Queries beside each other that differ in one thing. */
function variants(): unknown[] {
  const m = from(Movie);
  const short = from(Movie).select((one) => one.id);
  return [
    m,
    from(Twin),
    from(["movies", Twin]),
    from(["films", Movie]),
    from(["films", Twin]),
    from("movies"),
    from("actors"),
    from(Actor),
    from(Again),
    from(Movie, { prefix: "p" }),
    m.prefix("p"),
    from(Movie, { prefix: null }),
    m.as("p"),
    m.hints(sql`a`),
    from(Movie, { hints: sql`a` }),
    from(Movie, { hints: [sql`a`, sql`b`] }),
    from(Movie, { hints: [sql`a`] }).hints(sql`b`),
    from(subquery(m)),
    from(subquery(from(Twin))),
    from(subquery(m, { prefix: "p" })),
    from(subquery(m.prefix("p"))),
    from(subquery(m)).prefix("p"),
    ...[field.integer(), field.string(), field.date(), field.boolean()].map((of) => from(values([{ a: null, b: null }], { a: of, b: of }))),
    from(values([{ a: 1, b: "2" }], { a: "integer", b: "string" })),
    from(values([{ b: 1, a: "2" }], { a: "string", b: "integer" })),
    from(values([{ b: 1, a: 2 }], { a: "integer", b: "integer" })),
    from(values([{ a: 1 }], { a: "integer" })),
    from(values([{ a: { x: 1 } }], { a: "json" })),
    from(values([{ a: 1 }, { a: 2 }], { a: "integer" })),
    from(values([{ title: "a", visits: 1 }], Movie)),
    from(values([{ title: "a", visits: "1" }], Twin)),
    from(sql`f()`, { columns: ["a"] }),
    from(sql`f()`, { columns: ["a", "b"] }),
    from(sql`f()`, { columns: ["ab"] }),
    from([sql`f()`, Movie]),
    from([sql`f()`, Twin]),
    ...["join", "leftJoin", "rightJoin", "fullJoin"].flatMap((kind) => [
      (m as any)[kind]("characters"),
      (m as any)[kind]("heroes"),
      (m as any)[kind]("characters").preload({ characters: "characters" }),
      (m as any)[kind]("characters").preload("characters"),
      (m as any)[kind]("actors", { prefix: "p" }),
      (m as any)[kind]("actors", { prefix: null }),
      (m as any)[kind]("actors", { hints: sql`p` }),
      (m as any)[kind]("c", Character, { movieId: 1 }),
      (m as any)[kind]("c", from(Character).where({ movieId: 1 }), { id: 1 }),
      (m as any)[kind]("c", subquery(from(Character).where({ movieId: 1 })), { id: 1 }),
      (m as any)[kind]("c", Character, { movieId: 1 }).select((_: M, { c }: M) => c),
      (m as any)[kind]("c", Character, { movieId: 1 }).select((one: M, { c }: M) => [one, c]),
      (m as any)[kind]("c", Character, { movieId: 1 }).select((one: M, { c }: M) => [c, one]),
      (m as any)[kind]("c", Character, { movieId: 1 }).select((one: M, { c }: M) => ({ one, c })),
    ]),
    m.crossJoin("c", Character),
    m.crossJoin("c", Actor),
    m.crossJoin("c", Again),
    m.crossJoin("c", Character).crossJoin("d", Character),
    m.crossJoin("d", Character).crossJoin("c", Character),
    m
      .crossJoin("c", Character)
      .crossJoin("d", Character)
      .select((_, { c }) => c.id),
    m
      .crossJoin("c", Character)
      .crossJoin("d", Character)
      .select((_, { d }) => d.id),
    m.crossLateralJoin("c", (one) => from(Character).where((c) => c.movieId.eq(one.id))),
    m.innerLateralJoin("c", (one) => from(Character).where((c) => c.movieId.eq(one.id))),
    m.leftLateralJoin("c", (one) => from(Character).where((c) => c.movieId.eq(one.id))),
    m.leftLateralJoin("c", (one) => from(Character).where((c) => c.id.eq(one.id))),
    m.leftLateralJoin("c", () => from(Character).where((c) => c.movieId.eq(c.id))),
    // selects
    m.select(["id"]),
    m.select(["id", "title"]),
    m.select((one) => [one] as const),
    m.select((one) => [one, []] as const),
    m.select((one) => [one, [one.id]] as const),
    m.select((one) => [struct(one, ["id"])] as const),
    m.select((one) => struct(one, ["id"])),
    m.select((one) => map(one, ["id"])),
    m.select((one) => map(one, ["id", "title"])),
    m.select((one) => struct(Movie, { id: one.id })),
    m.select((one) => struct(Twin, { id: one.id })),
    m.select((one) => struct(Twin, { id: one.id, title: one.title })),
    m.select((one) => ({ id: one.id })),
    m.select((one) => ({ id: one.id, title: one.title })),
    m.select((one) => ({ id: { title: one.title } })),
    m.select((one) => ({ id: one.id, title: { id: one.id } })),
    m.select((one) => [one.id, one.title] as const),
    m.select((one) => [[one.id, one.title]] as const),
    m.select((one) => [[one.id], one.title] as const),
    m.select((one) => [[one.id], [one.title]] as const),
    m.select((one) => [one.id, null] as const),
    m.select((one) => merge(one, { title: one.tagline })),
    m.select((one) => merge({ title: one.tagline }, { tagline: one.title })),
    m.select((one) => ({ a: one, b: null })),
    m.select((one) => [1, one.id] as const),
    m.select((one) => ["1", one.id] as const),
    m.select(["id", { characters: ["id"] }]).preload("characters"),
    m.select(["id", { characters: ["id", "name"] }]).preload("characters"),
    m
      .join("characters")
      .select(["id", { characters: ["id"] }])
      .preload({ characters: "characters" }),
    m
      .join("characters")
      .select(["id", { characters: ["id", "name"] }])
      .preload({ characters: "characters" }),
    m.select(["id", { characters: ["id", { movie: ["id"] }] }]).preload({ characters: "movie" }),
    m.select(["id", { characters: ["id", { movie: ["id", "title"] }] }]).preload({ characters: "movie" }),
    m.preload("characters"),
    m.preload("actors"),
    m.preload(["actors", "characters"]),
    ...["title", "visits", "releasedOn", "hero"].flatMap((name) => [
      ...[Movie, Twin, Character].flatMap((of) => [
        ...(of.schema.field(name) === undefined
          ? []
          : [
              from(Movie, { as: "m" }).select(() => (as("m", of) as M)[name]),
              from(Movie, { as: "m" }).select(() => max((as("m", of) as M)[name])),
              from(Movie, { as: "m" }).select(() => subquery(from(Character).select(() => (parentAs("m", of) as M)[name])) as M),
            ]),
      ]),
      from(Movie, { as: "m" }).select(() => (as("m") as M)[name]),
    ]),
    ...(["title", "visits", "releasedOn"] as const).map((name) => from(Movie, { as: "m" }).select((one) => one[name])),
    // rows
    m.distinct(true),
    m.distinct("title"),
    m.distinct({ title: "desc" }),
    ...["asc", "desc", "ascNullsFirst", "ascNullsLast", "descNullsFirst", "descNullsLast"].map((way) => m.orderBy({ title: way as never })),
    m.limit(1),
    m.offset(1),
    m.limit(1).offset(1),
    m.orderBy("id").limit(1).withTies(),
    m.orderBy("id").limit(1),
    m.limitPer(1, "title"),
    m.limitPer(1, ["title", "id"]),
    m.limitPer(1, "title").limit(1),
    m.lock("FOR UPDATE"),
    m.lock("FOR SHARE"),
    m.groupBy("id").select((one) => one.id),
    m.groupBy(["id", "title"]).select((one) => one.id),
    m.where({ id: 1 }),
    m.having((one) => one.id.eq(1)),
    ...(["union", "unionAll", "intersect", "intersectAll", "except", "exceptAll"] as const).flatMap((op) => [
      short[op](short),
      short[op](short)[op](short),
      short[op](short[op](short)),
      short[op](short).orderBy("id"),
      short[op](short.orderBy("id")),
    ]),
    ...[true, false, null].flatMap((materialized) =>
      [true, false, null].map((recursive) =>
        from("a")
          .withCte("a", short, { ...(materialized === null ? {} : { materialized }), ...(recursive === null ? {} : { recursive }) })
          .select((one: M) => one.id),
      ),
    ),
    from(cte("a", Movie)).withCte("a", m),
    from(cte("a", Twin)).withCte("a", m),
    from(["a", Movie]).withCte("a", m),
    from(["a", Twin]).withCte("a", m),
    from(cte("a")).withCte("a", m),
    from(cte("a", Movie)).withCte("a", sql`select 1`),
    from(cte("a", Movie)).withCte("a", sql`select ${1}`),
    from("a").withCte("a", m.update({ set: { title: "x" } }), { operation: "updateAll" }),
    from("a").withCte("a", m, { operation: "deleteAll" }),
    from("a")
      .withCte("a", m.select(["id"]), { operation: "deleteAll" })
      .select((one: M) => one.id),
    // expressions
    ...(["year", "day", "hour"] as const).flatMap((unit) => [
      m.select((one) => datetimeAdd(one.seenAt as E, 1, unit)),
      m.select((one) => dateAdd(one.releasedOn as E, 1, unit)),
      m.select(() => datetimeAdd(now() as E, 1, unit)),
    ]),
    m.where((one) => one.id.eq(any(short))),
    m.where((one) => one.id.eq(all(short))),
    m.where((one) => one.id.eq(short as never)),
    m.where(() => exists(short)),
    m.where((one) => one.id.in(short as never)),
    m.where((one) => one.id.notIn(short as never)),
    m.select((one) => (one.meta as E).path("a", 1)),
    m.select((one) => (one.meta as E).path("a", "1")),
    m.select((one) => (one.meta as E).path("a")),
    m.select((one) => (one.meta as E).pathText("a")),
    m.select((one) => (one.meta as E).path("a").path("1")),
    m.select((one) => (one.meta as E).path(one.title)),
    m.select((one) => type((one.meta as E).path("a"), field.date())),
    m.select((one) => type((one.meta as E).path("a"), field.integer())),
    m.select(() => sql`${sql.constant(1)}`),
    m.select(() => sql`${sql.constant("1")}`),
    m.select(() => sql`${sql.identifier("1")}`),
    m.select(() => sql`1`),
    m.select(() => sql`${"1"}`),
    m.select(() => sql`${sql.splice([1])}`),
    m.select(() => sql`${sql.splice([1, 2])}`),
    m.select(() => sql`${sql.splice([1])}${sql.splice([2])}`),
    m.select((one) => sql`${one.id},${type(one.id, "string")}`),
    m.select((one) => sql.typed("string", sql`${one.id}`)),
    m.select((one) => sql`${type(one.id, "string")}`),
    m.select((one) => sql.typed("integer", sql`${type(one.id, "string")}`)),
    m.select(() => rowNumber().over()),
    m.select(() => denseRank().over()),
    m.windows((one) => ({ w: { partitionBy: one.id } })).select(() => rowNumber().over("w")),
    m.windows((one) => ({ w: { orderBy: one.id } })).select(() => rowNumber().over("w")),
    m.windows((one) => ({ w: { partitionBy: one.id } })).select((one) => rowNumber().over({ base: "w", orderBy: one.id })),
    m.select((one) => sum(one.visits as E).over({ orderBy: one.id, frame: sql`ROWS CURRENT ROW` })),
    m.select((one) => sum(one.visits as E).over({ orderBy: [one.id, sql`ROWS CURRENT ROW`] })),
    // updates
    m.update({ set: { title: "a" } }),
    m.update({ set: { tagline: "a" } }),
    m.update({ set: { tagline: null } }),
    m.update({ set: { visits: 1 } }),
    m.update({ inc: { visits: 1 } }),
    m.update({ push: { tags: "a" } }),
    m.update({ pull: { tags: "a" } }),
    m.update({ set: { title: "a", tagline: "b" } }),
    m.update({ set: { tagline: "a", title: "b" } }),
    m.update((one) => ({ set: { title: one.tagline as never } })),
    m.update((one) => ({ set: { title: one.tagline as never } })).select(["id"]),
  ];
}

/** Two names in one query. */
function named(a: string, b: string): (() => unknown)[] {
  const twins = () => from(Character).join(a, Movie, { id: 1 }).join(b, Movie, { id: 1 });
  return [
    () => from(a).select((t: M) => t[b]),
    () => from(Movie).prefix(a).as(b),
    () => from([a, Movie], { prefix: b }),
    () => from([a, Movie]).prefix(b),
    () => twins().select((_: M, joins: M) => joins[a].title),
    () => twins().select((_: M, joins: M) => joins[b].title),
    () => from(Movie).select((m) => ({ [a]: m.id, [b]: m.title })),
    () => from(Movie).select((m) => ({ [a]: { [b]: m.title } })),
    () => from(Movie).select((m) => ({ [a]: m.title.as(b) })),
    () =>
      from(Movie)
        .select((m) => [m.title.as(a), m.title.as(b)])
        .orderBy(() => selectedAs(a)),
    () =>
      from(Movie)
        .select((m) => [m.title.as(a), m.title.as(b)])
        .orderBy(() => selectedAs(b)),
    () => from(Movie).select((m) => (m.meta as E).path(a, b)),
    () => from(Movie).select((m) => (m.meta as E).path(a).path(b)),
    () => from(Movie).select((m) => (m.meta as E).path(a + b)),
    () => from(Movie).select(() => sql`${sql.identifier(a)} ${sql.constant(b)}`),
    () => from(Movie).select(() => sql`${sql.constant(a)} ${sql.identifier(b)}`),
    () => from(Movie).select(() => sql`${sql.constant(a)}${sql.constant(b)}`),
    () => from(Movie).select(() => sql`${sql.unsafe(a)}${sql.unsafe(b)}`),
    () =>
      from(a)
        .withCte(a, from(Movie))
        .withCte(b, from(Actor))
        .select((t: M) => t.id),
    () =>
      from(b)
        .withCte(a, from(Movie))
        .withCte(b, from(Actor))
        .select((t: M) => t.id),
    () => from(Movie).hints([sql.unsafe(a), sql.unsafe(b)]),
    () => from(Movie, { hints: sql.unsafe(a) }).hints(sql.unsafe(b)),
    () => from(sql`f()`, { columns: [a, b] }),
    () =>
      from(
        values(
          [{ [a]: 1, [b]: 2 }],
          Object.fromEntries([
            [a, "integer"],
            [b, "integer"],
          ]),
        ),
      ),
    () =>
      from(Movie)
        .windows({ [a]: {}, [b]: {} })
        .select(() => rowNumber().over(a)),
    () =>
      from(Movie)
        .windows({ [a]: {}, [b]: {} })
        .select(() => rowNumber().over(b)),
    () => from(a).update({ set: { [b]: 1 } }),
  ];
}
