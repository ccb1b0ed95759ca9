import { ArgumentError, checkOptions } from "../base/index.ts";
import {
  type AnyStruct,
  type AssocName,
  type AssociationInfo,
  type AtPath,
  describe,
  meta,
  type SchemaInfo,
  type TargetOf,
  type VALUE,
} from "../schema/index.ts";
import { isBinding, REF } from "./binding.ts";
import { conditionNode } from "./expression.ts";
import { Expr } from "./expr.ts";
import { type AssocSource, type Join, joinNodes, type Node, type QueryState, type Select, type Source } from "./node.ts";
import { type Type, typeOf } from "../type/index.ts";
import { emptyState, queryOf } from "./query.ts";
import { assocOf, schemaOfStructs } from "./source.ts";
import type { AssocRef, Query } from "./types.ts";

/**
 * On a binding inside a join: its association as what is joined.
 * On a struct or a list of structs: the query of the associated rows.
 * @param name the association, or on structs a path such as `["characters", "movie"]`
 * @throws ArgumentError for no structs, structs of several schemas, or an unknown association
 * @example assoc(movie, "characters").where((c) => c.name.eq("Wade")) // SQL: … FROM "characters" AS c0 WHERE (c0."movie_id" = ?) AND (c0."name" = ?)
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
export function assoc(from: unknown, name: unknown, options: AssocQueryOptions = {}): unknown {
  if (isBinding(from) && REF in (from as object)) return assocOf(from as never, name as never);
  checkOptions("assoc", options, ["prefix"]);
  const structs = Array.isArray(from) ? from : [from];
  if (structs.length === 0) throw new ArgumentError("assoc needs at least one struct: of none, nothing is associated");
  if (structs.some((struct) => struct === null || struct === undefined))
    throw new ArgumentError(`assoc takes a struct, or a list of them, not ${describe(from)}`);
  const info = schemaOfStructs(structs);
  const path = Array.isArray(name) ? (name as string[]) : [name as string];
  const prefix = options.prefix ?? meta(structs[0] as object).prefix;
  const other = options.prefix === undefined ? structs.find((struct) => meta(struct as object).prefix !== prefix) : undefined;
  if (other !== undefined)
    throw new ArgumentError(
      `assoc takes structs of one prefix; the list holds ${info.name} structs of ${prefixName(prefix)} and of ${prefixName(meta(other as object).prefix)}. Ask for each apart, or say which is meant: assoc(structs, name, { prefix })`,
    );
  return queryOf(associated(info, structs as Record<string, unknown>[], path, prefix));
}

function prefixName(prefix: string | null): string {
  return prefix === null ? "the default prefix" : `"${prefix}"`;
}
interface AssocQueryOptions {
  readonly prefix?: string;
}

/** The rows reached from the structs along a path of associations. */
function associated(
  info: SchemaInfo,
  structs: readonly Record<string, unknown>[],
  path: readonly string[],
  prefix: string | null,
): QueryState {
  const steps = expand(info, path);
  const [first, ...rest] = steps as [AssociationInfo, ...AssociationInfo[]];
  const last = steps[steps.length - 1] as AssociationInfo;
  if (rest.length === 0) return { ...reached(first, structs), prefix };
  // Walked backwards: the last rows, those whose chain of joins leads to the structs.
  return { ...backwards(steps, last, structs), prefix };
}

function expand(info: SchemaInfo, path: readonly string[]): AssociationInfo[] {
  if (path.length === 0) throw new ArgumentError("assoc was given an empty path of associations");
  let at = info;
  return path.flatMap((name) => {
    const association = at.associationOrThrow(name);
    const steps = association.through ? expand(at, association.through) : [association];
    at = association.related;
    return steps;
  });
}

/** The rows that one association leads to. */
export function reached(association: AssociationInfo, structs: readonly Record<string, unknown>[]): QueryState {
  const { related } = association;
  const source: Source = { kind: "schema", info: related, table: association.relatedSource, prefix: undefined, hints: [] };
  const state = emptyState(source);
  const filter = staticFilter(source, related, association.where);
  if (association.kind !== "manyToMany") {
    const keys = association.relatedKeys.map((key): Node => ({ kind: "column", of: source, field: key, type: related.types[key] ?? null }));
    return { ...state, where: joinNodes("and", [keyed(keys, keyValues(association, structs)), ...filter]) };
  }
  const { join } = association;
  const table: Source = joinSource(association);
  const on = joinNodes(
    "and",
    join.relatedFields.map((field, at): Node => {
      const key = association.relatedKeys[at] as string;
      return equal(columnOf(table, join.schema, field, join.relatedColumns[at] as string), {
        kind: "column",
        of: source,
        field: key,
        type: related.types[key] ?? null,
      });
    }),
  );
  const keys = join.ownerFields.map((field, at) =>
    columnOf(table, join.schema, field, join.ownerColumns[at] as string, association.owner.types[association.ownerKeys[at] as string]),
  );
  const joined: Join = {
    kind: "inner",
    name: "$join",
    source: table,
    on: joinNodes("and", [on, keyed(keys, keyValues(association, structs)), ...staticFilter(table, join.schema, join.where)]),
  };
  return { ...state, joins: [joined], where: filter.length > 0 ? joinNodes("and", filter) : null };
}

/** The join table of a manyToMany as a source. */
export function joinSource(association: AssociationInfo): Source {
  const { join } = association;
  return join.schema
    ? { kind: "schema", info: join.schema, table: join.source, prefix: undefined, hints: [] }
    : { kind: "table", name: join.source, prefix: undefined, hints: [] };
}

function columnOf(
  source: Source,
  schema: SchemaInfo | null,
  field: string,
  column: string,
  type: SchemaInfo["types"][string] | undefined = undefined,
): Node {
  return { kind: "column", of: source, field: schema ? field : column, type: schema?.types[field] ?? type ?? null };
}

function equal(left: Node, right: Node): Node {
  return { kind: "op", op: "=", args: [left, right], type: null };
}

/** The structs' values in the association's keys, without those that have none. */
export function keyValues(association: AssociationInfo, structs: readonly Record<string, unknown>[]): unknown[][] {
  return structs
    .map((struct) => association.ownerKeys.map((key) => struct[key] ?? null))
    .filter((values) => values.every((value) => value !== null));
}

/** That the columns hold one of the lists of values. However many these are, they travel together. */
export function keyed(columns: readonly Node[], values: readonly (readonly unknown[])[]): Node {
  const [first] = values;
  const typed = columns as readonly (Node & { kind: "column" })[];
  if (first && values.length === 1)
    return joinNodes(
      "and",
      typed.map((column, at) => equal(column, { kind: "param", value: first[at], type: column.type })),
    );
  if (typed.length === 1) {
    const column = typed[0] as Node & { kind: "column" };
    const list = values.map(([value]) => value);
    return { kind: "in", left: column, right: { kind: "list", values: list, type: column.type }, negated: false };
  }
  if (values.length === 0) return { kind: "literal", value: false };
  return { kind: "in", left: { kind: "tuple", items: columns }, right: { kind: "subquery", query: listed(typed, values) }, negated: false };
}

/** Lists of values as the rows of a query, with a column for each of the others. */
function listed(columns: readonly (Node & { kind: "column" })[], values: readonly (readonly unknown[])[]): QueryState {
  const names = columns.map(({ type }, at): readonly [string, Type] => [`k${at}`, type ?? ANY]);
  const source: Source = { kind: "values", columns: names, rows: values, info: null, prefix: undefined, hints: [] };
  const entries = names.map(([name, type]): readonly [string, Select] => [
    name,
    { kind: "expr", node: { kind: "column", of: source, field: name, type } },
  ]);
  return { ...emptyState(source), select: { kind: "object", entries } };
}

const ANY = typeOf("any");

/** An association's `where` as conditions: values, null, { not: null }, { in: […] }, { not: value }, or a function of the column. */
export function staticFilter(source: Source | AssocSource, info: SchemaInfo | null, where: Readonly<Record<string, unknown>>): Node[] {
  return Object.entries(where).map(([field, condition]): Node => {
    const type = info ? info.fieldOrThrow(field).type : null;
    const column: Node = { kind: "column", of: source, field, type };
    if (condition === null) return { kind: "isNull", arg: column, negated: false };
    if (typeof condition === "function") return conditionNode((condition as (of: Expr<unknown>) => unknown)(new Expr(column)));
    if (typeof condition === "object" && Object.getPrototypeOf(condition) === Object.prototype)
      return filterNode(column, type, condition as Record<string, unknown>);
    if (typeof condition === "object" && "node" in condition) return (condition as { node: Node }).node;
    return equal(column, { kind: "param", value: condition, type });
  });
}

function filterNode(column: Node, type: SchemaInfo["types"][string] | null, condition: Record<string, unknown>): Node {
  if ("not" in condition) {
    if (condition.not === null) return { kind: "isNull", arg: column, negated: true };
    return { kind: "op", op: "<>", args: [column, { kind: "param", value: condition.not, type }], type: null };
  }
  if (Array.isArray(condition.in)) return { kind: "in", left: column, right: { kind: "list", values: condition.in, type }, negated: false };
  throw new ArgumentError(
    `an association's where takes values, null, { not: … } and { in: […] }, not an object with ${Object.keys(condition).join(", ")}`,
  );
}

function backwards(steps: readonly AssociationInfo[], last: AssociationInfo, structs: readonly Record<string, unknown>[]): QueryState {
  // A semi-join: the rows whose key is among those reached through the steps before, so that no row comes twice.
  const before = steps.slice(0, -1);
  const reachedBefore =
    before.length === 1
      ? reached(before[0] as AssociationInfo, structs)
      : backwards(before, before[before.length - 1] as AssociationInfo, structs);
  const { related } = last;
  const source: Source = { kind: "schema", info: related, table: last.relatedSource, prefix: undefined, hints: [] };
  const ownerColumn = (at: number): Node => ({
    kind: "column",
    of: reachedBefore.source,
    field: last.ownerKeys[at] as string,
    type: last.owner.types[last.ownerKeys[at] as string] ?? null,
  });
  const filter = staticFilter(source, related, last.where);
  if (last.ownerKeys.length > 1) return byExistence(last, reachedBefore, source, filter);
  const keys: QueryState = { ...reachedBefore, select: { kind: "expr", node: ownerColumn(0) } };
  if (last.kind !== "manyToMany") {
    const left: Node = {
      kind: "column",
      of: source,
      field: last.relatedKeys[0] as string,
      type: related.types[last.relatedKeys[0] as string] ?? null,
    };
    return {
      ...emptyState(source),
      where: joinNodes("and", [{ kind: "in", left, right: { kind: "subquery", query: keys }, negated: false }, ...filter]),
    };
  }
  const { join } = last;
  const table = joinSource(last);
  const joinKeys: QueryState = {
    ...emptyState(table),
    select: { kind: "expr", node: columnOf(table, join.schema, join.relatedFields[0] as string, join.relatedColumns[0] as string) },
    where: joinNodes("and", [
      {
        kind: "in",
        left: columnOf(table, join.schema, join.ownerFields[0] as string, join.ownerColumns[0] as string),
        right: { kind: "subquery", query: keys },
        negated: false,
      },
      ...staticFilter(table, join.schema, join.where),
    ]),
  };
  const left: Node = {
    kind: "column",
    of: source,
    field: last.relatedKeys[0] as string,
    type: related.types[last.relatedKeys[0] as string] ?? null,
  };
  return {
    ...emptyState(source),
    where: joinNodes("and", [{ kind: "in", left, right: { kind: "subquery", query: joinKeys }, negated: false }, ...filter]),
  };
}

/** The same for a key of several fields, which not every database compares with a subquery: the rows for which one of those before exists. */
function byExistence(last: AssociationInfo, before: QueryState, source: Source, filter: readonly Node[]): QueryState {
  const fieldsOf = (of: Source, info: SchemaInfo, keys: readonly string[]) =>
    keys.map((field): Node => ({ kind: "column", of, field, type: info.types[field] ?? null }));
  const owners = fieldsOf(before.source, last.owner, last.ownerKeys);
  const related = fieldsOf(source, last.related, last.relatedKeys);
  const matching = (query: QueryState, left: readonly Node[], right: readonly Node[], more: readonly Node[] = []): Node => ({
    kind: "exists",
    query: {
      ...query,
      where: joinNodes("and", [...(query.where ? [query.where] : []), ...left.map((one, at) => equal(one, right[at] as Node)), ...more]),
    },
  });
  if (last.kind !== "manyToMany") return { ...emptyState(source), where: joinNodes("and", [matching(before, owners, related), ...filter]) };
  const { join } = last;
  const table = joinSource(last);
  const columnsOf = (fields: readonly string[], columns: readonly string[]) =>
    fields.map((field, at) => columnOf(table, join.schema, field, columns[at] as string));
  const reachedJoin = matching(before, owners, columnsOf(join.ownerFields, join.ownerColumns));
  const tied = matching(emptyState(table), columnsOf(join.relatedFields, join.relatedColumns), related, [
    reachedJoin,
    ...staticFilter(table, join.schema, join.where),
  ]);
  return { ...emptyState(source), where: joinNodes("and", [tied, ...filter]) };
}
