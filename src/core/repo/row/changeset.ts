import { type Steps, wait } from "../../adapter/index.ts";
import { ArgumentError } from "../../base/index.ts";
import {
  type ChangesetState,
  dataOf,
  isChangeset,
  type SchemaChangeset,
  setChanges,
  surfaceInsert,
  forRepo,
} from "../../changeset/index.ts";
import type { FieldInfo } from "../../schema/index.ts";
import type { WriteInfo } from "./write-info.ts";
import { writableViolation } from "./write-errors.ts";
import type { Writer } from "./writer.ts";
import type { WriteOptions } from "../engine/index.ts";

/** What is done to the row of a changeset. */
export type RowAction = "insert" | "update" | "delete";

/** The changeset with its action and its repo. @throws ArgumentError where it is meant for something else, or has no table */
export function beginWrite(cs: ChangesetState, action: RowAction, writer: Writer, options: WriteOptions): SchemaChangeset {
  if (!hasTable(cs)) {
    throw new ArgumentError(
      `cannot ${action} ${cs.info === null ? "data without a schema" : `${cs.info.name}, which is an embedded schema`}: it has no table`,
    );
  }
  if (cs.action === "ignore" && cs.valid)
    throw new ArgumentError(
      `a valid changeset of ${cs.info.name} with the action "ignore" was given to ${action}: only invalid ones can be ignored`,
    );
  if (cs.action !== null && cs.action !== action && cs.action !== "ignore")
    throw new ArgumentError(`a changeset of ${cs.info.name} with the action "${cs.action}" was given to ${action}`);
  return forRepo(cs, action, writer.repo, options);
}

/** The changeset without changes of fields that the action does not write. */
export function withoutLocked(cs: SchemaChangeset, locked: readonly FieldInfo[], action: "insert" | "update"): SchemaChangeset {
  const written = locked.filter((field) => Object.hasOwn(cs.changes, field.name));
  if (written.length === 0) return cs;
  const changes: Record<string, unknown> = { ...cs.changes };
  for (const field of written) {
    writableViolation(cs.info, field, action);
    delete changes[field.name];
  }
  return setChanges(cs, changes);
}

/** The changeset with everything that an insert writes. */
export function surfaced(cs: SchemaChangeset, writes: WriteInfo): SchemaChangeset {
  const after = surfaceInsert(cs);
  for (const field of writes.lockedOnInsert) {
    if (!Object.hasOwn(cs.changes, field.name) && (dataOf(cs)[field.name] ?? null) !== null)
      writableViolation(writes.info, field, "insert");
  }
  return withoutLocked(after, writes.lockedOnInsert, "insert");
}

/** The changeset after its prepare functions. @throws ArgumentError where one does not answer with a changeset of the same schema */
export function* runPrepareChanges<C extends ChangesetState>(cs: C): Steps<C> {
  let after = cs;
  for (const prepare of cs.prepare) {
    const given = prepare(after);
    const answer: unknown = yield* wait(isChangeset(given) ? given : Promise.resolve(given));
    if (!isChangeset(answer)) throw new ArgumentError("a function given to prepareChanges must return a changeset");
    if (!isLike(answer, cs))
      throw new ArgumentError(
        `a function given to prepareChanges of ${cs.info?.name} returned a changeset of ${answer.info?.name ?? "data without a schema"}`,
      );
    after = answer;
  }
  return after;
}

function isLike<C extends ChangesetState>(one: ChangesetState, other: C): one is C {
  return one.info === other.info;
}

function hasTable(cs: ChangesetState): cs is SchemaChangeset {
  return cs.info !== null && cs.info.source !== null;
}
