import { chain, type MaybePromise } from "../../adapter/index.ts";
import { isPlainObject, Lru } from "../../base/index.ts";
import { equal, fieldColumn, joinNodes, Slot } from "../../query/index.ts";
import { infoOf, type SchemaInfo } from "../../schema/index.ts";
import { exactType, isCut, type Type } from "../../type/index.ts";
import { type Engine, KeptQuery, loadRows, type SharedOptions } from "../engine/index.ts";
import { filtered, toQuery } from "./to-query.ts";

/** The rows of a schema by equalities of some fields. It is planned once, and a call makes no query: it casts its values, and sends them. */
interface Lookup {
  readonly kept: KeptQuery;
  readonly table: string;
  readonly types: readonly (Type | null)[];
}

/** Those of a schema: by its key, and by other fields. */
interface Lookups {
  readonly key: Lookup | null;
  readonly fields: Lru<Lookup>;
}

const MAX_LOOKUPS = 100;
const known = new WeakMap<Engine, WeakMap<SchemaInfo, Lookups>>();

/** The rows of a schema by its primary key; null where it must be asked for by a query, as it is for whatever cannot be answered. */
export function rowsByKey(engine: Engine, queryable: unknown, id: unknown, options: SharedOptions): MaybePromise<unknown[]> | null {
  if (id === null || id === undefined || !isPlain(engine, options)) return null;
  const lookup = lookupsOf(engine, queryable)?.key;
  if (!lookup) return null;
  const cast = (lookup.types[0] as Type).cast(id);
  return cast.ok ? run(engine, lookup, [cast.value], options) : null;
}

/** The rows of a schema by equalities, `{ title: "x" }`; null where they must be asked for by a query. */
export function rowsByFields(engine: Engine, queryable: unknown, clauses: unknown, options: SharedOptions): MaybePromise<unknown[]> | null {
  const lookups = isPlain(engine, options) && isPlainObject(clauses) ? lookupsOf(engine, queryable) : null;
  if (!lookups) return null;
  const names = Object.keys(clauses as object);
  const lookup = lookups.fields.get(keyOf(names)) ?? lookupBy(engine, infoOf(queryable) as SchemaInfo, names, lookups);
  if (!lookup) return null;
  const values = new Array<unknown>(names.length);
  for (let at = 0; at < names.length; at++) {
    const value = (clauses as Readonly<Record<string, unknown>>)[names[at] as string];
    const type = lookup.types[at] as Type;
    // An object may be an expression or a query.
    if (value === undefined || typeof value === "object" || typeof value === "function") return null;
    const cast = type.cast(value);
    if (!cast.ok || isCut(value, cast.value, type)) return null;
    values[at] = cast.value;
  }
  return run(engine, lookup, values, options);
}

/** A hook sees queries; and what is not to be kept is planned anew. */
function isPlain({ hooks }: Engine, { queryCache }: SharedOptions): boolean {
  return hooks.prepareQuery === undefined && queryCache !== false;
}

function run(engine: Engine, { kept, table }: Lookup, given: readonly unknown[], options: SharedOptions): MaybePromise<unknown[]> | null {
  const { plans } = engine;
  const { plan, params } = kept.planFor(options.prefix ?? null);
  let values: unknown[];
  try {
    values = plans.encode(plan, params, kept.query, given);
  } catch {
    // The query that says why has the values in it.
    return null;
  }
  return chain(engine.run(plan.statement, values, options, table), ({ rows }) => loadRows(plans, plan, rows, null));
}

function lookupsOf(engine: Engine, queryable: unknown): Lookups | null {
  const info = infoOf(queryable);
  if (info === null || info.source === null) return null;
  let bySchema = known.get(engine);
  if (!bySchema) {
    bySchema = new WeakMap();
    known.set(engine, bySchema);
  }
  let lookups = bySchema.get(info);
  if (!lookups) {
    const { primaryKey } = info;
    lookups = {
      key: primaryKey.length === 1 ? made(engine, info, primaryKey) : null,
      fields: new Lru({ max: MAX_LOOKUPS, maxWeight: Number.POSITIVE_INFINITY }),
    };
    bySchema.set(info, lookups);
  }
  return lookups;
}

function lookupBy(engine: Engine, info: SchemaInfo, names: readonly string[], { fields }: Lookups): Lookup | null {
  if (names.length === 0 || !names.every((name) => info.columns[name] !== undefined && Object.hasOwn(info.columns, name))) return null;
  return fields.set(keyOf(names), made(engine, info, names), 1).value;
}

function made(engine: Engine, info: SchemaInfo, names: readonly string[]): Lookup {
  const query = toQuery(info.class);
  const types = names.map((name) => exactType(info.types[name] ?? null));
  const conditions = names.map((name, at) =>
    equal(fieldColumn(query.source, info, name), { kind: "param", value: new Slot(name), type: types[at] ?? null }),
  );
  return { kept: new KeptQuery(engine.plans, filtered(query, joinNodes("and", conditions))), table: info.source as string, types };
}

/** No two lists of names have the same one. */
function keyOf(names: readonly string[]): string {
  const [first] = names;
  return names.length === 1 ? (first as string) : JSON.stringify(names);
}
