import { resolve } from "node:path";
import { ConfigError, ConnectionError } from "../../core/base/index.ts";
import { loadDriver } from "./load.ts";

/** The part of a `PGlite` that is used. */
export interface PGliteDatabase {
  readonly waitReady: Promise<void>;
  readonly closed: boolean;
  execProtocol(
    message: Uint8Array,
    options: { readonly throwOnError: boolean; readonly syncToFs: boolean },
  ): Promise<{ readonly messages: readonly unknown[]; readonly data: Uint8Array }>;
  runExclusive<T>(work: () => Promise<T>): Promise<T>;
  /** What keeps its own queries and transactions apart. */
  _runExclusiveTransaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Serialize {
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
export interface Opened {
  readonly database: PGliteDatabase;
  readonly serialize: Serialize;
}

const given = new WeakMap<PGliteDatabase, Instance>();
const folders = new Map<string, Instance>();

/** The one session of a PGlite, which its connections share, be they of one driver or of several. */
export class Instance {
  readonly address: string;
  connections = 0;
  /** It threw what is no error of the database's: it never answers again. */
  broken = false;
  readonly #given: PGliteDatabase | null;
  readonly #folder: string | undefined;
  #opened: Promise<Opened> | null = null;
  #closing: Promise<unknown> | null = null;

  private constructor(database: PGliteDatabase | null, folder: string | undefined) {
    this.#given = database;
    this.#folder = folder;
    this.address = database !== null ? "PGlite" : folder === undefined ? "PGlite in memory" : `PGlite in ${folder}`;
  }

  static of(database: PGliteDatabase): Instance {
    return known(given, database, () => new Instance(database, undefined));
  }

  static in(folder: string | undefined): Instance {
    if (folder === undefined || folder.startsWith("memory://")) return new Instance(null, undefined);
    const path = folder.startsWith("file://") ? folder.slice("file://".length) : folder;
    // Of another file system of PGlite's, such as idb://, the name is all there is.
    return known(folders, path.includes("://") ? path : resolve(path), () => new Instance(null, folder));
  }

  /** Whoever made the PGlite uses it too. */
  get isGiven(): boolean {
    return this.#given !== null;
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
    await this.#closing;
    const { PGlite, protocol } = await loadDriver<Package>("@electric-sql/pglite", () => import("@electric-sql/pglite"));
    const database = this.#given ?? new PGlite(this.#folder);
    await database.waitReady;
    return { database, serialize: protocol.serialize };
  }

  leave(): void {
    this.connections--;
  }

  /** A database in memory would be gone; one with other connections is in use. */
  async close(): Promise<void> {
    if (this.connections > 0 || this.#folder === undefined || this.#opened === null) return;
    const closed = this.#opened.then(({ database }) => database.close());
    this.#opened = null;
    this.#closing = closed.catch(() => {});
    await closed;
  }
}

function known<Key>(
  all: { get(key: Key): Instance | undefined; set(key: Key, instance: Instance): unknown },
  key: Key,
  make: () => Instance,
): Instance {
  const found = all.get(key);
  if (found !== undefined) return found;
  const made = make();
  all.set(key, made);
  return made;
}
