// Inserts changesets of one schema with all that is nested in them.
import type { Steps } from "../../adapter/index.ts";
import type { WriteOptions } from "../engine/index.ts";
import {
  buildInsert,
  insertRows,
  type PendingInsert,
  type RowWrites,
  type Writer,
  type WriteResult,
  type WriteReturning,
} from "../row/index.ts";
import { type Draft, writeEmbeds } from "./draft.ts";
import { writeChildren, writeParents } from "./relations.ts";

/**
 * Inserts drafts of one schema, each step for all of them: their parents, their rows, their children.
 * @param writes how entries of their relations are written
 * @returns what became of each, up to the first that was refused; undefined for those that nothing is known of
 */
export function* insertDrafts(
  writer: Writer,
  writes: RowWrites,
  drafts: readonly Draft[],
  options: WriteOptions,
  returning: WriteReturning = options.returning,
): Steps<readonly (WriteResult | undefined)[]> {
  const parents = writeParents(writer, writes, drafts, options);
  const withoutParent = parents && (yield* parents);
  if (withoutParent !== null) return withoutParent;
  for (const draft of drafts) if (draft.embeds.length > 0) yield* writeEmbeds(writer, draft, "insert");
  const rows: PendingInsert[] = [];
  for (const { writes: info, user, struct, changes } of drafts)
    rows.push(buildInsert(writer.engine, info, user, struct, changes, options, returning, rows.at(-1)));
  const written = yield* insertRows(writer.engine, rows, options);
  if (written.at(-1)?.ok === false) return written;
  const children = writeChildren(writer, writes, drafts, options);
  const withoutChild = children && (yield* children);
  return withoutChild === null ? written : written.map((result, at) => withoutChild[at] ?? result);
}
