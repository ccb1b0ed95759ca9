// The rows of an answer as results: structs, and what a select makes of them.
import { LoadError } from "../../base/index.ts";
import { failingColumn, type LoaderOf, type RowLoader, type RootShape, type Shape, type Assembler } from "../../plan/index.ts";

export { LoadError };

/** How rows become results. */
export interface Reading {
  readonly shape: Shape | null;
  readonly load: RowLoader | null;
  /** What preloads start from; null where there are none. */
  readonly root: RootShape | null;
  /** Set where preloads come out of joins. */
  readonly assembler: Assembler | null;
}

/** Makes results of rows; root structs land in `roots`. @throws an error that names the field which cannot be loaded */
export function loadRows(
  { loaderOf }: { readonly loaderOf: LoaderOf },
  plan: Reading,
  rows: readonly (readonly unknown[])[],
  roots: object[] | null,
): unknown[] {
  const { load, assembler } = plan;
  if (!load) return [];
  try {
    if (assembler) return assembler.run(rows, roots ?? []);
    const results = new Array<unknown>(rows.length);
    for (let at = 0; at < rows.length; at++) results[at] = load(rows[at] as readonly unknown[], roots);
    return results;
  } catch (error) {
    throw explained(loaderOf, plan, rows, error);
  }
}

/** Finds the value that could not be loaded: on the way of failure only, so that rows need not say where they are. */
function explained(loaderOf: LoaderOf, plan: Reading, rows: readonly (readonly unknown[])[], error: unknown): unknown {
  for (const row of rows) {
    const failing = plan.shape && failingColumn(plan.shape, row, loaderOf);
    if (!failing) continue;
    const { label, type, cause, field, schema } = failing;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new LoadError(`cannot load ${label}${type ? ` as ${type.name}` : ""}: ${reason}`, {
      cause,
      field,
      schema,
      type: type?.name ?? null,
    });
  }
  return error instanceof TypeError ? new LoadError(`cannot load a row: ${error.message}`, { cause: error }) : error;
}
