import { ArgumentError, NoPrimaryKeyValueError } from "../../base/index.ts";
import type { Steps } from "../../adapter/index.ts";
import { type ChangesetState, dataOf, type EmbedChange, relationChangesets, surfaceInsert, withRepo } from "../../changeset/index.ts";
import { cloneStruct, type EmbedInfo, type SchemaInfo } from "../../schema/index.ts";
import { generate, insertGenerators, updateGenerators, type Generator } from "./autogenerate.ts";
import { runPrepareChanges } from "./changeset.ts";
import type { Writer } from "./writer.ts";

/** The embedded structs as they are written: generated values filled in, those that are deleted left out. */
export function* embedStructs(writer: Writer, { embed, entries }: EmbedChange, action: "insert" | "update"): Steps<unknown> {
  const structs: unknown[] = [];
  for (const entry of entries) {
    const struct = yield* embedStruct(writer, embed, entry, action);
    if (struct !== null) structs.push(struct);
  }
  return embed.cardinality === "many" ? structs : (structs[0] ?? null);
}

function* embedStruct(writer: Writer, embed: EmbedInfo, entry: ChangesetState, ownerAction: "insert" | "update"): Steps<object | null> {
  const { related } = embed;
  const action = entryAction(embed, entry, ownerAction);
  let cs = entry.prepare.length === 0 ? entry : yield* runPrepareChanges(withRepo(entry, writer.repo));
  if (!cs.valid)
    throw new ArgumentError(
      `the changeset of an embedded ${related.name} is invalid, but the one around it is valid. Put and cast embeds with putEmbed and castEmbed, which keep the two in step`,
    );
  if (cs.info !== related)
    throw new ArgumentError(
      `the embed "${embed.name}" takes changesets of ${related.name}, not of ${cs.info?.name ?? "data without a schema"}`,
    );
  if (action === "delete") return null;
  if (action === "update" && Object.keys(cs.changes).length === 0) return cs.data;
  if (action === "insert") cs = surfaceInsert(cs);
  const struct: Record<string, unknown> = cloneStruct(dataOf(cs));
  const changes: Record<string, unknown> = { ...cs.changes };
  for (const name of related.associations) delete changes[name];
  for (const below of relationChangesets(cs)) if (below.embed) changes[below.name] = yield* embedStructs(writer, below, action);
  for (const name of Object.keys(changes)) if (related.field(name)) struct[name] = changes[name];
  if (action === "insert") checkKey(related);
  else requireKey(related, struct);
  generate(generatorsOf(related)[action], related, changes, struct);
  return struct;
}

function entryAction(embed: EmbedInfo, { action }: ChangesetState, ownerAction: "insert" | "update"): "insert" | "update" | "delete" {
  if (action === "replace" && embed.onReplace === "delete") return "delete";
  if (action === "update" && ownerAction === "insert") return "insert";
  if (action === "insert" || action === "update" || action === "delete") return action;
  throw new ArgumentError(
    `an embedded ${embed.related.name} of "${embed.name}" has the action ${JSON.stringify(action)}, with which nothing can be written`,
  );
}

/** Whether embedded changesets bring functions that may talk to the database. */
function embedsPrepare(entries: readonly ChangesetState[]): boolean {
  return entries.some(
    (entry) => entry.prepare.length > 0 || relationChangesets(entry).some((below) => below.embed !== null && embedsPrepare(below.entries)),
  );
}

function checkKey(info: SchemaInfo): void {
  const key = info.primaryKey.find((name) => info.field(name)?.autogenerate === "database");
  if (key === undefined) return;
  throw new ArgumentError(
    `the embedded ${info.name} cannot have its "${key}" numbered by a database, which sees only JSON: declare it as field.uuid({ autogenerate: true })`,
  );
}

function requireKey(info: SchemaInfo, struct: Readonly<Record<string, unknown>>): void {
  for (const name of info.primaryKey) {
    if ((struct[name] ?? null) === null)
      throw new NoPrimaryKeyValueError(`an embedded ${info.name} to update has no value in its primary key "${name}"`);
  }
}

const known = new WeakMap<SchemaInfo, { insert: readonly Generator[]; update: readonly Generator[] }>();

function generatorsOf(info: SchemaInfo) {
  let found = known.get(info);
  if (!found) {
    found = { insert: insertGenerators(info), update: updateGenerators(info) };
    known.set(info, found);
  }
  return found;
}

/** Whether a write is more than one statement. */
export function isNested(cs: ChangesetState): boolean {
  if (cs.prepare.length > 0) return true;
  return relationChangesets(cs).some(({ association, entries }) => association !== null || embedsPrepare(entries));
}
