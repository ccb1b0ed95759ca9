import { chain, type MaybePromise } from "../../adapter/index.ts";
import { QueryError } from "../../base/index.ts";
import type { RootShape } from "../../plan/index.ts";
import { limited, locateError, type Preload, type QueryState, type Take, takesOf } from "../../query/index.ts";
import { isNotLoaded, type SchemaInfo, setMeta, tryStructInfo } from "../../schema/index.ts";
import type { Row } from "./run.ts";

/** Preloads below the roots of a query's results. Plain objects, which `map` makes, get what it names, as plain objects too. */
export function preloadRoots(
  query: QueryState,
  root: RootShape,
  roots: readonly Row[],
  preload: (info: SchemaInfo, structs: readonly Row[], preloads: readonly Preload[]) => MaybePromise<void>,
): MaybePromise<void> {
  const takes = takesOf(query);
  const preloads = limited(query.preloads, takes);
  // Without lists of fields, every root is a whole struct.
  if (takes.length === 0 && root.kind === "struct") return preload(root.info, roots, preloads);
  if (root.kind === "map") checkNamed(query, root.info, query.preloads, takes);
  // Preloads need to know what is loaded, which plain objects do not tell: structs stand in for them.
  const structs = roots.map((one) => (tryStructInfo(one) ? one : standIn(root, one)));
  return chain(preload(root.info, structs, preloads), () => {
    for (const [at, one] of roots.entries()) {
      const struct = structs[at] as Row;
      if (struct !== one) Object.assign(one, plainBelow(struct, takes));
    }
  });
}

function standIn({ info, meta }: RootShape, plain: Row): Row {
  const struct: Row = Object.assign(new info.Row(), plain);
  if (meta) setMeta(struct, meta);
  return struct;
}

/** @throws QueryError where `map` does not name an association that is preloaded: nobody would see it */
function checkNamed(query: QueryState, info: SchemaInfo, preloads: readonly Preload[], takes: readonly Take[]): void {
  for (const { association: name, nested } of preloads) {
    const association = info.association(name);
    if (!association) continue;
    const take = takes.find((one) => one.association === name);
    if (!take) throw lost(query, info, name);
    checkNamed(query, association.related, nested, take.below);
  }
}

function lost(query: QueryState, info: SchemaInfo, name: string): QueryError {
  const error = new QueryError(
    `preload "${name}" of ${info.name} would be lost: map makes objects of what it names. Add { ${name}: ["…"] } to its list, or use struct`,
  );
  locateError(error, query, ["preload"]);
  return error;
}

/** What is loaded of the named associations. */
function plainBelow(struct: Row, takes: readonly Take[]): Row {
  const loaded = takes.filter(({ association }) => !isNotLoaded(struct[association]));
  return Object.fromEntries(loaded.map((take) => [take.association, plain(struct[take.association], take)]));
}

/** A query of the preload's own may have selected something else than structs: that stays as it is. */
function plain(value: unknown, take: Take): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, take));
  if (!tryStructInfo(value)) return value;
  const struct = value as Row;
  return { ...Object.fromEntries(take.fields.map((field) => [field, struct[field]])), ...plainBelow(struct, take.below) };
}
