// Entries of associations and embeds that a program gives: structs, changesets, data.
import { ArgumentError, didYouMean, isPlainObject, kindOf } from "../../base/index.ts";
import { meta, tryStructInfo } from "../../schema/index.ts";
import { type Type, type TypeLike, typeOf } from "../../type/index.ts";
import { equal } from "../equal.ts";
import { dataOf, blank, type ChangesetState, isChangeset, nameOf, type Parts, update } from "../state.ts";
import { changeMany, changeOne, checkAction, type Handling, keyOfData, type Outcome, withNewAction } from "./entries.ts";
import { onReplace, updatesInPlace } from "./on-replace.ts";
import { emptyOf, loadedValue, newEntry, type Relation, relationOf, relationOrThrow, sameNothing } from "./relation.ts";

/** A changeset upon a struct, a changeset, or data with types. */
export function toChangeset(source: unknown): ChangesetState {
  if (isChangeset(source)) return source;
  const info = tryStructInfo(source);
  if (info !== null) return blank(source as object, info, info.types);
  if (isPlainObject(source) && isPlainObject(source.types) && typeof source.data === "object" && source.data !== null)
    return schemaless(source.data, source.types);
  throw new ArgumentError(`a changeset is made of a struct, a changeset, or { data, types }, not of ${kindOf(source)}`);
}

function schemaless(data: object, given: Readonly<Record<string, unknown>>): ChangesetState {
  const types: Record<string, Type> = {};
  for (const name of Object.keys(given)) types[name] = typeOf(given[name] as TypeLike) as Type;
  return blank(data, null, types);
}

/** Puts several changes, one after the other. */
export function putChanges<C extends ChangesetState>(cs: C, changes: unknown): C {
  if (!isPlainObject(changes))
    throw new ArgumentError(`the changes of ${nameOf(cs)} must be a plain object such as { title: "…" }, not ${kindOf(changes)}`);
  const names = Object.keys(changes);
  if (names.length === 0) return cs;
  const next: Record<string, unknown> = { ...cs.changes };
  let after: Parts = { changes: next };
  for (const name of names) {
    const value = changes[name];
    if (value === undefined) continue;
    const relation = relationOf(cs.info, name);
    if (relation === null) putField(cs, next, name, value);
    else after = putInto(cs, after, next, relation, value);
  }
  return update(cs, after);
}

/** Puts one change: a field's value, or a relation's entries. */
export function putChange<C extends ChangesetState>(cs: C, name: string, value: unknown): C {
  const relation = relationOf(cs.info, name);
  const next: Record<string, unknown> = { ...cs.changes };
  if (relation !== null) return update(cs, putInto(cs, { changes: next }, next, relation, value));
  putField(cs, next, name, value === undefined ? null : value);
  return update(cs, { changes: next });
}

/** Puts the entries of an association or an embed. */
export function putRelation<C extends ChangesetState>(cs: C, tag: "assoc" | "embed", name: string, value: unknown): C {
  const relation = relationOrThrow(cs, tag === "assoc" ? "putAssoc" : "putEmbed", tag, name);
  const next: Record<string, unknown> = { ...cs.changes };
  return update(cs, putInto(cs, { changes: next }, next, relation, value));
}

function putField(cs: ChangesetState, changes: Record<string, unknown>, name: string, value: unknown): void {
  const type = fieldType(cs, name);
  if (equal(type, dataOf(cs)[name], value)) delete changes[name];
  else changes[name] = value;
}

/** The type of a field; throws where there is none of that name. */
export function fieldType(cs: ChangesetState, name: string): Type {
  if (Object.hasOwn(cs.types, name)) return cs.types[name] as Type;
  if (typeof name !== "string") throw new ArgumentError(`field names are text, not ${kindOf(name)}`);
  if (cs.info?.association(name))
    throw new ArgumentError(
      `"${name}" of ${nameOf(cs)} is a through association, which is read-only; change the associations that it goes through`,
    );
  throw new ArgumentError(
    `${nameOf(cs)} has no field "${name}". ${didYouMean(name, [...Object.keys(cs.types), ...(cs.info?.associations ?? [])])}`,
  );
}

function putInto(cs: ChangesetState, parts: Parts, changes: Record<string, unknown>, relation: Relation, value: unknown): Parts {
  const outcome = changeRelation(relation, cs.data, value, loadedValue(cs.data, relation));
  if (outcome === "invalid") {
    return { ...parts, errors: [relationError(relation), ...(parts.errors ?? cs.errors)], valid: false };
  }
  if (outcome === "same" || sameNothing(outcome.change, dataOf(cs)[relation.name])) {
    delete changes[relation.name];
    return parts;
  }
  changes[relation.name] = outcome.change;
  const reordered = (parts.reordered ?? cs.reordered).filter((one) => one !== relation.name);
  return outcome.valid ? { ...parts, reordered } : { ...parts, reordered, valid: false };
}

export function relationError(relation: Relation) {
  return { field: relation.name, message: "is invalid", type: relation.cardinality === "one" ? "map" : "array of map" };
}

/** What a put makes of a relation. */
function changeRelation(relation: Relation, owner: object, value: unknown, current: unknown): Outcome {
  const how: Handling = {
    accepts: (given) => acceptable(relation, given),
    givenKey: (given) => keyOfData(relation, isChangeset(given) ? given.data : (given as object)),
    entry: (given, struct, allowed) => putEntry(relation, owner, given, struct, allowed),
    replaced: (struct) => onReplace(relation, () => toChangeset(struct)),
    updatesInPlace: (given) => updatesInPlace(relation, tryStructInfo(given) !== null, given),
  };
  if (relation.cardinality === "one") return changeOne(relation, value, current as object | null, how);
  const list = value === null || value === undefined ? [] : value;
  if (!Array.isArray(list)) throw shapeError(relation, value);
  return changeMany(relation, list, current as readonly object[], how);
}

function acceptable(relation: Relation, given: unknown): boolean {
  if (isChangeset(given) || tryStructInfo(given) !== null || isPlainObject(given)) return true;
  throw shapeError(relation, given);
}

function shapeError(relation: Relation, given: unknown): ArgumentError {
  const one = `a ${relation.related.name} struct, a changeset of one, or a plain object of its fields`;
  const takes = relation.cardinality === "one" ? `${one}, or null` : `a list, each entry ${one}`;
  return new ArgumentError(`"${relation.name}" of ${relation.owner} takes ${takes}; it was given ${kindOf(given)}`);
}

function putEntry(relation: Relation, owner: object, given: unknown, current: object | null, allowed: readonly string[]): ChangesetState {
  if (isChangeset(given)) return adopt(relation, given, current, allowed);
  if (tryStructInfo(given) !== null) return adopt(relation, toChangeset(given), current, allowed);
  const cs = putChanges(toChangeset(current ?? newEntry(relation, owner)), given);
  return adopt(relation, withNewAction(cs, actionOf(relation, cs, current)), current, allowed);
}

/** Takes a changeset as an entry: its schema must be the related one, its action must fit. */
function adopt(relation: Relation, cs: ChangesetState, current: object | null, allowed: readonly string[]): ChangesetState {
  checkSchema(relation, cs);
  if (current === null) return withNewAction(cs, actionOf(relation, cs, null));
  return checkAction(relation, withNewAction(cs, "update"), allowed);
}

function checkSchema(relation: Relation, cs: ChangesetState): void {
  if (cs.info === relation.related) return;
  throw new ArgumentError(
    `"${relation.name}" of ${relation.owner} takes ${relation.related.name} structs, not ${cs.info === null ? "data without a schema" : `a ${cs.info.name}`}`,
  );
}

/** What is to be done with an entry, by the state of its struct; embedded structs have none. */
function actionOf(relation: Relation, cs: ChangesetState, current: object | null): "insert" | "update" | "delete" {
  if (relation.tag === "embed") return current === null ? "insert" : "update";
  const { state } = meta(cs.data);
  return state === "built" ? "insert" : state === "loaded" ? "update" : "delete";
}

/** The struct's fields and relations that a changeset does not change yet, as changes: what an insert writes. */
export function surface<C extends ChangesetState>(cs: C): C {
  const { info } = cs;
  const data = dataOf(cs);
  if (info === null) return cs;
  const changes: Record<string, unknown> = { ...cs.changes };
  let after: Parts = { changes };
  for (const name of info.insertableFields) {
    if (Object.hasOwn(changes, name)) continue;
    const value = data[name];
    if (value === null || value === undefined) continue;
    const relation = relationOf(info, name);
    if (relation === null) changes[name] = value;
    else after = surfaceRelation(cs, after, changes, relation);
  }
  for (const name of info.associations) {
    if (Object.hasOwn(changes, name) || !Object.hasOwn(data, name)) continue;
    const relation = relationOf(info, name);
    if (relation !== null) after = surfaceRelation(cs, after, changes, relation);
  }
  return update(cs, after);
}

function surfaceRelation(cs: ChangesetState, parts: Parts, changes: Record<string, unknown>, relation: Relation): Parts {
  const value = loadedValue(cs.data, relation);
  if (value === null || (Array.isArray(value) && value.length === 0)) return parts;
  const above = { data: cs.data, above: cs.above };
  for (const struct of Array.isArray(value) ? value : [value]) {
    for (let at: ChangesetState["above"] = above; at !== null; at = at.above) {
      if (at.data === struct)
        throw new ArgumentError(
          `"${relation.name}" of ${relation.owner} holds a struct that holds this ${relation.owner} again: a circle cannot be inserted. Set the association on one side only`,
        );
    }
  }
  const outcome = changeRelation(relation, cs.data, value, emptyOf(relation));
  if (outcome === "invalid") return { ...parts, errors: [relationError(relation), ...(parts.errors ?? cs.errors)], valid: false };
  if (outcome === "same") return parts;
  const { change } = outcome;
  changes[relation.name] = Array.isArray(change)
    ? change.map((one) => update(one, { above }))
    : change === null
      ? null
      : update(change as ChangesetState, { above });
  return outcome.valid ? parts : { ...parts, valid: false };
}
