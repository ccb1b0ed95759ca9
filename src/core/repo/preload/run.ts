import type { QueryState } from "../../query/index.ts";
import type { Engine, SharedOptions, PreloadOptions } from "../engine/index.ts";

export type Row = Record<string, unknown>;
/** Runs a query with its own preloads; given by whoever calls, since a read preloads and a preload reads. */
export type Fetch = (engine: Engine, query: QueryState, options: SharedOptions) => Promise<unknown[]>;

/** What one run of preloads works with. */
export interface Run {
  readonly engine: Engine;
  readonly fetch: Fetch;
  readonly options: PreloadOptions;
  /** Inside an embed, the prefix of the row that holds it. */
  readonly within: string | null;
}
/** A row, and the key by which its owner is found. */
export type Keyed = readonly [key: unknown, row: Row];
