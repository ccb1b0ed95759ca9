import { NoPrimaryKeyValueError } from "../base/index.ts";
import type { AssociationInfo } from "../schema/index.ts";
import { type LoaderOf, type RowLoader, rowLoader } from "./loader.ts";
import type { JoinPreload, RootShape } from "./shape.ts";

/** A preload out of a join, with the loader of its rows and the columns by which rows are told apart. */
interface Branch {
  readonly association: AssociationInfo;
  readonly load: RowLoader;
  readonly keys: readonly number[];
  readonly nested: readonly Branch[];
}
type Row = Record<string, unknown>;
/** What was gathered of one struct: the struct, and the rows below it by key. */
interface Gathered {
  readonly struct: Row;
  readonly below: Map<unknown, Gathered>[];
}

/** Folds the rows of a query with preloads out of joins into its results: each root once, what hangs on it in the order of the rows. */
export class Assembler {
  readonly #rootKeys: readonly number[];
  readonly #branches: readonly Branch[];
  readonly #load: RowLoader;

  constructor(load: RowLoader, root: RootShape, joins: readonly JoinPreload[], loaderOf: LoaderOf) {
    this.#load = load;
    this.#rootKeys = keyColumns(root);
    this.#branches = branchesOf(root, joins, loaderOf);
  }

  /** @returns the results, and in `roots` the roots that later preloads start from */
  run(rows: readonly (readonly unknown[])[], roots: object[]): unknown[] {
    const results: unknown[] = [];
    const known = new Map<unknown, Gathered>();
    // A select may name the root several times: what hangs on the first hangs on the others.
    const twins: (readonly [twin: Row, of: Row])[] = [];
    for (const row of rows) {
      const key = keyOf(row, this.#rootKeys);
      let root = known.get(key);
      if (!root) {
        const at = roots.length;
        results.push(this.#load(row, roots));
        root = gather(roots[at] as Row, this.#branches);
        known.set(key, root);
        for (let next = at + 1; next < roots.length; next++) twins.push([roots[next] as Row, root.struct]);
      }
      this.#attach(root, this.#branches, row);
    }
    for (const [twin, of] of twins) for (const { association } of this.#branches) twin[association.name] = of[association.name];
    return results;
  }

  #attach(parent: Gathered, branches: readonly Branch[], row: readonly unknown[]): void {
    for (let at = 0; at < branches.length; at++) {
      const branch = branches[at] as Branch;
      const rows = parent.below[at] as Map<unknown, Gathered>;
      const key = keyOf(row, branch.keys);
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

/** A row's key as a value that a Map tells apart: the raw column where it is single and plain. */
function keyOf(row: readonly unknown[], columns: readonly number[]): unknown {
  if (columns.length === 1) {
    const value = row[columns[0] as number];
    return typeof value === "object" && value !== null ? String(value) : value;
  }
  return columns.map((at) => JSON.stringify(String(row[at]))).join();
}
