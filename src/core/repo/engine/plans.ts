import { QueryError } from "../../base/index.ts";
import type { Adapter, Compiled, Statement } from "../../adapter/index.ts";
import {
  Assembler,
  type HeldInJson,
  isInlinable,
  type Fingerprint,
  fingerprint,
  type KeyOptions,
  type ParamValue,
  type PlannerResult,
  type PlannedQuery,
  type PlannedReturning,
  planQuery,
  QueryKey,
  rowLoader,
  typesOf,
} from "../../plan/index.ts";
import { locateError, type QueryOperation, type QueryState, type Secrets, secretsOf } from "../../query/index.ts";
import { isStorableText, type Type } from "../../type/index.ts";
import type { Reading } from "./load-rows.ts";
import { PlanStore, type Stored } from "./plan-store.ts";
import { type Encoder, unsent, Values } from "./values.ts";

/** A query compiled: its statement, where its parameters stand, and how its rows become results. */
export interface Plan extends Reading {
  readonly statement: Statement;
  /** For each placeholder the index of its parameter. */
  readonly order: readonly number[];
  /** For each placeholder how its value is encoded. */
  readonly encoders: readonly Encoder[];
}

/** What a write answers with where that is more than columns: a part of its statement, and how its rows become results. */
export interface ReturningPlan extends Reading {
  readonly returning: PlannedReturning;
  readonly bigints: boolean;
  /** Some of its parameters must not be shown. */
  readonly secret: boolean;
}

/** A plan, and the values that it binds this time. */
export interface PlanAndParams {
  readonly plan: Plan;
  readonly params: readonly ParamValue[];
}

/** A query that its owner reads by again and again: its plan is found by the query itself, and the key is written but once. */
export class KeptQuery {
  readonly query: QueryState;
  readonly #plans: PlanCache;
  #last: KeptPlan | null = null;
  /** Until it shows that it is not. */
  #inlinable = true;

  constructor(plans: PlanCache, query: QueryState) {
    this.#plans = plans;
    this.query = query;
  }

  /** The plan, as `planFor` of the cache gives it. */
  planFor(prefix: string | null): PlanAndParams {
    return this.#found(prefix, false) ?? this.#kept(prefix, false, this.#plans.keep(this.query, prefix));
  }

  /** The plan, as `inlinePlanFor` of the cache gives it. */
  inlinePlanFor(prefix: string | null): PlanAndParams | null {
    if (!this.#inlinable) return null;
    const found = this.#found(prefix, true);
    if (found !== null) return found;
    const kept = this.#plans.keepInline(this.query, prefix);
    this.#inlinable = kept !== null;
    return kept && this.#kept(prefix, true, kept);
  }

  #found(prefix: string | null, inline: boolean): PlanAndParams | null {
    const last = this.#last;
    return last !== null && last.prefix === prefix && last.inline === inline && this.#plans.isKept(last.stored) ? last : null;
  }

  #kept(prefix: string | null, inline: boolean, { stored, params }: StoredPlan): PlanAndParams {
    this.#last = { plan: stored.plan, params, stored, prefix, inline };
    return this.#last;
  }
}
interface StoredPlan {
  readonly stored: Stored<Plan>;
  readonly params: readonly ParamValue[];
}
interface KeptPlan extends PlanAndParams, StoredPlan {
  readonly prefix: string | null;
  readonly inline: boolean;
}

/** Compiles queries, each once whatever its values. */
export class PlanCache extends Values {
  readonly #adapter: Adapter;
  readonly #plans = new PlanStore<Plan>();
  readonly #returnings = new PlanStore<ReturningPlan>();
  readonly #heldInJson: HeldInJson | null;

  constructor(adapter: Adapter) {
    super(adapter);
    this.#adapter = adapter;
    const { fromJson } = adapter;
    this.#heldInJson = fromJson ? (type) => fromJson(type) !== null : null;
  }

  /** How many plans are kept. */
  get size(): number {
    return this.#plans.size;
  }

  /** What tells the query apart for this database, and its parameters. */
  fingerprint(query: QueryState, operation: QueryOperation, prefix: string | null): Fingerprint {
    return fingerprint(query, { operation, prefix, packing: this.#adapter.packing, inline: false });
  }

  /** The plan of a query, and the values that it binds this time. Unless it is `kept`, neither the plan nor a prepared statement stays. */
  planFor(query: QueryState, operation: QueryOperation, prefix: string | null, kept = true): PlanAndParams {
    return this.#planFor(query, { operation, prefix, packing: this.#adapter.packing, inline: false }, kept) as PlanAndParams;
  }

  /** As `planFor`, with all preloads read within the rows; null where that cannot be. */
  inlinePlanFor(query: QueryState, prefix: string | null, kept = true): PlanAndParams | null {
    return this.#planFor(query, { operation: "all", prefix, packing: this.#adapter.packing, inline: true }, kept);
  }

  /** As `planFor`, for reading, with the place at which the plan is kept. */
  keep(query: QueryState, prefix: string | null): StoredPlan {
    return this.#stored(query, { operation: "all", prefix, packing: this.#adapter.packing, inline: false }) as StoredPlan;
  }

  keepInline(query: QueryState, prefix: string | null): StoredPlan | null {
    return this.#stored(query, { operation: "all", prefix, packing: this.#adapter.packing, inline: true });
  }

  /** Whether a plan is still kept; it counts as a use. */
  isKept(stored: Stored<Plan>): boolean {
    return this.#plans.use(stored);
  }

  #planFor(query: QueryState, options: KeyOptions, kept: boolean): PlanAndParams | null {
    if (kept) {
      const found = this.#stored(query, options);
      return found && { plan: found.stored.plan, params: found.params };
    }
    return notTooDeep(query, () => {
      if (options.inline && !this.#isInlinable(query)) return null;
      const { params } = fingerprint(query, options);
      return { plan: once(this.#compile(query, options, params)), params };
    });
  }

  #stored(query: QueryState, options: KeyOptions): StoredPlan | null {
    return notTooDeep(query, () => {
      const key = new QueryKey(this.#plans.keys, query, options);
      const { params } = key;
      const known = this.#plans.find(key);
      if (known !== null) return { stored: known, params };
      if (options.inline && !this.#isInlinable(query)) return null;
      const make = () => this.#compile(query, options, params);
      return { stored: this.#plans.add(key, make, ({ statement }) => statement.sql.length), params };
    });
  }

  #isInlinable(query: QueryState): boolean {
    return this.#heldInJson !== null && isInlinable(query, this.#heldInJson);
  }

  /** What a write of a query's table answers with: the select of a query that has nothing else, and the values that it binds. */
  returning(query: QueryState, prefix: string | null, kept = true): { plan: ReturningPlan; params: readonly ParamValue[] } {
    const key = new QueryKey(this.#returnings.keys, query, { operation: "all", prefix, packing: this.#adapter.packing, inline: false });
    const { params } = key;
    const make = (): ReturningPlan => {
      const planned = planQuery(query, "all", prefix, params);
      const { from, joins, select } = planned.query;
      const secret = (secretParams(secretsOf(query), params).secret?.length ?? 0) > 0;
      return { returning: { from, joins, select }, secret, ...this.#reading(planned) };
    };
    if (!kept) return { plan: make(), params };
    return { plan: (this.#returnings.find(key) ?? this.#returnings.add(key, make, () => 0)).plan, params };
  }

  /**
   * The values as the driver takes them, in the order of the placeholders.
   * @param given the values of the parameters, where they come with the run
   */
  encode(plan: Plan, params: readonly ParamValue[], query: QueryState, given: readonly unknown[] | null = null): unknown[] {
    const { order, encoders } = plan;
    const values = new Array<unknown>(order.length);
    for (let at = 0; at < order.length; at++) {
      const index = order[at] as number;
      const param = params[index] as ParamValue;
      const value = given === null || param.packed !== undefined ? (param.packed ?? param.value) : given[index];
      try {
        values[at] = (encoders[at] as Encoder)(value);
      } catch (cause) {
        const error = unsent(cause, given === null ? param.value : given[index], param);
        locateError(error, query, []);
        throw error;
      }
    }
    return values;
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

  #compile(query: QueryState, { operation, prefix, inline }: KeyOptions, params: readonly ParamValue[]): Plan {
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
      encoders: order.map((index) => this.encoderOf(params[index] as ParamValue)),
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

/** @throws QueryError where expressions or queries stand in each other so deeply that they exhaust the stack */
function notTooDeep<T>(query: QueryState, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const cause = new QueryError(
      "the query is nested too deeply: its expressions or queries stand in each other thousands of levels deep",
      { cause: error },
    );
    locateError(cause, query, []);
    throw cause;
  }
}

/** The plan of a query that does not come again. Without values a driver takes what it need not prepare for a script, which counts nothing. */
function once(plan: Plan): Plan {
  const { statement, order } = plan;
  return statement.returnsRows || order.length > 0 ? { ...plan, statement: { ...statement, prepare: false, single: true } } : plan;
}

/** @throws QueryError where SQL text holds what no database reads: it would end there, or become another character */
export function checkText(sql: string): void {
  if (!isStorableText(sql))
    throw new QueryError("the text of the SQL holds a NUL or half a surrogate pair: pass such a value as a parameter");
}

/** Which parameters of a query must not be shown, by their index. */
export function secretParams({ values, touched }: Secrets, params: readonly ParamValue[]): { readonly secret?: readonly number[] } {
  const secret = params.flatMap(({ type, node }, at) => (type?.redact || (node && values.has(node)) ? [at] : []));
  return touched || secret.length > 0 ? { secret } : {};
}

export function needsBigints(type: Type | null): boolean {
  return type === null || type.storage === "bigint" || type.storage === "any";
}
