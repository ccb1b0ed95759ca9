import {
  type Connection,
  type Cursor,
  type MaybePromise,
  type Pool,
  type RawResult,
  remaining,
  type RunOptions,
  type Statement,
  throwIfAborted,
} from "../core/adapter/index.ts";
import { ConnectionError, PoolTimeoutError, TransactionError } from "../core/base/index.ts";
import { isBusy, lockedError, wrapError } from "./errors.ts";
import { loadDriver } from "./driver.ts";
import { Lent } from "./lent.ts";
import type { SqliteConfig } from "./options.ts";
import { rowCursor, Session } from "./session.ts";
import { Turns } from "./turns.ts";

/**
 * SQLite runs inside the process and has one writer: so there is one connection for everything, which transactions take for
 * themselves, and one for reads beside a transaction. Whatever need not wait is answered at once.
 */
export class SqlitePool implements Pool {
  readonly config: SqliteConfig;
  readonly #turns = new Turns();
  readonly #readsBeside: boolean;
  #writer: Session | null = null;
  #reader: Session | null = null;
  #closed = false;
  /** Ends the cursors that are open on connections of their own. */
  readonly #cursors = new Set<() => void>();

  constructor(config: SqliteConfig) {
    this.config = config;
    this.#readsBeside = !config.memory && config.journalMode === "wal" && config.poolSize > 1;
  }

  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult> {
    throwIfAborted(options?.signal);
    if (this.#turns.free) return this.#runAlone(statement, params, options);
    if (statement.readOnly && this.#readsBeside) return this.patiently(() => this.#read(statement, params), options);
    return this.#runInTurn(statement, params, options);
  }

  checkout(options?: RunOptions): MaybePromise<Connection> {
    const turn = this.#enter(options);
    return turn === undefined ? this.#lend(options) : turn.then(() => this.#lend(options));
  }

  /** On a connection of its own, so that others can write meanwhile; where there can be none, all rows are read at once. */
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<Cursor> {
    throwIfAborted(options?.signal);
    if (this.#closed) this.#open();
    if (!this.#readsBeside || !statement.readOnly) return this.#whole(statement, params, options);
    return this.patiently(() => {
      const session = this.#connect(true);
      try {
        return this.#tracked(session, session.cursor(statement, params));
      } catch (error) {
        session.close();
        throw error;
      }
    }, options);
  }

  /** Whoever leaves a cursor open loses it when the pool closes. */
  #tracked(session: Session, cursor: Cursor): Cursor {
    const end = () => {
      if (!this.#cursors.delete(end)) return;
      try {
        cursor.close();
      } finally {
        session.close();
      }
    };
    this.#cursors.add(end);
    return {
      read: (count) => {
        if (!this.#cursors.has(end))
          throw new ConnectionError("The repo was closed while the stream was open: not all of its rows were read.");
        return cursor.read(count);
      },
      close: end,
    };
  }

  async #whole(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<Cursor> {
    return rowCursor((await this.run(statement, params, options)).rows[Symbol.iterator]() as Iterator<unknown[]>);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    for (const end of [...this.#cursors]) end();
    await this.#turns.enter(undefined, this.config.poolTimeout, (waited) => this.#late(waited));
    this.#closed = true;
    for (const end of [...this.#cursors]) end();
    this.#reader?.close();
    this.#writer?.close();
    this.#turns.leave();
  }

  /** Runs it now, and again in a while as long as another process holds the file's lock: SQLite's own wait would stop this process. */
  patiently<T>(attempt: () => T, options: RunOptions | undefined): MaybePromise<T> {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#keepTrying(attempt, options, error);
    }
  }

  async #keepTrying<T>(attempt: () => T, options: RunOptions | undefined, first: unknown): Promise<T> {
    const start = performance.now();
    const patience = Math.min(this.config.busyTimeout, options?.timeout ?? Number.POSITIVE_INFINITY);
    for (let error = first, pause = 1; ; pause = Math.min(pause * 2, 32)) {
      const waited = performance.now() - start;
      if (waited >= patience) throw lockedError(this.config.database, Math.round(waited), error);
      // Processes that wait for the same lock must not knock in step.
      await sleep(pause * (0.5 + Math.random()));
      throwIfAborted(options?.signal);
      try {
        return attempt();
      } catch (again) {
        if (!isBusy(again)) throw again;
        error = again;
      }
    }
  }

  #runAlone(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<RawResult> {
    try {
      return this.#write(statement, params);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#runInTurn(statement, params, options);
    }
  }

  async #runInTurn(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<RawResult> {
    const start = performance.now();
    await this.#enter(options);
    try {
      return await this.patiently(() => this.#write(statement, params), remaining(options, start));
    } finally {
      this.#turns.leave();
    }
  }

  #write(statement: Statement, params: readonly unknown[]): RawResult {
    const session = this.#open();
    try {
      return session.run(statement, params);
    } finally {
      if (!statement.readOnly && session.inTransaction) {
        session.command("ROLLBACK");
        // biome-ignore lint/correctness/noUnsafeFinally: that others would get into the transaction says more than why it failed
        throw new TransactionError(
          "SQL began a transaction on the connection that everybody uses, so it was rolled back: use repo.transaction(), or repo.checkout() for a connection of your own.",
        );
      }
    }
  }

  #read(statement: Statement, params: readonly unknown[]): RawResult {
    if (this.#closed) this.#open();
    this.#reader ??= this.#connect(true);
    return this.#reader.run(statement, params);
  }

  #open(): Session {
    if (this.#closed) throw new ConnectionError(`The database "${this.config.database}" was closed: a repo cannot be used after close().`);
    this.#writer ??= this.#connect(false);
    return this.#writer;
  }

  #connect(readOnly: boolean): Session {
    try {
      return new Session(loadDriver(this.config.driver), this.config, readOnly);
    } catch (error) {
      if (isBusy(error)) throw error;
      throw wrapError(error, "", this.config.database);
    }
  }

  #enter(options: RunOptions | undefined): MaybePromise<void> {
    return this.#turns.enter(options, this.config.poolTimeout, (waited) => this.#late(waited));
  }

  #lend(options: RunOptions | undefined): MaybePromise<Connection> {
    const leave = () => this.#turns.leave();
    try {
      const connection = this.patiently(() => new Lent(this, this.#open(), leave), options);
      return connection instanceof Promise ? connection.catch((error) => refuse(error, leave)) : connection;
    } catch (error) {
      return refuse(error, leave);
    }
  }

  #late(waited: number): Error {
    return new PoolTimeoutError(
      `The connection to "${this.config.database}" did not become free in ${Math.round(waited)} ms: a transaction held it. Inside a transaction use the repo that it is of, not another way to the same file; for slow ones raise sqlite({ poolTimeout: ${this.config.poolTimeout} }).`,
    );
  }
}

function refuse(error: unknown, leave: () => void): never {
  leave();
  throw error;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
