import { QueryError } from "../base/index.ts";
import {
  LEAVES,
  mapChildren,
  type Visitor,
  type AssocSource,
  type ColumnNode,
  type Join,
  joinTable,
  type Node,
  schemaSource,
  type Source,
  staticFilter,
} from "../query/index.ts";
import type { AssociationInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { columnName } from "./bound.ts";
import type { JoinKind, PlannedExpr, PlannedJoin } from "./planned.ts";
import type { Planner } from "./planner-types.ts";
import type { Bound, Scope } from "./scope.ts";
import { planSource } from "./sources.ts";

/** A join as SQL has it; that of an association may take others in between, and the last is the binding itself. */
export function planJoin(planner: Planner, join: Join, scope: Scope): PlannedJoin[] {
  const { source } = join;
  if (source.kind === "assoc") return joinAssociation(planner, join, source, scope);
  const bound = planSource(planner, source, scope);
  scope.bind(source, join.name, bound);
  if (join.as !== undefined) scope.bind(source, join.as, bound);
  const planned = { kind: join.kind, source: bound.planned, on: join.on && planner.expr(join.on, scope) };
  markNullable(join.kind, bound, scope);
  return [planned];
}

function joinAssociation(planner: Planner, join: Join, ref: AssocSource, scope: Scope): PlannedJoin[] {
  const walk = new Walk(planner, join.kind, ref.prefix, scope);
  const bound = planner.within(ref, () => walkTo(planner, walk, ref, scope));
  scope.bind(ref, join.name, bound);
  return walk.finish(bound, join.on && planner.expr(join.on, scope));
}

function walkTo(planner: Planner, walk: Walk, ref: AssocSource, scope: Scope): Bound {
  const owner = scope.find(ref.of);
  if (!owner.info) throw new QueryError(`the association "${ref.association}" cannot be joined: its binding has no schema`);
  const association = owner.info.associationOrThrow(ref.association);
  const steps = association.through ? throughSteps(association) : [association];
  const far = steps.reduce((at, step) => walk.step(step, at), owner);
  if (ref.hints.length === 0) return far;
  return { ...far, planned: { ...far.planned, hints: ref.hints.map((node) => planner.expr(node, scope)) } };
}

/** The steps from one binding to another, each with the joins that it takes. */
class Walk {
  readonly #planner: Planner;
  readonly #kind: JoinKind;
  readonly #prefix: string | null | undefined;
  readonly #scope: Scope;
  readonly #planned: PlannedJoin[] = [];

  constructor(planner: Planner, kind: JoinKind, prefix: string | null | undefined, scope: Scope) {
    this.#planner = planner;
    this.#kind = kind;
    this.#prefix = prefix;
    this.#scope = scope;
  }

  step(step: AssociationInfo, owner: Bound): Bound {
    let left: Side = {
      bound: owner,
      columns: step.ownerKeys.map((key) => columnName(owner, key)),
      types: step.ownerKeys.map((key) => owner.info?.types[key] ?? null),
    };
    if (step.kind === "manyToMany") {
      const table = joinTable(step, this.#prefix);
      const between = this.#add(table.source, table.where, (bound) => equalities(left, bound, namesOf(bound, table.owner)));
      left = { bound: between, columns: namesOf(between, table.related), types: table.related.map(({ type }) => type) };
    }
    const source = schemaSource(step.related, step.relatedSource, this.#prefix);
    return this.#add(source, staticFilter(source, step.related, step.where), (bound) =>
      equalities(
        left,
        bound,
        step.relatedKeys.map((key) => columnName(bound, key)),
      ),
    );
  }

  #add(source: Source, filters: readonly Node[], on: (bound: Bound) => readonly PlannedExpr[]): Bound {
    const bound = planSource(this.#planner, source, this.#scope);
    this.#scope.bind(source, null, bound);
    this.#planned.push({ kind: this.#kind, source: bound.planned, on: all([...on(bound), ...this.#filters(filters)]) });
    markNullable(this.#kind, bound, this.#scope);
    return bound;
  }

  #filters(nodes: readonly Node[]): PlannedExpr[] {
    return literalFilters(this.#planner, nodes, this.#scope);
  }

  /** All the joins; the last one takes the binding's hints and the condition that the query adds. */
  finish(bound: Bound, on: PlannedExpr | null): PlannedJoin[] {
    const last = this.#planned.pop() as PlannedJoin;
    return [...this.#planned, { ...last, source: bound.planned, on: on === null ? last.on : all([...(last.on ? [last.on] : []), on]) }];
  }
}

/** One side of an association: a binding, and its columns that hold the key. */
export interface Side {
  readonly bound: Bound;
  readonly columns: readonly string[];
  readonly types: readonly (Type | null)[];
}

export function namesOf(bound: Bound, columns: readonly ColumnNode[]): string[] {
  return columns.map(({ field }) => columnName(bound, field));
}

export function equalities(left: Side, right: Bound, columns: readonly string[]): PlannedExpr[] {
  return columns.map((column, at) => ({
    kind: "op",
    op: "=",
    args: [
      { kind: "column", source: right.planned, column, type: left.types[at] ?? null },
      { kind: "column", source: left.bound.planned, column: left.columns[at] as string, type: left.types[at] ?? null },
    ],
  }));
}

export function all(conditions: readonly PlannedExpr[]): PlannedExpr {
  const flat = conditions.flatMap((one) => (one.kind === "op" && one.op === "and" ? one.args : [one]));
  return flat.length === 1 ? (flat[0] as PlannedExpr) : { kind: "op", op: "and", args: flat };
}

function markNullable(kind: JoinKind, bound: Bound, scope: Scope): void {
  if (kind === "left" || kind === "full" || kind === "leftLateral") bound.nullable = true;
  if (kind === "right" || kind === "full") for (const other of scope.own()) if (other !== bound) other.nullable = true;
}

/** The steps of a through association, through those on its way too. */
function throughSteps(association: AssociationInfo): AssociationInfo[] {
  let at = association.owner;
  return (association.through ?? []).flatMap((name) => {
    const step = at.associationOrThrow(name);
    at = step.related;
    return step.through ? throughSteps(step) : [step];
  });
}

/** Static filters are part of the schema, not of the query: their values are literals, which keeps parameters in line with the key. */
export function literalFilters(planner: Planner, nodes: readonly Node[], scope: Scope): PlannedExpr[] {
  return nodes.map((node) => planner.expr(inlined(node), scope));
}

/** A node with its parameters as constants, for values that belong to the schema. */
function inlined(node: Node): Node {
  switch (node.kind) {
    case "param":
      return literalOf(node.value, node.type);
    case "list":
      return { kind: "tuple", items: node.values.map((value) => literalOf(value, node.type)) };
    default:
      return mapChildren(node, INLINES);
  }
}

const INLINES: Visitor = {
  ...LEAVES,
  node: inlined,
  query() {
    throw new QueryError("the where of an association cannot hold a query; put it into the condition of the join");
  },
};

function literalOf(value: unknown, type: Type | null): Node {
  const dumped = value === null || type === null ? value : type.dump(value);
  if (dumped === null || typeof dumped === "string" || typeof dumped === "number" || typeof dumped === "boolean")
    return { kind: "literal", value: dumped };
  if (typeof dumped === "bigint") return { kind: "fragment", parts: [dumped.toString()], type: null };
  return {
    kind: "cast",
    arg: { kind: "literal", value: String(dumped instanceof Date ? dumped.toISOString() : dumped) },
    type: type as Type,
  };
}
