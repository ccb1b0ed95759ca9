import { rowKey } from "../../base/index.ts";
import type { Preload } from "../../query/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";
import { rowsOfFunction } from "./function.ts";
import { orderedBy, preloadQuery } from "./query.ts";
import type { Keyed, Row, Run } from "./run.ts";

/** A key that the query left out is not a key that is null: nothing would be found by it, and nobody would know why. */
function ownerKey(association: AssociationInfo, owner: Row, key: string): unknown {
  const value = owner[key];
  if (value !== undefined) return value;
  throw association.error(
    `it cannot be preloaded: its rows are found by "${key}", which the query does not select. Add it to the fields of ${association.owner.name}`,
  );
}

/** Fetches an association of the structs, sets it, and answers with the rows. */
export async function loadAssociation(
  run: Run,
  association: AssociationInfo,
  owners: readonly Row[],
  preload: Preload,
  prefix: string | null,
): Promise<Row[]> {
  const { name, cardinality } = association;
  const keys = new Map<unknown, readonly unknown[]>();
  for (const owner of owners) {
    const values = association.ownerKeys.map((key) => ownerKey(association, owner, key));
    if (values.every((value) => value !== null)) keys.set(rowKey(values), values);
  }
  const found =
    keys.size === 0
      ? []
      : preload.fn
        ? await rowsOfFunction(association, preload.fn, [...keys.values()])
        : await rowsOfQuery(run, association, preload, [...keys.values()], prefix);
  const byKey = new Map<unknown, Row[]>();
  for (const [key, row] of found) {
    const rows = byKey.get(key);
    if (rows) rows.push(row);
    else byKey.set(key, [row]);
  }
  for (const owner of owners) {
    const rows = byKey.get(rowKey(association.ownerKeys.map((key) => owner[key] ?? null)));
    owner[name] = cardinality === "many" ? (rows ?? []) : (rows?.[0] ?? null);
  }
  return found.map(([, row]) => row);
}

async function rowsOfQuery(
  run: Run,
  association: AssociationInfo,
  preload: Preload,
  keys: readonly (readonly unknown[])[],
  prefix: string | null,
): Promise<Keyed[]> {
  const { query: unordered, keyed: pairs } = preloadQuery(association, preload, keys, prefix);
  const query = preload.query?.orderBy.length ? unordered : orderedBy(association, unordered);
  const rows = (await run.fetch(run.engine, query, run.options)) as unknown[];
  if (pairs) return (rows as [unknown[], Row][]).map(([key, row]) => [rowKey(key), row] as const);
  return (rows as Row[]).map((row) => [rowKey(association.relatedKeys.map((key) => row[key])), row] as const);
}
