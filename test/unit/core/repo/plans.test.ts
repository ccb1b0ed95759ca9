import { as, belongsTo, field, from, hasMany, QueryError, schema } from "ectype";
import { sqlite } from "ectype/sqlite";
import { describe, expect, test } from "vitest";
import type { Adapter } from "../../../../src/core/adapter/index.ts";
import { type QueryState, STATE } from "../../../../src/core/query/index.ts";
import { KeptQuery, PlanCache } from "../../../../src/core/repo/engine/plans.ts";

class Movie extends schema("movies", { title: field.string(), year: field.integer(), parts: () => hasMany(Part) }) {}
class Part extends schema("parts", { name: field.string(), movie: () => belongsTo(Movie) }) {}

const MAX = 2000;

/** Plans, and how many were made. */
function counted() {
  const adapter = sqlite({ database: ":memory:" });
  let made = 0;
  const counting: Adapter = {
    ...adapter,
    querySql(query) {
      made++;
      return adapter.querySql(query);
    },
  };
  const plans = new PlanCache(counting);
  const run = (query: QueryState) => plans.planFor(query, "all", null).plan;
  return { plans, run, made: () => made };
}

/** A query like no other of another number, made anew. */
function shape(n: number, id = n): QueryState {
  return from(Movie)
    .where((m) => m.id.eq(id))
    .select((m) => ({ [`c${n}`]: m.title }))[STATE];
}

describe("plans that are kept", () => {
  test("10,000 shapes: no more than there is room for, and what is used stays", () => {
    const { plans, run, made } = counted();
    const used = run(shape(0));
    for (let n = 1; n <= 10_000; n++) {
      run(shape(n));
      if (n % 100 === 0) expect(run(shape(0, n))).toBe(used);
    }
    expect(plans.size).toBe(MAX);
    expect(made()).toBe(10_001);
    // Of the last ones most are there.
    for (let n = 10_000; n > 8500; n--) run(shape(n));
    expect(made()).toBe(10_001);
    run(shape(1));
    expect(made()).toBe(10_002);
  });

  test("a shape more than there is room for, in turn, does not cost all the others their places", () => {
    const { run, made } = counted();
    for (let n = 0; n <= MAX; n++) run(shape(n));
    const before = made();
    for (let round = 0; round < 5; round++) for (let n = 0; n <= MAX; n++) run(shape(n, round));
    expect(made() - before).toBeLessThan(0.05 * 5 * MAX);
  });

  test("a query that is kept finds its plan by itself, also when that has left, and with another prefix", () => {
    const { plans, run, made } = counted();
    const kept = new KeptQuery(plans, shape(0));
    const { plan, params } = kept.planFor(null);
    expect(kept.planFor(null)).toEqual({ ...kept.planFor(null), plan, params });
    expect(run(shape(0, 7))).toBe(plan);
    expect(kept.planFor("other").plan.statement.sql).toContain('"other"."movies"');
    expect(kept.planFor(null).plan).toBe(plan);
    expect(made()).toBe(2);
    for (let n = 1; n <= 2 * MAX; n++) run(shape(n));
    const anew = kept.planFor(null).plan;
    expect(anew).not.toBe(plan);
    expect(anew.statement.sql).toBe(plan.statement.sql);
    expect(run(shape(0))).toBe(anew);
  });

  test("preloads within the rows have plans of their own; what cannot be so read says so each time", () => {
    const { plans } = counted();
    const query = from(Movie).preload("parts")[STATE];
    const byFunction = from(Movie).preload({ parts: () => [] })[STATE];
    for (let time = 0; time < 2; time++) {
      const inline = plans.inlinePlanFor(query, null)?.plan;
      expect(inline?.statement.sql).toContain("json");
      expect(plans.inlinePlanFor(from(Movie).preload("parts")[STATE], null)?.plan).toBe(inline);
      expect(plans.planFor(query, "all", null).plan).not.toBe(inline);
      expect(plans.inlinePlanFor(byFunction, null)).toBeNull();
    }
    const kept = [query, byFunction].map((one) => new KeptQuery(plans, one));
    for (let time = 0; time < 2; time++) expect(kept.map((one) => one.inlinePlanFor(null) !== null)).toEqual([true, false]);
  });

  test("what cannot be planned leaves nothing", () => {
    const { plans } = counted();
    const query = from(Movie).where(() => as("nobody", Movie).title.eq("a"))[STATE];
    const bad = () => plans.planFor(query, "all", null);
    for (let time = 0; time < 2; time++) expect(bad).toThrow(QueryError);
    expect(plans.size).toBe(0);
    expect(plans.planFor(shape(1), "all", null, false).plan.statement.prepare).toBe(false);
    expect(plans.size).toBe(0);
  });
});
