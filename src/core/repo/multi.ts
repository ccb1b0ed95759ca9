import { ArgumentError, checkOptions, INSPECT, type Result } from "../base/index.ts";
import type { Changeset } from "../changeset/index.ts";
import { ChangesetState, isChangeset } from "../changeset/index.ts";
import type { AnyQuery, JoinSource, UpdateSpec } from "../query/index.ts";
import { type AnySchema, type AnyStruct, describe, type InstanceOf, type Persisted } from "../schema/index.ts";
import type { Written } from "./written.ts";

/** One named step of a Multi. */
export interface Operation {
  readonly name: string | null;
  readonly kind: OperationKind;
  /** What it works on, or a function of the changes so far that says it. */
  readonly input: unknown;
  readonly options: object;
}
export type OperationKind =
  | "insert"
  | "update"
  | "delete"
  | "insertOrUpdate"
  | "insertAll"
  | "updateAll"
  | "deleteAll"
  | "one"
  | "all"
  | "exists"
  | "run"
  | "put"
  | "error"
  | "merge"
  | "inspect";

/** What a step takes: itself, or a function of the results of the steps before. */
type OrFn<C, T> = T | ((changes: C) => T);
type With<C, N extends string, T> = C & { readonly [K in N]: T };
type Rows<T> = { readonly count: number; readonly rows: T[] | null };

/**
 * Named operations that run in order in one transaction: all of them, or none. Immutable; `repo.transact(multi)` runs it.
 * `C` holds the results by name.
 * @example new Multi().insert("movie", cs).insert("character", ({ movie }) => buildAssoc(movie, "characters", { name: "Wade" }))
 * @see Ecto.Multi
 */
export class Multi<C extends object = {}> {
  /** @internal */
  readonly operations: readonly Operation[];
  declare readonly results?: C;

  constructor(operations: readonly Operation[] = []) {
    this.operations = operations;
  }

  insert<N extends string, S extends AnyStruct, P extends string>(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options?: object,
  ): Multi<With<C, N, Written<S, P>>>;
  insert<N extends string, S extends AnyStruct>(name: N, struct: OrFn<C, S>, options?: object): Multi<With<C, N, Persisted<S>>>;
  insert(name: string, input: unknown, options: object = {}): Multi<never> {
    return this.#add(name, "insert", writable(name, "insert", input, true), options);
  }
  update<N extends string, S extends AnyStruct, P extends string>(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options: object = {},
  ): Multi<With<C, N, Written<S, P>>> {
    return this.#add(name, "update", writable(name, "update", changeset, false), options);
  }
  delete<N extends string, S extends AnyStruct, P extends string>(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options?: object,
  ): Multi<With<C, N, S>>;
  delete<N extends string, S extends AnyStruct>(name: N, struct: OrFn<C, S>, options?: object): Multi<With<C, N, S>>;
  delete(name: string, input: unknown, options: object = {}): Multi<never> {
    return this.#add(name, "delete", writable(name, "delete", input, true), options);
  }
  insertOrUpdate<N extends string, S extends AnyStruct, P extends string>(
    name: N,
    changeset: OrFn<C, Changeset<S, P>>,
    options: object = {},
  ): Multi<With<C, N, Written<S, P>>> {
    return this.#add(name, "insertOrUpdate", writable(name, "insertOrUpdate", changeset, false), options);
  }
  insertAll<N extends string, S extends AnySchema>(
    name: N,
    target: S | string,
    rows: OrFn<C, readonly object[] | AnyQuery>,
    options: object = {},
  ): Multi<With<C, N, Rows<InstanceOf<S>>>> {
    return this.#add(name, "insertAll", { target, rows }, options);
  }
  updateAll<N extends string>(
    name: N,
    query: OrFn<C, AnySchema | AnyQuery>,
    update?: UpdateSpec<Record<string, unknown>>,
    options: object = {},
  ): Multi<With<C, N, Rows<unknown>>> {
    return this.#add(name, "updateAll", { query, update }, options);
  }
  deleteAll<N extends string>(name: N, query: OrFn<C, AnySchema | AnyQuery>, options: object = {}): Multi<With<C, N, Rows<unknown>>> {
    return this.#add(name, "deleteAll", query, options);
  }
  one<N extends string, T>(name: N, query: OrFn<C, JoinSource<T>>, options: object = {}): Multi<With<C, N, T | null>> {
    return this.#add(name, "one", query, options);
  }
  all<N extends string, T>(name: N, query: OrFn<C, JoinSource<T>>, options: object = {}): Multi<With<C, N, T[]>> {
    return this.#add(name, "all", query, options);
  }
  exists<N extends string>(name: N, query: OrFn<C, AnyQuery>, options: object = {}): Multi<With<C, N, boolean>> {
    return this.#add(name, "exists", query, options);
  }
  /** Runs a function of one's own; it gets the repo and the results so far, and must answer with a Result. */
  run<N extends string, T>(
    name: N,
    fn: (repo: RunRepo, changes: C) => Promise<Result<T, unknown>> | Result<T, unknown>,
  ): Multi<With<C, N, T>> {
    checkName(name);
    if (typeof fn !== "function") throw new ArgumentError(`Multi.run("${name}") takes a function, not ${describe(fn)}`);
    return this.#add(name, "run", fn, {});
  }
  /** A constant under a name. */
  put<N extends string, T>(name: N, value: T): Multi<With<C, N, T>> {
    return this.#add(name, "put", value, {});
  }
  /** Fails at this point, with the value. */
  error<N extends string>(name: N, value: unknown): Multi<C> {
    return this.#add(name, "error", value, {});
  }
  /** The operations of another Multi, or of the one that a function makes of the results so far, in this place. */
  merge<D extends object>(multi: OrFn<C, Multi<D>>): Multi<C & D> {
    if (multi instanceof Multi) return this.append(multi);
    if (typeof multi !== "function")
      throw new ArgumentError(`Multi.merge takes a Multi, or a function that makes one, not ${describe(multi)}`);
    return new Multi([...this.operations, { name: null, kind: "merge", input: multi, options: {} }]);
  }
  append<D extends object>(multi: Multi<D>): Multi<C & D> {
    checkMulti("append", multi);
    return joined(this.operations, multi.operations);
  }
  prepend<D extends object>(multi: Multi<D>): Multi<C & D> {
    checkMulti("prepend", multi);
    return joined(multi.operations, this.operations);
  }
  /** Prints the results so far, or those that are named. */
  inspect(options: { readonly only?: string | readonly string[]; readonly label?: string } = {}): Multi<C> {
    checkOptions("inspect", options, ["only", "label"]);
    return new Multi([...this.operations, { name: null, kind: "inspect", input: options, options: {} }]);
  }
  /** The operations, for tests: pairs of the name and what is done. @see Ecto.Multi.to_list/1 */
  toList(): [string, { operation: OperationKind; data: unknown; options: object }][] {
    return this.operations.flatMap(({ name, kind, input, options }) =>
      name === null ? [] : [[name, { operation: kind, data: input, options }]],
    );
  }
  [INSPECT](): string {
    return `#Multi<${this.operations.map(({ name, kind }) => `${name ?? "…"}: ${kind}`).join(", ")}>`;
  }

  #add(name: string, kind: OperationKind, input: unknown, options: object): Multi<never> {
    checkName(name);
    if (this.operations.some((one) => one.name === name))
      throw new ArgumentError(`"${name}" is already a member of the Multi; every operation needs a name of its own`);
    return new Multi([...this.operations, { name, kind, input, options }]);
  }
}

/** The part of the repo that a Multi's own functions are given; the repo itself, which this file must not import. */
export type RunRepo = any;

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "") throw new ArgumentError(`the name of a Multi's operation is a text, not ${describe(name)}`);
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
    `Multi.${kind}("${name}") takes a changeset${structs ? ", a struct" : ""} or a function that makes one, not ${describe(input)}`,
  );
}

function checkMulti(call: string, multi: unknown): asserts multi is Multi<object> {
  if (!(multi instanceof Multi)) throw new ArgumentError(`Multi.${call} takes a Multi, not ${describe(multi)}`);
}

function joined(first: readonly Operation[], second: readonly Operation[]): Multi<never> {
  const names = new Set(first.map((one) => one.name));
  const twice = second.filter((one) => one.name !== null && names.has(one.name)).map((one) => one.name);
  if (twice.length > 0) throw new ArgumentError(`the two Multis both have ${twice.map((name) => `"${name}"`).join(", ")}`);
  return new Multi([...first, ...second]);
}
