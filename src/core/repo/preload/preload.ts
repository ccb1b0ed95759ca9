import { atOnce, chain, inOrder, type MaybePromise } from "../../adapter/index.ts";
import { ArgumentError, kindOf } from "../../base/index.ts";
import type { Preload, QueryState } from "../../query/index.ts";
import { type AssociationInfo, cloneStruct, isNotLoaded, meta, type SchemaInfo, tryStructInfo } from "../../schema/index.ts";
import type { Engine, PreloadOptions, Runner } from "../engine/index.ts";
import { loadAssociation } from "./load.ts";
import type { Fetch, Row, Run } from "./run.ts";
import { collect, expanded } from "./through.ts";

/** Loads associations into structs that were just loaded themselves. One query per association and level, sent together. */
export function preloadInto(
  run: Omit<Run, "within">,
  info: SchemaInfo,
  structs: readonly Row[],
  preloads: readonly Preload[],
): MaybePromise<void> {
  const separate = preloads.filter(isSeparate);
  if (structs.length === 0 || separate.length === 0) return;
  return preloadLevel({ ...run, options: { ...run.options, ectoQuery: "preload" }, within: null }, info, structs, separate);
}

/** A preload out of a join is there already; what hangs below it may still be to load. */
export function isSeparate(preload: Preload): boolean {
  return preload.join === null || preload.nested.some(isSeparate);
}

/** Whether all of it only reads and waits for nothing but answers: a function of the caller's own may do as it likes, and a lock may wait. */
export function areReads(preloads: readonly Preload[]): boolean {
  return preloads.every(({ fn, query, nested }) => fn === null && (query === null || isRead(query)) && areReads(nested));
}

function isRead({ lock, ctes, preloads }: QueryState): boolean {
  return lock === null && ctes.every(({ operation }) => operation === "all") && areReads(preloads);
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
  if (!info) throw new ArgumentError(`preload takes a struct, or a list of structs of one schema, not ${kindOf(present[0])}`);
  for (const struct of present) {
    if (tryStructInfo(struct) !== info)
      throw new ArgumentError(
        `preload takes structs of one schema; the list holds ${info.name} and ${tryStructInfo(struct)?.name ?? kindOf(struct)}`,
      );
  }
  const copies = new Map<Row, Row>();
  for (const struct of present) if (!copies.has(struct)) copies.set(struct, cloneStruct(struct));
  const preloads = preloadsOf(info);
  const load = (runner: Runner) =>
    preloadLevel(
      { engine, runner, fetch, given: null, options: { ...options, ectoQuery: "preload" }, within: null },
      info,
      [...copies.values()],
      preloads,
    );
  await (areReads(preloads) ? engine.together(options, load) : load(engine));
  return structs.map((struct) => (struct ? (copies.get(struct) ?? null) : struct));
}

function preloadLevel(run: Run, info: SchemaInfo, structs: readonly Row[], preloads: readonly Preload[]): MaybePromise<void> {
  const { plain, through } = expanded(info, preloads);
  const each = run.options.inParallel === false ? inOrder : atOnce;
  return chain(
    each(plain, (preload) => preloadOne(run, info, structs, preload)),
    () => {
      for (const association of through) collect(run, association, structs);
    },
  );
}

function preloadOne(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): MaybePromise<void> {
  const association = info.association(preload.association);
  if (!association) return preloadEmbed(run, info, structs, preload);
  const missing: Row[] = [];
  const present: Row[] = [];
  for (const struct of structs) {
    if (preload.join !== null || (run.options.force !== true && holds(struct, association.name)))
      present.push(...reuse(struct, association.name, preload));
    else missing.push(struct);
  }
  if (preload.join === null && missing.length < structs.length) warnOfLost(association, structs, run.options);
  const below: Row[] = present;
  // Rows of one prefix, a tenant's, have nothing to do with those of another.
  const loaded = inOrder([...byPrefix(run, missing)], ([prefix, owners]) =>
    chain(loadAssociation(run, association, owners, preload, prefix), (rows) => {
      if (preload.nested.length > 0) for (const row of rows) below.push(row);
    }),
  );
  return chain(loaded, () => {
    if (preload.nested.length > 0 && below.length > 0) return preloadLevel(run, association.related, [...new Set(below)], preload.nested);
  });
}

/** Whether an association is loaded. What says that it is not stands on the prototype, where it is found without asking it. */
function holds(struct: Row, name: string): boolean {
  return Object.hasOwn(struct, name) && !isNotLoaded(struct[name]);
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
  if (options.prefix !== undefined) return new Map(structs.length === 0 ? [] : [[options.prefix, structs]]);
  const groups = new Map<string | null, Row[]>();
  for (const struct of structs) {
    const prefix = meta(struct).prefix ?? within;
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

function preloadEmbed(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): MaybePromise<void> {
  const embed = info.embed(preload.association);
  if (!embed) throw info.associationOrThrow(preload.association).error("cannot be preloaded");
  return inOrder([...byPrefix(run, structs)], ([within, owners]) => {
    const inner = owners.flatMap((struct) => reuse(struct, preload.association, preload));
    if (inner.length > 0) return preloadLevel({ ...run, within }, embed.related, inner, preload.nested);
  });
}
