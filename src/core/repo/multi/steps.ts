/** What each kind of step works on; what is said to be of any type may be a function of the results so far that gives it. */
export interface OperationInputs {
  readonly insert: unknown;
  readonly update: unknown;
  readonly delete: unknown;
  readonly insertOrUpdate: unknown;
  readonly insertAll: { readonly target: unknown; readonly rows: unknown };
  readonly updateAll: { readonly query: unknown; readonly update: unknown };
  readonly deleteAll: unknown;
  readonly one: unknown;
  readonly all: unknown;
  readonly exists: unknown;
  readonly run: (repo: never, changes: never) => unknown;
  readonly put: unknown;
  readonly error: unknown;
}
/** Steps without a result of their own, and so without a name. */
export interface NamelessInputs {
  readonly merge: (changes: never) => unknown;
  readonly inspect: { readonly only?: string | readonly string[]; readonly label?: string };
}
export type NamedKind = keyof OperationInputs;
export type OperationKind = NamedKind | keyof NamelessInputs;

export type NamedOperation = {
  [K in NamedKind]: { readonly name: string; readonly kind: K; readonly input: OperationInputs[K]; readonly options: object };
}[NamedKind];
export type NamelessOperation = {
  [K in keyof NamelessInputs]: { readonly name: null; readonly kind: K; readonly input: NamelessInputs[K]; readonly options: object };
}[keyof NamelessInputs];
/** One step of a Multi. */
export type Operation = NamedOperation | NamelessOperation;

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
