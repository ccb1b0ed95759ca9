import type { ChangesetState } from "../../changeset/index.ts";
import type { MaybePromise } from "../../adapter/index.ts";
import { err, type Result } from "../../base/index.ts";
import { type Engine, savepoint, type SharedOptions, transaction, type WriteOptions } from "../engine/index.ts";

/** Where writes happen: the engine, and the repo that functions of changesets are told of. */
export interface Writer {
  readonly engine: Engine;
  /** The repo as changesets see it, in `changeset.repo`. */
  readonly repo: unknown;
}

/** The struct as it is after a write, or the changeset that says why there is none. */
export type WriteResult<S = Record<string, unknown>> = Result<S, ChangesetState>;

export interface BulkResult<T = unknown> {
  readonly count: number;
  /** Set where something is returned or selected. */
  readonly rows: T[] | null;
}

/** How the row of a nested changeset is written; given to those who walk relations, since it leads back to them. */
export type RowWrite = (writer: Writer, changeset: ChangesetState, options: WriteOptions) => Promise<WriteResult>;
export interface RowWrites {
  readonly insert: RowWrite;
  readonly update: RowWrite;
  readonly delete: RowWrite;
}

/** What of the options goes on to nested writes. */
export function nestedOptions(options: WriteOptions): WriteOptions {
  const { timeout, signal, log, prefix, allowStale } = options;
  return {
    ...(timeout !== undefined && { timeout }),
    ...(signal !== undefined && { signal }),
    ...(log !== undefined && { log }),
    ...(prefix !== undefined && { prefix }),
    ...(allowStale !== undefined && { allowStale }),
  };
}

/** Carries a failed write up to what takes it back. */
class Refused extends Error {
  readonly changeset: ChangesetState;
  constructor(changeset: ChangesetState) {
    super("the write was refused");
    this.changeset = changeset;
  }
}

/**
 * Runs a write of several statements, all of them or none: in a transaction of its own, or behind a savepoint of the open one.
 * So a refused write leaves nothing of itself, and the open transaction goes on, whatever the database does after a failed statement.
 */
export async function atomically<S>(engine: Engine, write: () => Promise<WriteResult<S>>, options: WriteOptions): Promise<WriteResult<S>> {
  const whole = async () => {
    const result = await write();
    if (!result.ok) throw new Refused(result.error);
    return result;
  };
  try {
    return await allOrNothing(engine, whole, options);
  } catch (error) {
    if (error instanceof Refused) return err(error.changeset);
    throw error;
  }
}

/** Whether a single statement shall stand behind a savepoint: outside of a transaction it stands for itself anyway. */
export function wantsSavepoint(engine: Engine, { savepoint }: Pick<WriteOptions, "savepoint">): boolean {
  return savepoint === true && (engine.held()?.depth ?? 0) > 0;
}

/** Runs statements, all of them or none, within the time that the options give, inside the open transaction or outside of one. */
export function allOrNothing<T>(
  engine: Engine,
  statements: () => MaybePromise<T>,
  { timeout, signal, log }: SharedOptions,
): MaybePromise<T> {
  const held = engine.held();
  const own = { ...(timeout !== undefined && { timeout }), ...(signal !== undefined && { signal }), ...(log !== undefined && { log }) };
  return held && held.depth > 0 ? savepoint(engine, held, statements, own) : transaction(engine, statements, own);
}
