// For users whose own settings do not name the types of `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import { ArgumentError, checkOptions, ConfigError, InvalidChangesetError, type Result } from "../base/index.ts";
import type { Adapter, Connection, TransactionOptions } from "../adapter/index.ts";
import { type Changeset, ChangesetState, invalidChangeset, IS_TAKEN, type UniqueQuestion } from "../changeset/index.ts";
import { checkMigrationConfig, CONFIG_KEYS, type MigrationConfig } from "../ddl/index.ts";
import { type AnyQuery, type JoinSource, preloadsOf, type QueryState, type TableAs, type UpdateArg, updatesOf } from "../query/index.ts";
import { type AnySchema, type AnyStruct, describe, type InstanceOf, type Persisted } from "../schema/index.ts";
import { aggregate, fetchRows, prepare, type PreparedQuery, type Slots, stream, type StreamOptions, read } from "./read/index.ts";
import { deleteAll, insertAll, updateAll } from "./bulk/index.ts";
import type * as T from "./calls.ts";
import {
  Engine,
  type SharedOptions,
  checkCall,
  checkDefaults,
  type RepoHooks,
  type RepoOperation,
  withDefaults,
  checkTransactionOptions,
  type LogOption,
  rollback,
  transact,
  raw,
} from "./engine/index.ts";
import { runMulti, type MultiFailures, MultiSteps, type StepFailure } from "./multi/index.ts";
import { type PreloadOptions, preloadStructs } from "./preload/index.ts";
import type { Names, OnConflict, WriteOptions } from "./row/index.ts";
import { deleteOne, insertOne, insertOrUpdateOne, updateOne } from "./write/index.ts";
import type { Written } from "./written.ts";

export interface RepoOptions extends RepoHooks {
  /** The database: `sqlite({ … })` or `postgres({ … })`. */
  readonly adapter: Adapter;
  /** Logs every statement: true prints, a function is called with each. */
  readonly log?: LogOption;
  /** How the repo's migrations behave, such as `{ migrationPrimaryKey: { type: "uuid" } }`. */
  readonly migrationConfig?: MigrationConfig;
}

const KNOWN = ["adapter", "log", "defaultOptions", "prepareQuery", "migrationConfig"];

/**
 * The only thing that talks to the database. Nothing is loaded that is not asked for.
 * It connects at the first use; `await repo.close()` or `await using` ends it.
 * @see Ecto.Repo
 */
export class Repo {
  readonly adapter: Adapter;
  readonly migrationConfig: MigrationConfig;
  readonly #engine: Engine;

  constructor(options: RepoOptions) {
    if (typeof options?.adapter?.open !== "function")
      throw new ConfigError('createRepo needs an adapter: createRepo({ adapter: sqlite({ database: "app.db" }) })');
    this.adapter = options.adapter;
    this.migrationConfig = options.migrationConfig ?? {};
    checkOptions("createRepo", options, KNOWN, (message) => new ConfigError(message));
    checkOptions("createRepo({ migrationConfig })", this.migrationConfig, CONFIG_KEYS);
    checkMigrationConfig("createRepo({ migrationConfig })", this.migrationConfig);
    if (typeof options.defaultOptions === "object") checkDefaults(options, options.defaultOptions);
    this.#engine = new Engine(options.adapter, options.log ?? false, options);
  }

  // ---- reads

  /**
   * All results of a query.
   * @throws QueryError where the query cannot be planned, DatabaseError where the database refuses it
   * @example await repo.all(from(Movie).where((m) => m.id.lt(9)))
   * @see Ecto.Repo.all/2
   */
  all<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S>[]>;
  all<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S>[]>;
  all<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<Row[]>;
  async all(queryable: unknown, options: read.ReadOptions = {}): Promise<never[]> {
    return (await read.all(this.#engine, queryable, this.#options("all", "all", options))) as never[];
  }

  /**
   * The one result, or null.
   * @throws MultipleResultsError where there are several
   * @see Ecto.Repo.one/2
   */
  one<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S> | null>;
  one<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S> | null>;
  one<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<Row | null>;
  async one(queryable: unknown, options: read.ReadOptions = {}): Promise<never> {
    return (await read.one(this.#engine, queryable, this.#options("all", "one", options))) as never;
  }

  /** The one result. @throws NoResultsError, MultipleResultsError @see Ecto.Repo.one!/2 */
  oneOrThrow<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S>>;
  oneOrThrow<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S>>;
  oneOrThrow<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<NonNullable<Row>>;
  async oneOrThrow(queryable: unknown, options: read.ReadOptions = {}): Promise<never> {
    return (await read.oneOrThrow(this.#engine, queryable, this.#options("all", "oneOrThrow", options))) as never;
  }

  /**
   * The row of a primary key, or null.
   * @param id the key; text is cast, as it comes from a URL
   * @throws ArgumentError where the key is null, CastError where it is not of its type
   * @example await repo.get(Movie, 1)
   * @see Ecto.Repo.get/3
   */
  async get<const Q extends T.Readable>(
    queryable: Q,
    id: T.KeyValue<InstanceOf<Q>>,
    options: read.ReadOptions = {},
  ): Promise<InstanceOf<Q> | null> {
    return (await read.get(this.#engine, queryable, id, this.#options("all", "get", options))) as never;
  }

  /** The row of a primary key. @throws NoResultsError @see Ecto.Repo.get!/3 */
  async getOrThrow<const Q extends T.Readable>(
    queryable: Q,
    id: T.KeyValue<InstanceOf<Q>>,
    options: read.ReadOptions = {},
  ): Promise<InstanceOf<Q>> {
    return (await read.getOrThrow(this.#engine, queryable, id, this.#options("all", "getOrThrow", options))) as never;
  }

  /**
   * The row that meets equalities, or null.
   * @throws MultipleResultsError where there are several
   * @example await repo.getBy(Movie, { title: "Ready Player One" })
   * @see Ecto.Repo.get_by/3
   */
  async getBy<const Q extends T.Readable>(
    queryable: Q,
    clauses: T.Clauses<InstanceOf<Q>>,
    options: read.ReadOptions = {},
  ): Promise<InstanceOf<Q> | null> {
    return (await read.one(this.#engine, read.byClauses(queryable, clauses, "getBy"), this.#options("all", "getBy", options))) as never;
  }

  /** The row that meets equalities. @throws NoResultsError, MultipleResultsError @see Ecto.Repo.get_by!/3 */
  async getByOrThrow<const Q extends T.Readable>(
    queryable: Q,
    clauses: T.Clauses<InstanceOf<Q>>,
    options: read.ReadOptions = {},
  ): Promise<InstanceOf<Q>> {
    return (await read.getByOrThrow(this.#engine, queryable, clauses, this.#options("all", "getByOrThrow", options))) as never;
  }

  /** All rows that meet equalities. @see Ecto.Repo.all_by/3 */
  async allBy<const Q extends T.Readable>(
    queryable: Q,
    clauses: T.Clauses<InstanceOf<Q>>,
    options: read.ReadOptions = {},
  ): Promise<InstanceOf<Q>[]> {
    return (await read.all(this.#engine, read.byClauses(queryable, clauses, "allBy"), this.#options("all", "allBy", options))) as never[];
  }

  /**
   * The results of a query one by one, fetched in parts; in the open transaction, else over a connection of its own.
   * @throws QueryError for a query with preloads
   * @example for await (const movie of repo.stream(from(Movie), { maxRows: 100 })) { … }
   * @see Ecto.Repo.stream/2
   */
  stream<S extends AnySchema>(schema: S, options?: StreamOptions): AsyncIterableIterator<InstanceOf<S>>;
  stream<S extends AnySchema>(table: TableAs<S>, options?: StreamOptions): AsyncIterableIterator<InstanceOf<S>>;
  stream<Row>(query: JoinSource<Row>, options?: StreamOptions): AsyncIterableIterator<Row>;
  stream(queryable: unknown, options: StreamOptions = {}): AsyncIterableIterator<never> {
    return stream(this.#engine, read.toQuery(queryable), this.#options("stream", "stream", options)) as AsyncIterableIterator<never>;
  }

  /**
   * A query that is compiled once and run with other values each time.
   * @param build makes the query out of the values' places
   * @example const byId = repo.prepare((p) => from(Movie).where((m) => m.id.eq(p.id))); await byId.all({ id: 1 })
   */
  // values are checked when they are given, unless the callback says their types
  prepare<Row, V extends object = Record<string, any>>(
    build: (values: Slots<V>) => JoinSource<Row>,
    options: read.ReadOptions = {},
  ): PreparedQuery<Row, V> {
    return prepare(this.#engine, build, this.#options("all", "prepare", options));
  }

  /** Whether a query has any row. @see Ecto.Repo.exists?/2 */
  async exists(queryable: T.Source, options: read.ReadOptions = {}): Promise<boolean> {
    return await read.exists(this.#engine, queryable, this.#options("all", "exists", options));
  }

  /**
   * The number of rows, or an aggregate of a field.
   * @example await repo.aggregate(Movie, "count"); await repo.aggregate(Movie, "max", "id")
   * @see Ecto.Repo.aggregate/3
   */
  async aggregate<const Q extends T.Source, const K extends T.AggregateKind, F extends keyof T.AggregateColumns<Q> & string>(
    queryable: Q,
    kind: K,
    ...rest: T.AggregateOf<K, F>
  ): Promise<K extends "count" ? number : T.Aggregated<K, T.AggregateColumns<Q>[F]>> {
    const [of, more] = rest as [unknown, read.ReadOptions?];
    const [field, options = {}] = typeof of === "object" && of !== null ? [undefined, of as read.ReadOptions] : [of, more];
    return (await aggregate(this.#engine, queryable, kind, field, this.#options("all", "aggregate", options))) as never;
  }

  /** The struct, or the structs, as they are in the database now; null where a row is gone. Preloads are dropped. @see Ecto.Repo.reload/2 */
  reload<S extends AnyStruct>(struct: S, options?: read.ReadOptions): Promise<T.Reloaded<S> | null>;
  reload<S extends AnyStruct>(structs: readonly S[], options?: read.ReadOptions): Promise<(T.Reloaded<S> | null)[]>;
  async reload(structs: object | readonly object[], options: read.ReadOptions = {}): Promise<unknown> {
    const rows = await read.reload(this.#engine, Array.isArray(structs) ? structs : [structs], this.#options("all", "reload", options));
    return Array.isArray(structs) ? rows : rows[0];
  }

  /** The same, where no row may be gone. @throws NoResultsError @see Ecto.Repo.reload!/2 */
  reloadOrThrow<S extends AnyStruct>(struct: S, options?: read.ReadOptions): Promise<T.Reloaded<S>>;
  reloadOrThrow<S extends AnyStruct>(structs: readonly S[], options?: read.ReadOptions): Promise<T.Reloaded<S>[]>;
  async reloadOrThrow(structs: object | readonly object[], options: read.ReadOptions = {}): Promise<unknown> {
    const rows = await read.reloadAllOrThrow(
      this.#engine,
      Array.isArray(structs) ? structs : [structs],
      this.#options("all", "reloadOrThrow", options),
    );
    return Array.isArray(structs) ? rows : rows[0];
  }

  /**
   * Copies of structs with associations loaded: one query for each association, never one per row. What is loaded already stays.
   * @param preload names, a tree of names, or queries by name
   * @returns the same shape that was given: a struct, a list, or null
   * @example const movie = await repo.preload(found, ["distributor", { actors: "movies" }])
   * @see Ecto.Repo.preload/3
   */
  async preload<X extends T.Preloading, const P extends T.PreloadInto<X>>(
    structs: X,
    preload: P,
    options: PreloadOptions = {},
  ): Promise<T.Preloads<X, P>> {
    const checked = this.#options("preload", "preload", options);
    const list = (Array.isArray(structs) ? structs : [structs ?? null]) as (Record<string, unknown> | null)[];
    const loaded = await preloadStructs(this.#engine, list, (info) => preloadsOf(info, preload, null), checked, fetchRows);
    return (Array.isArray(structs) ? loaded : loaded[0]) as never;
  }

  // ---- writes

  /**
   * Inserts a struct or a changeset, with all that is nested in it, in one transaction.
   * @returns the struct as inserted, or the changeset with its errors
   * @throws ConstraintError for a violated constraint that no changeset declares
   * @example const result = await repo.insert(Movie.build({ title: "Bright" }))
   * @see Ecto.Repo.insert/2
   */
  async insert<S extends AnyStruct, P extends string = never, const C extends OnConflict<Persisted<S>> = "raise">(
    source: S | Changeset<S, P>,
    options: T.InsertOptions<Persisted<S>, C> = {},
  ): Promise<Result<T.Unwritten<Written<S, NoInfer<P>>, C>, Changeset<S, NoInfer<P>>>> {
    return (await insertOne(this.#writer(), source, this.#options("insert", "insert", options))) as Result<never, never>;
  }
  /** Inserts. @throws InvalidChangesetError where `insert` would return the changeset @see Ecto.Repo.insert!/2 */
  async insertOrThrow<S extends AnyStruct, P extends string = never, const C extends OnConflict<Persisted<S>> = "raise">(
    source: S | Changeset<S, P>,
    options: T.InsertOptions<Persisted<S>, C> = {},
  ): Promise<T.Unwritten<Written<S, NoInfer<P>>, C>> {
    return valueOf(await insertOne(this.#writer(), source, this.#options("insert", "insert", options)), "insert") as never;
  }

  /**
   * Updates what a changeset changes; without changes nothing is sent.
   * @throws StaleEntryError where the row is gone
   * @see Ecto.Repo.update/2
   */
  async update<S extends AnyStruct, P extends string>(
    changeset: Changeset<S, P>,
    options?: WriteOptions<Persisted<S>>,
  ): Promise<Result<Written<S, P>, Changeset<S, P>>> {
    return (await updateOne(this.#writer(), changeset, this.#options("update", "update", options))) as Result<never, never>;
  }
  /** Updates. @throws InvalidChangesetError where `update` would return the changeset @see Ecto.Repo.update!/2 */
  async updateOrThrow<S extends AnyStruct, P extends string>(
    changeset: Changeset<S, P>,
    options?: WriteOptions<Persisted<S>>,
  ): Promise<Written<S, P>> {
    return valueOf(await updateOne(this.#writer(), changeset, this.#options("update", "update", options)), "update") as never;
  }

  /**
   * Deletes a struct's row, or that of a changeset, which may declare constraints.
   * @throws StaleEntryError where the row is gone already
   * @see Ecto.Repo.delete/2
   */
  async delete<S extends AnyStruct, P extends string = never>(
    source: S | Changeset<S, P>,
    options: WriteOptions<Persisted<S>> = {},
  ): Promise<Result<S, Changeset<S, NoInfer<P>>>> {
    return (await deleteOne(this.#writer(), source, this.#options("delete", "delete", options))) as Result<never, never>;
  }
  /** Deletes. @throws InvalidChangesetError where `delete` would return the changeset @see Ecto.Repo.delete!/2 */
  async deleteOrThrow<S extends AnyStruct, P extends string = never>(
    source: S | Changeset<S, P>,
    options: WriteOptions<Persisted<S>> = {},
  ): Promise<S> {
    return valueOf(await deleteOne(this.#writer(), source, this.#options("delete", "delete", options)), "delete") as never;
  }

  /** Inserts what is built, updates what is loaded. @see Ecto.Repo.insert_or_update/2 */
  async insertOrUpdate<S extends AnyStruct, P extends string, const C extends OnConflict<Persisted<S>> = "raise">(
    changeset: Changeset<S, P>,
    options?: T.InsertOptions<Persisted<S>, C>,
  ): Promise<Result<T.Unwritten<Written<S, P>, C>, Changeset<S, P>>> {
    return (await insertOrUpdateOne(this.#writer(), changeset, this.#options("insertOrUpdate", "insertOrUpdate", options))) as Result<
      never,
      never
    >;
  }
  /** The same. @throws InvalidChangesetError @see Ecto.Repo.insert_or_update!/2 */
  async insertOrUpdateOrThrow<S extends AnyStruct, P extends string, const C extends OnConflict<Persisted<S>> = "raise">(
    changeset: Changeset<S, P>,
    options?: T.InsertOptions<Persisted<S>, C>,
  ): Promise<T.Unwritten<Written<S, P>, C>> {
    return valueOf(
      await insertOrUpdateOne(this.#writer(), changeset, this.#options("insertOrUpdate", "insertOrUpdate", options)),
      "insert or update",
    ) as never;
  }

  /**
   * Inserts many rows in as few statements as the database takes, without changesets.
   * @returns the number of rows, and the rows where `returning` asks for them
   * @example await repo.insertAll(Movie, [{ title: "A" }, { title: "B" }], { returning: ["id"] })
   * @example await repo.insertAll(Movie, rows, { returning: (m) => ({ id: m.id, shout: sql<string>`upper(${m.title})` }) })
   * @see Ecto.Repo.insert_all/3
   */
  async insertAll<
    const Q extends AnySchema | TableAs<AnySchema> | string,
    B extends boolean = false,
    F extends Names<T.RootOf<Q>> = never,
    const X = unknown,
  >(
    target: Q,
    rows: T.InsertRows<T.RootOf<Q>>,
    options: T.Returning<T.RootOf<Q>, B, F, X> = {},
  ): Promise<T.BulkResult<T.InsertedRows<T.RootOf<Q>, B, F, X>>> {
    return (await insertAll(this.#writer(), target, rows, this.#options("insertAll", "insertAll", options))) as T.BulkResult<never>;
  }

  /**
   * Updates every row of a query.
   * @param update what to write, beside the query's own update clause
   * @example await repo.updateAll(from(Movie).where((m) => m.id.lt(9)), { set: { tagline: null } })
   * @see Ecto.Repo.update_all/3
   */
  async updateAll<const Q extends T.Source, B extends boolean = false, F extends Names<T.RootOf<Q>> = never>(
    queryable: Q,
    update?: UpdateArg<T.RootOf<Q>, T.JoinsOf<Q>>,
    options: T.ChangeReturning<B, F> = {},
  ): Promise<T.BulkResult<T.ChangedRows<Q, B, F>>> {
    const query = read.toQuery(queryable);
    const state: QueryState = update === undefined ? query : { ...query, update: [...query.update, ...updatesOf(query, update)] };
    return (await updateAll(this.#engine, state, this.#options("updateAll", "updateAll", options))) as T.BulkResult<never>;
  }

  /** Deletes every row of a query. @see Ecto.Repo.delete_all/2 */
  async deleteAll<const Q extends T.Source, B extends boolean = false, F extends Names<T.RootOf<Q>> = never>(
    queryable: Q,
    options: T.ChangeReturning<B, F> = {},
  ): Promise<T.BulkResult<T.ChangedRows<Q, B, F>>> {
    return (await deleteAll(
      this.#engine,
      read.toQuery(queryable),
      this.#options("deleteAll", "deleteAll", options),
    )) as T.BulkResult<never>;
  }

  // ---- transactions

  /**
   * Runs a function in a transaction; repo calls inside join it by themselves, through helper functions too. A throw rolls back and goes on.
   * @returns what the function returns
   * @throws TransactionError where an inner transaction was rolled back, or `rollback` was called
   * @example await repo.transaction(async () => { … })
   */
  transaction<T>(fn: () => Promise<T> | T, options?: TransactionOptions): Promise<T>;
  /** A Multi, as `transact` runs it. */
  transaction<C extends object, F extends StepFailure>(
    multi: MultiSteps<C, F>,
    options?: TransactionOptions,
  ): Promise<Result<C, MultiFailures<C, F>>>;
  async transaction(fn: unknown, options?: TransactionOptions): Promise<unknown> {
    if (fn instanceof MultiSteps) return await this.transact(fn, options);
    if (typeof fn !== "function") throw new ArgumentError(`transaction takes a function, not ${describe(fn)}`);
    return await this.#engine.transaction(async () => await fn(), this.#options("transaction", "transaction", options));
  }

  /**
   * Runs a function that answers with a Result, or a Multi, in a transaction: ok commits, an error rolls back. Either is returned.
   * @see Ecto.Repo.transact/2
   */
  transact<C extends object, F extends StepFailure>(
    multi: MultiSteps<C, F>,
    options?: TransactionOptions,
  ): Promise<Result<C, MultiFailures<C, F>>>;
  transact<R extends T.AnyResult>(
    fn: (repo: this) => Promise<R> | R,
    options?: TransactionOptions,
  ): Promise<Result<T.ValueIn<R>, T.ErrorIn<R>>>;
  async transact(work: unknown, options?: TransactionOptions): Promise<Result<never, never>> {
    if (work instanceof MultiSteps)
      return (await runMulti(this.#engine, this, work, this.#options("transaction", "transact", options))) as Result<never, never>;
    if (typeof work !== "function") throw new ArgumentError(`transact takes a function or a Multi, not ${describe(work)}`);
    return (await transact(this.#engine, async () => await work(this), this.#options("transaction", "transact", options))) as Result<
      never,
      never
    >;
  }

  /** Leaves the current transaction; `transact` returns the reason as its error. @see Ecto.Repo.rollback/1 */
  rollback(reason: unknown): never {
    return rollback(this.#engine, reason);
  }

  /** Whether this async context is in a transaction of this repo. @see Ecto.Repo.in_transaction?/0 */
  inTransaction(): boolean {
    return (this.#engine.held()?.depth ?? 0) > 0;
  }

  /** One connection for all that a function does. @see Ecto.Repo.checkout/2 */
  async checkout<T>(fn: () => Promise<T> | T): Promise<T> {
    if (typeof fn !== "function") throw new ArgumentError(`checkout takes a function, not ${describe(fn)}`);
    return await this.#engine.checkout(async () => await fn());
  }

  // ---- SQL

  /**
   * Runs SQL as it is, with its parameters apart from it.
   * @example await repo.query("SELECT count(*) FROM movies WHERE id < $1", [9])
   * @example const { rows } = await repo.query<[id: number, title: string]>("SELECT id, title FROM movies")
   * @see Ecto.Adapters.SQL.query/4
   */
  async query<Row extends readonly unknown[] = readonly unknown[]>(
    sql: string,
    params: readonly unknown[] = [],
    options: SharedOptions = {},
  ): Promise<raw.QueryResult<Row>> {
    return await raw.query<Row>(this.#engine, sql, params, this.#options("query", "query", options));
  }

  /** The SQL of a query and its parameters, without running it. @see Ecto.Adapters.SQL.to_sql/3 */
  toSql(
    kind: "all" | "updateAll" | "deleteAll",
    queryable: AnySchema | AnyQuery | JoinSource<unknown>,
  ): { readonly sql: string; readonly params: unknown[] } {
    return raw.toSql(this.#engine, kind, read.toQuery(queryable));
  }

  /** The database's plan for a query, as text lines. @see Ecto.Adapters.SQL.explain/4 */
  async explain(
    kind: "all" | "updateAll" | "deleteAll",
    queryable: AnySchema | AnyQuery | JoinSource<unknown>,
    options: raw.ExplainOptions = {},
  ): Promise<string> {
    return await raw.explain(this.#engine, kind, read.toQuery(queryable), this.#options("query", "explain", options));
  }

  // ---- life

  /** Waits for what runs, and closes every connection. */
  close(): Promise<void> {
    return this.#engine.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What `unsafeValidateUnique` asks: whether there is another row with the same values. */
  [IS_TAKEN](question: UniqueQuestion): Promise<boolean> {
    const options = this.#options("all", "unsafeValidateUnique: repoOpts", question.options);
    return read.isTaken(this.#engine, { ...question, options });
  }
  /** @internal The open pool, for the migrator. */
  pool() {
    return this.#engine.pool();
  }
  /** @internal Makes repo calls inside a function use a connection that the migrator holds. */
  runOn<T>(connection: Connection, inTransaction: boolean, fn: () => T): T {
    return this.#engine.runOn(connection, inTransaction, fn);
  }

  /** The options of a call, under the repo's defaults, and checked. */
  #options<O extends object>(operation: RepoOperation, call: string, options: O | undefined): O {
    const own = options ?? ({} as O);
    checkCall(this.#engine.hooks, operation, call, own);
    const all = withDefaults(this.#engine.hooks, operation, call, own);
    if (operation === "transaction") checkTransactionOptions(call, all as TransactionOptions);
    return all;
  }
  #writer() {
    return { engine: this.#engine, repo: this };
  }
}

function valueOf(result: Result<unknown, unknown>, action: string): unknown {
  if (result.ok) return result.value;
  if (result.error instanceof ChangesetState) throw invalidChangeset(result.error, action);
  throw new InvalidChangesetError(result.error, `could not ${action}`);
}

/**
 * Makes a repo. It connects at its first use.
 * @throws ConfigError without an adapter
 * @example export const repo = createRepo({ adapter: sqlite({ database: "friends.db" }) })
 */
export function createRepo(options: RepoOptions): Repo {
  return new Repo(options);
}
