import type { PlannedColumn, PlannedExpr } from "./planned.ts";

/** The columns of a select: each once, or, where a combination must line up with them, one for each path in the result. */
export class Columns {
  readonly list: PlannedColumn[] = [];
  /** Where each column goes in the result; kept for combinations. */
  readonly paths: string[] = [];
  readonly #aligned: boolean;
  readonly #known = new Map<string, number>();

  constructor(aligned: boolean) {
    this.#aligned = aligned;
  }

  /** A column of its own, whatever others there are: for a query that lines up with another. */
  append(expr: PlannedExpr, path: string): void {
    this.list.push({ expr, as: null });
    this.paths.push(path);
  }

  /** The number of the column; `path` says where it stands in the result. */
  add(expr: PlannedExpr, path: string, as: string | null = null): number {
    const key = this.#aligned ? path : expr.kind === "column" && as === null ? `${expr.source.alias}.${expr.column}` : null;
    const known = key === null ? undefined : this.#known.get(key);
    if (known === undefined) {
      const at = this.list.push({ expr, as }) - 1;
      this.paths.push(path);
      if (key !== null) this.#known.set(key, at);
      return at;
    }
    // A merge puts another value at the same path.
    if (this.#aligned) this.list[known] = { expr, as };
    return known;
  }
}
