// Changes, errors and functions that a caller adds to a changeset by hand.
import { ArgumentError, isPlainObject, kindOf } from "../base/index.ts";
import { checkName, checkObject } from "./arguments.ts";
import { checkEmptyValues } from "./cast.ts";
import { getField } from "./read.ts";
import { fieldType, putChange } from "./relations/put.ts";
import { relationOf, relationOrThrow } from "./relations/relation.ts";
import { type ChangesetState, nameOf, type PrepareFunction, update, type Values, withErrors } from "./state.ts";

/** Records a value even where it equals the data's. */
export function forceChange<C extends ChangesetState>(cs: C, name: string, value: unknown): C {
  const relation = relationOf(cs.info, name);
  if (relation !== null) {
    throw new ArgumentError(
      `forceChange("${name}") of ${nameOf(cs)}: it is an ${relation.tag === "assoc" ? "association" : "embed"}; use ${relation.tag === "assoc" ? "putAssoc" : "putEmbed"}`,
    );
  }
  fieldType(cs, name);
  return update(cs, { changes: { ...cs.changes, [name]: value === undefined ? null : value } });
}

/** Maps a change that is there. */
export function updateChange<C extends ChangesetState>(cs: C, name: string, change: (value: never) => unknown): C {
  checkName("updateChange", name);
  if (typeof change !== "function")
    throw new ArgumentError(`updateChange("${name}") takes a function of the change, not ${kindOf(change)}`);
  return Object.hasOwn(cs.changes, name) ? putChange(cs, name, change(cs.changes[name] as never)) : cs;
}

export function deleteChange<C extends ChangesetState>(cs: C, name: string): C {
  checkName("deleteChange", name);
  if (!Object.hasOwn(cs.changes, name)) return cs;
  const { [name]: _, ...changes } = cs.changes;
  return update(cs, { changes });
}

export function addError<C extends ChangesetState>(cs: C, field: string, message: string, meta: Values): C {
  checkName("addError", field);
  if (typeof message !== "string")
    throw new ArgumentError(`addError("${field}") takes a text as its second argument, not ${kindOf(message)}`);
  checkObject("addError", "its metadata", meta);
  return withErrors(cs, [{ ...meta, field, message }]);
}

export function prepareChanges<C extends ChangesetState>(cs: C, prepare: PrepareFunction): C {
  if (typeof prepare !== "function")
    throw new ArgumentError(`prepareChanges takes a function of the changeset that returns one, not ${kindOf(prepare)}`);
  return update(cs, { prepare: [...cs.prepare, prepare] });
}

export function withEmptyValues<C extends ChangesetState>(cs: C, values: readonly unknown[]): C {
  checkEmptyValues("withEmptyValues", values);
  return update(cs, { emptyValues: [...values] });
}

export function withRepoOpts<C extends ChangesetState>(cs: C, options: Values): C {
  if (!isPlainObject(options)) throw new ArgumentError(`withRepoOpts takes the options as a plain object, not ${kindOf(options)}`);
  return update(cs, { repoOpts: { ...cs.repoOpts, ...options } });
}

/** Filters the write by the current value of a field, and counts the field up with it. */
export function optimisticLock<C extends ChangesetState>(cs: C, field: string, increment: (current: never) => unknown): C {
  checkName("optimisticLock", field);
  if (typeof increment !== "function")
    throw new ArgumentError(`optimisticLock("${field}") takes a function of the version that makes the next one, not ${kindOf(increment)}`);
  fieldType(cs, field);
  const current = getField(cs, field);
  // Set inside the repo only, so that a change of nothing else stays no change.
  const locked = prepareChanges(cs, (inside) => update(inside, { changes: { ...inside.changes, [field]: increment(current as never) } }));
  if (current === null || current === undefined) {
    console.warn(
      `ectype: "${field}" of ${nameOf(cs)} is null, so it cannot guard the row (optimisticLock). Give the field a default and the column NOT NULL`,
    );
    return locked;
  }
  return update(locked, { filters: { ...cs.filters, [field]: current } });
}

// The largest value of a signed integer column of 32 bits.
const LARGEST = 2_147_483_647;

/** The next version: 1 after none and after the largest. */
export function nextVersion(current: unknown): unknown {
  if (current === null || current === undefined) return 1;
  if (typeof current === "bigint") return current >= BigInt(LARGEST) ? 1n : current + 1n;
  if (typeof current !== "number")
    throw new ArgumentError("optimisticLock counts numbers; for a field of another type give a function that makes the next value");
  return current >= LARGEST ? 1 : current + 1;
}

const RANKS: Readonly<Record<string, number>> = { delete: 0, update: 1, insert: 2 };

/** Sorts the entries of an association: by default deletes, then updates, then inserts. */
export function reorderAssoc<C extends ChangesetState>(cs: C, name: string, compare: ((a: never, b: never) => number) | undefined): C {
  const relation = relationOrThrow(cs, "reorderAssoc", "assoc", name);
  if (compare !== undefined && typeof compare !== "function")
    throw new ArgumentError(`reorderAssoc("${name}") takes a function that compares two changesets, not ${kindOf(compare)}`);
  const entries = cs.changes[name];
  if (!Array.isArray(entries))
    throw new ArgumentError(`reorderAssoc("${name}") of ${nameOf(cs)} needs changes of an association of many; put or cast them first`);
  const rank = ({ action }: ChangesetState) => {
    if (action === "replace") return relation.onReplace === "delete" ? 0 : relation.onReplace === "nilify" ? 1 : 3;
    return RANKS[action ?? ""] ?? 3;
  };
  const order =
    (compare as ((a: unknown, b: unknown) => number) | undefined) ??
    ((a: unknown, b: unknown) => rank(a as ChangesetState) - rank(b as ChangesetState));
  return update(cs, { changes: { ...cs.changes, [name]: [...entries].sort(order) }, reordered: [name, ...cs.reordered] });
}
