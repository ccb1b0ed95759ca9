import { QueryError } from "../base/index.ts";
import type { AssociationInfo, SchemaInfo } from "../schema/index.ts";
import { bindingOf } from "./binding.ts";
import type { Condition } from "./expr.ts";
import { conditionNode } from "./expression.ts";
import { joinTable } from "./join-table.ts";
import {
  allEqual,
  type AssocSource,
  type BindingRef,
  fieldColumns,
  type Join,
  joinNodes,
  type Node,
  type QueryState,
  schemaSource,
  type Source,
} from "./node.ts";
import { STATE } from "./query-like.ts";
import { LEAVES, mapChildren, mapClauses, mapSource, type Visitor } from "./parts.ts";
import { queryOf } from "./query.ts";
import { emptyState } from "./node.ts";
import { rebound } from "./rebind.ts";
import { staticFilter } from "./static-filter.ts";
import { schemaOf } from "./take.ts";
import type { AnyQuery } from "./row-types.ts";
import type { Binding } from "./binding-types.ts";

/** A table that a query reads or changes. */
export interface QuerySource {
  /** The schema of its rows; null where a table stands there without one. */
  readonly schema: SchemaInfo | null;
  readonly table: string;
  /** The prefix that the source itself has; null where it takes that of the query or of the repo. */
  readonly prefix: string | null;
  /** "root": what the query is about; "join": what is joined, also on the way of an association. In subqueries and CTEs the same. */
  readonly role: "root" | "join";
}
// rows of any schema
type SourceFilter = (row: Binding<Record<string, any>>, source: QuerySource) => Condition | null | undefined;

type TableSource = Extract<Source, { kind: "schema" | "table" }>;
type Open<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A query in which every table gives only the rows that meet a condition: the root, joins, the steps of associations and join tables,
 * also in subqueries, CTEs and combinations. The far side of an outer join is filtered before it is joined, so that it may be missing.
 * Preloads are queries of their own, which `prepareQuery` sees too.
 * @param query the query; it stays as it is
 * @param filter the condition for the rows of a table; null for none
 * @returns the filtered query
 * @throws QueryError where a table without a schema stands beneath a rightJoin or a fullJoin
 * @example const recent = filterSources(from(Movie), (row, { schema }) => (schema?.field("year") ? row.year.gt(2000) : null));
 * recent // SQL: … WHERE (m0."year" > ?)
 */
export function filterSources<Q extends AnyQuery>(query: Q, filter: SourceFilter): Q {
  const state = rebound(query[STATE]);
  const queries = queriesIn(state);
  const ctes = new Set(queries.flatMap((one) => one.ctes.map(({ name }) => name)));
  for (const one of queries) new Filtering(one, filter, ctes).run();
  return queryOf(state) as unknown as Q;
}

/** The tables of a query itself, its root first. */
export function sourcesOf(query: QueryState): readonly QuerySource[] {
  const about = (source: Source | AssocSource, role: QuerySource["role"]): QuerySource[] => {
    if (source.kind === "assoc") {
      const { info, prefix } = source;
      return [{ schema: info, table: info.source as string, prefix: prefix ?? info.prefix, role }];
    }
    return isTable(source) ? [described(source, role)] : [];
  };
  return [...about(query.source, "root"), ...query.joins.flatMap(({ source }) => about(source, "join"))];
}

function isTable(source: Source | AssocSource): source is TableSource {
  return source.kind === "schema" || source.kind === "table";
}

function described(source: TableSource, role: QuerySource["role"]): QuerySource {
  const schema = source.kind === "schema" ? source.info : null;
  const own = source.prefix === undefined ? (schema?.prefix ?? null) : source.prefix;
  return { schema, table: source.kind === "schema" ? source.table : source.name, prefix: own ?? source.queryPrefix ?? null, role };
}

/** The query and all queries in it but those of its preloads. */
function queriesIn(query: QueryState): readonly QueryState[] {
  const found = new Set<QueryState>();
  const visit: Visitor = {
    ref: LEAVES.ref,
    node: (node) => mapChildren(node, visit),
    source(source) {
      mapSource(source, visit);
      return source;
    },
    query(inner) {
      if (found.has(inner)) return inner;
      found.add(inner);
      mapClauses({ ...inner, preloads: [] }, visit);
      return inner;
    },
  };
  visit.query(query);
  return [...found];
}

/** Works on a copy of a query that nobody else has: its parts are changed in place, since its expressions hold them. */
class Filtering {
  readonly #query: Open<QueryState>;
  readonly #filter: SourceFilter;
  readonly #ctes: ReadonlySet<string>;
  /** Whether a join leaves rows without what stands before it: a condition in WHERE would drop those. */
  readonly #outer: boolean;

  constructor(query: QueryState, filter: SourceFilter, ctes: ReadonlySet<string>) {
    this.#query = query;
    this.#filter = filter;
    this.#ctes = ctes;
    this.#outer = query.joins.some(({ kind }) => kind === "right" || kind === "full");
  }

  run(): void {
    const query = this.#query;
    query.joins = query.joins.flatMap((join) => (join.source.kind === "assoc" ? stepped(join, join.source) : [join]));
    this.#root();
    query.joins = query.joins.map((join) => this.#join(join));
  }

  #root(): void {
    const { source } = this.#query;
    if (!this.#isRead(source)) return;
    if (this.#outer) this.#within(source, "root");
    else this.#where(this.#condition(source, "root"));
  }

  #join(join: Join): Join {
    const { source, kind } = join;
    if (!this.#isRead(source)) return join;
    if (kind === "right" || kind === "full" || (kind === "cross" && this.#outer)) {
      this.#within(source, "join");
      return join;
    }
    const condition = this.#condition(source, "join");
    if (kind !== "cross") return condition === null ? join : { ...join, on: both(join.on, condition) };
    this.#where(condition);
    return join;
  }

  #isRead(source: Source | AssocSource): source is TableSource {
    if (!isTable(source)) return false;
    return source.prefix !== undefined || !this.#ctes.has(source.kind === "schema" ? source.table : source.name);
  }

  #condition(source: TableSource, role: QuerySource["role"]): Node | null {
    const condition = this.#filter(bindingOf(source) as never, described(source, role)) ?? null;
    return condition === null ? null : conditionNode(condition);
  }

  #where(condition: Node | null): void {
    if (condition !== null) this.#query.where = both(this.#query.where, condition);
  }

  /** The source as a subquery of its filtered rows. */
  #within(source: TableSource, role: QuerySource["role"]): void {
    const table = { ...source };
    const where = this.#condition(table, role);
    if (where === null) return;
    if (table.kind === "table")
      throw new QueryError(
        `the rows of "${table.name}" cannot be filtered beneath a rightJoin or a fullJoin, since it has no schema that names its columns: from(["${table.name}", Schema])`,
      );
    const open = source as unknown as Record<string, unknown>;
    for (const key of Object.keys(open)) delete open[key];
    const rows: Source = { kind: "subquery", query: { ...emptyState(table), where }, prefix: undefined, hints: [] };
    Object.assign(open, rows);
  }
}

function both(first: Node | null, second: Node): Node {
  return first === null ? second : joinNodes("and", [first, second]);
}

/** The join of an association as the joins that it takes, one for each table on its way. */
function stepped(join: Join, far: AssocSource): readonly Join[] {
  const association = schemaOf(far.of)?.association(far.association);
  if (!association) throw new QueryError(`the association "${far.association}" cannot be filtered: its binding has no schema`);
  const joins: Join[] = [];
  const add = (source: Source, on: readonly Node[]): void => {
    joins.push({ kind: join.kind, name: `$${join.name}.${joins.length}`, source, on: joinNodes("and", on) });
  };
  const { prefix, hints } = far;
  let at: BindingRef | AssocSource = far.of;
  const steps = directSteps(association);
  for (const [index, step] of steps.entries()) {
    const { related, relatedKeys, ownerKeys, owner: from } = step;
    let keys: readonly Node[] = fieldColumns(at, from, ownerKeys);
    if (step.kind === "manyToMany") {
      const table = joinTable(step, prefix);
      add(table.source, [...allEqual(table.owner, keys), ...table.where]);
      keys = table.related;
    }
    const rows = schemaSource(related, step.relatedSource, prefix);
    const source = index === steps.length - 1 ? become(far, { ...rows, hints }) : rows;
    add(source, [...allEqual(fieldColumns(source, related, relatedKeys), keys), ...staticFilter(source, related, step.where)]);
    at = source;
  }
  const last = joins.pop() as Join;
  return [...joins, { ...join, source: last.source, on: join.on === null ? last.on : both(last.on, join.on) }];
}

/** The association's place in the query, taken by its table: the expressions that name it stay. */
function become(far: AssocSource, source: Source): Source {
  const open = far as unknown as Record<string, unknown>;
  for (const key of Object.keys(open)) delete open[key];
  return Object.assign(open, source) as unknown as Source;
}

function directSteps(association: AssociationInfo): readonly AssociationInfo[] {
  if (!association.through) return [association];
  let at = association.owner;
  return association.through.flatMap((name) => {
    const step = at.associationOrThrow(name);
    at = step.related;
    return directSteps(step);
  });
}
