import {
  type Connection,
  type Cursor,
  type MaybePromise,
  type Observer,
  once,
  type RawResult,
  remaining,
  type RunOptions,
  type Statement,
  throwIfAborted,
  type TransactionOptions,
  waitFor,
} from "../core/adapter/index.ts";
import { ArgumentError, TransactionError } from "../core/base/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import { isOutdated } from "./errors.ts";
import { sqlReader } from "./lexis.ts";
import type { Names } from "./names.ts";
import type { PostgresConfig } from "./options.ts";
import type { Session } from "./session.ts";

const ISOLATION = {
  "read uncommitted": " ISOLATION LEVEL READ UNCOMMITTED",
  "read committed": " ISOLATION LEVEL READ COMMITTED",
  "repeatable read": " ISOLATION LEVEL REPEATABLE READ",
  serializable: " ISOLATION LEVEL SERIALIZABLE",
} as const;

const ALREADY =
  "The connection is in a transaction already, which SQL began: end it with COMMIT or ROLLBACK, or begin it with repo.transaction().";
const ENDED =
  "The transaction was ended by SQL inside it, so that what came after was in none: leave its end to repo.transaction(), and roll back with repo.rollback().";

let cursors = 0;

/** A connection while one caller has it. */
export class Lent implements Connection {
  observer: Observer | null = null;
  readonly #session: Session;
  readonly #pipeline: boolean;
  readonly #names: Names;
  #giveBack: ((broken: boolean) => void) | null;
  /** BEGIN, until the first statement takes it along: that saves waiting for an answer. */
  #begin: { readonly sql: string; readonly observer: Observer | null } | null = null;
  /** Between BEGIN and the end, both sent from here. */
  #inTransaction = false;
  /** Counts the transactions. */
  #turn = 0;
  #stopping: Promise<unknown> | null = null;
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
    throwIfAborted(options?.signal);
    if (statement.prepare) return this.#afterBegin((rest) => this.#runPrepared(statement, params, rest), options);
    if (sqlReader.commands(statement.sql).some(({ kind }) => kind === "session")) this.#session.changed = true;
    const sent = this.#afterBegin((rest) => this.#session.run(statement, params, undefined, rest), options);
    return this.#inTransaction ? sent.finally(() => this.#checkTransaction()) : sent;
  }

  async cursor(statement: Statement, params: readonly unknown[], options?: RunOptions, observer: Observer | null = null): Promise<Cursor> {
    const name = quoteIdentifier(`ectype_${++cursors}`);
    const turn = this.#turn;
    const part = (sql: string, secret = statement.secret) => once(sql, { returnsRows: true, single: true, ...(secret && { secret }) });
    const run = (step: Statement, values: readonly unknown[]) => {
      const send = () => this.run(step, values, options);
      return observer === null ? send() : observer(step, values, send);
    };
    await run(part(`DECLARE ${name} NO SCROLL CURSOR FOR ${statement.sql}`), params);
    return {
      read: async (count) => (await run(part(`FETCH ${count} FROM ${name}`), [])).rows,
      // In a transaction that failed, or is over, the cursor is gone already.
      close: async () => {
        if (this.#giveBack === null || !this.#inTransaction || turn !== this.#turn) return;
        const sql = `CLOSE ${name}`;
        await this.#observed(sql, () => this.#inTurn(() => this.#session.command(sql)), observer).catch(() => {});
      },
    };
  }

  begin({ isolation, readOnly }: TransactionOptions = {}): void {
    this.#check();
    if (this.#begin !== null || this.#session.inTransaction) throw new TransactionError(ALREADY);
    const level = isolation === undefined ? "" : ISOLATION[isolation];
    if (level === undefined) throw new ArgumentError(`PostgreSQL has no isolation level "${String(isolation)}".`);
    this.#begin = { sql: `BEGIN${level}${readOnly === true ? " READ ONLY" : ""}`, observer: this.observer };
    this.#inTransaction = true;
    this.#turn++;
    this.#session.spoilt = null;
    this.#session.unheard = null;
  }

  async commit(): Promise<void> {
    // Statements that were given up before their turn: whether one of them ran is known when it has been answered.
    if (this.#session.unheard !== null) await this.#session.unheard;
    const { spoilt } = this.#session;
    if (spoilt !== null) {
      await this.rollback();
      throw new TransactionError("The transaction was rolled back: a statement in it was given up, and yet it ran.", { cause: spoilt });
    }
    const done = await this.#end("COMMIT");
    // In a transaction with a failed statement the server takes COMMIT for ROLLBACK, and calls that no error.
    if (done === "ROLLBACK")
      throw new TransactionError("The transaction was rolled back: a statement in it had failed, so PostgreSQL does not commit it.");
  }

  async rollback(): Promise<void> {
    // A request to cancel that is on its way would hit the ROLLBACK.
    if (this.#stopping !== null) await this.#stopping;
    await this.#end("ROLLBACK");
  }

  interrupt(reason: Error): Promise<void> {
    const stopping = this.#session.interrupt(reason);
    this.#stopping = stopping;
    return stopping;
  }

  async rollbackOpen(): Promise<boolean> {
    this.#check();
    // What was sent and not awaited may begin a transaction, or end it; an empty statement is answered after it.
    if (this.#session.pending + this.#unanswered > 0) await this.#inTurn(() => this.#session.command("")).catch(() => {});
    if (this.#session.closed || !this.#session.inTransaction) return false;
    await this.#observed("ROLLBACK", () => this.#inTurn(() => this.#session.command("ROLLBACK")));
    return true;
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#command(`SAVEPOINT ${quoteIdentifier(name)}`);
  }

  async rollbackTo(name: string): Promise<void> {
    if (this.#stopping !== null) await this.#stopping;
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
      this.#observed("ROLLBACK", () => this.#inTurn(() => this.#session.command("ROLLBACK"))).then(
        () => giveBack(false),
        () => giveBack(true),
      );
  }

  #runPrepared(statement: Statement, params: readonly unknown[], options: RunOptions | undefined): Promise<RawResult> {
    const name = this.#names.of(statement);
    return this.#session.run(statement, params, name, options).catch((error: unknown) => {
      if (!isOutdated(error)) throw error;
      this.#names.outdated(statement, name);
      // In a transaction the failure has spoilt it, and the caller has to begin anew.
      if (this.#session.inTransaction || this.#giveBack === null) throw error;
      return this.#session.run(statement, params, this.#names.of(statement), options);
    });
  }

  #afterBegin<T>(send: (options: RunOptions | undefined) => Promise<T>, options?: RunOptions): Promise<T> {
    if (this.#begin === null) return this.#inTurn(send, options);
    const { sql, observer } = this.#begin;
    this.#begin = null;
    const begun = this.#observed(sql, () => this.#inTurn(() => this.#session.command(sql)), observer);
    return Promise.all([begun, this.#inTurn(send, options)]).then(([, result]) => result);
  }

  /** A pipeline keeps the order by itself. */
  #inTurn<T>(send: (options: RunOptions | undefined) => Promise<T>, options?: RunOptions): Promise<T> {
    if (this.#pipeline) return send(options);
    this.#unanswered++;
    const before = this.#last;
    const start = options?.timeout === undefined ? 0 : performance.now();
    const answer = (options === undefined ? before : waitFor(before, options))
      .then(() => send(remaining(options, start)))
      .finally(() => {
        this.#unanswered--;
      });
    // One that gave up waiting lets nobody overtake those before it.
    this.#last = answer.then(
      () => {},
      () => before,
    );
    return answer;
  }

  /** Whether the transaction is still there, after SQL of somebody's own. */
  #checkTransaction(): void {
    if (!this.#inTransaction || this.#begin !== null || this.#session.closed || this.#session.pending > 0) return;
    if (!this.#session.inTransaction) throw new TransactionError(ENDED);
  }

  #command(sql: string): Promise<void> {
    this.#check();
    return this.#observed(sql, () => this.#afterBegin(() => this.#session.command(sql))).then(() => {});
  }

  async #end(sql: "COMMIT" | "ROLLBACK"): Promise<string> {
    this.#check();
    const began = this.#inTransaction;
    this.#inTransaction = false;
    if (this.#begin !== null) {
      // Nothing was run, so there is nothing to end.
      this.#begin = null;
      return sql;
    }
    const idle = this.#session.pending + this.#unanswered === 0;
    if (sql === "COMMIT" && began && idle && !this.#session.closed && !this.#session.inTransaction) throw new TransactionError(ENDED);
    return this.#observed(sql, () => this.#inTurn(() => this.#session.command(sql)));
  }

  #observed<T>(sql: string, send: () => Promise<T>, observer = this.observer): Promise<T> {
    return observer === null ? send() : observer(once(sql), [], send);
  }

  #check(): void {
    if (this.#giveBack === null)
      throw new TransactionError("The connection was given back already: a transaction cannot be used after its end.");
  }
}
