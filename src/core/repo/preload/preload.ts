import { ArgumentError, kindOf } from "../../base/index.ts";
import type { Preload } from "../../query/index.ts";
import { type AssociationInfo, cloneStruct, isNotLoaded, meta, type SchemaInfo, tryStructInfo } from "../../schema/index.ts";
import type { Engine, PreloadOptions } from "../engine/index.ts";
import { loadAssociation } from "./load.ts";
import type { Fetch, Row, Run } from "./run.ts";
import { collect, expanded } from "./through.ts";

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
  await preloadLevel({ engine, fetch, options: { ...options, ectoQuery: "preload" }, within: null }, info, structs, separate);
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
  if (!info) throw new ArgumentError(`preload takes a struct, or a list of structs of one schema, not ${kindOf(present[0])}`);
  for (const struct of present) {
    if (tryStructInfo(struct) !== info)
      throw new ArgumentError(
        `preload takes structs of one schema; the list holds ${info.name} and ${tryStructInfo(struct)?.name ?? kindOf(struct)}`,
      );
  }
  const copies = new Map<Row, Row>();
  for (const struct of present) if (!copies.has(struct)) copies.set(struct, cloneStruct(struct));
  await preloadLevel(
    { engine, fetch, options: { ...options, ectoQuery: "preload" }, within: null },
    info,
    [...copies.values()],
    preloadsOf(info),
  );
  return structs.map((struct) => (struct ? (copies.get(struct) ?? null) : struct));
}

async function preloadLevel(run: Run, info: SchemaInfo, structs: readonly Row[], preloads: readonly Preload[]): Promise<void> {
  const { plain, through } = expanded(info, preloads);
  if (run.options.inParallel === false) for (const preload of plain) await preloadOne(run, info, structs, preload);
  else await Promise.all(plain.map((preload) => preloadOne(run, info, structs, preload)));
  for (const association of through) collect(run, association, structs);
}

async function preloadOne(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): Promise<void> {
  const association = info.association(preload.association);
  if (!association) return await preloadEmbed(run, info, structs, preload);
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
  for (const [prefix, owners] of byPrefix(run, missing))
    fetched.push(...(await loadAssociation(run, association, owners, preload, prefix)));
  const below = [...new Set([...present, ...fetched])];
  if (preload.nested.length > 0 && below.length > 0) await preloadLevel(run, association.related, below, preload.nested);
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

async function preloadEmbed(run: Run, info: SchemaInfo, structs: readonly Row[], preload: Preload): Promise<void> {
  const embed = info.embed(preload.association);
  if (!embed) throw info.associationOrThrow(preload.association).error("cannot be preloaded");
  for (const [within, owners] of byPrefix(run, structs)) {
    const inner = owners.flatMap((struct) => reuse(struct, preload.association, preload));
    if (inner.length > 0) await preloadLevel({ ...run, within }, embed.related, inner, preload.nested);
  }
}
