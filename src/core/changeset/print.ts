import { type Doc, type Entry, isPlainObject, label, REDACTED, toDoc } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import { translate, traverse, type Traversed } from "./errors.ts";
import type { ChangesetError } from "./records.ts";
import { relationOf } from "./relations/relation.ts";
import { dataOf, type ChangesetState, isChangeset } from "./state.ts";

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
  const values = new Set([cs.params?.[field], cs.changes[field], dataOf(cs)[field]].flatMap(texts).filter((text) => text !== ""));
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

/** The params as they were given; of redacted fields, and of what is no field, the name alone. */
export function paramsDoc(cs: ChangesetState): Doc {
  if (cs.params === null) return "null";
  const entries = Object.keys(cs.params).map((name) => ({
    label: label(name),
    doc: paramDoc(cs.info, cs.types, name, cs.params?.[name], 0),
  }));
  return { open: "{", entries, close: "}" };
}

// Deeper ones would drown the message.
const MAX_DEPTH = 4;
const HIDDEN = "…";

function paramDoc(info: SchemaInfo | null, types: Readonly<Record<string, Type>>, name: string, value: unknown, depth: number): Doc {
  const relation = relationOf(info, name);
  if (info?.field(name)?.redact || (relation === null && types[name]?.redact)) return REDACTED;
  if (relation !== null) return nestedDoc(relation.related, value, depth + 1);
  // A param that is no field may be the confirmation of a password.
  return Object.hasOwn(types, name) ? toDoc(value) : HIDDEN;
}

function nestedDoc(info: SchemaInfo, value: unknown, depth: number): Doc {
  if (typeof value !== "object" || value === null) return toDoc(value);
  if (depth > MAX_DEPTH) return HIDDEN;
  if (Array.isArray(value)) return { open: "[", entries: value.map((one) => ({ doc: nestedDoc(info, one, depth) })), close: "]" };
  if (!isPlainObject(value)) return HIDDEN;
  const entries = Object.keys(value).map((name) => {
    // A map of entries by their indexes.
    const isEntry = /^\d+$/.test(name) && !info.field(name) && isPlainObject(value[name]);
    return {
      label: label(name),
      doc: isEntry ? nestedDoc(info, value[name], depth) : paramDoc(info, info.types, name, value[name], depth),
    };
  });
  return { open: "{", entries, close: "}" };
}
