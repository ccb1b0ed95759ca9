import fc from "fast-check";
import { and, cte, exists, from, merge, subquery } from "ectype";
import { describe, expect, test } from "vitest";
import { Actor, Character, Movie } from "../../../../src/testing/cases/queries/schemas.ts";
import { ATOMS, type E, type M, ONE, Seen } from "./one-key-one-plan.ts";

describe("two queries of one key have one plan", () => {
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
