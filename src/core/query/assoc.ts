import { ArgumentError, checkOptions, kindOf, optionNames, QueryError } from "../base/index.ts";
import {
  type AnyStruct,
  type AssocName,
  type AssociationInfo,
  type AtPath,
  meta,
  type SchemaInfo,
  type TargetOf,
  type VALUE,
} from "../schema/index.ts";
import { isBinding } from "./binding.ts";
import { type JoinTableSource, joinTable } from "./join-table.ts";
import { keyed, keyValues } from "./keyed.ts";
import { allEqual, fieldColumns, inQuery, type Join, joinNodes, type Node, type QueryState, schemaSource } from "./node.ts";
import { queryOf } from "./query.ts";
import { emptyState } from "./node.ts";
import { assocJoin, schemaOfStructs } from "./source.ts";
import { staticFilter } from "./static-filter.ts";
import type { AssocRef } from "./binding-types.ts";
import type { Query } from "./query-interface.ts";

/**
 * On a binding inside a join: its association as what is joined.
 * On a struct or a list of structs: the query of the associated rows.
 * @param name the association, or on structs a path such as `["characters", "movie"]`
 * @throws ArgumentError for no structs, structs of several schemas, or an unknown association
 * @example
 * assoc(movie, "characters").where((c) => c.name.eq("Wade")) // SQL: … FROM "characters" AS c0 WHERE (c0."movie_id" = ?) AND (c0."name" = ?)
 * @see Ecto.assoc/2
 */
export function assoc<S, K extends AssocName<NonNullable<S>>>(
  binding: { readonly [VALUE]: S },
  name: K,
): AssocRef<TargetOf<NonNullable<S>, K>>;
export function assoc<S extends AnyStruct, K extends AssocName<S>>(
  struct: S | readonly S[],
  name: K,
  options?: AssocQueryOptions,
): Query<TargetOf<S, K>>;
export function assoc<S extends AnyStruct, const P extends readonly string[]>(
  struct: S | readonly S[],
  path: P,
  options?: AssocQueryOptions,
): Query<AtPath<S, P>>;
export function assoc(from: unknown, name: string | readonly string[], options: AssocQueryOptions = {}): unknown {
  if (isBinding(from)) return assocJoin(from, name);
  checkOptions("assoc", options, OPTIONS);
  const structs = Array.isArray(from) ? from : [from];
  if (structs.length === 0) throw new ArgumentError("assoc needs at least one struct: of none, nothing is associated");
  if (structs.some((struct) => struct === null || struct === undefined))
    throw new ArgumentError(`assoc takes a struct, or a list of them, not ${kindOf(from)}`);
  const info = schemaOfStructs(structs);
  const path = typeof name === "string" ? [name] : name;
  const prefix = options.prefix ?? meta(structs[0]).prefix;
  const other = options.prefix === undefined ? structs.find((struct) => meta(struct).prefix !== prefix) : undefined;
  if (other !== undefined)
    throw new ArgumentError(
      `assoc takes structs of one prefix; the list holds ${info.name} structs of ${prefixName(prefix)} and of ${prefixName(meta(other).prefix)}. Ask for each apart, or say which is meant: assoc(structs, name, { prefix })`,
    );
  return queryOf(associated(info, structs, path, prefix));
}

function prefixName(prefix: string | null): string {
  return prefix === null ? "the default prefix" : `"${prefix}"`;
}
interface AssocQueryOptions {
  readonly prefix?: string;
}
const OPTIONS = optionNames<AssocQueryOptions>({ prefix: true });

/** The rows reached from the structs along a path of associations. */
function associated(
  info: SchemaInfo,
  structs: readonly Readonly<Record<string, unknown>>[],
  path: readonly string[],
  prefix: string | null,
): QueryState {
  const [first, ...rest] = steps(info, path);
  if (!first) throw new ArgumentError("assoc was given an empty path of associations");
  return { ...rest.reduce(stepped, reached(first, structs)), prefix };
}

function steps(info: SchemaInfo, path: readonly string[]): AssociationInfo[] {
  let at = info;
  return path.flatMap((name) => {
    const association = at.associationOrThrow(name);
    const found = association.through ? steps(at, association.through) : [association];
    at = association.related;
    return found;
  });
}

/** The rows that one association leads to. */
function reached(association: AssociationInfo, structs: readonly Readonly<Record<string, unknown>>[]): QueryState {
  const { related, relatedKeys } = association;
  const source = schemaSource(related, association.relatedSource);
  const state = emptyState(source);
  const filter = staticFilter(source, related, association.where);
  const keys = fieldColumns(source, related, relatedKeys);
  const values = keyValues(association, structs);
  if (association.kind !== "manyToMany") return { ...state, where: joinNodes("and", [keyed(keys, values), ...filter]) };
  const table = joinTable(association);
  const on = joinNodes("and", [...allEqual(table.related, keys), keyed(table.owner, values), ...table.where]);
  const joins: readonly Join[] = [{ kind: "inner", name: "$join", source: table.source, on }];
  return { ...state, joins, where: filter.length > 0 ? joinNodes("and", filter) : null };
}

/** The rows of one more step, by a semi-join: those whose key is among the rows before, so that no row comes twice. */
function stepped(before: QueryState, step: AssociationInfo): QueryState {
  const { related } = step;
  const source = schemaSource(related, step.relatedSource);
  const tie: Tie = {
    before,
    owner: fieldColumns(before.source, step.owner, step.ownerKeys),
    keys: fieldColumns(source, related, step.relatedKeys),
  };
  const table = step.kind === "manyToMany" ? joinTable(step) : null;
  const tied = step.ownerKeys.length > 1 ? byExistence(tie, table) : bySubquery(tie, table);
  return { ...emptyState(source), where: joinNodes("and", [tied, ...staticFilter(source, related, step.where)]) };
}

/** What ties the rows of a step to those before it. */
interface Tie {
  readonly before: QueryState;
  /** The columns of the rows before, and of the rows of the step. */
  readonly owner: readonly Node[];
  readonly keys: readonly Node[];
}

function bySubquery({ before, owner, keys }: Tie, table: JoinTableSource | null): Node {
  if (!table) return amongRows(keys, before, owner);
  const where = joinNodes("and", [amongRows(table.owner, before, owner), ...table.where]);
  return amongRows(keys, { ...emptyState(table.source), where }, table.related);
}

/** The condition that a column's value is among those of a query. */
function amongRows([left]: readonly Node[], query: QueryState, [selected]: readonly Node[]): Node {
  if (!left || !selected) throw new QueryError("an association has no key");
  return inQuery(left, { ...query, select: { kind: "expr", node: selected } });
}

/** By a key of several fields, which not every database compares with a subquery: one of the rows before must exist. */
function byExistence({ before, owner, keys }: Tie, table: JoinTableSource | null): Node {
  if (!table) return existing(before, allEqual(owner, keys));
  const reachedTable = existing(before, allEqual(owner, table.owner));
  return existing(emptyState(table.source), [...allEqual(table.related, keys), reachedTable, ...table.where]);
}

function existing(query: QueryState, conditions: readonly Node[]): Node {
  return { kind: "exists", query: { ...query, where: joinNodes("and", [...(query.where ? [query.where] : []), ...conditions]) } };
}
