import { didYouMean, QueryError } from "../base/index.ts";
import type { AssocSource, BindingRef, Source } from "../query/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { Type } from "../type/index.ts";
import type { PlannedSource } from "./planned.ts";

/** A binding of a planned query: its source in SQL, and how its fields are called there. */
export interface Bound {
  readonly planned: PlannedSource;
  readonly info: SchemaInfo | null;
  readonly prefix: string | null;
  /** Output columns by field, for subqueries, CTEs and values; null where columns are the schema's own, or any. */
  readonly outputs: ReadonlyMap<string, Output> | null;
  /** Its rows may be missing: the far side of an outer join. */
  nullable: boolean;
}
export interface Output {
  readonly column: string;
  readonly type: Type | null;
}

/** An output column that clauses may name. */
interface Alias {
  readonly name: string;
  readonly type: Type | null;
}

/** The bindings that a query sees, its own and those of the queries around it; and the names that its clauses may use. */
export class Scope {
  readonly parent: Scope | null;
  readonly prefix: string | null;
  readonly windows: ReadonlySet<string>;
  readonly #byRef = new Map<Source | AssocSource, Bound>();
  readonly #byName = new Map<string, Bound>();
  readonly #ctes = new Map<string, ReadonlyMap<string, Output> | null>();
  readonly #aliases = new Map<string, Alias>();

  constructor(parent: Scope | null, prefix: string | null, windows: Iterable<string> = []) {
    this.parent = parent;
    this.prefix = prefix;
    this.windows = new Set(windows);
  }

  bind(ref: Source | AssocSource, name: string | null, bound: Bound): void {
    this.#byRef.set(ref, bound);
    if (name !== null) this.#byName.set(name, bound);
  }
  addCte(name: string, outputs: ReadonlyMap<string, Output> | null): void {
    this.#ctes.set(name, outputs);
  }
  removeCte(name: string): void {
    this.#ctes.delete(name);
  }
  /** The columns of a CTE that is visible here; undefined where there is none of that name. */
  cte(name: string): ReadonlyMap<string, Output> | null | undefined {
    return this.#ctes.has(name) ? this.#ctes.get(name) : this.parent?.cte(name);
  }
  /** What a query that is combined with this one sees: the same CTEs, none of its bindings. */
  beside(): Scope {
    const scope = new Scope(this.parent, this.prefix);
    for (const [name, outputs] of this.#ctes) scope.addCte(name, outputs);
    return scope;
  }
  own(): Iterable<Bound> {
    return this.#byRef.values();
  }

  /** Remembers a select's expression by the name that it was given, and the output column that it became. */
  addAlias(name: string, column: string, type: Type | null): void {
    if (this.#aliases.has(name)) throw new QueryError(`two expressions of the select are named "${name}"`);
    this.#aliases.set(name, { name: column, type });
  }
  alias(name: string): Alias {
    const alias = this.#aliases.get(name);
    if (alias !== undefined) return alias;
    const known = [...this.#aliases.keys()];
    throw new QueryError(
      `selectedAs("${name}"): no expression of the select is named so. Name it: select((m) => ({ x: m.title.as("${name}") })). ${didYouMean(name, known)}`,
    );
  }

  find(ref: BindingRef | AssocSource): Bound {
    const bound = ref.kind === "named" ? this.#named(ref.name, ref.scope) : this.#byReference(ref);
    if (bound) return bound;
    if (ref.kind === "named") {
      const known = [...this.names()];
      if (ref.scope === "own" && known.includes(ref.name))
        throw new QueryError(`there is no binding named "${ref.name}" in this query; one around it has it: parentAs("${ref.name}")`);
      throw new QueryError(
        `there is no binding named "${ref.name}"${ref.scope === "parent" ? " in the queries around this one" : ""}. ${didYouMean(ref.name, known)}`,
      );
    }
    throw new QueryError(`an expression names a binding (${describeRef(ref)}) that is not part of this query, nor of one around it`);
  }

  *names(): Iterable<string> {
    yield* this.#byName.keys();
    if (this.parent) yield* this.parent.names();
  }

  #named(name: string, where: "own" | "parent"): Bound | null {
    if (where === "own") return this.#byName.get(name) ?? null;
    for (let scope = this.parent; scope; scope = scope.parent) {
      const bound = scope.#byName.get(name);
      if (bound) return bound;
    }
    return null;
  }
  #byReference(ref: Source | AssocSource): Bound | null {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      const bound = scope.#byRef.get(ref);
      if (bound) return bound;
    }
    return null;
  }
}

function describeRef(ref: Source | AssocSource): string {
  if (ref.kind === "schema") return ref.info.name;
  if (ref.kind === "assoc") return `association "${ref.association}"`;
  return "name" in ref ? `"${ref.name}"` : `a ${ref.kind}`;
}
