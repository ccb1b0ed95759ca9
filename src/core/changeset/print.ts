import { type Doc, type Entry, label, REDACTED, toDoc } from "../base/index.ts";
import { isPlainObject } from "../type/index.ts";
import { translate, traverse, type Traversed } from "./errors.ts";
import type { ChangesetError } from "./records.ts";
import { type ChangesetState, isChangeset } from "./state.ts";

/** A changeset as it prints; the values of redacted fields never show. */
export function changesetDoc(cs: ChangesetState): Doc {
  const entries: Entry[] = [
    { label: "action", doc: toDoc(cs.action) },
    { label: "changes", doc: changesDoc(cs) },
    { label: "errors", doc: toDoc(cs.errors.map((error) => shownError(cs, error))) },
    { label: "data", doc: cs.info === null ? toDoc(shownData(cs)) : `#${cs.info.name}<>` },
    { label: "valid", doc: String(cs.valid) },
  ];
  return { open: "#Changeset<", entries, close: ">" };
}

/** The changes in the order of their names, as maps of Elixir print. */
export function changesDoc(cs: ChangesetState): Doc {
  const names = Object.keys(cs.changes).sort();
  return { open: "{", entries: names.map((name) => ({ label: label(name), doc: changeDoc(cs, name) })), close: "}" };
}

function changeDoc(cs: ChangesetState, name: string): Doc {
  const value = cs.changes[name];
  if (cs.types[name]?.redact && !holdsChangesets(value) && value !== null) return REDACTED;
  if (isChangeset(value)) return changesetDoc(value);
  if (Array.isArray(value) && holdsChangesets(value))
    return { open: "[", entries: value.map((one) => ({ doc: isChangeset(one) ? changesetDoc(one) : toDoc(one) })), close: "]" };
  return toDoc(value);
}

/** Of an embed whose schema has something to hide, its changesets hide it themselves. */
function holdsChangesets(value: unknown): boolean {
  return isChangeset(value) || (Array.isArray(value) && value.some(isChangeset));
}

/** All errors with their messages, as traverseErrors has them, but for values that are not to be shown. */
export function shownErrors(cs: ChangesetState): Traversed<string> {
  return traverse<ChangesetError, string>(
    cs,
    (at, error) => maskOf(at, error.field)(translate(at, error)),
    (at) => at.errors,
  );
}

/** An error without the value that a message of one's own may quote. */
function shownError(cs: ChangesetState, error: ChangesetError): ChangesetError {
  const mask = maskOf(cs, error.field);
  return Object.fromEntries(Object.entries(error).map(([key, value]) => [key, mask(value)])) as unknown as ChangesetError;
}

function shownData({ data, types }: ChangesetState): object {
  return Object.fromEntries(
    Object.entries(data as object).map(([key, value]) => [key, types[key]?.redact && value !== null ? REDACTED : (value as unknown)]),
  );
}

/** Takes the values of a redacted field out of texts; of every other field, nothing. */
function maskOf(cs: ChangesetState, field: string): <T>(told: T) => T {
  if (!cs.types[field]?.redact) return (told) => told;
  const values = new Set([cs.params?.[field], cs.changes[field], cs.data?.[field]].flatMap(texts).filter((text) => text !== ""));
  // The longest first, since one may be part of another.
  const longest = [...values].sort((a, b) => b.length - a.length);
  const mask = (told: unknown): unknown => {
    if (typeof told === "string") return longest.reduce((left, value) => left.replaceAll(value, REDACTED), told);
    return Array.isArray(told) ? told.map(mask) : told;
  };
  return mask as <T>(told: T) => T;
}

/** The texts that a value is made of. */
function texts(value: unknown): string[] {
  if (value === null || value === undefined || isChangeset(value)) return [];
  if (typeof value !== "object") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isPlainObject(value) ? Object.values(value).flatMap(texts) : [String(value)];
}
