import type { Definition, SchemaOptions } from "./types.ts";

/** What was given to `schema()`, kept on the class that it returned. */
export interface Declaration {
  readonly source: string | null;
  readonly definition: Definition;
  readonly options: SchemaOptions;
}

export const DECLARATION: unique symbol = Symbol("ectype.declaration");

/** The declaration of a schema class, or null where the value is none. */
export function declarationOf(cls: unknown): Declaration | null {
  return typeof cls === "function" ? ((cls as { [DECLARATION]?: Declaration })[DECLARATION] ?? null) : null;
}
