import { ArgumentError, kindOf, print } from "../base/index.ts";
import { deepEqual } from "../type/index.ts";
import { union } from "./cast.ts";
import { type ChangesetState, isChangeset, nameOf, update } from "./state.ts";

/** Two changesets of the same data as one; where both have something to say, the second wins. */
export function merge(first: ChangesetState, second: ChangesetState): ChangesetState {
  if (!isChangeset(second)) throw new ArgumentError(`merge takes another changeset of the same data, not ${kindOf(second)}`);
  if (first.data !== second.data && !(first.info === second.info && deepEqual(first.data, second.data))) {
    throw new ArgumentError(`changesets of different data cannot be merged (${nameOf(first)} and ${nameOf(second)})`);
  }
  return update(first, {
    repo: sameOf("repo", first.repo, second.repo),
    action: sameOf("action", first.action, second.action),
    emptyValues: sameOf("emptyValues", first.emptyValues, second.emptyValues),
    repoOpts: { ...first.repoOpts, ...second.repoOpts },
    filters: { ...first.filters, ...second.filters },
    validations: [...first.validations, ...second.validations],
    constraints: [...first.constraints, ...second.constraints],
    prepare: [...first.prepare, ...second.prepare],
    params: first.params === null && second.params === null ? null : { ...first.params, ...second.params },
    types: first.types === second.types ? first.types : { ...first.types, ...second.types },
    changes: { ...first.changes, ...second.changes },
    errors: union(first.errors, second.errors),
    required: [...new Set([...first.required, ...second.required])],
    valid: first.valid && second.valid,
    forceUpdate: first.forceUpdate || second.forceUpdate,
    reordered: [...new Set([...first.reordered, ...second.reordered])],
    wasCast: first.wasCast || second.wasCast,
  });
}

function sameOf<T>(what: string, a: T, b: T): T {
  if (b === null || a === b) return a;
  if (a === null || (what === "emptyValues" && deepEqual(a, b))) return b;
  const shown = what === "repo" ? "" : `: ${print(a)} and ${print(b)}`;
  throw new ArgumentError(`changesets with different ${what} cannot be merged${shown}`);
}
