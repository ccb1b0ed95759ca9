import { ArgumentError, checkOptions, INSPECT, kindOf, PRINT, optionNames } from "../base/index.ts";
import type { Changeset } from "../changeset/index.ts";
import { ChangesetState, isChangeset } from "../changeset/index.ts";
import type { TableAs, UpdateArg } from "../query/index.ts";
import type { AnySchema, AnyStruct, InstanceOf, Persisted } from "../schema/index.ts";
import type * as T from "./calls.ts";
import {
  checkOptionsObject,
  type DeleteOptions,
  type Names,
  type OnConflict,
  type QueryOptions,
  type UpdateOptions,
} from "./engine/index.ts";
import {
  MultiSteps,
  type NamedKind,
  type NoFailure,
  type Operation,
  type OperationInputs,
  type OperationKind,
  type StepFailure,
} from "./multi/index.ts";
import type { ReadOptions } from "./read/index.ts";
import type { Repo } from "./repo.ts";
import type { Written } from "./written.ts";

interface InspectOptions {
  readonly only?: string | readonly string[];
  readonly label?: string;
}
const INSPECT_OPTIONS = optionNames<InspectOptions>({ only: true, label: true });

/** What a step takes: itself, or a function of the results of the steps before. */
type OrFn<C, V> = V | ((changes: C) => V);
type With<C, N extends string, V> = C & { readonly [K in N]: V };
/** A step that has failed says `E`; of one that cannot, nothing is said. */
type Failed<N extends string, E> = [E] extends [never] ? never : StepFailure<N, E>;
/** The failure of a write: its changeset. */
type Invalid<N extends string, S extends AnyStruct, P extends string> = StepFailure<N, Changeset<S, P>>;
type ResultsOf<M> = M extends MultiSteps<infer C, infer _F> ? C : never;
type FailuresOf<M> = M extends MultiSteps<infer _C, infer F> ? F : never;

class Steps<C extends object, F extends StepFailure> extends MultiSteps<C, F> {
  constructor(operations: readonly Operation[] = []) {
    super(operations);
  }

  /**
   * Inserts a struct or a changeset, or what a function makes of the results so far.
   * @throws ArgumentError for a name that is taken, and a source that is none
   * @example (await repo.transact(new Multi().insert("movie", Movie.build({ title: "Dune" })))).ok // => true
   * @see Ecto.Multi.insert/4
   */
  insert<N extends string, S extends AnyStruct, P extends string = never, const K extends OnConflict<Persisted<S>> = "raise">(
    name: N,
    source: OrFn<C, S | Changeset<S, P>>,
    options: T.InsertOptions<Persisted<S>, K> = {},
  ): Multi<With<C, N, T.Unwritten<Written<S, P>, K>>, F | Invalid<N, S, P>> {
    return this.#add(name, "insert", writable(name, "insert", source, true), options);
  }
  /**
   * Updates what a changeset changes, or that which a function makes of the results so far.
   * @throws ArgumentError for a name that is taken, and a source that is no changeset
   * @example (await repo.transact(new Multi().update("movie", change(movie, { year: 2019 })))).ok // => true
   * @see Ecto.Multi.update/4
   */
  update<N extends string, S extends AnyStruct, P extends string>(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options: UpdateOptions<Persisted<S>> = {},
  ): Multi<With<C, N, Written<S, P>>, F | Invalid<N, S, P>> {
    return this.#add(name, "update", writable(name, "update", changeset, false), options);
  }
  /**
   * Deletes the row of a struct or a changeset, or of what a function makes of the results so far.
   * @throws ArgumentError for a name that is taken, and a source that is none
   * @example (await repo.transact(new Multi().delete("movie", movie))).ok // => true
   * @see Ecto.Multi.delete/4
   */
  delete<N extends string, S extends AnyStruct, P extends string = never>(
    name: N,
    source: OrFn<C, S | Changeset<S, P>>,
    options: DeleteOptions<Persisted<S>> = {},
  ): Multi<With<C, N, S>, F | Invalid<N, S, P>> {
    return this.#add(name, "delete", writable(name, "delete", source, true), options);
  }
  /**
   * Inserts what is built, updates what is loaded.
   * @throws ArgumentError for a name that is taken, and a source that is no changeset
   * @example (await repo.transact(new Multi().insertOrUpdate("movie", change(movie, { year: 2019 })))).ok // => true
   * @see Ecto.Multi.insert_or_update/4
   */
  insertOrUpdate<N extends string, S extends AnyStruct, P extends string, const K extends OnConflict<Persisted<S>> = "raise">(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options: T.InsertOrUpdateOptions<Persisted<S>, K> = {},
  ): Multi<With<C, N, T.Unwritten<Written<S, P>, K>>, F | Invalid<N, S, P>> {
    return this.#add(name, "insertOrUpdate", writable(name, "insertOrUpdate", changeset, false), options);
  }
  /**
   * Inserts many rows without changesets; the result is that of `repo.insertAll`.
   * @throws ArgumentError for a name that is taken
   * @example const multi = new Multi().insertAll("actors", Actor, [{ name: "Ada" }, { name: "Bo" }]);
   * await repo.transact(multi) // => { ok: true, value: { actors: { count: 2, rows: null } } }
   * @see Ecto.Multi.insert_all/5
   */
  insertAll<
    N extends string,
    const Q extends AnySchema | TableAs<AnySchema> | string,
    B extends boolean = false,
    K extends Names<T.RootOf<Q>> = never,
    const X = unknown,
    O = unknown,
  >(
    name: N,
    target: Q,
    rows: OrFn<C, T.InsertRows<T.RootOf<Q>, O>>,
    options: T.Returning<T.RootOf<Q>, B, K, X> = {},
  ): Multi<With<C, N, T.BulkResult<T.InsertedRows<T.RootOf<Q>, B, K, X>>>, F> {
    return this.#add(name, "insertAll", { target, rows }, options);
  }
  /**
   * Updates every row of a query; the result is that of `repo.updateAll`.
   * @throws ArgumentError for a name that is taken
   * @example const multi = new Multi().updateAll("movies", from(Movie), { inc: { year: 1 } });
   * await repo.transact(multi) // => { ok: true, value: { movies: { count: 2, rows: null } } }
   * @see Ecto.Multi.update_all/5
   */
  updateAll<N extends string, const Q extends T.Source, B extends boolean = false, K extends Names<T.RootOf<Q>> = never>(
    name: N,
    query: OrFn<C, Q>,
    update?: UpdateArg<T.RootOf<Q>, T.JoinsOf<Q>>,
    options: T.ChangeReturning<B, K> = {},
  ): Multi<With<C, N, T.BulkResult<T.ChangedRows<Q, B, K>>>, F> {
    return this.#add(name, "updateAll", { query, update }, options);
  }
  /**
   * Deletes every row of a query; the result is that of `repo.deleteAll`.
   * @throws ArgumentError for a name that is taken
   * @example const multi = new Multi().deleteAll("characters", from(Character));
   * await repo.transact(multi) // => { ok: true, value: { characters: { count: 3, rows: null } } }
   * @see Ecto.Multi.delete_all/4
   */
  deleteAll<N extends string, const Q extends T.Source, B extends boolean = false, K extends Names<T.RootOf<Q>> = never>(
    name: N,
    query: OrFn<C, Q>,
    options: T.ChangeReturning<B, K> = {},
  ): Multi<With<C, N, T.BulkResult<T.ChangedRows<Q, B, K>>>, F> {
    return this.#add(name, "deleteAll", query, options);
  }
  /**
   * Reads the one result of a query, or null.
   * @throws ArgumentError for a name that is taken
   * @example const multi = new Multi().one("latest", from(Movie).select((m) => max(m.year)));
   * await repo.transact(multi) // => { ok: true, value: { latest: 2018 } }
   * @see Ecto.Multi.one/4
   */
  one<N extends string, const Q extends T.Readable>(
    name: N,
    query: OrFn<C, Q>,
    options: ReadOptions = {},
  ): Multi<With<C, N, InstanceOf<Q> | null>, F> {
    return this.#add(name, "one", query, options);
  }
  /**
   * Reads all results of a query.
   * @throws ArgumentError for a name that is taken
   * @example const multi = new Multi().all("titles", from(Movie).where({ year: 2017 }).select((m) => m.title));
   * await repo.transact(multi) // => { ok: true, value: { titles: ["Bright"] } }
   * @see Ecto.Multi.all/4
   */
  all<N extends string, const Q extends T.Readable>(
    name: N,
    query: OrFn<C, Q>,
    options: ReadOptions = {},
  ): Multi<With<C, N, InstanceOf<Q>[]>, F> {
    return this.#add(name, "all", query, options);
  }
  /**
   * Whether a query has any row; no row does not stop the Multi.
   * @throws ArgumentError for a name that is taken
   * @example await repo.transact(new Multi().exists("any", from(Movie))) // => { ok: true, value: { any: true } }
   * @see Ecto.Multi.exists?/4
   */
  exists<N extends string>(name: N, query: OrFn<C, T.Source>, options: QueryOptions = {}): Multi<With<C, N, boolean>, F> {
    return this.#add(name, "exists", query, options);
  }
  /**
   * Runs a function of one's own; it gets the repo and the results so far, and must answer with a Result.
   * @throws ArgumentError for a name that is taken, and where it is given no function
   * @example const multi = new Multi().run("count", async (repo) => ok(await repo.aggregate(Movie, "count")));
   * await repo.transact(multi) // => { ok: true, value: { count: 2 } }
   * @see Ecto.Multi.run/3
   */
  run<N extends string, R extends T.AnyResult>(
    name: N,
    fn: (repo: Repo, changes: C) => Promise<R> | R,
  ): Multi<With<C, N, T.ValueIn<R>>, F | Failed<N, T.ErrorIn<R>>> {
    checkName(name);
    if (typeof fn !== "function") throw new ArgumentError(`Multi.run("${name}") takes a function, not ${kindOf(fn)}`);
    return this.#add(name, "run", fn, {});
  }
  /**
   * A constant under a name.
   * @throws ArgumentError for a name that is taken
   * @example await repo.transact(new Multi().put("year", 2018)) // => { ok: true, value: { year: 2018 } }
   * @see Ecto.Multi.put/3
   */
  put<N extends string, V>(name: N, value: V): Multi<With<C, N, V>, F> {
    return this.#add(name, "put", value, {});
  }
  /**
   * Fails at this point, with the value.
   * @throws ArgumentError for a name that is taken
   * @example const result = await repo.transact(new Multi().error("stop", "closed"));
   * !result.ok && result.error.value // => "closed"
   * @see Ecto.Multi.error/3
   */
  error<N extends string, E>(name: N, value: E): Multi<C, F | StepFailure<N, E>> {
    return this.#add(name, "error", value, {});
  }
  /**
   * The operations of another Multi, or of the one that a function makes of the results so far, in this place.
   * @throws ArgumentError where a name is in both, and for what is no Multi
   * @example const multi = new Multi().put("year", 2018).merge(({ year }) => new Multi().put("next", year + 1));
   * await repo.transact(multi) // => { ok: true, value: { year: 2018, next: 2019 } }
   * @see Ecto.Multi.merge/2
   */
  merge<M extends Multi<any, any>>(multi: OrFn<C, M>): Multi<C & ResultsOf<M>, F | FailuresOf<M>> {
    if (multi instanceof Multi) return this.append(multi as never) as never;
    if (typeof multi !== "function")
      throw new ArgumentError(`Multi.merge takes a Multi, or a function that makes one, not ${kindOf(multi)}`);
    return made([...this.operations, { name: null, kind: "merge", input: multi, options: {} }]);
  }
  /**
   * Puts the operations of another Multi behind those of this one.
   * @throws ArgumentError where a name is in both, and for what is no Multi
   * @example new Multi().put("a", 1).append(new Multi().put("b", 2)) // => #Multi<a: put, b: put>
   * @see Ecto.Multi.append/2
   */
  append<M extends Multi<any, any>>(multi: M): Multi<C & ResultsOf<M>, F | FailuresOf<M>> {
    checkMulti("append", multi);
    return joined(this.operations, multi.operations);
  }
  /**
   * Puts the operations of another Multi before those of this one.
   * @throws ArgumentError where a name is in both, and for what is no Multi
   * @example new Multi().put("a", 1).prepend(new Multi().put("b", 2)) // => #Multi<b: put, a: put>
   * @see Ecto.Multi.prepend/2
   */
  prepend<M extends Multi<any, any>>(multi: M): Multi<C & ResultsOf<M>, F | FailuresOf<M>> {
    checkMulti("prepend", multi);
    return joined(multi.operations, this.operations);
  }
  /**
   * Prints the results so far, or those that are named.
   * @param options `only` names the results to print; `label` is printed before them
   * @throws ArgumentError for another option
   * @example await repo.transact(new Multi().put("year", 2018).inspect({ only: "year" })) // => { ok: true, value: { year: 2018 } }
   * @see Ecto.Multi.inspect/2
   */
  inspect(options: InspectOptions = {}): Multi<C, F> {
    checkOptions("inspect", options, INSPECT_OPTIONS);
    return made([...this.operations, { name: null, kind: "inspect", input: options, options: {} }]);
  }
  /**
   * The operations, for tests: pairs of the name and what is done.
   * @example new Multi().put("year", 2018).toList() // => [["year", { operation: "put", data: 2018, options: {} }]]
   * @see Ecto.Multi.to_list/1
   */
  toList(): [string, { operation: OperationKind; data: unknown; options: object }][] {
    return this.operations.flatMap(({ name, kind, input, options }) =>
      name === null ? [] : [[name, { operation: kind, data: input, options }]],
    );
  }
  [INSPECT](): string {
    return this[PRINT]();
  }
  [PRINT](): string {
    return `#Multi<${this.operations.map(({ name, kind }) => `${name ?? "…"}: ${kind}`).join(", ")}>`;
  }

  #add<K extends NamedKind>(name: string, kind: K, input: OperationInputs[K], options: object): Multi<never, never> {
    checkName(name);
    if (this.operations.some((one) => one.name === name))
      throw new ArgumentError(`"${name}" is already a member of the Multi; every operation needs a name of its own`);
    checkOptionsObject(`Multi.${kind}("${name}")`, options);
    return made([...this.operations, { name, kind, input, options } as Operation]);
  }
}

/**
 * Named operations that run in order in one transaction: all of them, or none. Immutable; `repo.transact(multi)` runs it.
 * `C` holds the results by name, `F` how the steps may fail; a `Multi` whose steps are not named may fail anyhow.
 * @example const multi = new Multi()
 *   .insert("movie", Movie.build({ title: "Dune" }))
 *   .insert("character", ({ movie }) => buildAssoc(movie, "characters", { name: "Paul" }));
 * (await repo.transact(multi)).ok // => true
 * @see Ecto.Multi
 */
export interface Multi<C extends object = {}, F extends StepFailure = StepFailure> extends Steps<C, F> {}
/** Makes a Multi without steps. */
export const Multi = Steps as {
  new <C extends object = {}>(): Multi<C, NoFailure>;
  readonly prototype: Multi<any, any>;
};

function made(operations: readonly Operation[]): Multi<never, never> {
  return new Steps(operations) as never;
}

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "") throw new ArgumentError(`the name of a Multi's operation is a text, not ${kindOf(name)}`);
}

const ACTIONS: Partial<Record<OperationKind, readonly string[]>> = {
  insert: ["insert"],
  update: ["update"],
  delete: ["delete"],
  insertOrUpdate: ["insert", "update"],
};

/** What a write takes, checked as far as it can be before it runs. */
function writable(name: string, kind: OperationKind, input: unknown, structs: boolean): unknown {
  checkName(name);
  if (typeof input === "function") return input;
  if (isChangeset(input)) {
    if (input.action !== null && !ACTIONS[kind]?.includes(input.action))
      throw new ArgumentError(`Multi.${kind}("${name}"): the changeset's action is "${input.action}" already`);
    return input;
  }
  if (structs && typeof input === "object" && input !== null && !(input instanceof ChangesetState)) return input;
  throw new ArgumentError(
    `Multi.${kind}("${name}") takes a changeset${structs ? ", a struct" : ""} or a function that makes one, not ${kindOf(input)}`,
  );
}

function checkMulti(call: string, multi: unknown): asserts multi is Multi {
  if (!(multi instanceof Multi)) throw new ArgumentError(`Multi.${call} takes a Multi, not ${kindOf(multi)}`);
}

function joined(first: readonly Operation[], second: readonly Operation[]): Multi<never, never> {
  const names = new Set(first.map((one) => one.name));
  const twice = second.filter((one) => one.name !== null && names.has(one.name)).map((one) => one.name);
  if (twice.length > 0) throw new ArgumentError(`the two Multis both have ${twice.map((name) => `"${name}"`).join(", ")}`);
  return made([...first, ...second]);
}
