import type { ChangesetState } from "../../changeset/index.ts";
import { type MaybePromise, run, type Steps, wait } from "../../adapter/index.ts";
import { err, type Result } from "../../base/index.ts";
import type { WriteReturning } from "./returning.ts";
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

/** How nested changesets are written; given to those who walk relations, since it leads back to them. */
type WriteRow = (writer: Writer, changeset: ChangesetState, options: WriteOptions) => Steps<WriteResult>;
export interface RowWrites {
  readonly insert: WriteRow;
  readonly update: WriteRow;
  readonly delete: WriteRow;
  /**
   * Inserts of one schema that have no functions and no options of their own: rows of one table go together, those nested in them too.
   * @returns what became of each, up to the first that was refused; undefined for those that nothing is known of
   */
  insertMany(
    writer: Writer,
    changesets: readonly ChangesetState[],
    options: WriteOptions,
    returning?: WriteReturning,
  ): Steps<readonly (WriteResult | undefined)[]>;
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

/** Carries a refused write up to the transaction or savepoint that takes it back. */
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
export function* atomically(engine: Engine, write: () => Steps<WriteResult>, options: WriteOptions): Steps<WriteResult> {
  function* whole(): Steps<WriteResult> {
    const result = yield* write();
    if (!result.ok) throw new Refused(result.error);
    return result;
  }
  try {
    const answer = allOrNothing(engine, () => run(whole()), options);
    return answer instanceof Promise ? yield* wait(answer) : answer;
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
