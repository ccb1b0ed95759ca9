import { ArgumentError } from "../../base/index.ts";
import { rowKey } from "../../plan/index.ts";
import {
  emptyState,
  joinNodes,
  joinTable,
  allEqual,
  fieldColumn,
  fieldColumns,
  schemaSource,
  keyed,
  mergedTake,
  type Node,
  type Preload,
  type QueryState,
  type Select,
  type Source,
  queryOf,
  STATE,
  staticFilter,
  type Take,
} from "../../query/index.ts";
import { type AssociationInfo, cloneStruct, describe, isNotLoaded, meta, type SchemaInfo, tryStructInfo } from "../../schema/index.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";

/** How preloads are read. */
export interface PreloadOptions extends SharedOptions {
  /** Loads again what is loaded already. */
  readonly force?: boolean;
  /** `false`: one query after the other, instead of all of a level together. */
  readonly inParallel?: boolean;
}
export type Row = Record<string, unknown>;
/** Runs a query with its own preloads; given by whoever calls, since a read preloads and a preload reads. */
export type Fetch = (engine: Engine, query: QueryState, options: SharedOptions) => Promise<unknown[]>;

/** What one run of preloads works with. */
interface Run {
  readonly engine: Engine;
  readonly fetch: Fetch;
  readonly options: PreloadOptions;
  /** Inside an embed, the prefix of the row that holds it. */
  readonly within: string | null;
}

/** Loads associations into structs that were just loaded themselves. One query per association and level, sent together. */
export async function preloadInto(
  engine: Engine,
  info: SchemaInfo,
  structs: readonly Row[],
  preloads: readonly Preload[],
  options: PreloadOptions,
  fetch: Fetch,
): Promise<void> {
  const separate = preloads.filter(isSeparate);
  if (structs.length === 0 || separate.length === 0) return;
  await level({ engine, fetch, options: { ...options, ectoQuery: "preload" }, within: null }, info, structs, separate);
}

/** A preload out of a join is there already; what hangs below it may still be to load. */
function isSeparate(preload: Preload): boolean {
  return preload.join === null || preload.nested.some(isSeparate);
}

/** Copies of structs with associations loaded. `null` entries stay where they are. */
export async function preloadStructs(
  engine: Engine,
  structs: readonly (Row | null)[],
  preloadsOf: (info: SchemaInfo) => readonly Preload[],
  options: PreloadOptions,
  fetch: Fetch,
): Promise<(Row | null)[]> {
  const present = structs.filter((struct): struct is Row => struct !== null && struct !== undefined);
  if (present.length === 0) return [...structs];
  const info = tryStructInfo(present[0]);
  if (!info) throw new ArgumentError(`preload takes a struct, or a list of structs of one schema, not ${describe(present[0])}`);
  for (const struct of present) {
    if (tryStructInfo(struct) !== info)
      throw new ArgumentError(
        `preload takes structs of one schema; the list holds ${info.name} and ${tryStructInfo(struct)?.name ?? describe(struct)}`,
      );
  }
  const copies = new Map<Row, Row>();
  for (const struct of present) if (!copies.has(struct)) copies.set(struct, cloneStruct(struct));
  await level({ engine, fetch, options: { ...options, ectoQuery: "preload" }, within: null }, info, [...copies.values()], preloadsOf(info));
  return structs.map((struct) => (struct ? (copies.get(struct) as Row) : struct));
}

async function level(run: Run, info: SchemaInfo, structs: readonly Row[], preloads: readonly Preload[]): Promise<void> {
  const { plain, through } = expanded(info, preloads);
  if (run.options.inParallel === false) for (const preload of plain) await one(run, info, structs, preload);
  else await Promise.all(plain.map((preload) => one(run, info, structs, preload)));
  for (const association of through) collect(run, association, structs);
}

async function one(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): Promise<void> {
  const association = info.association(preload.association);
  if (!association) return await embedded(run, info, structs, preload);
  const missing: Row[] = [];
  const present: Row[] = [];
  for (const struct of structs) {
    const loaded = preload.join !== null || (run.options.force !== true && !isNotLoaded(struct[association.name]));
    if (loaded) present.push(...reuse(struct, association.name, preload));
    else missing.push(struct);
  }
  if (preload.join === null && missing.length < structs.length) warnOfLost(association, structs, run.options);
  // Rows of one prefix, a tenant's, have nothing to do with those of another.
  const fetched: Row[] = [];
  for (const [prefix, owners] of byPrefix(run, missing)) fetched.push(...(await load(run, association, owners, preload, prefix)));
  const below = [...new Set([...present, ...fetched])];
  if (preload.nested.length > 0 && below.length > 0) await level(run, association.related, below, preload.nested);
}

/** What is loaded stays, also where the key says by now that nothing belongs there. */
function warnOfLost({ name, owner, ownerKeys, through }: AssociationInfo, structs: readonly Row[], { force }: PreloadOptions): void {
  if (force === true || through) return;
  for (const struct of structs) {
    const value = struct[name];
    const empty = isNotLoaded(value) || value === null || (Array.isArray(value) && value.length === 0);
    const key = empty ? undefined : ownerKeys.find((one) => struct[one] === null || struct[one] === undefined);
    if (key === undefined) continue;
    console.warn(
      `ectype: "${name}" of ${owner.name} is loaded, but "${key}", by which it is found, is null or was not selected. What is loaded is kept; preload(…, { force: true }) loads it anew`,
    );
    return;
  }
}

/** Structs by the prefix in which what belongs to them is read. */
function byPrefix({ options, within }: Run, structs: readonly Row[]): ReadonlyMap<string | null, readonly Row[]> {
  const groups = new Map<string | null, Row[]>();
  for (const struct of structs) {
    const prefix = options.prefix ?? meta(struct).prefix ?? within;
    const group = groups.get(prefix);
    if (group) group.push(struct);
    else groups.set(prefix, [struct]);
  }
  return groups;
}

/** What is loaded already is not fetched again; where something is to be loaded below it, copies take its place. */
function reuse(struct: Row, name: string, preload: Preload): Row[] {
  const value = struct[name] as Row | Row[] | null;
  if (preload.nested.length === 0 || value === null) return [];
  const copy = Array.isArray(value) ? value.map((item) => cloneStruct(item)) : cloneStruct(value);
  struct[name] = copy;
  return Array.isArray(copy) ? copy : [copy];
}

async function embedded(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): Promise<void> {
  const embed = info.embed(preload.association);
  if (!embed) throw info.associationOrThrow(preload.association).error("cannot be preloaded");
  for (const [within, owners] of byPrefix(run, structs)) {
    const inner = owners.flatMap((struct) => reuse(struct, preload.association, preload));
    if (inner.length > 0) await level({ ...run, within }, embed.related, inner, preload.nested);
  }
}

/** A key that the query left out is not a key that is null: nothing would be found by it, and nobody would know why. */
function ownerKey(association: AssociationInfo, owner: Row, key: string): unknown {
  const value = owner[key];
  if (value !== undefined) return value;
  throw association.error(
    `it cannot be preloaded: its rows are found by "${key}", which the query does not select. Add it to the fields of ${association.owner.name}`,
  );
}

/** Fetches an association of the structs, sets it, and answers with the rows. */
async function load(
  run: Run,
  association: AssociationInfo,
  owners: readonly Row[],
  preload: Preload,
  prefix: string | null,
): Promise<Row[]> {
  const { name, cardinality } = association;
  const keys = new Map<unknown, readonly unknown[]>();
  for (const owner of owners) {
    const values = association.ownerKeys.map((key) => ownerKey(association, owner, key));
    if (values.every((value) => value !== null)) keys.set(rowKey(values), values);
  }
  const found =
    keys.size === 0
      ? []
      : preload.fn
        ? await called(association, preload, [...keys.values()])
        : await queried(run, association, preload, [...keys.values()], prefix);
  const byKey = new Map<unknown, Row[]>();
  for (const [key, row] of found) {
    const rows = byKey.get(key);
    if (rows) rows.push(row);
    else byKey.set(key, [row]);
  }
  for (const owner of owners) {
    const rows = byKey.get(rowKey(association.ownerKeys.map((key) => owner[key] ?? null)));
    owner[name] = cardinality === "many" ? (rows ?? []) : (rows?.[0] ?? null);
  }
  return found.map(([, row]) => row);
}

type Keyed = readonly [key: unknown, row: Row];

async function queried(
  run: Run,
  association: AssociationInfo,
  preload: Preload,
  keys: readonly (readonly unknown[])[],
  prefix: string | null,
): Promise<Keyed[]> {
  const { query: unordered, keyed: pairs } = preloadQuery(association, preload, keys, prefix);
  const query = preload.query?.orderBy.length ? unordered : orderedBy(association, unordered);
  const rows = (await run.fetch(run.engine, query, run.options)) as unknown[];
  if (pairs) return (rows as [unknown[], Row][]).map(([key, row]) => [rowKey(key), row] as const);
  return (rows as Row[]).map((row) => [rowKey(association.relatedKeys.map((key) => row[key])), row] as const);
}

/** The query of a preload; where the rows do not tell their owner's key themselves, it selects pairs of key and row. */
function preloadQuery(
  association: AssociationInfo,
  { query: custom, take }: Preload,
  keys: readonly (readonly unknown[])[],
  prefix: string | null,
): { query: QueryState; keyed: boolean } {
  const { related } = association;
  const given = custom ?? baseQuery(association);
  const { source } = given;
  // What a query selects itself is what its author wants of it.
  const base = take && given.select === null ? { ...given, select: takeSelect(source, take) } : given;
  const state: QueryState = { ...base, prefix: prefix ?? base.prefix };
  const filters = staticFilter(source, related, association.where);
  const order =
    base.orderBy.length > 0
      ? base.orderBy
      : association.preloadOrder.map(([field, direction]) => ({ node: fieldColumn(source, related, field), direction }));
  if (base.combinations.length > 0 && association.cardinality === "many")
    throw association.error("its preload query is a combination; wrap it in from(subquery(query))");
  if (association.kind !== "manyToMany") {
    const columns = fieldColumns(source, related, association.relatedKeys);
    const where = joinNodes("and", [...(state.where ? [state.where] : []), keyed(columns, keys), ...filters]);
    const query = per({ ...state, where, orderBy: order }, columns);
    if (base.select === null) return { query, keyed: false };
    return { query: { ...query, select: pair(columns, base.select) }, keyed: true };
  }
  const table = joinTable(association);
  const on = joinNodes("and", [
    ...allEqual(table.related, fieldColumns(source, related, association.relatedKeys)),
    keyed(table.owner, keys),
    ...table.where,
  ]);
  const where = joinNodes("and", [...(state.where ? [state.where] : []), ...filters]);
  const query = per(
    {
      ...state,
      joins: [...state.joins, { kind: "inner", name: "$join", source: table.source, on }],
      where: where.kind === "literal" ? null : where,
      orderBy: order,
    },
    table.owner,
  );
  return {
    query: { ...query, select: pair(table.owner, base.select ?? { kind: "source", of: source, fields: null, as: "struct" }) },
    keyed: true,
  };
}

/** The association's own function of the row, and of the join row, says the order. */
function orderedBy({ preloadOrderFn }: AssociationInfo, query: QueryState): QueryState {
  if (!preloadOrderFn) return query;
  return queryOf<unknown, Record<string, unknown>, unknown>(query).orderBy((row, joins) => preloadOrderFn(row, joins.$join) as never)[
    STATE
  ];
}

/** A limit per parent that does not say per what means the parent's key. */
function per(query: QueryState, columns: readonly Node[]): QueryState {
  return query.limitPer && query.limitPer.by.length === 0 ? { ...query, limitPer: { ...query.limitPer, by: columns } } : query;
}

function takeSelect(source: Source, { fields, below }: Take): Select {
  return { kind: "source", of: source, fields, as: "struct", below };
}

function pair(columns: readonly Node[], select: Select): Select {
  return { kind: "tuple", items: [{ kind: "tuple", items: columns.map((node) => ({ kind: "expr", node })) }, select] };
}

// One base query per association, so that its parts are the same objects each time.
const bases = new WeakMap<AssociationInfo, QueryState>();

function baseQuery(association: AssociationInfo): QueryState {
  let base = bases.get(association);
  if (!base) {
    base = emptyState(schemaSource(association.related, association.relatedSource));
    bases.set(association, base);
  }
  return base;
}

async function called(association: AssociationInfo, preload: Preload, keys: readonly (readonly unknown[])[]): Promise<Keyed[]> {
  const ids = keys.map((key) => (key.length === 1 ? key[0] : key));
  const rows = await (preload.fn as NonNullable<Preload["fn"]>)(ids, association);
  if (!Array.isArray(rows))
    throw association.error(`its preload function must return a list of ${association.related.name} structs, not ${describe(rows)}`);
  const known = new Set(keys.map(typesOf));
  return rows.map((entry: unknown) => {
    const [values, row] = association.kind === "manyToMany" ? pairOf(association, entry) : keyOf(association, entry);
    // Rows of other owners, or of none, may be among them; a key of another type is a mistake that would leave its row out unseen.
    if (values.every((value) => value !== null) && !known.has(typesOf(values)))
      throw association.error(
        `its preload function returned a row by a key of another type (${typesOf(values)}) than those that it was given (${[...known].join(" or ")}): it would belong to no ${association.owner.name}`,
      );
    return [rowKey(values), row] as const;
  });
}

function typesOf(values: readonly unknown[]): string {
  return values.map((value) => typeof value).join(", ");
}

function pairOf(association: AssociationInfo, entry: unknown): readonly [readonly unknown[], Row] {
  if (!Array.isArray(entry) || entry.length !== 2)
    throw association.error("its preload function must return pairs of the owner's key and the struct");
  return [[entry[0]].flat(), relatedRow(association, entry[1])];
}

function keyOf(association: AssociationInfo, entry: unknown): readonly [readonly unknown[], Row] {
  const row = relatedRow(association, entry);
  const values = association.relatedKeys.map((key) => {
    if (row[key] !== undefined) return row[key];
    throw association.error(`its preload function returned a row without "${key}", by which its owner is found`);
  });
  return [values, row];
}

function relatedRow(association: AssociationInfo, row: unknown): Row {
  const info = tryStructInfo(row);
  if (typeof row !== "object" || row === null || Array.isArray(row) || (info && info !== association.related))
    throw association.error(
      `its preload function must return ${association.related.name} structs, not ${info ? `one of ${info.name}` : describe(row)}`,
    );
  return row as Row;
}

// ---- through

/** Through associations as nested preloads of their steps, and which of them are to be collected afterwards. */
function expanded(info: SchemaInfo, preloads: readonly Preload[]): { plain: readonly Preload[]; through: readonly AssociationInfo[] } {
  const plain = new Map<string, Preload>();
  const through = new Set<AssociationInfo>();
  const expand = (preload: Preload): void => {
    const association = info.association(preload.association);
    if (!association?.through || preload.join !== null) {
      add(plain, preload);
      return;
    }
    // Its first step may be a through association as well, and is gathered before it.
    expand(chain(association.through, preload));
    through.add(association);
  };
  preloads.forEach(expand);
  return { plain: [...plain.values()], through: [...through] };
}

function chain(steps: readonly string[], end: Preload): Preload {
  const [step, ...rest] = steps as [string, ...string[]];
  if (rest.length === 0) return { ...end, association: step };
  return { association: step, query: null, fn: null, join: null, nested: [chain(rest, end)] };
}

function add(into: Map<string, Preload>, preload: Preload): void {
  const known = into.get(preload.association);
  if (!known) {
    into.set(preload.association, preload);
    return;
  }
  const nested = new Map(known.nested.map((one) => [one.association, one]));
  for (const below of preload.nested) add(nested, below);
  into.set(preload.association, {
    ...known,
    query: known.query ?? preload.query,
    fn: known.fn ?? preload.fn,
    nested: [...nested.values()],
    take: eitherTake(known.take, preload.take),
  });
}

/** A step that says nothing leaves the other its say; who asks for whole rows gets them. */
function eitherTake(first: Preload["take"], second: Preload["take"]): Preload["take"] {
  if (first === undefined || second === undefined) return first ?? second;
  return first && second && mergedTake(first, second);
}

/** Gathers the last step's rows, each once, in the order of the steps. */
function collect(run: Run, association: AssociationInfo, structs: readonly Row[]): void {
  const { primaryKey } = association.related;
  if (primaryKey.length === 0)
    throw association.error(`it cannot be preloaded: ${association.related.name} has no primary key by which to tell its rows apart`);
  for (const struct of structs) {
    if (run.options.force !== true && !isNotLoaded(struct[association.name])) continue;
    const rows = walk(struct, association.through as readonly string[]);
    const unique = new Map(rows.map((row) => [rowKey(primaryKey.map((key) => ownKey(association, row, key))), row]));
    struct[association.name] = association.cardinality === "many" ? [...unique.values()] : (rows[0] ?? null);
  }
}

function ownKey(association: AssociationInfo, row: Row, key: string): unknown {
  const value = row[key];
  if (value !== undefined) return value;
  throw association.error(
    `it cannot be preloaded: its rows are told apart by "${key}", which the query does not select. Add it to the fields of ${association.related.name}`,
  );
}

function walk(struct: Row, steps: readonly string[]): readonly Row[] {
  let at: readonly Row[] = [struct];
  for (const step of steps) {
    at = at.flatMap((row) => {
      const value = row[step] as Row | Row[] | null;
      return value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
    });
  }
  return at;
}
