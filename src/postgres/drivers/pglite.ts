import { ConfigError, ConnectionError } from "../../core/base/index.ts";
import type { PostgresAnswer, PostgresConnection, PostgresConnectOptions, PostgresDriver, PostgresRequest } from "./driver.ts";
import { loadDriver } from "./load.ts";

/** The part of a `PGlite` that is used. */
export interface PGliteDatabase {
  readonly waitReady: Promise<void>;
  execProtocol(message: Uint8Array, options: { readonly throwOnError: boolean }): Promise<{ readonly messages: readonly unknown[] }>;
  runExclusive<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Message {
  readonly name: string;
  readonly fields?: readonly unknown[];
  readonly status?: string;
  readonly text?: string;
}
interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}
interface Serialize {
  query(text: string): Uint8Array;
  parse(statement: { readonly name?: string; readonly text: string }): Uint8Array;
  bind(values: { readonly statement?: string; readonly values: readonly unknown[] }): Uint8Array;
  describe(what: { readonly type: "P" }): Uint8Array;
  execute(what: Readonly<Record<string, never>>): Uint8Array;
  close(what: { readonly type: "S"; readonly name: string }): Uint8Array;
  sync(): Uint8Array;
}
/** The part of the package that is used. */
interface Package {
  readonly PGlite: new (folder?: string) => PGliteDatabase;
  readonly protocol: { readonly serialize: Serialize };
}
/** An open database, and what writes messages for it. */
interface Opened {
  readonly database: PGliteDatabase;
  readonly serialize: Serialize;
}

/**
 * The driver over PGlite, a PostgreSQL inside the process (`npm install @electric-sql/pglite`): for tests, tools and small applications.
 *
 * Caveats: there is one connection, so that a transaction, a checkout or an open stream lets nobody else in until it ends. A
 * statement occupies the process until it is done. Settings that one repo makes are those of every other on the same database.
 * A text that begins with a byte order mark (U+FEFF) comes back without it.
 * An expression of some hundred nested operators overflows PGlite's stack, which is told as a lost connection.
 * Not supported: cancelling a statement that runs (its timeout and its signal stop it only before its turn), statementTimeout,
 * creating and dropping databases, and the options of a server: host, port, user, password, ssl.
 * @param database a PGlite of your own, which you close yourself; or the folder of one that is opened with the first query and
 *   closed with the repo; left away for one in memory, which lasts as long as this driver
 * @returns the driver, for `postgres()`
 * @throws ConfigError where it is something else
 * @example const repo = createRepo({ adapter: postgres({ driver: pglite("./data") }) })
 * @see Ecto.Adapters.Postgres
 */
export function pglite(database?: string | PGliteDatabase): PostgresDriver {
  const own = typeof database === "object" && database !== null && typeof database.execProtocol === "function";
  if (database !== undefined && !own && (typeof database !== "string" || database === ""))
    throw new ConfigError("pglite() takes the path of a folder, a PGlite, or nothing for a database in memory.");
  const instance = new Instance(own ? database : null, own ? undefined : (database as string | undefined));
  return {
    name: "pglite",
    maxConnections: 1,
    pipelining: false,
    place: own ? "PGlite" : database === undefined ? "PGlite in memory" : `PGlite in ${String(database)}`,
    async connect(options, onEnd) {
      return new Connection(instance, await instance.open(), options, onEnd);
    },
    close: () => instance.close(),
    storage: {
      description: own || database === undefined ? "PGlite" : String(database),
      create: async () => "exists",
      exists: async () => true,
      drop: async () => {
        throw new ConfigError("A database of PGlite is not dropped by ectype: delete its folder, or make another PGlite.");
      },
    },
  };
}

/** The one session of a PGlite, which its connections share: each has it to itself while it is in a transaction. */
class Instance {
  readonly #given: PGliteDatabase | null;
  readonly #folder: string | undefined;
  #opened: Promise<Opened> | null = null;
  connections = 0;
  /** Who is in a transaction, and whoever waits for its end. */
  #holder: object | null = null;
  #waiting: (() => void)[] = [];

  constructor(given: PGliteDatabase | null, folder: string | undefined) {
    this.#given = given;
    this.#folder = folder;
  }

  async open(): Promise<Opened> {
    this.connections++;
    try {
      this.#opened ??= this.#start();
      return await this.#opened;
    } catch (error) {
      this.connections--;
      this.#opened = null;
      if (error instanceof ConfigError) throw error;
      throw new ConnectionError(`PGlite does not open: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  async #start(): Promise<Opened> {
    const { PGlite, protocol } = await loadPGlite();
    const database = this.#given ?? new PGlite(this.#folder);
    await database.waitReady;
    return { database, serialize: protocol.serialize };
  }

  leave(): void {
    this.connections--;
  }

  /** A database in memory would be gone; one with other connections is in use. */
  async close(): Promise<void> {
    if (this.connections > 0 || this.#given !== null || this.#folder === undefined || this.#opened === null) return;
    const opened = this.#opened;
    this.#opened = null;
    await (await opened).database.close();
  }

  /** Waits until no other connection is in a transaction, and keeps the others out. */
  async enter(connection: object): Promise<void> {
    while (this.#holder !== null && this.#holder !== connection) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#holder = connection;
  }

  /** A statement is done. @param inTransaction whether it leaves its connection in a transaction */
  settle(connection: object, inTransaction: boolean): void {
    if (this.#holder !== connection || inTransaction) return;
    this.#holder = null;
    for (const go of this.#waiting.splice(0)) go();
  }
}

let counter = 0;

class Connection implements PostgresConnection {
  inTransaction = false;
  readonly #instance: Instance;
  readonly #db: PGliteDatabase;
  readonly #serialize: Serialize;
  readonly #parserOf: PostgresConnectOptions["parserOf"];
  readonly #onEnd: () => void;
  /** In front of the names of prepared statements, which all connections share. */
  readonly #id = `${++counter}_`;
  readonly #prepared = new Set<string>();
  readonly #outdated: string[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;
  #left: Promise<void> | null = null;

  constructor(instance: Instance, { database, serialize }: Opened, { parserOf }: PostgresConnectOptions, onEnd: () => void) {
    this.#instance = instance;
    this.#db = database;
    this.#serialize = serialize;
    this.#parserOf = parserOf;
    this.#onEnd = onEnd;
  }

  send(request: PostgresRequest, answer: (error: Error | null, result: PostgresAnswer | readonly PostgresAnswer[]) => void): void {
    this.#inTurn(() => this.#run(request)).then(
      (results) => answer(null, results.length === 1 ? (results[0] as PostgresAnswer) : results),
      (error: Error) => answer(error, []),
    );
  }

  unprepare(name: string): void {
    if (this.#prepared.delete(name)) this.#outdated.push(name);
  }

  end(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  /** What runs cannot be stopped. */
  destroy(): void {
    void this.end();
  }

  /** The session is left as a new one would be. */
  async #leave(): Promise<void> {
    const reset = this.#inTurn(() => this.#reset());
    this.#ended = true;
    await reset.catch(() => {});
    this.#instance.leave();
    this.#onEnd();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(new ConnectionError("The connection to PGlite is closed."));
    const done = this.#last.then(async () => {
      await this.#instance.enter(this);
      try {
        return await work();
      } finally {
        this.#instance.settle(this, this.inTransaction);
      }
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async #run({ sql, values, name, single }: PostgresRequest): Promise<PostgresAnswer[]> {
    for (const outdated of this.#outdated.splice(0))
      await this.#exchange([this.#serialize.close({ type: "S", name: this.#id + outdated })]);
    if (name === undefined && !single && (values === undefined || values.length === 0)) return this.#exchange([this.#serialize.query(sql)]);
    const statement = name === undefined ? "" : this.#id + name;
    const known = name !== undefined && this.#prepared.has(name);
    const parts = [
      ...(known ? [] : [this.#serialize.parse({ name: statement, text: sql })]),
      this.#serialize.bind({ statement, values: (values ?? []).map(onTheWire) }),
      this.#serialize.describe({ type: "P" }),
      this.#serialize.execute({}),
    ];
    const answers = await this.#exchange(parts, name);
    // An empty answer to what is not empty comes from a stack that was overrun.
    if (answers.some(({ command }) => command === "") && /\w/.test(sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ""))) throw lost();
    return answers;
  }

  async #reset(): Promise<void> {
    if (this.inTransaction) await this.#exchange([this.#serialize.query("ROLLBACK")]);
    if (this.#instance.connections === 1) await this.#exchange([this.#serialize.query("DISCARD ALL")]);
    else for (const name of this.#prepared) await this.#exchange([this.#serialize.close({ type: "S", name: this.#id + name })]);
  }

  /** Sends messages, and reads what comes until the server is ready again. @param name of the statement that is prepared, which stays so whatever comes of it */
  async #exchange(parts: readonly Uint8Array[], name?: string): Promise<PostgresAnswer[]> {
    const message = parts.length === 1 && parts[0]?.[0] === QUERY ? parts[0] : joined([...parts, this.#serialize.sync()]);
    const { messages } = await this.#db.runExclusive(() => this.#db.execProtocol(message, { throwOnError: false }));
    return this.#read(messages as readonly Message[], name);
  }

  #read(messages: readonly Message[], name: string | undefined): PostgresAnswer[] {
    const answers: PostgresAnswer[] = [];
    let fields: readonly Field[] = [];
    let parsers: readonly ((text: string) => unknown)[] = [];
    let rows: unknown[][] = [];
    let failure: Error | null = null;
    let ready = false;
    const complete = (text: string) => {
      const [command = "", ...counts] = text.split(" ");
      const count = Number(counts.at(-1));
      answers.push({ command, rowCount: counts.length > 0 && Number.isInteger(count) ? count : null, rows, fields });
      [fields, parsers, rows] = [[], [], []];
    };
    for (const message of messages) {
      switch (message.name) {
        case "parseComplete":
          if (name !== undefined) this.#prepared.add(name);
          break;
        case "rowDescription":
          fields = message.fields as readonly Field[];
          parsers = fields.map(({ dataTypeID }) => this.#parserOf(dataTypeID));
          break;
        case "dataRow":
          rows.push(
            (message.fields as (string | null)[]).map((text, at) =>
              text === null ? null : (parsers[at] as (text: string) => unknown)(text),
            ),
          );
          break;
        case "commandComplete":
          complete(message.text ?? "");
          break;
        case "emptyQuery":
          complete("");
          break;
        case "error":
          failure ??= message as unknown as Error;
          break;
        case "readyForQuery":
          this.inTransaction = message.status !== "I";
          ready = true;
          break;
      }
    }
    if (failure !== null) throw failure;
    if (!ready) throw lost();
    return answers;
  }
}

const QUERY = "Q".charCodeAt(0);

/** PGlite overran its stack, and has thrown away what it was at. */
function lost(): Error {
  return Object.assign(new Error("PGlite gave no answer"), { code: "08006" });
}

function onTheWire(value: unknown): unknown {
  return value === null || typeof value === "string" || value instanceof Uint8Array ? value : String(value);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const message = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

async function loadPGlite(): Promise<Package> {
  return await loadDriver<Package>("@electric-sql/pglite", () => import("@electric-sql/pglite"));
}
