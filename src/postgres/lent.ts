// A connection that one caller has for a while: a transaction or a checkout.
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

const NOT_BEGUN = "The transaction did not begin, so that nothing was run in it.";

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
  /** Why the transaction did not begin: nothing is run in its place. */
  #refused: { readonly error: unknown } | null = null;
  /** Between BEGIN and the end, both sent from here. */
  #inTransaction = false;
  /** The number of the transaction, so that what belonged to an earlier one is known. */
  #turn = 0;
  /**
   * The end of what has to be over before the next can be sent, and how much that is: without a pipeline all that came before; with
   * one BEGIN, since what is sent behind it would run outside of a transaction where it is refused, and those that wait for it.
   */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

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
    const one = statement.single === true || params.length > 0;
    const sent = this.#afterBegin((rest) => this.#session.run(statement, params, undefined, rest), options, one);
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
    if (level === undefined) throw new ArgumentError(`PostgreSQL has no isolation level "${String(isolation)}"`);
    this.#begin = { sql: `BEGIN${level}${readOnly === true ? " READ ONLY" : ""}`, observer: this.observer };
    this.#inTransaction = true;
    this.#refused = null;
    this.#turn++;
    this.#session.spoilt = null;
    this.#session.unheard = null;
  }

  async commit(): Promise<void> {
    if (this.#waiting > 0) await this.#last;
    // Statements that were given up before their turn: whether one of them ran is known when it has been answered.
    await this.#session.quiet();
    const { spoilt } = this.#session;
    if (spoilt !== null) {
      await this.rollback();
      throw new TransactionError("the transaction was rolled back: a statement in it was given up, and yet it ran", { cause: spoilt });
    }
    if (this.#refused !== null) throw new TransactionError(NOT_BEGUN, { cause: this.#refused.error });
    const done = await this.#end("COMMIT");
    // In a transaction with a failed statement the server takes COMMIT for ROLLBACK, and calls that no error.
    if (done === "ROLLBACK")
      throw new TransactionError("the transaction was rolled back: a statement in it had failed, so PostgreSQL does not commit it");
  }

  async rollback(): Promise<void> {
    // A request to cancel that is on its way would hit the ROLLBACK.
    await this.#session.quiet();
    if (this.#waiting > 0) await this.#last;
    await this.#end("ROLLBACK");
  }

  interrupt(reason: Error): Promise<void> {
    return this.#session.interrupt(reason);
  }

  async rollbackOpen(): Promise<boolean> {
    this.#check();
    // What was sent and not awaited may begin a transaction, or end it; an empty statement is answered after it.
    if (this.#session.pending + this.#waiting > 0) await this.#inTurn(() => this.#session.command("")).catch(() => {});
    if (this.#session.closed || !this.#session.inTransaction) return false;
    await this.#observed("ROLLBACK", () => this.#inTurn(() => this.#session.command("ROLLBACK")));
    return true;
  }

  savepoint(name: string): MaybePromise<void> {
    return this.#command(`SAVEPOINT ${quoteIdentifier(name)}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#session.quiet();
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
    else if (this.#session.pending + this.#waiting === 0 && (this.#session.closed || !this.#session.inTransaction)) giveBack(false);
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

  /** @param one whether it is one statement for sure, which BEGIN can go out with */
  #afterBegin<T>(send: (options: RunOptions | undefined) => Promise<T>, options?: RunOptions, one = true): Promise<T> {
    const together = this.#begin !== null && this.#sendBegin(this.#begin, one);
    if (together) return send(options);
    return this.#inTurn((rest) => (this.#refused === null ? send(rest) : Promise.reject(this.#refused.error)), options);
  }

  /** @returns whether it goes out with the next statement */
  #sendBegin({ sql, observer }: { readonly sql: string; readonly observer: Observer | null }, one: boolean): boolean {
    this.#begin = null;
    const together = one && this.#pipeline && this.#waiting === 0 && this.#session.takesAhead;
    const command = () => {
      const begun: Promise<unknown> = together ? this.#session.ahead(sql) : this.#inTurn(() => this.#session.command(sql));
      const known = begun.catch((error: unknown) => {
        this.#refused = { error };
      });
      if (this.#pipeline) this.#wait(known);
      return begun;
    };
    // A failure of BEGIN is told to whoever runs something after it.
    this.#observed(sql, command, observer).catch(() => {});
    return together;
  }

  /** Sends after what was sent before; where the connection is pipelined, the server keeps that order itself. */
  #inTurn<T>(send: (options: RunOptions | undefined) => Promise<T>, options?: RunOptions): Promise<T> {
    if (this.#pipeline && this.#waiting === 0) return send(options);
    const before = this.#last;
    const start = options?.timeout === undefined ? 0 : performance.now();
    const turn = options === undefined ? before : waitFor(before, options);
    const answer = turn.then(() => send(remaining(options, start)));
    this.#wait(this.#pipeline ? turn : answer);
    return answer;
  }

  /** Lets nobody be sent before something is over; where that gave up waiting, nobody overtakes those before it. */
  #wait(over: Promise<unknown>): void {
    this.#waiting++;
    const before = this.#last;
    const done = () => {
      this.#waiting--;
    };
    over.then(done, done);
    this.#last = over.then(
      () => {},
      () => before,
    );
  }

  /** Whether the transaction is still there, after SQL of somebody's own. */
  #checkTransaction(): void {
    const told = this.#inTransaction && this.#begin === null && this.#refused === null && this.#giveBack !== null;
    if (!told || this.#session.closed || this.#session.pending > 0) return;
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
    if (this.#begin !== null || this.#refused !== null) {
      // Nothing was run, so there is nothing to end.
      this.#begin = null;
      this.#refused = null;
      return sql;
    }
    const idle = this.#session.pending + this.#waiting === 0;
    if (sql === "COMMIT" && began && idle && !this.#session.closed && !this.#session.inTransaction) throw new TransactionError(ENDED);
    return this.#observed(sql, () => this.#inTurn(() => this.#session.command(sql)));
  }

  #observed<T>(sql: string, send: () => Promise<T>, observer = this.observer): Promise<T> {
    return observer === null ? send() : observer(once(sql), [], send);
  }

  #check(): void {
    if (this.#giveBack === null)
      throw new TransactionError("the connection was given back already: a transaction cannot be used after its end");
  }
}
