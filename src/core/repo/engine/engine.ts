import { AsyncLocalStorage } from "node:async_hooks";
import { EctypeError, TransactionError } from "../../base/index.ts";
import {
  type Adapter,
  chain,
  type Connection,
  type Cursor,
  inOrder,
  type MaybePromise,
  type Observer,
  type Pool,
  type RawResult,
  rescue,
  type RunStatement,
  type Statement,
  throwIfAborted,
} from "../../adapter/index.ts";
import { afterTurn, alone, ended, type Held, wholeCursor } from "./held.ts";
import type { RepoHooks } from "./hooks.ts";
import type { LoggedOptions, SharedOptions } from "./options.ts";
import { logEvent, type LogOption } from "./log.ts";
import { PlanCache } from "./plans.ts";
import { Watch, type Wrap } from "./watch.ts";

/** What runs statements: the engine, or what it gives to reads that belong together. */
export interface Runner {
  run(statement: Statement, params: readonly unknown[], options: SharedOptions | undefined, source: string | null): MaybePromise<RawResult>;
  /** Only where reads belong together: does something when they are over, since it may wait for what must not run in between. */
  later?(work: () => MaybePromise<void>): void;
}

/** The part of a repo that talks to the database: its pool, the connection of the current context, and the one place where statements run. */
export class Engine implements Runner {
  readonly adapter: Adapter;
  readonly plans: PlanCache;
  readonly log: LogOption;
  readonly hooks: RepoHooks;
  readonly #context = new AsyncLocalStorage<Held | null>();
  /** The watches of connections that are held. */
  readonly #watches = new WeakMap<Connection, Watch>();
  /** Makes a driver's error one of ectype's. */
  readonly wrap: Wrap = (error, statement) =>
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
    if (logEvent.active(log))
      return this.#watched(held?.connection ?? null, statement, params, log, source, () => target.run(statement, params, options));
    let answer: MaybePromise<RawResult>;
    try {
      answer = target.run(statement, params, options);
    } catch (error) {
      throw this.wrap(error, statement);
    }
    return answer instanceof Promise
      ? answer.catch((error) => {
          throw this.wrap(error, statement);
        })
      : answer;
  }

  /**
   * Runs reads that belong together: over one connection, and where the database has such cheaply, of one state of it. In a transaction they are a part of it.
   * @param steps starts them all by what it is given, and waits for nothing else: nothing else may run meanwhile
   */
  together<T>(options: SharedOptions, steps: (runner: Runner) => MaybePromise<T>): MaybePromise<T> {
    const held = this.#usable(options);
    if (held !== null && held.depth > 0) return steps(this);
    if (held?.busy) return afterTurn(held.busy, options, (rest) => this.together(rest, steps));
    const target = held === null ? this.pool() : held.connection;
    if (target.together === undefined) return steps(this);
    const later: (() => MaybePromise<void>)[] = [];
    const together = target.together.bind(target);
    const all = (run: RunStatement): MaybePromise<T> => {
      const runner: Runner = {
        later: (work) => void later.push(work),
        run: (statement, params, own, source) => {
          throwIfAborted(own?.signal);
          const log = own?.log ?? this.log;
          if (logEvent.active(log))
            return this.#watched(held?.connection ?? null, statement, params, log, source, () => run(statement, params, own));
          return rescue(
            () => run(statement, params, own),
            (error) => {
              throw this.wrap(error, statement);
            },
          );
        },
      };
      return steps(runner);
    };
    // What else comes to a checkout waits in front of it: behind the first of these reads it would wait for the last, and be told of before.
    const read = held === null ? together(all, options) : alone(held, () => together(all, options), options);
    return chain(read, (result) =>
      later.length === 0
        ? result
        : chain(
            inOrder(later, (work) => work()),
            () => result,
          ),
    );
  }

  /** Reads a statement's rows in parts: in the open transaction, else on a connection of its own. */
  async cursor(statement: Statement, params: readonly unknown[], options: SharedOptions, source: string | null): Promise<Cursor> {
    const held = this.#usable(options);
    if (held?.busy) return await afterTurn(held.busy, options, (rest) => this.cursor(statement, params, rest, source));
    // A checkout has but one connection, and on it others must be able to run: all rows are read at once.
    if (held && held.depth === 0) return wholeCursor((await this.run(statement, params, options, source)).rows);
    const target = held ? held.connection : this.pool();
    const log = options.log ?? this.log;
    const watch = logEvent.active(log) ? this.watch(held?.connection ?? null) : null;
    const wrapped = async <T>(work: () => MaybePromise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw this.wrap(error, statement);
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
    connection: Connection | null,
    statement: Statement,
    params: readonly unknown[],
    log: LogOption,
    source: string | null,
    send: () => MaybePromise<RawResult>,
  ): Promise<RawResult> {
    const watch = this.watch(connection);
    const answer = watch.send(log, source, statement, params, send);
    const { told } = watch;
    try {
      return await answer;
    } finally {
      await told;
    }
  }

  /** Runs a function whose repo calls use a connection that is held for them. */
  enter<T>(held: Held, fn: () => T): T {
    return this.#context.run(held, fn);
  }

  /** What logs are told of a connection; of each statement by itself where none is held. */
  watch(connection: Connection | null): Watch {
    if (connection === null) return new Watch(this.wrap);
    let watch = this.#watches.get(connection);
    if (!watch) {
      watch = new Watch(this.wrap);
      this.#watches.set(connection, watch);
    }
    return watch;
  }

  /** Who sees the commands of a connection; null where nobody wants to. */
  observer(connection: Connection, options: LoggedOptions | undefined, secrets?: Held["secrets"]): Observer | null {
    const log = options?.log ?? this.log;
    return logEvent.active(log) ? this.watch(connection).observer(log, null, secrets) : null;
  }
}
