import { chain, type MaybePromise } from "../../adapter/index.ts";
import { Lru, QueryError, valueKey } from "../../base/index.ts";
import { type ParamValue, type RowLoader, rowLoader } from "../../plan/index.ts";
import { type ColumnNode, Expr, type Node, type Preload, type QueryState } from "../../query/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";
import { type Engine, loadRows, type Plan, sourceName } from "../engine/index.ts";
import type { Owners } from "./owners.ts";
import { preloadQuery } from "./query.ts";
import type { Row, Run } from "./run.ts";

/** The query of a preload, planned: only the keys of the owners differ from one time to the next. */
class ChildPlan {
  readonly #query: QueryState;
  readonly #plan: Plan;
  readonly #params: readonly ParamValue[];
  /** Where the keys stand among the parameters. */
  readonly #at: number;
  readonly #single: boolean;
  readonly #source: string | null;
  readonly #relatedKey: string;
  readonly #pairs: PairLoaders | null;

  constructor(engine: Engine, association: AssociationInfo, preload: Preload, single: boolean, prefix: string | null, call: string | null) {
    let keys: Node | null = null;
    const ofOwners = ([column]: readonly ColumnNode[]): Node => {
      const left = column as ColumnNode;
      // One key is a case of its own: databases find one value faster than a list of one.
      if (single) {
        keys = { kind: "param", value: null, type: left.type };
        return { kind: "op", op: "=", args: [left, keys], type: null };
      }
      const list = { kind: "list", values: [], type: left.type } as const;
      keys = list;
      return { kind: "in", left, right: list, negated: false };
    };
    const { query, keyed } = preloadQuery(association, preload, ofOwners, prefix);
    const { plan, params } = engine.plans.planFor(query, "all", call);
    this.#query = query;
    this.#plan = plan;
    this.#params = params;
    this.#at = params.findIndex(({ node }) => node === keys);
    this.#single = single;
    this.#source = sourceName(query);
    this.#relatedKey = association.relatedKeys[0] as string;
    this.#pairs = keyed ? pairLoaders(engine, plan) : null;
  }

  /** The values of the statement with the keys of the owners; null where one cannot be sent, of which the query itself tells best. */
  values({ engine, given }: Run, owners: Owners): readonly unknown[] | null {
    const params = this.#params.slice();
    params[this.#at] = { ...(params[this.#at] as ParamValue), value: this.#single ? owners.values[0] : owners.values };
    try {
      return engine.plans.encode(this.#plan, params, this.#query, given?.(params));
    } catch {
      return null;
    }
  }

  /** Reads the rows of the owners, and gives each to its own. */
  read({ engine, runner, options }: Run, values: readonly unknown[], owners: Owners): MaybePromise<readonly Row[]> {
    return chain(runner.run(this.#plan.statement, values, options, this.#source), ({ rows }) => this.#load(engine, rows, owners));
  }

  #load({ plans }: Engine, rows: readonly (readonly unknown[])[], owners: Owners): readonly Row[] {
    if (this.#pairs === null) {
      const found = loadRows(plans, this.#plan, rows, null) as Row[];
      for (const row of found) owners.add(valueKey(row[this.#relatedKey]), row);
      return found;
    }
    const { key, row: load } = this.#pairs;
    const loadPair = (row: readonly unknown[]): unknown => {
      const loaded = load(row, null) as Row;
      owners.add(valueKey(key(row, null)), loaded);
      return loaded;
    };
    return loadRows(plans, { ...this.#plan, load: loadPair }, rows, null) as Row[];
  }
}

/** How a pair of key and row is loaded without making the pair. */
interface PairLoaders {
  readonly key: RowLoader;
  readonly row: RowLoader;
}

const loaders = new WeakMap<Plan, PairLoaders>();

/** @throws QueryError where the rows are no pairs of a key and a row */
function pairLoaders({ plans }: Engine, plan: Plan): PairLoaders {
  const known = loaders.get(plan);
  if (known) return known;
  const { shape } = plan;
  const [keys, row] = shape?.kind === "tuple" ? shape.items : [];
  const key = keys?.kind === "tuple" ? keys.items[0] : undefined;
  if (key === undefined || row === undefined) throw new QueryError("internal: a preload's rows are no pairs of key and row");
  const made = { key: rowLoader(key, plans.loaderOf), row: rowLoader(row, plans.loaderOf) };
  loaders.set(plan, made);
  return made;
}

/** The plans of an association's preload by one query: for one key and for several, with each prefix, of which there may be as many as tenants. */
type Kept = Lru<ChildPlan>;
type ByQuery = WeakMap<AssociationInfo | QueryState, Kept>;
const kept = new WeakMap<Engine, WeakMap<AssociationInfo, ByQuery>>();

/** The plan of a preload, made at its first use; null where it need not be the same the next time, or is not one query of one key. */
export function keptPlan(
  { engine, options }: Run,
  association: AssociationInfo,
  preload: Preload,
  single: boolean,
  prefix: string | null,
): ChildPlan | null {
  const { query, take } = preload;
  if (association.ownerKeys.length > 1 || take || (query !== null && query.preloads.length > 0)) return null;
  if (engine.hooks.prepareQuery !== undefined || options.queryCache === false || !isConstant(association)) return null;
  const call = options.prefix ?? null;
  const plans = plansOf(engine, association, query ?? association);
  const key = `${single ? 1 : 0}${call === null ? 0 : 1}${prefix === null ? "" : `.${prefix}`}`;
  const known = plans.get(key);
  if (known) return known;
  try {
    const made = new ChildPlan(engine, association, preload, single, prefix, call);
    plans.set(key, made, 1);
    return made;
  } catch {
    // What is wrong with the query is told when it is run with its keys.
    return null;
  }
}

function plansOf(engine: Engine, association: AssociationInfo, by: AssociationInfo | QueryState): Kept {
  let ofEngine = kept.get(engine);
  if (!ofEngine) {
    ofEngine = new WeakMap();
    kept.set(engine, ofEngine);
  }
  let ofAssociation = ofEngine.get(association);
  if (!ofAssociation) {
    ofAssociation = new WeakMap();
    ofEngine.set(association, ofAssociation);
  }
  let plans = ofAssociation.get(by);
  if (!plans) {
    plans = new Lru({ max: 100, maxWeight: Number.POSITIVE_INFINITY });
    ofAssociation.set(by, plans);
  }
  return plans;
}

const constant = new WeakMap<AssociationInfo, boolean>();

/** Whether no function of the schema has a say in the query: it may say another thing each time. */
function isConstant(association: AssociationInfo): boolean {
  let answer = constant.get(association);
  if (answer === undefined) {
    const filters = association.kind === "manyToMany" ? { ...association.where, ...association.join.where } : association.where;
    answer = !association.preloadOrderFn && !Object.values(filters).some((value) => typeof value === "function" || value instanceof Expr);
    constant.set(association, answer);
  }
  return answer;
}
