import { ArgumentError } from "../../base/index.ts";
import { type AssociationChange, type SchemaChangeset, setChanges, withValidity } from "../../changeset/index.ts";
import { type AssociationInfo, isNotLoaded, meta, type SchemaInfo } from "../../schema/index.ts";
import { nestedOptions, type RowWrites, type Writer } from "../row/index.ts";
import { type Owner, releaseParents, sameValue, writeRelations } from "../nested/index.ts";
import type { Draft } from "./draft.ts";
import type { WriteOptions } from "../engine/index.ts";

/**
 * Writes the parents and takes over their keys.
 * @param writes how entries are written
 * @returns the changeset where one was refused
 */
export async function writeParents(
  writer: Writer,
  writes: RowWrites,
  draft: Draft,
  options: WriteOptions,
): Promise<SchemaChangeset | null> {
  const { user, struct, changes, parents } = draft;
  forgetOthers(user.info, struct, changes, parents);
  if (parents.length === 0) return null;
  const refused = await writeRelations(ownerOf(writer, writes, draft, meta(user.data).prefix, options), parents);
  if (refused) return withValidity(setChanges(user, refused), false);
  for (const { association } of parents) takeKeys(user.info, association, struct, changes);
  return null;
}

/** What comes after the row: parents that it let go of, then what belongs to it. @returns the changeset where one was refused */
export async function writeChildren(
  writer: Writer,
  writes: RowWrites,
  draft: Draft,
  options: WriteOptions,
): Promise<SchemaChangeset | null> {
  const { user, struct, parents, children } = draft;
  const owner = ownerOf(writer, writes, draft, meta(struct).prefix, options);
  const refused = (await releaseParents(owner, parents)) ?? (await writeRelations(owner, children));
  return refused ? withValidity(setChanges(user, refused), false) : null;
}

function ownerOf(writer: Writer, writes: RowWrites, { user, struct }: Draft, prefix: string | null, options: WriteOptions): Owner {
  return { writer, writes, options: nestedOptions(options), changeset: user, struct, prefix };
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
