import fc from "fast-check";
import { and, assoc, createRepo, dynamic, from, or, type Query, sql, struct } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";
import { fingerprint, type KeyOptions } from "../../../../src/core/plan/index.ts";
import { STATE } from "../../../../src/core/query/index.ts";
import { queryCases } from "../../../../src/testing/cases/queries/index.ts";
import { Character, Movie } from "../../../../src/testing/cases/queries/schemas.ts";

const READ: KeyOptions = { operation: "all", prefix: null, packing: null, inline: false };

const repos = [
  createRepo({ adapter: sqlite({ database: ":memory:" }) }),
  createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) }),
];
type Movies = Query<Movie>;

/** One condition in the forms in which it can be written. */
const forms: readonly ((query: Movies, id: number) => Movies)[] = [
  (query, id) => query.where((m) => m.id.eq(id)),
  (query, id) => query.where({ id }),
  (query, id) => query.where(dynamic((m) => m.id.eq(id))),
  (query, id) => query.where(dynamic.and([null, dynamic((m) => m.id.eq(id)), undefined])),
  (query, id) => query.where((m) => and(m.id.eq(id), and())),
  (query, id) => query.where((m) => or(or(), m.id.eq(id))),
  (query, id) => query.when(true, (one) => one.where((m) => m.id.eq(id))).when(false, (one) => one.where({ id: 0 })),
];

test("30 conditional pieces give one text, whichever forms they are written in", () => {
  for (const repo of repos) {
    const texts = new Set<string>();
    const keys = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(forms.length - 1), fc.nat()), { minLength: 30, maxLength: 30 }), (pieces) => {
        const query = pieces.reduce<Movies>((one, [form, id]) => (forms[form] as (typeof forms)[number])(one, id), from(Movie));
        texts.add(repo.toSql("all", query).sql);
        keys.add(fingerprint(query[STATE], READ).key);
      }),
      { numRuns: 50 },
    );
    expect(texts.size).toBe(1);
    expect(keys.size).toBe(1);
  }
});

/** Pieces of a query by the clause that they are in, each in the forms in which it can be written. */
type Step = (query: any) => any;
const lanes: readonly (readonly Step[])[][] = [
  // Joins, which every form adds only where they are not there yet.
  [
    [
      (q) => q.withNamedBinding("characters", (one: any) => one.join("characters")),
      (q) => q.pipe((one: any) => (one.hasNamedBinding("characters") ? one : one.join("characters"))),
      (q) => q.when(!q.hasNamedBinding("characters"), (one: any) => one.innerJoin("characters")),
    ],
    [
      (q) => q.withNamedBinding("a", (one: any) => one.leftJoin("a", (m: any) => assoc(m, "actors"))),
      (q) => q.when(!q.hasNamedBinding("a"), (one: any) => one.pipe((two: any) => two.leftJoin("a", (m: any) => assoc(m, "actors")))),
    ],
  ],
  Array.from({ length: 16 }, (_, id) =>
    forms.map(
      (form): Step =>
        (q) =>
          form(q, id),
    ),
  ),
  [
    [
      (q) => q.orderBy("title"),
      (q) => q.orderBy({ title: "asc" }),
      (q) => q.orderBy(dynamic((m: any) => m.title)),
      (q) => q.orderBy((m: any) => m.title.asc()),
    ],
    [(q) => q.orderBy({ id: "desc" }), (q) => q.when(true, (one: any) => one.orderBy((m: any) => [m.id.desc()]))],
    [(q) => q.prependOrderBy("visits"), (q) => q.prependOrderBy((m: any) => m.visits.asc())],
  ],
  [
    [(q) => q.groupBy("id"), (q) => q.groupBy((m: any) => m.id), (q) => q.groupBy(dynamic((m: any) => [m.id]))],
    [(q) => q.groupBy(["title", "visits"]), (q) => q.groupBy("title").groupBy((m: any) => [m.visits])],
  ],
  [
    [
      (q) => q.having((m: any) => m.id.gt(1)),
      (q) => q.having(dynamic((m: any) => m.id.gt(2))),
      (q) => q.having((m: any) => and(m.id.gt(3))),
    ],
    [(q) => q.having({ title: "a" }), (q) => q.when(1, (one: any) => one.having((m: any) => m.title.eq("b")))],
  ],
  [
    [(q) => q.select((m: any) => struct(m, ["id"])), (q) => q.select(["id"])],
    [(q) => q.selectMerge(["title"]), (q) => q.pipe((one: any) => one.selectMerge(["title"]))],
  ],
  [[(q) => q.limit(5), (q) => q.limit(1).limit(7), (q) => q.exclude("limit").limit(9)]],
  [[(q) => q.offset(5), (q) => q.when(true, (one: any) => one.offset(0))]],
  [[(q) => q.distinct(true), (q) => q.distinct(false).distinct(true)]],
];

test("pieces of every clause give one text, in whatever order the clauses come, and whatever else their query is used for", () => {
  const pieces = lanes.flatMap((lane, at) => lane.map(() => at));
  expect(pieces.length).toBe(30);
  const base = from(Movie);
  for (const repo of repos) {
    const texts = new Set<string>();
    const keys = new Set<string>();
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          pieces.map((_, at) => at),
          { minLength: pieces.length },
        ),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        (order, choices, shared) => {
          const next = lanes.map(() => 0);
          const choose = (max: number) => (choices.next().value as number) % max;
          let query: any = shared ? base : from(Movie);
          for (const at of order) {
            const lane = pieces[at] as number;
            const step = (lanes[lane] as Step[][])[(next[lane] as number)++] as Step[];
            const before = query;
            query = (step[choose(step.length)] as Step)(query);
            // The same join again, and other queries made of what is there.
            if (choose(3) === 0) query = query.withNamedBinding("characters", (one: any) => one.join("characters"));
            if (choose(3) === 0) before.where({ id: 99 }).exclude("select").select(["id"]).union(before).withCte("x", before);
            if (choose(4) === 0) repo.toSql("all", query);
          }
          texts.add(repo.toSql("all", query).sql);
          keys.add(fingerprint(query[STATE], READ).key);
        },
      ),
      { numRuns: 60 },
    );
    expect([...texts]).toHaveLength(1);
    expect(keys.size).toBe(1);
  }
});

test("lists of every length share one statement", () => {
  for (const repo of repos) {
    const texts = new Set(
      [0, 1, 2, 50].map(
        (length) =>
          repo.toSql(
            "all",
            from(Movie).where((m) => m.id.in(Array.from({ length }, (_, at) => at))),
          ).sql,
      ),
    );
    expect(texts.size).toBe(1);
  }
});

test("values, constants of a select, limits and offsets are no part of the key", () => {
  const key = (n: number) =>
    fingerprint(
      from(Movie)
        .where({ visits: n })
        .select((m) => ({ n, t: `t${n}`, at: new Date(n), id: m.id }))
        .limit(n)
        .offset(n)[STATE],
      READ,
    ).key;
  expect(key(1)).toBe(key(2));
});

test("what differs in more than values has another key", () => {
  const queries = [
    from(Movie).where((m) => m.id.eq(1)),
    from(Movie).where((m) => m.id.ne(1)),
    from(Movie).where((m) => m.visits.eq(1)),
    from(Movie)
      .where((m) => m.id.eq(1))
      .limit(1),
    from(Movie)
      .where((m) => m.id.eq(1))
      .offset(1),
    from(Movie)
      .where((m) => m.id.eq(1))
      .prefix("p"),
    from(Movie).where((m) => m.id.eq(1).and(m.id.eq(1), m.id.eq(1))),
    from(Movie).where((m) => m.id.eq(1).and(m.id.eq(1).or(m.id.eq(1)))),
    from(Movie).where(() => sql`${1} = 1`),
    from(Movie).where(() => sql`${1} = 2`),
    from(Character).where((c) => c.id.eq(1)),
    from(Movie, { prefix: null }).where((m) => m.id.eq(1)),
  ];
  expect(new Set(queries.map((query) => fingerprint(query[STATE], READ).key)).size).toBe(queries.length);
});

describe("the key and the planner agree on the parameters", () => {
  const all = Object.values(queryCases).flat();
  test.each(all.map((one) => [one.name, one] as const))("%s", (_, { query }) => {
    // A disagreement throws "internal:".
    for (const repo of repos) {
      try {
        repo.toSql("all", query());
      } catch (error) {
        expect((error as Error).message).toMatch(/does not support/);
      }
    }
  });
  test("two queries with one key have one text", () => {
    for (const repo of repos) {
      const texts = new Map<string, string>();
      for (const { query } of all) {
        const one = query() as never;
        try {
          const { key } = fingerprint(one[STATE], READ);
          const { sql: text } = repo.toSql("all", one);
          expect(texts.get(key) ?? text).toBe(text);
          texts.set(key, text);
        } catch (error) {
          expect((error as Error).message).toMatch(/does not support/);
        }
      }
    }
  });
});
