/** One named step of a Multi. */
export interface Operation {
  readonly name: string | null;
  readonly kind: OperationKind;
  /** What it works on, or a function of the changes so far that says it. */
  readonly input: unknown;
  readonly options: object;
}
export type OperationKind =
  | "insert"
  | "update"
  | "delete"
  | "insertOrUpdate"
  | "insertAll"
  | "updateAll"
  | "deleteAll"
  | "one"
  | "all"
  | "exists"
  | "run"
  | "put"
  | "error"
  | "merge"
  | "inspect";

/** How a step may fail: its name, and what it says. */
export interface StepFailure<N extends string = string, V = unknown> {
  readonly operation: N;
  readonly value: V;
}
declare const NONE: unique symbol;
/** What a Multi without steps says of its failures. Every other failure can be assigned to it, so that steps may be added in a loop. */
export interface NoFailure extends StepFailure {
  readonly [NONE]?: true;
}

/** Which operation failed, with what, and what the ones before it had done, all of it rolled back. */
export interface MultiFailure<C = Record<string, unknown>, N extends string = string, V = unknown> extends StepFailure<N, V> {
  readonly changes: Partial<C>;
}
/** The failures of a Multi, told apart by `operation`; where its steps are not known, any. */
export type MultiFailures<C, F> = [Known<C, F>] extends [never] ? MultiFailure<C> : Known<C, F>;
type Known<C, F> = F extends StepFailure<infer N, infer V> ? (typeof NONE extends keyof F ? never : MultiFailure<C, N, V>) : never;

/** What of a Multi is run: its operations. `C` holds the results by name, `F` the failures. */
export class MultiSteps<C extends object, F extends StepFailure> {
  /** @internal */
  readonly operations: readonly Operation[];
  /** Keeps `C` in the type: the results by name. */
  declare readonly results?: C;
  /** Keeps `F` in the type: how the steps may fail. */
  declare readonly failures?: F;

  constructor(operations: readonly Operation[]) {
    this.operations = operations;
  }
}
