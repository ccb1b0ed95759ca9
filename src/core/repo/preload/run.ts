// What all parts of a preload are given.
import type { MaybePromise } from "../../adapter/index.ts";
import type { ParamValue } from "../../plan/index.ts";
import type { QueryState } from "../../query/index.ts";
import type { Engine, PreloadOptions, Runner, SharedOptions } from "../engine/index.ts";

export type Row = Record<string, unknown>;
/** What is given for the places of a prepared query: the values of the parameters of a plan. */
export type Given = (params: readonly ParamValue[]) => readonly unknown[];
/** Runs a query with its own preloads; handed in by whoever calls, since a read preloads and a preload reads. */
export type Fetch = (
  engine: Engine,
  runner: Runner,
  query: QueryState,
  options: SharedOptions,
  given: Given | null,
) => MaybePromise<unknown[]>;

/** What one run of preloads works with. */
export interface Run {
  readonly engine: Engine;
  /** What runs its statements: the engine, or what belongs together with them. */
  readonly runner: Runner;
  readonly fetch: Fetch;
  /** Null where the queries hold all their values. */
  readonly given: Given | null;
  readonly options: PreloadOptions;
  /** Inside an embed, the prefix of the row that holds it. */
  readonly within: string | null;
}
/** A row, and the key by which its owner is found. */
export type Keyed = readonly [key: unknown, row: Row];
