import { type Doc, type Entry, label, toDoc } from "../base/index.ts";
import { traverseErrors } from "./errors.ts";
import { type ChangesetState, isChangeset } from "./state.ts";

/** A changeset as it prints; the values of redacted fields never show. */
export function changesetDoc(cs: ChangesetState): Doc {
  const entries: Entry[] = [
    { label: "action", doc: toDoc(cs.action) },
    { label: "changes", doc: changesDoc(cs) },
    { label: "errors", doc: toDoc(cs.errors) },
    { label: "data", doc: cs.info === null ? toDoc(cs.data) : `#${cs.info.name}<>` },
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
  if (cs.info?.field(name)?.redact && value !== null) return "**redacted**";
  if (isChangeset(value)) return changesetDoc(value);
  if (Array.isArray(value) && value.some(isChangeset))
    return { open: "[", entries: value.map((one) => ({ doc: isChangeset(one) ? changesetDoc(one) : toDoc(one) })), close: "]" };
  return toDoc(value);
}

/** All errors with their messages, as traverseErrors has them. */
export function errorsDoc(cs: ChangesetState): Doc {
  return toDoc(traverseErrors(cs));
}
