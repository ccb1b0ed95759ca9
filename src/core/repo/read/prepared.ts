import type { MaybePromise } from "../../adapter/index.ts";
import { ArgumentError, CastError, didYouMean, kindOf, QueryError } from "../../base/index.ts";
import type { ParamValue } from "../../plan/index.ts";
import { Expr, isQueryLike, type QueryState, Slot, slotNode, STATE, valueType } from "../../query/index.ts";
import type { Type } from "../../type/index.ts";
import { type Engine, type SharedOptions, checkCall, KeptQuery, prepareQuery, withDefaults } from "../engine/index.ts";
import { runQuery } from "./fetch.ts";

import { noResults, oneOf } from "./read.ts";

/** The values of a prepared query as its callback gets them: `(p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id))`. */
export type Slots<V> = string extends keyof V ? any : { readonly [K in keyof V]: Expr<V[K]> };

/** The query for values of such types, where some stand by themselves: only they say what the database gives back. */
type Variants<T, V extends object> = (values: V) => PreparedQuery<T, V>;

/** A query that is compiled once, and run with other values each time. */
export class PreparedQuery<T, V extends object> {
  readonly #engine: Engine;
  readonly #kept: KeptQuery;
  readonly #options: SharedOptions;
  readonly #names: ReadonlySet<string>;
  readonly #variants: Variants<T, V> | null;

  /** @internal */
  constructor(engine: Engine, query: QueryState, names: ReadonlySet<string>, options: SharedOptions, variants: Variants<T, V> | null) {
    this.#engine = engine;
    this.#kept = new KeptQuery(engine.plans, query);
    this.#names = names;
    this.#options = options;
    this.#variants = variants;
  }

  /**
   * All results for these values.
   * @throws ArgumentError for a value that is missing, null, or not asked for
   * @throws CastError for one of the wrong type
   * @example const byId = repo.prepare((p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id)).select((m) => m.title));
   * await byId.all({ id: 1 }) // => ["Ready Player One"]
   * @see Ecto.Repo.all/2
   */
  async all(values: V, options?: SharedOptions): Promise<T[]> {
    const rows = this.#rows(values, options, false);
    return rows instanceof Promise ? await rows : rows;
  }

  #rows(values: V, options: SharedOptions | undefined, single: boolean): MaybePromise<T[]> {
    if (this.#variants && typeof values === "object" && values !== null) return this.#variants(values).#rows(values, options, single);
    const engine = this.#engine;
    const { hooks } = engine;
    const asked = prepareQuery(hooks, "all", this.#kept.query, this.#optionsOf(options));
    const prefix = asked.options.prefix ?? null;
    const { queryCache } = asked.options;
    // What a hook adds may be another thing each time: the organisation of a request.
    const anew = hooks.prepareQuery !== undefined || queryCache === false;
    return runQuery(
      engine,
      asked.query,
      asked.options,
      single,
      {
        plain: () => (anew ? engine.plans.planFor(asked.query, "all", prefix, queryCache) : this.#kept.planFor(prefix)),
        inline: () => (anew ? engine.plans.inlinePlanFor(asked.query, prefix, queryCache) : this.#kept.inlinePlanFor(prefix)),
      },
      (params) => this.#given(params, values),
    ) as MaybePromise<T[]>;
  }

  #optionsOf(options: SharedOptions | undefined): SharedOptions {
    const { hooks } = this.#engine;
    // A hook may write into what it is given.
    if (options === undefined && hooks.prepareQuery === undefined) return this.#options;
    checkCall(hooks, "all", "all", options ?? {});
    return withDefaults({}, "all", "all", { ...this.#options, ...options });
  }

  /**
   * The one result, or null.
   * @throws MultipleResultsError where there are several
   * @throws CastError for a value of the wrong type
   * @example const byId = repo.prepare((p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id)).select((m) => m.title));
   * await byId.one({ id: 9 }) // => null
   * @see Ecto.Repo.one/2
   */
  async one(values: V, options?: SharedOptions): Promise<T | null> {
    const rows = this.#rows(values, options, true);
    return oneOf(this.#kept.query, rows instanceof Promise ? await rows : rows) as T | null;
  }

  /**
   * The one result.
   * @throws NoResultsError where there is none
   * @throws MultipleResultsError where there are several
   * @example const byId = repo.prepare((p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id)).select((m) => m.title));
   * await byId.oneOrThrow({ id: 2 }) // => "Bright"
   * @see Ecto.Repo.one!/2
   */
  async oneOrThrow(values: V, options?: SharedOptions): Promise<NonNullable<T>> {
    return ((await this.one(values, options)) ?? noResults(this.#kept.query)) as NonNullable<T>;
  }

  /** The values of the plan's parameters, those of this run among them. */
  #given(params: readonly ParamValue[], values: V): readonly unknown[] {
    if (typeof values !== "object" || values === null)
      throw new ArgumentError(`a prepared query takes its values as an object, not ${kindOf(values)}`);
    for (const name of Object.keys(values)) {
      if (!this.#names.has(name))
        throw new ArgumentError(`the prepared query has no value "${name}". ${didYouMean(name, [...this.#names])}`);
    }
    const given = new Array<unknown>(params.length);
    for (let at = 0; at < params.length; at++) {
      const param = params[at] as ParamValue;
      const { value } = param;
      given[at] = value instanceof Slot ? valueOf(value.name, param, values as Readonly<Record<string, unknown>>) : value;
    }
    return given;
  }
}

function valueOf(name: string, { type, list }: ParamValue, values: Readonly<Record<string, unknown>>): unknown {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null)
    throw new ArgumentError(
      `the prepared query was given ${value} as "${name}"; it needs a value, since a comparison with null is never true`,
    );
  if (!list) return castTo(type, name, value);
  if (!Array.isArray(value)) throw new ArgumentError(`the prepared query takes a list as "${name}", not ${kindOf(value)}`);
  return value.map((item) => castTo(type, name, item));
}

function castTo(type: Type | null, name: string, item: unknown): unknown {
  if (type === null || item === null) return item;
  const cast = type.cast(item);
  if (cast.ok) return cast.value;
  const { message } = cast.error;
  const why = type.redact || message === undefined || message.includes("%{") ? "" : `: it ${message}`;
  throw new CastError(`the value "${name}" of the prepared query cannot be cast to ${type.name}: ${kindOf(item)}${why}`, {
    type: type.name,
    ...(type.redact ? {} : { value: item }),
  });
}

/** Builds the query once, and once more for each type of a value that stands by itself, with slots in place of values. @throws QueryError where the function returns no query */
export function prepare<T, V extends object>(engine: Engine, build: unknown, own: SharedOptions): PreparedQuery<T, V> {
  if (typeof build !== "function")
    throw new ArgumentError(`prepare takes a function that makes a query of its values, not ${kindOf(build)}`);
  const make = build as (slots: object) => unknown;
  const names = new Set<string>();
  const alone = new Set<string>();
  const query = built(make, names, (name) => {
    alone.add(name);
    return null;
  });
  if (alone.size === 0) return new PreparedQuery(engine, query, names, own, null);
  const known = new Map<string, PreparedQuery<T, V>>();
  const variants = (values: V): PreparedQuery<T, V> => {
    const types = new Map([...alone].map((name) => [name, ownType(values, name)]));
    const key = [...types.values()].map((type) => type?.name ?? "").join();
    let found = known.get(key);
    if (!found) {
      found = new PreparedQuery(
        engine,
        built(make, names, (name) => types.get(name) ?? null),
        names,
        own,
        null,
      );
      known.set(key, found);
    }
    return found;
  };
  return new PreparedQuery(engine, query, names, own, variants);
}

function ownType(values: object, name: string): Type | null {
  return Object.hasOwn(values, name) ? valueType((values as Readonly<Record<string, unknown>>)[name]) : null;
}

function built(build: (slots: object) => unknown, names: Set<string>, own: (name: string) => Type | null): QueryState {
  const slots = new Proxy(
    {},
    {
      get(_, name) {
        if (typeof name !== "string") return undefined;
        names.add(name);
        return new Expr(slotNode(name, own));
      },
    },
  );
  const made: unknown = build(slots);
  if (!isQueryLike(made)) throw new QueryError(`the function of prepare must return a query, not ${kindOf(made)}`);
  return made[STATE];
}
