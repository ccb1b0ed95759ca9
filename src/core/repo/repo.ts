// For users whose own settings do not name the types of `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import { ArgumentError, checkOptions, ConfigError, InvalidChangesetError, kindOf, optionNames, type Result } from "../base/index.ts";
import type { Adapter, Connection } from "../adapter/index.ts";
import { type Changeset, ChangesetState, invalidChangeset, IS_TAKEN, type UniqueQuestion } from "../changeset/index.ts";
import { checkMigrationConfig, CONFIG_KEYS, type MigrationConfig } from "../ddl/index.ts";
import {
  type AnyQuery,
  type JoinSource,
  preloadsOf,
  type QueryOperation,
  type QueryState,
  type TableAs,
  type UpdateArg,
  updatesOf,
} from "../query/index.ts";
import type { AnySchema, AnyStruct, InstanceOf, Persisted } from "../schema/index.ts";
import { aggregate, fetchBy, prepare, type PreparedQuery, type Slots, stream, read } from "./read/index.ts";
import { deleteAll, insertAll, updateAll } from "./bulk/index.ts";
import type * as T from "./calls.ts";
import {
  Engine,
  checkCall,
  checkDefaults,
  type RepoHooks,
  operationOf,
  type QueryOptions,
  type DeleteOptions,
  type SqlOptions,
  type Takes,
  type UpdateOptions,
  runOn,
  checkout,
  transaction,
  watchedPool,
  withDefaults,
  checkTransactionOptions,
  type TransactionOptions,
  type LogOption,
  rollback,
  transact,
  raw,
  type ExplainOptions,
  type Names,
  type OnConflict,
  type PreloadOptions,
  type StreamOptions,
  type BulkOptions,
  type ChangeAllOptions,
  type WriteOptions,
} from "./engine/index.ts";
import { runMulti, type MultiFailures, MultiSteps, type StepFailure } from "./multi/index.ts";
import { preloadStructs } from "./preload/index.ts";
import { deleteOne, insertOne, insertOrUpdateOne, updateOne } from "./write/index.ts";
import type { Written } from "./written.ts";

/** What a repo is made of: its adapter, and what all its calls have in common. */
export interface RepoOptions extends RepoHooks {
  /** The database: `sqlite({ … })` or `postgres({ … })`. */
  readonly adapter: Adapter;
  /** Logs every statement: true prints, a function is called with each. */
  readonly log?: LogOption;
  /** How the repo's migrations behave, such as `{ migrationPrimaryKey: { type: "uuid" } }`. */
  readonly migrationConfig?: MigrationConfig;
}

const KNOWN = optionNames<RepoOptions>({ adapter: true, log: true, defaultOptions: true, prepareQuery: true, migrationConfig: true });

/** What preloads are read into: a struct, or nothing in its place. */
type Loaded = Record<string, unknown> | null;

/**
 * The only thing that talks to the database. Nothing is loaded that is not asked for.
 * It connects at the first use; `await repo.close()` or `await using` ends it.
 * @see Ecto.Repo
 */
export class Repo {
  /** The adapter that it was made with. */
  readonly adapter: Adapter;
  /** How its migrations behave. */
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
   * @throws QueryError where the query cannot be planned
   * @throws DatabaseError where the database refuses it
   * @example (await repo.all(from(Movie).where((m) => m.year.lt(2018)))).map((movie) => movie.title) // => ["Bright"]
   * @see Ecto.Repo.all/2
   */
  all<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S>[]>;
  all<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S>[]>;
  all<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<Row[]>;
  async all(queryable: unknown, options?: read.ReadOptions): Promise<unknown> {
    const rows = read.all(this.#engine, queryable, this.#options("all", "all", options));
    return rows instanceof Promise ? await rows : rows;
  }

  /**
   * The one result, or null.
   * @throws MultipleResultsError where there are several
   * @example (await repo.one(from(Movie).where({ year: 1999 }))) // => null
   * @see Ecto.Repo.one/2
   */
  one<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S> | null>;
  one<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S> | null>;
  one<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<Row | null>;
  async one(queryable: unknown, options?: read.ReadOptions): Promise<unknown> {
    const found = read.one(this.#engine, queryable, this.#options("all", "one", options));
    return found instanceof Promise ? await found : found;
  }

  /**
   * The one result.
   * @throws NoResultsError where there is none
   * @throws MultipleResultsError where there are several
   * @example await repo.oneOrThrow(from(Movie).select((m) => max(m.year))) // => 2018
   * @see Ecto.Repo.one!/2
   */
  oneOrThrow<S extends AnySchema>(schema: S, options?: read.ReadOptions): Promise<InstanceOf<S>>;
  oneOrThrow<S extends AnySchema>(table: TableAs<S>, options?: read.ReadOptions): Promise<InstanceOf<S>>;
  oneOrThrow<Row>(query: JoinSource<Row>, options?: read.ReadOptions): Promise<NonNullable<Row>>;
  async oneOrThrow(queryable: unknown, options?: read.ReadOptions): Promise<unknown> {
    return await read.oneOrThrow(this.#engine, queryable, this.#options("all", "oneOrThrow", options));
  }

  /**
   * The row of a primary key, or null.
   * @param id the key; text is cast, as it comes from a URL
   * @throws ArgumentError where the key is null
   * @throws CastError where it is not of its type
   * @throws NoPrimaryKeyFieldError where the schema has no key, or one of several fields: use getBy
   * @example (await repo.get(Movie, 1))?.title // => "Ready Player One"
   * @see Ecto.Repo.get/3
   */
  get<const Q extends T.Readable>(queryable: Q, id: T.KeyValue<InstanceOf<Q>>, options?: read.ReadOptions): Promise<InstanceOf<Q> | null>;
  async get(queryable: unknown, id: unknown, options?: read.ReadOptions): Promise<unknown> {
    const found = read.get(this.#engine, queryable, id, this.#options("all", "get", options));
    return found instanceof Promise ? await found : found;
  }

  /**
   * The row of a primary key.
   * @param id the key; text is cast, as it comes from a URL
   * @throws NoResultsError where there is none
   * @throws CastError where the key is not of its type
   * @example (await repo.getOrThrow(Movie, "2")).title // => "Bright"
   * @see Ecto.Repo.get!/3
   */
  getOrThrow<const Q extends T.Readable>(queryable: Q, id: T.KeyValue<InstanceOf<Q>>, options?: read.ReadOptions): Promise<InstanceOf<Q>>;
  async getOrThrow(queryable: unknown, id: unknown, options?: read.ReadOptions): Promise<unknown> {
    return await read.getOrThrow(this.#engine, queryable, id, this.#options("all", "getOrThrow", options));
  }

  /**
   * The row that meets equalities, or null.
   * @param clauses values by field; a null is an error, as it equals nothing
   * @throws ArgumentError where there are no equalities
   * @throws MultipleResultsError where there are several rows
   * @example (await repo.getBy(Movie, { title: "Bright" }))?.year // => 2017
   * @see Ecto.Repo.get_by/3
   */
  getBy<const Q extends T.Readable>(
    queryable: Q,
    clauses: T.Clauses<InstanceOf<Q>>,
    options?: read.ReadOptions,
  ): Promise<InstanceOf<Q> | null>;
  async getBy(queryable: unknown, clauses: unknown, options?: read.ReadOptions): Promise<unknown> {
    const found = read.getBy(this.#engine, queryable, clauses, this.#options("all", "getBy", options));
    return found instanceof Promise ? await found : found;
  }

  /**
   * The row that meets equalities.
   * @throws NoResultsError where there is none
   * @throws MultipleResultsError where there are several
   * @example await repo.getByOrThrow(Movie, { title: "Dune" }) // => throws NoResultsError
   * @see Ecto.Repo.get_by!/3
   */
  getByOrThrow<const Q extends T.Readable>(
    queryable: Q,
    clauses: T.Clauses<InstanceOf<Q>>,
    options?: read.ReadOptions,
  ): Promise<InstanceOf<Q>>;
  async getByOrThrow(queryable: unknown, clauses: unknown, options?: read.ReadOptions): Promise<unknown> {
    return await read.getByOrThrow(this.#engine, queryable, clauses, this.#options("all", "getByOrThrow", options));
  }

  /**
   * All rows that meet equalities.
   * @throws ArgumentError where there are none
   * @example (await repo.allBy(Character, { movieId: movie.id })).length // => 2
   * @see Ecto.Repo.all_by/3
   */
  allBy<const Q extends T.Readable>(queryable: Q, clauses: T.Clauses<InstanceOf<Q>>, options?: read.ReadOptions): Promise<InstanceOf<Q>[]>;
  async allBy(queryable: unknown, clauses: unknown, options?: read.ReadOptions): Promise<unknown> {
    const rows = read.allBy(this.#engine, queryable, clauses, this.#options("all", "allBy", options));
    return rows instanceof Promise ? await rows : rows;
  }

  /**
   * The results of a query one by one, fetched in parts; in the open transaction, else over a connection of its own.
   * @param options `maxRows` is how many rows are fetched at a time, 500 unless given
   * @throws QueryError for a query with preloads
   * @example for await (const { title } of repo.stream(from(Movie), { maxRows: 100 })) console.log(title);
   * @see Ecto.Repo.stream/2
   */
  stream<S extends AnySchema>(schema: S, options?: StreamOptions): AsyncIterableIterator<InstanceOf<S>>;
  stream<S extends AnySchema>(table: TableAs<S>, options?: StreamOptions): AsyncIterableIterator<InstanceOf<S>>;
  stream<Row>(query: JoinSource<Row>, options?: StreamOptions): AsyncIterableIterator<Row>;
  stream(queryable: unknown, options?: StreamOptions): AsyncIterableIterator<unknown> {
    return stream(this.#engine, read.toQuery(queryable), this.#options("stream", "stream", options));
  }

  /**
   * A query that is compiled once and run with other values each time.
   * @param build makes the query out of the values' places
   * @throws ArgumentError where it is given no function
   * @example const byYear = repo.prepare((p: Slots<{ year: number }>) => from(Movie).where((m) => m.year.eq(p.year)));
   * (await byYear.all({ year: 2017 })).length // => 1
   * @see PostgreSQL: PREPARE
   */
  // values are checked when they are given, unless the callback says their types
  prepare<Row, V extends object = Record<string, any>>(
    build: (values: Slots<V>) => JoinSource<Row>,
    options?: read.ReadOptions,
  ): PreparedQuery<Row, V> {
    return prepare(this.#engine, build, this.#options("all", "prepare", options));
  }

  /**
   * Whether a query has any row.
   * @example await repo.exists(from(Movie).where({ year: 2018 })) // => true
   * @see Ecto.Repo.exists?/2
   */
  async exists(queryable: T.Source, options?: QueryOptions): Promise<boolean> {
    return await read.exists(this.#engine, queryable, this.#options("withoutPreloads", "exists", options));
  }

  /**
   * The number of rows, or an aggregate of a field.
   * @param kind "count", "avg", "min", "max" or "sum"
   * @returns null over no rows, but a count of 0
   * @throws ArgumentError for another kind, and without a field, which only a count can do without
   * @example await repo.aggregate(Movie, "count") // => 2
   * await repo.aggregate(Movie, "max", "year") // => 2018
   * @see Ecto.Repo.aggregate/3
   */
  aggregate<const Q extends T.Source, const K extends T.AggregateKind, F extends keyof T.AggregateColumns<Q> & string>(
    queryable: Q,
    kind: K,
    ...rest: T.AggregateOf<K, F>
  ): Promise<K extends "count" ? number : T.Aggregated<K, T.AggregateColumns<Q>[F]>>;
  async aggregate(queryable: unknown, kind: unknown, of?: string | QueryOptions, more?: QueryOptions): Promise<unknown> {
    const [field, options] = typeof of === "object" && of !== null ? [undefined, of] : [of, more];
    return await aggregate(this.#engine, queryable, kind, field, this.#options("withoutPreloads", "aggregate", options));
  }

  /**
   * The struct, or the structs, as they are in the database now; null where a row is gone. Preloads are dropped.
   * @throws NoPrimaryKeyValueError for a struct that is not in the database yet
   * @example (await repo.reload(movie))?.title // => "Ready Player One"
   * @see Ecto.Repo.reload/2
   */
  reload<S extends AnyStruct>(struct: S, options?: QueryOptions): Promise<T.Reloaded<S> | null>;
  reload<S extends AnyStruct>(structs: readonly S[], options?: QueryOptions): Promise<(T.Reloaded<S> | null)[]>;
  async reload(structs: object | readonly object[], options?: QueryOptions): Promise<unknown> {
    const rows = await read.reload(
      this.#engine,
      Array.isArray(structs) ? structs : [structs],
      this.#options("withoutPreloads", "reload", options),
    );
    return Array.isArray(structs) ? rows : rows[0];
  }

  /**
   * The struct, or the structs, as they are in the database now.
   * @throws NoResultsError where a row is gone
   * @throws NoPrimaryKeyValueError for a struct that is not in the database yet
   * @example (await repo.reloadOrThrow([movie])).length // => 1
   * @see Ecto.Repo.reload!/2
   */
  reloadOrThrow<S extends AnyStruct>(struct: S, options?: QueryOptions): Promise<T.Reloaded<S>>;
  reloadOrThrow<S extends AnyStruct>(structs: readonly S[], options?: QueryOptions): Promise<T.Reloaded<S>[]>;
  async reloadOrThrow(structs: object | readonly object[], options?: QueryOptions): Promise<unknown> {
    const rows = await read.reloadAllOrThrow(
      this.#engine,
      Array.isArray(structs) ? structs : [structs],
      this.#options("withoutPreloads", "reloadOrThrow", options),
    );
    return Array.isArray(structs) ? rows : rows[0];
  }

  /**
   * Copies of structs with associations loaded: one query for each association, never one per row. What is loaded already stays.
   * @param preload names, a tree of names, or queries by name
   * @returns the same shape that was given: a struct, a list, or null
   * @throws ArgumentError for structs that are none, or of several schemas
   * @example const loaded = await repo.preload(movie, ["distributor", { actors: "movies" }]);
   * loaded.actors.map((one) => one.movies.length) // => [1]
   * @see Ecto.Repo.preload/3
   */
  preload<X extends T.Preloading, const P extends T.PreloadInto<X>>(
    structs: X,
    preload: P,
    options?: PreloadOptions,
  ): Promise<T.Preloads<X, P>>;
  async preload(structs: Loaded | undefined | readonly Loaded[], preload: unknown, options?: PreloadOptions): Promise<unknown> {
    const checked = this.#options("preload", "preload", options);
    const list: readonly Loaded[] = Array.isArray(structs) ? structs : [structs ?? null];
    const loaded = await preloadStructs(this.#engine, list, (info) => preloadsOf(info, preload, null), checked, fetchBy);
    return Array.isArray(structs) ? loaded : loaded[0];
  }

  // ---- writes

  /**
   * Inserts a struct or a changeset, with all that is nested in it, in one transaction.
   * @returns the struct as inserted, or the changeset with its errors
   * @throws ConstraintError for a violated constraint that no changeset declares
   * @throws ChangeError for a value that cannot be written as its field's type
   * @example const result = await repo.insert(Movie.changeset(Movie.build(), { title: "" }));
   * result.ok ? result.value.id : result.error.traverseErrors() // => { title: ["can't be blank"] }
   * @see Ecto.Repo.insert/2
   */
  insert<S extends AnyStruct, P extends string = never, const C extends OnConflict<Persisted<S>> = "raise">(
    source: S | Changeset<S, P>,
    options?: T.InsertOptions<Persisted<S>, C>,
  ): Promise<Result<T.Unwritten<Written<S, NoInfer<P>>, C>, Changeset<S, NoInfer<P>>>>;
  async insert(source: unknown, options?: WriteOptions): Promise<unknown> {
    return await insertOne(this.#writer(), source, this.#options("insert", "insert", options));
  }
  /**
   * Inserts, as `insert` does.
   * @returns the struct as inserted
   * @throws InvalidChangesetError where `insert` would return the changeset
   * @throws ConstraintError for a violated constraint that no changeset declares
   * @example (await repo.insertOrThrow(Movie.build({ title: "Dune" }))).id // => 3
   * @see Ecto.Repo.insert!/2
   */
  insertOrThrow<S extends AnyStruct, P extends string = never, const C extends OnConflict<Persisted<S>> = "raise">(
    source: S | Changeset<S, P>,
    options?: T.InsertOptions<Persisted<S>, C>,
  ): Promise<T.Unwritten<Written<S, NoInfer<P>>, C>>;
  async insertOrThrow(source: unknown, options?: WriteOptions): Promise<unknown> {
    return valueOf(await insertOne(this.#writer(), source, this.#options("insert", "insert", options)), "insert");
  }

  /**
   * Updates what a changeset changes; without changes nothing is sent.
   * @returns the struct as updated, or the changeset with its errors
   * @throws StaleEntryError where the row is gone
   * @throws ConstraintError for a violated constraint that no changeset declares
   * @example const result = await repo.update(change(movie, { title: "Bright" }));
   * result.ok && result.value.title // => "Bright"
   * @see Ecto.Repo.update/2
   */
  update<S extends AnyStruct, P extends string>(
    changeset: Changeset<S, P>,
    options?: UpdateOptions<Persisted<S>>,
  ): Promise<Result<Written<S, P>, Changeset<S, P>>>;
  async update(changeset: unknown, options?: UpdateOptions): Promise<unknown> {
    return await updateOne(this.#writer(), changeset, this.#options("update", "update", options));
  }
  /**
   * Updates, as `update` does.
   * @returns the struct as updated
   * @throws InvalidChangesetError where `update` would return the changeset
   * @throws StaleEntryError where the row is gone
   * @example (await repo.updateOrThrow(change(movie, { year: 2019 }))).year // => 2019
   * @see Ecto.Repo.update!/2
   */
  updateOrThrow<S extends AnyStruct, P extends string>(
    changeset: Changeset<S, P>,
    options?: UpdateOptions<Persisted<S>>,
  ): Promise<Written<S, P>>;
  async updateOrThrow(changeset: unknown, options?: UpdateOptions): Promise<unknown> {
    return valueOf(await updateOne(this.#writer(), changeset, this.#options("update", "update", options)), "update");
  }

  /**
   * Deletes a struct's row, or that of a changeset, which may declare constraints.
   * @returns the struct, marked as deleted, or the changeset with its errors
   * @throws StaleEntryError where the row is gone already
   * @throws ConstraintError for a violated constraint that no changeset declares
   * @example (await repo.delete(movie)).ok // => true
   * @see Ecto.Repo.delete/2
   */
  delete<S extends AnyStruct, P extends string = never>(
    source: S | Changeset<S, P>,
    options?: DeleteOptions<Persisted<S>>,
  ): Promise<Result<S, Changeset<S, NoInfer<P>>>>;
  async delete(source: unknown, options?: DeleteOptions): Promise<unknown> {
    return await deleteOne(this.#writer(), source, this.#options("delete", "delete", options));
  }
  /**
   * Deletes, as `delete` does.
   * @returns the struct, marked as deleted
   * @throws InvalidChangesetError where `delete` would return the changeset
   * @throws StaleEntryError where the row is gone already
   * @example meta(await repo.deleteOrThrow(movie)).state // => "deleted"
   * @see Ecto.Repo.delete!/2
   */
  deleteOrThrow<S extends AnyStruct, P extends string = never>(
    source: S | Changeset<S, P>,
    options?: DeleteOptions<Persisted<S>>,
  ): Promise<S>;
  async deleteOrThrow(source: unknown, options?: DeleteOptions): Promise<unknown> {
    return valueOf(await deleteOne(this.#writer(), source, this.#options("delete", "delete", options)), "delete");
  }

  /**
   * Inserts what is built, updates what is loaded.
   * @throws ArgumentError for a struct whose row was deleted
   * @throws StaleEntryError where the row is gone
   * @example const found = (await repo.getBy(Actor, { name: "Ada" })) ?? Actor.build();
   * (await repo.insertOrUpdate(Actor.changeset(found, { name: "Ada" }))).ok // => true
   * @see Ecto.Repo.insert_or_update/2
   */
  insertOrUpdate<S extends AnyStruct, P extends string, const C extends OnConflict<Persisted<S>> = "raise">(
    changeset: Changeset<S, P>,
    options?: T.InsertOrUpdateOptions<Persisted<S>, C>,
  ): Promise<Result<T.Unwritten<Written<S, P>, C>, Changeset<S, P>>>;
  async insertOrUpdate(changeset: unknown, options?: WriteOptions): Promise<unknown> {
    return await insertOrUpdateOne(this.#writer(), changeset, this.#options("insertOrUpdate", "insertOrUpdate", options));
  }
  /**
   * As `insertOrUpdate`.
   * @returns the struct as written
   * @throws InvalidChangesetError where `insertOrUpdate` would return the changeset
   * @example (await repo.insertOrUpdateOrThrow(change(movie, { year: 2019 }))).year // => 2019
   * @see Ecto.Repo.insert_or_update!/2
   */
  insertOrUpdateOrThrow<S extends AnyStruct, P extends string, const C extends OnConflict<Persisted<S>> = "raise">(
    changeset: Changeset<S, P>,
    options?: T.InsertOrUpdateOptions<Persisted<S>, C>,
  ): Promise<T.Unwritten<Written<S, P>, C>>;
  async insertOrUpdateOrThrow(changeset: unknown, options?: WriteOptions): Promise<unknown> {
    return valueOf(
      await insertOrUpdateOne(this.#writer(), changeset, this.#options("insertOrUpdate", "insertOrUpdate", options)),
      "insert or update",
    );
  }

  /**
   * Inserts many rows in as few statements as the database takes, without changesets.
   * @param rows values by field; a field that a row does not name gets the column's default
   * @param options `onConflict` and `conflictTarget` make it an upsert
   * @returns the number of rows, and the rows where `returning` asks for them
   * @throws ConstraintError for a violated constraint
   * @throws ChangeError for a value that cannot be written as its field's type
   * @example await repo.insertAll(Movie, [{ title: "Dune" }, { title: "Heat" }]) // => { count: 2, rows: null }
   * await repo.insertAll(Movie, [{ title: "It" }], { returning: (m) => m.title }) // => { count: 1, rows: ["It"] }
   * @see Ecto.Repo.insert_all/3
   */
  insertAll<
    const Q extends AnySchema | TableAs<AnySchema> | string,
    B extends boolean = false,
    F extends Names<T.RootOf<Q>> = never,
    const X = unknown,
    O = unknown,
  >(
    target: Q,
    rows: T.InsertRows<T.RootOf<Q>, O>,
    options?: T.Returning<T.RootOf<Q>, B, F, X>,
  ): Promise<T.BulkResult<T.InsertedRows<T.RootOf<Q>, B, F, X>>>;
  async insertAll(target: unknown, rows: unknown, options?: BulkOptions): Promise<unknown> {
    return await insertAll(this.#writer(), target, rows, this.#options("insertAll", "insertAll", options));
  }

  /**
   * Updates every row of a query.
   * @param update what to write, beside the query's own update clause
   * @returns the number of rows; the rows where the query selects or `returning` asks for them
   * @throws ConstraintError for a violated constraint
   * @throws QueryError where the query cannot be planned
   * @example await repo.updateAll(from(Movie).where((m) => m.year.lt(2018)), { set: { tagline: null } }) // => { count: 1, rows: null }
   * @see Ecto.Repo.update_all/3
   */
  updateAll<const Q extends T.Source, B extends boolean = false, F extends Names<T.RootOf<Q>> = never>(
    queryable: Q,
    update?: UpdateArg<T.RootOf<Q>, T.JoinsOf<Q>>,
    options?: T.ChangeReturning<B, F>,
  ): Promise<T.BulkResult<T.ChangedRows<Q, B, F>>>;
  async updateAll(queryable: unknown, update?: unknown, options?: ChangeAllOptions): Promise<unknown> {
    const query = read.toQuery(queryable);
    const state: QueryState = update === undefined ? query : { ...query, update: [...query.update, ...updatesOf(query, update)] };
    return await updateAll(this.#engine, state, this.#options("updateAll", "updateAll", options));
  }

  /**
   * Deletes every row of a query.
   * @returns the number of rows; the rows where the query selects or `returning` asks for them
   * @throws ConstraintError where other rows refer to them
   * @throws QueryError where the query cannot be planned
   * @example (await repo.deleteAll(from(Character).where({ movieId: movie.id }))).count // => 2
   * @see Ecto.Repo.delete_all/2
   */
  deleteAll<const Q extends T.Source, B extends boolean = false, F extends Names<T.RootOf<Q>> = never>(
    queryable: Q,
    options?: T.ChangeReturning<B, F>,
  ): Promise<T.BulkResult<T.ChangedRows<Q, B, F>>>;
  async deleteAll(queryable: unknown, options?: ChangeAllOptions): Promise<unknown> {
    return await deleteAll(this.#engine, read.toQuery(queryable), this.#options("deleteAll", "deleteAll", options));
  }

  // ---- transactions

  /**
   * Runs a function in a transaction; repo calls inside join it by themselves, through helper functions too. A throw rolls back and goes on.
   * @returns what the function returns
   * @throws TransactionError where an inner transaction was rolled back, or `rollback` was called
   * @example await repo.transaction(async () => {
   *   await repo.insertOrThrow(Actor.build({ name: "Ada" }));
   *   return await repo.aggregate(Actor, "count");
   * }) // => 3
   * @see Ecto.Repo.transaction/2
   */
  transaction<T>(fn: () => Promise<T> | T, options?: TransactionOptions): Promise<T>;
  /** A Multi, as `transact` runs it. */
  transaction<C extends object, F extends StepFailure>(
    multi: MultiSteps<C, F>,
    options?: TransactionOptions,
  ): Promise<Result<C, MultiFailures<C, F>>>;
  async transaction(fn: unknown, options?: TransactionOptions): Promise<unknown> {
    if (fn instanceof MultiSteps) return await this.transact(fn, options);
    if (typeof fn !== "function") throw new ArgumentError(`transaction takes a function, not ${kindOf(fn)}`);
    return await transaction(this.#engine, async () => await fn(), this.#options("transaction", "transaction", options));
  }

  /**
   * Runs a function that answers with a Result, or a Multi, in a transaction: ok commits, an error rolls back. Either is returned.
   * @param options `isolation`, `readOnly`, and `timeout` in milliseconds for the whole
   * @throws ArgumentError where the function answers with something else
   * @throws TransactionError where an inner transaction was rolled back
   * @example await repo.transact(async () => {
   *   await repo.deleteOrThrow(movie);
   *   return err("not today");
   * }) // => { ok: false, error: "not today" }
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
  async transact(work: unknown, options?: TransactionOptions): Promise<unknown> {
    if (work instanceof MultiSteps) return await runMulti(this.#engine, this, work, this.#options("transaction", "transact", options));
    if (typeof work !== "function") throw new ArgumentError(`transact takes a function or a Multi, not ${kindOf(work)}`);
    return await transact(this.#engine, async () => await work(this), this.#options("transaction", "transact", options));
  }

  /**
   * Leaves the current transaction; `transact` returns the reason as its error.
   * @throws ArgumentError outside of a transaction
   * @example await repo.transact(async () => repo.rollback("too late")) // => { ok: false, error: "too late" }
   * @see Ecto.Repo.rollback/1
   */
  rollback(reason: unknown): never {
    return rollback(this.#engine, reason);
  }

  /**
   * Whether this async context is in a transaction of this repo.
   * @example await repo.transaction(() => repo.inTransaction()) // => true
   * @see Ecto.Repo.in_transaction?/0
   */
  inTransaction(): boolean {
    return (this.#engine.held()?.depth ?? 0) > 0;
  }

  /**
   * One connection for all that a function does.
   * @returns what the function returns
   * @throws ArgumentError where it is given no function
   * @example await repo.checkout(async () => [await repo.aggregate(Movie, "count"), await repo.aggregate(Actor, "count")]) // => [2, 2]
   * @see Ecto.Repo.checkout/2
   */
  async checkout<T>(fn: () => Promise<T> | T): Promise<T> {
    if (typeof fn !== "function") throw new ArgumentError(`checkout takes a function, not ${kindOf(fn)}`);
    return await checkout(this.#engine, async () => await fn());
  }

  // ---- SQL

  /**
   * Runs SQL as it is, with its parameters apart from it.
   * @param sql SQL with the database's own placeholders: `?` or `$1`
   * @returns `rows` as lists, `columns` as their names, and `count` of the rows that were read or changed
   * @throws DatabaseError where the database refuses it, also because of a constraint
   * @throws TransactionError for BEGIN, COMMIT and the like: use `transaction`
   * @example const { rows } = await repo.query<[id: number, title: string]>("SELECT id, title FROM movies WHERE id < $1", [2]);
   * rows[0] // => [1, "Ready Player One"]
   * @see Ecto.Adapters.SQL.query/4
   */
  async query<Row extends readonly unknown[] = readonly unknown[]>(
    sql: string,
    params: readonly unknown[] = [],
    options?: SqlOptions,
  ): Promise<raw.QueryResult<Row>> {
    return await raw.query<Row>(this.#engine, sql, params, this.#options("query", "query", options));
  }

  /**
   * The SQL of a query and its parameters, without running it.
   * @throws QueryError where the query cannot be planned
   * @example repo.toSql("deleteAll", from(Movie).where({ year: 2018 })).params // => [2018]
   * @see Ecto.Adapters.SQL.to_sql/3
   */
  toSql(
    operation: QueryOperation,
    queryable: AnySchema | AnyQuery | JoinSource<unknown>,
  ): { readonly sql: string; readonly params: unknown[] } {
    return raw.toSql(this.#engine, operation, read.toQuery(queryable));
  }

  /**
   * The database's plan for a query, as text lines.
   * @param options those of the database's EXPLAIN, such as `analyze: true`, which runs the query in a transaction that is rolled back
   * @throws DatabaseError where the database refuses it
   * @example await repo.explain("all", from(Movie)) // => …m0…
   * @see Ecto.Adapters.SQL.explain/4
   */
  async explain(
    operation: QueryOperation,
    queryable: AnySchema | AnyQuery | JoinSource<unknown>,
    options?: ExplainOptions,
  ): Promise<string> {
    return await raw.explain(this.#engine, operation, read.toQuery(queryable), this.#options("explain", "explain", options));
  }

  // ---- life

  /**
   * Waits for what runs, and closes every connection.
   * @example await using other = createRepo({ adapter: repo.adapter });
   * await other.close();
   * @see Ecto.Repo.stop/1
   */
  close(): Promise<void> {
    return this.#engine.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What `unsafeValidateUnique` asks: whether there is another row with the same values. */
  [IS_TAKEN](question: UniqueQuestion): Promise<boolean> {
    const options = this.#options("withoutPreloads", "unsafeValidateUnique: repoOpts", question.options);
    return read.isTaken(this.#engine, { ...question, options });
  }
  /** @internal The open pool, for the migrator. */
  pool() {
    return watchedPool(this.#engine);
  }
  /** @internal Makes repo calls inside a function use a connection that the migrator holds. */
  runOn<T>(connection: Connection, inTransaction: boolean, fn: () => T): T {
    return runOn(this.#engine, connection, inTransaction, fn);
  }

  /** The options of a call, under the repo's defaults, and checked. */
  #options<O extends object>(takes: Takes, call: string, options: O | undefined): O {
    const { hooks } = this.#engine;
    // Nothing was said, and nothing is added: there is nothing to check.
    if (options === undefined && hooks.defaultOptions === undefined && hooks.prepareQuery === undefined) return NO_OPTIONS as O;
    const own = options ?? ({} as O);
    checkCall(hooks, takes, call, own);
    const all = withDefaults(hooks, operationOf(takes), call, own);
    if (takes === "transaction") checkTransactionOptions(call, all as TransactionOptions);
    return all;
  }
  #writer() {
    return { engine: this.#engine, repo: this };
  }
}

const NO_OPTIONS: object = Object.freeze({});

function valueOf(result: Result<unknown, unknown>, action: string): unknown {
  if (result.ok) return result.value;
  if (result.error instanceof ChangesetState) throw invalidChangeset(result.error, action);
  throw new InvalidChangesetError(result.error, `could not ${action}`);
}

/**
 * Makes a repo. It connects at its first use.
 * @param options the adapter, and what all its calls have in common
 * @throws ConfigError without an adapter, and for an option that does not exist
 * @example createRepo({ adapter: sqlite({ database: "friends.db" }), log: true }).adapter.name // => "sqlite"
 * @see Ecto.Repo
 */
export function createRepo(options: RepoOptions): Repo {
  return new Repo(options);
}
