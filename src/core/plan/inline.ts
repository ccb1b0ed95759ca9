// Preloads within the rows of the query itself, as JSON: when that is possible, and how it is planned.
import {
  clausesThat,
  emptyState,
  Expr,
  fieldColumn,
  hasAny,
  joinTable,
  type Preload,
  type QueryState,
  schemaSource,
  type Source,
  staticFilter,
} from "../query/index.ts";
import type { AssociationInfo, SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { columnName } from "./bound.ts";
import type { Columns } from "./columns.ts";
import { all, equalities, literalFilters, namesOf, type Side } from "./joins.ts";
import type { PlannedExpr, PlannedJoin } from "./planned.ts";
import type { Planner } from "./planner-types.ts";
import type { Bound, Scope } from "./scope.ts";
import type { InlineRows, StructShape } from "./shape.ts";
import { ShapePlanner } from "./shape-planner.ts";
import { planSource } from "./sources.ts";

/** Whether a value of the type is the same read out of JSON as it is read alone; each adapter has one, which caches go by. */
export type HeldInJson = (type: Type) => boolean;

/** With these, preloads are queries of their own: rows that are counted, grouped or locked must hold nothing more. */
const OWN_QUERIES = clausesThat({
  as: false,
  prefix: false,
  ctes: true,
  distinct: true,
  select: false,
  joins: false,
  where: false,
  groupBy: true,
  having: true,
  windows: true,
  combinations: true,
  orderBy: false,
  limit: false,
  offset: false,
  withTies: false,
  lock: true,
  update: false,
  preloads: false,
  limitPer: true,
  hints: false,
});

/** As many values as every database takes in the call that makes a JSON list. */
const MAX_WIDTH = 100;

/**
 * Whether everything that the query preloads can be read within its rows, as JSON.
 * What cannot, for a clause that counts rows or a value that JSON does not hold, is read by queries of their own.
 */
export function isInlinable(query: QueryState, held: HeldInJson): boolean {
  const { source, select } = query;
  if (source.kind !== "schema") return false;
  if (
    select !== null &&
    !(select.kind === "source" && select.of === source && select.as === "struct" && select.fields === null && !select.below)
  )
    return false;
  if (hasAny(query, OWN_QUERIES)) return false;
  if (query.joins.some(({ kind }) => kind === "right" || kind === "full")) return false;
  return areInlinable(source.info, query.preloads, held);
}

function areInlinable(info: SchemaInfo, preloads: readonly Preload[], held: HeldInJson): boolean {
  return preloads.every((preload) => {
    const { fn, join, take, query, nested } = preload;
    if (fn !== null || join !== null || take) return false;
    const association = info.association(preload.association);
    if (!association || !isPlain(association, held)) return false;
    if (query !== null && !isFilter(query, association.related)) return false;
    return association.related.queryFields.length + nested.length <= MAX_WIDTH && areInlinable(association.related, nested, held);
  });
}

/** A query of the preload's own that filters and orders, and nothing else. */
function isFilter(query: QueryState, related: SchemaInfo): boolean {
  const { source, where: _where, orderBy: _orderBy, prefix: _prefix, as: _as, ...rest } = query;
  if (source.kind !== "schema" || source.info !== related) return false;
  return Object.values(rest).every((clause) => (Array.isArray(clause) ? clause.length === 0 : clause === null || clause === false));
}

const plain = new WeakMap<HeldInJson, WeakMap<AssociationInfo, boolean>>();

function isPlain(association: AssociationInfo, held: HeldInJson): boolean {
  let known = plain.get(held);
  if (!known) {
    known = new WeakMap();
    plain.set(held, known);
  }
  let answer = known.get(association);
  if (answer === undefined) {
    answer = holds(association, held);
    known.set(association, answer);
  }
  return answer;
}

function holds(association: AssociationInfo, held: HeldInJson): boolean {
  if (association.through || association.preloadOrderFn) return false;
  const { owner, ownerKeys, related, relatedKeys } = association;
  // A function may make any expression, and a value of its own would be a parameter.
  const filters = association.kind === "manyToMany" ? { ...association.where, ...association.join.where } : association.where;
  if (Object.values(filters).some((value) => typeof value === "function" || value instanceof Expr)) return false;
  const storages = (info: SchemaInfo, keys: readonly string[]) => keys.map((key) => info.types[key]?.storage).join();
  if (association.kind !== "manyToMany" && storages(owner, ownerKeys) !== storages(related, relatedKeys)) return false;
  return related.queryFields.every((name) => held(related.types[name] as Type));
}

/**
 * Plans the preloads of a query within its rows: a column for each association of `owner`.
 * @param prefix what the call says of the prefix, which goes before that of the owner's row
 */
export function planInline(
  planner: Planner,
  preloads: readonly Preload[],
  owner: Bound,
  scope: Scope,
  columns: Columns,
  prefix: string | null,
): readonly InlineRows[] {
  return preloads.map((preload) => {
    const association = (owner.info as SchemaInfo).associationOrThrow(preload.association);
    const state = stateOf(association, preload, prefix ?? owner.prefix);
    const conditions: PlannedExpr[] = [];
    const links: PlannedJoin[] = [];
    let shape: StructShape | undefined;
    const planned = planner.rows(state, scope, prefix, (own, read) => {
      const bound = own.find(state.source);
      const whole = new ShapePlanner(planner, state, own, read).shape({
        kind: "source",
        of: state.source,
        fields: null,
        as: "struct",
      }) as StructShape;
      shape = { ...whole, root: false, inline: planInline(planner, preload.nested, bound, own, read, prefix) };
      correlate(planner, association, state.source, owner, own, conditions, links);
    });
    const where = all([...(planned.where ? [planned.where] : []), ...conditions]);
    const query = { ...planned, joins: [...planned.joins, ...links], where };
    const at = columns.add({ kind: "rows", query }, `$${preload.association}`);
    return { association: association.name, at, cardinality: association.cardinality, shape: shape as StructShape };
  });
}

function stateOf({ related, relatedSource, preloadOrder }: AssociationInfo, { query }: Preload, prefix: string | null): QueryState {
  const state = query ?? emptyState(schemaSource(related, relatedSource));
  const orderBy =
    state.orderBy.length > 0
      ? state.orderBy
      : preloadOrder.map(([field, direction]) => ({ node: fieldColumn(state.source, related, field), direction }));
  return { ...state, prefix: prefix ?? state.prefix, orderBy };
}

/** The conditions by which the rows are those of their owner. */
function correlate(
  planner: Planner,
  association: AssociationInfo,
  source: Source,
  owner: Bound,
  scope: Scope,
  conditions: PlannedExpr[],
  links: PlannedJoin[],
): void {
  const { ownerKeys, relatedKeys } = association;
  const related = scope.find(source);
  const left: Side = {
    bound: owner,
    columns: ownerKeys.map((key) => columnName(owner, key)),
    types: ownerKeys.map((key) => owner.info?.types[key] ?? null),
  };
  const keys = relatedKeys.map((key) => columnName(related, key));
  const filters = literalFilters(planner, staticFilter(source, association.related, association.where), scope);
  if (association.kind !== "manyToMany") {
    conditions.push(...equalities(left, related, keys), ...filters);
    return;
  }
  const table = joinTable(association);
  const between = planSource(planner, table.source, scope);
  scope.bind(table.source, null, between);
  const step: Side = { bound: between, columns: namesOf(between, table.related), types: table.related.map(({ type }) => type) };
  links.push({
    kind: "inner",
    source: between.planned,
    on: all([...equalities(step, related, keys), ...literalFilters(planner, table.where, scope)]),
  });
  conditions.push(...equalities(left, between, namesOf(between, table.owner)), ...filters);
}
