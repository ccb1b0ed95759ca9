import { Expr, logical } from "./expr.ts";
import type { Condition, OrderTerm } from "./expr.ts";
import { isDynamic } from "./clauses.ts";
import type { Binding, Dynamic, Joins } from "./types.ts";
import { QueryError } from "../base/index.ts";
import { describe } from "../schema/index.ts";

type Part = Dynamic | Condition | null | undefined;

/**
 * An expression that is built apart and resolved against the query that receives it, in where, having, groupBy, orderBy and distinct.
 * @example query.where(dynamic((m, { c }) => c.name.eq("Wade Watts")))
 * @see Ecto.Query.dynamic/2
 */
// the receiving query is not known yet
function make<R = Record<string, any>, J = Record<string, Record<string, any>>>(
  build: (root: Binding<R>, joins: Joins<J>) => OrderTerm | readonly OrderTerm[],
): Dynamic {
  return Object.freeze({ kind: "dynamic", build: build as Dynamic["build"] });
}

function combine(op: "and" | "or", given: readonly Part[]): Dynamic {
  const parts = [...given];
  for (const part of parts) {
    if (part !== null && part !== undefined && !isDynamic(part) && !(part instanceof Expr))
      throw new QueryError(`dynamic.${op} takes dynamics and conditions, not ${describe(part)}`);
  }
  return Object.freeze({
    kind: "dynamic",
    build(root: unknown, joins: unknown) {
      const built = parts.flatMap((part) => {
        const expr = isDynamic(part) ? part.build(root, joins) : part;
        return expr ? [expr as Condition] : [];
      });
      return logical(op, built);
    },
  });
}

/** `dynamic(callback)`, `dynamic.and(list)`, `dynamic.or(list)`: null and undefined entries are left out, an empty and is true, an empty or is false. */
export const dynamic: typeof make & { and(parts: readonly Part[]): Dynamic; or(parts: readonly Part[]): Dynamic } = Object.assign(make, {
  and: (parts: readonly Part[]) => combine("and", parts),
  or: (parts: readonly Part[]) => combine("or", parts),
});
