import {
  type Connection,
  type Cursor,
  type MaybePromise,
  type Observer,
  type Pool,
  type RawResult,
  remaining,
  type RunOptions,
  type RunStatement,
  type Statement,
  throwIfAborted,
  Waiters,
} from "../core/adapter/index.ts";
import { ConnectionError, PoolTimeoutError, TransactionError } from "../core/base/index.ts";
import { isOutdated, wrapError } from "./errors.ts";
import { Lent } from "./lent.ts";
import { Names } from "./names.ts";
import { addressOf, type PostgresConfig } from "./options.ts";
import { Session } from "./session.ts";

/** Reads that may be on their way over one connection at once. */
const MAX_DEPTH = 32;
/** Rows after which what is read for them keeps a server busy for longer than a trip takes: it is sent over several connections. */
const MANY = 1000;
/** Milliseconds after which the statement in front counts as slow, so that no other is sent behind it. */
const SLOW = 10;

/**
 * Up to `size` connections. A write or a transaction has a connection for itself; reads share connections when all are busy,
 * since the server answers short ones faster in a row than one by one. Whoever finds none waits in line.
 */
export class PostgresPool implements Pool {
  readonly config: PostgresConfig;
  /** What the server was told by a name that is out of use need not be kept. */
  readonly names = new Names(() => {
    for (const session of this.#sessions) session.unprepareAll();
  });
  readonly #sessions = new Set<Session>();
  readonly #idle: Session[] = [];
  /** Callers who wait, each with whether it may share a connection, since it only reads. */
  readonly #waiting = new Waiters<boolean, Session>();
  /** Ends the cursors that are open, each of which has a connection. */
  readonly #cursors = new Set<() => void>();
  #connecting = 0;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #closing: (() => void) | null = null;
  #closed: Promise<void> | null = null;
  #lastFailure: unknown;

  constructor(config: PostgresConfig) {
    this.config = config;
  }

  async run(statement: Statement, params: readonly unknown[], options?: RunOptions): Promise<RawResult> {
    const shareable = this.config.pipeline && statement.readOnly && statement.prepare;
    return await this.#again(statement, () => this.#attempt(statement, params, options, shareable));
  }

  async #again(statement: Statement, attempt: () => Promise<RawResult>): Promise<RawResult> {
    try {
      return await attempt();
    } catch (error) {
      if (!statement.prepare || !isOutdated(error)) throw error;
      // Nothing ran: the table changed since the server prepared the statement, or something discarded it.
      return await attempt();
    }
  }

  /** Over one connection, on which those that do not wait for each other are sent at once: that saves trips, and wakes one process of the server instead of many. */
  async together<T>(steps: (run: RunStatement) => MaybePromise<T>, options?: RunOptions): Promise<T> {
    if (!this.config.pipeline) return await steps((statement, params, own) => this.run(statement, params, own));
    const got = this.#acquire(true, options);
    const session = got instanceof Promise ? await got : got;
    let held = true;
    const leave = () => {
      if (held) this.#release(session);
      held = false;
    };
    try {
      return await steps(async (statement, params, own) => {
        if (!held) return await this.run(statement, params, own);
        this.#take(session, true);
        try {
          const answer = await this.#again(statement, () => this.#runOn(session, statement, params, own));
          if (answer.count > MANY) leave();
          return answer;
        } finally {
          this.#release(session);
        }
      });
    } finally {
      leave();
    }
  }

  async checkout(options?: RunOptions): Promise<Connection> {
    const session = await this.#acquire(false, options);
    return new Lent(session, this.config, this.names, (broken) => {
      if (broken) session.destroy();
      this.#release(session);
    });
  }

  /** In a transaction of its own, which lasts until the cursor is closed; whoever leaves it open loses it when the pool closes. */
  async cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer: Observer | null = null): Promise<Cursor> {
    const connection = await this.checkout(options);
    connection.observer = observer;
    let reading = false;
    let lost = false;
    /** A cursor has only read, so that nothing depends on how its transaction ends. */
    const end = async () => {
      this.#cursors.delete(lose);
      try {
        await connection.rollback();
        connection.release();
      } catch (error) {
        connection.release(error);
      }
    };
    const lose = () => {
      lost = true;
      // A cursor that is being read ends when its rows are there.
      if (!reading) void end();
    };
    try {
      await connection.begin();
      const cursor = await connection.cursor(statement, params, options, observer);
      this.#cursors.add(lose);
      if (this.#closed !== null) lose();
      return {
        read: async (count) => {
          if (lost) throw new ConnectionError("the repo was closed while the stream was open: not all of its rows were read");
          reading = true;
          try {
            return await cursor.read(count);
          } finally {
            reading = false;
            if (lost) await end();
          }
        },
        close: async () => {
          if (!lost && this.#cursors.has(lose)) await end();
        },
      };
    } catch (error) {
      await end();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #attempt(
    statement: Statement,
    params: readonly unknown[],
    options: RunOptions | undefined,
    shareable: boolean,
  ): Promise<RawResult> {
    const start = options?.timeout === undefined ? 0 : performance.now();
    const got = this.#acquire(shareable, options);
    const session = got instanceof Promise ? await got : got;
    const rest = got instanceof Promise ? remaining(options, start) : options;
    try {
      return await this.#runOn(session, statement, params, rest);
    } finally {
      this.#release(session);
    }
  }

  async #runOn(session: Session, statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<RawResult> {
    if (statement.prepare) {
      const name = this.names.of(statement);
      return await session.run(statement, params, name, options).catch((error: unknown) => {
        if (isOutdated(error)) this.names.outdated(statement, name);
        throw error;
      });
    }
    const answer = await session.run(statement, params, undefined, options);
    if (session.inTransaction) throw new TransactionError(BEGUN);
    return answer;
  }

  // Handing out

  #acquire(shareable: boolean, options: RunOptions | undefined): MaybePromise<Session> {
    throwIfAborted(options?.signal);
    if (this.#closed !== null) throw new ConnectionError("the repo was closed and cannot be used any more");
    const session = this.#waiting.length === 0 ? this.#pick(shareable) : null;
    if (session !== null) return this.#take(session, shareable);
    const waiting = this.#waiting.wait(shareable, options, this.config.pool.timeout, (waited) => this.#late(waited));
    this.#grow();
    return waiting;
  }

  #pick(shareable: boolean): Session | null {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (session.retired || session.closed) continue;
      if (!session.expired) return session;
      void session.end();
    }
    if (!shareable || this.#sessions.size + this.#connecting < this.config.pool.size) return null;
    return this.#leastBusy();
  }

  #leastBusy(): Session | null {
    const now = performance.now();
    let best: Session | null = null;
    for (const session of this.#sessions) {
      if (session.exclusive || session.retired || session.users >= MAX_DEPTH || now - session.since > SLOW || session.expired) continue;
      if (best === null || session.users < best.users) best = session;
    }
    return best;
  }

  #take(session: Session, shareable: boolean): Session {
    session.exclusive = !shareable;
    session.used = true;
    if (session.users++ === 0) {
      session.since = performance.now();
      session.setBusy(true);
    }
    return session;
  }

  /** Serves those who wait, in their order. */
  #dispatch(): void {
    for (let next = this.#waiting.first; next !== null; next = this.#waiting.first) {
      const session = this.#pick(next.want);
      if (session === null) break;
      this.#waiting.serve(this.#take(session, next.want));
    }
    this.#grow();
    this.#finish();
  }

  #release(session: Session): void {
    if (--session.users === 0) this.#shelve(session);
    else this.#dispatch();
  }

  #shelve(session: Session): void {
    // In a transaction, or with the settings of somebody else, it is of no use to others.
    if (session.exclusive && (session.inTransaction || session.changed)) session.destroy();
    session.exclusive = false;
    if (session.closed) this.#sessions.delete(session);
    else if (session.retired || session.expired) void session.end();
    else {
      session.since = performance.now();
      session.setBusy(false);
      this.#idle.push(session);
    }
    this.#dispatch();
  }

  // Connecting

  #grow(): void {
    const room = this.config.pool.size - this.#sessions.size - this.#connecting;
    for (let more = Math.min(room, this.#waiting.length - this.#connecting); more > 0; more--) void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#connecting++;
    try {
      const session = await Session.open(
        this.config,
        this.config.database,
        (closed) => this.#forget(closed),
        () => this.names.forgetAll(),
      );
      this.#connecting--;
      this.#sessions.add(session);
      this.#sweep();
      this.#shelve(session);
    } catch (error) {
      this.#connecting--;
      this.#refuse(error);
    }
  }

  /** Without any connection there is nothing to wait for. */
  #refuse(error: unknown): void {
    this.#lastFailure = error;
    if (this.#sessions.size === 0 && this.#connecting === 0) {
      this.#waiting.failAll(wrapError(error, "", this.config));
    }
    this.#finish();
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    const at = this.#idle.indexOf(session);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#dispatch();
  }

  // Closing

  /** Closes connections that nobody used for a while. */
  #sweep(): void {
    const { idleTimeout } = this.config.pool;
    if (idleTimeout === 0 || this.#sweeper !== undefined) return;
    this.#sweeper = setInterval(
      () => {
        const now = performance.now();
        for (const session of this.#idle.filter(({ since, expired }) => since < now - idleTimeout || expired)) {
          this.#idle.splice(this.#idle.indexOf(session), 1);
          void session.end();
        }
      },
      Math.max(10, idleTimeout / 2),
    );
    this.#sweeper.unref();
  }

  async #shutDown(): Promise<void> {
    clearInterval(this.#sweeper);
    for (const lose of this.#cursors) lose();
    const drained = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    this.#finish();
    await drained;
    await this.config.driver.close?.();
  }

  /** While closing: sends idle connections away, and ends when none is left. */
  #finish(): void {
    if (this.#closing === null || this.#waiting.length > 0) return;
    for (const session of this.#idle.splice(0)) void session.end();
    if (this.#sessions.size === 0 && this.#connecting === 0) this.#closing();
  }

  #late(waited: number): Error {
    const { pool } = this.config;
    const streams = this.#cursors.size;
    const held = streams === 0 ? "" : `, ${streams} of them by streams that were not read to their end`;
    return new PoolTimeoutError(
      `no connection to PostgreSQL at ${addressOf(this.config)} became free in ${Math.round(waited)} ms: all ${pool.size} are in use${held}. Use the repo inside a transaction instead of waiting there for another, or raise pool.size`,
      { cause: this.#lastFailure },
    );
  }
}

const BEGUN =
  "SQL began a transaction on a connection that others use next, so it was rolled back: use repo.transaction(), or repo.checkout() for a connection of your own.";
