import { type Condition, type Dynamic, Expr, logical, type OrderTerm } from "./expr.ts";
import { isDynamic } from "./clauses.ts";
import type { Binding, Joins } from "./binding-types.ts";
import { kindOf, QueryError } from "../base/index.ts";

type Part = Dynamic | Condition | null | undefined;
/** What a dynamic needs of the query, by what its callback was said to get; where that was not said, it goes with any. */
// by way of an inferred name, so that the query which receives it does not say it
type Needed<T> = [T] extends [infer N] ? (string extends keyof N ? any : N) : never;
/** A dynamic of several needs what each of them needs. */
type Combined<P> = [Needs<P>] extends [never]
  ? Dynamic
  : Needs<P> extends (root: infer R, joins: infer J) => void
    ? Dynamic<Any<R>, Any<J>>
    : never;
type Needs<P> = P extends Dynamic<infer R, infer J> ? (root: Nothing<R>, joins: Nothing<J>) => void : never;
// `any` would swallow what the others need, `unknown` does not
type Nothing<T> = 0 extends 1 & T ? unknown : T;
type Any<T> = unknown extends T ? any : T;

/**
 * An expression that is built apart and resolved against the query that receives it.
 * @see Ecto.Query.dynamic/2
 */
// the receiving query is not known yet
function make<R = Record<string, any>, J = Record<string, Record<string, any>>>(
  build: (root: Binding<R>, joins: Joins<J>) => OrderTerm | readonly OrderTerm[],
): Dynamic<Needed<R>, Needed<J>> {
  if (typeof build !== "function")
    throw new QueryError(`dynamic takes a callback such as (m) => m.id.eq(1), not ${kindOf(build)}; dynamic.and and dynamic.or take lists`);
  return Object.freeze({ kind: "dynamic", build: build as Dynamic["build"] });
}

function combine(op: "and" | "or", given: readonly Part[]): Dynamic {
  if (!Array.isArray(given)) throw new QueryError(`dynamic.${op} takes a list of dynamics and conditions, not ${kindOf(given)}`);
  const parts = [...given];
  for (const part of parts) {
    if (part !== null && part !== undefined && !isDynamic(part) && !(part instanceof Expr))
      throw new QueryError(`dynamic.${op} takes dynamics and conditions, not ${kindOf(part)}`);
  }
  const combined: Dynamic = Object.freeze({
    kind: "dynamic",
    build(root: unknown, joins: unknown) {
      const built = leaves(op, parts).flatMap((part) => {
        const expr = isDynamic(part) ? part.build(root, joins) : part;
        return expr ? [expr as Condition] : [];
      });
      return logical(op, built);
    },
  });
  combinations.set(combined, { op, parts });
  return combined;
}

const combinations = new WeakMap<Dynamic, { readonly op: "and" | "or"; readonly parts: readonly Part[] }>();

/** The parts of a combination, with those of its like among them in their place: a chain of them is one list, however long. */
function leaves(op: "and" | "or", parts: readonly Part[]): readonly Part[] {
  const found: Part[] = [];
  const left = [...parts].reverse();
  while (left.length > 0) {
    const part = left.pop();
    const below = isDynamic(part) ? combinations.get(part) : undefined;
    if (!below || below.parts.length === 0 || (below.op !== op && below.parts.length > 1)) found.push(part);
    else for (let at = below.parts.length - 1; at >= 0; at--) left.push(below.parts[at]);
  }
  return found;
}

/**
 * An expression that is built apart and resolved against the query that receives it: in where, having, groupBy, orderBy and distinct,
 * and as a value of select, update and windows.
 * @throws QueryError where it is given no function
 * @example const recent = dynamic<Movie>((m) => m.year.gt(2000));
 * from(Movie).where(recent) // SQL: … WHERE (m0."year" > ?)
 * @see Ecto.Query.dynamic/2
 */
export const dynamic: typeof make & {
  /**
   * All of the dynamics and conditions; null and undefined entries are left out, and of nothing it is true.
   * @throws QueryError for what is no list of dynamics and conditions
   * @example from(Movie).where(dynamic.and([dynamic<Movie>((m) => m.released), null])) // SQL: … WHERE (m0."released")
   * @see Ecto.Query.dynamic/2
   */
  and<P extends Part>(parts: readonly P[]): Combined<P>;
  /**
   * Any of the dynamics and conditions; null and undefined entries are left out, and of nothing it is false.
   * @throws QueryError for what is no list of dynamics and conditions
   * @example const found = dynamic.or([dynamic<Movie>((m) => m.released), dynamic<Movie>((m) => m.year.isNull())]);
   * from(Movie).where(found) // SQL: … WHERE (m0."released" OR (m0."year" IS NULL))
   * @see Ecto.Query.dynamic/2
   */
  or<P extends Part>(parts: readonly P[]): Combined<P>;
} = Object.assign(make, {
  and: (parts: readonly Part[]) => combine("and", parts) as never,
  or: (parts: readonly Part[]) => combine("or", parts) as never,
});
