import { ArgumentError, kindOf, NoPrimaryKeyFieldError, NoPrimaryKeyValueError } from "../../base/index.ts";
import { type ChangesetState, dataOf, isChangeset, type SchemaChangeset, toChangeset } from "../../changeset/index.ts";
import { checkCall, type WriteOptions } from "../engine/index.ts";
import { tryStructInfo } from "../../schema/index.ts";
import type { RowAction, Writer } from "../row/index.ts";

/** What is written, a struct or a changeset, as a changeset. */
export function changesetOf(source: unknown, action: string): ChangesetState {
  if (isChangeset(source)) return source;
  if (tryStructInfo(source) !== null) return toChangeset(source);
  throw new ArgumentError(`${action} takes a struct or a changeset, not ${kindOf(source)}`);
}

/** What is written, where only a changeset says what changed. */
export function changesetOnly(source: unknown, action: string): ChangesetState {
  if (isChangeset(source)) return source;
  const hint =
    tryStructInfo(source) === null
      ? ""
      : `. Of a struct it cannot be told what changed: give it change(struct, { … }), or a changeset function's result`;
  throw new ArgumentError(`${action} takes a changeset, not ${kindOf(source)}${hint}`);
}

/** The options of the changeset under those of the call. */
export function allOptions({ engine }: Writer, cs: ChangesetState, action: RowAction, own: WriteOptions): WriteOptions {
  if (Object.keys(cs.repoOpts).length === 0) return own;
  // The same changeset may be for an insert or for an update: it may have the options of either.
  checkCall(engine.hooks, "insertOrUpdate", action, cs.repoOpts);
  return { ...cs.repoOpts, ...own };
}

/** What finds the row: the primary key as it was read, and the changeset's own filters. */
export function keyFilters(cs: SchemaChangeset, action: "update" | "delete"): Record<string, unknown> {
  const { info } = cs;
  if (info.primaryKey.length === 0)
    throw new NoPrimaryKeyFieldError(
      `cannot ${action} ${info.name}: it has no primary key by which its row could be found; use ${action}All with a query`,
    );
  const data = dataOf(cs);
  const filters: Record<string, unknown> = { ...cs.filters };
  for (const key of info.primaryKey) {
    const value = data[key] ?? null;
    if (value === null)
      throw new NoPrimaryKeyValueError(
        `cannot ${action} ${info.name}: its primary key "${key}" is null, so its row cannot be found. Was it inserted?`,
      );
    filters[key] = value;
  }
  return filters;
}
