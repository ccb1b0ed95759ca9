import type { Connection, Cursor, MaybePromise, RawResult, RunOptions, Statement, TransactionOptions } from "../core/adapter/index.ts";
import { AbortedError, TransactionError } from "../core/base/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import { isOutdated } from "./errors.ts";
import type { Names } from "./names.ts";
import type { PostgresConfig } from "./options.ts";
import type { Session } from "./session.ts";

const ISOLATION = {
  "read uncommitted": " ISOLATION LEVEL READ UNCOMMITTED",
  "read committed": " ISOLATION LEVEL READ COMMITTED",
  "repeatable read": " ISOLATION LEVEL REPEATABLE READ",
  serializable: " ISOLATION LEVEL SERIALIZABLE",
} as const;

let cursors = 0;

/** A connection while one caller has it. */
export class Lent implements Connection {
  readonly #session: Session;
  readonly #pipeline: boolean;
  readonly #names: Names;
  #giveBack: ((broken: boolean) => void) | null;
  /** BEGIN, until the first statement takes it along: that saves waiting for an answer. */
  #begin: string | null = null;
  /** Without a pipeline: the end of what was sent so far, and how much of it is not answered yet. */
  #last: Promise<unknown> = Promise.resolve();
  #unanswered = 0;

  constructor(session: Session, config: PostgresConfig, names: Names, giveBack: (broken: boolean) => void) {
    this.#session = session;
    this.#pipeline = config.pipeline;
    this.#names = names;
    this.#giveBack = giveBack;
  }

  run(statement: Statement, params: readonly unknown[], options?: RunOptions): MaybePromise<RawResult> {
    this.#check();
    if (options?.signal?.aborted === true)
      throw new AbortedError("The operation was stopped by its signal.", { cause: options.signal.reason });
    return this.#afterBegin(() => this.#send(statement, params, options));
  }

  async cursor(statement: Statement, params: readonly unknown[], options?: RunOptions): Promise<Cursor> {
    const name = quoteIdentifier(`ectype_${++cursors}`);
    const once = { readOnly: false, returnsRows: true, bigints: false, prepare: false };
    await this.run({ ...once, sql: `DECLARE ${name} NO SCROLL CURSOR FOR ${statement.sql}` }, params, options);
    return {
      read: async (count) => (await this.run({ ...once, sql: `FETCH ${count} FROM ${name}` }, [], options)).rows,
      // In a transaction that failed, or is over, the cursor is gone already.
      close: async () => {
        if (this.#giveBack === null) return;
        await this.#inTurn(() => this.#session.command(`CLOSE ${name}`)).catch(() => {});
      },
    };
  }

  begin({ isolation, readOnly }: TransactionOptions = {}): void {
    this.#check();
    if (this.#begin !== null || this.#session.inTransaction)
      throw new TransactionError("The connection is in a transaction already: use a savepoint.");
    const level = isolation === undefined ? "" : ISOLATION[isolation];
    if (level === undefined) throw new TransactionError(`PostgreSQL has no isolation level "${String(isolation)}".`);
    this.#begin = `BEGIN${level}${readOnly === true ? " READ ONLY" : ""}`;
  }

  commit(): MaybePromise<void> {
    return this.#end("COMMIT", (done) => {
      // In a transaction with a failed statement the server takes COMMIT for ROLLBACK, and calls that no error.
      if (done === "ROLLBACK")
        throw new TransactionError("The transaction was rolled back: a statement in it had failed, so PostgreSQL does not commit it.");
    });
  }

  rollback(): MaybePromise<void> {
    return this.#end("ROLLBACK", () => {});
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#command(`SAVEPOINT ${quoteIdentifier(name)}`);
  }

  rollbackTo(name: string): MaybePromise<void> {
    return this.#command(`ROLLBACK TO SAVEPOINT ${quoteIdentifier(name)}`);
  }

  releaseSavepoint(name: string): MaybePromise<void> {
    return this.#command(`RELEASE SAVEPOINT ${quoteIdentifier(name)}`);
  }

  release(error?: unknown): void {
    const giveBack = this.#giveBack;
    if (giveBack === null) return;
    this.#giveBack = null;
    if (error !== undefined) giveBack(true);
    else if (this.#session.pending + this.#unanswered === 0 && (this.#session.closed || !this.#session.inTransaction)) giveBack(false);
    // Something is still on its way, or a transaction was left open.
    else
      this.#inTurn(() => this.#session.command("ROLLBACK")).then(
        () => giveBack(false),
        () => giveBack(true),
      );
  }

  #send(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<RawResult> {
    if (!statement.prepare) return this.#session.run(statement, params, undefined, options);
    return this.#session.run(statement, params, this.#names.of(statement), options).catch((error: unknown) => {
      if (!isOutdated(error)) throw error;
      this.#names.forget(statement);
      // In a transaction the failure has spoilt it, and the caller has to begin anew.
      if (this.#session.inTransaction || this.#giveBack === null) throw error;
      return this.#session.run(statement, params, this.#names.of(statement), options);
    });
  }

  #afterBegin<T>(send: () => Promise<T>): Promise<T> {
    const begin = this.#begin;
    if (begin === null) return this.#inTurn(send);
    this.#begin = null;
    const begun = this.#inTurn(() => this.#session.command(begin));
    return Promise.all([begun, this.#inTurn(send)]).then(([, result]) => result);
  }

  /** A pipeline keeps the order by itself. */
  #inTurn<T>(send: () => Promise<T>): Promise<T> {
    if (this.#pipeline) return send();
    this.#unanswered++;
    const answer = this.#last.then(send).finally(() => {
      this.#unanswered--;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  #command(sql: string): Promise<void> {
    this.#check();
    return this.#afterBegin(() => this.#session.command(sql)).then(() => {});
  }

  #end(sql: string, check: (done: string) => void): MaybePromise<void> {
    this.#check();
    if (this.#begin === null) return this.#inTurn(() => this.#session.command(sql)).then(check);
    // Nothing was run, so there is nothing to end.
    this.#begin = null;
  }

  #check(): void {
    if (this.#giveBack === null)
      throw new TransactionError("The connection was given back already: a transaction cannot be used after its end.");
  }
}
