import { ArgumentError, err, InvalidChangesetError, ok, print, renderDoc, type Result } from "../base/index.ts";
import { cloneStruct } from "../schema/index.ts";
import { changesDoc, paramsDoc, shownErrors } from "./print.ts";
import { relationOf, type Relation } from "./relations/relation.ts";
import { type ChangesetState, isChangeset, nameOf, update } from "./state.ts";

/** The data with all changes, nested ones too, whether the changeset is valid or not. */
export function applyChanges(cs: ChangesetState): Record<string, unknown> {
  const { changes, data, info } = cs;
  const names = Object.keys(changes);
  if (names.length === 0) return data as Record<string, unknown>;
  const result = info === null ? plainCopy(data) : (cloneStruct(data) as Record<string, unknown>);
  for (const name of names) {
    const relation = relationOf(info, name);
    if (relation !== null) setRelation(result, relation, applyRelation(relation, changes[name]));
    else if (Object.hasOwn(cs.types, name)) result[name] = changes[name];
  }
  return result;
}

function plainCopy(data: object): Record<string, unknown> {
  return Object.assign(Object.create(Object.getPrototypeOf(data) as object | null) as Record<string, unknown>, data);
}

/** What a relation is after its changes: structs, without those that are deleted or replaced. */
export function applyRelation(relation: Relation, change: unknown): unknown {
  if (relation.cardinality === "one") return isChangeset(change) ? applyEntry(change) : null;
  return (change as readonly ChangesetState[]).map(applyEntry).filter((struct) => struct !== null);
}

function applyEntry(cs: ChangesetState): object | null {
  return cs.action === "delete" || cs.action === "replace" ? null : applyChanges(cs);
}

/** Sets a relation in a struct, and of a belongsTo the foreign key with it. */
function setRelation(struct: Record<string, unknown>, relation: Relation, value: unknown): void {
  struct[relation.name] = value;
  const { association } = relation;
  if (association?.kind !== "belongsTo") return;
  association.ownerKeys.forEach((key, at) => {
    struct[key] = value === null ? null : ((value as Record<string, unknown>)[association.relatedKeys[at] as string] ?? null);
  });
}

/** The data with its changes, or the changeset with the action that was tried. */
export function applyAction(cs: ChangesetState, action: string): Result<Record<string, unknown>, ChangesetState> {
  if (typeof action !== "string") throw new ArgumentError(`an action is text such as "insert", not ${print(action)}`);
  return cs.valid ? ok(applyChanges(cs)) : err(update(cs, { action }));
}

export function applyActionOrThrow(cs: ChangesetState, action: string): Record<string, unknown> {
  const result = applyAction(cs, action);
  if (result.ok) return result.value;
  throw invalidChangeset(result.error, action);
}

/** The error of a write that was given an invalid changeset. */
export function invalidChangeset(cs: ChangesetState, action: string): InvalidChangesetError<ChangesetState> {
  const parts = [
    `could not ${action} ${nameOf(cs)}, because its changeset is invalid`,
    `Errors: ${print(shownErrors(cs))}`,
    `Changes: ${renderDoc(changesDoc(cs))}`,
    ...(cs.params === null ? [] : [`Params: ${renderDoc(paramsDoc(cs))}`]),
  ];
  return new InvalidChangesetError(cs, parts.join("\n\n"));
}
