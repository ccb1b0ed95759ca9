import { abortedBy, after, onAbort, type RawResult, type RunOptions, type Statement, timedOut } from "../core/adapter/index.ts";
import { type AbortedError, ConfigError, ConnectionError, Lru } from "../core/base/index.ts";
import type { PostgresAnswer, PostgresAnswered, PostgresConnection, PostgresRequest } from "./drivers/driver.ts";
import { isGone, sqlState } from "./errors.ts";
import { addressOf, type PostgresConfig, setupSql } from "./options.ts";
import { parserOf } from "./parsers.ts";

/** Milliseconds that the server gets to cancel a statement before its connection is cut. */
const GRACE = 2000;

/** Prepared statements that a connection keeps, by number and by the characters of their texts: each costs the server memory. */
const MAX_PREPARED = 500;
const MAX_PREPARED_TEXT = 5 * 1024 * 1024;

/** Commands after which a prepared statement may be out of date, as the server calls them. */
const ALTERING = new Set(["ALTER", "DROP", "DO"]);

/** One connection to the server. Statements are answered in the order in which they were sent. */
export class Session {
  /** Callers that have it. */
  users = 0;
  /** When the statement that the server is working on began. */
  since = 0;
  /** Held by one caller, or busy with a statement that may be slow. */
  exclusive = false;
  /** It takes no more work. */
  retired = false;
  /** A statement that was given up has run all the same: its transaction must not be committed. */
  spoilt: AbortedError | null = null;
  /** Ends when the statements that were given up, but for the one whose turn it was, are answered. */
  unheard: Promise<unknown> | null = null;
  /** Settings were changed that the next user does not expect. */
  changed = false;
  /** It has been used: before that it is not too old, however short a lifetime is. */
  used = false;
  readonly #expires: number;
  readonly #config: PostgresConfig;
  readonly #connection: PostgresConnection;
  readonly #onAltered: () => void;
  /** How many statements were sent, and how many of them are answered: the next one to be answered is the one that runs. */
  #sent = 0;
  #answered = 0;
  /** What is to be done when a statement's turn comes, by its number. */
  readonly #atTurn = new Map<number, () => void>();
  /** The answer to the statement that was sent last. */
  #last: Promise<unknown> | null = null;
  /** Ends when the server has been told of all that it is to cancel. */
  #cancelling: Promise<unknown> | null = null;
  /** Statements up to this number fail with the reason. */
  #interrupted: { readonly reason: Error; readonly until: number } | null = null;
  /** What goes out with the next statement. */
  #ahead: readonly [PostgresRequest, PostgresAnswered] | null = null;
  readonly #prepared: Lru<true>;
  /** A table changed since the last transaction ended. */
  #altered = false;
  #closed = false;

  private constructor(config: PostgresConfig, connection: PostgresConnection, onAltered: () => void) {
    this.#config = config;
    this.#connection = connection;
    this.#onAltered = onAltered;
    const { maxLifetime } = config.pool;
    // Connections that were made together must not all end together.
    this.#expires = performance.now() + maxLifetime * (0.9 + Math.random() / 10);
    this.#prepared = new Lru({ max: MAX_PREPARED, maxWeight: MAX_PREPARED_TEXT, onDrop: (_, name) => this.#unprepare(name) });
  }

  /**
   * Connects and prepares the connection for use.
   * @param onClosed called when it ends, for whatever reason
   * @param onAltered called when tables have changed, and again when the transaction that changed them ends
   */
  static async open(
    config: PostgresConfig,
    database: string,
    onClosed: (session: Session) => void,
    onAltered: () => void = () => {},
  ): Promise<Session> {
    let session: Session | null = null;
    let ended = false;
    const connection = await config.driver.connect({ ...config, database, parserOf }, () => {
      if (ended) return;
      ended = true;
      if (session !== null) session.#close(onClosed);
    });
    session = new Session(config, connection, onAltered);
    if (ended) session.#close(onClosed);
    try {
      await session.command(setupSql(config));
      await config.afterConnect?.({ query: (sql, params = []) => (session as Session).send({ sql, values: params, settled: true }) });
      if (session.inTransaction)
        throw new ConfigError("the function afterConnect of postgres() left a transaction open: end it with COMMIT or ROLLBACK");
    } catch (error) {
      session.destroy();
      throw error;
    }
    return session;
  }

  #close(onClosed: (session: Session) => void): void {
    this.#closed = true;
    onClosed(this);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** It is too old to be used again. */
  get expired(): boolean {
    return this.used && performance.now() >= this.#expires;
  }

  /** Statements that were sent and not answered yet. */
  get pending(): number {
    return this.#sent - this.#answered;
  }

  /** What the server said with its last answer: it is in a transaction, be it one that failed. */
  get inTransaction(): boolean {
    return this.#connection.inTransaction;
  }

  run(statement: Statement, params: readonly unknown[], name: string | undefined, options: RunOptions | undefined): Promise<RawResult> {
    const { sql, prepare, single } = statement;
    const sent = this.send(
      name === undefined ? { sql, values: params, settled: !prepare, single: single === true } : { sql, values: params, name },
    );
    return options?.timeout === undefined && options?.signal === undefined ? sent : this.#guard(sent, options);
  }

  /** Runs a command of the driver's own; answers with the server's word for what it did. */
  async command(sql: string): Promise<string> {
    return ((await this.send({ sql })) as Answer).command;
  }

  /** Whether a statement can be sent with a command in front of it, and not be run where that fails. */
  get takesAhead(): boolean {
    return this.#connection.sendTogether !== undefined;
  }

  /** Runs a command in front of the statement that is sent next, which goes out with it, and is not run where it fails. */
  ahead(sql: string): Promise<RawResult> {
    const request = { sql, single: true };
    return this.#toBeAnswered(request, (answer) => {
      this.#ahead = [request, answer];
    });
  }

  send(request: PostgresRequest): Promise<RawResult> {
    const { sql, name } = request;
    if (name !== undefined && !this.#closed && this.#prepared.get(name) === undefined) this.#prepared.set(name, true, sql.length);
    return this.#toBeAnswered(request, (answer) => {
      const ahead = this.#ahead;
      if (ahead === null) return this.#connection.send(request, answer);
      this.#ahead = null;
      this.#connection.sendTogether?.([ahead, [request, answer]]);
    });
  }

  #toBeAnswered({ name }: PostgresRequest, send: (answer: PostgresAnswered) => void): Promise<RawResult> {
    if (this.#closed) return Promise.reject(new ConnectionError(`the connection to PostgreSQL at ${addressOf(this.#config)} is closed`));
    if (this.pending === 0) this.since = performance.now();
    const at = this.#sent++;
    const last = new Promise<RawResult>((resolve, reject) =>
      send((error, result) => {
        this.#answered++;
        this.since = performance.now();
        if (this.#atTurn.size > 0) this.#nextTurn();
        if (error) {
          if (isGone(error)) this.retired = true;
          reject(this.#reasonFor(at, error));
        } else {
          if (name === undefined) this.#noticeChange(result);
          resolve(new Answer(result));
        }
      }),
    );
    this.#last = last;
    return last;
  }

  #reasonFor(at: number, error: Error): Error {
    if (this.#interrupted === null || at >= this.#interrupted.until) return error;
    const state = sqlState(error);
    return state === "57014" || state === "25P02" ? this.#interrupted.reason : error;
  }

  #nextTurn(): void {
    const turn = this.#atTurn.get(this.#answered);
    this.#atTurn.delete(this.#answered);
    turn?.();
  }

  /** The server is to forget what it prepared, since the tables have changed: it costs no answer of its own. */
  unprepareAll(): void {
    this.#prepared.clear();
  }

  #unprepare(name: string): void {
    if (!this.#closed) this.#connection.unprepare(name);
  }

  #noticeChange(result: PostgresAnswer | readonly PostgresAnswer[]): void {
    const altering = ([result].flat() as PostgresAnswer[]).some(({ command }) => ALTERING.has(command));
    if (!altering && !this.#altered) return;
    // Inside a transaction others still prepare statements on the table as it was, which its end puts out of date.
    const last = !this.inTransaction;
    if (altering || last) this.#onAltered();
    this.#altered = !last;
  }

  /** An unused connection does not keep the process running. */
  setBusy(busy: boolean): void {
    if (this.#closed) return;
    this.#connection.setBusy?.(busy);
  }

  /** Says goodbye to the server. */
  async end(): Promise<void> {
    this.retired = true;
    if (this.#closed) return;
    await this.#connection.end();
  }

  /** Cuts the connection, whatever runs on it. */
  destroy(): void {
    this.retired = true;
    this.#connection.destroy();
  }

  /** Makes all that was sent fail with a reason, and ends when the server has been told to stop. */
  async interrupt(reason: Error): Promise<void> {
    if (this.pending === 0 || this.#closed) return;
    this.#interrupted = { reason, until: this.#sent };
    // Each of them may be given up by a time of its own, with a request of its own.
    this.unheard = Promise.allSettled([this.unheard, this.#last]);
    this.#cutAfterGrace(this.#sent);
    await this.#cancel();
  }

  /** A server that does not answer loses the connection. */
  #cutAfterGrace(until: number): void {
    setTimeout(() => {
      if (!this.#closed && this.#answered < until) this.destroy();
    }, GRACE).unref();
  }

  /** Gives the statement that was sent last up after its time, or by its signal. */
  #guard(sent: Promise<RawResult>, options: RunOptions): Promise<RawResult> {
    const { timeout, signal } = options;
    const at = this.#sent - 1;
    return new Promise((resolve, reject) => {
      let reason: AbortedError | null = null;
      let cancelled: Promise<unknown> = Promise.resolve();
      const settle = () => {
        clearTimeout(timer);
        off();
      };
      const cancel = () => {
        this.#cutAfterGrace(at + 1);
        cancelled = this.#cancel();
      };
      const stop = (error: AbortedError) => {
        if (reason !== null) return;
        reason = error;
        if (!this.exclusive) this.retired = true;
        if (this.#answered === at && (this.exclusive || this.pending === 1)) {
          cancel();
          return;
        }
        settle();
        reject(error);
        // Others run before it, or wait behind it on a connection that many share; the server cancels whatever it is at.
        if (!this.exclusive) return;
        this.#atTurn.set(at, cancel);
        const ran = sent.then(
          () => {
            this.spoilt = error;
          },
          () => {},
        );
        this.unheard = Promise.all([this.unheard, ran]);
      };
      const timer = after(timeout, () => stop(timedOut(options)));
      const off = onAbort(signal, () => stop(abortedBy(signal)));
      sent
        .then(
          // The answer waits for the request to cancel, which could otherwise hit the next statement.
          (result) => cancelled.then(() => resolve(result)),
          (error: unknown) =>
            cancelled.then(() => reject(reason !== null && (sqlState(error) === "57014" || isGone(error)) ? reason : error)),
        )
        .finally(settle);
    });
  }

  async #cancel(): Promise<void> {
    const told = Promise.resolve(this.#connection.cancel?.());
    const all = Promise.allSettled([this.#cancelling, told]);
    this.#cancelling = all;
    await told;
  }

  /** Ends when nothing is on its way that would hit what is sent next: whatever was given up is answered, and so is each request to cancel it. */
  async quiet(): Promise<void> {
    // The turn of one may come, and its request be sent, while another is waited for.
    while (this.unheard !== null || this.#cancelling !== null) {
      const { unheard } = this;
      await unheard;
      const cancelling = this.#cancelling;
      await cancelling;
      if (this.unheard === unheard) this.unheard = null;
      if (this.#cancelling === cancelling) this.#cancelling = null;
    }
  }
}

/** The last result; several come from a script of several statements. Column names are made only where they are read. */
class Answer implements RawResult {
  readonly rows: readonly unknown[][];
  readonly #result: PostgresAnswer;
  constructor(result: PostgresAnswer | readonly PostgresAnswer[]) {
    this.#result = Array.isArray(result) ? (result[result.length - 1] as PostgresAnswer) : (result as PostgresAnswer);
    this.rows = this.#result.rows;
  }
  get count(): number {
    return this.#result.rowCount ?? 0;
  }
  get columns(): string[] {
    return this.#result.fields.map(({ name }) => name);
  }
  get command(): string {
    return this.#result.command;
  }
}
