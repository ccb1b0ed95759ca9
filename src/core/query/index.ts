export { assoc, joinSource, keyed, keyValues, reached, staticFilter } from "./assoc.ts";
export { bindingOf, selectColumns } from "./binding.ts";
export { conditionOf } from "./clauses.ts";
export { dynamic } from "./dynamic.ts";
export {
  type Condition,
  type ListOperand,
  type DecimalExpr,
  type DecimalInput,
  type Literal,
  Expr,
  type ExprOf,
  isQueryLike,
  joinNodes,
  type Operand,
  type Dynamic,
  Ordering,
  type OrderTerm,
  param,
  type QueryLike,
  STATE,
  typeOfNode,
  type WindowSpec,
} from "./expr.ts";
export { filterSources, type QuerySource, sourcesOf } from "./filter-sources.ts";
export { sql, SqlPart } from "./fragment.ts";
export { from, map, merge, struct } from "./from.ts";
export * from "./functions.ts";
export * from "./intervals.ts";
export { inspectQuery, type Part } from "./inspect.ts";
export type * from "./node.ts";
export { type Page, paginate, type PaginateOptions } from "./paginate.ts";
export { placeError } from "./place.ts";
export { preloadsOf } from "./preload.ts";
export { emptyState, queryOf } from "./query.ts";
export { type Secrets, secretsOf } from "./secrets.ts";
export { Queryable } from "./queryable.ts";
export { shapeOf } from "./select.ts";
export { isSlot, Slot, slotNode } from "./slot.ts";
export { cte, SourceRef, sourceOf, type Subquery, subquery, values } from "./source.ts";
export { checkTakes, limited, mergedTake, takesOf } from "./take.ts";
export { updatesOf } from "./update.ts";
export type { Listed, Taken, TakenMap } from "./take-types.ts";
export type * from "./types.ts";
export { valueType } from "./value-type.ts";
