import { ArgumentError, didYouMean, NotLoadedError } from "../../base/index.ts";
import {
  applyDefaults,
  type AssociationInfo,
  blankStruct,
  type EmbedInfo,
  isNotLoaded,
  meta,
  type SchemaInfo,
  setMeta,
  tryStructInfo,
} from "../../schema/index.ts";
import { checkName } from "../arguments.ts";
import { type ChangesetState, nameOf } from "../state.ts";

/** An association or an embed, as far as changesets tell them apart. */
export interface Relation {
  readonly tag: "assoc" | "embed";
  readonly name: string;
  readonly cardinality: "one" | "many";
  /** The owner's name, for messages. */
  readonly owner: string;
  readonly related: SchemaInfo;
  readonly onReplace: AssociationInfo["onReplace"];
  /** Two entries with the same key are an error. */
  readonly unique: boolean;
  /** The order of the entries is part of the value. */
  readonly ordered: boolean;
  readonly association: AssociationInfo | null;
}

const known = new WeakMap<object, Relation>();

/** The relation of that name; null where it is none, or a through association, which is read-only. */
export function relationOf(info: SchemaInfo | null, name: string): Relation | null {
  if (info === null) return null;
  checkName("a changeset", name);
  const declared = info.field(name)?.embed ?? info.association(name);
  if (!declared) return null;
  let relation = known.get(declared);
  if (!relation) {
    if ("kind" in declared && declared.kind === "through") return null;
    relation = "kind" in declared ? fromAssociation(declared) : fromEmbed(info, declared);
    known.set(declared, relation);
  }
  return relation;
}

function fromAssociation(association: AssociationInfo): Relation {
  const { name, cardinality, owner, related, onReplace, kind } = association;
  const unique = kind === "manyToMany" ? association.unique : true;
  return { tag: "assoc", name, cardinality, owner: owner.name, related, onReplace, unique, ordered: false, association };
}

function fromEmbed(owner: SchemaInfo, embed: EmbedInfo): Relation {
  const { name, cardinality, related, onReplace } = embed;
  return { tag: "embed", name, cardinality, owner: owner.name, related, onReplace, unique: true, ordered: true, association: null };
}

/** The relation that a call names; throws where it is none of that kind. */
export function relationOrThrow(cs: ChangesetState, call: string, tag: "assoc" | "embed", name: string): Relation {
  checkName(call, name);
  const relation = relationOf(cs.info, name);
  if (relation?.tag === tag) return relation;
  const { info } = cs;
  const where = `${call}("${name}") of ${nameOf(cs)}`;
  if (relation)
    throw new ArgumentError(`${where}: "${name}" is ${relation.tag === "embed" ? "an embed" : "an association"}; use ${swap(call, tag)}`);
  if (info === null) throw new ArgumentError(`${where}: a changeset without a schema has no associations and no embeds`);
  if (info.association(name))
    throw new ArgumentError(
      `${where}: "${name}" is a through association, which is read-only; change the associations that it goes through`,
    );
  if (info.field(name)) throw new ArgumentError(`${where}: "${name}" is a plain field; use cast or putChange`);
  const names = tag === "assoc" ? info.associations : info.embeds;
  throw new ArgumentError(
    `${where}: schema ${info.name} has no ${tag === "assoc" ? "association" : "embed"} "${name}". ${didYouMean(name, [...names])}`,
  );
}

function swap(call: string, tag: "assoc" | "embed"): string {
  return tag === "assoc" ? call.replace("Assoc", "Embed") : call.replace("Embed", "Assoc");
}

/**
 * What the data holds of a relation: what is not loaded counts as empty in a struct that is not inserted, and throws in one that is.
 * Embedded structs have no state, and their associations are never stored: theirs count as empty as well.
 */
export function loadedValue(data: object, relation: Relation): unknown {
  const value = (data as Record<string, unknown>)[relation.name];
  if (!isNotLoaded(value)) return value ?? emptyOf(relation);
  const info = tryStructInfo(data);
  if (info === null || info.source === null || meta(data).state === "built") return emptyOf(relation);
  throw new NotLoadedError(
    relation.name,
    `association "${relation.name}" of ${relation.owner} is not loaded, so it cannot be cast or changed. ` +
      `Load it first: repo.preload(struct, "${relation.name}"), or .preload("${relation.name}") on the query`,
  );
}

export function emptyOf(relation: Relation): null | readonly never[] {
  return relation.cardinality === "one" ? null : [];
}

/** Whether the change and the data are both empty: null, or a list without entries. */
export function sameNothing(change: unknown, original: unknown): boolean {
  if (change === null) return original === null || original === undefined;
  return Array.isArray(change) && change.length === 0 && Array.isArray(original) && original.length === 0;
}

/** A new struct of the relation, with its defaults and its table; the keys that tie it to the owner are the repo's to set. */
export function newEntry(relation: Relation, owner: object): Record<string, unknown> {
  const blank = blankStruct(relation.related);
  const { association } = relation;
  if (association === null) return blank;
  const struct = applyDefaults(blank, owner, association.defaults);
  if (association.relatedSource !== relation.related.source)
    setMeta(struct, Object.freeze({ ...meta(struct), source: association.relatedSource }));
  return struct;
}

/** Entries that are still there after the write: neither deleted nor replaced. */
export function remaining(entries: readonly unknown[]): readonly unknown[] {
  return entries.filter((entry) => {
    const action = (entry as { action?: unknown } | null)?.action;
    return action !== "delete" && action !== "replace";
  });
}
