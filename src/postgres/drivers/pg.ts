import { connect as openSocket, type Socket } from "node:net";
import type { PostgresAnswered, PostgresConnection, PostgresConnectOptions, PostgresDriver, PostgresRequest } from "./driver.ts";
import { loadDriver } from "./load.ts";
import { batchClass, type PgQueryClass, type PgQueryConfig } from "./pg-batch.ts";

/** Milliseconds that the server gets to take a request to cancel. */
const GRACE = 2000;

// The part of pg that is used; its own types must not reach the declarations of this package.
interface PgClient {
  readonly connection: PgConnection;
  readonly processID: number | null;
  readonly secretKey: number | null;
  connect(): Promise<unknown>;
  query(query: PgQueryConfig, values: undefined, callback: PostgresAnswered): void;
  query(query: InstanceType<PgQueryClass>): void;
  /** I: no transaction; T: in one; E: in one that failed. */
  getTransactionStatus(): string | null;
  on(event: "error" | "end", listener: (error?: Error) => void): unknown;
  ref(): void;
  unref(): void;
  end(): Promise<void>;
}
type PgTypes = PgQueryConfig["types"];
interface PgConnection {
  readonly stream: { destroy(): void; cork?(): void; uncork?(): void };
  /** The texts of prepared statements by their names. */
  readonly parsedStatements: Record<string, string>;
  /** Sends that a prepared statement is not needed any more; its answer comes with the next statement's. */
  close(statement: { readonly type: "S"; readonly name: string }): void;
  once(event: "readyForQuery" | "end", listener: () => void): unknown;
  off(event: "readyForQuery" | "end", listener: () => void): unknown;
}
interface ClientClass {
  readonly Query: PgQueryClass;
  new (config: Readonly<Record<string, unknown>>): PgClient;
}

/**
 * The driver over the package pg, which `postgres()` takes by itself.
 *
 * Statements are pipelined: they are sent without waiting for the answers to those before. Caveats: the pure JavaScript client only,
 * not pg-native. Not supported: LISTEN and NOTIFY, COPY.
 */
export const pgDriver: PostgresDriver = {
  name: "pg",
  async connect(options, onEnd) {
    const types = { getTypeParser: options.parserOf };
    const Client = await loadPg();
    const client = new Client({
      host: options.host,
      port: options.port,
      user: options.user,
      password: options.password,
      database: options.database,
      ssl: options.ssl,
      enableChannelBinding: options.channelBinding,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.connectTimeout,
      keepAlive: true,
      pipeline: options.pipeline,
      types,
    });
    const connection = new Pg(client, options, types, Client.Query);
    client.on("error", onEnd);
    client.on("end", onEnd);
    await client.connect();
    return connection;
  },
};

class Pg implements PostgresConnection {
  readonly #client: PgClient;
  readonly #options: PostgresConnectOptions;
  readonly #types: PgTypes;
  readonly #Query: PgQueryClass;
  #ended = false;
  /** Statements that were sent and not answered yet. */
  #pending = 0;
  #corked = false;

  constructor(client: PgClient, options: PostgresConnectOptions, types: PgTypes, Query: PgQueryClass) {
    this.#client = client;
    this.#options = options;
    this.#types = types;
    this.#Query = Query;
    client.on("end", () => {
      this.#ended = true;
    });
  }

  get inTransaction(): boolean {
    return this.#client.getTransactionStatus() !== "I";
  }

  send(request: PostgresRequest, answer: PostgresAnswered): void {
    this.#gather();
    this.#client.query(this.#configOf(request), undefined, this.#answering(request, answer));
  }

  sendTogether(requests: readonly (readonly [PostgresRequest, PostgresAnswered])[]): void {
    this.#gather();
    const Batch = batchClass(this.#Query);
    // What has become of the transaction is not told between them.
    const settled = { settled: true };
    this.#client.query(new Batch(requests.map(([request, answer]) => [this.#configOf(request), this.#answering(settled, answer)])));
  }

  /** While the server is at work, what is sent in one turn of the event loop goes out as one: it would have to wait anyway. */
  #gather(): void {
    const { stream } = this.#client.connection;
    if (this.#pending === 0 || this.#corked || !stream.cork) return;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork?.();
    });
  }

  #configOf({ sql, values, name, single }: PostgresRequest): PgQueryConfig {
    return {
      text: sql,
      rowMode: "array",
      types: this.#types,
      ...(values && { values }),
      ...(name !== undefined && { name }),
      ...(single && { queryMode: "extended" as const }),
    };
  }

  #answering({ settled }: Pick<PostgresRequest, "settled">, answer: PostgresAnswered): PostgresAnswered {
    let answered = false;
    this.#pending++;
    return (error, result) => {
      // A value that pg itself cannot send is answered twice.
      if (answered) return;
      answered = true;
      this.#pending--;
      const severity = (error as { severity?: unknown } | null)?.severity;
      if (settled === true && severity !== undefined && severity !== "FATAL" && !this.#ended) this.#whenReady(() => answer(error, result));
      else answer(error, result);
    };
  }

  /** After an error the server says what has become of the transaction in a message of its own. */
  #whenReady(done: () => void): void {
    const { connection } = this.#client;
    const ready = () => {
      connection.off("readyForQuery", ready);
      connection.off("end", ready);
      done();
    };
    connection.once("readyForQuery", ready);
    connection.once("end", ready);
  }

  unprepare(name: string): void {
    const { connection } = this.#client;
    delete connection.parsedStatements[name];
    connection.close({ type: "S", name });
  }

  /** Over a connection of its own, as the protocol has it. */
  cancel(): Promise<void> {
    const { processID, secretKey } = this.#client;
    const { host, port } = this.#options;
    if (processID === null || secretKey === null) return Promise.resolve();
    const packet = new DataView(new ArrayBuffer(16));
    for (const [i, word] of [16, 80_877_102, processID, secretKey].entries()) packet.setInt32(4 * i, word);
    return new Promise((resolve) => {
      const socket: Socket = host.startsWith("/") ? openSocket(`${host}/.s.PGSQL.${port}`) : openSocket(port, host);
      socket.setTimeout(GRACE, () => socket.destroy());
      socket.on("connect", () => socket.write(new Uint8Array(packet.buffer)));
      socket.on("error", () => {});
      socket.on("close", () => resolve());
      socket.resume();
    });
  }

  setBusy(busy: boolean): void {
    if (busy) this.#client.ref();
    else this.#client.unref();
  }

  async end(): Promise<void> {
    this.#client.ref();
    await this.#client.end();
  }

  destroy(): void {
    this.#client.connection.stream.destroy();
  }
}

async function loadPg(): Promise<ClientClass> {
  const pg = await loadDriver<{ readonly default?: { readonly Client: ClientClass }; readonly Client: ClientClass }>(
    "pg",
    () => import("pg"),
  );
  return (pg.default ?? pg).Client;
}
