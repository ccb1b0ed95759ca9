// Results of rows that hold preloads out of joins.
import { NoPrimaryKeyValueError, keyOfColumns } from "../base/index.ts";
import type { AssociationInfo } from "../schema/index.ts";
import { type LoaderOf, type RowLoader, rowLoader } from "./loader.ts";
import type { JoinPreload, RootShape, Shape } from "./shape.ts";

/** A preload out of a join, with the loader of its rows and the columns by which rows are told apart. */
interface Branch {
  readonly association: AssociationInfo;
  readonly load: RowLoader;
  readonly keys: readonly number[];
  readonly nested: readonly Branch[];
}
type Row = Record<string, unknown>;
/** What the rows of a query are, as its plan says. */
interface Folded {
  readonly shape: Shape;
  readonly root: RootShape;
  readonly joinPreloads: readonly JoinPreload[];
}
/** What was gathered of one struct: the struct, and the rows below it by key. */
interface Gathered {
  readonly struct: Row;
  readonly below: Map<unknown, Gathered>[];
}
/** A root, with what else was selected beside it in the results so far. */
interface Root extends Gathered {
  readonly beside: Set<unknown>;
}

/**
 * Folds the rows of a query with preloads out of joins into its results. Rows are one result where the root and all that is selected
 * beside it are equal; on the root hang its joined rows, each once, in the order of the rows.
 */
export class Assembler {
  readonly #rootKeys: readonly number[];
  readonly #beside: readonly number[];
  readonly #branches: readonly Branch[];
  readonly #load: RowLoader;

  constructor(load: RowLoader, { shape, root, joinPreloads }: Folded, loaderOf: LoaderOf) {
    this.#load = load;
    this.#rootKeys = root.whole ? root.fields.map(({ at }) => at) : keyColumns(root);
    this.#beside = columnsBeside(shape);
    this.#branches = branchesOf(root, joinPreloads, loaderOf);
  }

  /** @returns the results, and in `roots` the roots that later preloads start from */
  run(rows: readonly (readonly unknown[])[], roots: object[]): unknown[] {
    const results: unknown[] = [];
    const known = new Map<unknown, Root>();
    // A root may stand in several results, and several times in one: what hangs on the first hangs on the others.
    const twins: (readonly [twin: Row, of: Row])[] = [];
    for (const row of rows) {
      const key = keyOfColumns(row, this.#rootKeys);
      let root = known.get(key);
      const beside = this.#beside.length === 0 ? null : keyOfColumns(row, this.#beside);
      if (!root?.beside.has(beside)) {
        let next = roots.length;
        results.push(this.#load(row, roots));
        if (!root) {
          root = { ...gather(roots[next++] as Row, this.#branches), beside: new Set() };
          known.set(key, root);
        }
        root.beside.add(beside);
        for (; next < roots.length; next++) twins.push([roots[next] as Row, root.struct]);
      }
      this.#attach(root, this.#branches, row);
    }
    for (const [twin, of] of twins)
      for (const { association } of this.#branches) {
        const loaded = of[association.name];
        twin[association.name] = Array.isArray(loaded) ? [...loaded] : loaded;
      }
    return results;
  }

  #attach(parent: Gathered, branches: readonly Branch[], row: readonly unknown[]): void {
    for (let at = 0; at < branches.length; at++) {
      const branch = branches[at] as Branch;
      const rows = parent.below[at] as Map<unknown, Gathered>;
      const key = keyOfColumns(row, branch.keys);
      let child = rows.get(key);
      if (!child) {
        const struct = branch.load(row, null) as Row | null;
        if (struct === null) continue;
        child = gather(struct, branch.nested);
        rows.set(key, child);
        const { name, cardinality } = branch.association;
        if (cardinality === "many") (parent.struct[name] as unknown[]).push(struct);
        else if (parent.struct[name] === null) parent.struct[name] = struct;
      }
      this.#attach(child, branch.nested, row);
    }
  }
}

function gather(struct: Row, branches: readonly Branch[]): Gathered {
  for (const { association } of branches) struct[association.name] = association.cardinality === "many" ? [] : null;
  return { struct, below: branches.map(() => new Map()) };
}

function branchesOf(owner: RootShape, joins: readonly JoinPreload[], loaderOf: LoaderOf): readonly Branch[] {
  return joins.map((join) => ({
    association: owner.info.associationOrThrow(join.association),
    load: rowLoader(join.shape, loaderOf),
    keys: keyColumns(join.shape),
    nested: branchesOf(join.shape, join.nested, loaderOf),
  }));
}

function keyColumns(shape: RootShape): readonly number[] {
  return shape.info.primaryKey.map((name) => {
    const field = shape.fields.find((one) => one.name === name);
    if (!field)
      throw new NoPrimaryKeyValueError(
        `a preload out of a join tells the rows of ${shape.info.name} apart by "${name}", which the query does not select`,
      );
    return field.at;
  });
}

/** The columns of a result that are not those of its root. */
function columnsBeside(shape: Shape): readonly number[] {
  switch (shape.kind) {
    case "column":
      return [shape.at];
    case "struct":
    case "map":
      return shape.root ? [] : shape.fields.map(({ at }) => at);
    case "tuple":
      return shape.items.flatMap(columnsBeside);
    case "object":
      return shape.entries.flatMap(([, item]) => columnsBeside(item));
    case "merge":
      return [...columnsBeside(shape.base), ...columnsBeside(shape.over)];
    case "constant":
      return [];
  }
}
