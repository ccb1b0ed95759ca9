import type { ChangesetState } from "../../changeset/index.ts";
import { err, type Result } from "../../base/index.ts";
import type { ColumnsOf, Expr, QueryLike, UpdateSpec } from "../../query/index.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";

/** Where writes happen: the engine, and the repo that functions of changesets are told of. */
export interface Writer {
  readonly engine: Engine;
  /** The repo as changesets see it, in `changeset.repo`. */
  readonly repo: unknown;
}

/** The struct as it is after a write, or the changeset that says why there is none. */
export type WriteResult<S = Record<string, unknown>> = Result<S, ChangesetState>;

/** The names of the columns of a row; of a row that may be any, any. */
export type Names<R> = unknown extends R ? string : keyof ColumnsOf<R> & string;
/** What is written in place of the row that is there already. */
export type Updates<R> = unknown extends R ? AnyUpdates : UpdateSpec<R>;
interface AnyUpdates {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly inc?: Readonly<Record<string, unknown>>;
  readonly push?: Readonly<Record<string, unknown>>;
  readonly pull?: Readonly<Record<string, unknown>>;
}
/** What an insert does about a row that is there already. Ecto's `:on_conflict`. */
export type OnConflict<R = any> =
  | "raise"
  | "nothing"
  | "replaceAll"
  | { readonly replaceAll: true; readonly replaceChanged?: boolean }
  | { readonly replaceAllExcept: readonly Names<R>[]; readonly replaceChanged?: boolean }
  | { readonly replace: readonly Names<R>[] }
  | Updates<R>
  | QueryLike;
/** The unique index or constraint that a conflict is about: fields, its name, or `sql.unsafe("(lower(title))")`. */
export type ConflictTargetOption<R = any> = Names<R> | readonly Names<R>[] | { readonly constraint: string } | Expr<unknown>;

export interface ConflictOptions<R = any> {
  readonly onConflict?: OnConflict<R>;
  readonly conflictTarget?: ConflictTargetOption<R>;
  /** `false`: replaceAll and replaceAllExcept write the columns of the conflict target too. */
  readonly replaceChanged?: boolean;
}

/** Options of insert, update, delete and insertOrUpdate; each takes those that concern it. `R` is the row that is written. */
export interface WriteOptions<R = any> extends SharedOptions, ConflictOptions<R> {
  /** Fields that are read back, or `true` for all. */
  readonly returning?: boolean | readonly Names<R>[];
  /** Updates what `updatedAt` and the like say even where nothing is changed. */
  readonly force?: boolean;
  /** The field that gets the error "is stale", instead of a StaleEntryError. */
  readonly staleErrorField?: Names<R>;
  readonly staleErrorMessage?: string;
  /** A row that is not there any more counts as written. */
  readonly allowStale?: boolean;
  /** `true`: in an open transaction, a write of one statement too stands behind a savepoint, so that after a failure PostgreSQL goes on as well. */
  readonly savepoint?: boolean;
}

/** Options of insertAll. `R` is the row that is written. */
export interface BulkOptions<R = any> extends SharedOptions, ConflictOptions<R> {
  /** Fields that are read back, `true` for all, or of insertAll what a select's callback says. */
  readonly returning?: boolean | readonly string[] | ((row: never) => unknown);
  /** Values that many rows share; a row names one by `placeholder("name")`. */
  readonly placeholders?: Readonly<Record<string, unknown>>;
  /** Whether it runs in a savepoint of its own, as for single writes. */
  readonly savepoint?: boolean;
}

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
export function allOrNothing<T>(engine: Engine, statements: () => Promise<T>, { timeout, signal, log }: SharedOptions): Promise<T> {
  const held = engine.held();
  const own = { ...(timeout !== undefined && { timeout }), ...(signal !== undefined && { signal }), ...(log !== undefined && { log }) };
  return held && held.depth > 0 ? engine.savepoint(held, statements, own) : engine.transaction(statements, own);
}
