import { kindOf, LoadError, Lru, QueryError } from "../../base/index.ts";
import type { Adapter, Compiled, Statement } from "../../adapter/index.ts";
import {
  Assembler,
  failingColumn,
  type HeldInJson,
  isInlinable,
  type Fingerprint,
  fingerprint,
  type LoaderOf,
  packedValue,
  type ParamValue,
  type PlannerResult,
  type PlannedQuery,
  type PlannedReturning,
  planQuery,
  type RootShape,
  type RowLoader,
  rowLoader,
  type Shape,
  typesOf,
  type ValueLoader,
} from "../../plan/index.ts";
import { locateError, type QueryOperation, type QueryState, type Secrets, secretsOf } from "../../query/index.ts";
import { isStorableText, type Type, types, valueless } from "../../type/index.ts";

export { LoadError };

/** How rows become results. */
export interface Reading {
  readonly shape: Shape | null;
  readonly load: RowLoader | null;
  /** What preloads start from; null where there are none. */
  readonly root: RootShape | null;
  /** Set where preloads come out of joins. */
  readonly assembler: Assembler | null;
}

/** A query compiled: its statement, where its parameters stand, and how its rows become results. */
export interface Plan extends Reading {
  readonly statement: Statement;
  /** For each placeholder the index of its parameter. */
  readonly order: readonly number[];
}

/** What a write answers with where that is more than columns: a part of its statement, and how its rows become results. */
export interface ReturningPlan extends Reading {
  readonly returning: PlannedReturning;
  readonly bigints: boolean;
  /** Some of its parameters must not be shown. */
  readonly secret: boolean;
}

/** Plans that are kept, by number and by the characters of their keys and statements. */
const MAX_PLANS = 2000;
const MAX_PLAN_TEXT = 16 * 1024 * 1024;

/** A plan, and the values that it binds this time. */
export interface PlanAndParams {
  readonly plan: Plan;
  readonly params: readonly ParamValue[];
}

/** Compiles queries, each once whatever its values. */
export class PlanCache {
  readonly #adapter: Adapter;
  readonly #plans = new Lru<Plan>({ max: MAX_PLANS, maxWeight: MAX_PLAN_TEXT });
  readonly #returnings = new Lru<ReturningPlan>({ max: MAX_PLANS, maxWeight: MAX_PLAN_TEXT });
  readonly #loaders = new WeakMap<Type, ValueLoader | null>();
  readonly #heldInJson: HeldInJson | null;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
    const { fromJson } = adapter;
    this.#heldInJson = fromJson ? (type) => fromJson(type) !== null : null;
    this.loaderOf = Object.assign((type: Type | null) => this.#loaderOf(type), { inJson: jsonLoaders(this, adapter) });
  }

  /** Whether all preloads of the query can be read within its rows. */
  isInlinable(query: QueryState): boolean {
    return this.#heldInJson !== null && isInlinable(query, this.#heldInJson);
  }

  /** What tells the query apart for this database, and its parameters. */
  fingerprint(query: QueryState, operation: QueryOperation, prefix: string | null, inline = false): Fingerprint {
    return fingerprint(query, operation, prefix, this.#adapter.packing, inline);
  }

  /**
   * The plan of a query, and the values that it binds this time. Unless it is `kept`, neither the plan nor a prepared statement stays.
   * @param inline preloads are read within the rows, which `isInlinable` must have allowed
   */
  planFor(query: QueryState, operation: QueryOperation, prefix: string | null, kept = true, inline = false): PlanAndParams {
    try {
      return this.#planFor(query, operation, prefix, kept, inline);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const cause = new QueryError(
        "the query is nested too deeply: its expressions or queries stand in each other thousands of levels deep",
        {
          cause: error,
        },
      );
      locateError(cause, query, []);
      throw cause;
    }
  }

  #planFor(query: QueryState, operation: QueryOperation, prefix: string | null, kept: boolean, inline: boolean): PlanAndParams {
    const { key, params } = this.fingerprint(query, operation, prefix, inline);
    if (!kept) return { plan: once(this.#compile(query, operation, prefix, params, inline)), params };
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = this.#compile(query, operation, prefix, params, inline);
      this.#plans.set(key, plan, key.length + plan.statement.sql.length);
    }
    return { plan, params };
  }

  /** What a write of a query's table answers with: the select of a query that has nothing else, and the values that it binds. */
  returning(query: QueryState, prefix: string | null, kept = true): { plan: ReturningPlan; params: readonly ParamValue[] } {
    const { key, params } = this.fingerprint(query, "all", prefix);
    let plan = kept ? this.#returnings.get(key) : undefined;
    if (!plan) {
      const planned = planQuery(query, "all", prefix, params);
      const { from, joins, select } = planned.query;
      const secret = (secretParams(secretsOf(query), params).secret?.length ?? 0) > 0;
      plan = { returning: { from, joins, select }, secret, ...this.#reading(planned) };
      if (kept) this.#returnings.set(key, plan, key.length);
    }
    return { plan, params };
  }

  /** The values as the driver takes them, in the order of the placeholders. */
  encode(plan: Plan, params: readonly ParamValue[], query: QueryState): unknown[] {
    const { order } = plan;
    const values = new Array<unknown>(order.length);
    try {
      for (let at = 0; at < order.length; at++) values[at] = this.encodeParam(params[order[at] as number] as ParamValue);
    } catch (error) {
      locateError(error, query, []);
      throw error;
    }
    return values;
  }

  /** @throws QueryError for a value that the database cannot take */
  encodeParam(param: ParamValue): unknown {
    try {
      return this.#encodeParam(param);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw unsendable(param.value, error, param.type?.redact === true);
    }
  }

  #encodeParam(param: ParamValue): unknown {
    if (param.packed) return packedValue(param.packed, this.#adapter.packing, (value, type) => this.encodeValue(value, type));
    if (param.list) return this.#adapter.encodeList(this.#encodeItems(param.value as readonly unknown[], param.type), param.type);
    return this.encodeValue(param.value, param.type);
  }

  /** A value for people and for raw SQL: what its type dumps, not what the driver makes of it; a list as it travels. */
  plainParam(param: ParamValue): unknown {
    if (param.list || param.type === null || (param.value === null && !param.type.handlesNull))
      return param.list ? this.encodeParam(param) : param.value;
    return param.type.dump(param.value);
  }

  /** One value: through its type to the canonical form, then to the driver's. */
  encodeValue(value: unknown, type: Type | null): unknown {
    if (type === null) return value === null ? null : this.#adapter.encodeAny(value);
    if (value === null && !type.handlesNull) return null;
    const dumped = type.dump(value);
    if (dumped === null) return null;
    const { encode } = this.#adapter.codec(type);
    return encode ? encode(dumped as never) : dumped;
  }

  /** Items of a list stay canonical: the adapter's encodeList knows how they travel together. */
  #encodeItems(values: readonly unknown[], type: Type | null): readonly unknown[] {
    if (type === null) return values;
    return values.map((value) => (value === null ? null : type.dump(value)));
  }

  /** How values of a type are loaded, chosen once per type. Where they are not to be shown, errors do not tell them. */
  readonly loaderOf: LoaderOf;

  #loaderOf(type: Type | null): ValueLoader | null {
    if (type === null) return this.#loaderOf(types.any());
    const known = this.#loaders.get(type);
    if (known !== undefined) return known;
    const { decode } = this.#adapter.codec(type);
    const { load } = type;
    let loader: ValueLoader | null;
    if (type.handlesNull && load) loader = decode ? (value: never) => load((value === null ? null : decode(value)) as never) : load;
    else if (decode && load) loader = type.storage === "json" ? unlessNull(decode, load) : (value: never) => load(decode(value) as never);
    else loader = decode ?? load;
    if (loader && type.redact) loader = valueless(type, loader);
    this.#loaders.set(type, loader);
    return loader;
  }

  /** @throws QueryError where a query binds more values than the database takes in one statement */
  checkCount(query: QueryState, count: number): void {
    const { maxParams } = this.#adapter.features;
    if (count <= maxParams) return;
    const error = new QueryError(
      `the query binds ${count} values, and the database takes ${maxParams} in one statement. Run it in parts, or put the values into a table first`,
    );
    locateError(error, query, []);
    throw error;
  }

  #write(query: QueryState, planned: PlannedQuery): Compiled {
    try {
      const compiled = this.#adapter.querySql(planned);
      checkText(compiled.sql);
      return compiled;
    } catch (error) {
      locateError(error, query, []);
      throw error;
    }
  }

  #compile(query: QueryState, operation: QueryOperation, prefix: string | null, params: readonly ParamValue[], inline: boolean): Plan {
    const planned = planQuery(query, operation, prefix, params, inline);
    const { sql, params: order } = this.#write(query, planned.query);
    this.checkCount(query, order.length);
    const { bigints, ...reading } = this.#reading(planned);
    return {
      statement: {
        sql,
        readOnly: operation === "all" && planned.query.lock === null && !query.ctes.some((cte) => cte.operation !== "all"),
        returnsRows: planned.shape !== null,
        bigints,
        prepare: true,
        ...secretParams(
          secretsOf(query, inline),
          order.map((index) => params[index] as ParamValue),
        ),
      },
      order,
      ...reading,
    };
  }

  #reading({ shape, root, joinPreloads }: PlannerResult): Reading & { readonly bigints: boolean } {
    const load = shape ? rowLoader(shape, this.loaderOf) : null;
    return {
      shape,
      load,
      root,
      assembler:
        load && shape && root && joinPreloads.length > 0 ? new Assembler(load, { shape, root, joinPreloads }, this.loaderOf) : null,
      bigints: shape !== null && typesOf(shape, joinPreloads).some(needsBigints),
    };
  }
}

/** Loaders of values that come in JSON: what the driver would have given is made of them first. */
function jsonLoaders(plans: PlanCache, { fromJson }: Adapter): LoaderOf {
  const known = new WeakMap<Type, ValueLoader | null>();
  return (type) => {
    const read = type && fromJson?.(type);
    if (!read) throw new QueryError("internal: a value that JSON does not hold was read out of JSON");
    let loader = known.get(type);
    if (loader === undefined) {
      const load = plans.loaderOf(type);
      loader = load === null ? read : (value: never) => load((value === null ? null : read(value)) as never);
      known.set(type, loader);
    }
    return loader;
  };
}

/** The plan of a query that does not come again. Without values a driver takes what it need not prepare for a script, which counts nothing. */
function once(plan: Plan): Plan {
  const { statement, order } = plan;
  return statement.returnsRows || order.length > 0 ? { ...plan, statement: { ...statement, prepare: false, single: true } } : plan;
}

/** JSON's null is none to the types that stand on it. */
function unlessNull(decode: ValueLoader, load: ValueLoader): ValueLoader {
  return (value) => {
    const decoded = decode(value);
    return decoded === null ? null : load(decoded as never);
  };
}

/** @throws QueryError where SQL text holds what no database reads: it would end there, or become another character */
export function checkText(sql: string): void {
  if (!isStorableText(sql))
    throw new QueryError("the text of the SQL holds a NUL or half a surrogate pair: pass such a value as a parameter");
}

/** The error about a value that the database does not take; it may be one that must not be shown, so that only its kind is said. */
export function unsendable(value: unknown, cause: TypeError, redact = false, what = "a value of the query"): QueryError {
  if (redact) return new QueryError(`${what} cannot be sent to the database`);
  return new QueryError(`${what}, ${kindOf(value)}, cannot be sent to the database: ${cause.message}`, { cause });
}

/** Which parameters of a query must not be shown, by their index. */
export function secretParams({ values, touched }: Secrets, params: readonly ParamValue[]): { readonly secret?: readonly number[] } {
  const secret = params.flatMap(({ type, node }, at) => (type?.redact || (node && values.has(node)) ? [at] : []));
  return touched || secret.length > 0 ? { secret } : {};
}

export function needsBigints(type: Type | null): boolean {
  return type === null || type.storage === "bigint" || type.storage === "any";
}

/** Makes results of rows; root structs land in `roots`. @throws an error that names the field which cannot be loaded */
export function loadRows(plans: PlanCache, plan: Reading, rows: readonly (readonly unknown[])[], roots: object[] | null): unknown[] {
  const { load, assembler } = plan;
  if (!load) return [];
  try {
    if (assembler) return assembler.run(rows, roots ?? []);
    const results = new Array<unknown>(rows.length);
    for (let at = 0; at < rows.length; at++) results[at] = load(rows[at] as readonly unknown[], roots);
    return results;
  } catch (error) {
    throw explained(plans, plan, rows, error);
  }
}

/** Finds the value that could not be loaded: on the way of failure only, so that rows need not say where they are. */
function explained(plans: PlanCache, plan: Reading, rows: readonly (readonly unknown[])[], error: unknown): unknown {
  for (const row of rows) {
    const failing = plan.shape && failingColumn(plan.shape, row, plans.loaderOf);
    if (!failing) continue;
    const { label, type, cause, field, schema } = failing;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new LoadError(`cannot load ${label}${type ? ` as ${type.name}` : ""}: ${reason}`, {
      cause,
      field,
      schema,
      type: type?.name ?? null,
    });
  }
  return error instanceof TypeError ? new LoadError(`cannot load a row: ${error.message}`, { cause: error }) : error;
}
