import { ArgumentError } from "../base/index.ts";
import type { AssociationInfo, EmbedInfo } from "../schema/index.ts";
import { applyRelation, setRelation } from "./apply.ts";
import { matchConstraint, type Violation } from "./constraints.ts";
import { surface } from "./relations/put.ts";
import { relationOf } from "./relations/relation.ts";
import { type ChangesetState, isChangeset, update, type Values, withErrors } from "./state.ts";

// What the repo does with changesets; none of it is public.

export function withAction(cs: ChangesetState, action: string | null): ChangesetState {
  return update(cs, { action });
}

export function withRepo(cs: ChangesetState, repo: unknown, repoOpts: Values = cs.repoOpts): ChangesetState {
  return update(cs, { repo, repoOpts });
}

export function setChanges(cs: ChangesetState, changes: Values): ChangesetState {
  return update(cs, { changes });
}

export function withData(cs: ChangesetState, data: object): ChangesetState {
  return update(cs, { data: data as Values });
}

export function withValidity(cs: ChangesetState, valid: boolean): ChangesetState {
  return update(cs, { valid });
}

/** The changeset with the errors that its declarations make of a violation; null where it declares nothing about it. */
export function addConstraintError(cs: ChangesetState, violation: Violation): ChangesetState | null {
  const errors = matchConstraint(cs, violation);
  return errors === null ? null : withErrors(cs, errors);
}

/** What an insert writes: the changes, and all else that the struct holds, its relations as nested changesets. */
export function surfaceInsert(cs: ChangesetState): ChangesetState {
  return surface(cs);
}

/** One relation that a changeset changes. */
export interface RelationChange {
  readonly name: string;
  /** One of the two is set. */
  readonly association: AssociationInfo | null;
  readonly embed: EmbedInfo | null;
  /** The entries, in their order; a relation of one has one or none. */
  readonly entries: readonly ChangesetState[];
  /** They are written in that order; else those that are replaced are written first. */
  readonly reordered: boolean;
}

/** The relations that a changeset changes, in the order of the schema. */
export function relationChangesets(cs: ChangesetState): readonly RelationChange[] {
  const { info, changes } = cs;
  if (info === null) return [];
  const found: RelationChange[] = [];
  for (const name of info.embeds) {
    if (Object.hasOwn(changes, name))
      found.push({ name, association: null, embed: info.embed(name) ?? null, entries: entriesOf(changes[name]), reordered: false });
  }
  for (const name of info.associations) {
    if (Object.hasOwn(changes, name))
      found.push({
        name,
        association: info.association(name) ?? null,
        embed: null,
        entries: entriesOf(changes[name]),
        reordered: cs.reordered.includes(name),
      });
  }
  return found;
}

function entriesOf(change: unknown): readonly ChangesetState[] {
  return Array.isArray(change) ? (change as ChangesetState[]) : isChangeset(change) ? [change] : [];
}

/** Sets what a relation is after its changes in a struct that the caller owns; of a belongsTo the foreign key too. */
export function applyRelationChanges(cs: ChangesetState, struct: Record<string, unknown>, name: string): void {
  const relation = relationOf(cs.info, name);
  if (relation === null) throw new ArgumentError(`"${name}" is no relation`);
  setRelation(struct, relation, applyRelation(relation, cs.changes[name]));
}
