import type { Steps } from "../../adapter/index.ts";
import {
  type AssociationChange,
  type ChangesetState,
  type EmbedChange,
  relationChangesets,
  type SchemaChangeset,
} from "../../changeset/index.ts";
import { copyOf, embedStructs, type WriteInfo, type Writer } from "../row/index.ts";

/** A changeset on its way into the database, and the struct that it becomes. */
export interface Draft extends Relations {
  readonly writes: WriteInfo;
  /** The changeset as it is given back where the write is refused. */
  readonly user: SchemaChangeset;
  /** The copy of the data that becomes the result. */
  readonly struct: Record<string, unknown>;
  /** What is written into the row: the changes of fields, and what parents and embeds add to them. */
  readonly changes: Record<string, unknown>;
}

/** The relations that a changeset changes, by when they are written: before the row, after it, within it. */
interface Relations {
  readonly parents: readonly AssociationChange[];
  readonly children: readonly AssociationChange[];
  readonly embeds: readonly EmbedChange[];
}
const NO_RELATIONS: Relations = { parents: [], children: [], embeds: [] };

export function draftOf(user: SchemaChangeset, writes: WriteInfo): Draft {
  const { parents, children, embeds } = relationsOf(user);
  const changes: Record<string, unknown> = { ...user.changes };
  for (const { name } of parents) delete changes[name];
  for (const { name } of children) delete changes[name];
  return { writes, user, struct: copyOf(user), changes, parents, children, embeds };
}

function relationsOf(cs: ChangesetState): Relations {
  const all = relationChangesets(cs);
  if (all.length === 0) return NO_RELATIONS;
  const parents: AssociationChange[] = [];
  const children: AssociationChange[] = [];
  const embeds: EmbedChange[] = [];
  for (const one of all) {
    if (one.embed !== null) embeds.push(one);
    else if (one.association.kind === "belongsTo") parents.push(one);
    else children.push(one);
  }
  return { parents, children, embeds };
}

/** Whether something is written before the row, or after it. */
export function isRelated({ parents, children }: Draft): boolean {
  return parents.length + children.length > 0;
}

/** Puts the embedded structs as they are written among the changes. */
export function* writeEmbeds(writer: Writer, { embeds, changes }: Draft, action: "insert" | "update"): Steps<void> {
  for (const embed of embeds) changes[embed.name] = yield* embedStructs(writer, embed, action);
}
