import type { ConstraintFailure } from "../base/index.ts";
import type { AssociationInfo, EmbedInfo } from "../schema/index.ts";
import { matchConstraint } from "./constraint-failures.ts";
import { surface } from "./relations/put.ts";
import { type ChangesetState, isChangeset, update, type Values, withErrors } from "./state.ts";

// What the repo does with changesets; none of it is public.

export function withAction<C extends ChangesetState>(cs: C, action: string | null): C {
  return update(cs, { action });
}

/** The changeset as the repo works on it: what is done, by which repo, with which options. */
export function forRepo<C extends ChangesetState>(cs: C, action: string, repo: unknown, repoOpts: object): C {
  return update(cs, { action, repo, repoOpts: { ...repoOpts } });
}

export function withRepo<C extends ChangesetState>(cs: C, repo: unknown): C {
  return update(cs, { repo });
}

export function setChanges<C extends ChangesetState>(cs: C, changes: Values): C {
  return update(cs, { changes });
}

export function withData<C extends ChangesetState>(cs: C, data: object): C {
  return update(cs, { data });
}

export function withValidity<C extends ChangesetState>(cs: C, valid: boolean): C {
  return update(cs, { valid });
}

/** The changeset with the errors that its declarations make of what a constraint refused; null where it declares nothing about it. */
export function addConstraintError<C extends ChangesetState>(cs: C, failure: ConstraintFailure): C | null {
  const errors = matchConstraint(cs, failure);
  return errors === null ? null : withErrors(cs, errors);
}

/** What an insert writes: the changes, and all else that the struct holds, its relations as nested changesets. */
export function surfaceInsert<C extends ChangesetState>(cs: C): C {
  return surface(cs);
}

/** An association that a changeset changes. */
export interface AssociationChange {
  readonly name: string;
  readonly association: AssociationInfo;
  readonly embed: null;
  /** The entries, in their order; a relation of one has one or none. */
  readonly entries: readonly ChangesetState[];
  /** They are written in that order; else those that are replaced are written first. */
  readonly reordered: boolean;
}
/** An embed that a changeset changes. */
export interface EmbedChange {
  readonly name: string;
  readonly association: null;
  readonly embed: EmbedInfo;
  readonly entries: readonly ChangesetState[];
}
/** One relation that a changeset changes. */
export type RelationChange = AssociationChange | EmbedChange;

/** The relations that a changeset changes, in the order of the schema, embeds first. */
export function relationChangesets(cs: ChangesetState): readonly RelationChange[] {
  const { info, changes } = cs;
  if (info === null) return [];
  const found: RelationChange[] = [];
  for (const name of info.embeds) {
    const embed = Object.hasOwn(changes, name) ? info.embed(name) : undefined;
    if (embed) found.push({ name, association: null, embed, entries: entriesOf(changes[name]) });
  }
  for (const name of info.associations) {
    const association = Object.hasOwn(changes, name) ? info.association(name) : undefined;
    if (association)
      found.push({ name, association, embed: null, entries: entriesOf(changes[name]), reordered: cs.reordered.includes(name) });
  }
  return found;
}

function entriesOf(change: unknown): readonly ChangesetState[] {
  return Array.isArray(change) ? (change as ChangesetState[]) : isChangeset(change) ? [change] : [];
}
