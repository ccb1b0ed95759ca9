// Conditions that rows have one of many keys.
import type { AssociationInfo } from "../schema/index.ts";
import { type Type, typeOf } from "../type/index.ts";
import {
  type ColumnNode,
  columnNode,
  equal,
  inList,
  inQuery,
  joinNodes,
  type Node,
  type QueryState,
  type Select,
  type Source,
} from "./node.ts";
import { emptyState } from "./node.ts";

/** The structs' values in the association's keys, without those that have none. */
export function keyValues(association: AssociationInfo, structs: readonly Readonly<Record<string, unknown>>[]): unknown[][] {
  return structs
    .map((struct) => association.ownerKeys.map((key) => struct[key] ?? null))
    .filter((values) => values.every((value) => value !== null));
}

/** That the columns hold one of the lists of values. However many these are, they travel together. */
export function keyed(columns: readonly ColumnNode[], values: readonly (readonly unknown[])[]): Node {
  const [first] = values;
  const [only, ...more] = columns;
  if (first && values.length === 1)
    return joinNodes(
      "and",
      columns.map((one, at) => equal(one, { kind: "param", value: first[at], type: one.type })),
    );
  if (only && more.length === 0) {
    const list = values.map(([value]) => value);
    return inList(only, list, only.type);
  }
  if (values.length === 0) return { kind: "literal", value: false };
  return inQuery({ kind: "tuple", items: columns }, listed(columns, values));
}

/** Lists of values as the rows of a query, with a column for each of the others. */
function listed(columns: readonly ColumnNode[], values: readonly (readonly unknown[])[]): QueryState {
  const names = columns.map(({ type }, at): readonly [string, Type] => [`k${at}`, type ?? ANY]);
  const source: Source = { kind: "values", columns: names, rows: values, info: null, prefix: undefined, hints: [] };
  const entries = names.map(([name, type]): readonly [string, Select] => [name, { kind: "expr", node: columnNode(source, name, type) }]);
  return { ...emptyState(source), select: { kind: "object", entries } };
}

const ANY = typeOf("any");
