import { rowKey } from "../../base/index.ts";
import { mergedTake, type Preload } from "../../query/index.ts";
import { type AssociationInfo, isNotLoaded, type SchemaInfo, type ThroughAssociation } from "../../schema/index.ts";
import type { Row, Run } from "./run.ts";

/** Through associations as nested preloads of their steps, and which of them are to be collected afterwards. */
export function expanded(
  info: SchemaInfo,
  preloads: readonly Preload[],
): { plain: readonly Preload[]; through: readonly ThroughAssociation[] } {
  const plain = new Map<string, Preload>();
  const through = new Set<ThroughAssociation>();
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
export function collect(run: Run, association: ThroughAssociation, structs: readonly Row[]): void {
  const { primaryKey } = association.related;
  if (primaryKey.length === 0)
    throw association.error(`it cannot be preloaded: ${association.related.name} has no primary key by which to tell its rows apart`);
  for (const struct of structs) {
    if (run.options.force !== true && !isNotLoaded(struct[association.name])) continue;
    const rows = walk(struct, association.through);
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
