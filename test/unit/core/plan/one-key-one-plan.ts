import { and, caseWhen, coalesce, count, createRepo, type Expr, field, fn, lag, not, or, sql, tuple, type } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { expect } from "vitest";
import { SchemaInfo } from "../../../../src/core/schema/index.ts";
import { type QueryOperation, STATE } from "../../../../src/core/query/index.ts";
import { PlanCache } from "../../../../src/core/repo/engine/plans.ts";

// Two queries may share a key only where one plan serves both. Small queries are written in every combination, and larger ones at random,
// so that whatever one part of a key may be taken for stands beside it.

const adapters = [
  createRepo({ adapter: sqlite({ database: ":memory:" }) }).adapter,
  createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) }).adapter,
];

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
export class Seen {
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

export type E = Expr<any>;
export type M = any;

export const ATOMS: readonly ((m: M) => E)[] = [(m) => m.hero, (m) => m.id, () => type(true, field.boolean()), () => sql`${1}`];
/** Every expression of one step over the given ones. */
export function steps(one: (m: M) => E, two: (m: M) => E): ((m: M) => E)[] {
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

export const ONE: readonly ((m: M) => E)[] = ATOMS.flatMap((a, at) => steps(a, ATOMS[(at + 1) % ATOMS.length] as (m: M) => E));
