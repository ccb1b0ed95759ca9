// The given entries of a relation beside those that are there: which are new, which are changed, which go.
import { ArgumentError, rowKey } from "../../base/index.ts";
import { dataOf, type ChangesetState, isChangeset, update, withErrors } from "../state.ts";
import type { Relation } from "./relation.ts";

/** What became of a relation: unchanged, of a shape that it cannot take, or changed. */
export type Outcome = "same" | "invalid" | Changed;
export interface Changed {
  readonly change: ChangesetState | null | readonly ChangesetState[];
  readonly valid: boolean;
}

/** How cast and put differ: what the key of a given entry is, and what changeset it becomes. */
export interface Handling {
  /** Whether an entry has a shape that can be handled at all. */
  accepts(given: unknown): boolean;
  /** The primary key in what was given. */
  givenKey(given: unknown): readonly unknown[];
  /** The changeset of a given entry, upon the current struct where there is one. */
  entry(given: unknown, current: object | null, allowed: readonly string[], position: number): ChangesetState;
  /** The current entry that is left out or replaced: a changeset, or "invalid" by the policy markAsInvalid. */
  replaced(current: object): ChangesetState | "invalid";
  /** Whether what was given may be put upon the current entry although the keys differ: the policy "update". */
  updatesInPlace(given: unknown): boolean;
}

const NO_KEY: readonly unknown[] = Object.freeze([]);
const INSERT: readonly string[] = ["insert"];
const CHANGE: readonly string[] = ["update", "delete"];
const ANY: readonly string[] = ["insert", "update", "delete"];

/** The new value of a relation of one. */
export function changeOne(relation: Relation, given: unknown, current: object | null, how: Handling): Outcome {
  if (given === null || given === undefined) {
    if (current !== null && how.replaced(current) === "invalid") return "invalid";
    return { change: null, valid: true };
  }
  if (!how.accepts(given)) return "invalid";
  if (current === null) return single(how.entry(given, null, INSERT, 0), false);
  const key = how.givenKey(given);
  if ((key.length > 0 && lookup(key) === lookup(keyOfData(relation, current))) || how.updatesInPlace(given)) {
    return single(how.entry(given, current, allowedUpon(key), 0), true);
  }
  if (how.replaced(current) === "invalid") return "invalid";
  return single(how.entry(given, null, INSERT, 0), false);
}

function single(cs: ChangesetState, skippable: boolean): Outcome {
  if (cs.action === "ignore" || (skippable && changesNothing(cs))) return "same";
  return { change: cs, valid: cs.valid };
}

/** The new value of a relation of many: what is given is the complete list, and what is current but not given is replaced. */
export function changeMany(relation: Relation, given: unknown, current: readonly object[], how: Handling): Outcome {
  if (!Array.isArray(given)) return "invalid";
  if (given.length === 0 && current.length === 0) return { change: [], valid: true };
  const left = byKey(relation, current);
  // Where nothing is there yet, nothing needs to be found by its key.
  const order = relation.ordered && left.size > 0 ? [...left.keys()] : null;
  const taken = relation.unique ? new Set<unknown>() : null;
  const entries: ChangesetState[] = [];
  let same = true;
  let valid = true;
  let inOrder = 0;
  for (let i = 0; i < given.length; i++) {
    if (!how.accepts(given[i])) return "invalid";
    const key = current.length === 0 ? NO_KEY : how.givenKey(given[i]);
    const text = key.length === 0 ? null : lookup(key);
    const found = (key.length > 0 && left.get(text)) || null;
    if (found !== null) left.delete(text);
    const cs = how.entry(given[i], found, found === null ? INSERT : allowedUpon(key), i);
    if (order !== null && order[inOrder] === text) inOrder++;
    if (cs.action === "ignore") continue;
    const checked = taken === null ? cs : withTakenKey(relation, cs, taken);
    entries.push(checked);
    valid = valid && checked.valid;
    same = same && found !== null && changesNothing(checked);
  }
  if (order !== null && inOrder < order.length) same = false;
  const replaced: ChangesetState[] = [];
  for (const struct of left.values()) {
    const cs = how.replaced(struct);
    if (cs === "invalid") return "invalid";
    replaced.push(cs);
    valid = valid && cs.valid;
  }
  if (same && replaced.length === 0) return "same";
  // What is left out comes last, so that entries and their errors keep the places in which they were given.
  return { change: entries.concat(replaced), valid };
}

function byKey(relation: Relation, current: readonly object[]): Map<unknown, object> {
  const keyed = new Map<unknown, object>();
  let count = 0;
  for (const struct of current) {
    const key = keyOfData(relation, struct);
    keyed.set(key.length === 0 ? `#${count}` : lookup(key), struct);
    count++;
  }
  if (keyed.size !== count) {
    console.warn(
      `ectype: found duplicate primary keys in "${relation.name}" of ${relation.owner}; only the last entry of each is kept. Entries need primary keys that differ`,
    );
  }
  return keyed;
}

function allowedUpon(key: readonly unknown[]): readonly string[] {
  return key.every((part) => part === null || part === undefined) ? ANY : CHANGE;
}

function changesNothing(cs: ChangesetState): boolean {
  if (!cs.valid || cs.action !== "update") return false;
  for (const _ in cs.changes) return false;
  return true;
}

/** Notes the key of a changeset, and puts an error on it where another entry has the same. */
function withTakenKey(relation: Relation, cs: ChangesetState, taken: Set<unknown>): ChangesetState {
  const { primaryKey } = relation.related;
  if (primaryKey.length === 0) return cs;
  const key: unknown[] = [];
  for (const name of primaryKey) {
    const part = Object.hasOwn(cs.changes, name) ? cs.changes[name] : dataOf(cs)[name];
    if (part === null || part === undefined) return cs;
    key.push(part);
  }
  const text = lookup(key);
  if (taken.has(text)) return withErrors(cs, primaryKey.map((field) => ({ field, message: "has already been taken" })).reverse());
  taken.add(text);
  return cs;
}

export function keyOfData(relation: Relation, values: object): readonly unknown[] {
  return relation.related.primaryKey.map((name) => (values as Record<string, unknown>)[name] ?? null);
}

/** What a key is looked up by; a part that is not given counts as null. */
function lookup(key: readonly unknown[]): unknown {
  return rowKey(key.map((part) => part ?? null));
}

/** The changeset with an action, unless it has one. */
export function withNewAction<C extends ChangesetState>(cs: C, action: string): C {
  return cs.action === null ? update(cs, { action }) : cs;
}

/** Throws where the changeset's action cannot be done to that entry. */
export function checkAction(relation: Relation, cs: ChangesetState, allowed: readonly string[]): ChangesetState {
  const { action } = cs;
  if (action === "ignore" || (action !== null && allowed.includes(action))) return cs;
  const what = `cannot ${action} the ${relation.related.name} of "${relation.name}" of ${relation.owner}`;
  if (action === "insert")
    throw new ArgumentError(`${what}: it is already associated. Leave the action out, or give it "update" or "delete"`);
  if (action === "replace") {
    throw new ArgumentError(
      `${what}: it comes out of an earlier put or cast of the same relation. Put or cast a relation once per changeset; to build upon an earlier one, leave out the entries whose action is "replace"`,
    );
  }
  throw new ArgumentError(
    `${what}: it exists already and is not associated with this ${relation.owner}. For safety, existing rows cannot be reached through the params of another; set the foreign key instead, or put the loaded struct`,
  );
}

/** Throws where a callback gave something else than a changeset of the related schema. */
export function checkChangeset(relation: Relation, value: unknown, whose: string): ChangesetState {
  if (!isChangeset(value)) throw new ArgumentError(`${whose} of "${relation.name}" of ${relation.owner} must return a changeset`);
  return value;
}
