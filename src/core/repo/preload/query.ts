import {
  allEqual,
  type ColumnNode,
  emptyState,
  fieldColumn,
  fieldColumns,
  joinNodes,
  joinTable,
  type Node,
  type Preload,
  queryOf,
  type QueryState,
  schemaSource,
  type Select,
  type Source,
  STATE,
  staticFilter,
  type Take,
} from "../../query/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";

/**
 * The query of a preload; where the rows do not tell their owner's key themselves, it selects pairs of key and row.
 * @param ofOwners makes the condition that the columns hold the key of an owner
 */
export function preloadQuery(
  association: AssociationInfo,
  { query: custom, take }: Preload,
  ofOwners: (columns: readonly ColumnNode[]) => Node,
  prefix: string | null,
): { query: QueryState; keyed: boolean } {
  const { related } = association;
  const given = custom ?? baseQuery(association);
  const { source } = given;
  // What a query selects itself is what its author wants of it.
  const base = take && given.select === null ? { ...given, select: takeSelect(source, take) } : given;
  const state: QueryState = { ...base, prefix: prefix ?? base.prefix };
  const filters = staticFilter(source, related, association.where);
  const order =
    base.orderBy.length > 0
      ? base.orderBy
      : association.preloadOrder.map(([field, direction]) => ({ node: fieldColumn(source, related, field), direction }));
  if (base.combinations.length > 0 && association.cardinality === "many")
    throw association.error("its preload query is a combination; wrap it in from(subquery(query))");
  if (association.kind !== "manyToMany") {
    const columns = fieldColumns(source, related, association.relatedKeys);
    const where = joinNodes("and", [...(state.where ? [state.where] : []), ofOwners(columns), ...filters]);
    const query = per({ ...state, where, orderBy: order }, columns);
    if (base.select === null) return { query, keyed: false };
    return { query: { ...query, select: pair(columns, base.select) }, keyed: true };
  }
  const table = joinTable(association);
  const on = joinNodes("and", [
    ...allEqual(table.related, fieldColumns(source, related, association.relatedKeys)),
    ofOwners(table.owner),
    ...table.where,
  ]);
  const where = joinNodes("and", [...(state.where ? [state.where] : []), ...filters]);
  const query = per(
    {
      ...state,
      joins: [...state.joins, { kind: "inner", name: "$join", source: table.source, on }],
      where: where.kind === "literal" ? null : where,
      orderBy: order,
    },
    table.owner,
  );
  return {
    query: { ...query, select: pair(table.owner, base.select ?? { kind: "source", of: source, fields: null, as: "struct" }) },
    keyed: true,
  };
}

/** The association's own function of the row, and of the join row, says the order, unless the preload's own query does. */
export function orderedBy({ preloadOrderFn }: AssociationInfo, { query: custom }: Preload, query: QueryState): QueryState {
  if (!preloadOrderFn || custom?.orderBy.length) return query;
  return queryOf<unknown, Record<string, unknown>, unknown>(query).orderBy((row, joins) => preloadOrderFn(row, joins.$join) as never)[
    STATE
  ];
}

/** A limit per parent that does not say per what means the parent's key. */
function per(query: QueryState, columns: readonly Node[]): QueryState {
  return query.limitPer && query.limitPer.by.length === 0 ? { ...query, limitPer: { ...query.limitPer, by: columns } } : query;
}

function takeSelect(source: Source, { fields, below }: Take): Select {
  return { kind: "source", of: source, fields, as: "struct", below };
}

function pair(columns: readonly Node[], select: Select): Select {
  return { kind: "tuple", items: [{ kind: "tuple", items: columns.map((node) => ({ kind: "expr", node })) }, select] };
}

// One base query per association, so that its parts are the same objects each time.
const bases = new WeakMap<AssociationInfo, QueryState>();

function baseQuery(association: AssociationInfo): QueryState {
  let base = bases.get(association);
  if (!base) {
    base = emptyState(schemaSource(association.related, association.relatedSource));
    bases.set(association, base);
  }
  return base;
}
