import { connect, type Socket } from "node:net";
import type { RawResult, RunOptions, Statement } from "../core/adapter/index.ts";
import { AbortedError, ConnectionError } from "../core/base/index.ts";
import { makeClient, setupSql, type OpenClient, type PgQuery, type PgResult } from "./client.ts";
import { isGone, sqlState } from "./errors.ts";
import { place, type PostgresConfig } from "./options.ts";
import { valueParsers } from "./parsers.ts";

/** Milliseconds that the server gets to cancel a statement before its connection is cut. */
const GRACE = 2000;

/** Commands after which a prepared statement may be out of date, as the server calls them. */
const ALTERING = new Set(["ALTER", "DROP", "DO"]);

/** One connection to the server. Statements are answered in the order in which they were sent. */
export class Session {
  /** Statements that were sent and not answered yet. */
  pending = 0;
  /** Callers that have it. */
  users = 0;
  /** When the statement that the server is working on began. */
  since = 0;
  /** Held by one caller, or busy with a statement that may be slow. */
  exclusive = false;
  /** It takes no more work. */
  retired = false;
  readonly #config: PostgresConfig;
  readonly #client: OpenClient;
  readonly #onAltered: () => void;
  /** A table changed since the last transaction ended. */
  #altered = false;
  #closed = false;

  private constructor(config: PostgresConfig, client: OpenClient, onAltered: () => void) {
    this.#config = config;
    this.#client = client;
    this.#onAltered = onAltered;
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
    const client = await makeClient(config, database);
    const session = new Session(config, client, onAltered);
    const closed = () => {
      if (session.#closed) return;
      session.#closed = true;
      onClosed(session);
    };
    client.on("error", closed);
    client.on("end", closed);
    await client.connect();
    try {
      await session.command(setupSql(config));
      await config.afterConnect?.({ query: (sql, params = []) => session.send({ sql, values: params }) });
    } catch (error) {
      session.destroy();
      throw error;
    }
    return session;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get inTransaction(): boolean {
    return this.#client.getTransactionStatus() !== "I";
  }

  run(statement: Statement, params: readonly unknown[], name: string | undefined, options: RunOptions | undefined): Promise<RawResult> {
    const sent = this.send({ sql: statement.sql, values: params, ...(name === undefined ? {} : { name }) });
    return options?.timeout === undefined && options?.signal === undefined ? sent : this.#guard(sent, options);
  }

  /** Runs a command of the driver's own; answers with the server's word for what it did. */
  async command(sql: string): Promise<string> {
    return ((await this.send({ sql })) as Answer).command;
  }

  send({ sql, values, name }: { readonly sql: string; readonly values?: readonly unknown[]; readonly name?: string }): Promise<RawResult> {
    if (this.#closed) return Promise.reject(new ConnectionError(`The connection to PostgreSQL at ${place(this.#config)} is closed.`));
    if (this.pending++ === 0) this.since = performance.now();
    const query: PgQuery = {
      text: sql,
      rowMode: "array",
      types: valueParsers,
      ...(values && { values }),
      ...(name !== undefined && { name }),
    };
    return new Promise((resolve, reject) => {
      this.#client.query(query, undefined, (error, result) => {
        this.pending--;
        this.since = performance.now();
        if (error) {
          if (isGone(error)) this.retired = true;
          reject(error);
        } else {
          if (name === undefined) this.#noticeChange(result);
          resolve(new Answer(result));
        }
      });
    });
  }

  #noticeChange(result: PgResult | readonly PgResult[]): void {
    const altering = ([result].flat() as PgResult[]).some(({ command }) => ALTERING.has(command));
    if (!altering && !this.#altered) return;
    // Inside a transaction others still prepare statements on the table as it was, which its end puts out of date.
    const last = !this.inTransaction;
    if (altering || last) this.#onAltered();
    this.#altered = !last;
  }

  /** An unused connection does not keep the process running. */
  setBusy(busy: boolean): void {
    if (this.#closed) return;
    if (busy) this.#client.ref();
    else this.#client.unref();
  }

  /** Says goodbye to the server. */
  async end(): Promise<void> {
    this.retired = true;
    if (this.#closed) return;
    this.#client.ref();
    await this.#client.end();
  }

  /** Cuts the connection, whatever runs on it. */
  destroy(): void {
    this.retired = true;
    this.#client.connection.stream.destroy();
  }

  /** Gives the statement up after its time, or by its signal. */
  #guard(sent: Promise<RawResult>, { timeout, signal }: RunOptions): Promise<RawResult> {
    return new Promise((resolve, reject) => {
      let reason: AbortedError | null = null;
      let cancelled: Promise<unknown> = Promise.resolve();
      let grace: ReturnType<typeof setTimeout> | undefined;
      const settle = () => {
        clearTimeout(timer);
        clearTimeout(grace);
        signal?.removeEventListener("abort", abort);
      };
      const stop = (error: AbortedError) => {
        if (reason !== null) return;
        reason = error;
        if (!this.exclusive) this.retired = true;
        // Others wait behind this statement, and the server cancels whatever it is at: so it is left to end unheard.
        if (this.pending > 1) {
          settle();
          reject(error);
          return;
        }
        cancelled = this.#cancel();
        grace = setTimeout(() => {
          this.destroy();
          reject(error);
        }, GRACE);
      };
      const abort = () => stop(new AbortedError("The operation was stopped by its signal.", { cause: signal?.reason }));
      const timer =
        timeout === undefined
          ? undefined
          : setTimeout(
              () => stop(new AbortedError(`The statement ran longer than its timeout of ${timeout} ms and was cancelled.`)),
              timeout,
            );
      signal?.addEventListener("abort", abort);
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

  /** Asks the server, over a connection of its own, to cancel what it is at. */
  #cancel(): Promise<void> {
    const { processID, secretKey } = this.#client;
    const { host, port } = this.#config;
    if (processID === null || secretKey === null) return Promise.resolve();
    const packet = new DataView(new ArrayBuffer(16));
    for (const [i, word] of [16, 80_877_102, processID, secretKey].entries()) packet.setInt32(4 * i, word);
    return new Promise((resolve) => {
      const socket: Socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
      socket.setTimeout(GRACE, () => socket.destroy());
      socket.on("connect", () => socket.write(new Uint8Array(packet.buffer)));
      socket.on("error", () => {});
      socket.on("close", () => resolve());
      socket.resume();
    });
  }
}

/** The last result; several come from a script of several statements. Column names are made only where they are read. */
class Answer implements RawResult {
  readonly rows: readonly unknown[][];
  readonly #result: PgResult;
  constructor(result: PgResult | readonly PgResult[]) {
    this.#result = Array.isArray(result) ? (result[result.length - 1] as PgResult) : (result as PgResult);
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
