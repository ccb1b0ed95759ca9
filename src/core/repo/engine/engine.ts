import { AsyncLocalStorage } from "node:async_hooks";
import { ConnectionError, EctypeError, TransactionError } from "../../base/index.ts";
import {
  type Adapter,
  type Connection,
  type Cursor,
  type MaybePromise,
  type Observer,
  type Pool,
  type RawResult,
  type RunOptions,
  type Statement,
  throwIfAborted,
  waitFor,
} from "../../adapter/index.ts";
import { afterTurn, checkEnd, connectionBroke, ended, type Held, newHeld, settled, stopping, wholeCursor } from "./held.ts";
import type { RepoHooks } from "./hooks.ts";
import type { LoggedOptions, SharedOptions, TransactionOptions } from "./options.ts";
import { type Limit, limitOf } from "./limit.ts";
import { logEvent, type LogOption } from "./log.ts";
import { PlanCache } from "./plans.ts";
import { Watch } from "./watch.ts";
import { WatchedConnection } from "./watched.ts";

const SAVEPOINT = "ectype";

/** The part of a repo that talks to the database: its pool, the connection of the current context, and the one place where statements run. */
export class Engine {
  readonly adapter: Adapter;
  readonly plans: PlanCache;
  readonly log: LogOption;
  readonly hooks: RepoHooks;
  readonly #context = new AsyncLocalStorage<Held | null>();
  /** Those of connections that are held. */
  readonly #watches = new WeakMap<Connection, Watch>();
  readonly #wrap = (error: unknown, statement: Pick<Statement, "sql" | "secret">): unknown =>
    error instanceof EctypeError ? error : this.adapter.wrapError(error, statement.sql, statement.secret !== undefined);
  #pool: Pool | null = null;
  #closed = false;

  constructor(adapter: Adapter, log: LogOption, hooks: RepoHooks = {}) {
    this.adapter = adapter;
    this.log = log;
    this.hooks = hooks;
    this.plans = new PlanCache(adapter);
  }

  /** The pool, opened at the first use. */
  pool(): Pool {
    if (this.#closed) throw new TransactionError("the repo is closed; make another with createRepo");
    this.#pool ??= this.adapter.open();
    return this.#pool;
  }

  async close(): Promise<void> {
    const held = this.#context.getStore();
    if (held && !held.closed)
      throw new TransactionError(
        "close() was called inside a transaction or a checkout of the repo, whose end it would wait for: call it outside",
      );
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = null;
    await pool?.close();
  }

  /** The connection of this async context, or null outside of transactions and checkouts. */
  held(): Held | null {
    const held = this.#context.getStore() ?? null;
    if (held?.closed) throw ended(held);
    return held;
  }

  /** Runs a statement, on the connection of this context where there is one. The only way to the database. */
  run(
    statement: Statement,
    params: readonly unknown[],
    options: SharedOptions | undefined,
    source: string | null,
  ): MaybePromise<RawResult> {
    const held = this.#usable(options);
    if (held?.busy) return afterTurn(held.busy, options, (rest) => this.run(statement, params, rest, source));
    if (held && statement.secret) held.secrets.touched = true;
    const target = held ? held.connection : this.pool();
    const log = options?.log ?? this.log;
    if (logEvent.active(log)) return this.#watched(held, statement, params, options, source, log);
    let answer: MaybePromise<RawResult>;
    try {
      answer = target.run(statement, params, options);
    } catch (error) {
      throw this.#wrap(error, statement);
    }
    return answer instanceof Promise
      ? answer.catch((error) => {
          throw this.#wrap(error, statement);
        })
      : answer;
  }

  /** Reads a statement's rows in parts: in the open transaction, else on a connection of its own. */
  async cursor(statement: Statement, params: readonly unknown[], options: SharedOptions, source: string | null): Promise<Cursor> {
    const held = this.#usable(options);
    if (held?.busy) return await afterTurn(held.busy, options, (rest) => this.cursor(statement, params, rest, source));
    // A checkout has but one connection, and on it others must be able to run: all rows are read at once.
    if (held && held.depth === 0) return wholeCursor((await this.run(statement, params, options, source)).rows);
    const target = held ? held.connection : this.pool();
    const log = options.log ?? this.log;
    const watch = logEvent.active(log) ? this.#watch(held) : null;
    const wrapped = async <T>(work: () => MaybePromise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw this.#wrap(error, statement);
      } finally {
        if (watch !== null) await watch.told;
      }
    };
    const cursor = await wrapped(() => target.cursor(statement, params, options, watch?.observer(log, source)));
    return {
      read: (count) => {
        throwIfAborted(options.signal);
        return wrapped(() => cursor.read(count));
      },
      close: () => wrapped(() => cursor.close()),
    };
  }

  #usable(options: SharedOptions | undefined): Held | null {
    const held = this.held();
    if (held?.poisoned)
      throw new TransactionError("the transaction is rolling back, since an inner one was rolled back: nothing more can run in it", {
        cause: held.poisoned.reason,
      });
    throwIfAborted(options?.signal);
    return held;
  }

  async #watched(
    held: Held | null,
    statement: Statement,
    params: readonly unknown[],
    options: SharedOptions | undefined,
    source: string | null,
    log: LogOption,
  ): Promise<RawResult> {
    const target = held ? held.connection : this.pool();
    const watch = this.#watch(held);
    const answer = watch.send(log, source, statement, params, () => target.run(statement, params, options));
    const { told } = watch;
    try {
      return await answer;
    } finally {
      await told;
    }
  }

  #watch(held: Pick<Held, "connection"> | null): Watch {
    if (held === null) return new Watch(this.#wrap);
    let watch = this.#watches.get(held.connection);
    if (!watch) {
      watch = new Watch(this.#wrap);
      this.#watches.set(held.connection, watch);
    }
    return watch;
  }

  /** Who sees the commands of a connection; null where nobody wants to. */
  #observer(connection: Connection, options: LoggedOptions | undefined, secrets?: Held["secrets"]): Observer | null {
    const log = options?.log ?? this.log;
    return logEvent.active(log) ? this.#watch({ connection }).observer(log, null, secrets) : null;
  }

  /**
   * Runs a function in a transaction: the current one where there is one, else a new one that is committed at the end.
   * A throw rolls back and goes on; inside an inner transaction it spoils the outer one, which cannot commit any more.
   */
  async transaction<T>(fn: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    const held = this.held();
    const limit = limitOf(options);
    try {
      if (held && held.depth > 0) return await this.#inner(held, fn, limit);
      if (held) return await this.#inCheckout(held, fn, options, limit);
      if (limit?.error) throw limit.error;
      this.#checkTransactions();
      const connection = await this.pool().checkout(limit === null ? undefined : options);
      let broken: unknown;
      try {
        return await this.#outer(connection, fn, options, limit);
      } catch (error) {
        broken = error;
        throw error;
      } finally {
        connection.release(connectionBroke(broken) ? broken : undefined);
      }
    } finally {
      limit?.dispose();
    }
  }

  /** @throws TransactionError where the driver cannot hold a transaction open */
  #checkTransactions(): void {
    if (!this.adapter.features.transactions)
      throw new TransactionError(
        "the driver cannot keep a transaction open from one call to the next: write what belongs together in one statement, such as insertAll or updateAll, or take another driver",
      );
  }

  /** Runs steps in the open transaction, which cannot end before them. */
  async within<T>(held: Held, steps: () => Promise<T>): Promise<T> {
    held.unfinished++;
    try {
      return await steps();
    } finally {
      held.unfinished--;
    }
  }

  /**
   * Runs statements in the open transaction that can be taken back without it: where one fails, all are, and the transaction goes on.
   * Whatever else comes meanwhile waits, so that it is not taken back with them; what is not awaited inside is taken back, as it is at the end of a transaction.
   */
  savepoint<T>(held: Held, statements: () => Promise<T>, options?: RunOptions & LoggedOptions): Promise<T> {
    const limit = limitOf(options);
    const steps = async (): Promise<T> => {
      if (limit?.error) throw limit.error;
      const { connection } = held;
      const outer = connection.observer;
      connection.observer = this.#observer(connection, options, held.secrets);
      const saved = Promise.resolve(connection.savepoint(SAVEPOINT));
      // Where statements are pipelined, they run in the order in which they are sent: no answer need be waited for.
      if (this.adapter.features.pipelining) saved.catch(() => {});
      else await saved;
      let result: T;
      // What the transaction comes to meanwhile is seen in here, too; only the waiting is not.
      const inside: Held = Object.assign(Object.create(held) as Held, { busy: null, unfinished: 0 });
      const run = () => this.#context.run(inside, statements);
      const stop = stopping(inside);
      try {
        result = await (limit === null ? run() : limit.within(run, stop.now));
        await saved;
        checkEnd(inside);
        inside.closed = true;
      } catch (error) {
        inside.closed = true;
        await stop.done();
        await settled(() => connection.rollbackTo(SAVEPOINT));
        await settled(() => connection.releaseSavepoint(SAVEPOINT));
        if (connection.observer !== null) await this.#watch(held).told;
        connection.observer = outer;
        throw error;
      }
      const released = settled(() => connection.releaseSavepoint(SAVEPOINT));
      if (!this.adapter.features.pipelining) await released;
      if (connection.observer !== null) await this.#watch(held).told;
      connection.observer = outer;
      return result;
    };
    return this.within(held, () => this.#alone(held, steps, options)).finally(() => limit?.dispose());
  }

  /** One connection for all that the function does; a transaction that SQL began in it has to end in it. */
  async checkout<T>(fn: () => Promise<T>): Promise<T> {
    if (this.held()) return await fn();
    const connection = await this.pool().checkout();
    const own = newHeld(connection, 0);
    connection.observer = this.#observer(connection, undefined);
    let broken: unknown;
    try {
      const result = await this.#context.run(own, fn);
      await this.#endCheckout(own);
      if (await connection.rollbackOpen())
        throw new TransactionError(
          "a transaction that SQL began was still open at the end of its checkout, so it was rolled back: end it with COMMIT, or use transaction() in its place",
        );
      return result;
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      await this.#endCheckout(own);
      connection.release(connectionBroke(broken) ? broken : undefined);
      if (connection.observer !== null) await this.#watch(own).told;
    }
  }

  async #endCheckout(own: Held): Promise<void> {
    own.closed = true;
    while (own.busy) await own.busy;
  }

  /** Makes repo calls inside the function use a connection that somebody else holds, in their transaction. */
  runOn<T>(connection: Connection, inTransaction: boolean, fn: () => T): T {
    const own = connection instanceof WatchedConnection ? connection.inner : connection;
    return this.#context.run(newHeld(own, inTransaction ? 1 : 0), fn);
  }

  /** The pool for those who run statements of their own, which the repo's log is told of: migrations. */
  watchedPool(): Pool {
    const pool = this.pool();
    if (!logEvent.active(this.log)) return pool;
    const watched = (connection: Connection) => new WatchedConnection(connection, this.#watch({ connection }), this.log);
    return {
      run: (statement, params, options) => this.run(statement, params, options, null),
      checkout: async (options) => watched(await pool.checkout(options)),
      cursor: (statement, params, options) => this.cursor(statement, params, options ?? {}, null),
      close: () => pool.close(),
    };
  }

  async #inner<T>(held: Held, fn: () => Promise<T>, limit: Limit | null): Promise<T> {
    if (held.poisoned)
      throw new TransactionError("the transaction is rolling back, since an inner one was rolled back: no other can begin in it", {
        cause: held.poisoned.reason,
      });
    held.depth++;
    held.unfinished++;
    const stop = (reason: Error) => {
      held.poisoned ??= { reason };
      void settled(() => held.connection.interrupt(reason));
    };
    try {
      return await (limit === null ? fn() : limit.within(fn, stop));
    } catch (error) {
      held.poisoned ??= { reason: error };
      throw error;
    } finally {
      held.depth--;
      held.unfinished--;
    }
  }

  /** The connection of a checkout has one transaction at a time; what else comes waits, so that it does not get into it. */
  #inCheckout<T>(held: Held, fn: () => Promise<T>, options: TransactionOptions | undefined, limit: Limit | null): Promise<T> {
    return this.#alone(
      held,
      () => {
        this.held();
        this.#checkTransactions();
        return this.#outer(held.connection, fn, options, limit);
      },
      options,
    );
  }

  /** Gives a function the connection to itself: statements of the same context wait until it is done. */
  async #alone<T>(held: Held, fn: () => Promise<T>, options?: RunOptions): Promise<T> {
    while (held.busy) await waitFor(held.busy, options);
    let free = (): void => {};
    held.busy = new Promise((resolve) => {
      free = resolve;
    });
    try {
      return await fn();
    } finally {
      held.busy = null;
      free();
    }
  }

  async #outer<T>(connection: Connection, fn: () => Promise<T>, options: TransactionOptions | undefined, limit: Limit | null): Promise<T> {
    const own = newHeld(connection, 1);
    connection.observer = this.#observer(connection, options, own.secrets);
    await this.#command("BEGIN", false, () => connection.begin(options));
    const run = () => this.#context.run(own, fn);
    const stop = stopping(own);
    let result: T;
    try {
      result = await (limit === null ? run() : limit.within(run, stop.now));
      checkEnd(own);
    } catch (error) {
      // From here on a call would run after the end, outside of any transaction.
      own.closed = true;
      await stop.done();
      await this.#rollback(connection);
      if (connection.observer !== null) await this.#watch(own).told;
      throw error;
    }
    own.closed = true;
    const commit = () => this.#commit(connection, own.secrets.touched);
    await (limit === null ? commit() : limit.hurrying(commit, (error) => settled(() => connection.interrupt(error))));
    if (connection.observer !== null) await this.#watch(own).told;
    return result;
  }

  async #commit(connection: Connection, secret: boolean): Promise<void> {
    try {
      await this.#command("COMMIT", secret, () => connection.commit());
    } catch (error) {
      await this.#rollback(connection);
      if (connection.observer !== null) await this.#watch({ connection }).told;
      if (!(error instanceof ConnectionError)) throw error;
      throw new ConnectionError(
        `The connection broke while the transaction was being committed, so that its outcome is unknown: all of it was written, or nothing. Look at the data before you run it again. (${error.message})`,
        { cause: error },
      );
    }
  }

  async #command(sql: string, secret: boolean, run: () => MaybePromise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      throw this.#wrap(error, secret ? { sql, secret: [] } : { sql });
    }
  }

  /** That the rollback failed too means that the connection is gone, and the transaction with it. */
  #rollback(connection: Connection): Promise<void> {
    return settled(() => connection.rollback());
  }
}
