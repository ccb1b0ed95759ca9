import fc from "fast-check";
import { and, createRepo, dynamic, from, or, type Query, sql } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";
import { fingerprint } from "../../../../src/core/plan/index.ts";
import { STATE } from "../../../../src/core/query/index.ts";
import { queryCases } from "../../../cases/queries/index.ts";
import { Character, Movie } from "../../../cases/queries/schemas.ts";

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
        keys.add(fingerprint(query[STATE], "all", null).key);
      }),
      { numRuns: 50 },
    );
    expect(texts.size).toBe(1);
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
      "all",
      null,
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
  expect(new Set(queries.map((query) => fingerprint(query[STATE], "all", null).key)).size).toBe(queries.length);
});

describe("4.104 the key and the planner agree on the parameters", () => {
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
          const { key } = fingerprint(one[STATE], "all", null);
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
