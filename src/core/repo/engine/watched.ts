import type {
  Connection,
  Cursor,
  MaybePromise,
  Observer,
  Pool,
  RawResult,
  RunOptions,
  Statement,
  TransactionOptions,
} from "../../adapter/index.ts";
import type { Engine } from "./engine.ts";
import { logEvent, type LogOption } from "./log.ts";
import type { Watch } from "./watch.ts";

/** A connection of which everything is seen, also what others than the repo run on it: migrations. */
export class WatchedConnection implements Connection {
  readonly inner: Connection;
  readonly #watch: Watch;
  readonly #log: LogOption;

  constructor(inner: Connection, watch: Watch, log: LogOption) {
    this.inner = inner;
    this.#watch = watch;
    this.#log = log;
    inner.observer = watch.observer(log, null);
  }

  get observer(): Observer | null {
    return this.inner.observer;
  }
  set observer(observer: Observer | null) {
    this.inner.observer = observer;
  }
  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult> {
    return this.#watch.send(this.#log, null, statement, params, () => this.inner.run(statement, params, options));
  }
  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer?: Observer | null): MaybePromise<Cursor> {
    return this.inner.cursor(statement, params, options, observer ?? this.#watch.observer(this.#log, null));
  }
  begin(options?: TransactionOptions): MaybePromise<void> {
    return this.inner.begin(options);
  }
  commit(): MaybePromise<void> {
    return this.inner.commit();
  }
  rollback(): MaybePromise<void> {
    return this.inner.rollback();
  }
  savepoint(name: string): MaybePromise<void> {
    return this.inner.savepoint(name);
  }
  rollbackTo(name: string): MaybePromise<void> {
    return this.inner.rollbackTo(name);
  }
  releaseSavepoint(name: string): MaybePromise<void> {
    return this.inner.releaseSavepoint(name);
  }
  interrupt(reason: Error): MaybePromise<void> {
    return this.inner.interrupt(reason);
  }
  rollbackOpen(): MaybePromise<boolean> {
    return this.inner.rollbackOpen();
  }
  release(error?: unknown): void {
    this.inner.release(error);
  }
  /** Another connection that is needed beside this one, such as one that holds a lock. */
  beside(other: Connection): Connection {
    return new WatchedConnection(other, this.#watch, this.#log);
  }
}

/** The pool for those who run statements of their own, which the repo's log is told of: migrations. */
export function watchedPool(engine: Engine): Pool {
  const pool = engine.pool();
  if (!logEvent.active(engine.log)) return pool;
  const watched = (connection: Connection) => new WatchedConnection(connection, engine.watch(connection), engine.log);
  return {
    run: (statement, params, options) => engine.run(statement, params, options, null),
    checkout: async (options) => watched(await pool.checkout(options)),
    cursor: (statement, params, options) => engine.cursor(statement, params, options ?? {}, null),
    close: () => pool.close(),
  };
}
