import type { Target } from "../contender.ts";
import type { Data } from "../data.ts";

/** What a worker is started with. */
export interface Start {
  readonly contender: string;
  readonly form: string;
  readonly target: Target;
  readonly at: string;
  readonly data: Data;
  readonly ectype: string;
}

export type Request =
  /** Every operation once or a few times; what came of it, as texts to compare. */
  | { readonly ask: "check"; readonly row: string }
  /** Calls until they get no faster. */
  | { readonly ask: "warm"; readonly row: string; readonly window: number; readonly limit: number }
  | { readonly ask: "round"; readonly row: string; readonly milliseconds: number }
  | { readonly ask: "rows"; readonly limit: number; readonly operation: "list" | "insertAll"; readonly milliseconds: number }
  | { readonly ask: "memory"; readonly rows: number }
  | { readonly ask: "close" };

/** Microseconds of each operation: of the clock, and of this process's own work. */
export interface Timing {
  readonly wall: number;
  readonly cpu: number;
  readonly calls: number;
}

export type Reply =
  | { readonly kind: "ready"; readonly rows: readonly string[] }
  | { readonly kind: "checked"; readonly answers: readonly string[] }
  | { readonly kind: "timed"; readonly timing: Timing }
  | { readonly kind: "memory"; readonly bytes: number }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly message: string };
