import { emptyState, isQueryLike, joinNodes, type Node, type QueryState, sourceOf, STATE } from "../../query/index.ts";
import { infoOf, type SchemaInfo } from "../../schema/index.ts";

// One source object per schema, so that queries on the schema alone share their parts.
const schemaStates = new WeakMap<SchemaInfo, QueryState>();

/** What a read takes, a schema, a table's name, a pair, or a query, as a query. */
export function toQuery(queryable: unknown): QueryState {
  if (isQueryLike(queryable)) return queryable[STATE];
  const info = infoOf(queryable);
  if (!info) return emptyState(sourceOf(queryable));
  const known = schemaStates.get(info);
  if (known) return known;
  const state = emptyState(sourceOf(queryable));
  schemaStates.set(info, state);
  return state;
}

/** The query, and a condition more. */
export function filtered(query: QueryState, condition: Node): QueryState {
  return { ...query, where: query.where ? joinNodes("and", [query.where, condition]) : condition };
}
