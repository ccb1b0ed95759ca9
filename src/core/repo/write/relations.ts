// Writes what is nested: parents before the row, children after it.
import type { Steps } from "../../adapter/index.ts";
import { ArgumentError, err } from "../../base/index.ts";
import { type AssociationChange, setChanges, withValidity } from "../../changeset/index.ts";
import { type AssociationInfo, isNotLoaded, meta, type SchemaInfo } from "../../schema/index.ts";
import { nestedOptions, type RowWrites, type Writer, type WriteResult } from "../row/index.ts";
import { type Owner, releaseParents, sameValue, writeRelations } from "../nested/index.ts";
import { type Draft, isRelated } from "./draft.ts";
import type { WriteOptions } from "../engine/index.ts";

type Results = readonly (WriteResult | undefined)[];

function hasParents({ parents }: Draft): boolean {
  return parents.length > 0;
}

/**
 * Writes the parents, and takes over their keys.
 * @param writes how entries are written
 * @returns null where there is none; else what answers, where one was refused, with what became of each draft
 */
export function writeParents(
  writer: Writer,
  writes: RowWrites,
  drafts: readonly Draft[],
  options: WriteOptions,
): Steps<Results | null> | null {
  for (const { user, struct, changes, parents } of drafts) forgetOthers(user.info, struct, changes, parents);
  return drafts.some(hasParents) ? parentsOf(writer, writes, drafts, options) : null;
}

function* parentsOf(writer: Writer, writes: RowWrites, drafts: readonly Draft[], options: WriteOptions): Steps<Results | null> {
  const children = drafts.filter(hasParents);
  const inner = nestedOptions(options);
  const owned = children.map((draft) => ({
    owner: ownerOf(writer, writes, draft, meta(draft.user.data).prefix, inner),
    relations: draft.parents,
  }));
  const refused = yield* writeRelations(writer.engine, owned);
  if (refused !== null) return refusals(drafts, children, refused);
  for (const { user, struct, changes, parents } of children)
    for (const { association } of parents) takeKeys(user.info, association, struct, changes);
  return null;
}

/** What comes after the rows: parents that they let go of, then what belongs to them. @returns as `writeParents` does */
export function writeChildren(
  writer: Writer,
  writes: RowWrites,
  drafts: readonly Draft[],
  options: WriteOptions,
): Steps<Results | null> | null {
  return drafts.some(isRelated) ? childrenOf(writer, writes, drafts, options) : null;
}

function* childrenOf(writer: Writer, writes: RowWrites, drafts: readonly Draft[], options: WriteOptions): Steps<Results | null> {
  const related = drafts.filter(isRelated);
  const inner = nestedOptions(options);
  const owned = related.map((draft) => ({
    owner: ownerOf(writer, writes, draft, meta(draft.struct).prefix, inner),
    relations: draft.children,
  }));
  for (const [at, { owner }] of owned.entries()) {
    const parents = related[at]?.parents ?? [];
    const refused = parents.length > 0 ? yield* releaseParents(owner, parents) : null;
    if (refused !== null) return refusals(drafts, related.slice(at, at + 1), [refused]);
  }
  const refused = yield* writeRelations(writer.engine, owned);
  return refused === null ? null : refusals(drafts, related, refused);
}

/** The changes of those that were refused, in their changesets. */
function refusals(drafts: readonly Draft[], some: readonly Draft[], refused: readonly (Changes | null)[]): Results {
  const results = new Map<Draft, WriteResult>();
  for (const [at, draft] of some.entries()) {
    const changes = refused[at] ?? null;
    if (changes !== null) results.set(draft, err(withValidity(setChanges(draft.user, changes), false)));
  }
  return drafts.map((draft) => results.get(draft));
}

type Changes = Readonly<Record<string, unknown>>;

function ownerOf(writer: Writer, writes: RowWrites, { user, struct }: Draft, prefix: string | null, options: WriteOptions): Owner {
  return { writer, writes, options, changeset: user, struct, prefix };
}

/** Puts the keys of a parent that was written, or null without one, among the owner's changes. */
function takeKeys(
  info: SchemaInfo,
  { name, ownerKeys, relatedKeys }: AssociationInfo,
  struct: Record<string, unknown>,
  changes: Record<string, unknown>,
): void {
  const parent = struct[name];
  for (const [at, key] of ownerKeys.entries()) {
    const value = valueIn(parent, relatedKeys[at]);
    if (Object.hasOwn(changes, key) && !sameValue(info, key, changes[key], value)) {
      throw new ArgumentError(
        `"${name}" of ${info.name} cannot be changed, since its foreign key "${key}" is changed to another value too: change one of the two`,
      );
    }
    changes[key] = value;
  }
}

/** A parent that is loaded, and is not the one that a changed foreign key names, is not loaded any more. */
function forgetOthers(
  info: SchemaInfo,
  struct: Record<string, unknown>,
  changes: Readonly<Record<string, unknown>>,
  written: readonly AssociationChange[],
): void {
  for (const name of info.associations) {
    if (!Object.hasOwn(struct, name) || written.some((one) => one.name === name)) continue;
    const association = info.association(name);
    const parent = struct[name];
    if (association?.kind !== "belongsTo" || isNotLoaded(parent)) continue;
    const { ownerKeys, relatedKeys } = association;
    const isOther = ownerKeys.some(
      (key, at) => Object.hasOwn(changes, key) && !sameValue(info, key, changes[key], valueIn(parent, relatedKeys[at])),
    );
    if (isOther) delete struct[name];
  }
}

/** A field of a struct; of none, null. */
function valueIn(struct: unknown, field: string | undefined): unknown {
  if (typeof struct !== "object" || struct === null || field === undefined) return null;
  return Reflect.get(struct, field) ?? null;
}
