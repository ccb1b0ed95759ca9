import type {
  Connection,
  Cursor,
  MaybePromise,
  Pool,
  RawResult,
  RunOptions,
  Statement,
  TransactionOptions,
} from "../core/adapter/index.ts";
import { ConnectionError, PoolTimeoutError, TransactionError } from "../core/base/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import { isBusy, lockedError, wrapError } from "./errors.ts";
import { loadDriver } from "./driver.ts";
import type { SqliteConfig } from "./options.ts";
import { rowCursor, Session } from "./session.ts";
import { throwIfAborted, Turns } from "./turns.ts";

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
        const cursor = session.cursor(statement, params);
        return {
          read: cursor.read,
          close: () => {
            cursor.close();
            session.close();
          },
        };
      } catch (error) {
        session.close();
        throw error;
      }
    }, options);
  }

  async #whole(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<Cursor> {
    return rowCursor((await this.run(statement, params, options)).rows[Symbol.iterator]() as Iterator<unknown[]>);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#turns.enter(undefined, this.config.poolTimeout, () => this.#late());
    this.#closed = true;
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
    await this.#enter(options);
    try {
      return await this.patiently(() => this.#write(statement, params), options);
    } finally {
      this.#turns.leave();
    }
  }

  #write(statement: Statement, params: readonly unknown[]): RawResult {
    const session = this.#open();
    const result = session.run(statement, params);
    if (!statement.readOnly && session.inTransaction) {
      session.command("ROLLBACK");
      throw new TransactionError("A transaction is not begun with SQL, since other queries would get into it: use repo.transaction().");
    }
    return result;
  }

  #read(statement: Statement, params: readonly unknown[]): RawResult {
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
    return this.#turns.enter(options, this.config.poolTimeout, () => this.#late());
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

  #late(): Error {
    return new PoolTimeoutError(
      `A transaction held the connection to "${this.config.database}" for too long. Inside a transaction use the repo that it is of, not another way to the same file; for slow ones raise sqlite({ poolTimeout: ${this.config.poolTimeout} }).`,
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

/** The connection while one caller has it. */
class Lent implements Connection {
  readonly #pool: SqlitePool;
  readonly #session: Session;
  #leave: (() => void) | null;
  #queryOnly = false;

  constructor(pool: SqlitePool, session: Session, leave: () => void) {
    this.#pool = pool;
    this.#session = session;
    this.#leave = leave;
  }

  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult> {
    throwIfAborted(options?.signal);
    return this.#patiently(() => this.#session.run(statement, params), options);
  }

  cursor(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<Cursor> {
    throwIfAborted(options?.signal);
    return this.#patiently(() => {
      const cursor = this.#session.cursor(statement, params);
      return {
        read: (count) => {
          this.#held();
          return cursor.read(count);
        },
        close: cursor.close,
      };
    }, options);
  }

  begin(options: TransactionOptions = {}): MaybePromise<void> {
    const mode = options.mode ?? (options.readOnly === true ? "deferred" : this.#pool.config.transactionMode);
    return this.#patiently(() => {
      this.#session.command(BEGIN[mode]);
      if (options.readOnly === true) this.#setQueryOnly(true);
    });
  }

  commit(): MaybePromise<void> {
    return this.#patiently(() => {
      if (!this.#session.inTransaction) throw new TransactionError("SQLite rolled the transaction back by itself after an earlier error.");
      this.#session.command("COMMIT");
      this.#setQueryOnly(false);
    });
  }

  rollback(): void {
    // After some errors, such as a full disk, SQLite has done it already.
    if (this.#held().inTransaction) this.#session.command("ROLLBACK");
    this.#setQueryOnly(false);
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#patiently(() => this.#session.command(`SAVEPOINT ${quoteIdentifier(name)}`));
  }

  rollbackTo(name: string): MaybePromise<void> {
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

  #patiently<T>(attempt: () => T, options?: RunOptions): MaybePromise<T> {
    this.#held();
    return this.#pool.patiently(attempt, options);
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
