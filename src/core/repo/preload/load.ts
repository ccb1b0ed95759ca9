import { chain, type MaybePromise } from "../../adapter/index.ts";
import { rowKey } from "../../base/index.ts";
import { keyed, type Preload } from "../../query/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";
import { keptPlan } from "./child.ts";
import { rowsOfFunction } from "./function.ts";
import { Owners } from "./owners.ts";
import { orderedBy, preloadQuery } from "./query.ts";
import type { Keyed, Row, Run } from "./run.ts";

/** Fetches an association of the structs, sets it, and answers with the rows. */
export function loadAssociation(
  run: Run,
  association: AssociationInfo,
  structs: readonly Row[],
  preload: Preload,
  prefix: string | null,
): MaybePromise<readonly Row[]> {
  const owners = new Owners(association, structs);
  const rows = owners.size === 0 ? [] : rowsOf(run, association, preload, owners, prefix);
  return chain(rows, (found) => {
    owners.fill();
    return found;
  });
}

function rowsOf(
  run: Run,
  association: AssociationInfo,
  preload: Preload,
  owners: Owners,
  prefix: string | null,
): MaybePromise<readonly Row[]> {
  if (preload.fn) return chain(rowsOfFunction(association, preload.fn, owners.keys), (pairs) => addAll(owners, pairs));
  const child = keptPlan(run, association, preload, owners.size === 1, prefix);
  const values = child?.values(run, owners);
  if (child && values) return child.read(run, values, owners);
  const { query, keyed: pairs } = preloadQuery(association, preload, (columns) => keyed(columns, owners.keys), prefix);
  return chain(run.fetch(run.engine, run.runner, orderedBy(association, preload, query), run.options, run.given), (rows) =>
    addAll(
      owners,
      pairs
        ? (rows as [unknown[], Row][]).map(([key, row]): Keyed => [rowKey(key), row])
        : (rows as Row[]).map((row): Keyed => [rowKey(association.relatedKeys.map((key) => row[key])), row]),
    ),
  );
}

function addAll(owners: Owners, pairs: readonly Keyed[]): Row[] {
  return pairs.map(([key, row]) => {
    owners.add(key, row);
    return row;
  });
}
