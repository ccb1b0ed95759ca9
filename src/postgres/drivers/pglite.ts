import { ConfigError } from "../../core/base/index.ts";
import type { PostgresAnswer, PostgresConnection, PostgresConnectOptions, PostgresDriver, PostgresRequest } from "./driver.ts";
import { type Exchange, readMessages } from "./pglite-answers.ts";
import { Instance, type Opened, type PGliteDatabase, type Serialize } from "./pglite-instance.ts";

export type { PGliteDatabase };

/**
 * The driver over PGlite, a PostgreSQL inside the process (`npm install @electric-sql/pglite`): for tests, tools and small applications.
 *
 * Caveats: there is one connection, so that a transaction, a checkout or an open stream lets nobody else in until it ends. A
 * statement occupies the process until it is done. Settings that one repo makes are those of every other on the same database.
 * An expression of some hundred nested operators overflows PGlite's stack: it fails with SQLSTATE 54001,
 * or, where a function called itself so deeply, as a lost connection for good.
 * Not supported: cancelling a statement that runs (its timeout and its signal stop it only before its turn), COPY from the client,
 * creating and dropping databases, and the options of a server, which are refused: url, host, port, user, password, database, ssl,
 * statementTimeout and what a new database is made with.
 * @param database a PGlite of your own, which you close yourself, and whose own transactions keep the repo out and the other way
 *   round; or the folder of one that is opened with the first query and
 *   closed with the repo; left away for one in memory, which lasts as long as this driver
 * @returns the driver, for `postgres()`
 * @throws ConfigError where it is something else
 * @example const repo = createRepo({ adapter: postgres({ driver: pglite("./data") }) })
 * @see Ecto.Adapters.Postgres
 */
export function pglite(database?: string | PGliteDatabase): PostgresDriver {
  const own = typeof database === "object" && database !== null && typeof database.execProtocol === "function";
  if (database !== undefined && !own && (typeof database !== "string" || database === ""))
    throw new ConfigError("pglite() takes the path of a folder, a PGlite, or nothing for a database in memory");
  const instance = own ? Instance.of(database) : Instance.in(database as string | undefined);
  return {
    name: "pglite",
    maxConnections: 1,
    pipelining: false,
    address: instance.address,
    unsupported: UNSUPPORTED,
    async connect(options, onEnd) {
      return new Connection(instance, await instance.open(), options, onEnd);
    },
    close: () => instance.close(),
    storage: {
      description: instance.address,
      create: async () => "exists",
      exists: async () => true,
      drop: async () => {
        throw new ConfigError("a database of PGlite is not dropped by ectype: delete its folder, or make another PGlite");
      },
    },
  };
}

const UNSUPPORTED = [
  ...["url", "host", "port", "user", "password", "database", "ssl", "connectTimeout", "statementTimeout", "applicationName"],
  ...["maintenanceDatabase", "encoding", "template", "lcCollate", "lcCtype"],
];

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
  /** Lets others in; null while it has not the session to itself. */
  #letGo: (() => void) | null = null;
  /** Ends the wait for the session. */
  #giveUp: ((error: Error) => void) | null = null;
  #cut = false;
  #left: Promise<void> | null = null;

  constructor(instance: Instance, { database, serialize }: Opened, { parserOf }: PostgresConnectOptions, onEnd: () => void) {
    this.#instance = instance;
    this.#db = database;
    this.#serialize = serialize;
    this.#parserOf = parserOf;
    this.#onEnd = onEnd;
  }

  send(request: PostgresRequest, answer: (error: Error | null, result: PostgresAnswer | readonly PostgresAnswer[]) => void): void {
    const results = this.#left === null ? this.#inTurn(request) : Promise.reject(lost());
    results.then(
      (all) => answer(null, all.length === 1 ? (all[0] as PostgresAnswer) : all),
      (error: Error) => answer(error, []),
    );
  }

  unprepare(name: string): void {
    if (this.#prepared.delete(name)) this.#outdated.push(name);
  }

  /** What runs cannot be stopped; what waits for somebody else's transaction can. */
  async cancel(): Promise<void> {
    this.#giveUp?.(failed("57014", "canceling statement due to user request"));
  }

  end(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  destroy(): void {
    void this.end();
    this.#cut = true;
    this.#giveUp?.(lost());
  }

  async #leave(): Promise<void> {
    await this.#last;
    // Nothing more can go wrong for anybody: whoever comes next sees for himself whether the database still answers.
    await this.#reset().catch(() => {});
    this.#release();
    this.#instance.leave();
    this.#onEnd();
  }

  #inTurn(request: PostgresRequest): Promise<PostgresAnswer[]> {
    const done = this.#last.then(async () => {
      if (this.#cut) throw lost();
      await this.#enter();
      try {
        return await this.#run(request);
      } finally {
        if (!this.inTransaction) this.#release();
      }
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** Waits until nobody else is in a transaction, and keeps the others out to the end of its own. */
  async #enter(): Promise<void> {
    if (this.#letGo !== null) return;
    await new Promise<void>((resolve, reject) => {
      let waits = true;
      this.#giveUp = (error) => {
        waits = false;
        reject(error);
      };
      const held = () =>
        new Promise<void>((letGo) => {
          if (!waits) return letGo();
          this.#letGo = letGo;
          resolve();
        });
      this.#db._runExclusiveTransaction(held).catch(reject);
    }).finally(() => {
      this.#giveUp = null;
    });
  }

  #release(): void {
    this.#letGo?.();
    this.#letGo = null;
  }

  async #run({ sql, values, name, single }: PostgresRequest): Promise<PostgresAnswer[]> {
    for (const outdated of this.#outdated.splice(0)) await this.#forget(outdated);
    if (name === undefined && !single && (values === undefined || values.length === 0)) return this.#simple(sql);
    return this.#extended(sql, values ?? [], name);
  }

  async #simple(sql: string): Promise<PostgresAnswer[]> {
    const { answers, failure, open, status } = await this.#exchange(this.#serialize.query(sql));
    if (status === null || open || (answers.length === 0 && failure === null)) throw await this.#overrun();
    if (failure !== null) throw failure;
    return [...answers];
  }

  async #extended(sql: string, values: readonly unknown[], name: string | undefined): Promise<PostgresAnswer[]> {
    const statement = name === undefined ? "" : this.#id + name;
    const known = name !== undefined && this.#prepared.has(name);
    const got = await this.#exchange(
      joined([
        ...(known ? [] : [this.#serialize.parse({ name: statement, text: sql })]),
        this.#serialize.bind({ statement, values: values.map(onTheWire) }),
        this.#serialize.describe({ type: "P" }),
        this.#serialize.execute({}),
      ]),
    );
    if (name !== undefined && got.parsed) this.#prepared.add(name);
    // The end of the statement, and of its own transaction, is sent when it has run whole: else a part of it would be kept.
    if (isCutShort(got, known)) throw await this.#overrun(got.failure !== null);
    // In a transaction that end changes nothing, and a prepared statement does not end the transaction itself: a trip less.
    if (name !== undefined && this.inTransaction && got.failure === null) return [...got.answers];
    const end = await this.#exchange(this.#serialize.sync());
    if (end.status === null) throw await this.#overrun();
    const failure = got.failure ?? end.failure;
    if (failure !== null) throw failure;
    return [...got.answers];
  }

  /**
   * PGlite ran out of JavaScript's stack, and has thrown away what it was at: it is still in the middle of the statement.
   * @param waits whether there was an error since, so that it waits for the end of its messages
   */
  async #overrun(waits = false): Promise<Error> {
    // An error takes it out of the statement, and spoils its transaction as every error does.
    const { status } = await this.#exchange(waits ? this.#serialize.sync() : this.#serialize.query("?"));
    if (status !== null) return failed("54001", "the statement is nested too deeply for PGlite: write it flatter, or in several");
    // What ran out while it was executed leaves no way back, and the next end of a transaction would keep a part of what it did.
    this.#instance.broken = true;
    return lost("PGlite ran out of stack in the middle of the statement, and is of no use any more: open another one");
  }

  /** The session is left as a new one would be. */
  async #reset(): Promise<void> {
    if (this.inTransaction) await this.#exchange(this.#serialize.query("ROLLBACK"));
    for (const name of this.#prepared) await this.#forget(name);
    if (this.#instance.connections > 1) return;
    await this.#enter();
    // Whoever made the PGlite keeps what it listens to, its temporary tables and its role.
    for (const sql of this.#instance.isGiven ? ["CLOSE ALL", "RESET ALL", "SELECT pg_advisory_unlock_all()"] : ["DISCARD ALL"])
      await this.#exchange(this.#serialize.query(sql));
  }

  async #forget(name: string): Promise<void> {
    await this.#exchange(joined([this.#serialize.close({ type: "S", name: this.#id + name }), this.#serialize.sync()]));
  }

  /** Sends messages, and reads what comes. */
  async #exchange(message: Uint8Array): Promise<Exchange> {
    if (this.#instance.broken) throw lost("PGlite broke before: open another one");
    if (this.#db.closed) throw lost("PGlite is closed");
    const { messages, data } = await this.#db
      .runExclusive(() =>
        this.#db.execProtocol(message, { throwOnError: false, syncToFs: message[0] === QUERY || message.at(-5) === SYNC }),
      )
      .catch((error: unknown) => {
        // It never answers again, and would not let go of the thread.
        this.#instance.broken = true;
        throw lost(`PGlite broke: ${error instanceof Error ? error.message : "it ended"}`);
      });
    const exchange = readMessages(messages, data, this.#parserOf);
    if (exchange.status !== null) this.inTransaction = exchange.status !== "I";
    return exchange;
  }
}

const QUERY = "Q".charCodeAt(0);
const SYNC = "S".charCodeAt(0);

/** Whether an answer ends before the statement's end, without an error or with one about what PGlite has thrown away before. */
function isCutShort({ answers, failure, parsed, bound }: Exchange, known: boolean): boolean {
  if (failure === null) return !bound || answers.length === 0;
  const { code } = failure as { code?: string };
  return (code === "26000" && !known && !parsed) || (code === "34000" && !bound);
}

function failed(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function lost(message = "The connection to PGlite is closed"): Error {
  return failed("08006", message);
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
