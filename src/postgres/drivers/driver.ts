import type { StorageAdmin } from "../../core/adapter/index.ts";

/**
 * A driver of PostgreSQL: how `postgres({ driver })` gets at a server. It speaks for the server as it is: statements of one
 * connection are answered in the order in which they were sent, values go there as text and come as text, and errors are the server's,
 * with its SQLSTATE in `code` and its other fields (`detail`, `hint`, `schema`, `table`, `column`, `constraint`, `where` …) beside it.
 * An error of a lost connection has a code that begins with 08, or one of Node's sockets, such as ECONNRESET.
 */
export interface PostgresDriver {
  /** For messages. */
  readonly name: string;
  /** Connects. @param onEnd to be called once when the connection ends, for whatever reason */
  connect(options: PostgresConnectOptions, onEnd: () => void): Promise<PostgresConnection>;
  /** Connections that there can be at once. Default: as many as the option `pool.size` says. */
  readonly maxConnections?: number;
  /** `false` where a statement may be sent only when the one before is answered. */
  readonly pipelining?: boolean;
  /** Where the database is, for messages. Default: host and port. */
  readonly address?: string;
  /** Options of `postgres()` that mean nothing to it: whoever gives one is told so. */
  readonly unsupported?: readonly string[];
  /** Called when a pool has closed; another may connect afterwards. */
  close?(): Promise<void>;
  /** How the database is created and dropped. Default: by SQL, over a connection to the option `maintenanceDatabase`. */
  readonly storage?: StorageAdmin;
}

/** Where the server is, and how a connection to it is made. */
export interface PostgresConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | (() => string | Promise<string>) | undefined;
  readonly database: string;
  readonly ssl: boolean | Readonly<Record<string, unknown>> | undefined;
  readonly channelBinding: boolean;
  readonly applicationName: string | undefined;
  /** Milliseconds to wait for the connection; 0 for no limit. */
  readonly connectTimeout: number;
  /** Whether statements are sent without waiting for the answers to those before. */
  readonly pipeline: boolean;
  /** From the server's text of a value to the value, by the number of its type. */
  readonly parserOf: (type: number) => (text: string) => unknown;
}

/** One connection to the server. */
export interface PostgresConnection {
  /**
   * Sends a statement, after those that were sent before.
   * @param answer called once, in the order of the statements, with an error or with what came: of a text of several statements, each one's
   */
  send(request: PostgresRequest, answer: PostgresAnswered): void;
  /**
   * Sends several, each of exactly one statement, in such a way that after one that fails the others are not run: those are answered with its error.
   * Where it cannot be done, each is sent when the one before has been answered.
   */
  sendTogether?(requests: readonly (readonly [PostgresRequest, PostgresAnswered])[]): void;
  /** What the server said with its last answer: it is in a transaction, be it one that failed. */
  readonly inTransaction: boolean;
  /** Sends that a prepared statement is not needed any more. */
  unprepare(name: string): void;
  /** Asks the server to stop what it is at; that then fails with SQLSTATE 57014. Where it cannot be asked, statements run to their end. */
  cancel?(): Promise<void>;
  /** An unused connection does not keep the process running. */
  setBusy?(busy: boolean): void;
  /** Says goodbye to the server. */
  end(): Promise<unknown>;
  /** Cuts the connection, whatever runs on it. */
  destroy(): void;
}

/** What takes an answer: an error, or what came, of a text of several statements each one's. */
export type PostgresAnswered = (error: Error | null, result: PostgresAnswer | readonly PostgresAnswer[]) => void;

/** One statement with its parameters. */
export interface PostgresRequest {
  readonly sql: string;
  /** In the order of the places `$1`, `$2` …: null, texts, numbers, bigints, booleans and bytes. None: the text may hold several statements. */
  readonly values?: readonly unknown[];
  /** Of a prepared statement: where the connection knows it, its text need not be sent again. */
  readonly name?: string;
  /** Exactly one statement, also where there are no values: the server refuses another. */
  readonly single?: boolean;
  /** An error is answered only when `inTransaction` tells what has become of the transaction. */
  readonly settled?: boolean;
}

/** What a statement gave: the rows as the server sends them, or how many it changed. */
export interface PostgresAnswer {
  /** The server's word for what it did, such as "INSERT". */
  readonly command: string;
  /** Rows affected or returned. */
  readonly rowCount: number | null;
  /** Rows as arrays, in the order of the columns, their values read by `parserOf`. */
  readonly rows: unknown[][];
  readonly fields: readonly { readonly name: string }[];
}
