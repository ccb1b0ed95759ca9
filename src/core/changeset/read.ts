import { ArgumentError, checkOptions, kindOf, optionNames } from "../base/index.ts";
import { checkName } from "./arguments.ts";
import { applyRelation } from "./apply.ts";
import { equal } from "./equal.ts";
import { toChangeset } from "./relations/put.ts";
import { loadedValue, relationOf, relationOrThrow } from "./relations/relation.ts";
import { dataOf, type ChangesetState, isChangeset, nameOf } from "./state.ts";

/** A field's value, and whether it is a change or stands in the data. */
export type Fetched =
  | { readonly ok: true; readonly value: unknown; readonly source: "changes" | "data" }
  | { readonly ok: false; readonly error: string };

/** The change of a field, or its value in the data; relations with their changes applied. */
export function fetchField(cs: ChangesetState, name: string): Fetched {
  checkName("getField", name);
  const relation = relationOf(cs.info, name);
  if (Object.hasOwn(cs.changes, name)) {
    const change = cs.changes[name];
    return { ok: true, value: relation === null ? change : applyRelation(relation, change), source: "changes" };
  }
  if (relation !== null) return { ok: true, value: loadedValue(cs.data, relation), source: "data" };
  if (name in cs.data && !(name in Object.prototype)) return { ok: true, value: dataOf(cs)[name], source: "data" };
  return { ok: false, error: name };
}

export function getField(cs: ChangesetState, name: string, otherwise: unknown = null): unknown {
  const found = fetchField(cs, name);
  return found.ok ? found.value : otherwise;
}

export function missingKey(cs: ChangesetState, name: string, what: string): ArgumentError {
  return new ArgumentError(`${nameOf(cs)} has no ${what} ${typeof name === "string" ? `"${name}"` : `that is ${kindOf(name)}`}`);
}

/** The entries of a relation as changesets, changed or not. */
export function getRelation(cs: ChangesetState, tag: "assoc" | "embed", name: string): ChangesetState | null | readonly ChangesetState[] {
  const relation = relationOrThrow(cs, tag === "assoc" ? "getAssoc" : "getEmbed", tag, name);
  const existing = Object.hasOwn(cs.changes, name) ? cs.changes[name] : loadedValue(cs.data, relation);
  if (existing === null || existing === undefined) return null;
  return Array.isArray(existing) ? existing.map(toChangeset) : toChangeset(existing);
}

interface ChangedOptions {
  readonly from?: unknown;
  readonly to?: unknown;
}
const CHANGED = optionNames<ChangedOptions>({ from: true, to: true });

/** Whether a field has a change, and where asked, from and to which values. */
export function changed(cs: ChangesetState, name: string, options: ChangedOptions): boolean {
  checkName("changed", name);
  checkOptions(`changed("${name}")`, options, CHANGED);
  const relation = relationOf(cs.info, name);
  const type = cs.types[name];
  if (relation === null && type === undefined) throw missingKey(cs, name, "field");
  const keys = Object.keys(options);
  if (relation !== null && keys.length > 0)
    throw new ArgumentError(`changed("${name}"): from and to compare values of fields, and "${name}" is a relation`);
  if (!Object.hasOwn(cs.changes, name)) return false;
  const change = cs.changes[name];
  if (relation !== null) return Array.isArray(change) ? change.some(entryChanged) : entryChanged(change);
  if (type === undefined) return false;
  if ("from" in options && !equal(type, dataOf(cs)[name], options.from)) return false;
  return !("to" in options) || equal(type, change, options.to);
}

function entryChanged(entry: unknown): boolean {
  return !isChangeset(entry) || entry.action !== "update" || Object.keys(entry.changes).length > 0;
}
