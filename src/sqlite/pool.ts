import {
  chain,
  type Connection,
  type Cursor,
  lastly,
  type MaybePromise,
  type Observer,
  type Pool,
  type RawResult,
  remaining,
  rescue,
  type RunOptions,
  type RunStatement,
  type Statement,
  throwIfAborted,
} from "../core/adapter/index.ts";
import { ConnectionError, PoolTimeoutError, TransactionError } from "../core/base/index.ts";
import { isBusy, lockedError, wrapError } from "./errors.ts";
import { loadDriver } from "./drivers/load.ts";
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
  #writer: MaybePromise<Session> | null = null;
  #reader: MaybePromise<Session> | null = null;
  #closed = false;
  /** Ends the cursors that are open on connections of their own. */
  readonly #cursors = new Set<() => MaybePromise<void>>();

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

  /** In one read transaction, which nobody else gets into; beside one that writes on the connection for reads. It is never made one that writes. */
  together<T>(steps: (run: RunStatement) => MaybePromise<T>, options?: RunOptions): MaybePromise<T> {
    throwIfAborted(options?.signal);
    if (!this.#turns.free && this.#readsBeside)
      return chain(
        this.patiently(() => this.#openReader(), options),
        (reader) => reader.inTurn(() => this.snapshot(reader, steps)),
      );
    return chain(this.#enter(options), () =>
      lastly(
        () =>
          chain(
            this.patiently(() => this.#open(), options),
            (session) => this.snapshot(session, steps),
          ),
        () => this.#turns.leave(),
      ),
    );
  }

  /** The first read takes the lock, for which it may have to wait; those after it have it. */
  snapshot<T>(session: Session, steps: (run: RunStatement) => MaybePromise<T>): MaybePromise<T> {
    let last: Promise<unknown> | null = null;
    const run: RunStatement = (statement, params, options) => {
      const read = () => this.patiently(() => session.run(statement, params), options);
      // A driver that takes its time gets one at a time.
      const answer = last === null ? read() : last.then(read, read);
      if (answer instanceof Promise) last = answer;
      return answer;
    };
    return session.snapshot(() => steps(run));
  }

  checkout(options?: RunOptions): MaybePromise<Connection> {
    const turn = this.#enter(options);
    return turn === undefined ? this.#lend(options) : turn.then(() => this.#lend(options));
  }

  /** On a connection of its own, so that others can write meanwhile; where there can be none, all rows are read at once. */
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer: Observer | null = null): MaybePromise<Cursor> {
    throwIfAborted(options?.signal);
    if (this.#closed) this.#open();
    const open = () => this.#cursor(statement, params, options);
    return observer === null ? open() : observer(statement, params, open);
  }

  #cursor(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<Cursor> {
    if (!this.#readsBeside || !statement.readOnly) return this.#whole(statement, params, options);
    return this.patiently(
      () =>
        chain(this.#connect(true), (session) =>
          rescue(
            () => chain(session.cursor(statement, params), (cursor) => this.#tracked(session, cursor)),
            (error) =>
              chain(session.close(), () => {
                throw error;
              }),
          ),
        ),
      options,
    );
  }

  /** Whoever leaves a cursor open loses it when the pool closes. */
  #tracked(session: Session, cursor: Cursor): Cursor {
    const end = () => {
      if (!this.#cursors.delete(end)) return;
      return lastly(
        () => session.inTurn(() => cursor.close()),
        () => session.close(),
      );
    };
    this.#cursors.add(end);
    return {
      read: (count) => {
        if (!this.#cursors.has(end))
          throw new ConnectionError("the repo was closed while the stream was open: not all of its rows were read");
        return session.inTurn(() => cursor.read(count));
      },
      close: end,
    };
  }

  async #whole(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<Cursor> {
    return rowCursor((await this.run(statement, params, options)).rows[Symbol.iterator]() as Iterator<unknown[]>);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    for (const end of [...this.#cursors]) await end();
    await this.#turns.enter(undefined, this.config.poolTimeout, (waited) => this.#late(waited));
    this.#closed = true;
    for (const end of [...this.#cursors]) await end();
    const reader = await this.#reader;
    await reader?.inTurn(() => reader.close());
    await (await this.#writer)?.close();
    this.#turns.leave();
  }

  /** Runs it now, and again in a while as long as another process holds the file's lock: SQLite's own wait would stop this process. */
  patiently<T>(attempt: () => MaybePromise<T>, options: RunOptions | undefined): MaybePromise<T> {
    return rescue(attempt, (error) => {
      if (!isBusy(error)) throw error;
      return this.#keepTrying(attempt, options, error);
    });
  }

  async #keepTrying<T>(attempt: () => MaybePromise<T>, options: RunOptions | undefined, first: unknown): Promise<T> {
    const start = performance.now();
    const patience = Math.min(this.config.busyTimeout, options?.timeout ?? Number.POSITIVE_INFINITY);
    for (let error = first, pause = 1; ; pause = Math.min(pause * 2, 32)) {
      const waited = performance.now() - start;
      if (waited >= patience) throw lockedError(this.config.database, Math.round(waited), error);
      // Processes that wait for the same lock must not knock in step.
      await sleep(pause * (0.5 + Math.random()));
      throwIfAborted(options?.signal);
      try {
        return await attempt();
      } catch (again) {
        if (!isBusy(again)) throw again;
        error = again;
      }
    }
  }

  #runAlone(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<RawResult> {
    let answer: MaybePromise<RawResult>;
    try {
      answer = this.#write(statement, params);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#runInTurn(statement, params, options);
    }
    return answer instanceof Promise ? this.#runOn(answer, statement, params, options) : answer;
  }

  /** Nobody else gets in while a driver takes its time. */
  async #runOn(
    answer: Promise<RawResult>,
    statement: Statement,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): Promise<RawResult> {
    const start = performance.now();
    // The door is open, so that this enters at once.
    void this.#enter(undefined);
    try {
      return await answer;
    } catch (error) {
      if (!isBusy(error)) throw error;
      return await this.#keepTrying(() => this.#write(statement, params), remaining(options, start), error);
    } finally {
      this.#turns.leave();
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

  #write(statement: Statement, params: readonly unknown[]): MaybePromise<RawResult> {
    const session = this.#open();
    return session instanceof Promise
      ? session.then((opened) => this.#writeOn(opened, statement, params))
      : this.#writeOn(session, statement, params);
  }

  #writeOn(session: Session, statement: Statement, params: readonly unknown[]): MaybePromise<RawResult> {
    if (statement.readOnly) return session.run(statement, params);
    let answer: MaybePromise<RawResult>;
    try {
      answer = session.run(statement, params);
    } catch (error) {
      if (!session.inTransaction) throw error;
      return refuseBegun(session);
    }
    if (answer instanceof Promise) {
      const check = () => (session.inTransaction ? refuseBegun(session) : undefined);
      return answer.then(
        (result) => chain(check(), () => result),
        (error) =>
          chain(check(), () => {
            throw error;
          }),
      );
    }
    return session.inTransaction ? refuseBegun(session) : answer;
  }

  #read(statement: Statement, params: readonly unknown[]): MaybePromise<RawResult> {
    return chain(this.#openReader(), (reader) => reader.inTurn(() => reader.run(statement, params)));
  }

  #openReader(): MaybePromise<Session> {
    if (this.#closed) this.#open();
    this.#reader ??= this.#kept(this.#connect(true), (reader) => {
      this.#reader = reader;
    });
    return this.#reader;
  }

  #open(): MaybePromise<Session> {
    if (this.#closed) throw new ConnectionError(`the database "${this.config.database}" was closed: a repo cannot be used after close()`);
    this.#writer ??= this.#kept(this.#connect(false), (writer) => {
      this.#writer = writer;
    });
    return this.#writer;
  }

  /** One that takes time to open is kept as soon as it is there; one that fails is tried again by the next caller. */
  #kept(session: MaybePromise<Session>, keep: (session: Session | null) => void): MaybePromise<Session> {
    if (session instanceof Promise) {
      session.then(keep, () => keep(null));
    }
    return session;
  }

  #connect(readOnly: boolean): MaybePromise<Session> {
    return rescue(
      () => Session.open(loadDriver(this.config.driver), this.config, readOnly),
      (error) => {
        if (isBusy(error)) throw error;
        throw wrapError(error, "", this.config.database);
      },
    );
  }

  #enter(options: RunOptions | undefined): MaybePromise<void> {
    return this.#turns.enter(options, this.config.poolTimeout, (waited) => this.#late(waited));
  }

  #lend(options: RunOptions | undefined): MaybePromise<Connection> {
    const leave = () => this.#turns.leave();
    return rescue(
      () => this.patiently(() => chain(this.#open(), (session) => new Lent(this, session, leave) as Connection), options),
      (error) => {
        leave();
        throw error;
      },
    );
  }

  #late(waited: number): Error {
    return new PoolTimeoutError(
      `the connection to "${this.config.database}" did not become free in ${Math.round(waited)} ms: a transaction held it. Inside a transaction use the repo that it is of, not another way to the same file; for slow ones raise sqlite({ poolTimeout: ${this.config.poolTimeout} })`,
    );
  }
}

/** That others would get into the transaction says more than why a statement failed. */
function refuseBegun(session: Session): MaybePromise<never> {
  return chain(session.command("ROLLBACK"), () => {
    throw new TransactionError(
      "SQL began a transaction on the connection that everybody uses, so it was rolled back: use repo.transaction(), or repo.checkout() for a connection of your own",
    );
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
