import fc from "fast-check";
import {
  all,
  and,
  any,
  as,
  caseWhen,
  coalesce,
  count,
  createRepo,
  cte,
  dateAdd,
  datetimeAdd,
  denseRank,
  exists,
  type Expr,
  field,
  fn,
  from,
  lag,
  map,
  max,
  merge,
  not,
  now,
  or,
  parentAs,
  rowNumber,
  schema,
  selectedAs,
  sql,
  struct,
  subquery,
  sum,
  tuple,
  type,
  values,
} from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";
import { SchemaInfo } from "../../../../src/core/schema/index.ts";
import { type QueryOperation, STATE } from "../../../../src/core/query/index.ts";
import { PlanCache } from "../../../../src/core/repo/engine/plans.ts";
import { Actor, Character, Movie } from "../../../../src/testing/cases/queries/schemas.ts";

// Two queries may share a key only where one plan serves both. Small queries are written in every combination, and larger ones at random,
// so that whatever one part of a key may be taken for stands beside it.

const adapters = [
  createRepo({ adapter: sqlite({ database: ":memory:" }) }).adapter,
  createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) }).adapter,
];

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

const objectIds = new WeakMap<object, number>();
let lastObject = 0;
/** What a plan is, as text: its types and schemas by identity, since equal names say nothing. */
function written(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (typeof item !== "object" || item === null) return typeof item === "bigint" ? `${item}n` : item;
    if (item instanceof SchemaInfo) return `schema ${item.id}`;
    if ("storage" in item && "cast" in item) {
      if (!objectIds.has(item)) objectIds.set(item, ++lastObject);
      return `type ${objectIds.get(item)}`;
    }
    if (key === "meta") return { source: (item as { source: unknown }).source, prefix: (item as { prefix: unknown }).prefix };
    return item;
  });
}

type Made = { readonly [STATE]: never };

/** Remembers the plan of every key. */
class Seen {
  readonly #plans = new Map<string, { plan: string; print: string }>();
  compiled = 0;
  shared = 0;

  add(query: unknown, operation: QueryOperation = "all", prefix: string | null = null): void {
    for (const adapter of adapters) {
      const cache = new PlanCache(adapter);
      const state = (query as Made)[STATE];
      let found: ReturnType<PlanCache["planFor"]>;
      try {
        found = cache.planFor(state, operation, prefix);
      } catch (error) {
        expect(String(error)).not.toContain("internal:");
        continue;
      }
      this.compiled++;
      const { plan, params } = found;
      const id = adapter.name + cache.fingerprint(state, operation, prefix).key;
      const text = written({
        sql: plan.statement,
        order: plan.order,
        shape: plan.shape,
        root: plan.root,
        params: params.map(({ type: of, list }) => ({ of, list })),
      });
      const known = this.#plans.get(id);
      if (!known) this.#plans.set(id, { plan: text, print: String(query) });
      else {
        this.shared++;
        if (known.plan !== text) expect.fail(`one key, two plans:\n${known.print}\n${String(query)}\n${known.plan}\n${text}`);
      }
    }
  }
}

type E = Expr<any>;
type M = any;
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

const ATOMS: readonly ((m: M) => E)[] = [(m) => m.hero, (m) => m.id, () => type(true, field.boolean()), () => sql`${1}`];
/** Every expression of one step over the given ones. */
function steps(one: (m: M) => E, two: (m: M) => E): ((m: M) => E)[] {
  const [a, b] = [one, two];
  return [
    (m) => a(m).isNull(),
    (m) => a(m).isNotNull(),
    (m) => a(m).not(),
    (m) => a(m).negate(),
    (m) => a(m).eq(b(m)),
    (m) => a(m).ne(b(m)),
    (m) => a(m).in([b(m), b(m)]),
    (m) => a(m).notIn([b(m), b(m)]),
    (m) => not(a(m).in([b(m), b(m)])),
    (m) => a(m).in([]),
    (m) => a(m).notIn([]),
    (m) => a(m).between(b(m), a(m)),
    (m) => not(a(m).between(b(m), a(m))),
    (m) => not(a(m)).between(b(m), a(m)),
    (m) => and(a(m), b(m)),
    (m) => or(a(m), b(m)),
    (m) => caseWhen(a(m), b(m)),
    (m) => caseWhen(a(m), b(m)).else(a(m)),
    (m) => caseWhen(a(m), b(m)).when(b(m), a(m)),
    (m) => type(a(m), field.boolean()),
    (m) => type(a(m), field.integer()),
    (m) => sql`${a(m)}`,
    (m) => sql`${a(m)}${b(m)}`,
    (m) => sql`${a(m)},${b(m)}`,
    (m) => sql.typed("boolean", sql`${a(m)}`),
    (m) => sql`${sql.splice([a(m), b(m)])}`,
    (m) => coalesce(a(m), b(m)),
    (m) => fn("coalesce", a(m), b(m)),
    (m) => fn("coalesce", a(m)).over(),
    (m) => count(a(m)),
    (m) => count(a(m), "distinct"),
    (m) => count(a(m)).filter(b(m)),
    (m) => count(a(m)).over({ partitionBy: b(m) }),
    (m) => count(a(m)).over({ orderBy: b(m) }),
    (m) => count(a(m)).over({ orderBy: b(m).desc() }),
    (m) =>
      count(a(m))
        .filter(b(m))
        .over({ orderBy: a(m) }),
    (m) => lag(a(m), 1),
    (m) => tuple(a(m), b(m)).eq(tuple(b(m), a(m))),
  ];
}

const ONE: readonly ((m: M) => E)[] = ATOMS.flatMap((a, at) => steps(a, ATOMS[(at + 1) % ATOMS.length] as (m: M) => E));

describe("two queries of one key have one plan", () => {
  test("expressions of two steps", () => {
    const seen = new Seen();
    for (const a of [...ATOMS, ...ONE]) {
      for (const b of [ATOMS[0], ONE[at(a)]] as ((m: M) => E)[]) {
        for (const made of steps(a, b)) {
          seen.add(from(Character).select((m) => made(m)));
          seen.add(from(Character).where((m) => made(m)));
        }
      }
    }
    expect(seen.compiled).toBeGreaterThan(10_000);
  });

  test("neighbours of one step", () => {
    const seen = new Seen();
    const some = [...ATOMS, ...ONE.filter((_, i) => i % 3 === 0 || i < 40)];
    for (const a of some) {
      seen.add(from(Character).select((m) => [a(m)] as const));
      seen.add(from(Character).select((m) => [[a(m)]] as const));
      seen.add(from(Character).join("j", Movie, (m) => a(m)));
      for (const b of some) {
        seen.add(from(Character).select((m) => [a(m), b(m)] as const));
        seen.add(
          from(Character)
            .join("j", Movie, (m) => a(m))
            .select((m) => b(m)),
        );
        seen.add(
          from(Character)
            .groupBy((m) => a(m))
            .having((m) => b(m)),
        );
        seen.add(from(Character).orderBy((m) => [a(m), b(m).desc()]));
      }
    }
    expect(seen.compiled).toBeGreaterThan(10_000);
  });

  function at(one: (m: M) => E): number {
    const found = ONE.indexOf(one);
    return found < 0 ? 0 : (found * 7) % ONE.length;
  }

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

  test("random queries of many clauses", () => {
    const seen = new Seen();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 }), (picks) => {
        let query: any = from(Character, { as: "c" });
        for (const [clause, a, b] of picks) {
          try {
            query = (CLAUSES[clause % CLAUSES.length] as Clause)(query, pick(a), pick(b));
          } catch {
            // a clause that may stand once
          }
        }
        seen.add(query);
        seen.add(from(subquery(query)));
      }),
      { numRuns: 1500 },
    );
    expect(seen.compiled).toBeGreaterThan(500);
  });
});

const pick = (n: number): ((m: M) => E) => (n % 2 === 0 ? (ATOMS[(n / 2) % ATOMS.length] as never) : (ONE[n % ONE.length] as never));
type Clause = (query: any, a: (m: M) => E, b: (m: M) => E) => any;
const CLAUSES: readonly Clause[] = [
  (q, a) => q.where(a),
  (q, a) => q.orWhere(a),
  (q, a) => q.select(a),
  (q, a, b) => q.select((m: M) => [a(m), b(m)]),
  (q, a, b) => q.select((m: M) => ({ a: a(m), b: [b(m)] })),
  (q, a) => q.select((m: M) => merge(m, { name: a(m) })),
  (q, a, b) => q.join("j", Movie, (m: M) => and(a(m), b(m))),
  (q, a) => q.leftJoin("k", Actor, a),
  (q) => q.leftJoin("movie").preload({ movie: "movie" }),
  (q) => q.preload("movie"),
  (q, a) => q.innerLateralJoin("l", (m: M) => from(Movie).where((x) => x.id.eq(a(m)))),
  (q, a) => q.distinct(a),
  (q) => q.distinct(true),
  (q, a, b) => q.groupBy((m: M) => [a(m), b(m)]),
  (q, a) => q.having(a),
  (q, a, b) => q.windows((m: M) => ({ w: { partitionBy: a(m), orderBy: b(m) } })),
  (q, a) => q.orderBy(a),
  (q, a) => q.orderBy((m: M) => a(m).desc()),
  (q) => q.limit(1),
  (q) => q.offset(1),
  (q) => q.lock("FOR UPDATE"),
  (q, a) => q.union(from(Character).where(a)),
  (q, a) => q.exceptAll(from(Character).where(a)),
  (q, a) => q.withCte("a", from(Character).where(a)),
  (q) => q.join("r", cte("a", Character), (_: M, { r }: M) => r.id.eq(1)),
  (q, a) => q.where((m: M) => exists(from(Movie).where(() => a(m)))),
  (q) => q.limitPer(2, "movieId"),
  (q) => q.hints("NOT INDEXED"),
  (q) => q.prefix("p"),
];

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
