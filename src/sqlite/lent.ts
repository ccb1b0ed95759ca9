import type { Connection, Cursor, MaybePromise, RawResult, RunOptions, Statement, TransactionOptions } from "../core/adapter/index.ts";
import { throwIfAborted } from "../core/adapter/index.ts";
import { ArgumentError, TransactionError } from "../core/base/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import type { SqliteConfig } from "./options.ts";
import type { Session } from "./session.ts";

/** What it needs of the pool that it is from. */
interface Owner {
  readonly config: SqliteConfig;
  /** Runs it now, and again in a while as long as another process holds the file's lock. */
  patiently<T>(attempt: () => T, options: RunOptions | undefined): MaybePromise<T>;
}

/** The connection while one caller has it. */
export class Lent implements Connection {
  readonly #pool: Owner;
  readonly #session: Session;
  #leave: (() => void) | null;
  #queryOnly = false;
  /** Between BEGIN and the end, both sent from here. */
  #inTransaction = false;
  #stopped: Error | null = null;
  /** Counts the transactions. */
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
      if (!statement.prepare) this.#checkTransaction();
      return result;
    }, options);
  }

  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<Cursor> {
    throwIfAborted(options?.signal);
    return this.#patiently(() => {
      this.#checkTransaction();
      const cursor = this.#session.cursor(statement, params);
      this.#cursors.add(cursor);
      return {
        read: (count) => {
          this.#held();
          if (!this.#cursors.has(cursor)) throw new TransactionError("The transaction ended while its stream was open.");
          return cursor.read(count);
        },
        close: () => {
          if (this.#cursors.delete(cursor)) cursor.close();
        },
      };
    }, options);
  }

  begin(options: TransactionOptions = {}): MaybePromise<void> {
    const mode = options.mode ?? (options.readOnly === true ? "deferred" : this.#pool.config.transactionMode);
    if (!Object.hasOwn(BEGIN, mode)) throw new ArgumentError(`SQLite has no transaction mode "${String(mode)}".`);
    return this.#patiently(() => {
      if (this.#session.inTransaction)
        throw new TransactionError(
          "The connection is in a transaction already, which SQL began: end it with COMMIT or ROLLBACK, or begin it with repo.transaction().",
        );
      this.#session.command(BEGIN[mode]);
      this.#inTransaction = true;
      if (options.readOnly === true) this.#setQueryOnly(true);
    }, options);
  }

  commit(): MaybePromise<void> {
    this.#closeCursors();
    return this.#patiently(() => {
      this.#checkTransaction();
      this.#session.command("COMMIT");
      this.#inTransaction = false;
      this.#setQueryOnly(false);
    });
  }

  rollback(): void {
    this.#held();
    this.#stopped = null;
    this.#inTransaction = false;
    this.#turn++;
    this.#closeCursors();
    // After some errors, such as a full disk, SQLite has done it already.
    if (this.#session.inTransaction) this.#session.command("ROLLBACK");
    this.#setQueryOnly(false);
  }

  interrupt(reason: Error): void {
    this.#stopped = reason;
  }

  rollbackOpen(): boolean {
    const open = this.#held().inTransaction;
    if (open) this.rollback();
    return open;
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#patiently(() => this.#session.command(`SAVEPOINT ${quoteIdentifier(name)}`));
  }

  rollbackTo(name: string): MaybePromise<void> {
    this.#stopped = null;
    return this.#patiently(() => this.#session.command(`ROLLBACK TO ${quoteIdentifier(name)}`));
  }

  releaseSavepoint(name: string): MaybePromise<void> {
    return this.#patiently(() => this.#session.command(`RELEASE ${quoteIdentifier(name)}`));
  }

  release(): void {
    const leave = this.#leave;
    if (leave === null) return;
    try {
      this.rollback();
    } finally {
      this.#leave = null;
      leave();
    }
  }

  /** Who waits for a lock may find the connection in other hands when it comes. */
  #patiently<T>(attempt: () => T, options?: RunOptions): MaybePromise<T> {
    const began = this.#turn;
    return this.#pool.patiently(() => {
      this.#held();
      if (this.#stopped !== null) throw this.#stopped;
      if (began !== this.#turn) throw new TransactionError("The transaction ended while the statement waited for a lock.");
      return attempt();
    }, options);
  }

  #checkTransaction(): void {
    if (this.#inTransaction && !this.#session.inTransaction)
      throw new TransactionError(
        "The transaction is over already: SQL inside it ended it, or SQLite rolled it back by itself after an error, such as one of OR ROLLBACK.",
      );
  }

  #closeCursors(): void {
    const open = [...this.#cursors];
    this.#cursors.clear();
    for (const cursor of open) cursor.close();
  }

  #held(): Session {
    if (this.#leave === null)
      throw new TransactionError("The connection was given back already: a transaction cannot be used after its end.");
    return this.#session;
  }

  #setQueryOnly(on: boolean): void {
    if (this.#queryOnly === on) return;
    this.#session.exec(`PRAGMA query_only = ${on ? "ON" : "OFF"}`);
    this.#queryOnly = on;
  }
}

const BEGIN = { deferred: "BEGIN", immediate: "BEGIN IMMEDIATE", exclusive: "BEGIN EXCLUSIVE" } as const;
