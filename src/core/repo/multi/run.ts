// Runs the steps of a Multi in one transaction, up to the first that fails.
import { ArgumentError, define, err, isResult, kindOf, ok, print, type Result } from "../../base/index.ts";
import { isChangeset, withAction } from "../../changeset/index.ts";
import { type Engine, checkCall, type Takes, transact, type TransactionOptions } from "../engine/index.ts";

import {
  type MultiFailure,
  MultiSteps,
  type NamedKind,
  type NamedOperation,
  type NamelessInputs,
  type Operation,
  type StepFailure,
} from "./steps.ts";

type AnyMulti = MultiSteps<object, StepFailure>;
type Results = Record<string, unknown>;

/** What a Multi needs of the repo. */
export interface MultiRepo {
  insert(source: unknown, options: object): Promise<Result<unknown, unknown>>;
  update(source: unknown, options: object): Promise<Result<unknown, unknown>>;
  delete(source: unknown, options: object): Promise<Result<unknown, unknown>>;
  insertOrUpdate(source: unknown, options: object): Promise<Result<unknown, unknown>>;
  insertAll(target: unknown, rows: unknown, options: object): Promise<unknown>;
  updateAll(query: unknown, update: unknown, options: object): Promise<unknown>;
  deleteAll(query: unknown, options: object): Promise<unknown>;
  one(query: unknown, options: object): Promise<unknown>;
  all(query: unknown, options: object): Promise<unknown>;
  exists(query: unknown, options: object): Promise<boolean>;
}

/**
 * Runs the operations in order in one transaction, or behind a savepoint of the open one, which a failure leaves as it was.
 * What is known to fail beforehand fails before anything is sent.
 */
export async function runMulti(
  engine: Engine,
  repo: MultiRepo,
  multi: AnyMulti,
  options?: TransactionOptions,
): Promise<Result<object, MultiFailure>> {
  checkAll(engine, multi.operations);
  for (const operation of multi.operations) {
    const known = knownFailure(operation);
    if (known !== null) return err(known);
  }
  if (multi.operations.length === 0) return ok({});
  let failed: MultiFailure | null = null;
  const run = async (): Promise<Result<object, MultiFailure>> => {
    const changes: Results = {};
    failed = await runAll(engine, repo, multi.operations, changes, namesOf(multi));
    return failed ? err(failed) : ok(changes);
  };
  const result = await transact(engine, run, options, "savepoint");
  if (result.ok) return result;
  if (failed) return err(failed);
  throw new ArgumentError(
    "the transaction of a Multi was rolled back from inside an operation; let the operation's function return err(reason) instead",
  );
}

/** Which options there are depends on the repo; none is sent anything before all of them are known to be right. */
function checkAll({ hooks }: Engine, operations: readonly Operation[]): void {
  for (const { name, kind, options } of operations) {
    if (name !== null && Object.keys(options).length > 0) checkCall(hooks, takes(kind), `Multi.${kind}("${name}")`, options);
  }
}

/** Which options a step takes. */
function takes(kind: NamedKind): Takes {
  switch (kind) {
    case "exists":
      return "withoutPreloads";
    case "one":
    case "all":
    case "run":
    case "put":
    case "error":
      return "all";
    default:
      return kind;
  }
}

/** The failure of a step of which it is known before it runs. */
function knownFailure({ name, kind, input }: Operation): MultiFailure | null {
  if (kind === "error") return { operation: name, value: input, changes: {} };
  if (name === null || !isChangeset(input) || input.valid) return null;
  return { operation: name, value: withAction(input, kind === "insertOrUpdate" ? "insert" : kind), changes: {} };
}

function namesOf(multi: AnyMulti): ReadonlySet<string> {
  return new Set(multi.operations.flatMap(({ name }) => (name === null ? [] : [name])));
}

/** @param taken the names of all operations, those to come too, that are not merged in here */
async function runAll(
  engine: Engine,
  repo: MultiRepo,
  operations: readonly Operation[],
  changes: Results,
  taken: ReadonlySet<string>,
): Promise<MultiFailure | null> {
  for (const operation of operations) {
    if (operation.kind === "inspect") {
      show(operation.input, changes);
    } else if (operation.kind === "merge") {
      const merged = call(operation.input, changes);
      if (!(merged instanceof MultiSteps))
        throw new ArgumentError(`the function of Multi.merge must return a Multi, not ${kindOf(merged)}`);
      checkAll(engine, merged.operations);
      const names = namesOf(merged);
      for (const inner of names) {
        if (Object.hasOwn(changes, inner)) throw new ArgumentError(`Multi.merge: "${inner}" has run already under that name`);
        if (taken.has(inner))
          throw new ArgumentError(`Multi.merge: "${inner}" is the name of a later operation too; each needs a name of its own`);
      }
      const failure = await runAll(engine, repo, merged.operations, changes, new Set([...taken, ...names]));
      if (failure) return failure;
    } else {
      const { name } = operation;
      const result = await runOne(repo, operation, changes);
      if (!result.ok) return { operation: name, value: result.error, changes: { ...changes } };
      define(changes, name, result.value);
    }
  }
  return null;
}

async function runOne(repo: MultiRepo, operation: NamedOperation, changes: Results): Promise<Result<unknown, unknown>> {
  const { name, kind, input, options } = operation;
  switch (kind) {
    case "put":
      return ok(input);
    case "error":
      return err(input);
    case "run": {
      const result = await (input as (repo: MultiRepo, changes: Results) => unknown)(repo, { ...changes });
      if (!isResult(result))
        throw new ArgumentError(
          `the function of Multi.run("${name}") must return a Result, ok(value) or err(reason), not ${kindOf(result)}`,
        );
      return result;
    }
    case "insert":
    case "update":
    case "delete":
    case "insertOrUpdate":
      return await repo[kind](resolved(input, changes), options);
    case "insertAll":
      return ok(await repo.insertAll(input.target, resolved(input.rows, changes), options));
    case "updateAll":
      return ok(await repo.updateAll(resolved(input.query, changes), input.update, options));
    case "deleteAll":
    case "one":
    case "all":
    case "exists":
      return ok(await repo[kind](resolved(input, changes), options));
  }
}

/** What a step works on: itself, or what a function makes of the results so far. */
function resolved(input: unknown, changes: Results): unknown {
  return typeof input === "function" && !isSchema(input) ? call(input, changes) : input;
}

function call(fn: unknown, changes: Results): unknown {
  return (fn as (changes: Results) => unknown)({ ...changes });
}

function isSchema(value: object): boolean {
  return "schema" in value;
}

function show(options: NamelessInputs["inspect"], changes: Results): void {
  const only = options.only === undefined ? null : [options.only].flat();
  const shown = only ? Object.fromEntries(Object.entries(changes).filter(([name]) => only.includes(name))) : changes;
  console.log(options.label === undefined ? print(shown) : `${options.label}: ${print(shown)}`);
}
