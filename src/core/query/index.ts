export { assoc } from "./assoc.ts";
export { joinTable } from "./join-table.ts";
export { keyed } from "./keyed.ts";
export { bindingOf, selectColumns } from "./binding.ts";
export { conditionOf } from "./clauses.ts";
export { dynamic } from "./dynamic.ts";
export { type Condition, type ListOperand, Expr, type Operand, type Dynamic, type OrderTerm, type WindowSpec } from "./expr.ts";
export type { DecimalExpr, DecimalInput, Literal, ExprOf } from "./decimal-expr.ts";
export { isQueryLike, type QueryLike, STATE } from "./query-like.ts";
export { joinNodes } from "./node.ts";
export { Ordering } from "./expression.ts";
export { param } from "./param.ts";
export { typeOfNode } from "./node-type.ts";
export { filterSources, type QuerySource, sourcesOf } from "./filter-sources.ts";
export { sql, SqlPart } from "./fragment.ts";
export { from, map, merge, struct } from "./from.ts";
export * from "./aggregates.ts";
export * from "./case.ts";
export * from "./functions.ts";
export * from "./intervals.ts";
export { inspectQuery, type Part } from "./inspect.ts";
export type * from "./node.ts";
export {
  allEqual,
  clausesIn,
  clausesThat,
  columnNode,
  eachClause,
  emptyState,
  equal,
  fieldColumn,
  fieldColumns,
  hasAny,
  inQuery,
  isNull,
  schemaSource,
} from "./node.ts";
export { type Page, paginate, type PaginateOptions } from "./paginate.ts";
export { nameOuter, locateError } from "./location.ts";
export { LEAVES, mapChildren, mapClauses, mapSource, type Visitor } from "./parts.ts";
export { preloadsOf } from "./preload.ts";
export type { PreloadArg, PreloadArgTree, Preloaded, PreloadEntry, WithPreloads } from "./preload-types.ts";
export { queryOf } from "./query.ts";
export type { AnyQuery, ColumnsOf, JoinSource, Nullable, RowOf } from "./row-types.ts";
export { isSecret, type Secrets, secretsOf } from "./secrets.ts";
export { Queryable } from "./queryable.ts";
export { shapeOf } from "./select.ts";
export { staticFilter } from "./static-filter.ts";
export { isSlot, Slot, slotNode } from "./slot.ts";
export { cte, sourceOf, type Subquery, subquery, values } from "./source.ts";
export { checkTakes, limited, mergedTake, takesOf } from "./take.ts";
export { updatesOf } from "./update.ts";
export type { Listed, Taken, TakenMap } from "./take-types.ts";
export type * from "./binding-types.ts";
export type * from "./clause-types.ts";
export type { Query } from "./query-interface.ts";
export type { Merge, SelectValue } from "./select-types.ts";
export * from "./window-functions.ts";
export { valueType } from "./value-type.ts";
