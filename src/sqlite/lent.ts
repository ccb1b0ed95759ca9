// A connection that one caller has for a while: a transaction or a checkout.
import {
  chain,
  type Connection,
  type Cursor,
  lastly,
  type MaybePromise,
  type Observer,
  once,
  type RawResult,
  type RunOptions,
  type RunStatement,
  type Statement,
  throwIfAborted,
  type TransactionOptions,
} from "../core/adapter/index.ts";
import { ArgumentError, TransactionError } from "../core/base/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import type { SqliteConfig } from "./options.ts";
import type { Session } from "./session.ts";

/** What it needs of the pool that it is from. */
interface Owner {
  readonly config: SqliteConfig;
  /** Runs it now, and again in a while as long as another process holds the file's lock. */
  patiently<T>(attempt: () => MaybePromise<T>, options: RunOptions | undefined): MaybePromise<T>;
  /** Runs reads of one state of the file. */
  snapshot<T>(session: Session, steps: (run: RunStatement) => MaybePromise<T>): MaybePromise<T>;
}

/** The connection while one caller has it. */
export class Lent implements Connection {
  observer: Observer | null = null;
  readonly #pool: Owner;
  readonly #session: Session;
  #leave: (() => void) | null;
  #queryOnly = false;
  /** Between BEGIN and the end, both sent from here. */
  #inTransaction = false;
  #stopped: Error | null = null;
  /** The number of the transaction, so that what belonged to an earlier one is known. */
  #turn = 0;
  /** Cursors that are not read to their end would hold on to what the transaction saw. */
  readonly #cursors = new Set<Cursor>();

  constructor(pool: Owner, session: Session, leave: () => void) {
    this.#pool = pool;
    this.#session = session;
    this.#leave = leave;
  }

  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult> {
    throwIfAborted(options?.signal);
    return this.#patiently(() => {
      this.#checkTransaction();
      const result = this.#session.run(statement, params);
      if (statement.prepare) return result;
      return chain(result, (answer) => {
        this.#checkTransaction();
        return answer;
      });
    }, options);
  }

  together<T>(steps: (run: RunStatement) => MaybePromise<T>, options?: RunOptions): MaybePromise<T> {
    throwIfAborted(options?.signal);
    return this.#session.inTurn(() => this.#pool.snapshot(this.#held(), steps));
  }

  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer: Observer | null = null): MaybePromise<Cursor> {
    throwIfAborted(options?.signal);
    const open = () =>
      this.#patiently(() => {
        this.#checkTransaction();
        return chain(this.#session.cursor(statement, params), (cursor) => this.#tracked(cursor));
      }, options);
    return observer === null ? open() : observer(statement, params, open);
  }

  #tracked(cursor: Cursor): Cursor {
    this.#cursors.add(cursor);
    return {
      read: (count) =>
        this.#session.inTurn(() => {
          this.#held();
          if (!this.#cursors.has(cursor)) throw new TransactionError("the transaction ended while its stream was open");
          return cursor.read(count);
        }),
      close: () => this.#session.inTurn(() => (this.#cursors.delete(cursor) ? cursor.close() : undefined)),
    };
  }

  begin(options: TransactionOptions = {}): MaybePromise<void> {
    const mode = options.mode ?? (options.readOnly === true ? "deferred" : this.#pool.config.transactionMode);
    if (!Object.hasOwn(BEGIN, mode)) throw new ArgumentError(`SQLite has no transaction mode "${String(mode)}"`);
    const sql = BEGIN[mode];
    const begun = this.observer === null ? this.#begin(sql, options) : this.observer(once(sql), [], () => this.#begin(sql, options));
    return options.readOnly === true ? chain(begun, () => this.#setQueryOnly(true)) : begun;
  }

  #begin(sql: string, options: TransactionOptions): MaybePromise<void> {
    return this.#patiently(() => {
      if (this.#session.inTransaction)
        throw new TransactionError(
          "the connection is in a transaction already, which SQL began: end it with COMMIT or ROLLBACK, or begin it with repo.transaction()",
        );
      return chain(this.#session.command(sql), () => {
        this.#inTransaction = true;
      });
    }, options);
  }

  commit(): MaybePromise<void> {
    const committed = this.observer === null ? this.#commit() : this.observer(once("COMMIT"), [], () => this.#commit());
    return this.#queryOnly ? chain(committed, () => this.#setQueryOnly(false)) : committed;
  }

  #commit(): MaybePromise<void> {
    return this.#patiently(() =>
      chain(this.#closeCursors(), () => {
        this.#checkTransaction();
        return chain(this.#session.command("COMMIT"), () => {
          this.#inTransaction = false;
        });
      }),
    );
  }

  rollback(): MaybePromise<void> {
    this.#held();
    this.#stopped = null;
    this.#inTransaction = false;
    this.#turn++;
    return this.#session.inTurn(() =>
      chain(this.#closeCursors(), () =>
        // After some errors, such as a full disk, SQLite has done it already.
        chain(this.#session.inTransaction ? this.#now("ROLLBACK") : undefined, () => this.#setQueryOnly(false)),
      ),
    );
  }

  interrupt(reason: Error): void {
    this.#stopped = reason;
  }

  rollbackOpen(): MaybePromise<boolean> {
    return chain(
      this.#session.inTurn(() => this.#held().inTransaction),
      (open) => (open ? chain(this.rollback(), () => true) : false),
    );
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#command(`SAVEPOINT ${quoteIdentifier(name)}`);
  }

  rollbackTo(name: string): MaybePromise<void> {
    this.#stopped = null;
    return this.#command(`ROLLBACK TO ${quoteIdentifier(name)}`);
  }

  releaseSavepoint(name: string): MaybePromise<void> {
    return this.#command(`RELEASE ${quoteIdentifier(name)}`);
  }

  release(): void {
    const leave = this.#leave;
    if (leave === null) return;
    const end = () => {
      this.#leave = null;
      leave();
    };
    const rolledBack = lastly(() => this.rollback(), end);
    // Whoever had it has gone; that it cannot be rolled back shows when it is used next.
    if (rolledBack instanceof Promise) rolledBack.catch(() => {});
  }

  #command(sql: string): MaybePromise<void> {
    const send = () => this.#patiently(() => this.#session.command(sql));
    return this.observer === null ? send() : this.observer(once(sql), [], send);
  }

  /** Runs a command at once, in a turn of its own. */
  #now(sql: string): MaybePromise<void> {
    return this.observer === null ? this.#session.command(sql) : this.observer(once(sql), [], () => this.#session.command(sql));
  }

  /** Who waits for a lock, or for what runs before, may find the connection in other hands when it comes. */
  #patiently<T>(attempt: () => MaybePromise<T>, options?: RunOptions): MaybePromise<T> {
    const began = this.#turn;
    return this.#pool.patiently(
      () =>
        this.#session.inTurn(() => {
          this.#held();
          if (this.#stopped !== null) throw this.#stopped;
          if (began !== this.#turn) throw new TransactionError("the transaction ended while the statement waited for its turn");
          return attempt();
        }),
      options,
    );
  }

  #checkTransaction(): void {
    if (this.#inTransaction && !this.#session.inTransaction)
      throw new TransactionError(
        "the transaction is over already: SQL inside it ended it, or SQLite rolled it back by itself after an error, such as one of OR ROLLBACK",
      );
  }

  #closeCursors(): MaybePromise<void> {
    const [open] = this.#cursors;
    if (open === undefined) return;
    this.#cursors.delete(open);
    return chain(open.close(), () => this.#closeCursors());
  }

  #held(): Session {
    if (this.#leave === null)
      throw new TransactionError("the connection was given back already: a transaction cannot be used after its end");
    return this.#session;
  }

  #setQueryOnly(on: boolean): MaybePromise<void> {
    if (this.#queryOnly === on) return;
    const sql = `PRAGMA query_only = ${on ? "ON" : "OFF"}`;
    return chain(this.#now(sql), () => {
      this.#queryOnly = on;
    });
  }
}

const BEGIN = { deferred: "BEGIN", immediate: "BEGIN IMMEDIATE", exclusive: "BEGIN EXCLUSIVE" } as const;
